// with(settings...): how an algorithm is to be run, in the place where the standard library has an execution policy.
#pragma once

#include <parallel_task/core/unusable.hpp>
#include <parallel_task/pipeline/begin.hpp>
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

/// The settings of a context as those of a pipeline: by reference, since a call copies no callback and no token.
template <class H>
struct SettingsFrom {
  static constexpr bool deterministic = H::deterministic;
  H const* settings;
  [[nodiscard]] Settings for_run() const { return settings->for_run(); }
};

/// A pipeline that is run as the context says. It is told nothing else afterwards, and has a terminal put on at once.
template <class H, class P>
constexpr auto under(Context<H> const& context, P&& pipeline) {
  if constexpr (unusable<std::remove_cvref_t<P>>) {
    return Unusable{};
  } else {
    return detail::as_pipeline(Access::source(pipeline), SettingsFrom<H>{&context.settings});
  }
}

/// A setting, or several with `|` between them.
template <class Step>
inline constexpr bool is_settings = setting<Step> && !requires { requires Step::is_place; };
template <class First, class Second>
inline constexpr bool is_settings<Composed<First, Second>> = is_settings<First> && is_settings<Second>;

struct With : Operation {
  template <class... Step>
  constexpr auto operator()(Stage<Step>... settings) const {
    static_assert((is_settings<Step> && ...),
                  "parallel_task: with(...) takes settings: threads(n), report(r), stop_token(t), deadline(t), "
                  "progress(f), trace(t), deterministic(), min_len(n), max_len(n), steal_from(strategy), "
                  "with_context(capture, enter), on(executor)");
    if constexpr ((is_settings<Step> && ...)) {
      return With::add(Context<>{}, std::move(settings.step)...);
    } else {
      return Unusable{};
    }
  }
  template <class... A>
    requires(sizeof...(A) > 0)
  constexpr Unusable operator()(A const&...) const {
    if constexpr (!(unusable<A> || ...)) {
      static_assert(never<A...>,
                    "parallel_task: with is called as with(setting, ...), such as pt::with(pt::threads(4), "
                    "pt::report(r)), and is the first argument of an algorithm: pt::sort(pt::with(...), v)");
    }
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
    auto more = detail::apply<void>(std::move(step), context);
    if constexpr (unusable<decltype(more)>) {
      return more;
    } else {
      return With::add(std::move(more), std::move(rest)...);
    }
  }
};

}  // namespace detail

/// `with(settings...)`: how an algorithm is run, its first argument, where `std::sort` takes an execution policy.
///
///     pt::RunReport report;
///     pt::for_each(pt::with(pt::threads(4), pt::report(report)), w, [](int& x) { x += 1; });
///
/// Takes what pipelines take as settings: `threads`, `report`, `stop_token`, `deadline`, `progress`, `trace`,
/// `deterministic`, `min_len`, `max_len`, `steal_from`, `with_context`, `on` with an executor; of two of a kind the
/// later counts. What it returns may be kept and used for any number of calls, by several threads at once unless
/// something that it refers to (a report, a trace, a callback for progress) forbids that. A deadline that is a duration
/// begins with each call. An algorithm of several passes is one report, which counts the items of the range; progress
/// is told of each pass, and a trace has the last.
///
/// Taken by `parallel_for`, by `for_each` with a range, and by every algorithm of `<parallel_task/algorithm.hpp>`; some
/// of it by `join` and `scope`.
inline constexpr detail::With with{};

}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
