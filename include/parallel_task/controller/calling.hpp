// WorkerController, the calling thread alone: the probe, the tiny loop, and when to share.
#pragma once

#include <parallel_task/controller/worker_controller.hpp>
#include <parallel_task/platform/cold.hpp>

namespace parallel_task {
inline namespace v0_1 {

inline void WorkerController::run_inline(Job const& job, void* home, Memo& memo) {
  if (settings_.watch != nullptr) return settings_.watch->run(*this, job, home, memo);
  run_as<false>(job, home, memo);
}

namespace detail {
template <bool watched>
[[gnu::noinline]] void run_watched(WorkerController& controller, Job const& job, void* home, Memo& memo) {
  Watching watching(*controller.settings_.watch);
  controller.watching_ = &watching;
  controller.run_as<watched>(job, home, memo);
}
}  // namespace detail

template <bool watched>
inline void WorkerController::run_as(Job const& job, void* home, Memo& memo) {
  using namespace detail;
  job_ = job;
  home_.where = home;
  Standing at;
  at.known = job.known;
  if constexpr (watched) begin_watching(at);
  if (at.known.ended && at.known.positions == 0) {
    if constexpr (watched) {
      std::exception_ptr thrown;
      end_watching(RunReason::nothing_to_do, thrown);
      rethrow(std::move(thrown));
    }
    return;
  }
  ThreadManager& manager = thread_manager;
  at.cost = manager.costs.use_memo ? memo.cost.load(std::memory_order_relaxed) : 0.0F;
  bool const plain = !watched && settings_.stop_requested == nullptr && settings_.deadline == 0;
  if (plain && at.known.ended && cost_model::is_tiny(at.cost, static_cast<float>(at.known.positions), manager.costs)) {
    if (run_tiny(at, memo)) return;
  }
  if (at.cost > 0 && at.known.ended && manager.costs.probe > 0) look_up(at, memo);
  RunReason reason = RunReason::too_cheap;
  std::exception_ptr thrown;
  guarded(
      [&]() PARALLEL_TASK_INLINE_BODY {
        std::uint32_t const group_most = manager.group_limit(this_thread.group);
        if (settings_.max_threads == 1 || manager.has_one_core() || group_most == 1 || manager.most_computing() == 1) {
          reason = RunReason::one_thread_only;
        } else {
          run_privately<watched>(at);
          if (at.over) {
            if (at.held_back) reason = RunReason::compared;
            if (this_thread.depth != 0 && manager.busy() >= manager.limit()) reason = RunReason::no_free_core;
            return;
          }
          reason = publish(at) ? RunReason::shared : RunReason::no_free_slot;
        }
        if (reason == RunReason::shared) {
          enter = &WorkerController::work<watched>;
          share<watched>(at);
          collect_errors();
        } else {
          run_alone(at);
        }
      },
      [&](std::exception_ptr error) { thrown = std::move(error); });
  if (slot_ == nullptr) {
    alone_ = at.next;
    note_alone(at, memo);
  } else {
    float const cost = rack_->members[0].cost.load(std::memory_order_relaxed);
    if (cost > 0) memo.cost.store(cost / static_cast<float>(std::size_t{1} << shift_), std::memory_order_relaxed);
    this_thread.last_end = ticks();
    this_thread.debt = 0;
  }
  if (at.forecast > 0) {
    compare(at, memo, !thrown && bound() == unknown && outcome_.load(std::memory_order_relaxed) == going);
  }
  if constexpr (watched) end_watching(reason, thrown);
  rethrow(std::move(thrown));
  std::uint32_t const outcome = outcome_.load(std::memory_order_relaxed);
  if (outcome != going) throw_cancelled(outcome);
}

PARALLEL_TASK_COLD inline void WorkerController::throw_cancelled(std::uint32_t outcome) {
  switch (outcome) {
    case stopped:
      detail::throw_error(cancelled(StopReason::stop_requested));
    case late:
      detail::throw_error(cancelled(StopReason::deadline));
    case forked:
      detail::throw_error(cancelled(StopReason::forked));
    default:
      break;
  }
}

/// Runs the next `count` positions on the calling thread; false when the run is over.
inline bool WorkerController::step(Standing& at, std::size_t count) {
  if ((settings_.stop_requested != nullptr || settings_.deadline != 0) && told_to_stop()) {
    at.over = true;
    return false;
  }
  Block const block{at.next, at.next + count};
  if (!job_.run(job_.self, home_.where, block)) {
    lower_bound_to(job_.cut == Cut::later ? block.last : 0);
    at.over = true;
  }
  at.next = block.last;
  if (at.next == at.known.positions && at.known.ended) at.over = true;
  return !at.over;
}

/// Asks the source for about `want` positions more, on the calling thread alone.
inline Pulled WorkerController::pull_alone(Pulled known, std::size_t want) {
  if (!job_.may_pause) return job_.pull(job_.self, want);
  Ticks const begun = detail::ticks();
  std::size_t const most = reading_.most();
  Pulled const now = job_.pull(job_.self, want < most ? want : most);
  reading_.note(now.positions - known.positions, detail::elapsed_ns(begun, detail::ticks()),
                detail::thread_manager.costs);
  return now;
}

/// Whether what comes next is to be run before more is asked for.
inline bool WorkerController::runs_as_they_come(Standing const& at) const noexcept {
  return job_.may_pause && !at.known.ended && at.next == at.known.positions && reading_.most() == 1;
}

/// Reads an item and runs it, at most `count` times, with no clock in between; how many came.
inline std::size_t WorkerController::run_as_they_come(Standing& at, std::size_t count) {
  std::size_t const first = at.next;
  while (count-- != 0 && !at.over) {
    at.known = job_.pull(job_.self, 1);
    if (at.next == at.known.positions) {
      at.over = at.known.ended;
      break;
    }
    (void)step(at, at.known.positions - at.next);
  }
  return at.next - first;
}

/// Runs everything here: the plain loop, in one block where nobody may stop it.
inline void WorkerController::run_alone(Standing& at) {
  bool const stoppable = settings_.stop_requested != nullptr || settings_.deadline != 0;
  std::size_t size = stoppable ? 1 : at.known.positions - at.next;
  detail::Costs const& costs = detail::thread_manager.costs;
  while (!at.over) {
    if (runs_as_they_come(at)) {
      Ticks const begun = detail::ticks();
      reading_.note(run_as_they_come(at, detail::Reading::one_by_one), detail::elapsed_ns(begun, detail::ticks()),
                    costs);
      continue;
    }
    if (at.next == at.known.positions) {
      if (at.known.ended) break;
      Pulled const before = at.known;
      at.known = pull_alone(before, 1024);
      if (at.known.positions == before.positions && at.known.ended) break;
      if (!stoppable) size = at.known.positions - at.next;
      continue;
    }
    std::size_t const left = at.known.positions - at.next;
    if (!stoppable) {
      (void)step(at, left);
      continue;
    }
    // About a strip of work between two looks at whoever may stop it.
    Ticks const before = detail::ticks();
    std::size_t const count = size < left ? size : left;
    if (!step(at, count)) break;
    float const took = detail::elapsed_ns(before, detail::ticks());
    if (took < costs.strip / 2) size *= 2;
    if (took > 2 * costs.strip && size > 1) size /= 2;
  }
}

/// Known and cheap: an eighth, one look at the clock, the rest. False if the forecast failed: go on as if nothing was
/// known. (A half first, as simulated, would leave half of an unexpectedly heavy loop on one thread.)
inline bool WorkerController::run_tiny(Standing& at, Memo& memo) {
  std::size_t const all = at.known.positions;
  std::size_t const part = all / 8 + (all > 1 && all < 8 ? 1 : 0);
  if (part == 0) {
    (void)step(at, all);
    return true;
  }
  Ticks const before = detail::ticks();
  if (!step(at, part)) return true;
  float const took = detail::elapsed_ns(before, detail::ticks());
  float const forecast = at.cost * static_cast<float>(part);
  if (detail::cost_model::forecast_failed(forecast, took)) {
    at.cost = took / static_cast<float>(part);
    return false;
  }
  (void)step(at, all - part);
  memo.cost.store(at.cost + (took / static_cast<float>(part) - at.cost) / 8, std::memory_order_relaxed);
  return true;
}

/// Whether this is the first run of its kind, over so few items that one of them, run alone to see what it costs, could
/// be a good part of the whole: those are offered at once. It costs one wake, once in a pipeline's life.
inline bool WorkerController::few_and_unknown(Standing const& at) const {
  if (at.cost > 0) return false;
  if (!at.known.ended) return job_.least_cost <= 0;
  std::size_t const left = at.known.positions - at.next;
  return left > 1 && left <= std::size_t{detail::thread_manager.costs.few} * detail::thread_manager.cores();
}

/// Whether the rest should be offered to others now.
inline bool WorkerController::wants_to_share(Standing& at) {
  if (!would_share(at)) return false;
  // Dearer than forecast is no small loop.
  at.held_back =
      at.alone && at.cost * static_cast<float>(at.known.positions - at.next) < detail::thread_manager.costs.small_loop;
  return !at.held_back;
}

/// The same by the forecast alone.
inline bool WorkerController::would_share(Standing const& at) {
  using namespace detail;
  ThreadManager& manager = thread_manager;
  if (this_thread.depth != 0 && manager.busy() >= manager.limit()) return false;
  if (at.cost <= 0 && manager.costs.probe > 0) return at.next == 0 && few_and_unknown(at);
  if (at.cost < job_.least_cost && manager.costs.probe > 0) return false;
  // What is not known of a pulled source counts as plenty; of one that may pause any moment, as a few items.
  float left = worth_any_wake;
  if (at.known.ended) {
    left = at.cost * static_cast<float>(at.known.positions - at.next);
  } else if (runs_as_they_come(at)) {
    left = at.cost * static_cast<float>(Reading::one_by_one);
  }
  cost_model::Surroundings around;
  around.helper_is_hot = manager.spinning.load(std::memory_order_relaxed) != 0;
  around.engage = manager.engage_ns();
  ThreadState& self = this_thread;
  if (!around.helper_is_hot && self.debt > 0) {
    if (elapsed_ns(self.last_end, started_) > manager.hot_ns()) {
      self.debt = 0;
    } else {
      std::uint32_t const patience = manager.patience.load(std::memory_order_relaxed);
      around.kept_hot = cost_model::debt_is_due(self.debt, patience, manager.wake_ns());
    }
  }
  return cost_model::pays_to_share(left, around, manager.costs);
}

/// Nested, and every core computes: runs half of what is left, and asks again; no clock, nothing published. False when
/// all is done.
inline bool WorkerController::run_while_cores_are_busy(Standing& at) {
  detail::ThreadManager& manager = detail::thread_manager;
  while (manager.busy() >= manager.limit()) {
    std::size_t const left = at.known.positions - at.next;
    if (left == 0) {
      if (at.known.ended) at.over = true;
      return !at.over;  // what a source still has to give is found out with the clock in hand
    }
    if (!step(at, left / 2 + left % 2)) return false;
  }
  return true;
}

/// Runs what is too cheap to share, and finds out what it costs: the probe. Returns when all is done (`at.over`) or the
/// rest is worth sharing.
template <bool watched>
void WorkerController::run_privately(Standing& at) {
  using namespace detail;
  Costs const& costs = thread_manager.costs;
  if (!watched && this_thread.depth != 0 && !run_while_cores_are_busy(at)) return;
  started_ = ticks();
  at.timed_from = at.next;
  Ticks last_look = started_;
  bool const known_before = at.cost > 0;
  bool const foretold = known_before && at.known.ended;
  float size = foretold ? 0 : known_before ? cost_model::at_least(costs.probe / 4 / at.cost, 1) : 1;
  // Known and dear, or forecast to pay: at once, without a private step.
  bool look = known_before || costs.probe <= 0 || few_and_unknown(at);
  while (!at.over) {
    if (look && wants_to_share(at)) return;
    if (runs_as_they_come(at)) {
      float const elapsed = elapsed_ns(started_, last_look);
      std::size_t const count = run_as_they_come(at, cost_model::private_step(8192, at.cost, size, elapsed, costs));
      Ticks const now = ticks();
      float const took = elapsed_ns(last_look, now);
      last_look = now;
      reading_.note(count, took, costs);
      if (count == 0) continue;
      at.cost = cost_model::learn_privately(at.cost, count, took);
      size = static_cast<float>(count);
      look = elapsed_ns(started_, now) > costs.probe || took > 5'000;
      continue;
    }
    if (at.next == at.known.positions) {
      // What a source still holds is not known: as much as the next step is worth.
      Pulled const before = at.known;
      float const elapsed = elapsed_ns(started_, last_look);
      if (!before.ended) at.known = pull_alone(before, cost_model::private_step(8192, at.cost, size, elapsed, costs));
      if (at.known.ended && at.known.positions == before.positions) at.over = true;
      continue;
    }
    std::size_t const left = at.known.positions - at.next;
    // Of a whole loop never more than half at once; what was pulled for this step is run in one.
    std::size_t const most = at.known.ended ? left : 2 * left;
    std::size_t const wanted =
        foretold ? cost_model::forecast_step(left, at.cost, size, costs)
                 : cost_model::private_step(most, at.cost, size, elapsed_ns(started_, last_look), costs);
    std::size_t const count = wanted < left ? wanted : left;
    if (!step(at, count)) return;
    Ticks const now = ticks();
    float const took = elapsed_ns(last_look, now);
    last_look = now;
    at.cost = cost_model::learn_privately(at.cost, count, took);
    size = static_cast<float>(count);
    look = elapsed_ns(started_, now) > costs.probe || took > 5'000;
  }
}

/// What earlier runs have shown of sharing loops like this one.
inline void WorkerController::look_up(Standing& at, Memo const& memo) {
  auto const items = static_cast<float>(at.known.positions);
  if (at.cost * items >= detail::thread_manager.costs.small_loop) return;
  at.forecast = at.cost * items;
  at.alone = memo.comparison(at.known.positions).says_alone(items);
}

/// Remembers what a small loop took that was shared, or would have been. One that turned out to be no small loop, was
/// cut short or told to stop says nothing, nor does one far below its forecast, which would not have been shared.
inline void WorkerController::compare(Standing const& at, Memo& memo, bool whole) {
  using namespace detail;
  bool const shared = slot_ != nullptr;
  if (started_ == 0 || (!shared && !at.held_back)) return;
  Ticks const last_end = this_thread.last_end;  // older than the call if its first step threw
  float const took = elapsed_ns(started_, last_end > started_ ? last_end : ticks());
  auto const items = static_cast<float>(at.known.positions - at.timed_from);
  Comparison now = memo.comparison(at.known.positions);
  if (!shared) {
    now.note_alone(items, took, whole && took > at.forecast / 4);
  } else {
    if (!whole || memo.cost.load(std::memory_order_relaxed) * items > thread_manager.costs.small_loop) return;
    now.note_shared(items, took);
  }
  memo.remember(at.known.positions, now);
}

/// A loop that ran alone: remembers its cost, and what a hot helper would have saved.
inline void WorkerController::note_alone(Standing const& at, Memo& memo) {
  using namespace detail;
  if (at.next == at.timed_from || started_ == 0) return;
  Ticks const now = ticks();
  float const took = elapsed_ns(started_, now);
  ThreadState& self = this_thread;
  if (elapsed_ns(self.last_end, started_) > thread_manager.hot_ns()) self.debt = 0;
  self.debt += cost_model::debt_of(took, thread_manager.costs);
  self.last_end = now;
  memo.cost.store(took / static_cast<float>(at.next - at.timed_from), std::memory_order_relaxed);
}

}  // namespace v0_1
}  // namespace parallel_task
