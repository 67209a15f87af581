// Looks at items before they are sorted: what is in order already, in runs, or nearly, is not sorted anew.
#pragma once

#include <parallel_task/algorithm/sorting/items.hpp>
#include <parallel_task/algorithm/sorting/merge_runs.hpp>
#include <parallel_task/algorithm/sorting/scratch.hpp>
#include <parallel_task/algorithm/sorting/team.hpp>
#include <parallel_task/platform/atomic.hpp>
#include <parallel_task/platform/inline.hpp>
#include <parallel_task/platform/ranges.hpp>

#include <cstddef>
#include <cstdint>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// The first position behind `i` whose item is less than the one before it (with `falls`: is not less), or `last`.
template <bool falls, class I, class O>
std::size_t run_end(I const& first, std::size_t i, std::size_t last, O const& less) {
  constexpr std::size_t stretch = 32;
  auto const ends_at = [&](std::size_t k) PARALLEL_TASK_INLINE_BODY {
    using D = std::iter_difference_t<I>;
    return less(first[static_cast<D>(k)], first[static_cast<D>(k) - 1]) == !falls;
  };
  std::size_t const alone = last - i <= 9 ? last : i + 9;
  for (++i; i < alone; ++i) {
    if (ends_at(i)) return i;
  }
  while (i < last && last - i >= stretch) {  // without branches, so that numbers are compared by vectors
    unsigned ends = 0;
    PARALLEL_TASK_BY_FOURS
    for (std::size_t k = 0; k != stretch; ++k) ends |= static_cast<unsigned>(ends_at(i + k));
    if (ends != 0) break;
    i += stretch;
  }
  for (; i < last; ++i) {
    if (ends_at(i)) return i;
  }
  return last;
}

/// The runs of a stretch of items: rising, or strictly falling, since others could not be reversed and stay stable.
struct Runs : RunList {
  std::uint64_t falls = 0;  ///< bit r: run r falls

  [[nodiscard]] bool add(std::size_t start, bool falling) noexcept {
    if (count == most_runs) return false;
    starts[count] = start;
    falls |= std::uint64_t{falling} << count++;
    return true;
  }
  [[nodiscard]] bool is_falling(std::size_t r) const noexcept { return (falls >> r & 1) != 0; }
  [[nodiscard]] std::size_t size(std::size_t r) const noexcept { return starts[r + 1] - starts[r]; }
};

/// Whether v[first, last) has at most `limit` runs; they are added to `runs`.
template <class T, class O>
bool find_runs(T* v, std::size_t first, std::size_t last, std::size_t limit, Runs& runs, O const& less) {
  for (std::size_t i = first; i < last;) {
    bool const falling = i + 1 < last && less(v[i + 1], v[i]);
    if (runs.count == limit || !runs.add(i, falling)) return false;
    i = falling ? detail::run_end<true>(v, i, last, less) : detail::run_end<false>(v, i, last, less);
  }
  runs.starts[runs.count] = last;
  return true;
}

/// The same, by all. False also if there is no memory for 64 lists.
template <class T, class O>
bool find_runs(T* v, std::size_t n, Runs& all, O const& less, Team const& team) {
  ScratchMemory scratch(ScratchMemory::bytes_for<Runs>(64), team.settings());
  Runs* const room = scratch.carve<Runs>(64);
  if (room == nullptr) return false;
  std::size_t const size = Team::block_of(n, 8192);
  atomic<std::uint32_t> failed{0};
  team.template blocks<Phase::look>(n, size, [&](std::size_t first, std::size_t last) {
    Runs& runs = *::new (static_cast<void*>(room + first / size)) Runs;
    if (failed.load(detail::memory_order_relaxed) == 0 && !detail::find_runs(v, first, last, most_runs, runs, less)) {
      failed.store(1, detail::memory_order_relaxed);  // a hint, read again after the pass
    }
  });
  if (failed.load(detail::memory_order_relaxed) != 0) return false;
  for (std::size_t b = 0; b * size < n; ++b) {
    Runs const& runs = room[b];
    for (std::size_t r = 0; r != runs.count; ++r) {
      std::size_t const start = runs.starts[r];
      bool falling = runs.is_falling(r);
      if (r == 0 && b != 0) {  // goes on with the run before it if both go the same way
        std::size_t const last = all.count - 1;
        bool const steps_down = less(v[start], v[start - 1]);
        bool const either = start - all.starts[last] == 1;  // a single item may be the beginning of both
        bool const next_is_single = runs.size(0) == 1;
        if ((either || all.is_falling(last) == steps_down) && (next_is_single || falling == steps_down)) {
          if (either) all.falls = (all.falls & ~(std::uint64_t{1} << last)) | std::uint64_t{steps_down} << last;
          continue;
        }
      }
      if (!all.add(start, falling)) return false;
    }
  }
  all.starts[all.count] = n;
  return true;
}

/// Whether items are sorted as they lie, for sorts that take memory before they compare: neighbours here and there say
/// mostly that they are not.
template <class I, class O>
bool are_in_order(I const& first, std::size_t n, O const& less, Team const& team) {
  constexpr std::size_t samples = 16;
  if (n <= samples) return false;
  using D = std::iter_difference_t<I>;
  for (std::size_t s = 0; s != samples; ++s) {
    auto const at = static_cast<D>(1 + s * ((n - 1) / samples));
    if (less(first[at], first[at - 1])) return false;
  }
  atomic<std::uint32_t> falls{0};
  team.template blocks<Phase::look>(n - 1, Team::block_of(n, 8192), [&](std::size_t begin, std::size_t end) {
    if (falls.load(detail::memory_order_relaxed) == 0 &&
        detail::run_end<false>(first, begin, end + 1, less) != end + 1) {
      falls.store(1, detail::memory_order_relaxed);  // a hint, read again after the pass
    }
  });
  return falls.load(detail::memory_order_relaxed) == 0;
}

/// Exchanges n items from `left` on with those before `end`. The bounds are the function's own, lest a compiler think
/// that an item written changes them, and make no vectors.
template <class T>
void exchange_ends(T* left, T* end, std::size_t n) noexcept {
  for (T* const last = left + n; left != last; ++left) {
    --end;
    T const item(*left);
    detail::put(left, *end);
    detail::put(end, item);
  }
}
template <class T>
void reverse_items(T* v, std::size_t n, Team const& team) {
  team.blocks_to_the_end<Phase::move>(n / 2, std::size_t{1} << 14, [&](std::size_t first, std::size_t last) {
    detail::exchange_ends(v + first, v + (n - first), last - first);
  });
}
template <class T>
void copy_reversed(T* to, T const* end, std::size_t n) noexcept {
  for (T* const last = to + n; to != last; ++to) detail::put(to, *--end);
}

/// Reverses the runs that fall.
template <class T>
void straighten(T* v, Runs const& runs, Team const& team) {
  for (std::size_t r = 0; r != runs.count; ++r) {
    if (runs.is_falling(r)) detail::reverse_items(v + runs.starts[r], runs.size(r), team);
  }
}

/// Copies runs to `to`, those that fall reversed.
template <class T>
void straighten_into(T* to, T const* v, Runs const& runs, Team const& team) {
  team.blocks<Phase::move>(runs.starts[runs.count], std::size_t{1} << 15, [&](std::size_t first, std::size_t last) {
    for (std::size_t r = 0; r != runs.count; ++r) {
      std::size_t const begin = runs.starts[r] < first ? first : runs.starts[r];
      std::size_t const end = runs.starts[r + 1] < last ? runs.starts[r + 1] : last;
      if (begin >= end) continue;
      if (runs.is_falling(r)) {
        detail::copy_reversed(to + begin, v + (runs.starts[r] + runs.starts[r + 1] - begin), end - begin);
      } else {
        detail::copy_items(to + begin, v + begin, end - begin);
      }
    }
  });
}

/// What a glance at a few places shows.
enum class Glance : unsigned char { mixed, in_runs, nearly_sorted };

template <class T, class O>
Glance glance(T* v, std::size_t n, O const& less) {
  constexpr std::size_t windows = 16;
  constexpr std::size_t length = 16;
  if (n < 4 * windows * length) {  // the beginning alone: others would cost as much as they save
    std::size_t const end = n < 12 ? n : n / 16 + 8;
    Runs runs;
    return detail::find_runs(v, 0, end, 1 + end / 16, runs, less) ? Glance::in_runs : Glance::mixed;
  }
  std::uint64_t random = n;
  std::size_t down = 0;
  std::size_t rough = 0;
  for (std::size_t w = 0; w != windows; ++w) {
    random = random * 6364136223846793005U + 1442695040888963407U;
    std::size_t const part = n / windows;
    T* const at = v + w * part + static_cast<std::size_t>(random >> 33) % (part - length);
    std::size_t steps = 0;
    for (std::size_t i = 1; i <= length; ++i) steps += less(at[i], at[i - 1]);
    down += steps;
    rough += steps < length - steps ? steps : length - steps;
    if (rough > windows * length / 10) return Glance::mixed;
  }
  return down <= windows * length / 10 ? Glance::nearly_sorted : Glance::in_runs;
}

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
