// What a worker knows and does whether it is observed or not: whom to rob, when to look around, when a segment ends.
//
// Who does what: each worker has one, on its stack, and is alone with it. What it reads of others (queues, costs, the
// pool) are hints, relaxed; what it writes for others is in its member, see call_slot.hpp.
#pragma once

#include <parallel_task/controller/blocked.hpp>
#include <parallel_task/controller/call.hpp>
#include <parallel_task/controller/segments.hpp>
#include <parallel_task/platform/cold.hpp>
#include <parallel_task/platform/exceptions.hpp>
#include <parallel_task/policy/cost_model.hpp>
#include <parallel_task/policy/prioritize_thread.hpp>
#include <parallel_task/worker/thread_runner.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

class WorkerBase {
 public:
  WorkerBase(WorkerBase const&) = delete;
  WorkerBase& operator=(WorkerBase const&) = delete;

 protected:
  // Queues that a thief has looked at in vain.
  struct Tried {
    std::uint64_t bits[CallSlot::member_words] = {};
    void add(std::uint32_t member) noexcept { bits[member / 64] |= std::uint64_t{1} << member % 64; }
    [[nodiscard]] bool has(std::uint32_t member) const noexcept { return (bits[member / 64] >> member % 64 & 1) != 0; }
  };

  WorkerBase(Call& call, std::uint32_t index) noexcept
      : call_(call),
        index_(index),
        member_(call.members->all[index]),
        queue_(member_.queue.secondary()),
        part_(cost_model::claim_part(thread_manager.places.cores())),
        may_be_stopped_(call.may_be_stopped()) {
    if (call.job.pull != nullptr || call.units.shift != 0 || may_be_stopped_) unusual_ |= always_look;
    expect_cost(member_.cost.load(detail::memory_order_relaxed));
  }

  void begin();
  void end();
  /// Looks on its way out whether the worker leaves, or its thread is being ended in an item.
  struct WhenUnwound {
    WorkerBase& worker;
    ~WhenUnwound() {
      if (!worker.leaves_) worker.end_unwound();
    }
  };
  void end_unwound() noexcept;
  /// A unit costs `cost` ns, as far as somebody else can tell.
  void expect_cost(float cost) noexcept {
    set_pace(cost);
    limit_ = cost_model::first_limit(pace_, thread_manager.costs);
  }
  /// It has looked whether others should be called, and does so again in `pause` ns.
  void note_look(float pause) noexcept {
    unusual_ &= static_cast<unsigned char>(~look_is_due);
    looked_ = now_;
    look_pause_ = pause;
  }
  [[nodiscard]] std::uint32_t heaviest(Tried const& tried, bool sample);
  [[nodiscard]] bool is_time_to_read_ahead(std::uint32_t surplus) const noexcept;
  [[nodiscard]] std::uint32_t farthest_behind() const noexcept;
  void retire_segment(bool whole);
  void drop_if_void(SegmentNode& segment) noexcept;
  void look_around(float took);
  /// If all are inside long items, nobody comes to a boundary to look around: has a spare thread do so.
  void call_for_monitor() const {
    if (ask_for_monitor()) (void)thread_manager.wake_one_more(*call_.slot, waking::Purpose::monitor);
  }

  Call& call_;
  std::uint32_t const index_;  // of its member
  Member& member_;
  SecondaryAccessor queue_;
  // What makes a claim one that is looked into before it is run.
  static constexpr unsigned char always_look = 1;  // units are no positions, or somebody may stop the run
  static constexpr unsigned char look_is_due = 2;  // whether others should be called
  static constexpr unsigned char long_items = 4;   // it may be stuck in the next one

  std::uint32_t const part_;  // 2^-this of the own queue is claimed at most
  bool const may_be_stopped_;
  unsigned char unusual_ = look_is_due;
  bool leaving_ = false;
  std::uint32_t limit_ = 1;         // units that the next claim may have
  float cost_ = 0;                  // ns a unit, as learnt so far
  cost_model::Pace pace_;           // of claims of such units
  Ticks now_ = 0;                   // the last look at the clock
  Ticks due_ = 0;                   // when it looks around next, and whether others should be called
  Block strip_;                     // what runs now, for errors; at a boundary, the claim that comes
  std::uint64_t units_ = 0;         // that it has run, ...
  Ticks busy_ = 0;                  // ... and how long that took; ...
  std::uint64_t steady_units_ = 0;  // ... what they were when the pace changed last
  Ticks steady_busy_ = 0;
  std::uint64_t learnt_units_ = 0;  // ... and when the cost was looked at last
  Ticks learnt_busy_ = 0;
  std::size_t elsewhere_ = 0;  // units that waited in others' queues when it last looked for somebody to rob
  Ticks hot_since_ = 0;        // since when a hot helper has left the surplus alone
  Ticks looked_ = 0;           // when it last looked whether others should be called ...
  float look_pause_ = 0;       // ... and for how many ns it does not look again
  bool leaves_ = false;
  Ticks around_ = 0;        // when it last looked around
  std::uint64_t told_ = 0;  // of the units that it has run, those that others know of

 private:
  void set_pace(float cost) noexcept;
  /// The next claim boundary at which there is something to look at: after a pause, or if the cost is not known.
  void set_due() noexcept { due_ = pace_.cost <= 0 ? now_ : now_ + ticks_in(thread_manager.costs.least_pause); }
  /// What others may ask about the work that this one has done.
  void tell_done() noexcept {
    member_.done.store(member_.done.load(detail::memory_order_relaxed) + (units_ - told_),
                       detail::memory_order_relaxed);
    told_ = units_;
  }
  void learn_cost() noexcept;
  [[nodiscard]] double priority_of(std::uint32_t worker, std::size_t load) noexcept;
  [[nodiscard]] bool extra_threads_pay() noexcept;
};

[[nodiscard]] bool should_leave(Call const& call) noexcept;

inline void WorkerBase::begin() {
  if (index_ != 0) {
    member_.counts.thread = this_thread.thread;
    member_.system_id.store(this_thread_id(), detail::memory_order_relaxed);
  }
  forget_baseline();
  around_ = now_ = ticks();
  set_due();
  if (this_thread.hot_since != 0 && elapsed_ns(this_thread.hot_looked, now_) < thread_manager.costs.hot_comes) {
    hot_since_ = this_thread.hot_since;
  }
}

/// A unit costs `cost` ns from now on.
inline void WorkerBase::set_pace(float cost) noexcept {
  cost_ = cost;
  pace_ = cost_model::pace_of(cost, thread_manager.costs);
  if (limit_ > pace_.most) limit_ = pace_.most;
  if (call_.units.shift != 0) pace_.at_once = 0;  // a unit is no small step
  steady_units_ = learnt_units_ = units_;
  steady_busy_ = learnt_busy_ = busy_;
  unusual_ &= static_cast<unsigned char>(~long_items);
  if (cost > thread_manager.costs.blocked_after) unusual_ |= long_items;
}

/// What has run since the last look cost more or less than was expected, or did not.
inline void WorkerBase::learn_cost() noexcept {
  std::uint64_t const units = units_ - learnt_units_;
  if (units == 0) return;
  float const took = elapsed_ns(learnt_busy_, busy_);
  float const each = took / static_cast<float>(units);
  learnt_units_ = units_;
  learnt_busy_ = busy_;
  if (each >= pace_.least_cost && each <= pace_.most_cost && pace_.cost > 0) return;
  set_pace(cost_model::learn(cost_, units, took));
  member_.cost.store(cost_, detail::memory_order_relaxed);
}

inline void WorkerBase::end() {
  learn_cost();
  // The mean of what was steady, which is more exact than the pace.
  if (units_ != steady_units_) {
    member_.cost.store(elapsed_ns(steady_busy_, busy_) / static_cast<float>(units_ - steady_units_),
                       detail::memory_order_relaxed);
  }
  tell_done();
  member_.counts.busy_ns += elapsed_ns(0, busy_);
  if (call_.job.retire != nullptr) retire_segment(true);
  // Whoever leaves early leaves its queue to the others; relaxed: the leave itself is the release.
  if (leaving_ && member_.queue.load() != 0) {
    call_.slot->left_behind.store(1, detail::memory_order_relaxed);
    call_.slot->wake_caller();  // it may sleep until another helper's long item ends
  }
  clear_blocked();
  if (index_ != 0) member_.system_id.store(0, detail::memory_order_relaxed);
}

/// The thread is being ended in an item: nobody runs any more of the call, and its caller's thread will end, too.
PARALLEL_TASK_COLD inline void WorkerBase::end_unwound() noexcept {
  call_.ending.end_thread();
  queue_.discard();
  clear_blocked();
  if (index_ != 0) member_.system_id.store(0, detail::memory_order_relaxed);
}

/// Whether to fetch more before the next claim, although `surplus` units wait.
inline bool WorkerBase::is_time_to_read_ahead(std::uint32_t surplus) const noexcept {
  float const since = elapsed_ns(call_.published, now_);
  if (!call_.pull_role.is_time_to_read_ahead(call_.job, cost_, surplus, since, thread_manager.costs)) return false;
  // Nothing but the rest of the block that was claimed from, so that there is room.
  return call_.slot->pull.load(detail::memory_order_relaxed) == CallSlot::ready && member_.queue.load() <= surplus;
}

/// How far what has waited longest in the queues lies behind what is known.
PARALLEL_TASK_COLD inline std::uint32_t WorkerBase::farthest_behind() const noexcept {
  auto const known = static_cast<std::uint32_t>(call_.pull_role.known());
  std::uint32_t const end = call_.slot->high.load(detail::memory_order_relaxed);
  std::uint32_t farthest = 0;
  for (std::uint32_t i = 0; i < end && i < call_.members->size; ++i) {
    std::uint32_t const behind = call_.members->all[i].queue.farthest_behind(known);
    if (behind > farthest) farthest = behind;
  }
  return farthest;
}

/// The queue-priority vector, as far as it is needed: the queue of highest priority among those not tried yet. Of many
/// workers a sample, at random; reading all would cost a line transfer each.
inline std::uint32_t WorkerBase::heaviest(Tried const& tried, bool sample) {
  std::uint32_t const end = call_.slot->high.load(detail::memory_order_relaxed);
  std::uint32_t const size = end < call_.members->size ? end : call_.members->size;
  std::uint32_t best = CallSlot::most_members;
  double highest = 0;
  elsewhere_ = 0;
  std::uint32_t const count = sample ? Costs::sample_size : size;
  for (std::uint32_t i = 0; i != count; ++i) {
    std::uint32_t const worker = sample ? static_cast<std::uint32_t>(next_random() % size) : i;
    if (worker == index_ || tried.has(worker)) continue;
    std::size_t const load = call_.members->all[worker].queue.load();
    if (load == 0) continue;
    double const priority = priority_of(worker, load);
    // What a worker left behind is anybody's, whatever the strategy says: nobody else will run it.
    if (call_.settings.strategy && priority <= 0 && call_.slot->is_held(worker)) {
      member_.refused = true;
      continue;
    }
    if (worker != best) elsewhere_ += load;  // a sample may hold one twice
    if (best == CallSlot::most_members || priority > highest) {
      best = worker;
      highest = priority;
    }
  }
  return best;
}

/// Polls one queue for the strategy, `Remaining` by default. That looks at no change, so nothing is kept of this poll
/// then, nor is the clock read; and units are as good to it as items, since they are the same for all queues.
inline double WorkerBase::priority_of(std::uint32_t worker, std::size_t load) noexcept {
  Member& member = call_.members->all[worker];
  QueueLoad seen;
  seen.worker = worker;
  seen.items = load;
  seen.cost_per_item = static_cast<double>(member.cost.load(detail::memory_order_relaxed));
  if (!call_.settings.strategy) return Remaining{}(seen);
  Ticks const now = ticks();
  seen.items = load << call_.units.shift;
  seen.cost_per_item /= static_cast<double>(call_.units.size());
  Ticks const before = member.polled_at.exchange(now, detail::memory_order_relaxed);
  std::size_t const last = member.polled_load.exchange(static_cast<std::uint32_t>(load), detail::memory_order_relaxed);
  seen.last_items = before == 0 ? seen.items : last << call_.units.shift;
  seen.since_last_poll = before == 0 ? 0.0 : static_cast<double>(elapsed_ns(before, now));
  return call_.settings.strategy.priority(call_.settings.strategy.self, seen);
}

/// No block comes any more to the worker's segment, or (`whole` is false) its last one threw: its state ends here and
/// now, so that no more are alive than threads compute. What it keeps back is flushed, unless it is no longer wanted.
/// Whatever that says or throws counts as if the segment's first position had: none of another's lies between its own.
/// Where blocks may come in any order, there is no last one: whoever takes this place next goes on with its segment.
PARALLEL_TASK_COLD inline void WorkerBase::retire_segment(bool whole) {
  SegmentNode* const segment = member_.segments;
  if (segment == nullptr || !call_.ordered()) return;
  segment->last = unknown;
  whole = whole && segment->first < call_.bound();
  Block const first{segment->first, segment->first + 1};
  guarded(
      [&] {
        if (call_.job.retire(call_.job.self, segment->where, whole)) return;
        call_.ending.cut_after(first, call_.job.cut);
      },
      [&](std::exception_ptr error) { call_.ending.note_error(member_, first, std::move(error), call_.job.cut); });
  drop_if_void(*segment);
  now_ = ticks();
}

/// Closes a segment that has been retired, if there is nothing in it. The one in the caller's frame stays.
inline void WorkerBase::drop_if_void(SegmentNode& segment) noexcept {
  if (call_.job.is_void == nullptr || &segment == &call_.home || !call_.job.is_void(segment.where)) return;
  member_.segments = segment.next;
  if (segment.memory == nullptr) member_.storage_used = false;
  close_segment(&segment, call_.job);
}

/// Now and then, so also after a long claim: what do units cost now, is it time to look whether others should be
/// called; and less often: is this thread blocked, should it leave, is the monitor needed?
inline void WorkerBase::look_around(float took) {
  ThreadManager& manager = thread_manager;
  Costs const& costs = manager.costs;
  learn_cost();
  tell_done();
  if (elapsed_ns(looked_, now_) >= look_pause_) unusual_ |= look_is_due;
  set_due();
  if (elapsed_ns(around_, now_) <= costs.long_claim) return;
  around_ = now_;
  if (cost_model::wants_more_joiners(static_cast<float>(member_.queue.load()) * cost_, costs)) call_.ask_for_more();
  if (index_ != 0 && should_leave(call_)) {
    leaving_ = true;
    return;
  }
  bool const old_enough = elapsed_ns(call_.published, now_) > costs.blocked_after;
  if (!old_enough && took <= costs.long_claim) return;
  if (old_enough) call_for_monitor();
  std::uint64_t const looked_at = this_thread.looked_at;
  if (looked_at != 0 && elapsed_ns(looked_at, now_) < costs.blocked_window) return;
  switch (look_at_oneself()) {
    case cost_model::Verdict::blocked:
      if (extra_threads_pay()) {
        call_blocked();
      } else {
        clear_blocked();
      }
      break;
    case cost_model::Verdict::computes:
      clear_blocked();
      break;
    case cost_model::Verdict::drop:
      break;
  }
  now_ = ticks();
}

/// Whether threads beyond the cores earn their keep in this call.
inline bool WorkerBase::extra_threads_pay() noexcept {
  if (call_.extra_threads.denied()) return false;
  std::uint32_t const threads = (call_.slot->word.load(detail::memory_order_relaxed) & CallSlot::count) + 1;
  return call_.extra_threads.pay(threads, call_.units_done(), call_.published, ticks());
}

/// Whether a helper in `call` is needed more elsewhere: threads are being ended, more compute than should, helpers
/// don't pay here, or this call holds more than its share while another has less.
inline bool should_leave(Call const& call) noexcept {
  ThreadManager& manager = thread_manager;
  if (manager.starter.stopping.load(detail::memory_order_relaxed)) return true;
  if (manager.places.busy() > manager.places.limit() && !this_thread.blocked) return true;
  if (call.refuses_helpers()) return true;
  std::uint64_t const others = manager.places.wanting.load(detail::memory_order_relaxed) & ~Places::bit_of(call.index);
  std::uint32_t const share = manager.places.fair_share();
  if ((call.slot->word.load(detail::memory_order_relaxed) & CallSlot::count) + 1 <= share) return false;
  for (std::uint64_t rest = others; rest != 0; rest &= rest - 1) {
    CallSlot const& other = manager.call_slots[static_cast<std::uint32_t>(std::countr_zero(rest))];
    if ((other.word.load(detail::memory_order_relaxed) & CallSlot::count) + 1 < share && other.has_work()) return true;
  }
  return false;
}

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
