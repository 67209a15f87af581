// What algorithms read and write: ranges with random access and a size, two iterators, and places for results.
#pragma once

#include <parallel_task/algorithm/algorithm_object.hpp>
#include <parallel_task/parallel_task.hpp>  // first: its parameters are called as these algorithms are
#include <parallel_task/platform/exceptions.hpp>
#include <parallel_task/platform/ranges.hpp>

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <type_traits>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// A range whose items are found by number.
template <class R>
concept numbered = std::ranges::random_access_range<R> && std::ranges::sized_range<R>;
/// Two iterators that bound one.
template <class I, class S>
concept bounds = std::random_access_iterator<I> && std::sized_sentinel_for<S, I>;

/// Neighbouring items that share a word (`std::vector<bool>`) are read by many threads, but not written.
template <class I>
concept written_apart = !std::same_as<std::iter_value_t<I>, bool> || std::same_as<std::iter_reference_t<I>, bool&>;

/// Where results go: a range, which bounds them, or an iterator to a place with room for all.
template <class O>
concept destination = numbered<O> || std::random_access_iterator<std::decay_t<O>>;

template <class O>
struct TargetOf {
  using type = std::decay_t<O>;
  using result = type;
};
template <numbered O>
struct TargetOf<O> {
  using type = std::ranges::iterator_t<O>;
  using result = std::ranges::borrowed_iterator_t<O>;
};
template <destination O>
using target_iterator = typename TargetOf<O>::type;
/// What a result says of a destination; `std::ranges::dangling` where it does not outlive the call.
template <destination O>
using target_result = typename TargetOf<O>::result;

template <class O, class X>
concept takes = destination<O> && std::indirectly_writable<target_iterator<O>, X> && written_apart<target_iterator<O>>;

/// The items of a range, for the time of a call: `from[i]`.
template <class I>
struct ByNumber {
  I first;
  std::size_t size;

  PARALLEL_TASK_ALWAYS_INLINE decltype(auto) operator[](std::size_t i) const {
    return first[static_cast<std::iter_difference_t<I>>(i)];
  }
  [[nodiscard]] I at(std::size_t i) const { return first + static_cast<std::iter_difference_t<I>>(i); }
};
/// What a projection makes of item i. Of an item that exists only while it is looked at (a proxy, what a view computes)
/// a value is kept: a reference might lead into it.
template <class Projection, class I>
PARALLEL_TASK_ALWAYS_INLINE inline decltype(auto) key_at(Projection const& projection, ByNumber<I> const& from,
                                                         std::size_t i) {
  using Item = std::iter_reference_t<I>;
  if constexpr (std::same_as<Projection, std::identity>) {
    return from[i];
  } else if constexpr (std::is_reference_v<Item>) {
    return std::invoke(projection, from[i]);
  } else {
    return static_cast<std::remove_cvref_t<std::invoke_result_t<Projection const&, Item>>>(std::invoke(projection,
                                                                                                       from[i]));
  }
}
template <numbered R>
[[nodiscard]] auto numbered_of(R&& range) {
  return ByNumber<std::ranges::iterator_t<R>>{std::ranges::begin(range), detail::size_of(range)};
}

/// The items that a destination has room for: all that a number can count, where only its begin is known.
template <destination O>
[[nodiscard]] auto room_of(O&& out) {
  if constexpr (numbered<O>) {
    return detail::numbered_of(out);
  } else {
    return ByNumber<std::decay_t<O>>{out, ~std::size_t{0}};
  }
}

/// Items of a block that is looked at twice: both times and its results from the cache of a core. It depends on the
/// type only, never on threads.
template <class T>
inline constexpr std::size_t items_of_block = sizeof(T) < 1024 ? std::size_t{65536} / sizeof(T) : 64;

/// Whether [a, a + n) and [b, b + m) have memory in common, where it can be seen.
template <class A, class B>
[[nodiscard]] bool overlap(A const& a, std::size_t n, B const& b, std::size_t m) {
  if constexpr (std::contiguous_iterator<A> && std::contiguous_iterator<B>) {
    if (n == 0 || m == 0) return false;
    auto const of_a = reinterpret_cast<std::uintptr_t>(std::to_address(a));
    auto const of_b = reinterpret_cast<std::uintptr_t>(std::to_address(b));
    return of_a < of_b + m * sizeof(std::iter_value_t<B>) && of_b < of_a + n * sizeof(std::iter_value_t<A>);
  } else {
    return false;
  }
}
/// Whether two iterators are seen to refer to the same item.
template <class A, class B>
[[nodiscard]] bool same_place(A const& a, B const& b) {
  if constexpr (std::contiguous_iterator<A> && std::contiguous_iterator<B>) {
    return static_cast<void const volatile*>(std::to_address(a)) ==
           static_cast<void const volatile*>(std::to_address(b));
  } else {
    return false;
  }
}
/// Throws `std::invalid_argument` if so much as can be seen of the output lies in the input.
template <class A, class B>
void refuse_overlap(A const& from, std::size_t n, B const& to, std::size_t m, char const* sentence) {
  if (detail::overlap(from, n, to, m)) detail::throw_error(std::invalid_argument(sentence));
}

/// An algorithm over one range, or two: `Self::over(context, range, ...)` is called with ranges and with pairs of
/// iterators alike.
template <class Self>
struct OverRange : AlgorithmObject<Self> {
  template <class H, numbered R, class... A>
    requires requires(Context<H> const& context, R&& r, A&&... a) {
      Self::over(context, std::forward<R>(r), std::forward<A>(a)...);
    }
  static auto call(Context<H> const& context, R&& range, A&&... arguments) {
    return Self::over(context, std::forward<R>(range), std::forward<A>(arguments)...);
  }
  template <class H, class I, bounds<I> S, class... A>
    requires requires(Context<H> const& context, std::ranges::subrange<I, S> r, A&&... a) {
      Self::over(context, std::move(r), std::forward<A>(a)...);
    }
  static auto call(Context<H> const& context, I first, S last, A&&... arguments) {
    return Self::over(context, std::ranges::subrange<I, S>(std::move(first), std::move(last)),
                      std::forward<A>(arguments)...);
  }
};
template <class Self>
struct OverTwoRanges : AlgorithmObject<Self> {
  template <class H, numbered A, numbered B, class... Rest>
    requires requires(Context<H> const& context, A&& a, B&& b, Rest&&... rest) {
      Self::over(context, std::forward<A>(a), std::forward<B>(b), std::forward<Rest>(rest)...);
    }
  static auto call(Context<H> const& context, A&& a, B&& b, Rest&&... rest) {
    return Self::over(context, std::forward<A>(a), std::forward<B>(b), std::forward<Rest>(rest)...);
  }
  template <class H, class A, bounds<A> S, class B, bounds<B> T, class... Rest>
    requires requires(Context<H> const& context, std::ranges::subrange<A, S> a, std::ranges::subrange<B, T> b,
                      Rest&&... rest) { Self::over(context, std::move(a), std::move(b), std::forward<Rest>(rest)...); }
  static auto call(Context<H> const& context, A a, S end_of_a, B b, T end_of_b, Rest&&... rest) {
    return Self::over(context, std::ranges::subrange<A, S>(std::move(a), std::move(end_of_a)),
                      std::ranges::subrange<B, T>(std::move(b), std::move(end_of_b)), std::forward<Rest>(rest)...);
  }
};

/// A predicate or a comparison that many threads may call at once, with projected items.
template <class F, class... Keys>
concept asks = std::predicate<F const&, Keys...>;
/// What a projection, called as const, makes of an item of a range.
template <class R, class Projection>
using key_of = std::invoke_result_t<Projection const&, std::ranges::range_reference_t<R>>;
template <class F, class A, class B = A>
concept orders = asks<F, A, B> && asks<F, B, A> && asks<F, A, A> && asks<F, B, B>;

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
