// fill(r, value)
#pragma once

#include <parallel_task/algorithm/algorithm_object.hpp>
#include <parallel_task/algorithm/passes.hpp>

#include <iterator>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

struct Fill : AlgorithmObject<Fill> {
  template <class H, std::random_access_iterator I, std::sized_sentinel_for<I> S, class T>
    requires std::indirectly_writable<I, T const&>
  static I call(Context<H> const& context, I first, S last, T const& value) {
    std::iter_difference_t<I> const n = last - first;
    auto const items = static_cast<std::size_t>(n);
    Passes(context, items).each(items, [&](std::size_t i) {
      first[static_cast<std::iter_difference_t<I>>(i)] = value;
    });
    return first + n;
  }
  template <class H, std::ranges::random_access_range R, class T>
    requires std::ranges::sized_range<R> && std::indirectly_writable<std::ranges::iterator_t<R>, T const&>
  static std::ranges::borrowed_iterator_t<R> call(Context<H> const& context, R&& range, T const& value) {
    auto const first = std::ranges::begin(range);
    return Fill::call(context, first, first + std::ranges::distance(range), value);
  }
  template <class... A>
  static constexpr Unusable refuse() {
    static_assert(never<A...>,
                  "parallel_task: fill is called as fill(r, value) or fill(first, last, value), of a range with random "
                  "access and a size, to whose items the value can be assigned");
    return {};
  }
};

}  // namespace detail

/// `fill(r, value)` and `fill(first, last, value)`: assigns `value` to each item. Returns the end. In no order; linear.
/// Throws what assigning throws, the first exception in time; some items then have the value, and some don't.
///
///     pt::fill(v, 7);
inline constexpr detail::Fill fill{};

}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
