// with(settings…): how an algorithm is to be run, in the place where the standard library has an execution policy.
#pragma once

#include <parallel_task/core/unusable.hpp>
#include <parallel_task/pipeline/operation.hpp>
#include <parallel_task/stage/call_settings.hpp>
#include <parallel_task/stage/settings.hpp>

#include <type_traits>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// What calls of algorithms were told: may be kept and used for many of them.
template <class H = CallSettings<>>
struct Context {
  H settings;

  template <class Step>
  static consteval Problem refuses() {
    return Step::problem();
  }
  template <class Step>
  constexpr auto accept(Step& step) {
    auto more = std::move(step).set(std::move(settings));
    return Context<decltype(more)>{std::move(more)};
  }
};

template <class X>
inline constexpr bool is_context = false;
template <class H>
inline constexpr bool is_context<Context<H>> = true;
template <class X>
concept context = is_context<std::remove_cvref_t<X>>;

/// A setting, or several with `|` between them.
template <class Step>
inline constexpr bool is_settings = setting<Step>;
template <class First, class Second>
inline constexpr bool is_settings<Composed<First, Second>> = is_settings<First> && is_settings<Second>;

struct With : Operation {
  template <class... Step>
  constexpr auto operator()(Stage<Step>... settings) const {
    static_assert((is_settings<Step> && ...),
                  "parallel_task: with(…) takes settings: threads(n), report(r), stop_token(t), deadline(t), "
                  "progress(f), trace(t), deterministic(), min_len(n), max_len(n), steal_from(strategy)");
    if constexpr ((is_settings<Step> && ...)) {
      return With::add(Context<>{}, std::move(settings.step)...);
    } else {
      return Unusable{};
    }
  }
  template <class... A>
  constexpr Unusable operator()(A const&...) const {
    static_assert(never<A...>,
                  "parallel_task: with is called as with(setting, …), such as pt::with(pt::threads(4), "
                  "pt::report(r)), and is the first argument of an algorithm: pt::sort(pt::with(…), v)");
    return {};
  }

 private:
  template <class C>
  static constexpr C add(C context) {
    return context;
  }
  template <class C, class First, class Second, class... Rest>
  static constexpr auto add(C context, Composed<First, Second> both, Rest... rest) {
    return With::add(std::move(context), std::move(both.first), std::move(both.second), std::move(rest)...);
  }
  template <class C, class Step, class... Rest>
  static constexpr auto add(C context, Step step, Rest... rest) {
    return With::add(detail::apply<void>(std::move(step), context), std::move(rest)...);
  }
};

}  // namespace detail

/// `with(settings…)`: how an algorithm is run, its first argument, where `std::sort` takes an execution policy.
///
///     pt::RunReport report;
///     pt::sort(pt::with(pt::threads(4), pt::report(report)), v);
///
/// Takes what pipelines take as settings: `threads`, `report`, `stop_token`, `deadline`, `progress`, `trace`,
/// `deterministic`, `min_len`, `max_len`, `steal_from`. What it returns may be kept and used for any number of calls,
/// by several threads at once if nothing that it refers to (a report, a trace) forbids that. A deadline that is a
/// duration begins with each call. An algorithm of several passes is one report: its items are those of the range.
inline constexpr detail::With with{};

}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
