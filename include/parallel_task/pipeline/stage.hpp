// Stages and terminals as objects, and what joins them to pipelines: the one definition behind both spellings.
#pragma once

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
inline namespace v1 {

template <class S, class H>
class Pipeline;

namespace detail {

/// A stage without a source, or several. `by(source)` gives the source behind it; settings have `set` instead.
template <class By>
struct [[nodiscard]] Stage {
  By by;
};

/// A terminal without a pipeline, perhaps behind stages.
template <class T>
struct [[nodiscard]] End {
  T end;
};

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

template <class S, class H>
auto as_pipeline(S source, H held) {
  if constexpr (std::is_same_v<S, Unusable>) {
    return Unusable{};
  } else {
    return Pipeline<S, H>(std::move(source), std::move(held));
  }
}
template <class S>
auto as_pipeline(S source) {
  return detail::as_pipeline(std::move(source), Held<>{});
}

/// A stage made of numbers of items.
template <class By, class... N>
auto counted(N... n) {
  if constexpr (((std::integral<N> && !std::same_as<N, bool>) && ...)) {
    if (((n < N{}) || ...)) {
      detail::throw_error(std::invalid_argument("parallel_task: take, drop, stride and slice take no negative numbers"));
    }
    return By{static_cast<std::size_t>(n)...};
  } else {
    static_assert(never<N...>, "parallel_task: take(n), drop(n), stride(n) and slice(first, last) take whole numbers; to cut "
                               "by a condition use take_while(p)");
    return Unusable{};
  }
}

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

/// The source of an argument of zip and chain: a range or a pipeline.
template <class R>
auto source_of(R&& argument) {
  if constexpr (!pipeline<R>) {
    return detail::borrow_or_own(std::forward<R>(argument));
  } else if constexpr (std::is_lvalue_reference_v<R> || std::is_const_v<std::remove_reference_t<R>>) {
    static_assert(never<R>, "parallel_task: the pipeline given to zip or chain is consumed, and this one has a name: pass "
                            "std::move(pipeline)");
    return Unusable{};
  } else {
    return Access::source(argument);
  }
}

template <class R>
auto held_of(R&& argument) {
  if constexpr (!pipeline<R>) {
    return Held<>{};
  } else if constexpr (std::is_lvalue_reference_v<R> || std::is_const_v<std::remove_reference_t<R>>) {
    return Held<>{};
  } else {
    return Access::held(argument);
  }
}

inline Held<> held_of_all() { return {}; }
template <class First, class... Rest>
auto held_of_all(First&& first, Rest&&... rest) {
  if constexpr (sizeof...(Rest) == 0) {
    return detail::held_of(std::forward<First>(first));
  } else {
    return detail::held_of(std::forward<First>(first)).then(detail::held_of_all(std::forward<Rest>(rest)...));
  }
}

template <bool equal, class... R>
auto zip_with(R&&... others) {
  auto held = detail::held_of_all(std::forward<R>(others)...);
  using By = ZipBy<equal, decltype(detail::source_of(std::forward<R>(others)))...>;
  return Joint<By, decltype(held)>{By{{detail::source_of(std::forward<R>(others))...}}, std::move(held)};
}
template <class R>
auto chain_with(R&& other) {
  auto held = detail::held_of(std::forward<R>(other));
  using By = ChainBy<decltype(detail::source_of(std::forward<R>(other)))>;
  return Joint<By, decltype(held)>{By{detail::source_of(std::forward<R>(other))}, std::move(held)};
}

}  // namespace detail
}  // namespace v1
}  // namespace parallel_task
