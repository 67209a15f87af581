// stable_partition(r, p)
#pragma once

#include <parallel_task/algorithm/arguments.hpp>
#include <parallel_task/algorithm/chosen.hpp>
#include <parallel_task/algorithm/part_alone.hpp>
#include <parallel_task/algorithm/rearrange.hpp>
#include <parallel_task/algorithm/remove_if.hpp>
#include <parallel_task/platform/owner.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
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
    auto const ask = [&](std::size_t i) -> bool {
      return std::invoke(std::as_const(p), detail::key_at(projection, v, i));
    };
    std::size_t end = 0;
    if constexpr (moves_quietly<I>) {
      AwayRoom<I> elsewhere(v.size);
      if (elsewhere) {
        if (v.size <= size || passes.most_threads() == 1) {
          passes.alone([&] { end = StablePartition::part_alone<size>(v, elsewhere, ask); });
        } else {
          Chosen chosen(v.size, size);
          end = chosen.count(passes, ask).chosen;
          elsewhere.rearrange(passes, v, chosen.blocks(), chosen.size_of_block(), [&](std::size_t b, auto const& put) {
            chosen.hand_out_block(b, put, [&](std::size_t i, std::size_t k) { put(i, end + k); });
          });
        }
        return detail::rest_of<R>(v, end);
      }
    }
    // Without memory, or of items whose moves may throw.
    passes.alone([&] { end = detail::part_by_rotation(v, 0, v.size, ask); });
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

 private:
  template <std::size_t most, class I, class Ask>
  static std::size_t part_alone(ByNumber<I> const& v, AwayRoom<I>& elsewhere, Ask const& ask) {
    if constexpr (cheap_to_store<I>) {
      return detail::part_without_branches(v, 0, v.size, ask, elsewhere.get());
    } else if (v.size <= most) {
      std::uint64_t answers[most / Chosen::word + 1];
      return detail::part_by_answers(v, ask, answers, elsewhere);
    } else {
      Owner<std::uint64_t[]> const answers(new std::uint64_t[v.size / Chosen::word + 1]);
      return detail::part_by_answers(v, ask, &answers[0], elsewhere);
    }
  }
};

}  // namespace detail

/// `stable_partition(r, p, projection)` and `stable_partition(first, last, p, projection)`: moves the items for which
/// `p` returns true before all others; the order among both stays. Returns the others as a `std::ranges::subrange`.
///
/// Linear; `p` is called once for each item, in no order. Memory: as much again, and a bit an item; where that can't be
/// had, or moves may throw, one thread has items change places, in n log n moves. If `p` throws, every item is there in
/// some order; the first exception in time comes out.
///
///     auto const odds = pt::stable_partition(v, [](int x) { return x % 2 == 0; });
inline constexpr detail::StablePartition stable_partition{};

}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
