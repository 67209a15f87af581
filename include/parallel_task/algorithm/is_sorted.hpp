// is_sorted(r), is_sorted(r, less): whether no item is less than the one before it.
#pragma once

#include <parallel_task/algorithm/algorithm_object.hpp>
#include <parallel_task/algorithm/gather.hpp>
#include <parallel_task/algorithm/passes.hpp>
#include <parallel_task/algorithm/questions.hpp>
#include <parallel_task/core/closure.hpp>
#include <parallel_task/pipeline/operation.hpp>

#include <algorithm>
#include <cstddef>
#include <functional>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// The first of the pairs [begin, end), the first of which is at `first`, whose second is less; `end` if there is none.
template <class I, class Less>
std::size_t first_fall_in(I const& first, std::size_t begin, std::size_t end, Less const& less) {
  I at = detail::nth_of(first, begin);
  PARALLEL_TASK_BY_FOURS
  for (; begin != end; ++begin) {
    I const item = at;
    ++at;
    if (less(*at, *item)) break;
  }
  return begin;
}

struct IsSortedRange : AlgorithmObject<IsSortedRange> {
  template <class H, std::ranges::forward_range R, class L = ByLess, class Proj = std::identity>
    requires order_on<L, R, Proj>
  static bool call(Context<H> const& context, R&& range, L const& less = {}, Proj const& proj = {}) {
    auto const first = std::ranges::begin(range);
    auto const falls = [&](auto const& item, auto const& next) {
      return static_cast<bool>(detail::invoke(less, detail::invoke(proj, next), detail::invoke(proj, item)));
    };
    if constexpr (indexable<R>) {
      auto const n = static_cast<std::size_t>(std::ranges::size(range));
      Passes passes(context, n);
      std::size_t const pairs = n == 0 ? 0 : n - 1;
      auto const first_fall = [&falls, first](std::size_t begin, std::size_t end) {
        return detail::first_fall_in(first, begin, end, [&falls](auto const& next, auto const& item) {
          return falls(detail::look(item), detail::look(next));
        });
      };
      if constexpr (std::is_same_v<L, ByLess> && std::is_same_v<Proj, std::identity> &&
                    std::is_arithmetic_v<std::ranges::range_value_t<R>> && std::ranges::contiguous_range<R>) {
        return detail::first_in_plain<std::ranges::range_value_t<R>>(passes, pairs, first_fall) == pairs;
      } else {
        return detail::first_in(passes, pairs, first_fall) == pairs;
      }
    } else {
      bool sorted = true;
      detail::alone_over(context, range, [&] {
        auto at = first;
        auto const last = std::ranges::end(range);
        if (at == last) return;
        for (auto next = std::ranges::next(at); sorted && next != last; at = next, ++next) {
          sorted = !falls(detail::look(*at), detail::look(*next));
        }
      });
      return sorted;
    }
  }
  template <class... A>
  static constexpr Unusable refuse() {
    static_assert(never<A...>,
                  "parallel_task: is_sorted is called as is_sorted(r) or is_sorted(r, less), the range also as two "
                  "iterators, with a projection behind, where less takes two items as const and returns bool; after a "
                  "pipeline as is_sorted() or is_sorted(less)");
    return {};
  }
};
template <>
struct AlgorithmNamed<usage_of_is_sorted> {
  using type = IsSortedRange;
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
