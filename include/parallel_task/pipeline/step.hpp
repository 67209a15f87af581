// Stages and terminals as objects, and what joins them to pipelines: one definition for both spellings.
#pragma once

#include <parallel_task/core/apply.hpp>
#include <parallel_task/core/number.hpp>
#include <parallel_task/pipeline/refused.hpp>
#include <parallel_task/platform/errors.hpp>
#include <parallel_task/source/make_source.hpp>
#include <parallel_task/stage/call_settings.hpp>
#include <parallel_task/stage/chain.hpp>
#include <parallel_task/stage/interleave.hpp>
#include <parallel_task/stage/zip.hpp>

#include <concepts>
#include <cstddef>
#include <tuple>
#include <type_traits>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {

template <class S, class H>
class Pipeline;

namespace detail {

/// A stage as an object, without a source.
template <class Step>
struct [[nodiscard(
    "parallel_task: a stage alone does nothing: write it after a pipeline, r | pt::parallel_iter | ...")]] Stage
    : WithoutPipeline {
  Step step;
  constexpr explicit Stage(Step stage) : step(std::move(stage)) {}
};

/// A terminal as an object, without a pipeline.
template <class T>
struct [[nodiscard(
    "parallel_task: a terminal alone runs nothing: write it after a pipeline, r | pt::parallel_iter | ...")]] Terminal {
  T terminal;
};

/// What stands in a Stage: `problem<S>()` and `step(source)`, or, of settings, `problem()` and `set(settings)`.
template <class Step>
concept stage_object = requires { requires Step::is_stage; };

/// A stage or terminal after another stage.
template <class First, class Second>
struct Composed {
  First first;
  Second second;
};
template <class Step>
inline constexpr bool is_composed = false;
template <class First, class Second>
inline constexpr bool is_composed<Composed<First, Second>> = true;

/// A stage that joins other pipelines to this one, with what they had been told.
template <class Step, class H>
struct Joint {
  Step step;
  H settings;
};
template <class Step>
inline constexpr bool is_joint = false;
template <class Step, class H>
inline constexpr bool is_joint<Joint<Step, H>> = true;

/// Arguments that become such a stage.
template <class Step>
concept joining = requires(Step step) { step.joint(); };

template <class T>
inline constexpr bool is_pipeline = false;
template <class S, class H>
inline constexpr bool is_pipeline<Pipeline<S, H>> = true;
template <class T>
concept pipeline = is_pipeline<std::remove_cvref_t<T>>;

/// What `begin()` of a pipeline returns: just enough of an iterator for a `for` loop to give one error, not five.
struct NotARange {
  Unusable operator*() const noexcept { return {}; }
  NotARange& operator++() noexcept { return *this; }
  friend bool operator!=(NotARange, NotARange) noexcept { return false; }
};

template <class S, class H = CallSettings<>>
auto as_pipeline(S source, H settings = H{}) {
  return Pipeline<S, H>(std::move(source), std::move(settings));
}

/// A stage made of numbers of items.
template <class Step, class... N>
struct Counted {
  static constexpr bool is_stage = true;
  std::tuple<N...> numbers;
  template <class S>
  static consteval Problem problem() {
    if constexpr (arguments_problem() != Problem::none) {
      return arguments_problem();
    } else {
      return Step::template problem<S>();
    }
  }
  static consteval Problem arguments_problem() {
    return (whole_number<N> && ...) ? Problem::none : Problem::count_not_a_number;
  }
  [[nodiscard]] Step made() const {
    return std::apply(
        [](N... n) {
          if ((detail::is_negative(detail::number(n)) || ...)) {
            detail::throw_invalid_argument(
                "parallel_task: take, take_any, drop, stride, slice and chunk take no negative numbers");
          }
          return Step(detail::count_from(n)...);
        },
        numbers);
  }
  template <class S>
  auto operator()(S source) && {
    return made()(std::move(source));
  }
};

/// Takes pipelines apart.
struct Access {
  template <class S, class H>
  static S&& source(Pipeline<S, H>& p) noexcept {
    return std::move(p.source_);
  }
  template <class S, class H>
  static H&& settings(Pipeline<S, H>& p) noexcept {
    return std::move(p.settings_);
  }
};

// An argument of zip and chain: a range or a pipeline.
template <class R>
consteval Problem joined_problem() {
  if constexpr (std::same_as<std::remove_cvref_t<R>, Unusable>) {
    return Problem::reported;
  } else if constexpr (!pipeline<R>) {
    return argument_problem<R>();
  } else {
    constexpr bool named = std::is_lvalue_reference_v<R> || std::is_const_v<std::remove_reference_t<R>>;
    return named ? Problem::joined_pipeline_has_a_name : Problem::none;
  }
}
template <class... R>
consteval Problem joined_problems() {
  Problem first = Problem::none;
  ((first = first == Problem::none ? joined_problem<R>() : first), ...);
  return first;
}

template <class R>
auto source_of(R&& argument) {
  if constexpr (pipeline<R>) {
    return Access::source(argument);
  } else {
    return detail::borrow_or_own(std::forward<R>(argument));
  }
}

template <class R>
auto settings_of(R&& argument) {
  if constexpr (pipeline<R>) {
    return Access::settings(argument);
  } else {
    return CallSettings<>{};
  }
}
template <class First, class Second, class... Rest>
auto settings_of(First&& first, Second&& second, Rest&&... rest) {
  return detail::settings_of(std::forward<First>(first))
      .then(detail::settings_of(std::forward<Second>(second), std::forward<Rest>(rest)...));
}

template <bool equal, class... R>
struct ZipWith {
  static constexpr bool is_stage = true;
  std::tuple<R&&...> others;

  static consteval Problem arguments_problem() { return joined_problems<R...>(); }
  auto joint() {
    return std::apply(
        [](R&... r) {
          auto settings = detail::settings_of(static_cast<R&&>(r)...);
          using Step = ZipStage<equal, decltype(detail::source_of(static_cast<R&&>(r)))...>;
          return Joint<Step, decltype(settings)>{Step{{detail::source_of(static_cast<R&&>(r))...}},
                                                 std::move(settings)};
        },
        others);
  }
};

template <class R>
struct ChainWith {
  static constexpr bool is_stage = true;
  R&& other;

  static consteval Problem arguments_problem() { return joined_problem<R>(); }
  auto joint() {
    auto settings = detail::settings_of(static_cast<R&&>(other));
    using Step = ChainStage<decltype(detail::source_of(static_cast<R&&>(other)))>;
    return Joint<Step, decltype(settings)>{Step{detail::source_of(static_cast<R&&>(other))}, std::move(settings)};
  }
};

template <class R>
struct InterleaveWith {
  static constexpr bool is_stage = true;
  R&& other;

  static consteval Problem arguments_problem() { return joined_problem<R>(); }
  auto joint() {
    auto settings = detail::settings_of(static_cast<R&&>(other));
    using Step = InterleaveStage<decltype(detail::source_of(static_cast<R&&>(other)))>;
    return Joint<Step, decltype(settings)>{Step{detail::source_of(static_cast<R&&>(other))}, std::move(settings)};
  }
};

/// Where a piped stage is made, before there is a pipeline.
struct NoPipelineYet {
  template <class Step>
  static consteval Problem refuses() {
    return Step::arguments_problem();
  }
  template <class Step>
  constexpr auto accept(Step& step) const {
    if constexpr (joining<Step>) {
      auto joint = step.joint();
      return Stage<decltype(joint)>(std::move(joint));
    } else {
      auto made = step.made();
      return Stage<decltype(made)>(std::move(made));
    }
  }
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
