// Threads beyond the cores, only where threads are blocked: each looks at itself, a spare one monitors all.
#pragma once

#include <parallel_task/platform/cold.hpp>
#include <parallel_task/platform/usage.hpp>
#include <parallel_task/policy/cost_model.hpp>
#include <parallel_task/worker/thread_runner.hpp>

#include <bit>
#include <cstdint>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// Counts the calling thread as blocked: one more may compute.
inline void call_blocked() noexcept {
  if (this_thread.blocked) return;
  this_thread.blocked = true;
  thread_manager.places.blocked.fetch_add(1, detail::memory_order_relaxed);
}

/// Forgets the baseline: the next look only takes a new one.
inline void forget_baseline() noexcept { this_thread.looked_at = 0; }

/// Judges the calling thread since its last look, and takes a new baseline. `drop` where nothing can be said.
[[nodiscard]] inline cost_model::Verdict look_at_oneself() noexcept {
  ThreadState& self = this_thread;
  std::uint64_t const before = ticks();
  ThreadUsage const usage = this_thread_usage();
  std::uint64_t const now = ticks();
  cost_model::Verdict verdict = cost_model::Verdict::drop;
  if (usage.known && self.looked_at != 0) {
    verdict = cost_model::judge({elapsed_ns(self.looked_at, now), static_cast<float>(usage.cpu_ns - self.cpu_ns),
                                 usage.switches - self.switches, elapsed_ns(before, now)});
  }
  self.looked_at = now;
  self.cpu_ns = usage.cpu_ns;
  self.switches = usage.switches;
  return verdict;
}

/// Counts the threads that work in open calls, and those of them that sleep at this moment.
struct Census {
  std::uint32_t inside = 0;
  std::uint32_t asleep = 0;
};
PARALLEL_TASK_COLD [[nodiscard]] inline Census take_census() noexcept {
  constexpr std::uint32_t most = 256;
  int seen[most];
  Census census;
  ThreadManager& manager = thread_manager;
  std::uint32_t index = 0;
  for (OpenCalls open = manager.places.open_calls(); open.next(index);) {
    CallSlot const& slot = manager.call_slots[index];
    // acquire: pairs with the release of the caller that made the table.
    Members const* const members = slot.members.load(detail::memory_order_acquire);
    std::uint32_t const end = slot.high.load(detail::memory_order_relaxed);
    for (std::uint32_t i = 0; members != nullptr && i < end && i < members->size; ++i) {
      int const id = members->all[i].system_id.load(detail::memory_order_relaxed);
      bool known = id == 0;
      for (std::uint32_t k = 0; k < census.inside && !known; ++k) known = seen[k] == id;  // nested: a member twice
      if (known || census.inside == most) continue;
      seen[census.inside++] = id;
      if (thread_sleeps(id)) ++census.asleep;
    }
  }
  return census;
}

/// The monitor: run by one spare thread while calls are open and every place is taken. It looks with a growing pause
/// (1 to 16 ms); when for three looks in a row fewer threads computed than there are cores, although that many are
/// inside, it has another thread take over and comes back as blocked: its thread then joins in. It ends when a place is
/// free, or no call is open.
PARALLEL_TASK_COLD inline void run_monitor() noexcept {
  ThreadManager& manager = thread_manager;
  std::int64_t pause = Costs::monitor_pause;
  std::uint32_t low = 0;
  while (!manager.starter.stopping.load(detail::memory_order_relaxed)) {
    sleep_ns(pause);
    if (!manager.places.any_wants() || wanted(false)) break;
    std::uint32_t const cores = manager.places.cores();
    Census const census = take_census();
    if (census.inside >= cores && census.inside - census.asleep < cores) {
      if (++low < Costs::monitor_looks) continue;
      if (manager.places.limit() >= manager.places.most_computing()) {  // all that may help are here
        pause = Costs::longest_monitor_pause;
        continue;
      }
      call_blocked();
      manager.monitor_wanted.store(1, detail::memory_order_relaxed);
      break;
    }
    low = 0;
    pause = pause < Costs::longest_monitor_pause / 2 ? 2 * pause : Costs::longest_monitor_pause;
  }
  manager.monitor_on.store(0, detail::memory_order_relaxed);
  if (!this_thread.blocked) return;
  manager.wakeups.notify_one();
}

/// Asks for the monitor; true while nobody runs it, and somebody should be woken for it.
[[nodiscard]] inline bool ask_for_monitor() noexcept {
  ThreadManager& manager = thread_manager;
  if (manager.monitor_on.load(detail::memory_order_relaxed) != 0 || manager.places.busy() < manager.places.cores())
    return false;
  // release: pairs with the acquire in run_thread. The function may lie in an object file that was loaded just now.
  if (manager.monitor_wanted.load(detail::memory_order_relaxed) == 0) {  // asked for at every long item: written once
    manager.monitor.store(&run_monitor, detail::memory_order_release);
    manager.monitor_wanted.store(1, detail::memory_order_relaxed);
  }
  return true;
}

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
