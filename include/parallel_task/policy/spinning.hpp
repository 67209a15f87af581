// Whether it pays for an idle thread to spin before it parks: pure functions of what was measured.
#pragma once

#include <parallel_task/policy/costs.hpp>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// What spinning has cost one thread, and what it has saved: a call that finds it hot needs no wake. On a machine with
/// others to run, the time that it spins is taken from the process's share of the cores. So one that loses its core as
/// it spins, or spins in vain for too long, parks at once for a while, and then tries again.
struct SpinRecord {
  float spent = 0;  ///< ns spun
  float saved = 0;  ///< ns of wakes that it saved
  float pause = 0;  ///< ns for which it parked at once, the last time

  /// It spun for `used` ns, and joined a call or did not. A wake costs `wake` ns.
  constexpr void note(float used, bool served, float wake) noexcept {
    spent += used;
    if (!served) return;
    saved += wake;
    if (saved > spent + Costs::most_spin_saved) saved = spent + Costs::most_spin_saved;
    if (saved > spent) pause = 0;
  }
  /// Whether it costs more than it brings, or `lost` a core: then it pauses for `pause` ns, each time twice as long.
  [[nodiscard]] constexpr bool should_pause(bool lost) noexcept {
    if (!lost && spent < saved + Costs::most_spin_lost) return false;
    pause = pause <= 0 ? Costs::spin_pause : pause < Costs::most_spin_pause ? 2 * pause : pause;
    spent = 0;
    saved = 0;
    return true;
  }
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
