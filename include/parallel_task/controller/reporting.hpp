// WorkerController, at the end: the report.
#pragma once

#include <parallel_task/controller/worker_controller.hpp>
#include <parallel_task/platform/cold.hpp>

#include <bit>

namespace parallel_task {
inline namespace v0_1 {

PARALLEL_TASK_COLD inline void WorkerController::fill_report(RunReport& report, RunReason reason, Ticks now) {
  using namespace detail;
  report.reason = reason;
  report.duration_ns = reason == RunReason::nothing_to_do ? 0.0 : static_cast<double>(elapsed_ns(started_, now));
  report.items = alone_;
  double busy = 0;
  auto const add = [&](WorkerReport worker, double worker_busy) {
    worker.busy_ns = worker_busy;
    worker.idle_ns = report.duration_ns > worker_busy ? report.duration_ns - worker_busy : 0.0;
    busy += worker_busy;
    // A thread that left and came back may have had another place: one row for both.
    for (WorkerReport& other : report.workers) {
      if (worker.thread == 0 || other.thread != worker.thread) continue;
      other.items += worker.items;
      other.claims += worker.claims;
      other.steals += worker.steals;
      other.pulls += worker.pulls;
      other.segments += worker.segments;
      other.busy_ns += worker.busy_ns;
      other.idle_ns = report.duration_ns > other.busy_ns ? report.duration_ns - other.busy_ns : 0.0;
      return;
    }
    report.workers.push_back(worker);
  };
  if (slot_ == nullptr) {
    report.threads = alone_ != 0 ? 1 : 0;
    report.segments = alone_ != 0 ? 1 : 0;
    WorkerReport caller;
    caller.thread = this_thread.thread;
    caller.items = alone_;
    caller.segments = report.segments;
    if (alone_ != 0) add(caller, report.duration_ns);
  } else {
    report.segments = alone_ != 0 ? 1 : 0;
    std::uint32_t const end = slot_->high.load(std::memory_order_relaxed);
    for (std::uint32_t i = 0; i != end; ++i) {
      WorkerCounts const& counts = rack_->members[i].counts;
      WorkerReport worker;
      worker.thread = counts.thread;
      worker.items = counts.items + (i == 0 ? alone_ : 0);
      worker.claims = counts.claims;
      worker.steals = counts.steals;
      worker.pulls = counts.pulls;
      worker.segments = counts.segments + (i == 0 && alone_ != 0 ? 1 : 0);
      report.items += counts.items;
      report.steals += counts.steals;
      report.pulls += counts.pulls;
      report.segments += counts.segments;
      report.wakes += counts.wakes;
      if (i != 0 && counts.items != 0 &&
          (report.time_to_engage_ns <= 0 || static_cast<double>(counts.first_item_ns) < report.time_to_engage_ns)) {
        report.time_to_engage_ns = static_cast<double>(counts.first_item_ns);
      }
      if (worker.items == 0 && i != 0) continue;
      add(worker,
          static_cast<double>(counts.busy_ns) + (i == 0 ? static_cast<double>(elapsed_ns(started_, published_)) : 0.0));
    }
    if (alone_ != 0) watching_->took_part();
    for (auto const& seen : watching_->threads_seen) {
      report.threads += static_cast<std::uint32_t>(std::popcount(seen.load(std::memory_order_relaxed)));
    }
    if (reason == RunReason::shared && report.threads < 2) report.reason = RunReason::nobody_came;
  }
  if (report.items != 0) report.cost_per_item_ns = busy / static_cast<double>(report.items);
}

}  // namespace v0_1
}  // namespace parallel_task
