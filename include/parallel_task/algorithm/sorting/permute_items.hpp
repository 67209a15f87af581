// Brings items into the order of a list of positions.
#pragma once

#include <parallel_task/algorithm/sorting/items.hpp>
#include <parallel_task/algorithm/sorting/scratch.hpp>
#include <parallel_task/algorithm/sorting/team.hpp>
#include <parallel_task/platform/ranges.hpp>

#include <cstddef>
#include <memory>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// Position k gets the item that is at positions[k] now. `to` has room for n items. Moves each twice, which nothing
/// stops.
template <class T, class N>
void permute_through(T* v, N const* positions, std::size_t n, T* to, Team const& team) noexcept {
  std::size_t const size = Team::block_of(n, 1024);
  team.template blocks_to_the_end<Phase::scatter>(n, size, [&](std::size_t first, std::size_t last) {
    for (std::size_t i = first; i != last; ++i) {
#if defined(__GNUC__)
      if (i + 12 < last) __builtin_prefetch(v + positions[i + 12]);
#endif
      std::construct_at(to + i, std::move(v[positions[i]]));
      std::destroy_at(v + positions[i]);
    }
  });
  team.template blocks_to_the_end<Phase::move>(n, size, [&](std::size_t first, std::size_t last) {
    if constexpr (is_bitwise<T>) {
      detail::copy_items(v + first, to + first, last - first);
    } else {
      for (std::size_t i = first; i != last; ++i) {
        std::construct_at(v + i, std::move(to[i]));
        std::destroy_at(to + i);
      }
    }
  });
}

/// The same by swaps, cycle by cycle; `positions` are used up. Where a swap throws, what it did is what it promised,
/// and all other items are there.
template <class I, class N>
void permute_by_swaps(I first, N* positions, std::size_t n) {
  auto const at = [&](std::size_t i) { return first + static_cast<std::iter_difference_t<I>>(i); };
  for (std::size_t start = 0; start != n; ++start) {
    std::size_t i = start;
    for (;;) {
      auto const from = static_cast<std::size_t>(positions[i]);
      positions[i] = static_cast<N>(i);
      if (from == start) break;
      std::ranges::iter_swap(at(i), at(from));
      i = from;
    }
  }
}

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
