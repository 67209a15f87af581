// What algorithms read and write: ranges with random access and a size, two iterators, and places for results.
#pragma once

#include <parallel_task/algorithm/algorithm_object.hpp>
#include <parallel_task/algorithm/output.hpp>
#include <parallel_task/parallel_task.hpp>
#include <parallel_task/platform/errors.hpp>
#include <parallel_task/platform/ranges.hpp>

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <functional>
#include <iterator>
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

/// Where threads can write `X`s.
template <class O, class X>
concept takes = indexable_output<O> && std::indirectly_writable<output_iterator<O>, X>;

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
template <class O>
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

/// Throws `std::invalid_argument` if so much as can be seen of the output lies in the input.
template <class A, class B>
void refuse_overlap(A const& from, std::size_t n, B const& to, std::size_t m, char const* sentence) {
  if (detail::how_it_lies(from, n, to, m) != Lies::apart) detail::throw_invalid_argument(sentence);
}

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
