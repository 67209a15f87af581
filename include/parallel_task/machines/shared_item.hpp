// Whether this thread is inside of an item of a loop that ranks share: there it runs pipelines by itself, and exchanges
// nothing with other ranks, who would not come.
#pragma once

#include <parallel_task/platform/code.hpp>

#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

inline thread_local bool inside_shared_item = false;

/// In extent while it is.
class SharedItem {
 public:
  SharedItem() noexcept : before_(std::exchange(inside_shared_item, true)) {}
  SharedItem(SharedItem const&) = delete;
  SharedItem& operator=(SharedItem const&) = delete;
  ~SharedItem() { inside_shared_item = before_; }

 private:
  bool before_;
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
