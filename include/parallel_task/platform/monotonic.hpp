// The seam for time, its half that needs no calibration: the monotonic clock.
#pragma once

#include <parallel_task/platform/atomic.hpp>  // includes the tests' own platform
#include <parallel_task/platform/chrono.hpp>

#include <cstdint>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

#if !defined(PARALLEL_TASK_SEAM_CLOCK)

/// Nanoseconds of std::chrono::steady_clock (30-45 ns per call).
[[nodiscard]] inline std::int64_t steady_ns() noexcept {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

#endif

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
