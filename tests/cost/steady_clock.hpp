// A clock that moves on by a microsecond at each look, so that every claim takes the same.
#pragma once
#define PARALLEL_TASK_SEAM_CLOCK

#include <atomic>
#include <cstdint>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

inline std::uint64_t count_of_looks = 0;
[[nodiscard]] inline std::uint64_t ticks() noexcept { return count_of_looks += 1'000; }
[[nodiscard]] inline std::int64_t steady_ns() noexcept { return static_cast<std::int64_t>(ticks()); }

namespace clock {
inline constinit std::atomic<float> rate{1.0F};
inline void calibrate() noexcept {}
}  // namespace clock

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
