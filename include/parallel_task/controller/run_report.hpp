// What a run did, and why it used the threads that it used.
#pragma once

#include <parallel_task/controller/figure.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <vector>

namespace parallel_task {
inline namespace PARALLEL_TASK_VALUES {

/// Why a run used the threads that it used: the value of `RunReport::reason`.
enum class RunReason : unsigned char {
  shared,           ///< other threads ran a part of it, or had begun to
  nothing_to_do,    ///< there were no items
  too_cheap,        ///< it ended before sharing would have paid
  compared,         ///< it takes less than 8 ms, and sharing has not paid lately or was being tested
  one_thread_only,  ///< settings, options or a single core allow only the calling thread
  no_free_core,     ///< it was a nested call, and every core was computing
  nobody_came,      ///< it was offered to other threads, but ended before one of them ran an item
  no_free_slot,     ///< more than 512 calls were open at once, or memory was short
  one_item,         ///< a single item can't be shared
  items_too_cheap   ///< to pass an item to another thread (of a list, or in order) costs more than to run it
};

/// How a run ended: the value of `RunReport::end`.
enum class RunEnd : unsigned char {
  complete,        ///< every item has run
  early,           ///< the rest was not needed: a search, `take_while` or `try_for_each` had come to its end
  threw,           ///< a closure, a callback, or an operation that joins results threw an exception
  stop_requested,  ///< by its stop token
  deadline,        ///< by its deadline
  forked           ///< in a child of fork, where threads that had work of this run are missing
};

/// What one worker did in a run: an element of `RunReport::workers`.
struct WorkerReport {
  std::uint32_t thread = 0;    ///< its `current_worker()`: 0 for the caller or another thread of the user's
  std::uint64_t items = 0;     ///< positions that it ran
  std::uint64_t claims = 0;    ///< times that it took positions from its queue
  std::uint64_t steals = 0;    ///< times that it took a part of another worker's queue
  std::uint64_t pulls = 0;     ///< times that it fetched items from the source
  std::uint64_t segments = 0;  ///< partial results that it left to be joined
  double busy_ns = 0;          ///< nanoseconds in which it ran items
  double idle_ns = 0;          ///< the other nanoseconds of the run
};

/// What a run did and why. A pipeline's `.report(r)` fills it when the terminal returns or throws.
///
///     pt::RunReport report;
///     pt::parallel_iter(v).map(f).report(report).for_each([](int) {});
///     log << report;  // a small table
struct RunReport {
  RunReason reason = RunReason::nothing_to_do;  ///< why it used these threads; in words: `why()`
  RunEnd end = RunEnd::complete;                ///< how it ended; in words: `how()`
  std::uint32_t threads = 0;                    ///< threads that ran at least one item
  std::uint64_t items = 0;                      ///< positions of the source that ran, in claims that were finished
  std::uint64_t steals = 0;                     ///< of all workers
  std::uint64_t pulls = 0;                      ///< of all workers
  std::uint64_t segments = 0;                   ///< partial results that were joined
  std::uint64_t wakes = 0;                      ///< threads that were woken or started for this run
  double cost_per_item_ns = 0;                  ///< busy time of all threads divided by `items`
  double time_to_engage_ns = 0;                 ///< until another thread ran its first item; 0 if none did
  double duration_ns = 0;                       ///< elapsed time of the run
  std::vector<WorkerReport> workers;            ///< one for each thread that took part, the caller first

  /// `reason` as a sentence, in memory that lasts as long as the program.
  PARALLEL_TASK_BY_FLAGS [[nodiscard]] char const* why() const noexcept {
    switch (reason) {
      case RunReason::shared:
        return "shared: the work left was worth another thread, or its cost was not known yet";
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
        return "offered to others, but done before one took part";
      case RunReason::no_free_slot:
        return "stayed serial: too many calls were open at once, or memory was short";
      case RunReason::one_item:
        return "a single item: there was nothing to share";
      case RunReason::items_too_cheap:
        return "stayed serial: an item costs less than it costs to hand it to another thread";
    }
    return "";
  }

  /// `end` as a sentence, in memory that lasts as long as the program.
  PARALLEL_TASK_BY_FLAGS [[nodiscard]] char const* how() const noexcept {
    switch (end) {
      case RunEnd::complete:
        return "complete";
      case RunEnd::early:
        return "ended early: the rest was not needed";
      case RunEnd::threw:
        return "ended by an exception";
      case RunEnd::stop_requested:
        return "stopped by its stop token";
      case RunEnd::deadline:
        return "stopped by its deadline";
      case RunEnd::forked:
        return "lost the threads that shared it, in a child of fork";
    }
    return "";
  }

  /// The busy time of all threads divided by `duration_ns`: 2 means two cores all the time.
  PARALLEL_TASK_BY_FLAGS [[nodiscard]] double cores_used() const noexcept {
    double busy = 0;
    for (WorkerReport const& worker : workers) busy += worker.busy_ns;
    return duration_ns > 0 ? busy / duration_ns : 0.0;
  }

  /// Writes the report as a small table, to any stream that takes C strings.
  template <class Stream>
    requires requires(Stream& out, char const* text) { out << text; }
  PARALLEL_TASK_BY_FLAGS friend Stream& operator<<(Stream& out, RunReport const& report) {
    using detail::Figure;
    char line[256];  // a figure has at most 31 characters
    char const* const text = line;
    std::snprintf(line, sizeof line, "%s items in %s on %u thread%s, %.2f cores used; ",
                  Figure::count(report.items).text, Figure::time(report.duration_ns).text, report.threads,
                  report.threads == 1 ? "" : "s", report.cores_used());
    out << text << report.how() << "\n" << report.why() << "\n";
    std::snprintf(line, sizeof line, "%s an item, %s steals, %s pulls, %s segments, %s wakes",
                  Figure::time(report.cost_per_item_ns).text, Figure::count(report.steals).text,
                  Figure::count(report.pulls).text, Figure::count(report.segments).text,
                  Figure::count(report.wakes).text);
    out << text;
    if (report.time_to_engage_ns > 0) {
      out << ", engaged after " << static_cast<char const*>(Figure::time(report.time_to_engage_ns).text);
    }
    out << "\n";
    if (report.workers.empty()) return out;
    out << "  thread        items   claims   steals    pulls         busy         idle\n";
    for (WorkerReport const& worker : report.workers) {
      char name[16] = "caller";
      if (worker.thread != 0) std::snprintf(name, sizeof name, "%u", static_cast<unsigned>(worker.thread));
      std::snprintf(line, sizeof line, "%8s %12s %8s %8s %8s %12s %12s\n", name, Figure::count(worker.items).text,
                    Figure::count(worker.claims).text, Figure::count(worker.steals).text,
                    Figure::count(worker.pulls).text, Figure::time(worker.busy_ns).text,
                    Figure::time(worker.idle_ns).text);
      out << text;
    }
    return out;
  }
};

}  // namespace PARALLEL_TASK_VALUES
}  // namespace parallel_task
