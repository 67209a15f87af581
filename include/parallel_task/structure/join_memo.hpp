// What a join at one place has taken: whether others should be asked to help from the start.
#pragma once

#include <parallel_task/platform/atomic.hpp>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// Nanoseconds that the outermost join, or the scope, at one place took; 0: it has not run yet. Shared by all threads;
/// relaxed, since any recent value will do.
class JoinMemo {
 public:
  [[nodiscard]] float took() const noexcept { return took_.load(detail::memory_order_relaxed); }
  /// `shared`: others may have done a part of it, so that it may have been more than `ns` of work.
  void learn(float ns, bool shared) noexcept {
    if (shared) {
      float const before = 0.75F * took();
      if (ns < before) ns = before;
    }
    took_.store(ns > 1 ? ns : 1, detail::memory_order_relaxed);
  }

 private:
  atomic<float> took_{0.0F};
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
