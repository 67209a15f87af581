// The loop in a library thread: join a call that wants help, stay hot for a while, park.
#pragma once

#include <parallel_task/platform/cold.hpp>
#include <parallel_task/platform/stack.hpp>
#include <parallel_task/worker/as_caller.hpp>
#include <parallel_task/worker/thread_manager.hpp>

#include <bit>
#include <cstdint>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// Takes back that the calling thread is blocked.
inline void clear_blocked() noexcept {
  if (!this_thread.blocked) return;
  this_thread.blocked = false;
  thread_manager.places.blocked.fetch_sub(1, detail::memory_order_relaxed);
}

/// Whether call `slot` was made, at any depth, by an item of call `above`.
[[nodiscard]] inline bool descends_from(std::uint32_t slot, std::uint32_t above) noexcept {
  for (std::uint32_t steps = 0; steps != ThreadManager::slot_count; ++steps) {
    slot = thread_manager.call_slots[slot].parent.load(detail::memory_order_relaxed);
    if (slot == above) return true;
    if (slot >= ThreadManager::slot_count) return false;
  }
  return false;
}

/// A thread that works in a call may be ended in an item (pthread_exit, pthread_cancel): it leaves the call all the
/// same, as its stack is unwound.
struct WhenEnded {
  std::uint32_t index;
  std::uint32_t member;
  std::uint32_t group;
  std::uint32_t above;
  ThreadState const& before;
  bool leaves = false;

  PARALLEL_TASK_ALWAYS_INLINE ~WhenEnded() {
    if (!leaves) leave();
  }

 private:
  PARALLEL_TASK_COLD void leave() noexcept {
    ThreadManager& manager = thread_manager;
    CallSlot& slot = manager.call_slots[index];
    this_thread.inside = before.inside;
    this_thread.group = before.group;
    --this_thread.depth;
    this_thread.join = before.join;
    slot.give_member(member);
    manager.thread_groups.leave(group, this_thread.group);
    if (above == CallSlot::no_parent) manager.places.give();
    slot.leave();
  }
};

/// What a thread does in the call in slot `index` that has joined it, until nothing is left to take. With `above`: only
/// if it descends from that call. It counts in `group`, and in those around that. False if it ran nothing.
PARALLEL_TASK_ALWAYS_INLINE inline bool work_as_member(CallSlot& slot, std::uint32_t index, std::uint32_t above,
                                                       std::uint32_t group) {
  ThreadManager& manager = thread_manager;
  ThreadState& self = this_thread;
  bool worked = false;
  PARALLEL_TASK_INVARIANT(slot.call.load(detail::memory_order_relaxed) != nullptr,
                          "a call that was joined has a frame");
  OpenCall* const call = slot.call.load(detail::memory_order_relaxed);
  if (!is_as_urgent_as(call->caller)) {
    ++self.in_vain;
  } else if ((above >= CallSlot::hosted || descends_from(index, above)) &&
             manager.thread_groups.enter(group, self.group)) {
    Members const& members = *slot.members.load(detail::memory_order_relaxed);
    std::uint32_t const member = slot.take_member(members.size, self.member);
    if (member != CallSlot::most_members) {
      Member const& own = members.all[member];
      self.member = member;
      std::uint64_t const claims_before = own.counts.claims;
      ThreadState const before = self;
      self.inside = index;
      self.group = group;
      ++self.depth;
      self.join = {};
      {
        AsCaller const as_caller(call->caller, members.all[member].loan);
        WhenEnded ended{index, member, group, above, before};
        call->enter(*call, member);
        ended.leaves = true;
      }
      self.inside = before.inside;
      self.group = before.group;
      --self.depth;
      self.join = before.join;
      worked = own.counts.claims != claims_before;
      // Only a strategy's refusal lasts. Who lost a race for a block, or saw one that was in a thief's hands, looks
      // again: the thief may have gone into a long item by then, sure that somebody hot would find the rest.
      self.in_vain = worked || !own.refused ? 0 : self.in_vain + 1;
      slot.give_member(member);
    }
    manager.thread_groups.leave(group, self.group);
  }
  return worked;
}

/// Joins the call in slot `index`, works in it until nothing is left to take, and leaves. With `above`: only if it
/// descends from that call. Without, the thread holds a place to compute in, and gives it up. False if it ran nothing.
PARALLEL_TASK_ALWAYS_INLINE inline bool join_and_work(std::uint32_t index, std::uint32_t above) {
  ThreadManager& manager = thread_manager;
  CallSlot& slot = manager.call_slots[index];
  if (!slot.join()) {
    if (above == CallSlot::no_parent) manager.places.give();
    return false;
  }
  // From here on the call can't close, so what was read before is read again; and the thread_limit guards around it
  // live on: their groups are entered after the join and left before the leave, or they might be another guard's by
  // then.
  bool const worked = work_as_member(slot, index, above, slot.group.load(detail::memory_order_relaxed));
  // The place before the call: the caller, woken by the leave, may take this thread's core, and would find that all
  // compute, for as long as it keeps it.
  if (above == CallSlot::no_parent) manager.places.give();
  slot.leave();
  return worked;
}

/// Whether the call in `slot` has room for a thread that is in no group: a glance, so that nobody tries in vain for
/// long.
[[nodiscard]] inline bool has_room(CallSlot const& slot) noexcept {
  return (slot.word.load(detail::memory_order_relaxed) & CallSlot::count) <
             slot.most_joined.load(detail::memory_order_relaxed) &&
         thread_manager.thread_groups.have_room(slot.group.load(detail::memory_order_relaxed));
}

/// Joins one open call after the other; true if it worked in any. `hot`: the thread is counted in `spinning`, and is
/// not while it works, or nobody would wake the others.
PARALLEL_TASK_NOINLINE inline bool join_any(bool hot = false) {
  ThreadManager& manager = thread_manager;
  bool worked = false;
  // relaxed: a glance. Parking reads it again (`wanted`), and joining acquires what the call is.
  std::uint32_t const offset = this_thread.thread % ThreadManager::bit_count;  // threads begin at different calls
  OpenCalls const open = manager.places.open_calls(offset);
  std::uint32_t const fair_share = manager.places.fair_share();
  for (bool within_share : {true, false}) {
    std::uint32_t index = 0;
    for (OpenCalls rest = open; rest.next(index);) {
      CallSlot& slot = manager.call_slots[index];
      // The queues before the word: hot threads ask again and again, and all that join and leave write the word.
      if (!slot.has_work(this_thread.member)) continue;
      // First the calls that have less than their share, then any that wants help.
      std::uint32_t const joined = slot.word.load(detail::memory_order_relaxed) & CallSlot::count;
      if (within_share ? joined + 1 >= fair_share && fair_share > 1 : joined + 1 < fair_share || fair_share == 1)
        continue;
      if (!has_room(slot)) continue;
      if (!manager.places.take()) return worked;
      if (hot) manager.wakeups.spinning.fetch_sub(1, detail::memory_order_relaxed);
      worked = join_and_work(index, CallSlot::no_parent) || worked;
      if (this_thread.lost) no_way_back();
      if (hot) manager.wakeups.spinning.fetch_add(1, detail::memory_order_relaxed);
      if (manager.starter.stopping.load(detail::memory_order_relaxed)) return worked;
    }
  }
  return worked;
}

/// Takes up what has waited longest in the background, and makes it as a thread of the user's would; false if there is
/// nothing. It needs no place, but is counted, so that helpers make room.
PARALLEL_TASK_NOINLINE inline bool run_in_background() {
  if (!background.waits()) return false;
  ThreadManager& manager = thread_manager;
  BackgroundRun* const run = background.begin(manager.places.limit());
  if (run == nullptr) return false;
  if (background.waits()) (void)manager.call_for_background();  // so calls spread as a tree
  struct UnderWay {
    UnderWay() noexcept {
      thread_manager.places.computing.fetch_add(1, detail::memory_order_relaxed);
      ++this_thread.depth;
    }
    ~UnderWay() {
      --this_thread.depth;
      thread_manager.places.give();
      background.end();
    }
  } const under_way;
  run->make(*run);
  if (this_thread.lost) no_way_back();
  return true;
}

/// Spins on the mask of open calls for `costs.hot` of CPU time: a gap in the clock was spent by somebody else. Not at
/// all for a while if that has cost more than it has brought.
PARALLEL_TASK_ALWAYS_INLINE inline void stay_hot(bool worked) {
  ThreadManager& manager = thread_manager;
  ThreadState& self = this_thread;
  std::uint32_t const cores = manager.places.cores();
  std::uint32_t const limit = manager.places.limit();
  std::uint64_t last = ticks();
  if (self.spins_stopped != 0 && elapsed_ns(self.spins_stopped, last) < self.spins.pause) return;
  if (manager.wakeups.spinning.fetch_add(1, detail::memory_order_relaxed) + 1 < cores || cores == 1) {
    bool served = worked;
    bool lost = false;
    float used = 0;
    for (std::uint32_t i = 1;; ++i) {
      // Whether somebody needs the core. Seldom where many spin: each that leaves writes what they look at, and 166
      // that looked each time kept the others from leaving for 100 us (simulated).
      if (i % cores == 1 % cores && manager.places.busy() >= cores) break;
      if (manager.starter.stopping.load(detail::memory_order_relaxed) || background.waits(limit)) break;
      // A look round takes as long as sixteen pauses, with many threads.
      bool const look = manager.places.any_wants();
      if (look && join_any(true)) {
        self.spins.note(used, true, manager.wake_latency_ns());
        served = true;
        used = 0;
        last = ticks();
        manager.wakeups.patience.store(1, detail::memory_order_relaxed);
        continue;
      }
      relax();
      if (look || i % Costs::pauses_a_look == 0) {
        std::uint64_t const now = ticks();
        float const gap = elapsed_ns(last, now);
        lost = gap > Costs::lost_core;
        used += gap < manager.costs.preempted ? gap : manager.costs.preempted;
        last = now;
        if (used > Costs::signals_kept) be_idle();
        if (lost || used > manager.wakeups.hot_ns()) break;
      }
    }
    self.spins.note(used, false, 0);
    if (self.spins.should_pause(lost)) self.spins_stopped = last;
    if (!served) {
      std::uint32_t const patience = manager.wakeups.patience.load(detail::memory_order_relaxed);
      if (patience < Costs::most_patience) manager.wakeups.patience.store(patience * 2, detail::memory_order_relaxed);
    }
  }
  manager.wakeups.spinning.fetch_sub(1, detail::memory_order_relaxed);
}

/// Whether an open call wants help and there is a place to compute in. `refused`: the thread has been refused the
/// queues that it found; then only a source that it could pull from counts, since nobody refuses that.
[[nodiscard]] inline bool wanted(bool refused) noexcept {
  ThreadManager& manager = thread_manager;
  if (manager.places.busy() >= manager.places.limit()) return false;
  // seq_cst: see wakeups.hpp, parking.
  std::uint64_t const bits = manager.places.wanting.load(detail::memory_order_seq_cst);
  std::uint32_t const others = manager.places.crowd.load(detail::memory_order_seq_cst);
  std::uint32_t index = 0;
  for (OpenCalls open = manager.places.walk(bits, others); open.next(index);) {
    CallSlot const& slot = manager.call_slots[index];
    bool const work = refused ? slot.pull.load(detail::memory_order_relaxed) == CallSlot::ready : slot.has_work();
    if (work && has_room(slot)) return true;
  }
  return false;
}

/// Whether a monitor is asked for, there is none, and it has something to look after: without the last, a thread that
/// finds a core free by now would neither become the monitor nor park.
[[nodiscard]] inline bool monitor_is_due() noexcept {
  ThreadManager& manager = thread_manager;
  return manager.monitor_wanted.load(detail::memory_order_relaxed) != 0 &&
         manager.monitor_on.load(detail::memory_order_relaxed) == 0 && manager.places.any_wants() &&
         manager.places.busy() >= manager.places.cores();
}

/// Sleeps until a wakeup, unless there is something to do already; true if it slept. A thread that has joined time and
/// again in vain (a strategy may forbid to rob the threads that are there) sleeps all the same.
inline bool park() noexcept {
  ThreadManager& manager = thread_manager;
  std::uint32_t const seen = manager.wakeups.prepare_wait();  // before `wanted` reads `wanting`: see wakeups.hpp
  bool const idle = !background.keeps_awake(manager.places.limit()) &&
                    !wanted(this_thread.in_vain >= Costs::vain_tries) && !monitor_is_due() &&
                    !manager.starter.stopping.load(detail::memory_order_seq_cst);
  if (idle) {
    be_idle();
    this_thread.in_vain = 0;
    std::uint64_t const parked = ticks();
    manager.wakeups.wait(seen);
    this_thread.parked_at = parked;
    this_thread.woken_at = ticks();
    this_thread.woken_by = manager.wakeups.waker_thread.load(detail::memory_order_relaxed);
  }
  manager.wakeups.finish_wait();
  return idle;
}

/// Writes "<prefix><number>" and tells the system.
PARALLEL_TASK_COLD inline void name_runner(char const* prefix, std::uint32_t number) noexcept {
  char name[16];
  std::uint32_t size = 0;
  for (; prefix != nullptr && *prefix != '\0' && size < longest_name_prefix; ++prefix) name[size++] = *prefix;
  char digits[8];
  std::uint32_t count = 0;
  do {
    digits[count++] = static_cast<char>('0' + number % 10);
    number /= 10;
  } while (number != 0);
  while (count != 0) name[size++] = digits[--count];
  name[size] = '\0';
  name_this_thread(name);
}

/// The calling thread of the library ends although nobody has asked it to: others may be started in its place.
PARALLEL_TASK_COLD inline void end_early(WorkerThread& own) {
  be_idle();
  if (auto const hook = thread_manager.options().on_thread_stop; hook != nullptr) hook();
  own.system_id.store(0, detail::memory_order_relaxed);
  thread_manager.starter.end_early(own);
}

/// The body of every library thread.
inline void* run_thread(void* record) {
  ThreadManager& manager = thread_manager;
  WorkerThread& own = *static_cast<WorkerThread*>(record);
  give_back_stack();
  this_thread = ThreadState{};
  this_thread.thread = own.number;
  this_thread.random += own.number * 0xD1342543DE82EF95U;
  ProcessCores cores_of_process;
  cores_of_process.adopt();
  bool const ordinary = be_ordinary();
  this_thread.urgency = this_thread.own_urgency = urgency();
  own.system_id.store(this_thread_id(), detail::memory_order_relaxed);
  FloatMode{}.apply();
  this_thread.signal_mask = blocked_signals();
  name_runner(manager.options().thread_name_prefix, own.number);
  if (auto const hook = manager.options().on_thread_start; hook != nullptr) hook();
  if (this_thread.lost) no_way_back();
  struct AtEnd {
    WorkerThread& own;
    bool stops = false;
    ~AtEnd() {
      if (!stops) end_early(own);
    }
  } at_end{own};
  std::uint64_t followed = ticks();
  for (bool called = true; !manager.starter.stopping.load(detail::memory_order_relaxed);) {
    if (called) {
      manager.wakeups.arrive(manager.costs);
      if (elapsed_ns(followed, ticks()) > Costs::cores_window) {
        cores_of_process.follow();
        followed = ticks();
      }
      int const core = manager.wakeups.waker_core.load(detail::memory_order_relaxed);
      if (core >= 0 && current_core() == core) leave_core(core);
      called = false;
    }
    while (run_in_background()) {
    }
    bool const worked = join_any();
    if (!worked && monitor_is_due()) {
      // acquire: pairs with the release that asked for the monitor.
      auto const monitor = manager.monitor.load(detail::memory_order_acquire);
      if (monitor != nullptr && manager.monitor_on.exchange(1, detail::memory_order_relaxed) == 0) {
        manager.monitor_wanted.store(0, detail::memory_order_relaxed);
        be_idle();
        monitor();
        if (!this_thread.blocked) continue;
        // It joins in beyond the cores. Here, not in the monitor: that would be a frame more around what it runs.
        (void)join_any();
        clear_blocked();
        continue;
      }
    }
    stay_hot(worked);
    // Made by a humble thread, and bound to stay as humble: it does not wait for calls of others.
    if (!ordinary && !manager.starter.stopping.load(detail::memory_order_relaxed)) return nullptr;
    called = park();
  }
  while (run_in_background()) {
  }
  at_end.stops = true;
  be_idle();
  if (auto const hook = manager.options().on_thread_stop; hook != nullptr) hook();
  if (this_thread.lost) no_way_back();
  own.system_id.store(0, detail::memory_order_relaxed);
  return nullptr;
}

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
