// The loop in a library thread: join a call that wants help, stay hot for a while, park.
#pragma once

#include <parallel_task/platform/cold.hpp>
#include <parallel_task/worker/thread_manager.hpp>

#include <bit>
#include <cstdint>

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

/// Takes back that the calling thread is blocked.
inline void clear_blocked() noexcept {
  if (!this_thread.blocked) return;
  this_thread.blocked = false;
  thread_manager.blocked.fetch_sub(1, std::memory_order_relaxed);
}

/// Whether call `slot` was made, at any depth, by an item of call `above`.
[[nodiscard]] inline bool descends_from(std::uint32_t slot, std::uint32_t above) noexcept {
  for (std::uint32_t steps = 0; steps != ThreadManager::slot_count; ++steps) {
    slot = thread_manager.call_slots[slot].parent.load(std::memory_order_relaxed);
    if (slot == above) return true;
    if (slot >= ThreadManager::slot_count) return false;
  }
  return false;
}

/// Joins the call in slot `index`, works in it until nothing is left to take, and leaves. With `above`: only if it
/// descends from that call. Without, the thread holds a place to compute in, and gives it up. False if it ran nothing.
[[gnu::always_inline]] inline bool join_and_work(std::uint32_t index, std::uint32_t above) noexcept {
  ThreadManager& manager = thread_manager;
  CallSlot& slot = manager.call_slots[index];
  ThreadState& self = this_thread;
  if (!slot.join()) {
    if (above == CallSlot::no_parent) manager.give_place();
    return false;
  }
  // From here on the call can't close, so what was read before is read again; and the thread_limit guards around it
  // live on: their groups are entered after the join and left before the leave, or they might be another guard's by
  // then.
  bool worked = false;
  PARALLEL_TASK_INVARIANT(slot.call.load(std::memory_order_relaxed) != nullptr, "a call that was joined has a frame");
  std::uint32_t const group = slot.group.load(std::memory_order_relaxed);
  if ((above == CallSlot::no_parent || descends_from(index, above)) && manager.enter_groups(group, self.group)) {
    Rack const& rack = *slot.rack.load(std::memory_order_relaxed);
    std::uint32_t const member = slot.take_member(rack.size);
    if (member != CallSlot::most_members) {
      WorkerCounts const& counts = rack.members[member].counts;
      std::uint64_t const claims_before = counts.claims;
      ThreadState const before = self;
      self.inside = index;
      self.group = group;
      ++self.depth;
      OpenCall* const call = slot.call.load(std::memory_order_relaxed);
      call->enter(*call, member);
      self.inside = before.inside;
      self.group = before.group;
      --self.depth;
      worked = counts.claims != claims_before;
      // Only a strategy's refusal lasts. Who lost a race for a block, or saw one that was in a thief's hands, looks
      // again: the thief may have gone into a long item by then, sure that somebody hot would find the rest.
      self.in_vain = worked || !counts.refused ? 0 : self.in_vain + 1;
      slot.give_member(member);
    }
    manager.leave_groups(group, self.group);
  }
  // The place before the call: the caller, woken by the leave, may take this thread's core, and would find that all
  // compute, for as long as it keeps it.
  if (above == CallSlot::no_parent) manager.give_place();
  slot.leave();
  return worked;
}

/// Whether the call in `slot` has room for a thread that is in no group: a glance, so that nobody tries in vain for
/// long.
[[nodiscard]] inline bool has_room(CallSlot const& slot) noexcept {
  return (slot.word.load(std::memory_order_relaxed) & CallSlot::count) <
             slot.most_joined.load(std::memory_order_relaxed) &&
         thread_manager.groups_have_room(slot.group.load(std::memory_order_relaxed));
}

/// Joins one open call after the other; true if it worked in any. `hot`: the thread is counted in `spinning`, and is
/// not while it works, or nobody would wake the others.
[[gnu::noinline]] inline bool join_any(bool hot = false) noexcept {
  ThreadManager& manager = thread_manager;
  bool worked = false;
  // relaxed: a glance. Parking reads it again (`wanted`), and joining acquires what the call is.
  std::uint64_t const open = manager.wanting.load(std::memory_order_relaxed);
  std::uint32_t const turn = this_thread.thread % ThreadManager::slot_count;  // threads begin at different calls
  std::uint32_t const share = manager.share();
  for (bool within_share : {true, false}) {
    for (std::uint64_t rest = turn == 0 ? open : open >> turn | open << (64 - turn); rest != 0; rest &= rest - 1) {
      std::uint32_t const index =
          (static_cast<std::uint32_t>(std::countr_zero(rest)) + turn) % ThreadManager::slot_count;
      CallSlot& slot = manager.call_slots[index];
      // The queues before the word: hot threads ask again and again, and all who join and leave write the word.
      if (!slot.has_work()) continue;
      // First the calls that have less than their share, then any that wants help.
      std::uint32_t const joined = slot.word.load(std::memory_order_relaxed) & CallSlot::count;
      if (within_share ? joined + 1 >= share && share > 1 : joined + 1 < share || share == 1) continue;
      if (!has_room(slot)) continue;
      if (!manager.take_place()) return worked;
      if (hot) manager.spinning.fetch_sub(1, std::memory_order_relaxed);
      worked = join_and_work(index, CallSlot::no_parent) || worked;
      if (this_thread.lost) no_way_back();
      if (hot) manager.spinning.fetch_add(1, std::memory_order_relaxed);
      if (manager.stopping.load(std::memory_order_relaxed)) return worked;
    }
  }
  return worked;
}

/// Spins on the mask of open calls for `costs.hot` of CPU time: a gap in the clock was spent by somebody else.
[[gnu::always_inline]] inline void stay_hot(bool worked) noexcept {
  ThreadManager& manager = thread_manager;
  std::uint32_t const cores = manager.cores();
  if (manager.spinning.fetch_add(1, std::memory_order_relaxed) + 1 < cores || cores == 1) {
    bool served = worked;
    float used = 0;
    std::uint64_t last = ticks();
    for (std::uint32_t i = 1;; ++i) {
      // Whether somebody needs the core. Seldom where many spin: each who leaves writes what they look at, and 166 that
      // looked each time kept the others from leaving for 100 us (simulated).
      if (i % cores == 1 % cores && manager.busy() >= cores) break;
      if (manager.stopping.load(std::memory_order_relaxed)) break;
      // A look round takes as long as sixteen pauses, with many threads.
      bool const look = manager.wanting.load(std::memory_order_relaxed) != 0;
      if (look && join_any(true)) {
        served = true;
        used = 0;
        last = ticks();
        manager.patience.store(1, std::memory_order_relaxed);
        continue;
      }
      relax();
      if (look || i % 16 == 0) {
        std::uint64_t const now = ticks();
        float const gap = elapsed_ns(last, now);
        used += gap < manager.costs.preempted ? gap : manager.costs.preempted;
        last = now;
        if (used > manager.hot_ns()) break;
      }
    }
    if (!served) {
      std::uint32_t const patience = manager.patience.load(std::memory_order_relaxed);
      if (patience < 4) manager.patience.store(patience * 2, std::memory_order_relaxed);
    }
  }
  manager.spinning.fetch_sub(1, std::memory_order_relaxed);
}

/// Whether an open call wants help and there is a place to compute in. `refused`: the thread has been refused the
/// queues that it found; then only a source that it could pull from counts, since nobody refuses that.
[[nodiscard]] inline bool wanted(bool refused) noexcept {
  ThreadManager& manager = thread_manager;
  if (manager.busy() >= manager.limit()) return false;
  // seq_cst: see thread_manager.hpp, parking.
  for (std::uint64_t rest = manager.wanting.load(std::memory_order_seq_cst); rest != 0; rest &= rest - 1) {
    CallSlot const& slot = manager.call_slots[static_cast<std::uint32_t>(std::countr_zero(rest))];
    bool const work = refused ? slot.pull.load(std::memory_order_relaxed) == CallSlot::ready : slot.has_work();
    if (work && has_room(slot)) return true;
  }
  return false;
}

/// Whether the watch is asked for, nobody keeps it, and it has something to watch: without the last, a thread that
/// finds a core free by now would neither take the watch nor park.
[[nodiscard]] inline bool watch_is_due() noexcept {
  ThreadManager& manager = thread_manager;
  return manager.watch_wanted.load(std::memory_order_relaxed) != 0 &&
         manager.watch_on.load(std::memory_order_relaxed) == 0 &&
         manager.wanting.load(std::memory_order_relaxed) != 0 && manager.busy() >= manager.cores();
}

/// Sleeps on the bell until somebody rings, unless there is something to do already; true if it slept. Who has joined
/// time and again in vain (a strategy may forbid to rob whom there is) sleeps all the same.
inline bool park() noexcept {
  ThreadManager& manager = thread_manager;
  // acquire: what the last ringer did before it rang.
  std::uint32_t const seen = manager.bell.load(std::memory_order_acquire);
  manager.parked.fetch_add(1, std::memory_order_seq_cst);  // before `wanted` reads `wanting`: see thread_manager.hpp
  bool const idle =
      !wanted(this_thread.in_vain >= 16) && !watch_is_due() && !manager.stopping.load(std::memory_order_seq_cst);
  if (idle) {
    this_thread.in_vain = 0;
    std::uint64_t const parked = ticks();
    wait_on(manager.bell, seen);
    this_thread.parked_at = parked;
    this_thread.woken_at = ticks();
    this_thread.woken_by = manager.rang_by.load(std::memory_order_relaxed);
  }
  manager.parked.fetch_sub(1, std::memory_order_relaxed);
  return idle;
}

/// Writes "<prefix><number>" and tells the system.
PARALLEL_TASK_COLD inline void name_runner(char const* prefix, std::uint32_t number) noexcept {
  char name[16];
  std::uint32_t size = 0;
  for (; prefix != nullptr && *prefix != '\0' && size < 11; ++prefix) name[size++] = *prefix;
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

/// The body of every library thread.
inline void* run_thread(void* record) {
  ThreadManager& manager = thread_manager;
  WorkerThread& own = *static_cast<WorkerThread*>(record);
  this_thread = ThreadState{};
  this_thread.thread = own.number;
  own.system_id.store(this_thread_id(), std::memory_order_relaxed);
  this_thread.random += own.number * 0xD1342543DE82EF95U;
  mark_as_runner();
  name_runner(manager.options().thread_name_prefix, own.number);
  if (auto const hook = manager.options().on_thread_start; hook != nullptr) hook();
  if (this_thread.lost) no_way_back();
  for (bool called = true; !manager.stopping.load(std::memory_order_relaxed);) {
    if (called) {
      manager.answered();
      int const ringer = manager.ring_core.load(std::memory_order_relaxed);
      if (ringer >= 0 && current_core() == ringer) leave_core(ringer);
      called = false;
    }
    bool const worked = join_any();
    if (!worked && watch_is_due()) {
      // acquire: pairs with the release that asked for the watch.
      auto const watch = manager.watch.load(std::memory_order_acquire);
      if (watch != nullptr && manager.watch_on.exchange(1, std::memory_order_relaxed) == 0) {
        manager.watch_wanted.store(0, std::memory_order_relaxed);
        watch();
        if (!this_thread.blocked) continue;
        // It joins in beyond the cores. Here, not in the watch: that would be a frame more around what it runs.
        (void)join_any();
        clear_blocked();
        continue;
      }
    }
    stay_hot(worked);
    called = park();
  }
  if (auto const hook = manager.options().on_thread_stop; hook != nullptr) hook();
  if (this_thread.lost) no_way_back();
  own.system_id.store(0, std::memory_order_relaxed);
  return nullptr;
}

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task
