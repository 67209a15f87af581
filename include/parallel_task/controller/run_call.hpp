// A call from its beginning to its end, on the calling thread: alone, and if that pays, shared.
#pragma once

#include <parallel_task/controller/call.hpp>
#include <parallel_task/controller/memo.hpp>
#include <parallel_task/controller/observer.hpp>
#include <parallel_task/controller/probe.hpp>
#include <parallel_task/controller/run_report.hpp>
#include <parallel_task/controller/shared_run.hpp>
#include <parallel_task/controller/solo_run.hpp>
#include <parallel_task/controller/worker.hpp>
#include <parallel_task/platform/exceptions.hpp>
#include <parallel_task/platform/inline.hpp>
#include <parallel_task/worker/thread_manager.hpp>

#include <exception>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// Whether settings, budget or a single core allow only the caller.
[[nodiscard]] PARALLEL_TASK_ALWAYS_INLINE inline bool may_not_share(Settings const& settings) noexcept {
  ThreadManager& manager = thread_manager;
  std::uint32_t const group_most = manager.thread_groups.limit_of(this_thread.group);
  return settings.max_threads == 1 || manager.places.has_one_core() || group_most == 1 ||
         manager.places.most_computing() == 1;
}

/// Runs all positions; what it throws is the first error. `reason`, of how it was run, is told where it is observed.
template <bool observed>
PARALLEL_TASK_ALWAYS_INLINE inline void run_positions(SoloRun& call, RunReason& reason, std::exception_ptr& thrown) {
  if (may_not_share(call.settings)) {
    reason = RunReason::one_thread_only;
  } else {
    Probe(call).run<observed>();
    if (call.over()) {
      if constexpr (observed) reason = call.observer->why_alone();
      return;
    }
    if constexpr (observed) call.observer->capture();
    SharedRun shared(call);
    if (shared.publish()) {
      reason = RunReason::shared;
      call.enter = &Worker<observed>::work;
      if constexpr (observed) {
        if (call.observer->carried != nullptr) call.enter = call.observer->carried->enter;
        if (call.settings.host != nullptr) call.settings.host->publish(*call.settings.host, call);
      }
      shared.run<observed>();
      thrown =
          call.ending.take_error(call.members->all, call.slot->high.load(detail::memory_order_relaxed), call.job.cut);
      return;
    }
    reason = RunReason::no_free_slot;
  }
  call.run_alone<observed>();
}

/// There was nothing to run.
inline void end_empty(Observer& observer) {
  std::exception_ptr thrown;
  observer.end(RunReason::nothing_to_do, thrown);
  rethrow(std::move(thrown));
}

/// What the run has shown of its cost, for the next of its kind and for this thread.
PARALLEL_TASK_ALWAYS_INLINE inline void remember_cost(SoloRun& call, Memo& memo) {
  if (call.slot == nullptr) {
    call.alone = call.next();
    call.note_alone(memo);
    return;
  }
  Ticks const now = ticks();
  auto const positions = static_cast<float>(call.known().positions);
  float cost = call.members->all[0].cost.load(detail::memory_order_relaxed) / static_cast<float>(call.units.size());
  // No more than all that took part can have spent: a claim of few items may have taken what the clock makes of it.
  auto const members = static_cast<float>(call.slot->high.load(detail::memory_order_relaxed));
  float const most = elapsed_ns(call.started, now) * members / positions;
  if (most > 0 && cost > most) cost = most;
  if (cost > 0) memo.learn_shared(call.known().positions, cost, call.foretold());
  this_thread.tally.leave_home();
  this_thread.last_end = now;
  this_thread.debt = 0;
}

/// Runs `job` to its end; see WorkerController::run.
template <bool observed>
PARALLEL_TASK_ALWAYS_INLINE inline void run_call(SoloRun& call, Job const& job, void* home, Memo& memo) {
  call.begin(job, home);
  if constexpr (observed) call.observer->begin(call.next(), call.known());
  if (call.is_empty()) {
    if constexpr (observed) end_empty(*call.observer);
    return;
  }
  if (call.run_by_memo<observed>(memo)) return;
  RunReason reason = RunReason::too_cheap;
  std::exception_ptr thrown;
  guarded([&]() PARALLEL_TASK_INLINE_BODY { run_positions<observed>(call, reason, thrown); },
          [&](std::exception_ptr error) { thrown = std::move(error); });
  remember_cost(call, memo);
  if (call.is_compared()) {
    call.compare(memo, !thrown && call.bound() == unknown && call.ending.outcome() == Ending::going);
  }
  if constexpr (observed) call.observer->end(reason, thrown);
  rethrow(std::move(thrown));
  call.ending.throw_if_cancelled();
}

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
