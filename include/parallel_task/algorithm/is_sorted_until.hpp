// is_sorted_until(r): the first item that is less than the one before it.
#pragma once

#include <parallel_task/algorithm/algorithm_object.hpp>
#include <parallel_task/algorithm/gather.hpp>
#include <parallel_task/algorithm/is_sorted.hpp>
#include <parallel_task/algorithm/passes.hpp>
#include <parallel_task/algorithm/questions.hpp>
#include <parallel_task/algorithm/sorting/look.hpp>
#include <parallel_task/algorithm/sorting/order.hpp>
#include <parallel_task/platform/ranges.hpp>

#include <cstddef>
#include <functional>
#include <iterator>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

struct IsSortedUntil : AlgorithmObject<IsSortedUntil> {
  using Default = std::ranges::less;
  template <class H, std::ranges::forward_range R, class C = std::ranges::less, class P = std::identity>
    requires orders_items<std::ranges::iterator_t<R>, C, P>
  static iterator_of<R> call(Context<H> const& context, R&& range, C const& compare = {}, P const& projection = {}) {
    auto const first = std::ranges::begin(range);
    ByComparison<C, P> const less{compare, projection};
    if constexpr (indexable<R>) {
      auto const n = static_cast<std::size_t>(std::ranges::size(range));
      if (n == 0) return first;
      Passes passes(context, n);
      // Two numbers of 64 bits are compared at once, if any: no vector is worth its look.
      using Item = std::ranges::range_value_t<R>;
      constexpr bool one_by_one = std::is_arithmetic_v<Item> && sizeof(Item) >= 8;
      auto const end_of_run = [&](std::size_t begin, std::size_t end) {
        if constexpr (one_by_one) return detail::first_fall_in(first, begin, end, less);
        return detail::run_end<false>(first, begin, end + 1, less) - 1;
      };
      constexpr bool of_numbers = std::is_same_v<C, std::ranges::less> && std::is_same_v<P, std::identity> &&
                                  std::is_arithmetic_v<Item> && std::ranges::contiguous_range<R>;
      std::size_t before = 0;
      if constexpr (of_numbers) {
        before = detail::first_in_plain<Item>(passes, n - 1, end_of_run);
      } else {
        before = detail::first_in(passes, n - 1, end_of_run);
      }
      return detail::nth_of(first, before + 1);
    } else {
      auto end = first;
      detail::alone_over(context, range, [&] {
        auto const last = std::ranges::end(range);
        if (end == last) return;
        for (auto item = end++; end != last && !less(*end, *item); item = end++) {
        }
      });
      return end;
    }
  }
  template <class... A>
  static constexpr Unusable refuse() {
    static_assert(
        never<A...>,
        "parallel_task: is_sorted_until is called as is_sorted_until(r), is_sorted_until(r, less) or "
        "is_sorted_until(r, less, projection), or with two iterators for r; of a forward range whose items can "
        "be compared, by closures that are called as const");
    return {};
  }
};

}  // namespace detail

/// `is_sorted_until(r)`, `is_sorted_until(r, less)`, `is_sorted_until(r, less, projection)`, and with two iterators for
/// `r`: the first item that is less than the one before it, or the end. What lies behind the answer is looked at as far
/// as others are there already. Throws what the closures throw, the first in time, and `cancelled`.
inline constexpr detail::IsSortedUntil is_sorted_until{};

}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
