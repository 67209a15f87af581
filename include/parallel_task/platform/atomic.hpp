// The seam for atomics: all shared words of the engine are `detail::atomic`.
#pragma once

#include <parallel_task/platform/code.hpp>

#include <atomic>

// Systems without threads, where every call runs on its caller: WebAssembly, unless -pthread was asked for.
#if (defined(__wasi__) || defined(__EMSCRIPTEN__)) && !defined(_REENTRANT)
#define PARALLEL_TASK_NO_THREADS 1
#endif

// Tests replace parts of the platform by naming a header here. It is included before each part and defines
// PARALLEL_TASK_SEAM_ATOMIC, _CLOCK, _THREAD, _WAIT, _USAGE, _CORES for those that it provides.
#if defined(PARALLEL_TASK_SEAM)
#include PARALLEL_TASK_SEAM
#endif

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

#if !defined(PARALLEL_TASK_SEAM_ATOMIC)
template <class T>
using atomic = std::atomic<T>;
#endif

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
