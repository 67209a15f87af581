// partial_sort(r, middle), partial_sort_copy(r, out), top_k(r, k)
#pragma once

#include <parallel_task/algorithm/arguments.hpp>
#include <parallel_task/algorithm/few_smallest.hpp>
#include <parallel_task/algorithm/nth_element.hpp>
#include <parallel_task/algorithm/passes.hpp>
#include <parallel_task/algorithm/sorting/sorter.hpp>
#include <parallel_task/algorithm/swap_heap.hpp>
#include <parallel_task/pipeline/parallel_iter.hpp>

#include <algorithm>
#include <cstddef>
#include <functional>
#include <iterator>
#include <utility>
#include <vector>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

struct PartialSort : AlgorithmObject<PartialSort> {
  template <class H, rearranged R, class Less = std::less<>, class Projection = std::identity>
    requires orders<Less, key_of<R, Projection>>
  static std::ranges::borrowed_iterator_t<R> call(Context<H> const& context, R&& range,
                                                  std::ranges::iterator_t<R> middle, Less less = {},
                                                  Projection projection = {}) {
    auto const v = detail::numbered_of(range);
    auto const count = static_cast<std::size_t>(middle - v.first);
    Passes passes(context, v.size);
    using I = std::ranges::iterator_t<R>;
    if (FewSmallest<I, Less, Projection>::fits(count, v.size)) {
      FewSmallest<I, Less, Projection> few(v, count, less, projection);
      if (few.run(passes)) return few.sort(), v.at(v.size);
    }
    if (count == 0) return v.at(v.size);
    detail::select_nth(passes, context, v, count - 1, std::as_const(less), std::as_const(projection));
    if constexpr (orders_items<I, Less, Projection>) {
      detail::sort_range<false>(v.first, count, std::as_const(less), std::as_const(projection), passes);
    } else {
      passes.each(1, [&](std::size_t) {
        detail::sort_by_heap(v, 0, count, std::as_const(less), std::as_const(projection));
      });
    }
    return v.at(v.size);
  }
  template <class H, class I, bounds<I> S, class Less = std::less<>, class Projection = std::identity>
    requires rearranged<std::ranges::subrange<I, S>> && orders<Less, key_of<std::ranges::subrange<I, S>, Projection>>
  static I call(Context<H> const& context, I first, I middle, S last, Less less = {}, Projection projection = {}) {
    return PartialSort::call(context, std::ranges::subrange<I, S>(std::move(first), std::move(last)), std::move(middle),
                             std::move(less), std::move(projection));
  }
  template <class... A>
  static constexpr Unusable refuse() {
    static_assert(
        never<A...>,
        "parallel_task: partial_sort is called as partial_sort(r, middle), partial_sort(r, middle, less) or "
        "partial_sort(r, middle, less, projection), or as partial_sort(first, middle, last, ...): r has random "
        "access, its items can be moved, and less can be called as const with two of them");
    return {};
  }
};

/// The first `k` items of a range if it were sorted, in order; the range stays as it is.
template <class H, class R, class Less, class Projection>
auto first_sorted(Context<H> const& context, R& range, std::size_t k, Less const& less, Projection const& projection) {
  using T = std::ranges::range_value_t<R>;
  auto const v = detail::numbered_of(range);
  auto const by_key = [&](T const& x, T const& y) -> bool {
    return std::invoke(less, std::invoke(projection, x), std::invoke(projection, y));
  };
  std::ranges::subrange const items(v.at(0), v.at(v.size));
  auto pipeline = detail::as_pipeline(detail::borrow(items), H(context.settings));
  if (k <= v.size / 8) return std::move(pipeline).smallest(k, by_key);
  auto all = std::move(pipeline).template collect<std::vector<T>>();
  auto const end = all.begin() + static_cast<std::ptrdiff_t>((std::min)(k, v.size));
  static_cast<void>(PartialSort::call(context, all, end, by_key));
  all.erase(end, all.end());
  return all;
}

struct PartialSortCopy : AlgorithmObject<PartialSortCopy> {
  template <class H, numbered R, class O, class Less = std::less<>, class Projection = std::identity>
    requires numbered<O> && std::copy_constructible<std::ranges::range_value_t<R>> &&
             orders<Less, key_of<R, Projection>> && takes<O, std::ranges::range_value_t<R>>
  static auto call(Context<H> const& context, R&& range, O&& out, Less less = {}, Projection projection = {}) {
    auto const from = detail::numbered_of(range);
    auto const to = detail::room_of(out);
    std::size_t const k = (std::min)(from.size, to.size);
    detail::refuse_overlap(from.first, from.size, to.first, k,
                           "parallel_task: partial_sort_copy can't write to where it reads: this output overlaps the "
                           "input");
    auto first = detail::first_sorted(context, range, k, std::as_const(less), std::as_const(projection));
    for (std::size_t i = 0; i != first.size(); ++i) to[i] = std::move(first[i]);
    using Result = std::ranges::in_out_result<std::ranges::borrowed_iterator_t<R>, output_result<O>>;
    return Result{from.at(from.size), to.at(first.size())};
  }
  template <class... A>
  static constexpr Unusable refuse() {
    static_assert(never<A...>,
                  "parallel_task: partial_sort_copy is called as partial_sort_copy(r, out), partial_sort_copy(r, out, "
                  "less) or partial_sort_copy(r, out, less, projection), or with two iterators for r: r and out are "
                  "ranges with random access, whose items can be copied, and less can be called as const with two");
    return {};
  }
};

struct TopK : AlgorithmObject<TopK> {
  template <class H, numbered R, whole_number N, class Less = std::less<>, class Projection = std::identity>
    requires std::copy_constructible<std::ranges::range_value_t<R>> && orders<Less, key_of<R, Projection>>
  static auto call(Context<H> const& context, R&& range, N k, Less less = {}, Projection projection = {}) {
    auto const falling = [&](auto const& x, auto const& y) -> bool { return std::invoke(std::as_const(less), y, x); };
    return detail::first_sorted(context, range, detail::count_from(k), falling, std::as_const(projection));
  }
  template <class... A>
  static constexpr Unusable refuse() {
    static_assert(
        never<A...>,
        "parallel_task: top_k is called as top_k(r, k), top_k(r, k, less) or top_k(r, k, less, projection), or "
        "with two iterators for r: r has random access, its items can be copied, and less can be called as "
        "const with two of them");
    return {};
  }
};
template <>
struct AlgorithmNamed<usage_of_top_k> {
  using type = TopK;
};

}  // namespace detail

/// `partial_sort(r, middle, less, projection)` and `partial_sort(first, middle, last, less, projection)`: moves the
/// smallest items to [first, middle), sorted; the order of all others is unspecified. Returns the end.
///
/// Linear, and k log k for the k that are sorted. Memory: as `sort` needs it for these, and where there is none it does
/// without. All items are in `r` when a comparison throws, or a stop token or deadline ends it; likewise by a
/// comparison that contradicts itself.
///
///     pt::partial_sort(v, v.begin() + 10);
inline constexpr detail::PartialSort partial_sort{};

/// `partial_sort_copy(r, out, less, projection)` and `partial_sort_copy(first, last, out, less, projection)`: copies
/// the smallest items of `r` to the range `out`, sorted, as many as have room. Returns a `std::ranges::in_out_result`.
///
/// Linear, and k log k. Memory: k items for each thread, all items if k is more than an eighth. Throws what a
/// comparison, a projection or a copy throws, the first exception in time, before `out` is written; what an assignment
/// throws; and `std::invalid_argument` for an overlap that can be seen.
///
///     std::vector<int> smallest(10);
///     pt::partial_sort_copy(v, smallest);
inline constexpr detail::PartialSortCopy partial_sort_copy{};

// `pt::top_k`, the name of a terminal, calls TopK with a range or two iterators first.
//
// `top_k(r, k, less, projection)` and `top_k(first, last, k, less, projection)`: returns a vector of the largest `k`
// items, the largest first; `r` stays as it is. All else as for `partial_sort_copy`.

}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
