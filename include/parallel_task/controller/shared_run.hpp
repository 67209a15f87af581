// The calling thread while a call is shared: publish it, wait for helpers, close it, put the pieces in order.
//
// Only the caller is here.
//
// Invariants: a call closes only at count 0 with the caller dry (I3); a thread that has not joined is not waited for
// (I4).
//
// Pairings, beside those of the slot (call_slot.hpp) and of parking (thread_manager.hpp).
//   slot.word  put back (release) -> reserve (acquire): the members are as the caller before left them
//              open (release) -> join (acquire): the frame and the slot are filled in
//              leave (release) -> close (acquire): all that helpers computed
#pragma once

#include <parallel_task/controller/call.hpp>
#include <parallel_task/controller/observer.hpp>
#include <parallel_task/controller/segments.hpp>
#include <parallel_task/controller/solo_run.hpp>
#include <parallel_task/platform/cold.hpp>
#include <parallel_task/worker/thread_runner.hpp>

#include <bit>
#include <cstdint>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

class SharedRun {
 public:
  /// Goes on where `call` has come to.
  explicit SharedRun(SoloRun& call) noexcept : call_(call) {}
  SharedRun(SharedRun const&) = delete;
  SharedRun& operator=(SharedRun const&) = delete;

  /// Takes a slot and fills it in; false if there is none, or no memory for its queues: go on alone.
  [[nodiscard]] PARALLEL_TASK_NOINLINE bool publish() {
    prepare();
    clock::calibrate();
    call_.published = ticks();
    thread_manager.places.refresh_cores(call_.published);
    if (!reserve_slot()) return false;
    call_.begin_sharing();
    offered_ = units_left();
    call_.alone = call_.next();
    call_.home.last = call_.next();
    fill_in_member();
    fill_in_slot();
    call_.abandon = &SharedRun::abandon;
    call_.caller =
        caller_state(call_.work_left(), thread_manager.wakeups.spinning.load(detail::memory_order_relaxed) == 0,
                     call_.published);
    return true;
  }
  /// Opens the call, works in it (`call.enter`) until nothing is left, and closes it.
  template <bool observed>
  PARALLEL_TASK_ALWAYS_INLINE void run();
  /// Opens the call while its caller goes on with what it does, and gives to others by its own means ...
  void begin();
  /// ... and, when the caller is done, works in it (`call.enter`) until nothing is left, and closes it.
  void end();
  /// Destroys the segments and leaves the slot as it was found, for the next call.
  static void put_slot_back(Call& call) noexcept;

 private:
  [[nodiscard]] PARALLEL_TASK_ALWAYS_INLINE bool reserve_slot();
  [[nodiscard]] PARALLEL_TASK_ALWAYS_INLINE QueueBlock units_left();
  PARALLEL_TASK_ALWAYS_INLINE void fill_in_member();
  PARALLEL_TASK_ALWAYS_INLINE void fill_in_slot();
  [[nodiscard]] PARALLEL_TASK_ALWAYS_INLINE std::uint32_t deal();
  template <bool observed>
  PARALLEL_TASK_ALWAYS_INLINE void open(bool nested);
  template <bool observed>
  PARALLEL_TASK_NOINLINE void wait_for_helpers(bool may_rob);
  [[nodiscard]] PARALLEL_TASK_ALWAYS_INLINE bool spin(bool may_rob);
  template <bool observed>
  PARALLEL_TASK_COLD void sleep(bool may_rob);
  [[nodiscard]] PARALLEL_TASK_COLD inline bool help_descendants();
  [[nodiscard]] bool try_to_close();
  [[nodiscard]] bool all_has_run() const noexcept;
  [[nodiscard]] bool somebody_came() const noexcept {
    std::uint32_t const end = call_.slot->high.load(detail::memory_order_relaxed);
    for (std::uint32_t i = 1; i != end; ++i) {
      if (call_.members->all[i].segments != nullptr) return true;
    }
    return false;
  }
  void order_segments() noexcept;
  template <bool observed>
  void end_unwound(bool nested, std::uint32_t inside) noexcept;
  PARALLEL_TASK_ALWAYS_INLINE void stop_counting(bool nested, std::uint32_t inside) noexcept;

  static void abandon(OpenCall& self) noexcept { static_cast<Call&>(self).ending.abandon(); }

  SoloRun& call_;
  QueueBlock offered_;        // what the caller's queue begins with
  bool nested_ = false;       // of a call that was begun: it was made in another, ...
  std::uint32_t inside_ = 0;  // ... this one
};

// --- publishing -----------------------------------------------------------------------------------------------------

/// Takes a free slot, and sees to the members that it needs.
inline bool SharedRun::reserve_slot() {
  ThreadManager& manager = thread_manager;
  ThreadState& self = this_thread;
  CallSlot* slot = nullptr;
  for (std::uint32_t i = 0; i != ThreadManager::slot_count && slot == nullptr; ++i) {
    std::uint32_t const index = i < ThreadManager::bit_count ? (self.hint + i) % ThreadManager::bit_count : i;
    std::uint32_t seen = manager.call_slots[index].word.load(detail::memory_order_relaxed);
    // acquire: pairs with the release in put_slot_back; the members are as the caller before left them.
    if (seen == 0 && manager.call_slots[index].word.compare_exchange_strong(
                         seen, CallSlot::reserved, detail::memory_order_acquire, detail::memory_order_relaxed)) {
      slot = &manager.call_slots[index];
      slot->caller.store(&self, detail::memory_order_relaxed);
      call_.index = index;
      if (index >= ThreadManager::bit_count) manager.places.note_reserved(index);
    }
  }
  if (slot == nullptr) return false;
  std::uint32_t const places = 2 * manager.places.cores() + Costs::spare_members;
  Members* const members = members_of(*slot, places < CallSlot::most_members ? places : CallSlot::most_members);
  if (members == nullptr) {
    slot->word.fetch_sub(CallSlot::reserved, detail::memory_order_release);
    return false;
  }
  if (self.depth == 0) self.hint = call_.index;
  call_.slot = slot;
  call_.members = members;
  return true;
}

/// Positions become units; if these are of several positions, the first one begins where the private run ended.
inline QueueBlock SharedRun::units_left() {
  if (call_.job.pull != nullptr) {
    return call_.pull_role.begin_sharing(call_.job, call_.known(), call_.next(), call_.published, thread_manager.costs);
  }
  call_.units = Units::of(call_.known().positions, call_.next());
  return call_.over() ? QueueBlock{} : call_.units.from(call_.next());
}

/// The caller's own place.
inline void SharedRun::fill_in_member() {
  Member& own = call_.members->all[0];
  own.segments = &call_.home;
  own.queue.fill(offered_);
  own.cost.store(call_.cost() * static_cast<float>(call_.units.size()), detail::memory_order_relaxed);
  own.counts.thread = this_thread.thread;
  own.system_id.store(this_thread_id(), detail::memory_order_relaxed);
}

inline void SharedRun::fill_in_slot() {
  CallSlot& slot = *call_.slot;
  ThreadState const& self = this_thread;
  // Of itself a call never has more than the budget, also when its caller, whose place was taken while it slept, wakes.
  std::uint32_t joiners = thread_manager.places.most_computing() - 1;
  unsigned const most = call_.settings.max_threads;
  if (most != 0 && most - 1 < joiners) joiners = most - 1;
  slot.call.store(&call_, detail::memory_order_relaxed);
  slot.parent.store(self.inside, detail::memory_order_relaxed);
  slot.group.store(self.group, detail::memory_order_relaxed);
  call_.may_join = joiners;
  if (call_.job.pull == nullptr) joiners = cost_model::joiners_worth(call_.work_left(), joiners);
  slot.most_joined.store(joiners, detail::memory_order_relaxed);
  std::uint32_t const parts = deal();
  // Until somebody has taken a part's place, it lies there as if it had been left behind.
  slot.left_behind.store(parts > 1 ? 1 : 0, detail::memory_order_relaxed);
  slot.high.store(parts, detail::memory_order_relaxed);
  slot.taken_members[0].store(1, detail::memory_order_relaxed);
  bool const more = call_.job.pull != nullptr && call_.pull_role.has_more();
  slot.pull.store(more ? CallSlot::ready : CallSlot::ended, detail::memory_order_relaxed);
}

/// Where helpers are hot, lays a part of the units into the queue of each member that they will take: they begin with
/// that, without having to find and rob the caller. Of loops of the same length the same member has the same part each
/// time, and finds in its cache what the last one left there. How many parts there are, the caller's included.
inline std::uint32_t SharedRun::deal() {
  ThreadManager& manager = thread_manager;
  std::uint32_t helpers = manager.wakeups.spinning.load(detail::memory_order_relaxed);
  // One that is counted but does not come has lost its core. A strategy is asked whom to rob, a source has no parts.
  if (helpers == 0 || this_thread.hot_since != 0 || call_.settings.strategy || call_.job.pull != nullptr) return 1;
  std::uint32_t const joiners = call_.slot->most_joined.load(detail::memory_order_relaxed);
  std::uint32_t const places = call_.members->size - 1;
  if (helpers > joiners) helpers = joiners;
  if (helpers > places) helpers = places;
  float const cost = call_.members->all[0].cost.load(detail::memory_order_relaxed);
  cost_model::Deal const dealt = cost_model::deal(offered_.size(), helpers, cost, manager.costs);
  if (dealt.parts == 1) return 1;
  std::uint32_t first = offered_.first + dealt.callers;
  call_.members->all[0].queue.fill({offered_.first, first});
  for (std::uint32_t i = 1; i != dealt.parts; ++i, first += dealt.each) {
    Member& member = call_.members->all[i];
    member.queue.fill({first, first + dealt.each});
    member.cost.store(cost, detail::memory_order_relaxed);
  }
  return dealt.parts;
}

// --- while it is open -----------------------------------------------------------------------------------------------

template <bool observed>
inline void SharedRun::run() {
  if constexpr (observed) call_.observer->note_shared();
  if (call_.over()) return;
  ThreadState& self = this_thread;
  bool const nested = self.depth != 0;
  std::uint32_t const inside = self.inside;
  struct WhenUnwound {
    SharedRun& run;
    bool const nested;
    std::uint32_t const inside;
    bool closed = false;
    ~WhenUnwound() {
      if (!closed) run.end_unwound<observed>(nested, inside);
    }
  } unwound{*this, nested, inside};
  open<observed>(nested);
  ++self.depth;
  self.inside = call_.index;
  OutsideJoins const outside;
  if constexpr (observed) {
    if (call_.settings.host != nullptr) call_.settings.host->open(*call_.settings.host, call_);
  }
  // Where a strategy forbids to rob whom there is, the caller stops trying after a while, and sleeps.
  Member const& own = call_.members->all[0];
  std::uint32_t in_vain = 0;
  do {
    std::uint64_t const claims = own.counts.claims;
    call_.enter(call_, 0);
    in_vain = own.counts.claims != claims || !own.refused ? 0 : in_vain + 1;
    wait_for_helpers<observed>(in_vain < Costs::vain_tries);
  } while ((call_.slot->word.load(detail::memory_order_relaxed) & CallSlot::open) != 0);
  unwound.closed = true;
  stop_counting(nested, inside);
  if (somebody_came()) self.hot_since = 0;
  PARALLEL_TASK_INVARIANT(all_has_run(), "a call that is closed has run each of its items once, or was cut short");
  order_segments();
}

inline void SharedRun::begin() {
  ThreadState& self = this_thread;
  nested_ = self.depth != 0;
  inside_ = self.inside;
  open<false>(nested_);
  ++self.depth;
  self.inside = call_.index;
}

inline void SharedRun::end() {
  do {
    call_.enter(call_, 0);
    wait_for_helpers<false>(true);
  } while ((call_.slot->word.load(detail::memory_order_relaxed) & CallSlot::open) != 0);
  stop_counting(nested_, inside_);
}

/// The call is closed.
inline void SharedRun::stop_counting(bool nested, std::uint32_t inside) noexcept {
  ThreadManager& manager = thread_manager;
  --this_thread.depth;
  this_thread.inside = inside;
  manager.places.close_call(call_.index);
  if (nested) manager.places.computing.fetch_add(1, detail::memory_order_relaxed);
}

/// The calling thread is being ended in an item (pthread_exit, pthread_cancel), and its stack unwound: not before all
/// others have left. Nothing of the user's runs any more: all that waits lies beyond the bound.
template <bool observed>
PARALLEL_TASK_COLD void SharedRun::end_unwound(bool nested, std::uint32_t inside) noexcept {
  do {
    call_.enter(call_, 0);
    wait_for_helpers<observed>(true);
  } while ((call_.slot->word.load(detail::memory_order_relaxed) & CallSlot::open) != 0);
  stop_counting(nested, inside);
  order_segments();
}

/// Offers the rest to all threads.
template <bool observed>
inline void SharedRun::open(bool nested) {
  ThreadManager& manager = thread_manager;
  ThreadState& self = this_thread;
  Member& own = call_.members->all[0];
  // Ski-rental, or a cost that nobody knows yet: a thread is called before the first item, not at a claim boundary.
  bool const call_first =
      (self.debt > 0 || call_.cost() <= 0) && manager.wakeups.spinning.load(detail::memory_order_relaxed) == 0;
  // A nested caller is counted by its call's bit from now on, not by its place as well.
  if (nested) manager.places.computing.fetch_sub(1, detail::memory_order_relaxed);
  // release: pairs with the acquire in join; the frame and the slot are filled in.
  call_.slot->word.fetch_add(CallSlot::open - CallSlot::reserved, detail::memory_order_release);
  manager.places.open_call(call_.index);
  if (!call_first) return;
  self.debt = 0;
  if (manager.places.busy() < manager.places.limit() && has_room(*call_.slot) && manager.wake_one_more(*call_.slot)) {
    ++own.counts.wakes;
    if constexpr (observed) call_.observer->note_wake();
  }
}

/// The caller is dry: closes the call, or helps calls made by its items, spins for a while, sleeps. Returns when the
/// call is closed or there may be work again.
template <bool observed>
void SharedRun::wait_for_helpers(bool may_rob) {
  if (spin(may_rob)) return;
  ThreadManager& manager = thread_manager;
  manager.places.asleep.fetch_add(1, detail::memory_order_relaxed);
  manager.places.computing.fetch_sub(1, detail::memory_order_relaxed);
  [[maybe_unused]] Ticks const asleep = observed ? ticks() : 0;
  if (call_.caller.urgency == most_urgent) lend_to_helpers(*call_.slot);
  sleep<observed>(may_rob);
  manager.places.computing.fetch_add(1, detail::memory_order_relaxed);
  manager.places.asleep.fetch_sub(1, detail::memory_order_relaxed);
  if constexpr (observed) call_.observer->note_slept(asleep);
}

/// True if the wait is over.
inline bool SharedRun::spin(bool may_rob) {
  CallSlot const& slot = *call_.slot;
  Ticks const begun = ticks();
  while (elapsed_ns(begun, ticks()) < thread_manager.costs.caller_spin) {
    for (std::uint32_t i = 0; i != Costs::caller_pauses; ++i) {
      if ((slot.word.load(detail::memory_order_relaxed) & CallSlot::count) == 0) {
        (void)try_to_close();
        return true;
      }
      relax();
    }
    if (may_rob && slot.has_work()) return true;
    if (help_descendants()) return true;
  }
  return false;
}

/// The one exception to isolation: calls made by items of this one, which a sequential run would nest here too. True if
/// it worked in one.
bool SharedRun::help_descendants() {
  ThreadManager& manager = thread_manager;
  OpenCalls rest = manager.places.open_calls();
  rest.bits &= ~Places::bit_of(call_.index);
  for (std::uint32_t index = 0; rest.next(index);) {
    if (!descends_from(index, call_.index) || !manager.call_slots[index].has_work()) continue;
    this_thread.signal_mask = call_.caller.signal_mask;  // its items may have changed the mask, and back
    if (join_and_work(index, call_.index)) return true;
  }
  return false;
}

/// Sleeps on the slot's word until somebody clears `waiting`, nobody is in the call, or there is something to rob.
template <bool observed>
void SharedRun::sleep(bool may_rob) {
  CallSlot& slot = *call_.slot;
  for (;;) {
    std::uint32_t seen = slot.word.load(detail::memory_order_relaxed);
    if ((seen & CallSlot::count) == 0) {
      // The last one to leave may not have come to clear it yet; it need not be waited for.
      if ((seen & CallSlot::waiting) != 0) slot.word.fetch_and(~CallSlot::waiting, detail::memory_order_relaxed);
      return;
    }
    if ((seen & CallSlot::waiting) == 0) {
      // relaxed: the bit only asks to be woken. A leaver that clears it wakes, whenever it reads it.
      if (!slot.word.compare_exchange_weak(seen, seen | CallSlot::waiting, detail::memory_order_relaxed,
                                           detail::memory_order_relaxed)) {
        continue;
      }
    }
    if (may_rob && slot.has_work()) {
      slot.word.fetch_and(~CallSlot::waiting, detail::memory_order_relaxed);
      return;
    }
    if constexpr (observed) {
      call_.observer->wait_and_tell(seen | CallSlot::waiting);
    } else {
      wait_on(slot.word, seen | CallSlot::waiting);
    }
    if ((slot.word.load(detail::memory_order_relaxed) & CallSlot::waiting) == 0) return;
  }
}

// --- closing --------------------------------------------------------------------------------------------------------

/// Closes the call if nobody is in it and nothing is left; the slot's word is then `reserved`.
inline bool SharedRun::try_to_close() {
  CallSlot& slot = *call_.slot;
  std::uint32_t alone = CallSlot::open;
  // acquire: pairs with the release in leave; all that helpers computed is visible from here on.
  if (!slot.word.compare_exchange_strong(alone, CallSlot::reserved, detail::memory_order_acquire,
                                         detail::memory_order_relaxed)) {
    return false;
  }
  bool const cut = call_.bound() != unknown;
  // The mark stays until the queues are empty: one look round may not have been enough to rob them.
  bool const left_behind = slot.left_behind.load(detail::memory_order_relaxed) != 0 && slot.has_work();
  // A queue left behind may hold positions below the bound, unless everything is cut. A source is asked no more once
  // there is a bound: all that it could give lies beyond.
  bool const more = (left_behind && !(cut && call_.job.cut == Cut::everything)) ||
                    (!cut && slot.pull.load(detail::memory_order_relaxed) != CallSlot::ended);
  if (!more) return true;
  // relaxed: a read-modify-write carries the release in `open` on, and nothing new is to be seen; nobody could join in
  // between, so the caller goes on as before.
  slot.word.fetch_add(CallSlot::open - CallSlot::reserved, detail::memory_order_relaxed);
  return false;
}

/// Whether each position has run, as far as counting tells. After the close.
inline bool SharedRun::all_has_run() const noexcept {
  if (call_.bound() != unknown) return true;
  std::uint64_t done = call_.alone;
  std::uint32_t const end = call_.slot->high.load(detail::memory_order_relaxed);
  for (std::uint32_t i = 0; i != end; ++i) done += call_.members->all[i].counts.items;
  return done == (call_.job.pull == nullptr ? call_.units.total : call_.pull_role.known()) && !call_.slot->has_work();
}

/// Links all segments after `home`, in order of position. The home one is the lowest by construction.
inline void SharedRun::order_segments() noexcept {
  SegmentNode* all = nullptr;
  std::uint32_t const end = call_.slot->high.load(detail::memory_order_relaxed);
  for (std::uint32_t i = 0; i != end; ++i) {
    for (SegmentNode* node = call_.members->all[i].segments; node != nullptr;) {
      SegmentNode* const next = node->next;
      if (node != &call_.home) {
        node->next = all;
        all = node;
      }
      node = next;
    }
    call_.members->all[i].segments = nullptr;
  }
  call_.home.next = sort_by_position(all);
}

inline void SharedRun::put_slot_back(Call& call) noexcept {
  CallSlot& slot = *call.slot;
  for (SegmentNode* node = call.home.next; node != nullptr;) {
    SegmentNode* const next = node->next;
    close_segment(node, call.job);
    node = next;
  }
  std::uint32_t const end = slot.high.load(detail::memory_order_relaxed);
  for (std::uint32_t i = 0; i != end; ++i) {
    Member& member = call.members->all[i];
    member.queue.fill({});
    member.segments = nullptr;
    member.storage_used = member.refused = false;
    member.error = nullptr;
    member.counts = {};
    member.cost.store(0, detail::memory_order_relaxed);
    member.polled_load.store(0, detail::memory_order_relaxed);
    member.polled_at.store(0, detail::memory_order_relaxed);
    member.done.store(0, detail::memory_order_relaxed);
    member.system_id.store(0, detail::memory_order_relaxed);
    member.offer.store(offer::none, detail::memory_order_relaxed);
    member.from.store(Member::nobody, detail::memory_order_relaxed);
  }
  slot.has_offers.store(0, detail::memory_order_relaxed);
  for (auto& word : slot.taken_members) word.store(0, detail::memory_order_relaxed);
  slot.parent.store(CallSlot::no_parent, detail::memory_order_relaxed);
  slot.pull.store(CallSlot::ended, detail::memory_order_relaxed);
  slot.high.store(0, detail::memory_order_relaxed);
  // release: pairs with the acquire in reserve_slot.
  slot.word.fetch_sub(CallSlot::reserved, detail::memory_order_release);
  call.slot = nullptr;
}

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
