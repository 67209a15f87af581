// What `|` does: it puts a stage or terminal at the end of a pipeline or of another stage, or says why it can't.
#pragma once

#include <parallel_task/pipeline/begin.hpp>

#include <type_traits>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

template <class S, class H, class Step>
auto operator|(Pipeline<S, H>&& pipeline, Stage<Step> stage) {
  return detail::apply<typename S::Item>(std::move(stage.step), pipeline);
}
template <class S, class H, class T>
auto operator|(Pipeline<S, H>&& pipeline, Terminal<T> end) {
  return detail::apply<typename S::Item>(std::move(end.terminal), pipeline);
}
template <class A, class B>
constexpr auto operator|(Stage<A> first, Stage<B> second) {
  return Stage<Composed<A, B>>(Composed<A, B>{std::move(first.step), std::move(second.step)});
}
template <class A, class T>
constexpr auto operator|(Stage<A> first, Terminal<T> end) {
  return Terminal<Composed<A, T>>{{std::move(first.step), std::move(end.terminal)}};
}

template <class X>
inline constexpr bool is_step = false;
template <class Step>
inline constexpr bool is_step<Stage<Step>> = true;
template <class T>
inline constexpr bool is_step<Terminal<T>> = true;
template <class X>
concept step = is_step<std::remove_cvref_t<X>>;

}  // namespace detail

// A pipeline that has a name, or is followed by something that is no stage of this library.
template <class S, class H, class X>
auto operator|(Pipeline<S, H> const&, X const&) {
  if constexpr (detail::step<X>) {
    static_assert(detail::never<X>,
                  "parallel_task: a pipeline is consumed by what follows, and this one has a name: write "
                  "std::move(pipeline) | ..., or go on in the same expression");
  } else if constexpr (detail::operation<X>) {
    static_assert(detail::never<X>,
                  "parallel_task: a stage or terminal is called, also where it takes nothing: write ... | "
                  "pt::enumerate() | pt::count(); and pt::parallel_iter is written once, after the range");
  } else {
    static_assert(
        detail::never<X>,
        "parallel_task: a pipeline is not a range, so std::views can't go on with it: use the stages of pt::, or "
        "put the view before pt::parallel_iter");
  }
  return detail::Unusable{};
}

namespace detail {

template <class R, class X>
  requires(!pipeline<R> && !step<R> && !unusable<std::remove_cvref_t<R>> && (step<X> || operation<X>))
auto operator|(R&&, X const&) {
  static_assert(never<X>, "parallel_task: stages and terminals follow a pipeline: write r | pt::parallel_iter | ...");
  return Unusable{};
}
template <step R, operation X>
auto operator|(R&&, X const&) {
  static_assert(
      never<X>,
      "parallel_task: a stage or terminal is called, also where it takes nothing: write ... | pt::enumerate() | "
      "pt::count()");
  return Unusable{};
}

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
