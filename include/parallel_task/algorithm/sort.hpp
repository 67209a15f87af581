// sort(r), stable_sort(r)
#pragma once

#include <parallel_task/algorithm/algorithm_object.hpp>
#include <parallel_task/algorithm/passes.hpp>
#include <parallel_task/algorithm/sorting/sorter.hpp>

#include <cstddef>
#include <functional>
#include <iterator>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// Iterators that can be sorted by a comparison and a projection.
template <class I, class C, class P>
concept sorts = std::permutable<I> && orders_items<I, C, P>;

template <bool stable>
struct Sort : AlgorithmObject<Sort<stable>> {
  using Default = std::ranges::less;
  template <class H, indexable R, class C = std::ranges::less, class P = std::identity>
    requires sorts<std::ranges::iterator_t<R>, C, P>
  static iterator_of<R> call(Context<H> const& context, R&& range, C const& compare = {}, P const& projection = {}) {
    auto const first = std::ranges::begin(range);
    auto const n = static_cast<std::size_t>(std::ranges::size(range));
    Passes passes(context, n);
    detail::sort_range<stable>(first, n, compare, projection, passes);
    return first + static_cast<std::iter_difference_t<decltype(first)>>(n);
  }
  template <class... A>
  static constexpr Unusable refuse() {
    static_assert(
        never<A...>,
        "parallel_task: sort and stable_sort are called as sort(r), sort(r, less), sort(r, less, projection), "
        "or with two iterators for r; of a range with random access and a size (a list has its own sort), "
        "whose items can be moved and compared, by closures that are called as const");
    return {};
  }
};

}  // namespace detail

/// `sort(r)`, `sort(r, less)`, `sort(r, less, projection)`, and with two iterators for `r`: sorts as
/// `std::ranges::sort` does, and returns the end. Equal items may change places: see `stable_sort`.
///
///     pt::sort(v);
///     pt::sort(people, {}, &Person::age);
///     pt::sort(pt::with(pt::threads(4)), v, std::greater());
///
/// Complexity: O(n log n) comparisons and two of the projection each, whatever they answer; fewer where the items are
/// in runs, few distinct ones, or nearly in order. Where the order is `<` or `>` of integers, floating point,
/// enumerators or pointers, items are not compared: about linear. NaNs come before or behind all numbers.
///
/// Memory: n items and 2 n bytes, some of which the thread keeps; without memory it sorts in place, slowly.
///
/// Throws what the comparison and the projection throw, the first exception in time, and `cancelled` if the settings
/// stop it: all items are in the range then, in some order. The same if the comparison contradicts itself.
inline constexpr detail::Sort<false> sort{};

/// The same as `sort`, but items that are equal keep their order. No slower.
inline constexpr detail::Sort<true> stable_sort{};

}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
