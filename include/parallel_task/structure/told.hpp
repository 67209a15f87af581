// What joins and scopes are told by with(...): how many threads, who may stop them, and whom they tell what they did.
//
// It lies in the frame of the call. Who does what: the caller makes it, and fills the report when all others have left;
// meanwhile all read the settings, and note in `ending` that they were told to stop (relaxed, see ending.hpp).
#pragma once

#include <parallel_task/controller/call.hpp>
#include <parallel_task/controller/ending.hpp>
#include <parallel_task/controller/run_report.hpp>
#include <parallel_task/controller/settings.hpp>
#include <parallel_task/platform/clock.hpp>
#include <parallel_task/platform/cold.hpp>
#include <parallel_task/platform/errors.hpp>
#include <parallel_task/platform/exceptions.hpp>
#include <parallel_task/stage/call_settings.hpp>
#include <parallel_task/worker/this_thread.hpp>

#include <cstdint>
#include <exception>
#include <type_traits>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

template <class H>
struct Context;  // pipeline/with.hpp

/// Whether settings are such that tasks have them, as far as their type tells.
template <class H>
inline constexpr bool are_for_tasks = false;
template <class Token>
inline constexpr bool are_for_tasks<CallSettings<Nothing, Token, Observation, false, Nothing, Nothing>> = true;

/// The settings of a join or scope. Throws std::invalid_argument if there are some that mean nothing to tasks.
template <class H>
[[nodiscard]] Settings settings_of_tasks(H const& told) {
  static_assert(
      are_for_tasks<H>,
      "parallel_task: join and scope take of the settings threads(n), stop_token(t), deadline(t) and report(r)");
  Settings const settings = told.for_run();
  if (Observation const* const asked = settings.observation;
      asked != nullptr && (asked->trace != nullptr || asked->max_len != 0 || asked->min_len != 0)) {
    detail::throw_invalid_argument(
        "parallel_task: join and scope have no trace, and no min_len nor max_len, since they have "
        "no positions");
  }
  return settings;
}

/// What a call of joins or a scope reports. Short of memory, it does without a thread's row.
class TaskReport {
 public:
  explicit TaskReport(Settings const& settings) noexcept
      : report_(settings.observation != nullptr ? settings.observation->report : nullptr) {
    if (report_ != nullptr) *report_ = RunReport{};
  }

  /// What others did, after the close, before the slot is put back. Of one call there may be several.
  void add(Call const& call) noexcept;
  /// The call has ended. The calling thread has run `items`; `alone`: nobody else was allowed to.
  void end(Ticks started, std::uint64_t items, bool alone, RunEnd how) noexcept;

 private:
  void add_row(std::uint32_t thread, WorkerCounts const& counts) noexcept;

  RunReport* report_;
  bool opened_ = false;
};

PARALLEL_TASK_COLD inline void TaskReport::add_row(std::uint32_t thread, WorkerCounts const& counts) noexcept {
  WorkerReport* row = nullptr;
  for (WorkerReport& there : report_->workers) {
    if (there.thread == thread) row = &there;
  }
  if (row == nullptr) {
    guarded([&] { row = &report_->workers.emplace_back(); }, [](std::exception_ptr) {});
    if (row == nullptr) return;
    row->thread = thread;
  }
  row->items += counts.items;
  row->claims += counts.claims;
  row->steals += counts.steals;
  row->busy_ns += static_cast<double>(counts.busy_ns);
}

PARALLEL_TASK_COLD inline void TaskReport::add(Call const& call) noexcept {
  if (report_ == nullptr) return;
  opened_ = true;
  std::uint32_t const end = call.slot->high.load(detail::memory_order_relaxed);
  for (std::uint32_t i = 0; i != end; ++i) {
    WorkerCounts const& counts = call.members->all[i].counts;
    report_->steals += counts.steals;
    report_->wakes += counts.wakes;
    if (i == 0 || counts.claims == 0) continue;
    report_->items += counts.items;
    double const engaged = static_cast<double>(counts.first_item_ns);
    if (engaged > 0 && (report_->time_to_engage_ns <= 0 || engaged < report_->time_to_engage_ns)) {
      report_->time_to_engage_ns = engaged;
    }
    add_row(counts.thread, counts);
  }
}

PARALLEL_TASK_COLD inline void TaskReport::end(Ticks started, std::uint64_t items, bool alone, RunEnd how) noexcept {
  if (report_ == nullptr) return;
  bool const came = report_->items != 0;
  report_->duration_ns = static_cast<double>(elapsed_ns(started, ticks()));
  report_->reason = alone     ? RunReason::one_thread_only
                    : came    ? RunReason::shared
                    : opened_ ? RunReason::nobody_came
                              : RunReason::too_cheap;
  report_->end = how;
  report_->items += items;
  WorkerCounts own;
  own.items = items;
  own.busy_ns = static_cast<float>(report_->duration_ns);
  add_row(this_thread.thread, own);
  // The caller first.
  for (WorkerReport& row : report_->workers) {
    if (row.thread == this_thread.thread) std::swap(row, report_->workers.front());
  }
  double busy = 0;
  for (WorkerReport& row : report_->workers) {
    report_->threads += row.items != 0 ? 1 : 0;
    busy += row.busy_ns;
    row.idle_ns = report_->duration_ns > row.busy_ns ? report_->duration_ns - row.busy_ns : 0.0;
  }
  if (report_->items != 0) report_->cost_per_item_ns = busy / static_cast<double>(report_->items);
}

/// How a call has ended whose outcome is this.
[[nodiscard]] inline RunEnd end_of_tasks(Ending::Outcome outcome) noexcept {
  switch (outcome) {
    case Ending::going:
      return RunEnd::complete;
    case Ending::stopped:
      return RunEnd::stop_requested;
    case Ending::late:
      return RunEnd::deadline;
    case Ending::forked:
      return RunEnd::forked;
    default:
      return RunEnd::threw;
  }
}

/// What a join is told, and all below it.
struct ToldJoins {
  explicit ToldJoins(Settings const& told) noexcept : settings(told), report(told) {}
  ToldJoins(ToldJoins const&) = delete;
  ToldJoins& operator=(ToldJoins const&) = delete;

  [[nodiscard]] bool may_be_stopped() const noexcept {
    return settings.stop_requested != nullptr || settings.deadline != 0;
  }
  [[nodiscard]] bool is_stopped() const noexcept { return ending.outcome() != Ending::going; }
  /// Throws if somebody has been told to stop, or it is now; or what the user's token throws.
  void look() {
    if (!is_stopped() && may_be_stopped()) (void)ending.told_to_stop(settings);
    ending.throw_if_cancelled();
  }

  Settings settings;
  Ending ending;
  TaskReport report;
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
