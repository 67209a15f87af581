// swap_ranges(a, b)
#pragma once

#include <parallel_task/algorithm/algorithm_object.hpp>
#include <parallel_task/algorithm/output.hpp>
#include <parallel_task/algorithm/passes.hpp>

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

struct SwapRanges : AlgorithmObject<SwapRanges> {
  template <class H, std::ranges::forward_range R1, output R2>
    requires std::indirectly_swappable<std::ranges::iterator_t<R1>, output_iterator<R2>>
  static auto call(Context<H> const& context, R1&& range, R2&& other) {
    using Result = std::ranges::swap_ranges_result<iterator_of<R1>, output_result<R2>>;
    auto const first1 = std::ranges::begin(range);
    auto const first2 = detail::output_begin(std::forward<R2>(other));
    if constexpr (indexable<R1> && indexable_output<R2> && !writes_bits<std::ranges::iterator_t<R1>>) {
      std::size_t const n = detail::room_for(static_cast<std::size_t>(std::ranges::size(range)), other);
      if (detail::how_it_lies(first1, n, first2, n) != Lies::apart) throw_overlap();
      Passes(context, n)
          .template stretches_of<plain_item<std::ranges::iterator_t<R1>, output_iterator<R2>>>(n, [&](std::size_t begin,
                                                                                                      std::size_t end) {
            auto at1 = detail::nth_of(first1, begin);
            auto const last1 = detail::nth_of(first1, end);
            auto at2 = detail::nth_of(first2, begin);
            for (; at1 != last1; ++at1, static_cast<void>(++at2)) std::ranges::iter_swap(at1, at2);
          });
      return Result{detail::nth_of(first1, n), detail::nth_of(first2, n)};
    } else {
      auto at1 = first1;
      auto at2 = first2;
      detail::alone_over(context, range, [&] {
        for (; at1 != std::ranges::end(range) && !detail::is_full<R2>(at2, other); ++at1, static_cast<void>(++at2)) {
          std::ranges::iter_swap(at1, at2);
        }
      });
      return Result{std::move(at1), std::move(at2)};
    }
  }
  template <class... A>
  static constexpr Unusable refuse() {
    static_assert(
        never<A...>,
        "parallel_task: swap_ranges is called as swap_ranges(a, b), each of them a range or two iterators, of "
        "the second also the first alone, with items that can be swapped");
    return {};
  }
};

}  // namespace detail

/// `swap_ranges(a, b)`: swaps the items at the same positions of two ranges, up to the end of the shorter. Each may
/// come as two iterators, the second as its first alone. Returns where it ended in both, as `std::ranges::swap_ranges`
/// does. In no order; linear. Throws what a swap throws, the first exception in time; some items are swapped then, some
/// are not, none is lost; and `std::invalid_argument` if the ranges can be seen to overlap. Without random access the
/// calling thread swaps.
///
///     std::vector<int> others{7, 8, 9};
///     pt::swap_ranges(w, others);
inline constexpr detail::SwapRanges swap_ranges{};

}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
