// stable_partition(r, p)
#pragma once

#include <parallel_task/algorithm/arguments.hpp>
#include <parallel_task/algorithm/chosen.hpp>
#include <parallel_task/algorithm/rearrange.hpp>
#include <parallel_task/algorithm/remove_if.hpp>

#include <algorithm>
#include <cstddef>
#include <functional>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

struct StablePartition : AlgorithmObject<StablePartition> {
  template <class H, rearranged R, class P, class Projection = std::identity>
    requires asks<P, key_of<R, Projection>>
  static auto call(Context<H> const& context, R&& range, P p, Projection projection = {}) {
    using I = std::ranges::iterator_t<R>;
    constexpr std::size_t size = items_of_block<std::iter_value_t<I>>;
    auto const v = detail::numbered_of(range);
    Passes passes(context, v.size);
    if constexpr (moves_quietly<I>) {
      if (v.size > size) {
        AwayRoom<I> elsewhere(v.size);
        if (elsewhere) {
          Chosen chosen(v.size, size);
          auto const end = chosen.count(passes, [&](std::size_t i) -> bool {
            return std::invoke(std::as_const(p), detail::key_at(projection, v, i));
          });
          elsewhere.rearrange(passes, v, chosen.blocks(), chosen.size_of_block(), [&](std::size_t b, auto const& put) {
            chosen.hand_out_block(b, put, [&](std::size_t i, std::size_t k) { put(i, end.chosen + k); });
          });
          return detail::rest_of<R>(v, end.chosen);
        }
      }
    }
    // Short, without memory, or of items whose moves may throw.
    std::size_t end = 0;
    passes.alone([&] {
      auto const rest = std::ranges::stable_partition(v.at(0), v.at(v.size), std::ref(std::as_const(p)),
                                                      std::ref(std::as_const(projection)));
      end = static_cast<std::size_t>(rest.begin() - v.first);
    });
    return detail::rest_of<R>(v, end);
  }
  template <class... A>
  static constexpr Unusable refuse() {
    static_assert(never<A...>,
                  "parallel_task: stable_partition is called as stable_partition(r, p) or stable_partition(r, p, "
                  "projection), or with two iterators for r: r has random access, its items can be moved, and p can be "
                  "called as const with one");
    return {};
  }
};

}  // namespace detail

/// `stable_partition(r, p, projection)` and `stable_partition(first, last, p, projection)`: moves the items for which
/// `p` returns true before all others; the order among both stays. Returns the others as a `std::ranges::subrange`.
///
/// Linear; `p` is called once for each item, in no order, before any is moved. Memory: as much again, and a bit an
/// item; where that can't be had, or moves may throw, it is the sequential algorithm. If `p` throws, nothing has moved;
/// the first exception in time comes out.
///
///     auto const odds = pt::stable_partition(v, [](int x) { return x % 2 == 0; });
inline constexpr detail::StablePartition stable_partition{};

}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
