// A platform whose clock stands still but for what the items say that they take: whoever decides by time decides the
// same whenever the test runs. Name it as PARALLEL_TASK_SEAM.
#pragma once

#define PARALLEL_TASK_SEAM_CLOCK

#include <atomic>
#include <cstdint>

namespace support {

/// Nanoseconds, each a tick. Far enough from 0, which stands for "never".
struct HandClock {
  static inline std::atomic<std::int64_t> ns{1'000'000'000'000};
};

}  // namespace support

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

[[nodiscard]] inline std::int64_t steady_ns() noexcept { return support::HandClock::ns; }
[[nodiscard]] inline std::uint64_t ticks() noexcept { return static_cast<std::uint64_t>(steady_ns()); }

namespace clock {
struct HandRate {
  [[nodiscard]] static float load(std::memory_order) noexcept { return 1.0F; }
};
inline constexpr HandRate rate{};
inline void calibrate() noexcept {}
}  // namespace clock

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
