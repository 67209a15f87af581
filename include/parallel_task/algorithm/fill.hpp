// fill(r, value)
#pragma once

#include <parallel_task/algorithm/algorithm_object.hpp>
#include <parallel_task/algorithm/passes.hpp>

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <iterator>
#include <type_traits>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

struct Fill : AlgorithmObject<Fill> {
  template <class H, std::ranges::forward_range R, class T>
    requires std::indirectly_writable<std::ranges::iterator_t<R>, T const&>
  static iterator_of<R> call(Context<H> const& context, R&& range, T const& value) {
    auto const first = std::ranges::begin(range);
    if constexpr (indexable<R> && !writable_bits<R>) {
      std::size_t const n = detail::size_of(range);
      using I = std::ranges::iterator_t<R>;
      Passes(context, n).template stretches_of<plain_item<I, I>>(n, [&](std::size_t begin, std::size_t end) {
        std::ranges::fill(detail::nth_of(first, begin), detail::nth_of(first, end), value);
      });
      return detail::nth_of(first, n);
    } else {
      auto end = first;
      detail::alone_over(context, range, [&] { end = std::ranges::fill(first, std::ranges::end(range), value); });
      return end;
    }
  }
  template <class... A>
  static constexpr Unusable refuse() {
    static_assert(never<A...>,
                  "parallel_task: fill is called as fill(r, value) or fill(first, last, value), of a range to whose "
                  "items the value can be assigned");
    return {};
  }
};

}  // namespace detail

/// `fill(r, value)` and `fill(first, last, value)`: assigns `value` to each item. Returns the end. In no order; linear.
/// Throws what assigning throws, the first exception in time; some items then have the value, and some don't. Ranges
/// without random access, and `std::vector<bool>`, are filled by the calling thread.
///
///     pt::fill(w, 7);
inline constexpr detail::Fill fill{};

}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
