// What all who work in one call share: what is run and how, how it may end, and once it is published where.
//
// Who does what: the caller fills it in; from publishing to closing its workers read it, and write only the parts that
// have their own tables (`ending`, `pull_role`, `extra_threads`), the slot, and their own members.
// Pairings: opening the slot (release) -> joining (acquire) carries everything that the caller has filled in; leaving
// (release) -> closing (acquire) carries what the workers have left.
#pragma once

#include <parallel_task/controller/ending.hpp>
#include <parallel_task/controller/extra_threads.hpp>
#include <parallel_task/controller/job.hpp>
#include <parallel_task/controller/pull_role.hpp>
#include <parallel_task/controller/segments.hpp>
#include <parallel_task/controller/settings.hpp>
#include <parallel_task/controller/units.hpp>
#include <parallel_task/platform/attributes.hpp>

#include <cstddef>
#include <cstdint>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

class Observer;

/// A count of `ticks()`.
using Ticks = std::uint64_t;

PARALLEL_TASK_PADDED_BEGIN

/// On lines of its own, so that none of them is shared with whatever else lies on the caller's stack.
struct alignas(64) Call : OpenCall {
  Call() = default;
  explicit Call(Settings const& chosen) : settings(chosen) {}

  /// Whether a stop token or a deadline may end it.
  [[nodiscard]] bool may_be_stopped() const noexcept {
    return settings.stop_requested != nullptr || settings.deadline != 0;
  }
  /// A run that cuts by order must know which positions a segment holds, whatever its accumulators would allow.
  [[nodiscard]] bool ordered() const noexcept { return job.ordered || job.cut == Cut::later; }
  [[nodiscard]] std::size_t bound() const noexcept { return ending.bound(); }

  /// The positions of units [first, last) of a queue.
  [[nodiscard]] Block positions_of(std::uint32_t first, std::uint32_t last) const noexcept {
    if (job.pull == nullptr) return units.positions_of(first, last);
    return PulledUnits::positions_of(first, last, pull_role.known());
  }
  /// Whether `position` may be put back into a queue.
  [[nodiscard]] bool may_wait(std::size_t position) const noexcept {
    return job.pull == nullptr || PulledUnits::may_wait(position, pull_role.known());
  }
  /// It has more work than was forecast: lets twice as many threads join. By one that has joined, so the slot is its.
  void ask_for_more() noexcept {
    std::uint32_t const asked = slot->most_joined.load(detail::memory_order_relaxed);
    if (asked >= may_join || asked == 0) return;
    slot->most_joined.store(asked < may_join / 2 ? 2 * asked : may_join, detail::memory_order_relaxed);
  }
  /// Nobody may join any more, and who has joined leaves; or all may again. By whoever holds the pull role.
  void refuse_helpers() noexcept { slot->most_joined.store(0, detail::memory_order_relaxed); }
  void admit_helpers() noexcept { slot->most_joined.store(may_join, detail::memory_order_relaxed); }
  [[nodiscard]] bool refuses_helpers() const noexcept {
    return slot->most_joined.load(detail::memory_order_relaxed) == 0;
  }
  /// Whether pulling may turn out to be what takes the time. Not of a stream, which waits for what comes; nor where an
  /// executor has started the helpers, who would not come again.
  [[nodiscard]] bool is_pulling_judged() const noexcept {
    return job.least_cost > 0 && (!job.may_pause || job.walk_on != nullptr) && settings.host == nullptr;
  }
  /// Units that workers have run since it was published; a glance.
  [[nodiscard]] std::uint64_t units_done() const noexcept {
    std::uint64_t done = 0;
    std::uint32_t const end = slot->high.load(detail::memory_order_relaxed);
    for (std::uint32_t i = 0; i < end && i < members->size; ++i) {
      done += members->all[i].done.load(detail::memory_order_relaxed);
    }
    return done;
  }

  // Ordered by who touches what while the call is open, since each line that one core writes and another reads moves
  // from the one to the other and back. All read these, and few write them:
  Settings settings;
  Job job;
  CallSlot* slot = nullptr;  // null until it is published
  Members* members = nullptr;
  Units units;
  Ticks published = 0;
  Ending ending;
  PullRole pull_role;
  ExtraThreads extra_threads;
  Observer* observer;          // of observed calls, and not even initialised in others
  std::uint32_t index = 0;     // of the slot
  std::uint32_t may_join = 0;  // threads, at most; the slot has how many are asked for
  // The caller alone has to do with these, at each of its strips:
  Ticks started = 0;        // 0: the clock was not read
  std::uint64_t alone = 0;  // positions that it ran before it shared
  SegmentNode home;         // of what it ran then
};

PARALLEL_TASK_PADDED_END

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
