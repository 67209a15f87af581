// Who makes the calls of a world: one thread at a time, not always the same.
//
// Pairing: leave: `inside_` = false (release) -> next enter: `inside_` = true (acquire)  what was done in between
#pragma once

#include <parallel_task/platform/atomic.hpp>
#include <parallel_task/platform/code.hpp>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

class OneAtATime {
 public:
  /// False if a thread is inside, which may be this one.
  [[nodiscard]] bool enter() noexcept { return !inside_.exchange(true, detail::memory_order_acquire); }
  void leave() noexcept { inside_.store(false, detail::memory_order_release); }

 private:
  atomic<bool> inside_{false};
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
