// One worker in one call, from joining until nothing is left to take: claim, steal, pull, run.
//
// Every member of a call runs this at the same time, the caller among them; each is alone with its worker and its
// member. The pairings are those of the queue (queue/limited_access_queue.hpp), of the pull role (pull_role.hpp) and of
// the slot (worker/call_slot.hpp).
// Invariants: an item lies in exactly one queue word, claim, or steal in flight (I1). Nobody waits for an accessor or
// for the pull role (I4).
#pragma once

#include <parallel_task/controller/observer.hpp>
#include <parallel_task/controller/worker_base.hpp>
#include <parallel_task/platform/inline.hpp>

#include <cstddef>
#include <cstdint>
#include <exception>
#include <type_traits>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// `observed` tells the code of a call that tells somebody what it does from that of one that doesn't: the second has
/// no instruction for the first's sake, and programs that observe no call don't compile the first.
template <bool observed>
class Worker : WorkerBase {
 public:
  /// Works in `call` as member `index` until there is nothing left to take. What it throws is kept in the member.
  PARALLEL_TASK_NOINLINE static void work(OpenCall& call, std::uint32_t index);

 private:
  struct Unobserved {};

  Worker(Call& call, std::uint32_t index) noexcept : WorkerBase(call, index) {}

  PARALLEL_TASK_ALWAYS_INLINE void run();
  void fail(std::exception_ptr error);
  [[nodiscard]] PARALLEL_TASK_ALWAYS_INLINE bool next_claim(QueueBlock& claim);
  [[nodiscard]] PARALLEL_TASK_ALWAYS_INLINE std::uint32_t claim_size(std::uint32_t waiting) const;
  enum class Next : unsigned char { run, again, none };
  [[nodiscard]] PARALLEL_TASK_NOINLINE Next look_into(QueueBlock& claim, std::uint32_t surplus);
  [[nodiscard]] bool steal(QueueBlock& claim, std::uint32_t& surplus);
  bool pull();
  void judge_pulling(std::uint64_t positions, float pulled);
  [[nodiscard]] bool walk_on();
  [[nodiscard]] bool walk_strip();
  PARALLEL_TASK_ALWAYS_INLINE void call_pullers(PullRole::Slice const& slice, bool flows);
  [[nodiscard]] PARALLEL_TASK_ALWAYS_INLINE bool run_claim(QueueBlock claim);
  [[nodiscard]] PARALLEL_TASK_ALWAYS_INLINE bool end_claim(std::uint32_t units, Ticks begun);
  [[nodiscard]] bool cut(QueueBlock claim);
  [[nodiscard]] bool run_in_steps(void* where);
  [[nodiscard]] PARALLEL_TASK_ALWAYS_INLINE SegmentNode* next_segment(Block block);
  void at_boundary(std::size_t surplus);
  void call_others(float left, float wake_cost);
  PARALLEL_TASK_ALWAYS_INLINE void note_ran() {
    if constexpr (observed) call_.observer->note_ran(seen_, index_, member_.counts, now_);
  }

  PARALLEL_TASK_NO_UNIQUE_ADDRESS std::conditional_t<observed, ObservedWorker, Unobserved> seen_;
};

template <bool observed>
void Worker<observed>::work(OpenCall& call, std::uint32_t index) {
  Worker(static_cast<Call&>(call), index).run();
}

template <bool observed>
inline void Worker<observed>::run() {
  WhenUnwound const unwound{*this};
  begin();
  if constexpr (observed) call_.observer->note_joined(seen_, index_, member_.counts);
  bool more = true;
  while (more) {
    guarded(
        [&]() PARALLEL_TASK_INLINE_BODY {
          QueueBlock claim;
          while (next_claim(claim) && run_claim(claim)) {
          }
          more = false;
        },
        [&](std::exception_ptr error) { fail(std::move(error)); });
  }
  end();
  leaves_ = true;
}

/// What ran has thrown.
template <bool observed>
inline void Worker<observed>::fail(std::exception_ptr error) {
  call_.ending.note_error(member_, strip_, std::move(error), call_.job.cut);
  // What a segment holds that ends in an exception is of no use to anybody.
  SegmentNode const* const segment = member_.segments;
  if (call_.job.retire != nullptr && segment != nullptr && segment->last == strip_.first) retire_segment(false);
  queue_.discard();  // all of it lies beyond the strip that threw
  now_ = ticks();
  note_ran();
}

/// How many of the units that are `waiting` a worker takes next.
template <bool observed>
inline std::uint32_t Worker<observed>::claim_size(std::uint32_t waiting) const {
  std::uint32_t size = cost_model::claim_size(waiting, limit_, part_, pace_);
  if constexpr (observed) {
    if (size < seen_.least) size = seen_.least < waiting ? seen_.least : waiting;
    if (size > seen_.most) return seen_.most;
  }
  return size;
}

/// The next positions to run: of the own queue, else stolen, else pulled from the source. False: nothing is to be had.
template <bool observed>
inline bool Worker<observed>::next_claim(QueueBlock& claim) {
  for (;;) {
    std::uint32_t waiting = 0;
    claim = queue_.claim([&](std::uint32_t units) PARALLEL_TASK_INLINE_BODY { return claim_size(waiting = units); });
    if (unusual_ || claim.empty()) [[unlikely]] {
      QueueBlock looked_into = claim;  // a copy, or this one could not stay in a register
      Next const next = look_into(looked_into, waiting - claim.size());
      claim = looked_into;
      if (next == Next::again) continue;
      if (next == Next::none) return false;
    } else {
      strip_ = {claim.first, claim.last};
    }
    if (strip_.first >= call_.bound()) [[unlikely]] {
      queue_.discard();
      continue;
    }
    if (limit_ != pace_.most) limit_ = cost_model::next_limit(claim.size(), pace_);
    if constexpr (observed) {
      seen_.claimed = now_;
      seen_.first = strip_.first;
    }
    return true;
  }
}

/// The own queue is dry: steals, or pulls from the source. Or something has to be looked at before the claim is run;
/// `surplus` units remain of the block that it was taken from.
template <bool observed>
auto Worker<observed>::look_into(QueueBlock& claim, std::uint32_t surplus) -> Next {
  Call& call = call_;
  elsewhere_ = 0;
  if (claim.empty()) {
    if (!steal(claim, surplus)) return pull() ? Next::again : Next::none;
    now_ = ticks();
  }
  if (call.job.pull != nullptr) {
    if (is_time_to_read_ahead(surplus)) (void)pull();
    surplus = static_cast<std::uint32_t>(member_.queue.load());  // what was read ahead lies in a block of its own
  }
  strip_ = call.positions_of(claim.first, claim.last);
  if (may_be_stopped_ && strip_.first < call.bound() && call.ending.told_to_stop(call.settings)) {  // it may throw
    call.ending.lower_bound_to(0);
  }
  if ((unusual_ & look_is_due) != 0 || elapsed_ns(looked_, now_) > look_pause_) {  // the source may have taken its time
    // After stealing, the work seen in other queues counts as well: their owners may have started long items because
    // this thread was hot or on its way, and it can take the surplus of one of them only.
    if (surplus != 0 || elsewhere_ != 0) at_boundary(surplus + elsewhere_);
  }
  if (cost_ > thread_manager.costs.blocked_after) call_for_monitor();  // it may be stuck in the next item
  return Next::run;
}

/// At a claim boundary: others may want the `surplus` that waits. If its cost is unknown, it is assumed to be worth a
/// wake. The caller woke one thread before its first item; each woken thread wakes the next.
template <bool observed>
inline void Worker<observed>::at_boundary(std::size_t surplus) {
  float const left = cost_ > 0 ? static_cast<float>(surplus) * cost_ : Costs::worth_any_wake;
  if (left < thread_manager.costs.least_shared) return;
  call_others(left, thread_manager.wake_cost_ns());
}

/// `left` ns of work are to be had: wakes the caller if it sleeps, and one more thread if that is worth its price,
/// `wake_cost` ns.
template <bool observed>
inline void Worker<observed>::call_others(float left, float wake_cost) {
  ThreadManager& manager = thread_manager;
  Costs const& costs = manager.costs;
  // Every worker looks here at words that every thread writes as it joins: each look slows all of them.
  std::uint32_t const busy = manager.places.busy();
  note_look(cost_model::look_pause(busy, costs));
  // `asleep` first: the word is written by all who join and leave.
  if (manager.places.asleep.load(detail::memory_order_relaxed) != 0) call_.slot->wake_caller();
  cost_model::Surroundings around;
  around.helper_is_hot = manager.wakeups.spinning.load(detail::memory_order_relaxed) != 0;
  around.wake_cost = wake_cost;
  if (!around.helper_is_hot) {
    hot_since_ = 0;
  } else if (hot_since_ == 0) {
    hot_since_ = now_;
  } else if (elapsed_ns(hot_since_, now_) > costs.hot_comes) {
    around.helper_is_hot = false;  // it counts as spinning, but another program has its core
  }
  // The call may end before this is decided: the thread's next one goes on from here.
  this_thread.hot_since = hot_since_;
  this_thread.hot_looked = now_;
  if (!cost_model::pays_to_wake(left, around, costs) || busy >= manager.places.limit() || !has_room(*call_.slot)) {
    return;
  }
  hot_since_ = 0;
  this_thread.hot_since = 0;
  for (std::uint32_t more =
           cost_model::calls_at_once(left, cost_ * cost_model::at_least(static_cast<float>(limit_) / 2, 1), wake_cost,
                                     busy, manager.places.limit());
       more != 0 && manager.wake_one_more(*call_.slot); --more) {
    ++member_.counts.wakes;
    if constexpr (observed) call_.observer->note_wake(seen_.row);
  }
}

/// Robs the heaviest queue of part of what waits in it. A victim whose accessor is taken is passed over, never waited
/// for. The first items are claimed before the rest is stored, or thieves would pass the last one round for ever.
template <bool observed>
inline bool Worker<observed>::steal(QueueBlock& claim, std::uint32_t& surplus) {
  Tried tried;
  member_.refused = false;
  bool sample = call_.slot->high.load(detail::memory_order_relaxed) > Costs::sample_above;
  bool contended = false;
  for (std::uint32_t rounds = 0; rounds != Costs::steal_rounds;) {
    std::uint32_t const victim = heaviest(tried, sample);
    if (victim == CallSlot::most_members) {
      if (sample) {
        sample = false;
        continue;
      }
      if (!contended) return false;
      contended = false;
      tried = {};
      ++rounds;
      relax();
      continue;
    }
    PrimaryAccessor primary = call_.members->all[victim].queue.primary();
    if (!primary) {
      contended = true;
      tried.add(victim);
      continue;
    }
    std::size_t const all = primary.load();
    // What was dealt to somebody who has not come is taken whole; others rob it here.
    bool const whole = !sample && !call_.slot->is_held(victim);
    QueueBlock const stolen =
        primary.steal([all, whole](std::uint32_t block) { return whole ? block : cost_model::steal_size(block, all); });
    if (stolen.empty()) {
      tried.add(victim);
      continue;
    }
    if (call_.positions_of(stolen.first, stolen.last).first >= call_.bound()) continue;  // dropped
    float const theirs = call_.members->all[victim].cost.load(detail::memory_order_relaxed);
    if (theirs > 0) expect_cost(theirs);  // else it has not measured yet, and what is known here is better than nothing
    // For whoever robs this worker before it has measured.
    member_.cost.store(cost_, detail::memory_order_relaxed);
    std::uint32_t const wanted = claim_size(stolen.size());
    std::uint32_t const size = wanted < stolen.size() ? wanted : stolen.size();
    claim = {stolen.first, stolen.first + size};
    surplus = stolen.size() - size;
    elsewhere_ -= stolen.size() < elsewhere_ ? stolen.size() : elsewhere_;
    (void)queue_.push({claim.last, stolen.last});  // the own queue is dry: there is room
    unusual_ |= look_is_due;
    ++member_.counts.steals;
    if constexpr (observed) {
      call_.observer->note_stolen(seen_, victim, call_.positions_of(stolen.first, stolen.last), now_);
    }
    return true;
  }
  return false;
}

/// Fetches positions from the source into the own queue. One worker at a time; whoever finds the role taken goes on
/// without. True if something waits in the own queue now.
template <bool observed>
inline bool Worker<observed>::pull() {
  if (index_ != 0 && call_.refuses_helpers()) return false;
  if (!call_.pull_role.try_to_take(call_.slot->pull)) return false;
  if (call_.bound() != unknown) {  // what could come lies beyond it; nobody asks again
    call_.pull_role.give_back(call_.slot->pull, CallSlot::ended);
    return false;
  }
  if (call_.pull_role.has_to_look_back() && !call_.pull_role.may_hand_out(farthest_behind())) {
    call_.pull_role.give_back(call_.slot->pull, CallSlot::later);
    return false;
  }
  if (index_ == 0 && call_.job.walk_on != nullptr && call_.pull_role.may_walk_on() && walk_on()) return true;
  Costs const& costs = thread_manager.costs;
  Ticks const begun = ticks();
  guarded([&] { call_.pull_role.fetch(call_.job, cost_, elapsed_ns(call_.published, begun), begun, strip_, costs); },
          [&](std::exception_ptr error) { call_.ending.note_error(member_, strip_, std::move(error), call_.job.cut); });
  PullRole::Slice const slice = call_.pull_role.hand_out();
  if (!slice.empty()) {
    ++member_.counts.pulls;
    if constexpr (observed) call_.observer->note_pulled(seen_, slice.first, slice.last, begun);
    [[maybe_unused]] bool const stored = queue_.push(slice.block());
    PARALLEL_TASK_INVARIANT(stored, "who pulls has room: nothing waits in its queue, or the rest of one block");
  }
  now_ = ticks();
  if (call_.is_pulling_judged()) judge_pulling(slice.last - slice.first, elapsed_ns(begun, now_));
  bool const flows = call_.job.may_pause && call_.pull_role.flows();
  call_.pull_role.give_back(call_.slot->pull, slice.ended     ? CallSlot::ended
                                              : slice.empty() ? CallSlot::later
                                                              : CallSlot::ready);
  // The role is free. If there is more, somebody else may fetch while this worker computes.
  if (!slice.empty() && !slice.ended) call_pullers(slice, flows);
  now_ = ticks();
  return !slice.empty();
}

/// Whether helpers are worth having where pulling takes much of the time. Holds the role; `positions` have come, of
/// which `pulled` ns were spent on pulling.
template <bool observed>
inline void Worker<observed>::judge_pulling(std::uint64_t positions, float pulled) {
  bool const helped = index_ != 0 || (call_.slot->word.load(detail::memory_order_relaxed) & CallSlot::count) != 0;
  switch (call_.pull_role.judge(positions, pulled, now_, helped, thread_manager.costs)) {
    case PullTrial::Verdict::refuse:
      call_.refuse_helpers();
      break;
    case PullTrial::Verdict::admit:
      call_.admit_helpers();
      break;
    case PullTrial::Verdict::go_on:
      break;
  }
}

/// The caller goes on alone while helpers are refused: a claim's work at a time, run as the source is walked, with no
/// trail. For a while, with nothing in between but a look at the clock and at who may end the run: what makes memory
/// ready for the next nodes is easily put off. Holds the role; false: it is to fetch, else it has given that back.
template <bool observed>
PARALLEL_TASK_COLD bool Worker<observed>::walk_on() {
  Call& call = call_;
  PullRole& role = call.pull_role;
  std::uint64_t const first = role.known();
  Ticks const begun = now_ = ticks();
  std::exception_ptr thrown;
  bool more = true;
  guarded(
      [&] {
        while (more && role.may_walk_on() && role.has_more() && elapsed_ns(begun, now_) < Costs::walked_on) {
          more = walk_strip();
        }
      },
      [&](std::exception_ptr error) { thrown = std::move(error); });
  std::uint64_t const count = role.known() - first;
  if (!thrown && count == 0 && call.bound() == unknown) return false;
  ++member_.counts.claims;
  if constexpr (observed) {
    seen_.claimed = begun;
    seen_.first = static_cast<std::size_t>(first);
  }
  if (thrown) fail(std::move(thrown));  // which lowers the bound
  role.give_back(call.slot->pull, call.bound() != unknown || !role.has_more() ? CallSlot::ended : CallSlot::ready);
  (void)end_claim(static_cast<std::uint32_t>(count), begun);
  return true;
}

/// A strip of them; whether that may be repeated.
template <bool observed>
inline bool Worker<observed>::walk_strip() {
  Call& call = call_;
  constexpr std::uint32_t least = 64;  // positions
  std::uint32_t wanted = cost_ > 0 ? cost_model::units_in(thread_manager.costs.claim / 4, cost_) : least;
  if (wanted < least) wanted = least;
  if constexpr (observed) {
    if (wanted > seen_.most) wanted = seen_.most;
  }
  auto const first = static_cast<std::size_t>(call.pull_role.known());
  strip_ = {first, first + wanted};
  if (may_be_stopped_ && call.ending.told_to_stop(call.settings)) call.ending.lower_bound_to(0);
  if (first >= call.bound()) return false;
  SegmentNode* segment = member_.segments;
  if (segment == nullptr || (segment->last != first && call.ordered())) segment = next_segment(strip_);
  if (segment == nullptr) return false;
  bool more = true;
  std::size_t const count = call.job.walk_on(call.job.self, segment->where, wanted, more);
  if (count == 0) return false;
  segment->last = strip_.last = first + count;
  member_.counts.items += count;
  if (!more) {
    call.ending.cut_after(strip_, call.job.cut);
    return false;
  }
  call.pull_role.note_walked(count, call.job.pull(call.job.self, 0).ended);
  now_ = ticks();
  judge_pulling(count, 0);
  return true;
}

/// `slice` waits in the own queue, and the source has more: others may want the one or pull the other.
template <bool observed>
inline void Worker<observed>::call_pullers(PullRole::Slice const& slice, bool flows) {
  Costs const& costs = thread_manager.costs;
  std::size_t const all = call_.job.in_windows ? call_.job.known.positions : static_cast<std::size_t>(slice.last);
  float waiting = static_cast<float>(all - slice.first) * cost_;
  if (flows && waiting < costs.window) waiting = costs.window;  // one by one they are worth nobody's coming
  call_others(waiting > 0 ? waiting : Costs::worth_any_wake, thread_manager.wake_cost_ns() / Costs::pull_wake_part);
}

/// Opens a segment that begins with `block`, after the one before has ended; null if that has cut `block` off.
template <bool observed>
inline SegmentNode* Worker<observed>::next_segment(Block block) {
  if (call_.job.retire != nullptr && member_.segments != nullptr) {
    retire_segment(true);
    if (block.first >= call_.bound()) return nullptr;
  }
  return &open_segment(member_, call_.job, block.first);
}

/// Runs a strip of units that each have thousands of positions, or many more: by steps of a strip's time, each with a
/// look at whoever may end the run.
template <bool observed>
PARALLEL_TASK_COLD bool Worker<observed>::run_in_steps(void* where) {
  Call& call = call_;
  float const most = thread_manager.costs.strip;
  Block step{strip_.first, strip_.first};
  std::size_t size = 1;
  for (Ticks before = ticks(); step.last != strip_.last && step.last < call.bound();) {
    step = {step.last, strip_.last - step.last < size ? strip_.last : step.last + size};
    if (!call.job.run_block(where, step)) {
      strip_.last = step.last;  // the cut is here
      return false;
    }
    if (may_be_stopped_ && call.ending.told_to_stop(call.settings)) call.ending.lower_bound_to(0);
    Ticks const now = ticks();
    float const took = elapsed_ns(before, now);
    before = now;
    if (took < most / 2) size *= 2;
    if (took > 2 * most && size > 1) size /= 2;
  }
  return true;
}

/// Runs a claim, strip by strip: each looks at the bound first. A strip that took ten times its forecast ends the
/// claim, and what has not begun goes back to the queue, where others can have it. False: the worker is to leave.
template <bool observed>
inline bool Worker<observed>::run_claim(QueueBlock claim) {
  Call& call = call_;
  Member& member = member_;
  ++member.counts.claims;
  SegmentNode* segment = member.segments;
  if (claim.size() <= pace_.at_once && segment != nullptr && segment->last == strip_.first) {  // nothing has changed
    if (!call.job.run_block(segment->where, strip_)) [[unlikely]]
      return cut(claim);
    segment->last = strip_.last;
    member.counts.items += strip_.last - strip_.first;
    Ticks const begun = std::exchange(now_, ticks());
    return end_claim(claim.size(), begun);
  }
  Ticks begun = now_;
  std::uint32_t const strip = cost_model::strip_size(claim.size(), pace_);
  // Once for the claim: while a strip is stuck, others may pull more than 2^32 positions.
  Block const whole = strip_;
  std::uint32_t at = claim.first;
  for (;;) {
    if (claim.last - at > strip) strip_.last = strip_.first + (std::size_t{strip} << call.units.shift);
    segment = member.segments;
    if (segment == nullptr || (segment->last != strip_.first && call.ordered())) [[unlikely]] {
      segment = next_segment(strip_);
      if (segment == nullptr) {
        queue_.discard();
        return !leaving_;
      }
      if (call.job.retire != nullptr) begun = now_;
    }
    bool const more = call.units.shift == 0 ? call.job.run_block(segment->where, strip_) : run_in_steps(segment->where);
    segment->last = more ? strip_.last : unknown;
    member.counts.items += strip_.last - strip_.first;
    Ticks const before = now_;
    now_ = ticks();
    bool const is_last = claim.last - at <= strip;
    at = is_last ? claim.last : at + strip;
    if (!more) [[unlikely]] {
      call.ending.cut_after(strip_, call.job.cut);
      queue_.discard();
      break;
    }
    if (is_last) break;
    if (elapsed_ns(before, now_) > thread_manager.costs.give_back * cost_ * static_cast<float>(strip) &&
        call.may_wait(whole.first) && queue_.give_back({claim.first, claim.last}, at)) {
      break;
    }
    strip_ = {strip_.last, whole.last};
    if (strip_.first >= call.bound()) {
      queue_.discard();
      break;
    }
  }
  return end_claim(at - claim.first, begun);
}

/// `units` of a claim have run, since `begun`.
template <bool observed>
inline bool Worker<observed>::end_claim(std::uint32_t units, Ticks begun) {
  busy_ += now_ - begun;
  units_ += units;
  note_ran();
  if (static_cast<std::int64_t>(now_ - due_) < 0) [[likely]]
    return true;
  look_around(elapsed_ns(begun, now_));
  return !leaving_;
}

/// The run of `claim`, a single strip, has said that what is cut is no longer wanted.
template <bool observed>
PARALLEL_TASK_COLD bool Worker<observed>::cut(QueueBlock claim) {
  member_.segments->last = unknown;
  member_.counts.items += strip_.last - strip_.first;
  call_.ending.cut_after(strip_, call_.job.cut);
  queue_.discard();
  Ticks const begun = std::exchange(now_, ticks());
  return end_claim(claim.size(), begun);
}

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
