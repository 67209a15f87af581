// The seam for atomics: all of the engine's shared words are `detail::atomic`.
#pragma once

#include <atomic>

// Tests replace parts of the platform by naming a header here. It is included before each part and defines
// PARALLEL_TASK_SEAM_ATOMIC, _CLOCK, _THREAD, _WAIT, _CORES for those that it brings itself.
#if defined(PARALLEL_TASK_SEAM)
#include PARALLEL_TASK_SEAM
#endif

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

#if !defined(PARALLEL_TASK_SEAM_ATOMIC)
template <class T>
using atomic = std::atomic<T>;
#endif

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task
