// A run that explains itself.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <vector>

namespace parallel_task {
inline namespace v0_1 {

/// Why a run used the threads that it used.
enum class RunReason : unsigned char {
  shared,           ///< it was shared with helpers
  nothing_to_do,    ///< there were no items
  too_cheap,        ///< it ended before sharing would have paid
  compared,         ///< a loop below a millisecond: sharing it has not paid lately, or this run was to find out
  one_thread_only,  ///< settings, budget or a single core allow only the caller
  no_free_core,     ///< a nested call, while every core computed already
  nobody_came,      ///< it was offered, but ended before a helper joined
  no_free_slot      ///< too many calls were open at once, or memory was short
};

/// What one worker did in a run.
struct WorkerReport {
  std::uint32_t thread = 0;    ///< 0: the caller or another user thread; else the library's number
  std::uint64_t items = 0;     ///< positions that it ran
  std::uint64_t claims = 0;    ///< times that it took items off its queue
  std::uint64_t steals = 0;    ///< times that it took half of another's queue
  std::uint64_t pulls = 0;     ///< times that it fetched items from the source
  std::uint64_t segments = 0;  ///< partial results that it left
  double busy_ns = 0;          ///< in claims
  double idle_ns = 0;          ///< the rest of the run
};

/// What a run did and why; filled by a pipeline's `.report(r)` when its terminal ends, whether it returns or throws.
struct RunReport {
  RunReason reason = RunReason::nothing_to_do;
  std::uint32_t threads = 0;  ///< threads that ran at least one item
  std::uint64_t items = 0;    ///< positions of the source, in claims that ran to their end
  std::uint64_t steals = 0;
  std::uint64_t pulls = 0;
  std::uint64_t segments = 0;    ///< partial results that were joined
  std::uint64_t wakes = 0;       ///< threads that were woken or started for it
  double cost_per_item_ns = 0;   ///< busy time per item
  double time_to_engage_ns = 0;  ///< from the start of the call to the first item on another thread; 0: never
  double duration_ns = 0;        ///< of the run, by the clock
  std::vector<WorkerReport> workers;

  /// `reason` in words.
  [[nodiscard]] char const* why() const noexcept {
    switch (reason) {
      case RunReason::shared:
        return "shared: the work left was worth more than engaging another thread";
      case RunReason::nothing_to_do:
        return "there was nothing to do";
      case RunReason::too_cheap:
        return "stayed serial: it ended before sharing would have paid";
      case RunReason::compared:
        return "stayed serial: to compare, or because sharing this loop has not paid lately";
      case RunReason::one_thread_only:
        return "stayed serial: only one thread is allowed";
      case RunReason::no_free_core:
        return "stayed serial: a nested call, and every core was busy";
      case RunReason::nobody_came:
        return "offered to others, but done before one came";
      case RunReason::no_free_slot:
        return "stayed serial: too many calls were open at once";
    }
    return "";
  }

  /// Writes a small table to any stream that takes C strings.
  template <class Stream>
    requires requires(Stream& out, char const* text) { out << text; }
  friend Stream& operator<<(Stream& out, RunReport const& report) {
    char line[1024];  // for numbers of any size: a double may have 309 digits before its point
    char const* const text = line;
    std::snprintf(line, sizeof line, "%llu items in %.3f ms on %u thread%s (%s)\n",
                  static_cast<unsigned long long>(report.items), report.duration_ns / 1e6, report.threads,
                  report.threads == 1 ? "" : "s", report.why());
    out << text;
    std::snprintf(line, sizeof line, "%.1f ns an item, %llu steals, %llu pulls, %llu segments, %llu wakes",
                  report.cost_per_item_ns, static_cast<unsigned long long>(report.steals),
                  static_cast<unsigned long long>(report.pulls), static_cast<unsigned long long>(report.segments),
                  static_cast<unsigned long long>(report.wakes));
    out << text;
    if (report.time_to_engage_ns > 0) {
      std::snprintf(line, sizeof line, ", engaged after %.1f us", report.time_to_engage_ns / 1e3);
      out << text;
    }
    out << "\n";
    if (report.workers.empty()) return out;
    out << "  thread        items   claims   steals    pulls      busy ms      idle ms\n";
    for (WorkerReport const& worker : report.workers) {
      char name[16] = "caller";
      if (worker.thread != 0) std::snprintf(name, sizeof name, "%u", static_cast<unsigned>(worker.thread));
      std::snprintf(line, sizeof line, "%8s %12llu %8llu %8llu %8llu %12.3f %12.3f\n", name,
                    static_cast<unsigned long long>(worker.items), static_cast<unsigned long long>(worker.claims),
                    static_cast<unsigned long long>(worker.steals), static_cast<unsigned long long>(worker.pulls),
                    worker.busy_ns / 1e6, worker.idle_ns / 1e6);
      out << text;
    }
    return out;
  }
};

}  // namespace v0_1
}  // namespace parallel_task
