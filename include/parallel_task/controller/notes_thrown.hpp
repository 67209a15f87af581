// What is thrown when a report has been filled already, and has to be told in it all the same.
#pragma once

#include <parallel_task/controller/run_report.hpp>
#include <parallel_task/controller/settings.hpp>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// Something has thrown although all items have run.
inline void note_thrown(Observation const* observation) noexcept {
  if (observation == nullptr || observation->report == nullptr) return;
  RunEnd& end = observation->report->end;
  if (end == RunEnd::complete || end == RunEnd::early) end = RunEnd::threw;
}

/// Around what comes when the report has been filled: joining segments, and in a run in order the consumer's exception.
/// A destructor rather than a handler: it costs nothing where nothing is thrown.
class NotesThrown {
 public:
  explicit NotesThrown(Observation const* observation) noexcept : observation_(observation) {}
  NotesThrown(NotesThrown const&) = delete;
  NotesThrown& operator=(NotesThrown const&) = delete;
  ~NotesThrown() {
    if (!passed_) detail::note_thrown(observation_);
  }
  void pass() noexcept { passed_ = true; }

 private:
  Observation const* observation_;
  bool passed_ = false;
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
