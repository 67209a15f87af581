// The probe: the caller runs what is too cheap to share, learns what it costs, and decides when to share.
//
// Only the calling thread is here. What it reads of the pool (relaxed) are hints.
#pragma once

#include <parallel_task/controller/observer.hpp>
#include <parallel_task/controller/solo_run.hpp>
#include <parallel_task/platform/cold.hpp>
#include <parallel_task/platform/exceptions.hpp>
#include <parallel_task/policy/cost_model.hpp>
#include <parallel_task/worker/thread_manager.hpp>

#include <cstddef>
#include <cstdint>
#include <exception>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// Steps of a few hundred nanoseconds, each with a look at the clock, until it is known whether the rest is worth
/// sharing.
class Probe {
 public:
  explicit Probe(SoloRun& run) noexcept : run_(run) {}

  /// Returns when all is done (`run.over()`) or the rest is worth sharing.
  template <bool observed>
  void run();

 private:
  template <bool observed>
  PARALLEL_TASK_ALWAYS_INLINE bool step();
  template <bool observed>
  PARALLEL_TASK_NOINLINE void step_one_by_one();
  PARALLEL_TASK_NOINLINE inline void pull();
  [[nodiscard]] bool run_while_cores_are_busy();

  [[nodiscard]] bool few_and_unknown() const;
  template <bool observed>
  [[nodiscard]] bool wants_to_share();
  template <bool observed>
  [[nodiscard]] bool would_share();
  template <bool observed>
  [[nodiscard]] bool is_too_cheap();
  template <bool observed>
  void time_walk();
  [[nodiscard]] PARALLEL_TASK_ALWAYS_INLINE bool is_worth_sharing() const;
  [[nodiscard]] PARALLEL_TASK_ALWAYS_INLINE bool debt_is_due() const;
  void note_refusal();

  SoloRun& run_;
  bool foretold_ = false;   // the memo tells what an item costs, the source how many there are
  float size_ = 1;          // of the last step
  Ticks last_look_ = 0;     // at the clock
  bool look_ = false;       // whether it is time to ask whether to share
  unsigned doubts_ = 0;     // of the last steps, so many in a row were doubtful
  std::size_t unseen_ = 0;  // positions that have run since the clock moved last: one of 1 MHz may stand still for many
  bool walks_ahead_ = false;      // it pays that one thread walks ahead of the others, as was timed last ...
  std::size_t time_walk_at_ = 0;  // ... and when so many have run, is timed again
};

/// Whether this is the first run of its kind, over so few items that one of them, run alone to see what it costs, could
/// be a good part of the whole: those are offered at once. It costs one wake, once in a pipeline's life.
inline bool Probe::few_and_unknown() const {
  if (run_.cost_ > 0 || run_.doubtful_) return false;
  if (!run_.known_.ended) return run_.job.least_cost <= 0;
  return run_.left() > 1 && run_.left() <= std::size_t{thread_manager.costs.few} * thread_manager.places.cores();
}

/// Whether the rest should be offered to others now.
template <bool observed>
inline bool Probe::wants_to_share() {
  if (!would_share<observed>()) return false;
  run_.held_back_ = run_.is_held_back(run_.cost_ * static_cast<float>(run_.left()));
  return !run_.held_back_;
}

/// The same by the forecast alone.
template <bool observed>
inline bool Probe::would_share() {
  ThreadManager& manager = thread_manager;
  if (this_thread.depth != 0 && manager.places.busy() >= manager.places.limit()) return false;
  if (run_.cost_ <= 0 && manager.costs.probe > 0) return run_.next_ == 0 && few_and_unknown();
  if (!is_worth_sharing() || is_too_cheap<observed>()) return false;
  return !run_.over_;
}

/// Whether a position costs so little that sharing would cost more, however many there are.
template <bool observed>
inline bool Probe::is_too_cheap() {
  float const cost = run_.cost_;
  if (cost >= run_.job.least_cost || thread_manager.costs.probe <= 0) return false;
  if (run_.job.walk == nullptr || cost < Costs::least_walked) return true;
  if (run_.next_ >= time_walk_at_) time_walk<observed>();
  return !walks_ahead_;
}

/// Times walking and running in turn, each on the next positions: some are run; those after them walked along, so that
/// their nodes are in the cache, and then run. Several times, since what lies in one page says little of the next, and
/// after a first round that fills the caches with code and makes the memory ready for what comes. Too few positions say
/// nothing. What a step throws is left to the step that is not only tried: it comes after the positions before it, and
/// not at all if the run ends among them.
template <bool observed>
PARALLEL_TASK_COLD inline void Probe::time_walk() {
  std::size_t wanted = run_.left() / Costs::timed_part;
  if (wanted > Costs::timed_steps) wanted = Costs::timed_steps;
  wanted = run_.at_most_max_len<observed>(wanted);
  if (wanted < Costs::least_timed) return;
  walks_ahead_ = false;
  cost_model::WalkTimes sum;
  for (unsigned round = 0; round <= Costs::timed_rounds; ++round) {
    Ticks const begun = ticks();
    if (!run_.step(wanted)) return;
    Ticks const ran = ticks();
    std::size_t steps = 0;
    guarded([&] { steps = run_.job.walk(run_.job.self, wanted); }, [&](std::exception_ptr) { steps = 0; });
    Ticks const walked = ticks();
    time_walk_at_ = Costs::timed_again * run_.next_;
    if (steps != wanted) break;
    if (!run_.step(wanted)) return;
    last_look_ = ticks();
    if (round == 0) continue;
    sum.run += elapsed_ns(begun, ran);
    sum.step += elapsed_ns(ran, walked);
    sum.run_again += elapsed_ns(walked, last_look_);
  }
  walks_ahead_ =
      cost_model::pays_to_walk_ahead(sum, static_cast<float>(wanted * Costs::timed_rounds), run_.most_threads());
}

/// Whether what is left would pay for the sharing.
inline bool Probe::is_worth_sharing() const {
  ThreadManager& manager = thread_manager;
  // What is not known of a pulled source counts as plenty; of one that may pause any moment, as a few items.
  float worth = Costs::worth_any_wake;
  if (run_.known_.ended) {
    worth = run_.cost_ * static_cast<float>(run_.left());
  } else if (run_.comes_one_by_one()) {
    worth = run_.cost_ * static_cast<float>(ReadAhead::one_by_one);
  }
  cost_model::Surroundings around;
  around.helper_is_hot = manager.wakeups.spinning.load(detail::memory_order_relaxed) != 0;
  around.wake_cost = manager.wake_cost_ns();
  around.threads = run_.most_threads();
  around.kept_hot = !around.helper_is_hot && debt_is_due();
  return cost_model::pays_to_share(worth, around, manager.costs);
}

/// Ski-rental: whether loops that this thread ran alone would have paid for a helper that is kept hot.
inline bool Probe::debt_is_due() const {
  ThreadManager& manager = thread_manager;
  ThreadState& self = this_thread;
  if (self.debt <= 0) return false;
  if (elapsed_ns(self.last_end, run_.started) > manager.wakeups.hot_ns()) {
    self.debt = 0;
    return false;
  }
  std::uint32_t const patience = manager.wakeups.patience.load(detail::memory_order_relaxed);
  return cost_model::debt_is_due(self.debt, patience, manager.wake_latency_ns());
}

/// Nested, and every core computes: runs about a claim's work, and asks again; nothing is published. What an item costs
/// is seen meanwhile, so that the rest is shared as soon as a core is free. False when all is done.
inline bool Probe::run_while_cores_are_busy() {
  ThreadManager& manager = thread_manager;
  std::size_t size = 1;
  Ticks before = ticks();
  while (manager.places.busy() >= manager.places.limit()) {
    if (run_.left() == 0) {
      if (run_.known_.ended) run_.over_ = true;
      return !run_.over_;  // what a source still has to give is asked with the clock in hand
    }
    std::size_t const count = size < run_.left() ? size : run_.left();
    if (!run_.step(count)) return false;
    Ticks const now = ticks();
    float const took = elapsed_ns(before, now);
    before = now;
    size = cost_model::step_by_time(count, took, manager.costs);
    if (took > 0) run_.cost_ = cost_model::learn_privately(run_.cost_, count, took);
  }
  return true;
}

template <bool observed>
void Probe::run() {
  Costs const& costs = thread_manager.costs;
  if (!observed && this_thread.depth != 0 && !run_while_cores_are_busy()) return;
  run_.started = ticks();
  run_.timed_from_ = run_.next_;
  last_look_ = run_.started;
  bool const known_before = run_.cost_ > 0;
  foretold_ = known_before && run_.known_.ended;
  if (known_before) size_ = foretold_ ? 0 : cost_model::first_private_step(run_.cost_, costs);
  // If the cost is known, sharing may pay at once, without a private step.
  look_ = known_before || costs.probe <= 0 || few_and_unknown();
  while (!run_.over_) {
    if (look_) {
      if (wants_to_share<observed>() || run_.over_) return;
      if constexpr (observed) note_refusal();
    }
    if (run_.runs_as_they_come()) {
      step_one_by_one<observed>();
    } else if (run_.next_ == run_.known_.positions) {
      pull();
    } else if (!step<observed>()) {
      return;
    }
  }
}

/// Runs some items of a source that may pause, each as it comes.
template <bool observed>
void Probe::step_one_by_one() {
  Costs const& costs = thread_manager.costs;
  float const elapsed = elapsed_ns(run_.started, last_look_);
  std::size_t const wanted =
      cost_model::private_step(Costs::assumed_left, run_.cost_, size_, elapsed, costs.last_step, costs);
  std::size_t const count = run_.run_as_they_come(run_.at_most_max_len<observed>(wanted));
  Ticks const now = ticks();
  float const took = elapsed_ns(last_look_, now);
  last_look_ = now;
  run_.pull_role.note_alone(count, took, costs);
  if (count == 0) return;
  run_.cost_ = cost_model::learn_privately(run_.cost_, count, took);
  size_ = static_cast<float>(count);
  look_ = elapsed_ns(run_.started, now) > costs.probe || took > Costs::long_step;
}

/// All that is known has run. What a source still holds is not known: as much as the next step is worth.
void Probe::pull() {
  Costs const& costs = thread_manager.costs;
  Known const before = run_.known_;
  if (!before.ended) {
    float const elapsed = elapsed_ns(run_.started, last_look_);
    std::size_t const wanted =
        cost_model::private_step(Costs::assumed_left, run_.cost_, size_, elapsed, costs.last_step, costs);
    run_.known_ = run_.pull_role.pull_alone(run_.job, before, wanted, costs);
  }
  if (run_.known_.ended && run_.known_.positions == before.positions) run_.over_ = true;
}

/// Of a whole loop never more than half at once; what was pulled for this step is run in one. False when all is done.
template <bool observed>
inline bool Probe::step() {
  Costs const& costs = thread_manager.costs;
  float const least_cost = run_.job.least_cost;
  std::size_t const most = run_.known_.ended ? run_.left() : 2 * run_.left();
  std::size_t const wanted =
      run_.cost_ <= 0 && unseen_ != 0 ? cost_model::unseen_step(most, unseen_)
      : foretold_                     ? cost_model::forecast_step(run_.left(), run_.cost_, size_, costs)
                  : cost_model::private_step(most, run_.cost_, size_, elapsed_ns(run_.started, last_look_),
                                             run_.known_.ended ? 0 : costs.last_step, costs);
  std::size_t count = run_.at_most_max_len<observed>(wanted < run_.left() ? wanted : run_.left());
  if (!run_.step(count)) return false;
  Ticks const now = ticks();
  float const took = elapsed_ns(last_look_, now);
  last_look_ = now;
  size_ = static_cast<float>(count);
  unseen_ += count;
  if (took <= 0) {
    run_.find_end();
    return true;
  }
  count = std::exchange(unseen_, 0);
  float const cost = cost_model::learn_privately(run_.cost_, count, took);
  look_ = cost_model::has_probed(count, elapsed_ns(run_.started, now), took, least_cost, costs);
  if (doubts_ != Costs::most_doubts && cost_model::is_doubtful(run_.cost_, cost, least_cost)) {
    ++doubts_;
    size_ = cost_model::confirming_step(size_);
  } else {
    doubts_ = 0;
    run_.cost_ = cost;
  }
  if (run_.job.open_ended) {
    run_.pull_role.note_alone(count, took, costs);
    run_.find_end();
  }
  return true;
}

/// The caller has asked whether to share, and does not. That it would not have paid is what is told if nothing else has
/// ever spoken against it.
inline void Probe::note_refusal() {
  bool const probes = thread_manager.costs.probe > 0;
  if (run_.held_back_) {
    run_.observer->note_refusal(RunReason::compared);
  } else if (run_.cost_ <= 0 && probes ? run_.next_ != 0 || !few_and_unknown() : !is_worth_sharing()) {
    return;
  } else if (run_.cost_ > 0 && is_too_cheap<true>()) {
    run_.observer->note_refusal(RunReason::items_too_cheap);
  } else {
    run_.observer->note_refusal(RunReason::no_free_core);
  }
}

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
