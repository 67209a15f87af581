// The cost model: pure functions of what was measured. Nothing here touches a thread, a clock or an atomic.
//
// All times are nanoseconds, all sizes units of the queue.
#pragma once

#include <parallel_task/worker/costs.hpp>

#include <cstddef>
#include <cstdint>

namespace parallel_task {
inline namespace v0_1 {
namespace detail::cost_model {

[[nodiscard]] constexpr float at_most(float value, float most) noexcept { return value < most ? value : most; }
[[nodiscard]] constexpr float at_least(float value, float least) noexcept { return value > least ? value : least; }

/// How many units a worker claims of the `remaining` ones in its own queue.
///
/// `claim` ns of work by the measured cost, or up to `big_claim` as long as much is left: a claim costs what 300
/// instructions do, and keeps a core from beginning an item before the last one has ended. At most an eighth of the
/// queue (never below `claim_floor` ns: a half or a quarter made 64 workers on triangular cost fall to 0.06 and 0.25 of
/// their efficiency, simulated), at most twice the last claim. Cost unknown: one.
[[nodiscard]] constexpr std::uint32_t claim_size(std::uint32_t remaining, float cost, float last,
                                                 Costs const& costs) noexcept {
  if (cost <= 0) return 1;
  float const left = static_cast<float>(remaining);
  float size = at_least(left / costs.claim_part, costs.claim_floor / cost);
  size = at_most(size, at_least(costs.claim / cost, at_most(left / costs.big_claim_part, costs.big_claim / cost)));
  size = at_most(size, 2 * last);
  if (size < 1) return 1;
  std::uint32_t const whole = size < left ? static_cast<std::uint32_t>(size) : remaining;
  return whole < costs.most_claimed ? whole : costs.most_claimed;
}

/// What `last` is for a worker's first claim.
[[nodiscard]] constexpr float first_claim(float cost, Costs const& costs) noexcept {
  return cost > 0 ? at_least(costs.first_claim / 2 / cost, 0.5F) : 0.5F;
}

/// Positions that become known in one turn at pulling, `elapsed` ns after the run was shared. Few, since others may be
/// free sooner than the puller, and what lies behind a hit is run in vain; the longer it takes, the more, since each
/// turn makes a segment.
[[nodiscard]] constexpr std::size_t window_size(float cost, float elapsed, Costs const& costs) noexcept {
  if (cost <= 0) return 1;
  float const size = at_least(costs.window, elapsed / costs.window_part) / cost;
  return size < 1 ? 1 : static_cast<std::size_t>(at_most(size, 1e9F));
}

/// Units between two looks at the stop bound, for a claim of `units`.
[[nodiscard]] constexpr std::uint32_t strip_size(std::uint32_t units, float cost, Costs const& costs) noexcept {
  if (cost <= 0 || static_cast<float>(units) * cost < 1.5F * costs.strip) return units;
  float const size = at_least(costs.strip, at_most(static_cast<float>(units) * cost, costs.big_claim) / 4) / cost;
  return size < 1 ? 1 : static_cast<std::uint32_t>(size);
}

/// The new cost per unit after `units` took `took` ns: many units speak for themselves, few are averaged in.
[[nodiscard]] constexpr float learn(float cost, std::uint32_t units, float took) noexcept {
  float const now = took / static_cast<float>(units);
  return cost <= 0 || units >= 16 ? now : cost + (now - cost) / 4;
}

/// Whether a loop forecast to cost `cost` × `units` is so cheap that it is run with one look at the clock.
[[nodiscard]] constexpr bool is_tiny(float cost, float units, Costs const& costs) noexcept {
  return cost > 0 && cost * units < costs.tiny;
}

/// Whether the first half of a tiny loop took so long that the forecast is void.
[[nodiscard]] constexpr bool forecast_failed(float forecast, float took) noexcept { return took > 8 * forecast + 400; }

/// What the pool looks like to a call that asks whether to share.
struct Surroundings {
  bool helper_is_hot = false;  ///< a thread spins: a call costs it nothing
  float engage = 0;            ///< cost of getting one more going otherwise
  bool kept_hot = false;       ///< ski-rental says: wake, and keep hot
};

/// Whether `left` ns of work are worth sharing.
[[nodiscard]] constexpr bool pays_to_share(float left, Surroundings around, Costs const& costs) noexcept {
  if (left < costs.least_shared) return false;
  return around.helper_is_hot || around.kept_hot || left > 2 * around.engage;
}

/// Whether `left` ns of work that wait in one's own queue are worth a wake.
[[nodiscard]] constexpr bool pays_to_wake(float left, Surroundings around, Costs const& costs) noexcept {
  return !around.helper_is_hot && left > costs.least_shared && left > 2 * around.engage;
}

/// Nanoseconds between two looks of one worker at whether others should be called, while `busy` threads compute. What
/// it looks at is written at each join: with all looking at each claim, 64 threads kept those lines so busy that a join
/// took 3.5 us, one after the other (simulated). So all of them together look once in `look` ns.
[[nodiscard]] constexpr float look_pause(std::uint32_t busy, Costs const& costs) noexcept {
  return static_cast<float>(busy) * costs.look;
}

/// How many threads a worker calls before a claim forecast to take `claim` ns. It is back only after that: with one
/// call before each item of 50 us, only the newest of many called the next, a chain. With two it is a tree.
[[nodiscard]] constexpr std::uint32_t calls_at_once(float left, float claim, float engage, std::uint32_t busy,
                                                    std::uint32_t limit) noexcept {
  return claim > engage && left > 4 * engage && busy + 1 < limit ? 2 : 1;
}

/// Units of the next private step while `elapsed` ns of the call have passed and `left` units remain.
[[nodiscard]] constexpr std::size_t private_step(std::size_t left, float cost, float last, float elapsed,
                                                 Costs const& costs) noexcept {
  std::size_t const half = left / 2 + left % 2;
  if (cost <= 0) return 1;
  // Halves of halves would end in a dozen steps of nothing, each with a look at the clock.
  if (cost * static_cast<float>(left) < costs.last_step) return left;
  float const by_time = (elapsed < costs.probe ? costs.probe / 4 : costs.claim) / cost;
  float const size = at_most(4 * last, at_least(by_time, 1));
  return size < static_cast<float>(half) ? static_cast<std::size_t>(at_least(size, 1)) : half;
}

/// The same for a loop that knows its end and whose cost an earlier run has told: an eighth first (`last` is 0), up to a
/// quarter of the probe, in case the forecast fails; then at most four times as many, three quarters of the rest, two big
/// claims. Each step costs 60 ns, and by halves a loop of 7 us made nine.
[[nodiscard]] constexpr std::size_t forecast_step(std::size_t left, float cost, float last,
                                                  Costs const& costs) noexcept {
  if (cost <= 0) return 1;
  auto const all = static_cast<float>(left);
  if (last <= 0) return static_cast<std::size_t>(at_least(at_most(all / 8, costs.probe / 4 / cost), 1));
  if (cost * all < costs.last_step) return left;
  std::size_t const most = left - left / 4;
  float const size = at_least(at_most(4 * last, 2 * costs.big_claim / cost), 1);
  return size < static_cast<float>(most) ? static_cast<std::size_t>(size) : most;
}

/// The cost per unit after a private step: a jump is believed at once, small steps are averaged.
[[nodiscard]] constexpr float learn_privately(float cost, std::uint64_t units, float took) noexcept {
  float const now = took / static_cast<float>(units);
  return cost <= 0 || units >= 16 || now > 4 * cost ? now : cost + (now - cost) / 2;
}

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
}  // namespace v0_1
}  // namespace parallel_task
