// How a rank waits for messages: it looks without a pause at first, then lets others run between looks, then naps.
#pragma once

#include <parallel_task/platform/code.hpp>

#include <cstdint>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// How many nanoseconds to sleep before the next look, after waiting for `waited`; 0: not at all. A sixteenth of what
/// has been waited, so that no wait becomes much longer by it.
///
/// Not at all within 150 us: the shortest sleep takes some 60 us with the timer slack of Linux, and two ranks that spin
/// for less than that make each other sleep, call after call. With 50 us, brief calls took 5 us or 300, by chance.
constexpr std::int64_t nap_after(std::int64_t waited) noexcept {
  if (waited < 150'000) return 0;
  std::int64_t const nap = waited / 16;
  std::int64_t const most = waited < 20'000'000 ? 50'000 : 200'000;
  return nap < most ? nap : most;
}

/// Whether to let another thread of this core run before the next look, where there is no nap. It may be the very rank
/// that is waited for: two ranks on one core, the other core being taken, spin in turn for 150 us and a nap each (brief
/// calls took 340 us, and take 68 since). Not before 20 us, within which a rank on a core of its own answers.
constexpr bool yields_after(std::int64_t waited) noexcept { return waited > 20'000; }

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
