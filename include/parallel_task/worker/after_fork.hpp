// fork: what becomes of open calls in the child, which has one thread, the one that forked.
//
// That thread may be inside calls. To the child, a call that was open is
//   its own, and nobody had joined         whole: it goes on as if nothing had happened
//   its own, and others had joined         lost: what those had claimed was left half done. Nobody joins any more, and
//                                          the run ends with `cancelled` as soon as the thread is back from its item
//   another thread's, which it had joined  lost with that thread. The slot stays taken until this thread has left it
//   another thread's                       gone: the slot is free
// Invariants.
//   What is done twice has the same result as what is done once: each copy of the library in the process registers a
//   handler of its own, and they may share a pool.
//   What dead threads had in members and segments may be half done: it is left alone, never destroyed.
// Pairings: none. The handler runs before the child has a second thread, so all accesses to slots are relaxed; and
// `registered_` is only a hint: to register twice does no harm.
#pragma once

#include <parallel_task/platform/cold.hpp>
#include <parallel_task/platform/thread.hpp>
#include <parallel_task/worker/lost_frames.hpp>
#include <parallel_task/worker/places.hpp>
#include <parallel_task/worker/tables.hpp>
#include <parallel_task/worker/this_thread.hpp>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <new>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// A thread of the library has come back from an item in the child of a fork: neither its call's caller is there nor
/// its place in the pool.
PARALLEL_TASK_COLD [[noreturn]] inline void no_way_back() noexcept {
  std::fputs(no_way_back_text, stderr);
  std::abort();
}

class PARALLEL_TASK_SHARED AfterFork {
 public:
  constexpr AfterFork() noexcept = default;

  /// Has `child` called in the child of every fork. The object file that calls must be there for good.
  void register_handler(void (*child)() noexcept) noexcept {
    if (registered_.load(detail::memory_order_relaxed) != 0) return;
    // The word is set after it, so that nobody relies on what is still under way: two at once both register.
    on_fork(child);
    registered_.store(1, detail::memory_order_relaxed);
  }

  /// Gives up the calls that thread `self` has joined; they are returned.
  [[nodiscard]] static SlotSet lose_joined_calls(ThreadState const& self) noexcept;

  /// Frees the slots of other threads' calls, except for those in `joined`, and closes those of `self` that others had
  /// joined. Returns the calls that are open in the child: all of them `self`'s.
  [[nodiscard]] static SlotSet keep_own_calls(ThreadState const& self, SlotSet const& joined,
                                              std::uint32_t used_slots = Tables::bit_count) noexcept;

  /// Makes `self` a thread of the user's, about which nothing is known.
  static void forget(ThreadState& self) noexcept {
    if (self.thread != 0) self.lost = true;
    self.thread = 0;
    self.in_vain = 0;
    self.looked_at = 0;
    self.blocked = false;
  }

 private:
  [[nodiscard]] static bool is_of(ThreadState const& self, CallSlot const& slot) noexcept {
    return slot.caller.load(detail::memory_order_relaxed) == static_cast<void const*>(&self);
  }
  static void abandon(CallSlot& slot) noexcept {
    OpenCall* const call = slot.call.load(detail::memory_order_relaxed);
    call->abandon(*call);
  }
  [[nodiscard]] static std::uint32_t own_call_above(ThreadState const& self, std::uint32_t slot) noexcept;
  static void free_slot(CallSlot& slot) noexcept;
  static void close_to_others(CallSlot& slot) noexcept;

  atomic<std::uint32_t> registered_{0};
};

/// The innermost call of `self`'s own in whose item call `slot` was made, at any depth.
inline std::uint32_t AfterFork::own_call_above(ThreadState const& self, std::uint32_t slot) noexcept {
  std::uint32_t above = tables.call_slots[slot].parent.load(detail::memory_order_relaxed);
  while (above < Tables::slot_count && !is_of(self, tables.call_slots[above])) {
    above = tables.call_slots[above].parent.load(detail::memory_order_relaxed);
  }
  return above;
}

PARALLEL_TASK_COLD inline SlotSet AfterFork::lose_joined_calls(ThreadState const& self) noexcept {
  SlotSet joined;
  // From the innermost call outwards. Above a call that this thread has joined it is not in others' calls, up to the
  // one of its own in which it waited.
  for (std::uint32_t at = self.inside; at < Tables::slot_count;) {
    CallSlot& slot = tables.call_slots[at];
    if (is_of(self, slot)) {
      at = slot.parent.load(detail::memory_order_relaxed);
      continue;
    }
    joined.add(at);
    LostFrames::keep(slot.call.load(detail::memory_order_relaxed));  // the child may start threads before it comes back
    abandon(slot);
    at = own_call_above(self, at);
    slot.parent.store(at, detail::memory_order_relaxed);
    slot.members.store(nullptr, detail::memory_order_relaxed);  // this thread still uses the old one
    slot.word.store(1, detail::memory_order_relaxed);           // free when it leaves
  }
  return joined;
}

inline void AfterFork::free_slot(CallSlot& slot) noexcept {
  for (auto& held : slot.taken_members) held.store(0, detail::memory_order_relaxed);
  Members* const members = slot.members.load(detail::memory_order_relaxed);
  if (members != nullptr) renew_members(*members, 0);
  slot.word.store(0, detail::memory_order_relaxed);
}

/// An own call in which others were: its caller alone is left, and nobody may join.
inline void AfterFork::close_to_others(CallSlot& slot) noexcept {
  Members& members = *slot.members.load(detail::memory_order_relaxed);
  abandon(slot);
  renew_members(members, 1);
  ::new (static_cast<void*>(&members.all[0].queue)) LimitedAccessQueue;
  for (auto& held : slot.taken_members) held.store(0, detail::memory_order_relaxed);
  slot.taken_members[0].store(1, detail::memory_order_relaxed);
  slot.most_joined.store(0, detail::memory_order_relaxed);
  slot.word.store(CallSlot::open, detail::memory_order_relaxed);
}

PARALLEL_TASK_COLD inline SlotSet AfterFork::keep_own_calls(ThreadState const& self, SlotSet const& joined,
                                                            std::uint32_t used_slots) noexcept {
  SlotSet open;
  for (std::uint32_t i = 0; i != used_slots; ++i) {
    CallSlot& slot = tables.call_slots[i];
    std::uint32_t const word = slot.word.load(detail::memory_order_relaxed);
    if (word == 0 || joined.has(i)) continue;
    if (!is_of(self, slot)) {
      free_slot(slot);
      continue;
    }
    if ((word & CallSlot::open) == 0) {  // being filled in, or cleaned up, or free: nobody else is in it
      slot.word.store(word & CallSlot::reserved, detail::memory_order_relaxed);
      continue;
    }
    open.add(i);
    Members& members = *slot.members.load(detail::memory_order_relaxed);
    members.all[0].system_id.store(this_thread_id(), detail::memory_order_relaxed);
    if ((word & CallSlot::count) != 0) close_to_others(slot);
  }
  return open;
}

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
