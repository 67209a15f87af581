// A call as threads find it: its word, its workers' queues, and which threads may join it.
//
// Slots live in static storage and are reused, call after call; a slot is held only through its word.
//   word   reserved   taken by a caller that fills it in, or cleans up after its call
//          open       threads may join: compare-and-swap count + 1
//          waiting    the caller sleeps on the word; the thread that clears the bit wakes it
//          count      threads that have joined, the caller not counted
// Pairings.
//   open (release)               -> join (acquire)   the joiner sees the call's frame
//   leave (release)              -> close (acquire)  the caller sees all that the leaver computed
//   give a member back (release) -> take it (acquire) one holder of a member's place sees what the one before left
// Joining comes before reading: a thread that has joined pins the call, since a call closes only at count 0. The value
// of a reused word may come round again; then the joiner has joined the later call, and only after that reads which.
#pragma once

#include <parallel_task/platform/attributes.hpp>
#include <parallel_task/platform/invariant.hpp>
#include <parallel_task/platform/wait.hpp>
#include <parallel_task/policy/costs.hpp>
#include <parallel_task/queue/limited_access_queue.hpp>
#include <parallel_task/worker/caller_state.hpp>
#include <parallel_task/worker/task_state.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <new>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

PARALLEL_TASK_PADDED_BEGIN

struct SegmentNode;

/// What one worker did in one call.
struct WorkerCounts {
  std::uint64_t items = 0;
  std::uint64_t claims = 0;
  std::uint64_t pulls = 0;
  std::uint32_t steals = 0;
  std::uint32_t wakes = 0;
  std::uint32_t segments = 0;
  std::uint32_t thread = 0;  ///< the library's number of the thread, 0: not one of its
  float busy_ns = 0;
  float first_item_ns = 0;  ///< from the call's start to the worker's first own item
};

/// One worker's place in a call. The first two cache lines are for all, the rest for the holder, and after that for
/// the caller.
struct alignas(128) Member {
  LimitedAccessQueue queue;
  /// Nanoseconds a unit, as measured by the holder; thieves compare loads by it. relaxed: any recent value will do.
  alignas(128) atomic<float> cost{0.0F};
  /// The last poll of this queue, for strategies that look at change. relaxed.
  atomic<std::uint32_t> polled_load{0};
  atomic<std::uint64_t> polled_at{0};
  /// Units that the holders have run in this call; for rates. Written by the holder, relaxed.
  atomic<std::uint64_t> done{0};
  /// The system's number of the thread that holds this place, 0: nobody. For the monitor, relaxed.
  atomic<int> system_id{0};
  /// Held by a helper of a real-time caller, which lends it its priority by it (platform/lend_priority.hpp).
  atomic<std::uint32_t> loan{0};
  // Of calls whose members offer tasks to each other (worker/task_state.hpp, structure/).
  atomic<std::uintptr_t> offer{offer::none};
  atomic<std::uint32_t> bell{0};       ///< moved on, and woken on, when what its holder waits for is there
  atomic<std::uint32_t> from{nobody};  ///< the member from whom its holder has taken what it runs; a hint
  static constexpr std::uint32_t nobody = ~std::uint32_t{0};

  SegmentNode* segments = nullptr;
  std::exception_ptr error;
  std::size_t error_at = 0;
  WorkerCounts counts;
  bool storage_used = false;
  bool refused = false;  ///< its holder's last look round met a queue that the strategy does not have robbed
  alignas(64) std::byte storage[192];  // the first small segment needs no heap
};

/// The table of a slot's members: made when the slot is first used, never freed (late peekers may still look).
struct Members {
  std::uint32_t size = 0;
  Members* older = nullptr;  ///< the smaller table that the slot had before
  Member* all = nullptr;
};

/// What a thread does that has joined: the erased half of WorkerController.
struct OpenCall {
  void (*enter)(OpenCall& self, std::uint32_t member) = nullptr;
  /// Ends the call as soon as may be, without a result: in a child of fork, where the threads that had joined are not.
  void (*abandon)(OpenCall& self) noexcept = nullptr;
  CallerState caller;  ///< what its items find, on whatever thread
};

/// All zero until its first call, which fills in what others read: see Tables.
struct CallSlot {
  static constexpr std::uint32_t open = 1U << 31;
  static constexpr std::uint32_t reserved = 1U << 30;
  static constexpr std::uint32_t waiting = 1U << 29;
  static constexpr std::uint32_t count = waiting - 1;

  /// Whether the source has something to give, and whether somebody is pulling.
  enum Pull : std::uint32_t { ended = 0, ready = 1, taken = 2, later = 3 };

  static constexpr std::uint32_t member_words = 8;
  static constexpr std::uint32_t most_members = 64 * member_words;

  alignas(128) atomic<std::uint32_t> word{0};  // alone on its line: every join and leave writes it
  // What a helper looks at before it joins, and after: one line to fetch.
  alignas(128) atomic<OpenCall*> call{nullptr};
  atomic<void const*> caller{nullptr};  ///< the `this_thread` that took the slot last
  atomic<Members*> members{nullptr};
  atomic<std::uint32_t> parent{0};       ///< the slot of the call in whose item this one was made
  atomic<std::uint32_t> most_joined{0};  ///< threads that may join, by the call's own settings
  atomic<std::uint32_t> group{0};        ///< the thread_limit in whose extent it was made
  atomic<std::uint32_t> pull{ended};
  atomic<std::uint32_t> left_behind{0};  ///< a worker left with a queue that was not empty
  atomic<std::uint32_t> has_offers{0};   ///< its members offer tasks, their queues are empty
  atomic<std::uint32_t> high{0};         ///< members ever taken in this call: some of 0 ... high - 1
  alignas(64) atomic<std::uint64_t> taken_members[member_words]{};  ///< a bit for each member that a thread works as

  static constexpr std::uint32_t no_parent = ~std::uint32_t{0};
  static constexpr std::uint32_t hosted = no_parent - 1;  ///< for who joins although it is not of the pool

  /// Whether a thread that joined would find something: a glance that may be wrong either way. `preferred`, not 0: the
  /// member that it would take (take_member). Where the call is the caller's and one helper's, that queue is looked at
  /// first: the helper needs its line anyway, while the caller has its own in use. Among more nobody knows which of
  /// them still have something.
  [[nodiscard]] bool has_work(std::uint32_t preferred = 0) const noexcept {
    if (pull.load(detail::memory_order_relaxed) == ready) return true;
    // acquire: pairs with the release of the caller that made the table.
    Members const* const table = members.load(detail::memory_order_acquire);
    if (table == nullptr) return false;
    std::uint32_t const end = high.load(detail::memory_order_relaxed);
    if (has_offers.load(detail::memory_order_relaxed) != 0) return is_offered(*table, end);
    if (preferred == 1 && end == 2 && table->size > 1 && table->all[1].queue.load() != 0) return true;
    for (std::uint32_t i = 0; i < end && i < table->size; ++i) {
      if (table->all[i].queue.load() != 0) return true;
    }
    return false;
  }
  /// Whether one of the first `end` members offers a task.
  [[nodiscard]] static bool is_offered(Members const& table, std::uint32_t end) noexcept {
    for (std::uint32_t i = 0; i < end && i < table.size; ++i) {
      if (offer::is_task(table.all[i].offer.load(detail::memory_order_relaxed))) return true;
    }
    return false;
  }

  /// What `high` is raised to for `member`, of `limit`: beyond sixteen in steps of sixteen, since all that join read
  /// its line (one by one, 150 threads took 100 us, simulated). Members that nobody has taken are as empty as those
  /// that were given back.
  [[nodiscard]] static constexpr std::uint32_t high_for(std::uint32_t member, std::uint32_t limit) noexcept {
    constexpr std::uint32_t step = Costs::members_at_once;
    std::uint32_t const end = member < step ? member + 1 : (member / step + 1) * step;
    return end < limit ? end : limit;
  }

  /// Takes the lowest free member; `most_members` if there is none. If the `preferred` one, not 0, is free and was
  /// dealt a part of the call: that, since its holder had the same part of the last call of this length.
  [[nodiscard]] std::uint32_t take_member(std::uint32_t limit, std::uint32_t preferred = 0) noexcept {
    if (preferred != 0 && preferred < limit && preferred < high.load(detail::memory_order_relaxed)) {
      auto& word_of_it = taken_members[preferred / 64];
      std::uint64_t const bit = std::uint64_t{1} << preferred % 64;
      std::uint64_t held = word_of_it.load(detail::memory_order_relaxed);
      // acquire: pairs with the release in give_member, as below.
      if ((held & bit) == 0 && word_of_it.compare_exchange_strong(held, held | bit, detail::memory_order_acquire,
                                                                  detail::memory_order_relaxed)) {
        return preferred;
      }
    }
    for (std::uint32_t w = 0; w != member_words && w * 64 < limit; ++w) {
      Backoff back_off;
      std::uint64_t held = taken_members[w].load(detail::memory_order_relaxed);
      while (~held != 0) {
        std::uint32_t const bit = static_cast<std::uint32_t>(std::countr_one(held));
        std::uint32_t const member = w * 64 + bit;
        if (member >= limit) return most_members;
        // acquire: pairs with the release in give_member; the member's segments and counts are read and written on.
        if (taken_members[w].compare_exchange_weak(held, held | std::uint64_t{1} << bit, detail::memory_order_acquire,
                                                   detail::memory_order_relaxed)) {
          std::uint32_t const end = high_for(member, limit);
          std::uint32_t seen = high.load(detail::memory_order_relaxed);
          while (seen < end &&
                 !high.compare_exchange_weak(seen, end, detail::memory_order_relaxed, detail::memory_order_relaxed)) {
          }
          return member;
        }
        back_off();
        held = taken_members[w].load(detail::memory_order_relaxed);  // what was seen before the pause is sure to be old
      }
    }
    return most_members;
  }

  /// Whether somebody works as this member.
  [[nodiscard]] bool is_held(std::uint32_t member) const noexcept {
    return (taken_members[member / 64].load(detail::memory_order_relaxed) >> member % 64 & 1) != 0;
  }

  /// Gives a member back; before the thread leaves, since after that the slot may be another call's.
  void give_member(std::uint32_t member) noexcept {
    PARALLEL_TASK_INVARIANT(is_held(member), "only the holder of a place gives it back");
    // release: pairs with the acquire in take_member.
    taken_members[member / 64].fetch_and(~(std::uint64_t{1} << member % 64), detail::memory_order_release);
  }

  /// Joins the call that is open here; false if none is, or if it has all the threads that it may have. One access,
  /// however many come at once: by compare-and-swap, 166 threads took 250 us to get in (simulated). Who has come too
  /// late, or is one too many, steps back; so the word of a slot that is free or reserved, too, may count somebody for
  /// a moment, and its owner changes it by adding and subtracting.
  [[nodiscard]] bool join() noexcept {
    std::uint32_t const glance = word.load(detail::memory_order_relaxed);
    if ((glance & open) == 0 || (glance & count) >= most_joined.load(detail::memory_order_relaxed)) return false;
    // acquire: pairs with the release that opened the call. The read-modify-writes of other joiners and leavers in
    // between carry that release on.
    std::uint32_t const seen = word.fetch_add(1, detail::memory_order_acquire);
    // It may be a later call than the one that was asked, and let in fewer.
    if ((seen & open) != 0 && (seen & count) < most_joined.load(detail::memory_order_relaxed)) return true;
    leave();
    return false;
  }

  /// Leaves. The last touch of the call: from here on its frame may be gone. One access, however many leave at once: by
  /// compare-and-swap, 64 that did took 150 us (simulated).
  void leave() noexcept {
    // release: pairs with the acquire with which the caller closes; all that this thread computed is visible to it.
    // What earlier leavers released, the chain of read-modify-writes carries on.
    std::uint32_t const seen = word.fetch_sub(1, detail::memory_order_release);
    PARALLEL_TASK_INVARIANT((seen & count) != 0, "only a thread that has joined leaves");
    // The slot may be another call's by now: then its caller is woken for nothing, and looks again.
    if ((seen & count) == 1 && (seen & waiting) != 0) wake_caller();
  }

  /// Wakes the caller if it sleeps: there is something for it to do.
  void wake_caller() noexcept {
    if ((word.load(detail::memory_order_relaxed) & waiting) == 0) return;
    // relaxed: what there is to do is published by the queue's own words; the caller looks at them again.
    if ((word.fetch_and(~waiting, detail::memory_order_relaxed) & waiting) != 0) wake_one(word);
  }
};

/// The slot's table of members, of at least `size`; null when memory is short (then the call goes on alone).
/// Called by the slot's owner while it is reserved.
[[nodiscard]] inline Members* members_of(CallSlot& slot, std::uint32_t size) noexcept {
  Members* const there = slot.members.load(detail::memory_order_relaxed);
  if (there != nullptr && there->size >= size) return there;
  void* const memory = ::operator new(sizeof(Member) * size, std::align_val_t{alignof(Member)}, std::nothrow);
  if (memory == nullptr) return nullptr;
  Members* const made = new (std::nothrow) Members;
  if (made == nullptr) {
    ::operator delete(memory, std::align_val_t{alignof(Member)});
    return nullptr;
  }
  made->all = static_cast<Member*>(memory);
  for (std::uint32_t i = 0; i != size; ++i) ::new (static_cast<void*>(made->all + i)) Member;
  made->size = size;
  made->older = there;  // still reachable: a peeker may be looking at it
  // release: pairs with the acquire in has_work and in the members' users.
  slot.members.store(made, detail::memory_order_release);
  return made;
}

/// In a child of fork: the members from `first` on as they were made. What dead threads had in them is left alone,
/// since it may be half done: it is never destroyed.
inline void renew_members(Members& members, std::uint32_t first) noexcept {
  for (std::uint32_t i = first; i != members.size; ++i) ::new (static_cast<void*>(members.all + i)) Member;
}

PARALLEL_TASK_PADDED_END

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
