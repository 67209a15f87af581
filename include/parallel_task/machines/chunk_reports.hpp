// One report, one trace and one account of progress, of all the chunks that a rank has run in a loop.
#pragma once

#include <parallel_task/algorithm/whole_report.hpp>
#include <parallel_task/controller/observer.hpp>
#include <parallel_task/controller/run_report.hpp>
#include <parallel_task/controller/settings.hpp>
#include <parallel_task/machines/chunk_rule.hpp>
#include <parallel_task/machines/chunk_traces.hpp>
#include <parallel_task/machines/exchange.hpp>
#include <parallel_task/machines/rank_progress.hpp>

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
  ChunkReports(Settings const& settings, Exchange const& exchange) noexcept
      : thrown_(settings.observation),
        whole_(settings.observation == nullptr ? nullptr : settings.observation->report),
        traces_(settings.observation == nullptr ? nullptr : settings.observation->trace),
        of_trace_(traces_.report()),
        progress_(settings.observation, exchange),
        settings_(progress_.settings(settings)) {
    if (whole_.is_wanted()) *settings.observation->report = RunReport();
  }

  /// In extent while a chunk runs.
  class Chunk {
   public:
    Chunk(ChunkReports& reports, RankPart chunk) : reports_(reports), chunk_(chunk) {
      if (reports.whole_.is_wanted()) pass_.emplace(reports.whole_, std::size_t{1});
      if (reports.of_trace_.is_wanted()) pass_of_trace_.emplace(reports.of_trace_, std::size_t{1});
    }
    Chunk(Chunk const&) = delete;
    Chunk& operator=(Chunk const&) = delete;
    ~Chunk() {
      reports_.traces_.add(chunk_.first);
      reports_.progress_.add(chunk_.size());
    }

   private:
    ChunkReports& reports_;
    RankPart chunk_;
    std::optional<WholeReport::Pass> pass_;
    std::optional<WholeReport::Pass> pass_of_trace_;
  };

  /// Of the run of a chunk.
  [[nodiscard]] Settings const& settings() const noexcept { return settings_; }
  /// Between chunks, and while there is nothing to do.
  void look() const { progress_.look(); }
  /// The loop has its result. Throws what the progress callback does.
  void complete() {
    progress_.finish();
    thrown_.pass();
  }

 private:
  NotesThrown thrown_;
  WholeReport whole_;
  ChunkTraces traces_;
  WholeReport of_trace_;
  RankProgress progress_;
  Settings settings_;
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
