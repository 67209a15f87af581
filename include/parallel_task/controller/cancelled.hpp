// What a stopped run throws.
#pragma once

#include <exception>

namespace parallel_task {
inline namespace v0_1 {

/// Why a run was stopped.
enum class StopReason : unsigned char {
  stop_requested,
  deadline,
  forked  ///< in a child of fork, made by an item: other threads had work of this run, and they are not in the child
};

/// Thrown on the calling thread by a terminal whose run was stopped before all items had run, as by its stop token or
/// its deadline: a stopped run never looks finished.
class cancelled : public std::exception {
 public:
  explicit cancelled(StopReason reason) noexcept : reason_(reason) {}
  /// Who stopped it.
  [[nodiscard]] StopReason reason() const noexcept { return reason_; }
  [[nodiscard]] char const* what() const noexcept override {
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

}  // namespace v0_1
}  // namespace parallel_task
