// When one more thread is woken or made: pure functions of what the pool looks like.
#pragma once

#include <parallel_task/platform/code.hpp>

#include <cstdint>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail::waking {

/// What a thread is called for: to compute, which takes a place, to be the monitor, which takes none, or to be the
/// caller of what waits in the background, which takes none either.
enum class Purpose : unsigned char { compute, monitor, background };

/// The pool, as the thread that calls another sees it.
struct Pool {
  std::uint32_t busy = 0;       ///< threads that compute
  std::uint32_t limit = 0;      ///< how many may
  std::uint32_t in_flight = 0;  ///< called, and not seen since
  std::uint32_t made = 0;       ///< threads that the library has
  std::uint32_t asleep = 0;     ///< callers that sleep until their helpers are done: their places are free
  std::uint32_t making = 0;     ///< threads that make one at this moment
};

/// What a wake is taken to cost, in nanoseconds, if one was measured to take `measured` (0: none has been yet): not far
/// from the `guess`, since the thread that was measured may have waited for a core.
[[nodiscard]] constexpr float wake_cost(float measured, float guess) noexcept {
  if (measured <= 0) return guess;
  return measured < guess / 4 ? guess / 4 : measured > 2 * guess ? 2 * guess : measured;
}

/// Whether a wake that took `took` ns says nothing of what wakes cost: the thread had to wait for a core.
[[nodiscard]] constexpr bool was_kept_waiting(float took, float guess) noexcept { return took >= 40 * guess; }

/// The new measured cost of a wake after one that took `took` ns: wakes differ widely, so a mean of the last ones.
[[nodiscard]] constexpr float learn_wake(float measured, float took) noexcept {
  return measured > 0 ? measured + (took - measured) / 8 : took;
}

/// Whether another thread may be called while some are on their way. One for every two that compute, and no more than
/// there are places for: so calls spread as a tree, and no core is taken by the next thread before the last one is seen
/// to have been of use. There is one monitor: nobody is called for that while somebody is on the way.
[[nodiscard]] constexpr bool may_call(Pool const& pool, Purpose purpose) noexcept {
  if (pool.in_flight == 0) return true;
  if (purpose == Purpose::monitor) return false;
  return pool.in_flight < pool.busy / 2 && pool.in_flight + pool.busy < pool.limit;
}

/// Whether a thread may be made, nobody being parked. There are enough when each place has a thread, the caller being
/// one of them, one more is to spare, and one is there for the monitor. The spare one is for a thread that was woken
/// onto a core on which another computes: it may come milliseconds late. Threads that spin, or have been made and have
/// not begun, are on their way and count: counting only threads that compute made 127 threads on 64 cores (simulated).
/// The system makes threads one at a time, so a third maker would wait its turn instead of working (simulated: for up
/// to 0.5 ms). What waits in the background is made by nobody else, and those there are may be in calls for long.
[[nodiscard]] constexpr bool may_make(Pool const& pool, Purpose purpose) noexcept {
  if (purpose == Purpose::background) return true;
  std::uint32_t const needed = pool.limit + pool.asleep + (purpose == Purpose::monitor ? 1U : 0U);
  return pool.making < 2 && pool.made < needed;
}

}  // namespace detail::waking
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
