// The cost model: pure functions of what was measured. Nothing here touches a thread, a clock or an atomic.
//
// All times are nanoseconds, all sizes units of the queue.
#pragma once

#include <parallel_task/policy/costs.hpp>
#include <parallel_task/policy/sharing_record.hpp>

#include <cstddef>
#include <cstdint>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail::cost_model {

[[nodiscard]] constexpr float at_most(float value, float most) noexcept { return value < most ? value : most; }
[[nodiscard]] constexpr float at_least(float value, float least) noexcept { return value > least ? value : least; }

/// What a worker's claims look like as long as its units cost the same: worked out once, not at each claim.
struct Pace {
  float cost = 0;                             ///< ns a unit; 0: not known
  float least_cost = 0;                       ///< as long as the cost is above this ...
  float most_cost = 0;                        ///< ... and below this, it is the same
  std::uint32_t floor = 1;                    ///< a claim is not cut below this to leave work for others
  std::uint32_t most = 1;                     ///< units in a claim
  std::uint32_t strip = ~std::uint32_t{0};    ///< units between two looks at the stop bound, in a claim ...
  std::uint32_t at_once = ~std::uint32_t{0};  ///< ... of more than this
};

/// `time` ns of units that cost `cost`, at least one.
[[nodiscard]] constexpr std::uint32_t units_in(float time, float cost) noexcept {
  float const units = time / cost;
  return units < 1 ? 1 : units < 4e9F ? static_cast<std::uint32_t>(units) : ~std::uint32_t{0};
}

/// The pace at `cost` ns a unit.
[[nodiscard]] constexpr Pace pace_of(float cost, Costs const& costs) noexcept {
  if (cost <= 0) return {};
  Pace pace{cost,
            cost * 0.8F,
            cost * 1.25F,
            units_in(costs.claim_floor, cost),
            units_in(costs.claim, cost),
            units_in(costs.strip, cost)};
  pace.at_once = pace.strip + pace.strip / 2;
  if (pace.at_once < pace.strip) pace.at_once = pace.strip;
  if (pace.most > costs.most_claimed) pace.most = costs.most_claimed;
  if (pace.floor > pace.most) pace.floor = pace.most;
  return pace;
}

/// How many units a worker claims of the `remaining` ones in its own queue (all, if this is more), after a claim that
/// allows this one at most `limit` units, which is `pace.most` or less.
///
/// `claim` ns of work: each claim ends in a locked instruction, so that a core does not begin an item before the last
/// one of the claim before has ended. At most the part 2^-`part` of the queue, so that the others find enough to do
/// meanwhile, but no less than `floor`.
[[nodiscard]] constexpr std::uint32_t claim_size(std::uint32_t remaining, std::uint32_t limit, std::uint32_t part,
                                                 Pace const& pace) noexcept {
  std::uint32_t size = remaining >> part;
  if (size < pace.floor) size = pace.floor;
  return size > limit ? limit : size;
}

/// Which part of its queue, 2^-this, a worker claims at most where `threads` may compute: a quarter on two cores. With
/// a quarter, 64 workers on triangular cost fell to 0.25 of their efficiency (simulated).
[[nodiscard]] constexpr std::uint32_t claim_part(std::uint32_t threads) noexcept { return threads <= 2 ? 2 : 3; }

/// How many units the claim after one of `size` may have: a forecast that fails is found out by few.
[[nodiscard]] constexpr std::uint32_t next_limit(std::uint32_t size, Pace const& pace) noexcept {
  return size < pace.most / 2 ? 2 * size : pace.most;
}

/// How a call's units are dealt out when it opens while helpers are hot, each of which begins with a part of its own.
struct Deal {
  std::uint32_t parts = 1;    ///< the caller's and one for each helper
  std::uint32_t callers = 0;  ///< units of the caller's part
  std::uint32_t each = 0;     ///< units of the others' parts; the last one has what is left
};

/// Deals `units` of `cost` ns to a caller and `helpers` that are hot: parts of the same size, but that the caller,
/// which begins at once, has as many more as it runs until they have come. More than `most_dealt` helpers rob these.
[[nodiscard]] constexpr Deal deal(std::uint32_t units, std::uint32_t helpers, float cost, Costs const& costs) noexcept {
  std::uint32_t const most = helpers < Costs::most_dealt ? helpers : Costs::most_dealt;
  Deal dealt{most + 1, units, 0};
  if (most == 0 || cost <= 0) return {1, units, 0};
  std::uint32_t const head_start = units_in(costs.comes_after, cost);
  if (units / 2 <= head_start) return {1, units, 0};
  dealt.each = (units - head_start) / dealt.parts;
  if (dealt.each == 0) return {1, units, 0};
  dealt.callers = units - dealt.each * most;
  return dealt;
}

/// How many of `most` threads are worth having beside the caller for `left` ns of work, as it is forecast: n threads
/// take left / n, and n times what each one's coming costs, which is least at the root of the one by the other. All of
/// them joined a loop of 100 us on 64 cores, and the step of a program took 1.6 times as long (simulated).
[[nodiscard]] constexpr std::uint32_t joiners_worth(float left, std::uint32_t most) noexcept {
  float const square = 2 * left / Costs::joining;
  auto root = static_cast<float>(most);
  if (most <= Costs::few_joiners || root * root <= square) return most;
  while (root > static_cast<float>(Costs::few_joiners)) {  // Newton's, from above
    float const next = (root + square / root) / 2;
    if (next >= root) return static_cast<std::uint32_t>(root);
    root = next;
  }
  return Costs::few_joiners;
}

/// Whether a call that did not ask for all threads is to ask for more: somebody has computed for a claim's time, and as
/// much waits in its queue. The forecast was wrong, or what is dear comes late.
[[nodiscard]] constexpr bool wants_more_joiners(float waiting, Costs const& costs) noexcept {
  return waiting > costs.long_claim;
}

/// How many units a thief takes of the last block of a queue, `block` of the `all` units that wait there, from its end:
/// half of them, rounded up, so that a single one can be had. Where several blocks wait, the last one whole once it is
/// no more than half of all.
[[nodiscard]] constexpr std::uint32_t steal_size(std::uint32_t block, std::size_t all) noexcept {
  std::size_t const half = all / 2 + all % 2;
  return block < all && block <= half ? block : block / 2 + block % 2;
}

/// How many units a worker's first claim may have, of units that cost what somebody else has measured.
[[nodiscard]] constexpr std::uint32_t first_limit(Pace const& pace, Costs const& costs) noexcept {
  if (pace.cost <= 0) return 1;
  std::uint32_t const first = units_in(costs.first_claim, pace.cost);
  return first < pace.most ? first : pace.most;
}

/// Positions that become known in one slice of pulling, `elapsed` ns after the run was shared. Few, since others may be
/// free sooner than the puller, and what lies behind a hit is run in vain; the longer it takes, the more, since each
/// slice makes a segment.
[[nodiscard]] constexpr std::size_t window_size(float cost, float elapsed, Costs const& costs) noexcept {
  if (cost <= 0) return 1;
  float const size = at_least(costs.window, elapsed / costs.window_part) / cost;
  return size < 1 ? 1 : static_cast<std::size_t>(at_most(size, 1e9F));
}

/// How long a thread pulls in one slice, `elapsed` ns after the run was shared: the longer that takes, the longer,
/// since after each slice the others look for what they can have of it. But what is pulled is to be run while it is in
/// the caches. A map of which a step takes 16 ns and an item 50 took 60 ms by slices of 20 us, and takes 47.
[[nodiscard]] constexpr float slice_time(float elapsed, Costs const& costs) noexcept {
  float const longer = at_most(elapsed / costs.window_part, Costs::longest_pull);
  return longer > costs.pull && costs.pull > 0 ? longer : costs.pull;
}

/// Units between two looks at the stop bound, for a claim of `units`: of a large one a quarter.
[[nodiscard]] constexpr std::uint32_t strip_size(std::uint32_t units, Pace const& pace) noexcept {
  if (units <= pace.at_once) return units;
  return units / 4 > pace.strip ? units / 4 : pace.strip;
}

/// Units that speak for themselves: the time they took is not averaged with what was known before.
inline constexpr std::uint32_t telling_units = 16;

/// The new cost per unit after `units` took `took` ns: many units speak for themselves, few are averaged in, and so is
/// what a clock was too coarse to see: 0 would say that nothing is known.
[[nodiscard]] constexpr float learn(float cost, std::uint64_t units, float took) noexcept {
  float const now = took / static_cast<float>(units);
  return cost <= 0 || (units >= telling_units && took > 0) ? now : cost + (now - cost) / 4;
}

/// Units of a tiny loop of `all` on which its forecast is tried: an eighth, or one; none of a single one. (A half, as
/// simulated first, would leave half of an unexpectedly heavy loop on one thread.)
[[nodiscard]] constexpr std::size_t tiny_trial(std::size_t all) noexcept {
  return all / 8 + (all > 1 && all < 8 ? 1 : 0);
}

/// Whether a position costs about the same as it did.
[[nodiscard]] constexpr bool is_alike(float now, float before) noexcept { return now < 4 * before && before < 4 * now; }

/// Whether a position that took the workers of a shared run `now` ns costs what was forecast of one thread, `before`,
/// the last shared run having taken `last` (0: there was none): shared, with its data elsewhere, it may take several
/// times as long, but as long as last time.
[[nodiscard]] constexpr bool is_the_same_shared(float now, float before, float last) noexcept {
  return (last <= 0 || is_alike(now, last)) && now < 16 * before && before < 4 * now;
}

/// The new cost per unit after a tiny loop that cost `now`: it runs often, so each tells little, unless it tells of
/// something new.
[[nodiscard]] constexpr float learn_tiny(float cost, float now) noexcept {
  return is_alike(now, cost) ? cost + (now - cost) / 8 : now;
}

/// Whether the trial of a tiny loop took so long that the forecast is void.
[[nodiscard]] constexpr bool forecast_failed(float forecast, float took) noexcept { return took > 8 * forecast + 400; }

/// What the pool looks like to a call that asks whether to share.
struct Surroundings {
  bool helper_is_hot = false;                 ///< a thread spins: a call costs it nothing
  float wake_cost = 0;                        ///< cost of getting one more going otherwise
  std::uint32_t threads = ~std::uint32_t{0};  ///< how many would compute
  bool kept_hot = false;                      ///< ski-rental says: wake, and keep hot
};

/// How many ns of work are worth sharing among `threads`: that must save what it costs besides, and some of the time.
[[nodiscard]] constexpr float least_shared(std::uint32_t threads, Costs const& costs) noexcept {
  return costs.least_shared / (1 - SharingAccount::least_gain - 1 / static_cast<float>(threads));
}

/// Whether `left` ns of work are worth sharing.
[[nodiscard]] constexpr bool pays_to_share(float left, Surroundings around, Costs const& costs) noexcept {
  if (left < least_shared(around.threads, costs)) return false;
  return around.helper_is_hot || around.kept_hot || left > 2 * around.wake_cost;
}

/// What positions of a source that is walked take, in nanoseconds, as many for each, timed alone.
struct WalkTimes {
  float run = 0;        ///< walked to and run, as a plain loop does
  float step = 0;       ///< only walked to
  float run_again = 0;  ///< walked to and run once it lies in the cache
};

/// Whether it pays that one thread walks ahead and all of `threads`, itself among them, walk once more and run, where
/// `count` positions took these `times`. Whoever walks leaves a trail, and nobody is faster than that. Where the nodes
/// lie in the memory anyhow, walking is most of what a cheap position takes, and what it computes is hidden behind it.
/// The second walk finds the nodes in another core's cache, half of which is missed; and for a part of the time that
/// walking takes some have nothing to run.
[[nodiscard]] constexpr bool pays_to_walk_ahead(WalkTimes times, float count, std::uint32_t threads) noexcept {
  float const ahead = times.step + count * Costs::trail;
  float const work = ahead + times.run_again + times.step / 2;
  float const shared = at_least(work / static_cast<float>(threads) + ahead / 4, ahead);
  return shared < times.run * (1 - SharingAccount::least_gain);
}

/// Whether `left` ns of work that wait in one's own queue are worth a wake.
[[nodiscard]] constexpr bool pays_to_wake(float left, Surroundings around, Costs const& costs) noexcept {
  return !around.helper_is_hot && left > costs.least_shared && left > 2 * around.wake_cost;
}

/// Nanoseconds between two looks of one worker at whether others should be called, while `busy` threads compute. What
/// it looks at is written at each join: with all looking at each claim, 64 threads kept those lines so busy that a join
/// took 3.5 us, one after the other (simulated). So all of them together look once in `look` ns, and each no more often
/// than once in `least_pause`.
[[nodiscard]] constexpr float look_pause(std::uint32_t busy, Costs const& costs) noexcept {
  return at_least(static_cast<float>(busy) * costs.look, costs.least_pause);
}

/// How many threads a worker calls before a claim forecast to take `claim` ns. It is back only after that: with one
/// call before each item of 50 us, only the newest of many called the next, a chain. With two it is a tree.
[[nodiscard]] constexpr std::uint32_t calls_at_once(float left, float claim, float wake_cost, std::uint32_t busy,
                                                    std::uint32_t limit) noexcept {
  return claim > wake_cost && left > 4 * wake_cost && busy + 1 < limit ? 2 : 1;
}

/// What the size of the last private step is taken to be before the first one, of a loop whose cost is known.
[[nodiscard]] constexpr float first_private_step(float cost, Costs const& costs) noexcept {
  return at_least(costs.probe / Costs::probe_part / cost, 1);
}

/// Units of the next private step while `elapsed` ns of the call have passed and `left` units remain; all of them, if
/// they cost less than `last_step`.
[[nodiscard]] constexpr std::size_t private_step(std::size_t left, float cost, float last, float elapsed,
                                                 float last_step, Costs const& costs) noexcept {
  std::size_t const half = left / 2 + left % 2;
  if (cost <= 0) return 1;
  // Halves of halves end in a dozen steps of nothing, each with a look at the clock. But as long as nothing is known of
  // the loop, the last few items may be the dear ones.
  if (cost * static_cast<float>(left) < last_step) return left;
  float const by_time = (elapsed < costs.probe ? costs.probe / Costs::probe_part : costs.step) / cost;
  float const size = at_most(4 * last, at_least(by_time, 1));
  return size < static_cast<float>(half) ? static_cast<std::size_t>(at_least(size, 1)) : half;
}

/// Units of the next step of a loop that may not be shared now, but maybe soon, after `units` that took `took` ns: a
/// claim's work, at most four times as many. Where the cost rises, a step of more would keep others waiting.
[[nodiscard]] constexpr std::size_t step_by_time(std::size_t units, float took, Costs const& costs) noexcept {
  if (4 * took < costs.step) return 4 * units;
  return static_cast<std::size_t>(at_least(static_cast<float>(units) * (costs.step / took), 1));
}

/// The same while nothing is known but that the clock has not moved for `unseen` units: as many again.
[[nodiscard]] constexpr std::size_t unseen_step(std::size_t left, std::size_t unseen) noexcept {
  std::size_t const half = left / 2 + left % 2;
  return unseen < half ? unseen : half;
}

/// The same for a loop that knows its end and whose cost an earlier run has told: an eighth first (`last` is 0), up to
/// a quarter of the probe, in case the forecast fails; then at most four times as many, three quarters of the rest,
/// `big_step` ns. Each step costs 60 ns, and by halves a loop of 7 us made nine.
[[nodiscard]] constexpr std::size_t forecast_step(std::size_t left, float cost, float last,
                                                  Costs const& costs) noexcept {
  if (cost <= 0) return 1;
  auto const all = static_cast<float>(left);
  if (last <= 0) return static_cast<std::size_t>(at_least(at_most(all / 8, costs.probe / Costs::probe_part / cost), 1));
  if (cost * all < costs.last_step) return left;
  std::size_t const most = left - left / 4;
  float const size = at_least(at_most(4 * last, costs.big_step / cost), 1);
  return size < static_cast<float>(most) ? static_cast<std::size_t>(size) : most;
}

/// The cost per unit after a private step: a jump is believed at once, small steps are averaged.
[[nodiscard]] constexpr float learn_privately(float cost, std::uint64_t units, float took) noexcept {
  float const now = took / static_cast<float>(units);
  return cost <= 0 || units >= telling_units || now > 4 * cost ? now : cost + (now - cost) / 2;
}

/// Whether a call that began without knowing anything has run enough to say what an item costs: `elapsed` ns, of them
/// `took` for the last step, of `units`. The first ones also pay for code and data that are in no cache yet. Where
/// sharing does harm below `least` ns a unit, and to the end of the call, a step of some more is waited for, if it
/// comes soon.
[[nodiscard]] constexpr bool has_probed(std::uint64_t units, float elapsed, float took, float least,
                                        Costs const& costs) noexcept {
  if (least > 0 && units < telling_units && elapsed < costs.pull) return false;
  return elapsed > costs.probe || took > Costs::long_step;
}

/// Whether a step that was dearer than those before is to be confirmed by smaller ones, where sharing does harm below
/// `least` ns a unit: the thread may have been interrupted. On a busy machine a long loop of cheap items always is,
/// sooner or later.
[[nodiscard]] constexpr bool is_doubtful(float before, float now, float least) noexcept {
  return before > 0 && before < least && now >= least;
}

/// What the size of a doubtful step of `size` is taken to be, when the next is chosen: that is of four times as many at
/// most.
[[nodiscard]] constexpr float confirming_step(float size) noexcept {
  return at_least(size / 16, static_cast<float>(telling_units));
}

/// Whether what a loop took that ran alone may be compared with loops that were shared: one far below its forecast
/// would not have been shared.
[[nodiscard]] constexpr bool is_comparable(float took, float forecast) noexcept { return took > forecast / 4; }

/// Ski-rental: what a hot helper would have saved a loop of `took` ns that ran alone.
[[nodiscard]] constexpr float debt_of(float took, Costs const& costs) noexcept {
  return took > costs.least_shared ? (took - costs.least_shared) / 2 : 0.0F;
}

/// Whether the debt is above the price of keeping a helper hot; `patience` counts wakes that nobody used.
[[nodiscard]] constexpr bool debt_is_due(float debt, std::uint32_t patience, float wake) noexcept {
  return debt > static_cast<float>(patience) * wake;
}

/// What a thread saw of itself in one window.
struct Window {
  float wall = 0;              ///< ns by the clock
  float cpu = 0;               ///< ns computed
  std::int64_t switches = 0;   ///< times it went to sleep by itself
  float between_readings = 0;  ///< ns between reading the one and the other: it may have been preempted there
};

enum class Verdict : unsigned char { drop, computes, blocked };

/// Whether a thread was blocked: less than half of the time on a core, and it went to sleep by itself. CPU time alone
/// would call preempted and throttled threads blocked.
[[nodiscard]] constexpr Verdict judge(Window window) noexcept {
  if (window.between_readings > 50'000) return Verdict::drop;
  return window.cpu < 0.5F * window.wall && window.switches > 0 ? Verdict::blocked : Verdict::computes;
}

/// Whether threads added for blocked ones earn their keep: items per second must have risen by a tenth of what the
/// added threads would bring.
[[nodiscard]] constexpr bool extra_threads_pay(float rate_before, std::uint32_t threads_before, float rate_now,
                                               std::uint32_t threads_now) noexcept {
  if (threads_now <= threads_before || rate_before <= 0) return true;
  float const gain = static_cast<float>(threads_now) / static_cast<float>(threads_before) - 1;
  return rate_now > rate_before * (1 + gain * 0.1F);
}

}  // namespace detail::cost_model
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
