// Stages and terminals as objects, and what joins them to pipelines: the one definition behind both spellings.
#pragma once

#include <parallel_task/core/pass.hpp>
#include <parallel_task/platform/exceptions.hpp>
#include <parallel_task/source/make_source.hpp>
#include <parallel_task/stage/chain.hpp>
#include <parallel_task/stage/held.hpp>
#include <parallel_task/stage/zip.hpp>

#include <concepts>
#include <cstddef>
#include <stdexcept>
#include <tuple>
#include <type_traits>
#include <utility>

namespace parallel_task {
inline namespace v0_1 {

template <class S, class H>
class Pipeline;

namespace detail {

/// A stage as an object, without a source.
template <class By>
struct [[nodiscard]] Stage {
  By by;
};

/// A terminal as an object, without a pipeline.
template <class T>
struct [[nodiscard]] End {
  T end;
};

/// What stands in a Stage: `problem<S>()` and `by(source)`, or, of settings, `problem()` and `set(held)`.
template <class By>
concept stage_object = requires { requires By::is_stage; };

/// A stage or terminal behind another stage.
template <class First, class Second>
struct Composed {
  First first;
  Second second;
};
template <class By>
inline constexpr bool is_composed = false;
template <class First, class Second>
inline constexpr bool is_composed<Composed<First, Second>> = true;

/// A stage that joins other pipelines to this one, with what they had been told.
template <class By, class H>
struct Joint {
  By by;
  H held;
};
template <class By>
inline constexpr bool is_joint = false;
template <class By, class H>
inline constexpr bool is_joint<Joint<By, H>> = true;

/// Arguments that become such a stage.
template <class By>
concept joining = requires(By by) { by.joint(); };

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

template <class S, class H = Held<>>
auto as_pipeline(S source, H held = H{}) {
  return Pipeline<S, H>(std::move(source), std::move(held));
}

/// A stage made of numbers of items.
template <class By, class... N>
struct Counted {
  static constexpr bool is_stage = true;
  std::tuple<N...> numbers;
  template <class S>
  static consteval Problem problem() {
    if constexpr (arguments_problem() != Problem::none) {
      return arguments_problem();
    } else {
      return By::template problem<S>();
    }
  }
  static consteval Problem arguments_problem() {
    return ((std::integral<N> && !std::same_as<N, bool>) && ...) ? Problem::none : Problem::count_not_a_number;
  }
  [[nodiscard]] By made() const {
    return std::apply(
        [](N... n) {
          if (((n < N{}) || ...)) {
            detail::throw_error(
                std::invalid_argument("parallel_task: take, drop, stride and slice take no negative numbers"));
          }
          return By(static_cast<std::size_t>(n)...);
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
  static H&& held(Pipeline<S, H>& p) noexcept {
    return std::move(p.held_);
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
auto held_of(R&& argument) {
  if constexpr (pipeline<R>) {
    return Access::held(argument);
  } else {
    return Held<>{};
  }
}
template <class First, class Second, class... Rest>
auto held_of(First&& first, Second&& second, Rest&&... rest) {
  return detail::held_of(std::forward<First>(first))
      .then(detail::held_of(std::forward<Second>(second), std::forward<Rest>(rest)...));
}

template <bool equal, class... R>
struct ZipWith {
  static constexpr bool is_stage = true;
  std::tuple<R&&...> others;

  static consteval Problem arguments_problem() { return joined_problems<R...>(); }
  auto joint() {
    return std::apply(
        [](R&... r) {
          auto held = detail::held_of(static_cast<R&&>(r)...);
          using By = ZipBy<equal, decltype(detail::source_of(static_cast<R&&>(r)))...>;
          return Joint<By, decltype(held)>{By{{detail::source_of(static_cast<R&&>(r))...}}, std::move(held)};
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
    auto held = detail::held_of(static_cast<R&&>(other));
    using By = ChainBy<decltype(detail::source_of(static_cast<R&&>(other)))>;
    return Joint<By, decltype(held)>{By{detail::source_of(static_cast<R&&>(other))}, std::move(held)};
  }
};

/// Where a piped stage is made, before there is a pipeline.
struct Nowhere {
  template <class By>
  static consteval Problem problem() {
    return By::arguments_problem();
  }
  template <class By>
  constexpr auto go(By& by) const {
    if constexpr (joining<By>) {
      auto joint = by.joint();
      return Stage<decltype(joint)>{std::move(joint)};
    } else {
      auto made = by.made();
      return Stage<decltype(made)>{std::move(made)};
    }
  }
};

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task
