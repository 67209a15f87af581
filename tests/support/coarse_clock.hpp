// A platform whose clock moves by the items' doing, and is seen by the microsecond: name it as PARALLEL_TASK_SEAM.
#pragma once

#define PARALLEL_TASK_SEAM_CLOCK

#include <atomic>
#include <cstdint>

namespace support {

struct CoarseClock {
  static inline std::atomic<std::int64_t> ns{1'000'000'000};
  static inline std::atomic<unsigned> looks{0};  ///< how often the counter was read
};

}  // namespace support

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

[[nodiscard]] inline std::int64_t steady_ns() noexcept { return support::CoarseClock::ns; }
[[nodiscard]] inline std::uint64_t ticks() noexcept {
  ++support::CoarseClock::looks;
  return static_cast<std::uint64_t>(support::CoarseClock::ns) / 1000;
}

namespace clock {
struct Rate {
  [[nodiscard]] static float load(std::memory_order) noexcept { return 1000.0F; }
};
inline constexpr Rate rate{};
inline void calibrate() noexcept {}
}  // namespace clock

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
