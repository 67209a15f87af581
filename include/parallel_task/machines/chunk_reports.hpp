// One report, and one trace, of all the chunks that a rank has run in a loop.
#pragma once

#include <parallel_task/algorithm/whole_report.hpp>
#include <parallel_task/controller/observer.hpp>
#include <parallel_task/controller/run_report.hpp>
#include <parallel_task/controller/settings.hpp>
#include <parallel_task/machines/chunk_rule.hpp>
#include <parallel_task/machines/chunk_traces.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// Adds up what the runs of single chunks report. A rank that ran none reports so; a loop that throws, on whichever
/// rank, is reported as one that has thrown, unless it says more.
class ChunkReports {
 public:
  explicit ChunkReports(Observation const* observation) noexcept
      : thrown_(observation),
        whole_(observation == nullptr ? nullptr : observation->report),
        traces_(observation == nullptr ? nullptr : observation->trace),
        of_trace_(traces_.report()) {
    if (whole_.is_wanted()) *observation->report = RunReport();
  }

  /// In extent while a chunk runs.
  class Chunk {
   public:
    Chunk(ChunkReports& reports, RankPart chunk) : reports_(reports), first_(chunk.first) {
      if (reports.whole_.is_wanted()) pass_.emplace(reports.whole_, std::size_t{1});
      if (reports.of_trace_.is_wanted()) pass_of_trace_.emplace(reports.of_trace_, std::size_t{1});
    }
    Chunk(Chunk const&) = delete;
    Chunk& operator=(Chunk const&) = delete;
    ~Chunk() { reports_.traces_.add(first_); }

   private:
    ChunkReports& reports_;
    std::uint64_t first_;
    std::optional<WholeReport::Pass> pass_;
    std::optional<WholeReport::Pass> pass_of_trace_;
  };

  /// The loop has its result.
  void complete() noexcept { thrown_.pass(); }

 private:
  NotesThrown thrown_;
  WholeReport whole_;
  ChunkTraces traces_;
  WholeReport of_trace_;
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
