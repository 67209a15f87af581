// One report of several passes.
#pragma once

#include <parallel_task/controller/run_report.hpp>
#include <parallel_task/platform/cold.hpp>

#include <algorithm>
#include <cstddef>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// Adds up what the passes of an algorithm report. Each pass writes into the user's report as any call does.
class WholeReport {
 public:
  WholeReport(RunReport* report, std::size_t items) noexcept : report_(report), items_(items) {}

  /// In extent while a pass runs.
  class Pass {
   public:
    Pass(WholeReport& whole, std::size_t per_position) : whole_(whole), per_position_(per_position) {
      if (whole_.report_ != nullptr && whole_.passes_ != 0) before_ = std::move(*whole_.report_);
    }
    ~Pass() {
      if (whole_.report_ != nullptr) whole_.add(before_, per_position_);
    }
    Pass(Pass const&) = delete;
    Pass& operator=(Pass const&) = delete;

   private:
    WholeReport& whole_;
    std::size_t per_position_;
    RunReport before_;
  };

  /// The items of the range.
  [[nodiscard]] std::size_t items() const noexcept { return items_; }
  /// The last pass had one position, since the input was too short for more.
  void stayed_alone() noexcept {
    if (report_ != nullptr && report_->reason == RunReason::one_item) report_->reason = RunReason::too_cheap;
  }

 private:
  void add(RunReport& before, std::size_t per_position) noexcept;

  RunReport* report_;
  std::size_t items_;
  unsigned passes_ = 0;
};

PARALLEL_TASK_COLD inline void WholeReport::add(RunReport& before, std::size_t per_position) noexcept {
  RunReport& all = *report_;
  // Positions become items. The last one may stand for fewer.
  for (WorkerReport& worker : all.workers)
    worker.items = (std::min)(worker.items * per_position, std::uint64_t{items_});
  all.items = (std::min)(all.items * per_position, std::uint64_t{items_});
  if (passes_++ == 0) return;
  if (all.reason != RunReason::shared && before.reason == RunReason::shared) all.reason = RunReason::shared;
  all.threads = (std::max)(all.threads, before.threads);
  all.steals += before.steals;
  all.pulls += before.pulls;
  all.segments += before.segments;
  all.wakes += before.wakes;
  if (before.time_to_engage_ns > 0) {
    all.time_to_engage_ns = before.time_to_engage_ns;
  } else if (all.time_to_engage_ns > 0) {
    all.time_to_engage_ns += before.duration_ns;
  }
  all.duration_ns += before.duration_ns;
  std::vector<WorkerReport>& workers = before.workers;  // has had its memory before; a new worker may need more
  for (WorkerReport const& worker : all.workers) {
    auto const same = std::find_if(workers.begin(), workers.end(),
                                   [&](WorkerReport const& other) { return other.thread == worker.thread; });
    if (same == workers.end()) {
      workers.push_back(worker);
      continue;
    }
    same->items = (std::max)(same->items, worker.items);
    same->claims += worker.claims;
    same->steals += worker.steals;
    same->pulls += worker.pulls;
    same->segments += worker.segments;
    same->busy_ns += worker.busy_ns;
    same->idle_ns += worker.idle_ns;
  }
  all.workers = std::move(workers);
  double busy = 0;
  for (WorkerReport const& worker : all.workers) busy += worker.busy_ns;
  all.items = (std::max)(all.items, before.items);
  all.cost_per_item_ns = all.items != 0 ? busy / static_cast<double>(all.items) : 0;
}

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
