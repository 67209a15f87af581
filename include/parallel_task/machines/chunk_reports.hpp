// One report of all the chunks that a rank has run in a loop.
#pragma once

#include <parallel_task/algorithm/whole_report.hpp>
#include <parallel_task/controller/observer.hpp>
#include <parallel_task/controller/run_report.hpp>
#include <parallel_task/controller/settings.hpp>

#include <cstddef>
#include <optional>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// Adds up what the runs of single chunks report. A rank that ran none reports so; a loop that throws, on whichever
/// rank, is reported as one that has thrown, unless it says more.
class ChunkReports {
 public:
  explicit ChunkReports(Observation const* observation) noexcept
      : thrown_(observation), whole_(observation == nullptr ? nullptr : observation->report) {
    if (whole_.is_wanted()) *observation->report = RunReport();
  }

  /// In extent while a chunk runs.
  class Chunk {
   public:
    explicit Chunk(ChunkReports& reports) {
      if (reports.whole_.is_wanted()) pass_.emplace(reports.whole_, std::size_t{1});
    }

   private:
    std::optional<WholeReport::Pass> pass_;
  };

  /// The loop has its result.
  void complete() noexcept { thrown_.pass(); }

 private:
  NotesThrown thrown_;
  WholeReport whole_;
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
