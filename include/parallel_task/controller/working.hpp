// WorkerController, every worker: claim, steal, pull, run.
#pragma once

#include <parallel_task/controller/worker_controller.hpp>

namespace parallel_task {
inline namespace v0_1 {

/// Works in this call as member `me` until there is nothing left to take. What it throws is kept in the member.
template <bool watched>
void WorkerController::work(detail::OpenCall& call, std::uint32_t me) {
  static_cast<WorkerController&>(call).work_as<watched>(me);
}

template <bool watched>
inline void WorkerController::work_as(std::uint32_t me) {
  using namespace detail;
  Member& member = rack_->members[me];
  float const cost = me == 0 ? member.cost.load(std::memory_order_relaxed) : 0.0F;
  HandOf<watched> hand{Hand{me, member, member.queue.secondary(), cost, 0, 0, {}}};
  hand.last = cost_model::first_claim(hand.cost, thread_manager.costs);
  if (me != 0) {
    member.counts.thread = this_thread.thread;
    member.system_id.store(this_thread_id(), std::memory_order_relaxed);
  }
  forget_baseline();
  hand.now = ticks();
  if (this_thread.hot_since != 0 && elapsed_ns(this_thread.hot_looked, hand.now) < thread_manager.costs.hot_comes) {
    hand.hot_since = this_thread.hot_since;
  }
  if constexpr (watched) note_joined(hand);
  bool more = true;
  while (more) {
    guarded(
        [&]() PARALLEL_TASK_INLINE_BODY {
          QueueBlock claim;
          while (next_claim<watched>(hand, claim)) run_claim<watched>(hand, claim);
          more = false;
        },
        [&](std::exception_ptr error) {
          note_error(member, hand.strip, std::move(error));
          hand.queue.discard();  // all of it lies behind the strip that threw
          hand.now = ticks();
          if constexpr (watched) note_ran(hand);
        });
  }
  // Whoever leaves early leaves its queue to the others; relaxed: the leave itself is the release.
  if (hand.leaving && member.queue.load() != 0) {
    slot_->left_behind.store(1, std::memory_order_relaxed);
    slot_->wake_caller();  // it may sleep until another helper's long item ends
  }
  clear_blocked();
  if (me != 0) member.system_id.store(0, std::memory_order_relaxed);
}

/// The next positions to run: of the own queue, else stolen, else pulled from the source. False: nothing is to be had.
template <bool watched>
inline bool WorkerController::next_claim(HandOf<watched>& hand, QueueBlock& claim) {
  using namespace detail;
  Costs const& costs = thread_manager.costs;
  while (!hand.leaving) {
    std::uint32_t surplus = 0;
    hand.elsewhere = 0;
    claim = hand.queue.claim([&](std::uint32_t waiting) {
      std::uint32_t const size = cost_model::claim_size(waiting, hand.cost, hand.last, costs);
      surplus = waiting - size;
      return size;
    });
    if (claim.empty()) {
      if (!steal<watched>(hand, claim, surplus)) {
        if (pull<watched>(hand)) continue;
        return false;
      }
      hand.now = ticks();
    }
    if (job_.pull != nullptr) {
      if (is_time_to_read_ahead(hand, surplus)) (void)pull<watched>(hand);
      surplus = static_cast<std::uint32_t>(hand.member.queue.load());  // what was read ahead lies in a block of its own
    }
    if (positions_of(claim.first, claim.last).first >= bound_.load(std::memory_order_relaxed)) {
      hand.queue.discard();
      continue;
    }
    if (settings_.stop_requested != nullptr || settings_.deadline != 0) {
      hand.strip = positions_of(claim.first, claim.last);  // a user's token may throw
      if (told_to_stop()) {
        lower_bound_to(0);
        hand.queue.discard();
        continue;
      }
    }
    // A thief answers for what it saw elsewhere too: others may have gone into long items because this one was hot, or
    // on its way, and it can take the surplus of one of them only.
    if (surplus != 0 || hand.elsewhere != 0) at_boundary<watched>(hand, surplus + hand.elsewhere);
    hand.last = static_cast<float>(claim.size());
    // Before an item that is forecast to be long: if all are inside such, nobody comes to a boundary to look around.
    if (hand.cost * hand.last > costs.blocked_after && ask_for_watch())
      (void)thread_manager.ring(*slot_, engaging::Purpose::watch);
    if constexpr (watched) note_claimed(hand, claim);
    return true;
  }
  return false;
}

/// Whether to fetch more before the next claim, although `surplus` units wait: they are run sooner than a turn at pulling
/// ends, and with all dry at once, all but one would wait for that turn. Not where the source may pause, since the claim
/// would; nor where it is cut by order: what is pushed now may come to lie before what is given back later. Nor from
/// 2^31 on: who is never dry robs nobody, and what a stuck worker has must not be overtaken by 2^32.
inline bool WorkerController::is_time_to_read_ahead(Hand const& hand, std::uint32_t surplus) const noexcept {
  using namespace detail;
  if (job_.may_pause || job_.cut == Cut::later) return false;
  if (hand.cost <= 0 || static_cast<float>(surplus) * hand.cost > thread_manager.costs.pull) return false;
  if (slot_->pull.load(std::memory_order_relaxed) != CallSlot::ready) return false;
  // Nothing but the rest of the block that was claimed from, so that there is room.
  return known_.load(std::memory_order_relaxed) < std::uint64_t{1} << 31 && hand.member.queue.load() <= surplus;
}

/// At a claim boundary: others may want the `surplus` that waits. Of unknown cost: as if it was worth a wake; the
/// caller has called one before its first item, and each calls the next.
template <bool watched>
inline void WorkerController::at_boundary(HandOf<watched>& hand, std::size_t surplus) {
  float const left = hand.cost > 0 ? static_cast<float>(surplus) * hand.cost : worth_any_wake;
  if (left < detail::thread_manager.costs.least_shared) return;
  if (hand.looked != 0 && detail::elapsed_ns(hand.looked, hand.now) < hand.look_pause) return;
  call_others<watched>(hand, left, detail::thread_manager.engage_ns());
}

/// `left` ns of work are to be had: wakes the caller if it sleeps, and rings if that is worth the price, `engage` ns.
template <bool watched>
inline void WorkerController::call_others(HandOf<watched>& hand, float left, float engage) {
  using namespace detail;
  ThreadManager& manager = thread_manager;
  Costs const& costs = manager.costs;
  // All who compute look here, and what they look at is written by all who come: each look is paid by everybody.
  std::uint32_t const busy = manager.busy();
  hand.looked = hand.now;
  hand.look_pause = cost_model::look_pause(busy, costs);
  // `asleep` first: the word is written by all who join and leave.
  if (manager.asleep.load(std::memory_order_relaxed) != 0) slot_->wake_caller();
  cost_model::Surroundings around;
  around.helper_is_hot = manager.spinning.load(std::memory_order_relaxed) != 0;
  around.engage = engage;
  if (!around.helper_is_hot) {
    hand.hot_since = 0;
  } else if (hand.hot_since == 0) {
    hand.hot_since = hand.now;
  } else if (elapsed_ns(hand.hot_since, hand.now) > costs.hot_comes) {
    around.helper_is_hot = false;  // it spins by the count only: somebody else has its core
  }
  // Calls may be shorter than the time that it takes to find out: the next one goes on from here.
  this_thread.hot_since = hand.hot_since;
  this_thread.hot_looked = hand.now;
  if (!cost_model::pays_to_wake(left, around, costs) || busy >= manager.limit() || !has_room(*slot_)) {
    return;
  }
  hand.hot_since = 0;
  this_thread.hot_since = 0;
  for (std::uint32_t more = cost_model::calls_at_once(left, hand.cost * cost_model::at_least(hand.last, 1), engage,
                                                      busy, manager.limit());
       more != 0 && manager.ring(*slot_); --more) {
    ++hand.member.counts.wakes;
    if constexpr (watched) note_wake(hand.row);
  }
}

/// Robs the heaviest queue of half of what waits in it. A victim whose accessor is taken is passed over, never waited
/// for. The first items are claimed before the rest is stored, or thieves would pass the last one round for ever.
template <bool watched>
inline bool WorkerController::steal(HandOf<watched>& hand, QueueBlock& claim, std::uint32_t& surplus) {
  using namespace detail;
  Costs const& costs = thread_manager.costs;
  Tried tried;
  hand.member.counts.refused = false;
  bool sample = slot_->high.load(std::memory_order_relaxed) > 16;
  bool contended = false;
  for (std::uint32_t rounds = 0; rounds != 4;) {
    std::uint32_t const victim = heaviest(hand, tried, sample);
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
    PrimaryAccessor primary = rack_->members[victim].queue.primary();
    if (!primary) {
      contended = true;
      tried.add(victim);
      continue;
    }
    QueueBlock const stolen = primary.steal_half();
    if (stolen.empty()) {
      tried.add(victim);
      continue;
    }
    if (positions_of(stolen.first, stolen.last).first >= bound_.load(std::memory_order_relaxed)) continue;  // dropped
    hand.cost = rack_->members[victim].cost.load(std::memory_order_relaxed);
    hand.member.cost.store(hand.cost,
                           std::memory_order_relaxed);  // for whoever robs this worker before it has measured
    hand.last = cost_model::first_claim(hand.cost, costs);
    std::uint32_t const size = cost_model::claim_size(stolen.size(), hand.cost, hand.last, costs);
    claim = {stolen.first, stolen.first + size};
    surplus = stolen.size() - size;
    hand.elsewhere -= stolen.size() < hand.elsewhere ? stolen.size() : hand.elsewhere;
    (void)hand.queue.push({claim.last, stolen.last});  // the own queue is dry: there is room
    hand.looked = 0;
    ++hand.member.counts.steals;
    if constexpr (watched) note_stolen(hand, victim, stolen);
    return true;
  }
  return false;
}

/// The queue-priority vector, as far as it is needed: the queue of highest priority among those not tried yet. Beyond
/// 16 workers a sample of 8 of them, at random; reading all would cost a line transfer each.
inline std::uint32_t WorkerController::heaviest(Hand& hand, Tried const& tried, bool sample) {
  using namespace detail;
  std::uint32_t const end = slot_->high.load(std::memory_order_relaxed);
  std::uint32_t const size = end < rack_->size ? end : rack_->size;
  std::uint32_t best = CallSlot::most_members;
  double highest = 0;
  hand.elsewhere = 0;
  std::uint32_t const count = sample ? 8 : size;
  for (std::uint32_t i = 0; i != count; ++i) {
    std::uint32_t const worker = sample ? static_cast<std::uint32_t>(next_random() % size) : i;
    if (worker == hand.me || tried.has(worker)) continue;
    std::size_t const load = rack_->members[worker].queue.load();
    if (load == 0) continue;
    double const priority = priority_of(worker, load);
    // What a worker left behind is anybody's, whatever the strategy says: nobody else will run it.
    if (settings_.strategy && priority <= 0 && slot_->is_held(worker)) {
      hand.member.counts.refused = true;
      continue;
    }
    if (worker != best) hand.elsewhere += load;  // a sample may hold one twice
    if (best == CallSlot::most_members || priority > highest) {
      best = worker;
      highest = priority;
    }
  }
  return best;
}

/// Polls one queue for the strategy. Without one: work left in time.
inline double WorkerController::priority_of(std::uint32_t worker, std::size_t load) noexcept {
  using namespace detail;
  Member& member = rack_->members[worker];
  double const cost = static_cast<double>(member.cost.load(std::memory_order_relaxed));
  if (!settings_.strategy) return static_cast<double>(load) * (cost > 0 ? cost : 1.0);
  Ticks const now = ticks();
  QueueLoad seen;
  seen.worker = worker;
  seen.items = load << shift_;
  seen.cost_per_item = cost / static_cast<double>(std::size_t{1} << shift_);
  Ticks const before = member.polled_at.exchange(now, std::memory_order_relaxed);
  std::size_t const last = member.polled_load.exchange(static_cast<std::uint32_t>(load), std::memory_order_relaxed);
  seen.last_items = before == 0 ? seen.items : last << shift_;
  seen.since_last_poll = before == 0 ? 0.0 : static_cast<double>(elapsed_ns(before, now));
  return settings_.strategy.priority(settings_.strategy.self, seen);
}

/// Fetches positions from the source into the own queue. One worker at a time; who finds the role taken does without.
/// A turn ends after 20 µs, at a single item that took more than 5, at a window of work where its cost is known, or
/// where a source that may pause has given as many as may wait meanwhile. True if something waits in the own queue now.
template <bool watched>
inline bool WorkerController::pull(HandOf<watched>& hand) {
  using namespace detail;
  std::uint32_t role = slot_->pull.load(std::memory_order_relaxed);
  if (role == CallSlot::ended || role == CallSlot::taken) return false;
  // acquire: pairs with the releases below; the source's own state passes from puller to puller.
  if (!slot_->pull.compare_exchange_strong(role, CallSlot::taken, std::memory_order_acquire,
                                           std::memory_order_relaxed)) {
    return false;
  }
  if (bound_.load(std::memory_order_relaxed) != unknown) {  // what could come lies behind it; nobody asks again
    slot_->pull.store(CallSlot::ended, std::memory_order_relaxed);
    return false;
  }

  Costs const& costs = thread_manager.costs;
  std::uint64_t const first = known_.load(std::memory_order_relaxed);
  hand.strip = {static_cast<std::size_t>(first), static_cast<std::size_t>(first) + 1};
  Pulled known = fetched_;
  Ticks const begun = ticks();
  Ticks before = begun;
  guarded(
      [&] {
        if (known.positions != first) return;  // some that came at once are still to be handed out
        std::size_t const window = cost_model::window_size(hand.cost, elapsed_ns(published_, begun), costs);
        if (job_.in_windows) {
          known = job_.pull(job_.self, window);
          return;
        }
        // Dear items are left to whoever is free first; of unknown cost, time alone ends the turn.
        std::size_t most = hand.cost > 0 && window < most_handed_out ? window : most_handed_out;
        if (job_.may_pause && reading_.most() < most) most = reading_.most();
        for (std::size_t want = 1; !known.ended && known.positions - first < most;) {
          std::size_t const had = known.positions;
          known = job_.pull(job_.self, want);
          if (known.positions == had) break;
          hand.strip = {known.positions, known.positions + 1};
          Ticks const now = ticks();
          float const took = elapsed_ns(before, now);
          reading_.note(known.positions - had, took, costs);
          if (elapsed_ns(begun, now) > costs.pull || took / static_cast<float>(known.positions - had) > costs.slow_next)
            break;
          before = now;
          want = want < 4096 && want < costs.most_claimed ? 2 * want : want;
          std::size_t const fetched = known.positions - static_cast<std::size_t>(first);
          if (fetched < most && want > most - fetched) want = most - fetched;
        }
      },
      [&](std::exception_ptr error) {
        // What came before it in this turn still runs, where the run cuts by order: it may hold the hit.
        known.ended = true;
        note_error(hand.member, hand.strip, std::move(error));
      });
  fetched_ = known;
  std::size_t const end =
      known.positions - first < most_handed_out ? known.positions : static_cast<std::size_t>(first) + most_handed_out;
  bool const got = end != first;
  bool const ended = known.ended && end == known.positions;
  if (got) {
    ++hand.member.counts.pulls;
    if constexpr (watched) note_pulled(hand, begun, first, end);
    known_.store(end, std::memory_order_relaxed);  // before it can be claimed
    [[maybe_unused]] bool const stored =
        hand.queue.push({static_cast<std::uint32_t>(first), static_cast<std::uint32_t>(end)});
    PARALLEL_TASK_INVARIANT(stored, "who pulls has room: nothing waits in its queue, or the rest of one block");
  }
  bool const flows = job_.may_pause && reading_.flows();
  // release: pairs with the acquire above.
  slot_->pull.store(ended ? CallSlot::ended : got ? CallSlot::ready : CallSlot::later, std::memory_order_release);
  if (got && !ended) {  // the role is free, and there is more: somebody else may fetch while this worker computes
    std::size_t const all = job_.in_windows ? job_.known.positions : end;
    float waiting = static_cast<float>(all - first) * hand.cost;
    if (flows && waiting < costs.window) waiting = costs.window;  // one by one they are worth nobody's coming
    call_others<watched>(hand, waiting > 0 ? waiting : worth_any_wake, thread_manager.engage_ns() / 2);
  }
  hand.now = ticks();
  return got;
}

/// Runs a claim, strip by strip: each looks at the bound first. A strip that took ten times its forecast ends the
/// claim, and what has not begun goes back to the queue, where others can have it.
template <bool watched>
inline void WorkerController::run_claim(HandOf<watched>& hand, QueueBlock claim) {
  using namespace detail;
  Costs const& costs = thread_manager.costs;
  Member& member = hand.member;
  ++member.counts.claims;
  ++hand.claims;
  Ticks const begun = hand.now;
  std::uint32_t const strip = cost_model::strip_size(claim.size(), hand.cost, costs);
  // Once for the claim: while a strip is stuck, others may pull more than 2^32 positions.
  Block const whole = positions_of(claim.first, claim.last);
  std::uint32_t at = claim.first;
  while (at != claim.last) {
    std::uint32_t const end = claim.last - at > strip ? at + strip : claim.last;
    Block const block = job_.pull == nullptr
                            ? positions_of(at, end)
                            : Block{whole.first + (at - claim.first), whole.first + (end - claim.first)};
    if (at != claim.first && block.first >= bound_.load(std::memory_order_relaxed)) {
      hand.queue.discard();
      break;
    }
    hand.strip = block;
    SegmentNode* segment = member.segments;
    bool const goes_on = segment != nullptr && (segment->last == block.first || !ordered());
    if (!goes_on) segment = &open_segment(member, job_, block.first);
    bool const more = job_.run(job_.self, segment->where, block);
    segment->last = more ? block.last : unknown;
    member.counts.items += block.size();
    Ticks const now = ticks();
    float const took = elapsed_ns(hand.now, now);
    hand.now = now;
    std::uint32_t const units = end - at;
    at = end;
    if (!more) {
      lower_bound_to(job_.cut == Cut::later ? block.last : 0);
      hand.queue.discard();
      break;
    }
    if (at != claim.last && took > costs.give_back * hand.cost * static_cast<float>(units) && in_reach(whole.first) &&
        hand.queue.give_back({claim.first, claim.last}, at)) {
      break;
    }
  }
  float const took = elapsed_ns(begun, hand.now);
  std::uint32_t const ran = at - claim.first;
  hand.cost = cost_model::learn(hand.cost, ran, took);
  member.cost.store(hand.cost, std::memory_order_relaxed);
  member.done.store(member.done.load(std::memory_order_relaxed) + ran, std::memory_order_relaxed);
  member.counts.busy_ns += took;
  if constexpr (watched) note_ran(hand);
  if (took > costs.long_claim || hand.claims % 16 == 0) look_around(hand, took);
}

}  // namespace v0_1
}  // namespace parallel_task
