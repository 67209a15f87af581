// What a stopped run throws.
#pragma once

#include <parallel_task/platform/code.hpp>

#include <exception>

namespace parallel_task {
inline namespace PARALLEL_TASK_VALUES {

/// Why a run was stopped.
enum class StopReason : unsigned char {
  stop_requested,  ///< by its stop token
  deadline,        ///< by its deadline
  forked           ///< in a child of fork that an item made: threads that had work of this run are not in the child
};

/// What a terminal throws, on the calling thread, if its run was stopped before all items had run, for example by its
/// stop token or its deadline. So a stopped run never looks like a finished one.
///
///     try {
///       pt::parallel_iter(v).deadline(std::chrono::seconds(10)).for_each(f);
///     } catch (pt::cancelled const& stopped) {
///       log << stopped.what();
///     }
///
/// The name is in lower case, as those of the standard exceptions are.
class cancelled : public std::exception {
 public:
  PARALLEL_TASK_BY_FLAGS explicit cancelled(StopReason reason) noexcept : reason_(reason) {}
  /// What stopped the run.
  PARALLEL_TASK_BY_FLAGS [[nodiscard]] StopReason reason() const noexcept { return reason_; }
  /// The reason as a sentence, in memory that lasts as long as the program.
  PARALLEL_TASK_BY_FLAGS [[nodiscard]] char const* what() const noexcept override {
    switch (reason_) {
      case StopReason::deadline:
        return "parallel_task: the run was stopped by its deadline";
      case StopReason::forked:
        return "parallel_task: in this child of fork the run has lost the threads that shared it";
      default:
        return "parallel_task: the run was stopped by its stop token";
    }
  }

 private:
  StopReason reason_;
};

}  // namespace PARALLEL_TASK_VALUES
}  // namespace parallel_task
