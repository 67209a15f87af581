// How a run ends early: a hit, an error, a stop token, a deadline, a fork.
//
// Who does what: any worker lowers the bound, notes an outcome, or keeps an error in its own member; the caller reads
// what they mean for the result after it has closed the call, which orders everything.
// Invariants: the bound only falls. Once an outcome is there it never changes, but for `forked`, when the child of a
// fork is alone, and `left`, which outdoes the others and stays.
// Pairings.
//   bound_   lowered by compare-and-swap (relaxed), read relaxed: a hint to stop early; read for good after the close.
//   outcome_ compare-and-swap (relaxed): the first one wins; what it stands for is read after the close.
//   errors   plain, each in the member of the worker that had it: leaving (release) -> closing (acquire).
#pragma once

#include <parallel_task/controller/cancelled.hpp>
#include <parallel_task/controller/job.hpp>
#include <parallel_task/controller/settings.hpp>
#include <parallel_task/platform/atomic.hpp>
#include <parallel_task/platform/clock.hpp>
#include <parallel_task/platform/cold.hpp>
#include <parallel_task/platform/exceptions.hpp>
#include <parallel_task/platform/thread.hpp>
#include <parallel_task/worker/call_slot.hpp>

#include <cstddef>
#include <cstdint>
#include <exception>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// What ends a run before all of its positions have run. One mechanism: a bound on positions, which every worker
/// compares with between strips; what lies at or beyond it is not run any more.
class Ending {
 public:
  enum Outcome : std::uint32_t { going = 0, failed, stopped, late, forked, left };

  /// Positions at or beyond it were cut; `unknown` if none were.
  [[nodiscard]] std::size_t bound() const noexcept { return bound_.load(detail::memory_order_relaxed); }
  [[nodiscard]] Outcome outcome() const noexcept { return outcome_.load(detail::memory_order_relaxed); }

  void lower_bound_to(std::size_t bound) noexcept {
    std::size_t seen = bound_.load(detail::memory_order_relaxed);
    while (bound < seen &&
           !bound_.compare_exchange_weak(seen, bound, detail::memory_order_relaxed, detail::memory_order_relaxed)) {
    }
  }
  /// The run of `block` has said that what `cut` says is no longer wanted.
  void cut_after(Block block, Cut cut) noexcept { lower_bound_to(cut == Cut::later ? block.last : 0); }
  /// The first outcome to be noted stays; false if it is another one.
  bool note(Outcome outcome) noexcept {
    Outcome expected = going;
    return outcome_.compare_exchange_strong(expected, outcome, detail::memory_order_relaxed,
                                            detail::memory_order_relaxed);
  }
  /// In a child of fork that has lost threads of this call.
  void abandon() noexcept {
    outcome_.store(forked, detail::memory_order_relaxed);
    lower_bound_to(0);
  }
  /// An item ends its thread (pthread_exit, pthread_cancel): in a loop that would be the caller's.
  void end_thread() noexcept {
    outcome_.store(left, detail::memory_order_relaxed);
    lower_bound_to(0);
  }
  /// Whether the stop token or the deadline ends the run; the first to say so is remembered. A user's token may throw.
  PARALLEL_TASK_NOINLINE bool told_to_stop(Settings const& settings) {
    Outcome why = going;
    if (settings.stop_requested != nullptr && settings.stop_requested(settings.stop_token)) why = stopped;
    if (why == going && settings.deadline != 0 && detail::steady_ns() >= settings.deadline) why = late;
    if (why == going) return false;
    (void)note(why);
    return true;
  }

  /// Keeps the error of a strip in the member of its worker: the first in time, or where the run cuts by order each
  /// worker's lowest. Others are dropped here.
  void note_error(Member& member, Block strip, std::exception_ptr error, Cut cut) noexcept;
  /// The error to throw, of those that the members keep: the first in time, or the lowest by position where the run
  /// cuts by order. Null if there is none. After the close; the members have none any more.
  [[nodiscard]] std::exception_ptr take_error(Member* members, std::uint32_t count, Cut cut) const noexcept;
  /// Throws `cancelled` if the run was stopped.
  void throw_if_cancelled() const {
    Outcome const why = outcome();
    if (why != going) throw_cancelled(why);
  }

 private:
  static void throw_cancelled(Outcome outcome);

  atomic<std::size_t> bound_{unknown};
  atomic<Outcome> outcome_{going};
};

PARALLEL_TASK_COLD inline void Ending::note_error(Member& member, Block strip, std::exception_ptr error,
                                                  Cut cut) noexcept {
  if (cut == Cut::later) {
    if (!member.error || strip.first < member.error_at) {
      member.error = std::move(error);
      member.error_at = strip.first;
    }
    lower_bound_to(strip.last);
    return;
  }
  if (note(failed)) {
    member.error = std::move(error);
    member.error_at = strip.first;
  }
  lower_bound_to(0);
}

PARALLEL_TASK_COLD inline std::exception_ptr Ending::take_error(Member* members, std::uint32_t count,
                                                                Cut cut) const noexcept {
  std::exception_ptr error;
  std::size_t lowest = unknown;
  for (Member* member = members; member != members + count; ++member) {
    if (!member->error) continue;
    if (!error || member->error_at < lowest) {
      error = std::move(member->error);
      lowest = member->error_at;
    }
    member->error = nullptr;
  }
  // By order: the sequential loop never meets an error at or beyond the bound, which a lower hit has set.
  bool const met = cut == Cut::later ? lowest < bound() : outcome() == failed;
  return met ? error : nullptr;
}

PARALLEL_TASK_COLD inline void Ending::throw_cancelled(Outcome outcome) {
  switch (outcome) {
    case stopped:
      detail::throw_error(cancelled(StopReason::stop_requested));
    case late:
      detail::throw_error(cancelled(StopReason::deadline));
    case forked:
      detail::throw_error(cancelled(StopReason::forked));
    case left:
      end_this_thread();
    default:
      break;
  }
}

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
