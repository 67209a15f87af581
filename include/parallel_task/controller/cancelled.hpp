// What a stopped run throws.
#pragma once

#include <exception>

namespace parallel_task {
inline namespace v1 {

/// Why a run was stopped.
enum class StopReason : unsigned char { stop_requested, deadline };

/// Thrown on the calling thread by a terminal whose run was stopped by its stop token or its deadline before all items
/// had run: a stopped run never looks finished.
class cancelled : public std::exception {
 public:
  explicit cancelled(StopReason reason) noexcept : reason_(reason) {}
  /// Who stopped it.
  [[nodiscard]] StopReason reason() const noexcept { return reason_; }
  [[nodiscard]] char const* what() const noexcept override {
    return reason_ == StopReason::deadline ? "parallel_task: the run was stopped by its deadline"
                                           : "parallel_task: the run was stopped by its stop token";
  }

 private:
  StopReason reason_;
};

}  // namespace v1
}  // namespace parallel_task
