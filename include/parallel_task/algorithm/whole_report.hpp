// One report of several passes over a range, or of several parts of it.
#pragma once

#include <parallel_task/controller/run_report.hpp>
#include <parallel_task/platform/cold.hpp>
#include <parallel_task/platform/exceptions.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <utility>
#include <vector>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// Adds up what the passes of an algorithm report. Each pass writes into the user's report as any call does.
///
/// Times, steals, pulls, segments and wakes are sums; `items` are those of the range, however many passes have run
/// them; `threads` are those that took part in any pass. The run was shared if a pass was, and ended as its last pass
/// did. Of parts, each of which is run once, the items are a sum, too.
class WholeReport {
 public:
  WholeReport(RunReport* report, std::size_t items) noexcept : report_(report), items_(items) {}
  /// Of parts.
  explicit WholeReport(RunReport* report) noexcept : report_(report), adds_items_(true) {}

  /// In extent while a pass runs, and also when it throws.
  class Pass {
   public:
    Pass(WholeReport& whole, std::size_t per_position) : whole_(whole), per_position_(per_position) {
      if (whole_.passes_ != 0) before_ = std::move(*whole_.report_);
    }
    ~Pass() { whole_.add(before_, per_position_); }
    Pass(Pass const&) = delete;
    Pass& operator=(Pass const&) = delete;

   private:
    WholeReport& whole_;
    std::size_t per_position_;
    RunReport before_;
  };

  [[nodiscard]] bool is_wanted() const noexcept { return report_ != nullptr; }
  /// The items of the range.
  [[nodiscard]] std::size_t items() const noexcept { return items_; }
  /// The last pass had one position, since the input was too short for more.
  void stayed_alone() noexcept {
    if (report_ != nullptr && report_->reason == RunReason::one_item && items_ > 1) {
      report_->reason = RunReason::too_cheap;
    }
  }

 private:
  void add(RunReport& before, std::size_t per_position) noexcept;
  void count_items(RunReport& pass, std::size_t per_position) const noexcept;
  void add_worker(std::vector<WorkerReport>& workers, WorkerReport const& worker) const noexcept;
  template <class N>
  [[nodiscard]] N together(N a, N b) const noexcept {
    return adds_items_ ? a + b : (std::max)(a, b);
  }

  RunReport* report_;
  std::size_t items_ = 0;
  bool adds_items_ = false;
  unsigned passes_ = 0;
};

/// Positions become items, of which the last position may stand for fewer. A pass that has come to its end has been
/// over all that it had to of the range.
inline void WholeReport::count_items(RunReport& pass, std::size_t per_position) const noexcept {
  std::uint64_t const most = items_;
  for (WorkerReport& worker : pass.workers) worker.items = (std::min)(worker.items * per_position, most);
  if (pass.items == 0) return;
  double const busy = pass.cost_per_item_ns * static_cast<double>(pass.items);
  pass.items = pass.end == RunEnd::complete ? most : (std::min)(pass.items * per_position, most);
  pass.cost_per_item_ns = busy / static_cast<double>(pass.items);
}

/// A thread's work in another pass. Where there is no memory for a row more, its work is in the totals only.
inline void WholeReport::add_worker(std::vector<WorkerReport>& workers, WorkerReport const& worker) const noexcept {
  auto const same = std::find_if(workers.begin(), workers.end(),
                                 [&](WorkerReport const& other) { return other.thread == worker.thread; });
  if (same == workers.end()) {
    guarded([&] { workers.push_back(worker); }, [](std::exception_ptr) {});
    return;
  }
  same->items = together(same->items, worker.items);
  same->claims += worker.claims;
  same->steals += worker.steals;
  same->pulls += worker.pulls;
  same->segments += worker.segments;
  same->busy_ns += worker.busy_ns;
}

PARALLEL_TASK_COLD inline void WholeReport::add(RunReport& before, std::size_t per_position) noexcept {
  RunReport& all = *report_;
  if (!adds_items_) count_items(all, per_position);
  if (passes_++ == 0) return;
  // Rows are the caller's first, then others as they came.
  if (before.workers.empty()) {
    before.workers = std::move(all.workers);
  } else {
    for (WorkerReport const& worker : all.workers) add_worker(before.workers, worker);
  }
  all.workers = std::move(before.workers);
  bool const was_shared = before.reason == RunReason::shared;
  if (was_shared || all.reason == RunReason::nothing_to_do) all.reason = before.reason;
  all.items = together(all.items, before.items);
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
  all.threads = (std::max)({all.threads, before.threads, static_cast<std::uint32_t>(all.workers.size())});
  double busy = 0;
  for (WorkerReport& worker : all.workers) {
    busy += worker.busy_ns;
    worker.idle_ns = all.duration_ns > worker.busy_ns ? all.duration_ns - worker.busy_ns : 0.0;
  }
  all.cost_per_item_ns = all.items != 0 ? busy / static_cast<double>(all.items) : 0;
}

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
