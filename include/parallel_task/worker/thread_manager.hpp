// The process's threads: the pool, made of parts that each keep their own invariants.
//
//   places         how many threads may compute, and how many do
//   wakeups        who is parked, how to wake them, and what that costs
//   thread_groups  the bounds of thread_limit guards
//   starter        starting threads and ending them
//   after_fork     what becomes of all that in a child of fork
//   background     calls that wait for a thread that makes them (an object of its own)
// Here are the one instance, and what needs several parts. Pairings of its own:
//   ask for the monitor: `monitor` (release) -> whoever runs it (acquire)  the function's object file is loaded
// Two more that join parts (opening a call, parking) are at the top of wakeups.hpp and call_slot.hpp.
#pragma once

#include <parallel_task/platform/attributes.hpp>
#include <parallel_task/platform/clock.hpp>
#include <parallel_task/platform/cold.hpp>
#include <parallel_task/platform/object_file.hpp>
#include <parallel_task/platform/thread.hpp>
#include <parallel_task/policy/costs.hpp>
#include <parallel_task/policy/waking.hpp>
#include <parallel_task/worker/after_fork.hpp>
#include <parallel_task/worker/background.hpp>
#include <parallel_task/worker/call_slot.hpp>
#include <parallel_task/worker/options.hpp>
#include <parallel_task/worker/places.hpp>
#include <parallel_task/worker/tables.hpp>
#include <parallel_task/worker/this_thread.hpp>
#include <parallel_task/worker/thread_groups.hpp>
#include <parallel_task/worker/thread_starter.hpp>
#include <parallel_task/worker/wakeups.hpp>

#include <cstdint>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

PARALLEL_TASK_PADDED_BEGIN

void forget_threads() noexcept;

class PARALLEL_TASK_SHARED ThreadManager {
 public:
  static constexpr std::uint32_t slot_count = Tables::slot_count;
  static constexpr std::uint32_t bit_count = Tables::bit_count;
  static constexpr auto& call_slots = tables.call_slots;

  constexpr ThreadManager() noexcept = default;

  /// Wakes a parked thread, or starts one, or wakes a caller that waits above `slot`. True if somebody was called.
  bool wake_one_more(CallSlot const& slot, waking::Purpose purpose = waking::Purpose::compute) noexcept {
    std::uint64_t const now = ticks();
    waking::Pool pool;
    pool.in_flight = wakeups.in_flight();
    pool.busy = places.busy();
    pool.limit = places.limit();
    if (!waking::may_call(pool, purpose) && !wakeups.give_up_late_ones(now, costs)) return false;
    if (wakeups.wake_parked(now, this_thread.thread)) return true;
    if ((any_thread_starts_threads || this_thread.thread == 0) &&
        starter.start_one(places, wakeups, pool, purpose, now)) {
      return true;
    }
    return wake_caller_above(slot);
  }

  /// Wakes a parked thread, or starts one, for what waits in the background; false if all that may be are at work, or
  /// the system has no more.
  PARALLEL_TASK_COLD bool call_for_background() noexcept {
    std::uint64_t const now = ticks();
    if (wakeups.wake_parked(now, this_thread.thread)) return true;
    return starter.start_one(places, wakeups, waking::Pool{}, waking::Purpose::background, now);
  }

  /// Nanoseconds that it takes a parked thread to wake.
  [[nodiscard]] float wake_latency_ns() const noexcept { return wakeups.latency_ns(costs); }
  /// What it costs to get one more thread to compute, in nanoseconds.
  [[nodiscard]] float wake_cost_ns() const noexcept { return wakeups.cost_ns(costs); }

  void set(Options const& options) noexcept {
    wakeups.set(options);
    starter.set(options);
    places.set(options);
  }
  [[nodiscard]] Options options() const noexcept {
    Options options;
    places.get(options);
    wakeups.get(options);
    starter.get(options);
    return options;
  }

  /// Ends all threads; see `parallel_task::shutdown`.
  void shut_down() noexcept {
    starter.shut_down(wakeups);
    if (background.waits()) (void)call_for_background();  // begun when nobody could be started any more
  }

  /// In a child of fork: makes the pool what it would be if other threads had never been.
  void forget_others() noexcept;

  // The parts, each group of words that is written together on a line of its own: what every thread reads at every
  // claim boundary shares none with what is written at every wake (simulated: 166 cores on 1000 items of 50 us, 4.5 ms
  // with the two on one line). tests/worker/thread_manager.cpp has the lines.
  Costs costs;
  Places places;
  Wakeups wakeups;
  ThreadStarter starter;
  alignas(128) atomic<std::uint32_t> monitor_wanted{0};  ///< somebody should look after threads that are blocked
  atomic<std::uint32_t> monitor_on{0};                   ///< somebody does
  atomic<void (*)() noexcept> monitor{nullptr};          ///< how: the controller's, run by a spare thread
  AfterFork after_fork;
  PARALLEL_TASK_NO_UNIQUE_ADDRESS ThreadGroups thread_groups;

 private:
  /// Wakes the innermost caller that sleeps in a call around `slot`: everybody is inside a call, and those that wait in
  /// one for calls like this can help.
  static bool wake_caller_above(CallSlot const& slot) noexcept {
    std::uint32_t above = slot.parent.load(detail::memory_order_relaxed);
    for (std::uint32_t steps = 0; above < slot_count && steps != slot_count; ++steps) {
      CallSlot& waiting_call = call_slots[above];
      if ((waiting_call.word.load(detail::memory_order_relaxed) & CallSlot::waiting) != 0) {
        waiting_call.wake_caller();
        return true;
      }
      above = waiting_call.parent.load(detail::memory_order_relaxed);
    }
    return false;
  }
};

/// The one pool of the process. Constant-initialised, never destroyed: it works before main and after it.
PARALLEL_TASK_SHARED inline constinit ThreadManager thread_manager PARALLEL_TASK_ONE("thread_manager"){};

PARALLEL_TASK_COLD inline void ThreadManager::forget_others() noexcept {
  ThreadState& self = this_thread;
  SlotSet const joined = AfterFork::lose_joined_calls(self);
  self.system_id = 0;  // it has another one here
  SlotSet const open = AfterFork::keep_own_calls(self, joined, places.crowd_end.load(detail::memory_order_relaxed));
  thread_groups.forget_others(self.group);
  places.forget_others(open, self.inside < slot_count);
  wakeups.forget_others();
  background.forget_others();
  // A lost caller's frame, to which an item still refers, is on a stack that the next thread would be given.
  starter.forget_others(joined.count() != 0);
  monitor_wanted.store(0, detail::memory_order_relaxed);
  monitor_on.store(0, detail::memory_order_relaxed);
  AfterFork::forget(self);
}

/// What is called in the child of every fork.
inline void forget_threads() noexcept { thread_manager.forget_others(); }

/// Keeps this object file loaded, since the pool remembers functions of each that calls. Each has a copy of its own,
/// for which no other's can stand in.
PARALLEL_TASK_PER_OBJECT inline constinit atomic<std::uint32_t> kept_loaded{0};
PARALLEL_TASK_PER_OBJECT inline void stay_loaded() noexcept {
  // relaxed: once is enough, and twice does no harm.
  if (kept_loaded.load(detail::memory_order_relaxed) != 0) return;
  pin_object_file(&kept_loaded);
  kept_loaded.store(1, detail::memory_order_relaxed);
}

#if defined(__PIC__) && !defined(__PIE__) && defined(__unix__) && !defined(PARALLEL_TASK_SEAM_THREAD)
/// A shared object does so as it is loaded, before all its other constructors: by the thread that holds the loader's
/// lock. A call must not wait for that, since whoever holds it may be a constructor that waits for the call.
[[gnu::constructor(101)]] PARALLEL_TASK_PER_OBJECT inline void stay_loaded_from_the_start() noexcept { stay_loaded(); }
#endif

/// Before this object file's first call is open to others: has the pool's first caller tell the system of forks.
PARALLEL_TASK_PER_OBJECT inline void prepare() noexcept {
  if (kept_loaded.load(detail::memory_order_relaxed) == 0) stay_loaded();
  thread_manager.after_fork.register_handler(&forget_threads);
  thread_manager.wakeups.read_environment();
}

PARALLEL_TASK_PADDED_END

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
