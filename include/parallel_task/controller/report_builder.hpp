// What a run's report says, from what its workers have counted; on the calling thread, after the close.
#pragma once

#include <parallel_task/controller/call.hpp>
#include <parallel_task/controller/run_report.hpp>
#include <parallel_task/platform/cold.hpp>
#include <parallel_task/worker/this_thread.hpp>

#include <cstdint>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

class ReportBuilder {
 public:
  ReportBuilder(RunReport& report, Call const& call) noexcept : report_(report), call_(call) {}

  /// Fills the report of a run that has ended `now`. `threads` ran items of it; of a run on one thread that is counted
  /// here. May throw for want of memory.
  void fill(RunReason reason, std::uint32_t threads, Ticks now);
  /// Of a run that was not cut short: what only its end has shown. A source that is pulled does not know how few items
  /// it has, and of a single one nothing can be shared, whatever it costs.
  void correct() noexcept {
    if (report_.items == 0) report_.reason = RunReason::nothing_to_do;
    if (report_.items == 1 && report_.reason != RunReason::one_thread_only) report_.reason = RunReason::one_item;
  }

 private:
  void add_caller();
  void add_workers();
  void add_member(std::uint32_t index);
  void add(WorkerReport worker, double busy_ns);
  [[nodiscard]] double idle_of(double busy_ns) const noexcept {
    return report_.duration_ns > busy_ns ? report_.duration_ns - busy_ns : 0.0;
  }

  RunReport& report_;
  Call const& call_;
  double busy_ = 0;  // ns of all workers
};

PARALLEL_TASK_COLD inline void ReportBuilder::fill(RunReason reason, std::uint32_t threads, Ticks now) {
  report_.reason = reason;
  report_.duration_ns = reason == RunReason::nothing_to_do ? 0.0 : static_cast<double>(elapsed_ns(call_.started, now));
  report_.items = call_.alone;
  report_.segments = call_.alone != 0 ? 1 : 0;
  if (call_.slot == nullptr) {
    report_.threads = call_.alone != 0 ? 1 : 0;
    if (call_.alone != 0) add_caller();
  } else {
    report_.threads = threads;
    add_workers();
  }
  if (report_.items != 0) report_.cost_per_item_ns = busy_ / static_cast<double>(report_.items);
}

/// Of a run that was not shared.
inline void ReportBuilder::add_caller() {
  WorkerReport caller;
  caller.thread = this_thread.thread;
  caller.items = call_.alone;
  caller.segments = report_.segments;
  add(caller, report_.duration_ns);
}

inline void ReportBuilder::add_workers() {
  std::uint32_t const end = call_.slot->high.load(detail::memory_order_relaxed);
  // Not by the threads that ran an item: a helper may have run them all, or its first one may have thrown.
  bool came = false;
  for (std::uint32_t i = 0; i != end; ++i) {
    add_member(i);
    came = came || (i != 0 && call_.members->all[i].counts.claims != 0);
  }
  if (report_.reason == RunReason::shared && !came) report_.reason = RunReason::nobody_came;
}

inline void ReportBuilder::add_member(std::uint32_t index) {
  WorkerCounts const& counts = call_.members->all[index].counts;
  bool const is_caller = index == 0;
  report_.items += counts.items;
  report_.steals += counts.steals;
  report_.pulls += counts.pulls;
  report_.segments += counts.segments;
  report_.wakes += counts.wakes;
  auto const first_item_ns = static_cast<double>(counts.first_item_ns);
  if (!is_caller && counts.items != 0 &&
      (report_.time_to_engage_ns <= 0 || first_item_ns < report_.time_to_engage_ns)) {
    report_.time_to_engage_ns = first_item_ns;
  }
  WorkerReport worker;
  worker.thread = counts.thread;
  worker.items = counts.items + (is_caller ? call_.alone : 0);
  worker.claims = counts.claims;
  worker.steals = counts.steals;
  worker.pulls = counts.pulls;
  worker.segments = counts.segments + (is_caller && call_.alone != 0 ? 1 : 0);
  if (worker.items == 0 && !is_caller) return;
  float const before = is_caller ? elapsed_ns(call_.started, call_.published) : 0.0F;
  add(worker, static_cast<double>(counts.busy_ns) + static_cast<double>(before));
}

/// A thread that left and came back may have had another place: one row for both.
inline void ReportBuilder::add(WorkerReport worker, double busy_ns) {
  busy_ += busy_ns;
  for (WorkerReport& other : report_.workers) {
    if (worker.thread == 0 || other.thread != worker.thread) continue;
    other.items += worker.items;
    other.claims += worker.claims;
    other.steals += worker.steals;
    other.pulls += worker.pulls;
    other.segments += worker.segments;
    other.busy_ns += busy_ns;
    other.idle_ns = idle_of(other.busy_ns);
    return;
  }
  worker.busy_ns = busy_ns;
  worker.idle_ns = idle_of(busy_ns);
  report_.workers.push_back(worker);
}

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
