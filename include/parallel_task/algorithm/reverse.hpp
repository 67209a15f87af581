// reverse(r): the items from the last to the first, in place.
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

/// Swaps items `begin` to `end` of the `n` from `first` on with those that have as many behind them.
template <class I>
void reverse_some(I const& first, std::size_t n, std::size_t begin, std::size_t end) {
  auto left = detail::nth_of(first, begin);
  auto const last = detail::nth_of(first, end);
  auto right = detail::nth_of(first, n - begin);
  for (; left != last; ++left) std::ranges::iter_swap(left, --right);
}

/// Reverses items in a pass of an algorithm.
template <class I>
void reverse_pass(Passes& passes, I const& first, std::size_t n) {
  passes.stretches_of<plain_item<I, I>>(
      n / 2, [&](std::size_t begin, std::size_t end) { detail::reverse_some(first, n, begin, end); }, 2);
}

struct ReverseItems : AlgorithmObject<ReverseItems> {
  template <class H, std::ranges::bidirectional_range R>
    requires std::permutable<std::ranges::iterator_t<R>>
  static iterator_of<R> call(Context<H> const& context, R&& range) {
    auto const first = std::ranges::begin(range);
    if constexpr (indexable<R> && !writable_bits<R>) {
      auto const n = static_cast<std::size_t>(std::ranges::size(range));
      Passes passes(context, n);
      detail::reverse_pass(passes, first, n);
      return detail::nth_of(first, n);
    } else {
      auto end = first;
      detail::alone_over(context, range, [&] { end = std::ranges::reverse(first, std::ranges::end(range)); });
      return end;
    }
  }
  template <class... A>
  static constexpr Unusable refuse() {
    static_assert(
        never<A...>,
        "parallel_task: reverse is called as reverse(r) or reverse(first, last), of a range that can be walked "
        "backwards and whose items can be swapped; after a pipeline as reverse()");
    return {};
  }
};
template <>
struct AlgorithmNamed<usage_of_reverse> {
  using type = ReverseItems;
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
