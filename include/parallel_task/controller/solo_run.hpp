// The calling thread alone: how far it is, the plain loop, the tiny loop.
//
// Only the calling thread is here, and nothing shared is written but the memo (relaxed, see memo.hpp).
#pragma once

#include <parallel_task/controller/call.hpp>
#include <parallel_task/controller/memo.hpp>
#include <parallel_task/controller/observer.hpp>
#include <parallel_task/platform/inline.hpp>
#include <parallel_task/policy/cost_model.hpp>
#include <parallel_task/worker/thread_manager.hpp>

#include <cstddef>
#include <cstdint>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// What the caller runs before a call is shared, or all of it.
class SoloRun : public Call {
 public:
  using Call::Call;
  SoloRun(SoloRun const&) = delete;
  SoloRun& operator=(SoloRun const&) = delete;

  /// `where` is the segment of what it runs.
  void begin(Job const& what, void* where) noexcept {
    job = what;
    home.where = where;
    known_ = what.known;
  }

  // --- how far it is ------------------------------------------------------------------------------------------------

  [[nodiscard]] std::size_t const& next() const noexcept { return next_; }  ///< positions below it have run
  [[nodiscard]] Known const& known() const noexcept { return known_; }
  [[nodiscard]] float cost() const noexcept { return cost_; }  ///< ns a position; 0: not known yet
  [[nodiscard]] bool over() const noexcept { return over_; }   ///< cut or ended: nothing is left
  [[nodiscard]] std::size_t left() const noexcept { return known_.positions - next_; }
  /// What is left of work, in nanoseconds, as far as is known.
  [[nodiscard]] float work_left() const noexcept {
    return cost_ > 0 && known_.ended ? cost_ * static_cast<float>(left()) : Costs::worth_any_wake;
  }
  [[nodiscard]] bool is_empty() const noexcept { return known_.ended && known_.positions == 0; }

  // --- running ------------------------------------------------------------------------------------------------------

  /// Looks up what runs of the same kind have cost, and if they were cheap, runs all; false if there is more to do.
  template <bool observed>
  [[nodiscard]] PARALLEL_TASK_ALWAYS_INLINE bool run_by_memo(Memo& memo);
  /// Runs everything here: the plain loop, in one block where nobody may stop it.
  template <bool observed>
  PARALLEL_TASK_ALWAYS_INLINE void run_alone();
  /// Runs the next `count` positions; false when the run is over.
  PARALLEL_TASK_ALWAYS_INLINE bool step(std::size_t count);
  /// The rest is about to be shared: tells the source.
  void begin_sharing() {
    if (job.begin_sharing != nullptr) known_ = job.begin_sharing(job.self, home.where, next_);
    PARALLEL_TASK_INVARIANT(known_.positions >= next_, "what has run is known");
  }

  // --- what the run has shown ---------------------------------------------------------------------------------------

  /// A loop that ran alone: remembers its cost, and what a hot helper would have saved.
  void note_alone(Memo& memo);
  /// Remembers what a small loop took that was shared, or would have been. `whole`: it was not cut short, nor stopped.
  /// One that turned out to be no small loop says nothing, nor does one far below its forecast, which would not have
  /// been shared, nor one of which nothing could be forecast, but that it ran alone.
  void compare(Memo& memo, bool whole) const;
  [[nodiscard]] bool is_compared() const noexcept { return forecast_ > 0; }
  /// What was forecast a position, in nanoseconds; 0: nothing.
  [[nodiscard]] float foretold() const noexcept { return foretold_; }

 private:
  friend class Probe;

  [[nodiscard]] bool run_briefly(Memo& memo);
  void owe(float took, Ticks now);
  void compare_with(Memo& memo, float took, float items, bool whole) const;
  template <bool observed>
  PARALLEL_TASK_ALWAYS_INLINE bool run_strip(std::size_t& size);
  PARALLEL_TASK_ALWAYS_INLINE std::size_t run_as_they_come(std::size_t count);

  /// What earlier runs have shown of loops like this one.
  void look_up(Memo& memo) {
    Memo::Length const* const seen = memo.find(known_.positions);
    doubtful_ = seen != nullptr && !seen->is_settled();
    foretold_ = seen != nullptr && seen->cost() > 0 ? seen->cost() : memo.guess(known_.positions);
    if (!doubtful_) cost_ = foretold_;
  }
  /// What they have shown of sharing them.
  void look_up_sharing(Memo& memo, float forecast) {
    auto const items = static_cast<float>(known_.positions);
    foreseen_ = true;
    forecast_ = forecast;
    alone_ = this_thread.tally.says_alone(memo.of(known_.positions).sharing_record(), items, forecast);
  }
  /// Whether it runs alone although sharing it would pay as far as is known, `left` ns of work being left: for what
  /// loops like it have shown, or while all do.
  [[nodiscard]] bool is_held_back(float left) {
    if (left >= thread_manager.costs.small_loop) return false;  // no small loop, whatever was forecast
    if (foreseen_) return alone_;
    if (!known_.ended || cost_ <= 0 || thread_manager.costs.probe <= 0) return false;
    forecast_ = left;
    return this_thread.tally.says_alone(left);
  }
  /// How many threads may compute in it, were it shared.
  [[nodiscard]] std::uint32_t most_threads() const noexcept {
    std::uint32_t const all = thread_manager.places.most_computing();
    return settings.max_threads != 0 && settings.max_threads < all ? settings.max_threads : all;
  }
  /// Where more was tried than is known to be there: learns how much of it there was.
  void find_end() {
    if (!job.open_ended || over_) return;
    known_ = job.pull(job.self, 0);
    next_ = known_.positions;
    over_ = known_.ended;
  }
  /// Whether next to nothing is known of how a source that may pause will go on.
  [[nodiscard]] bool comes_one_by_one() const noexcept {
    return job.may_pause && !known_.ended && next_ == known_.positions && pull_role.comes_one_by_one();
  }
  /// Whether what comes next is to be run before more is asked for.
  [[nodiscard]] bool runs_as_they_come() const noexcept { return !job.open_ended && comes_one_by_one(); }
  /// What `max_len` leaves of a step of `count` positions.
  template <bool observed>
  [[nodiscard]] PARALLEL_TASK_ALWAYS_INLINE std::size_t at_most_max_len(std::size_t count) const {
    if constexpr (observed) return observer->at_most_max_len(count);
    return count;
  }

  std::size_t next_ = 0;
  Known known_;
  float cost_ = 0;
  float foretold_ = 0;          // what a position has cost before; 0: not known
  bool doubtful_ = false;       // ... but not always
  bool foreseen_ = false;       // what it takes was forecast, and whether to share it
  std::size_t timed_from_ = 0;  // what had run when the clock was read first
  bool over_ = false;
  // Of loops that are compared.
  float forecast_ = 0;      // ns, before anything has run, or else then; 0: it is not compared
  bool alone_ = false;      // it runs alone, whatever the forecast ...
  bool held_back_ = false;  // ... although it would have been shared
};

template <bool observed>
inline bool SoloRun::run_by_memo(Memo& memo) {
  Costs const& costs = thread_manager.costs;
  if (!costs.use_memo) return false;
  if (!known_.ended) {
    cost_ = foretold_ = memo.cost.load(detail::memory_order_relaxed);
    return false;
  }
  look_up(memo);
  if (cost_ <= 0) return false;
  float const forecast = cost_ * static_cast<float>(known_.positions);
  // Who may be stopped takes no step of many items whose cost was not seen in this call: it could be what it was no
  // more.
  bool const stoppable = may_be_stopped();
  if (stoppable) {
    cost_ = 0;
    doubtful_ = true;
  }
  bool const brief = !observed && !stoppable && forecast < costs.brief;
  if (brief && forecast < costs.tiny) return run_briefly(memo);
  std::uint32_t const threads = most_threads();
  if (threads < 2 || forecast >= costs.small_loop) return false;
  if (forecast < cost_model::least_shared(threads, costs)) return brief && run_briefly(memo);
  if (costs.probe > 0) look_up_sharing(memo, forecast);
  return brief && alone_ && run_briefly(memo);
}

inline bool SoloRun::step(std::size_t count) {
  if (may_be_stopped() && ending.told_to_stop(settings)) {
    over_ = true;
    return false;
  }
  Block const block{next_, next_ + count};
  if (!job.run_block(home.where, block)) {
    ending.cut_after(block, job.cut);
    over_ = true;
  }
  next_ = block.last;
  if (next_ == known_.positions && known_.ended) over_ = true;
  return !over_;
}

/// Pulls an item and runs it, at most `count` times, with no clock in between; how many came.
inline std::size_t SoloRun::run_as_they_come(std::size_t count) {
  std::size_t const first = next_;
  while (count-- != 0 && !over_) {
    known_ = job.pull(job.self, 1);
    if (next_ == known_.positions) {
      over_ = known_.ended;
      break;
    }
    (void)step(left());
  }
  return next_ - first;
}

template <bool observed>
inline void SoloRun::run_alone() {
  bool const stoppable = may_be_stopped();
  // All that is left, without counting it, where nobody asks how many there were.
  bool const all_at_once = job.open_ended && !stoppable && settings.observation == nullptr && started == 0;
  std::size_t size = 1;  // of a strip
  Costs const& costs = thread_manager.costs;
  while (!over_) {
    if (runs_as_they_come()) {
      Ticks const begun = ticks();
      std::size_t const count = run_as_they_come(ReadAhead::one_by_one);
      pull_role.note_alone(count, elapsed_ns(begun, ticks()), costs);
      continue;
    }
    if (next_ == known_.positions) {
      if (known_.ended) break;
      Known const before = known_;
      known_ = pull_role.pull_alone(job, before, all_at_once ? unknown : Costs::pulled_alone, costs);
      if (known_.positions == before.positions && known_.ended) break;
      continue;
    }
    if (!stoppable) {
      if (step(left()) && all_at_once) break;
      find_end();
      continue;
    }
    if (!run_strip<observed>(size)) break;
  }
}

/// About a strip of work between two looks at whoever may stop it: `size` positions, which is adapted. False when the
/// run is over.
template <bool observed>
inline bool SoloRun::run_strip(std::size_t& size) {
  Costs const& costs = thread_manager.costs;
  Ticks const before = ticks();
  size = at_most_max_len<observed>(size);
  std::size_t const count = size < left() ? size : left();
  if (!step(count)) return false;
  find_end();
  float const took = elapsed_ns(before, ticks());
  // What a source gave may have been less than a strip, time after time.
  if (took < costs.strip / 2 && count == size) size *= 2;
  if (took > 2 * costs.strip && size > 1) size /= 2;
  return true;
}

/// Known, and not to be shared: an eighth, one look at the clock, the rest. False if the forecast failed: go on as if
/// nothing was known.
inline bool SoloRun::run_briefly(Memo& memo) {
  std::size_t const all = known_.positions;
  std::size_t const part = cost_model::tiny_trial(all);
  Ticks const begun = ticks();
  if (part != 0) {
    if (!step(part)) return true;
    float const took = elapsed_ns(begun, ticks());
    if (cost_model::forecast_failed(cost_ * static_cast<float>(part), took)) {
      cost_ = took / static_cast<float>(part);
      forecast_ = 0;
      foreseen_ = false;
      return false;
    }
  }
  (void)step(all - part);
  if (bound() != unknown) return true;  // it was cut short: that says nothing
  started = begun;
  Ticks const now = ticks();
  float const took = elapsed_ns(begun, now);
  if (took <= 0) return true;  // less than the clock can tell
  auto const items = static_cast<float>(all);
  memo.learn(all, cost_model::learn_tiny(cost_, took / items), foretold_);
  if (forecast_ <= 0) return true;
  owe(took, now);
  compare_with(memo, took, items, true);
  return true;
}

/// What a hot helper would have saved.
inline void SoloRun::owe(float took, Ticks now) {
  ThreadState& self = this_thread;
  if (elapsed_ns(self.last_end, started) > thread_manager.wakeups.hot_ns()) self.debt = 0;
  self.debt += cost_model::debt_of(took, thread_manager.costs);
  self.last_end = now;
}

inline void SoloRun::compare(Memo& memo, bool whole) const {
  if (started == 0) return;
  Ticks const last_end = this_thread.last_end;  // older than the call if its first step threw
  float const took = elapsed_ns(started, last_end > started ? last_end : ticks());
  compare_with(memo, took, static_cast<float>(known_.positions - timed_from_), whole);
}

inline void SoloRun::compare_with(Memo& memo, float took, float items, bool whole) const {
  Memo::Length& length = memo.of(known_.positions);
  SharingRecord now = length.sharing_record();
  SharingTally& tally = this_thread.tally;
  whole = whole && foreseen_;
  if (slot == nullptr) {
    tally.note_alone(now, items, forecast_, took, whole && cost_model::is_comparable(took, forecast_));
  } else {
    float const cost = length.cost();
    float const most = thread_manager.costs.small_loop;
    // One that took many times as long had an item that did: for that long nobody loses a core.
    bool const was_small = cost * items <= most && took <= 8 * most;
    if (!whole || !was_small || !cost_model::is_alike(cost, foretold_)) return;
    tally.note_shared(now, items, forecast_, took);
  }
  length.remember(now);
}

inline void SoloRun::note_alone(Memo& memo) {
  if (next_ == timed_from_ || started == 0) return;
  Ticks const now = ticks();
  float const took = elapsed_ns(started, now);
  owe(took, now);
  memo.learn(known_.ended ? known_.positions : next_, took / static_cast<float>(next_ - timed_from_), foretold_);
}

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
