// rotate(r, middle): what begins at `middle` comes first.
#pragma once

#include <parallel_task/algorithm/algorithm_object.hpp>
#include <parallel_task/algorithm/output.hpp>
#include <parallel_task/algorithm/passes.hpp>
#include <parallel_task/algorithm/reverse.hpp>

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

struct Rotate : AlgorithmObject<Rotate> {
  template <class H, std::ranges::forward_range R>
    requires std::permutable<std::ranges::iterator_t<R>>
  static auto call(Context<H> const& context, R&& range, std::ranges::iterator_t<R> middle) {
    using Result = std::ranges::borrowed_subrange_t<R>;
    auto const first = std::ranges::begin(range);
    if constexpr (indexable<R> && !writable_bits<R>) {
      auto const n = static_cast<std::size_t>(std::ranges::size(range));
      auto const left = static_cast<std::size_t>(middle - first);
      auto const last = detail::nth_of(first, n);
      using Item = plain_item<std::ranges::iterator_t<R>, std::ranges::iterator_t<R>>;
      Passes passes(context, n);
      if (left == 0 || left == n || passes.most_threads() == 1 || passes.is_short<Item>(n)) {
        passes.alone([&] { std::ranges::rotate(first, middle, last); });
      } else if (left == n - left) {
        passes.stretches(left, [&](std::size_t begin, std::size_t end) {
          for (std::size_t i = begin; i != end; ++i) {
            std::ranges::iter_swap(detail::nth_of(first, i), detail::nth_of(middle, i));
          }
        });
      } else {
        detail::reverse_pass(passes, first, left);
        detail::reverse_pass(passes, middle, n - left);
        detail::reverse_pass(passes, first, n);
      }
      return Result{detail::nth_of(first, n - left), last};
    } else {
      auto result = std::ranges::subrange(first, std::ranges::next(first, std::ranges::end(range)));
      detail::alone_over(context, range, [&] { result = std::ranges::rotate(first, middle, result.end()); });
      return Result{result.begin(), result.end()};
    }
  }
  template <class H, std::forward_iterator I, std::sentinel_for<I> S>
    requires std::permutable<I>
  static auto call(Context<H> const& context, I first, I middle, S last) {
    return Rotate::call(context, std::ranges::subrange(std::move(first), std::move(last)), std::move(middle));
  }
  template <class... A>
  static constexpr Unusable refuse() {
    static_assert(
        never<A...>,
        "parallel_task: rotate is called as rotate(r, middle) or rotate(first, middle, last), where middle is "
        "an iterator of the range, and items can be swapped");
    return {};
  }
};

}  // namespace detail

/// `rotate(r, middle)` and `rotate(first, middle, last)`: lets the items from `middle` on come first, and those before
/// it after them, each in order. Returns what `std::ranges::rotate` does: the subrange that the first of these begins.
/// Made of swaps, in place, in no order; linear, each item is swapped at most twice. Throws what a swap throws, the
/// first exception in time; the items are in some order then. Without random access the calling thread rotates.
///
///     pt::rotate(w, w.begin() + 1);  // 2, 3, 1
inline constexpr detail::Rotate rotate{};

}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
