// iota(r, value): numbers one after the other.
#pragma once

#include <parallel_task/algorithm/algorithm_object.hpp>
#include <parallel_task/algorithm/output.hpp>
#include <parallel_task/algorithm/passes.hpp>

#include <concepts>
#include <cstddef>
#include <iterator>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

struct Iota : AlgorithmObject<Iota> {
  template <class H, std::ranges::forward_range R, std::copyable T>
    requires requires(T& value) { ++value; } && std::indirectly_writable<std::ranges::iterator_t<R>, T const&>
  static iterator_of<R> call(Context<H> const& context, R&& range, T value) {
    auto const first = std::ranges::begin(range);
    if constexpr (indexable<R> && !writable_bits<R> && requires(std::size_t n) { T(value + static_cast<T>(n)); } &&
                  (std::integral<T> || std::floating_point<T>)) {
      auto const n = static_cast<std::size_t>(std::ranges::size(range));
      using I = std::ranges::iterator_t<R>;
      Passes(context, n).template stretches_of<plain_item<I, I>>(n, [&](std::size_t begin, std::size_t end) {
        auto at = detail::nth_of(first, begin);
        if constexpr (std::integral<T>) {
          T number = static_cast<T>(value + static_cast<T>(begin));
          PARALLEL_TASK_BY_FOURS
          for (; begin != end; ++begin, ++at, static_cast<void>(++number)) *at = number;
        } else {
          for (; begin != end; ++begin, static_cast<void>(++at)) *at = value + static_cast<T>(begin);
        }
      });
      return detail::nth_of(first, n);
    } else {
      auto at = first;
      detail::alone_over(context, range, [&] {
        for (; at != std::ranges::end(range); ++at, static_cast<void>(++value)) *at = std::as_const(value);
      });
      return at;
    }
  }
  template <class... A>
  static constexpr Unusable refuse() {
    static_assert(
        never<A...>,
        "parallel_task: iota is called as iota(r, value) or iota(first, last, value), where value can be counted "
        "up by ++ and assigned to the items");
    return {};
  }
};

}  // namespace detail

/// `iota(r, value)` and `iota(first, last, value)`: assigns `value`, `value + 1`, `value + 2`, ... to the items.
/// Returns the end. In no order; linear. A floating-point number is `value` plus the position, not counted up. Values
/// that are no numbers, and ranges without random access, are counted by the calling thread.
///
///     pt::iota(w, 10);  // 10, 11, 12
inline constexpr detail::Iota iota{};

}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
