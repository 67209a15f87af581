// Thread groups: how many threads compute in the extent of each thread_limit guard.
//
// A group is an index into the table; groups nest as their guards do.
// Invariants.
//   `used` counts the guard's own thread and each thread that has entered the group and has not left it.
//   used <= limit.
//   A thread enters a group only after it has joined a call of the group, and leaves it before it leaves the call. The
//   guard outlives its calls, so nobody is in a group that its guard has given back.
// Pairings.
//   give_back: `taken` = 0 (release) -> take: `taken` = 1 (acquire)  the counts of the guard before come before the
//   next's
// All other accesses are relaxed: `used` is a counter, and slots that name a group are opened, with a release, after
// the group has been filled in.
#pragma once

#include <parallel_task/worker/tables.hpp>

#include <cstdint>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

class PARALLEL_TASK_SHARED ThreadGroups {
 public:
  static constexpr std::uint32_t count = Tables::group_count;
  static constexpr std::uint32_t none = ~std::uint32_t{0};
  static constexpr auto& table = tables.groups;

  constexpr ThreadGroups() noexcept = default;

  /// A group of at most `limit` threads inside of `outer`, the calling thread being in it; `none` if all are taken.
  [[nodiscard]] std::uint32_t take(std::uint32_t limit, std::uint32_t outer) noexcept {
    for (std::uint32_t i = 0; i != count; ++i) {
      // acquire: pairs with the release in give_back; threads that the guard before counted have left by then.
      if (table[i].taken.exchange(1, detail::memory_order_acquire) != 0) continue;
      table[i].outer.store(outer, detail::memory_order_relaxed);
      table[i].limit.store(limit, detail::memory_order_relaxed);
      table[i].used.store(1, detail::memory_order_relaxed);
      return i;
    }
    return none;
  }
  void give_back(std::uint32_t group) noexcept {
    // release: pairs with the acquire of the index's next owner. The guard's calls are closed: all left its group
    // before.
    table[group].taken.store(0, detail::memory_order_release);
  }

  /// Enters `group` and those around it up to `own`, in which the thread is counted already; false if one is full.
  [[nodiscard]] bool enter(std::uint32_t group, std::uint32_t own) noexcept {
    for (std::uint32_t g = group; g != own && g < count; g = table[g].outer.load(detail::memory_order_relaxed)) {
      std::uint32_t used = table[g].used.load(detail::memory_order_relaxed);
      do {
        if (used >= table[g].limit.load(detail::memory_order_relaxed)) {
          leave(group, g);
          return false;
        }
      } while (!table[g].used.compare_exchange_weak(used, used + 1, detail::memory_order_relaxed,
                                                    detail::memory_order_relaxed));
    }
    return true;
  }
  /// Leaves `group` and those around it, `up_to` not included.
  void leave(std::uint32_t group, std::uint32_t up_to) noexcept {
    for (std::uint32_t g = group; g != up_to && g < count;) {
      std::uint32_t const outer = table[g].outer.load(detail::memory_order_relaxed);
      table[g].used.fetch_sub(1, detail::memory_order_relaxed);
      g = outer;
    }
  }
  /// Whether a thread that is in no group could enter `group` and those around it: a glance, at guards that may be
  /// gone.
  [[nodiscard]] bool have_room(std::uint32_t group) const noexcept {
    for (std::uint32_t g = group, steps = 0; g < count && steps != count; ++steps) {
      if (table[g].used.load(detail::memory_order_relaxed) >= table[g].limit.load(detail::memory_order_relaxed))
        return false;
      g = table[g].outer.load(detail::memory_order_relaxed);
    }
    return true;
  }
  /// Most threads that a call in `group` may have; ~0: no bound.
  [[nodiscard]] std::uint32_t limit_of(std::uint32_t group) const noexcept {
    std::uint32_t least = ~std::uint32_t{0};
    for (std::uint32_t g = group; g < count; g = table[g].outer.load(detail::memory_order_relaxed)) {
      std::uint32_t const here = table[g].limit.load(detail::memory_order_relaxed);
      if (here < least) least = here;
    }
    return least;
  }

  /// In a child of fork: the guards around the fork hold on, with the one thread in them; the others are gone.
  void forget_others(std::uint32_t own) noexcept {
    // Groups are taken from the first on, so the first that was never taken ends them; a page that is touched is
    // copied.
    std::uint32_t end = 0;
    while (end != count &&
           table[end].limit.load(detail::memory_order_relaxed) + table[end].taken.load(detail::memory_order_relaxed) !=
               0) {
      table[end++].used.store(0, detail::memory_order_relaxed);
    }
    for (std::uint32_t g = own; g < count; g = table[g].outer.load(detail::memory_order_relaxed)) {
      table[g].used.store(1, detail::memory_order_relaxed);
    }
    for (std::uint32_t i = 0; i != end; ++i) {
      if (table[i].used.load(detail::memory_order_relaxed) == 0) table[i].taken.store(0, detail::memory_order_relaxed);
    }
  }
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
