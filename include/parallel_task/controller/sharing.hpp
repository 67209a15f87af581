// WorkerController, the calling thread among others: publish, wait, close, and put the pieces in order.
#pragma once

#include <parallel_task/controller/worker_controller.hpp>
#include <parallel_task/platform/cold.hpp>

namespace parallel_task {
inline namespace v0_1 {

/// Takes a slot and fills it in; false if there is none, no memory for its queues, or nothing to keep this code loaded
/// with: go on alone.
inline bool WorkerController::publish(Standing& at) {
  using namespace detail;
  ThreadManager& manager = thread_manager;
  ThreadState& self = this_thread;
  if (!prepare()) return false;
  clock::calibrate();
  published_ = ticks();
  manager.refresh_cores(published_);
  CallSlot* slot = nullptr;
  for (std::uint32_t i = 0; i != ThreadManager::slot_count && slot == nullptr; ++i) {
    std::uint32_t const index = (self.hint + i) % ThreadManager::slot_count;
    std::uint32_t seen = manager.call_slots[index].word.load(std::memory_order_relaxed);
    // acquire: pairs with the release in put_slot_back; the members are as the caller before left them.
    if (seen == 0 && manager.call_slots[index].word.compare_exchange_strong(
                         seen, CallSlot::reserved, std::memory_order_acquire, std::memory_order_relaxed)) {
      slot = &manager.call_slots[index];
      slot->caller.store(&self, std::memory_order_relaxed);
      index_ = index;
    }
  }
  if (slot == nullptr) return false;
  std::uint32_t const places = 2 * manager.cores() + 16;
  Rack* const rack = rack_of(*slot, places < CallSlot::most_members ? places : CallSlot::most_members);
  if (rack == nullptr) {
    slot->word.fetch_sub(CallSlot::reserved, std::memory_order_release);
    return false;
  }
  if (self.depth == 0) self.hint = index_;
  slot_ = slot;
  rack_ = rack;
  if (job_.share != nullptr) at.known = job_.share(job_.self, home_.where, at.next);
  PARALLEL_TASK_INVARIANT(at.known.positions >= at.next, "what has run is known");

  // Positions become units; the caller's first one begins where the private run ended.
  QueueBlock rest;
  if (job_.pull == nullptr) {
    total_ = at.known.positions;
    while (total_ >> shift_ >= 0xFFFFFFFFU) ++shift_;
    std::size_t const unit = std::size_t{1} << shift_;
    // With units of more than one position, the private run is brought to the end of its unit first.
    if (at.next % unit != 0) {
      std::size_t const to_end = unit - at.next % unit;
      (void)step(at, to_end < total_ - at.next ? to_end : total_ - at.next);
    }
    if (!at.over) {
      rest = {static_cast<std::uint32_t>(at.next >> shift_), static_cast<std::uint32_t>((total_ + unit - 1) >> shift_)};
    }
  } else {
    std::size_t const left = at.known.positions - at.next;
    std::size_t const handed_out = at.next + (left < most_handed_out ? left : most_handed_out);
    fetched_ = at.known;
    known_.store(handed_out, std::memory_order_relaxed);
    rest = {static_cast<std::uint32_t>(at.next), static_cast<std::uint32_t>(handed_out)};
  }
  alone_ = at.next;
  home_.last = at.next;
  cost_ = at.cost * static_cast<float>(std::size_t{1} << shift_);

  Member& own = rack->members[0];
  own.segments = &home_;
  own.cost.store(cost_, std::memory_order_relaxed);
  own.counts.thread = self.thread;
  own.system_id.store(this_thread_id(), std::memory_order_relaxed);
  offered_ = rest;

  // Of itself a call never has more than the budget, also when its caller, whose place was taken while it slept, wakes.
  std::uint32_t joiners = manager.most_computing() - 1;
  if (settings_.max_threads != 0 && settings_.max_threads - 1 < joiners) joiners = settings_.max_threads - 1;
  slot->call.store(this, std::memory_order_relaxed);
  slot->parent.store(self.inside, std::memory_order_relaxed);
  slot->group.store(self.group, std::memory_order_relaxed);
  slot->most_joined.store(joiners, std::memory_order_relaxed);
  slot->left_behind.store(0, std::memory_order_relaxed);
  slot->high.store(1, std::memory_order_relaxed);
  slot->members[0].store(1, std::memory_order_relaxed);
  bool const more =
      job_.pull != nullptr && (!at.known.ended || at.known.positions != known_.load(std::memory_order_relaxed));
  slot->pull.store(more ? CallSlot::ready : CallSlot::ended, std::memory_order_relaxed);
  abandon = &WorkerController::abandoned;
  return true;
}

template <bool watched>
inline void WorkerController::share(Standing& at) {
  using namespace detail;
  if constexpr (watched) watching_->shared = true;
  if (at.over) return;
  ThreadManager& manager = thread_manager;
  ThreadState& self = this_thread;
  bool const nested = self.depth != 0;
  std::uint32_t const inside = self.inside;
  // Ski-rental, or a cost that nobody knows yet: a thread is called before the first item, not at a claim boundary.
  bool const call_first = (self.debt > 0 || at.cost <= 0) && manager.spinning.load(std::memory_order_relaxed) == 0;

  if (!offered_.empty()) (void)rack_->members[0].queue.secondary().push(offered_);
  // A nested caller is counted by its call's bit from now on, not by its place as well.
  if (nested) manager.computing.fetch_sub(1, std::memory_order_relaxed);
  // release: pairs with the acquire in join; the frame and the slot are filled in.
  slot_->word.fetch_add(CallSlot::open - CallSlot::reserved, std::memory_order_release);
  // seq_cst: before the look at `parked` in ring; see thread_manager.hpp.
  manager.wanting.fetch_or(std::uint64_t{1} << index_, std::memory_order_seq_cst);
  if (call_first) {
    self.debt = 0;
    if (manager.busy() < manager.limit() && manager.ring(*slot_)) {
      ++rack_->members[0].counts.wakes;
      if constexpr (watched) note_wake(watching_->row);
    }
  }
  ++self.depth;
  self.inside = index_;
  // Where a strategy forbids to rob whom there is, the caller stops trying after a while, and sleeps.
  std::uint32_t in_vain = 0;
  do {
    std::uint64_t const claims = rack_->members[0].counts.claims;
    work<watched>(*this, 0);
    in_vain = rack_->members[0].counts.claims != claims || !rack_->members[0].counts.refused ? 0 : in_vain + 1;
    wait_for_helpers<watched>(in_vain < 16);
  } while ((slot_->word.load(std::memory_order_relaxed) & CallSlot::open) != 0);
  --self.depth;
  self.inside = inside;
  manager.wanting.fetch_and(~(std::uint64_t{1} << index_), std::memory_order_relaxed);
  if (nested) manager.computing.fetch_add(1, std::memory_order_relaxed);
  if (slot_->high.load(std::memory_order_relaxed) > 1) self.hot_since = 0;  // somebody came
  PARALLEL_TASK_INVARIANT(all_has_run(), "a call that is closed has run each of its items once, or was cut short");
  order_segments();
}

/// Whether each position has run, as far as counting tells. After the close.
inline bool WorkerController::all_has_run() const noexcept {
  if (bound() != unknown) return true;
  std::uint64_t done = alone_;
  std::uint32_t const end = slot_->high.load(std::memory_order_relaxed);
  for (std::uint32_t i = 0; i != end; ++i) done += rack_->members[i].counts.items;
  return done == (job_.pull == nullptr ? total_ : known_.load(std::memory_order_relaxed)) && !slot_->has_work();
}

/// Closes the call if nobody is in it and nothing is left; the slot's word is then `reserved`.
inline bool WorkerController::try_to_close() {
  std::uint32_t alone = CallSlot::open;
  // acquire: pairs with the release in leave; all that helpers computed is visible from here on.
  if (!slot_->word.compare_exchange_strong(alone, CallSlot::reserved, std::memory_order_acquire,
                                           std::memory_order_relaxed)) {
    return false;
  }
  bool const cut = bound_.load(std::memory_order_relaxed) != unknown;
  // The mark stays until the queues are empty: one look round may not have been enough to rob them.
  bool const left_behind = slot_->left_behind.load(std::memory_order_relaxed) != 0 && slot_->has_work();
  // A queue left behind may hold positions below the bound, unless everything is cut. A source is asked no more once
  // there is a bound: all that it could give lies behind.
  bool const more = (left_behind && !(cut && job_.cut == Cut::everything)) ||
                    (!cut && slot_->pull.load(std::memory_order_relaxed) != CallSlot::ended);
  if (!more) return true;
  // relaxed: a read-modify-write carries the release in share on, and nothing new is to be seen; nobody could join in
  // between, so the caller goes on as before.
  slot_->word.fetch_add(CallSlot::open - CallSlot::reserved, std::memory_order_relaxed);
  return false;
}

/// The caller is dry: closes the call, or helps calls made by its items, spins for a while, sleeps. Returns when the
/// call is closed or there may be work again.
template <bool watched>
inline void WorkerController::wait_for_helpers(bool may_rob) {
  using namespace detail;
  ThreadManager& manager = thread_manager;
  Ticks const begun = ticks();
  while (elapsed_ns(begun, ticks()) < manager.costs.caller_spin) {
    for (std::uint32_t i = 0; i != 32; ++i) {
      if ((slot_->word.load(std::memory_order_relaxed) & CallSlot::count) == 0) {
        (void)try_to_close();
        return;
      }
      relax();
    }
    if (may_rob && slot_->has_work()) return;
    // The one exception to isolation: calls made by items of this one, which a sequential run would nest here too.
    std::uint64_t const others = manager.wanting.load(std::memory_order_relaxed) & ~(std::uint64_t{1} << index_);
    for (std::uint64_t rest = others; rest != 0; rest &= rest - 1) {
      auto const index = static_cast<std::uint32_t>(std::countr_zero(rest));
      if (!descends_from(index, index_) || !manager.call_slots[index].has_work()) continue;
      if (join_and_work(index, index_)) return;
    }
  }
  manager.asleep.fetch_add(1, std::memory_order_relaxed);
  manager.computing.fetch_sub(1, std::memory_order_relaxed);
  [[maybe_unused]] Ticks const asleep = watched ? ticks() : 0;
  for (;;) {
    std::uint32_t seen = slot_->word.load(std::memory_order_relaxed);
    if ((seen & CallSlot::count) == 0) {
      // The last one to leave may not have come to clear it yet; it need not be waited for.
      if ((seen & CallSlot::waiting) != 0) slot_->word.fetch_and(~CallSlot::waiting, std::memory_order_relaxed);
      break;
    }
    if ((seen & CallSlot::waiting) == 0) {
      // relaxed: the bit only asks to be woken. A leaver that clears it wakes, whenever it reads it.
      if (!slot_->word.compare_exchange_weak(seen, seen | CallSlot::waiting, std::memory_order_relaxed,
                                             std::memory_order_relaxed)) {
        continue;
      }
    }
    if (may_rob && slot_->has_work()) {
      slot_->word.fetch_and(~CallSlot::waiting, std::memory_order_relaxed);
      break;
    }
    if constexpr (watched) {
      wait_and_tell(seen | CallSlot::waiting);
    } else {
      wait_on(slot_->word, seen | CallSlot::waiting);
    }
    if ((slot_->word.load(std::memory_order_relaxed) & CallSlot::waiting) == 0) break;
  }
  manager.computing.fetch_add(1, std::memory_order_relaxed);
  manager.asleep.fetch_sub(1, std::memory_order_relaxed);
  if constexpr (watched) note_slept(asleep);
}

/// Puts the errors of all members into one: the first in time, or the lowest by position where the run cuts by order.
PARALLEL_TASK_COLD inline void WorkerController::collect_errors() {
  std::exception_ptr error;
  std::size_t lowest = unknown;
  std::uint32_t const end = slot_->high.load(std::memory_order_relaxed);
  for (std::uint32_t i = 0; i != end; ++i) {
    Member& member = rack_->members[i];
    if (!member.error) continue;
    if (!error || member.error_at < lowest) {
      error = std::move(member.error);
      lowest = member.error_at;
    }
    member.error = nullptr;
  }
  if (!error) return;
  // By order: an error at or behind the bound that a lower hit set was never met by the sequential loop.
  if (job_.cut == Cut::later && lowest >= bound()) return;
#if defined(__cpp_exceptions)
  if (job_.cut == Cut::later || outcome_.load(std::memory_order_relaxed) == failed) {
    std::rethrow_exception(std::move(error));
  }
#endif
}

/// Links all segments behind `home_`, in order of position. The home one is the lowest by construction.
inline void WorkerController::order_segments() noexcept {
  using namespace detail;
  SegmentNode* all = nullptr;
  std::uint32_t const end = slot_->high.load(std::memory_order_relaxed);
  for (std::uint32_t i = 0; i != end; ++i) {
    for (SegmentNode* node = rack_->members[i].segments; node != nullptr;) {
      SegmentNode* const next = node->next;
      if (node != &home_) {
        node->next = all;
        all = node;
      }
      node = next;
    }
    rack_->members[i].segments = nullptr;
  }
  home_.next = sort_by_position(all);
}

/// Destroys the segments and leaves the slot as it was found, for the next call.
inline void WorkerController::put_slot_back() noexcept {
  using namespace detail;
  for (SegmentNode* node = home_.next; node != nullptr;) {
    SegmentNode* const next = node->next;
    close_segment(node, job_);
    node = next;
  }
  std::uint32_t const end = slot_->high.load(std::memory_order_relaxed);
  for (std::uint32_t i = 0; i != end; ++i) {
    Member& member = rack_->members[i];
    member.queue.secondary().discard();
    member.segments = nullptr;
    member.storage_used = false;
    member.error = nullptr;
    member.counts = {};
    member.cost.store(0, std::memory_order_relaxed);
    member.polled_load.store(0, std::memory_order_relaxed);
    member.polled_at.store(0, std::memory_order_relaxed);
    member.done.store(0, std::memory_order_relaxed);
    member.system_id.store(0, std::memory_order_relaxed);
  }
  for (auto& word : slot_->members) word.store(0, std::memory_order_relaxed);
  slot_->parent.store(CallSlot::no_parent, std::memory_order_relaxed);
  slot_->pull.store(CallSlot::ended, std::memory_order_relaxed);
  slot_->high.store(0, std::memory_order_relaxed);
  // release: pairs with the acquire in publish.
  slot_->word.fetch_sub(CallSlot::reserved, std::memory_order_release);
  slot_ = nullptr;
}

}  // namespace v0_1
}  // namespace parallel_task
