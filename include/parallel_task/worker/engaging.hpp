// When one more thread is woken or made: pure functions of what the pool looks like.
#pragma once

#include <cstdint>

namespace parallel_task {
inline namespace v0_1 {
namespace detail::engaging {

/// What a thread is called for: to compute, which takes a place, or to keep the watch, which takes none.
enum class Purpose : unsigned char { compute, watch };

/// The pool, as whoever calls a thread sees it.
struct Pool {
  std::uint32_t busy = 0;       ///< threads that compute
  std::uint32_t limit = 0;      ///< how many may
  std::uint32_t in_flight = 0;  ///< called, and not seen since
  std::uint32_t made = 0;       ///< threads that the library has
  std::uint32_t asleep = 0;     ///< callers that sleep until their helpers are done: their places are free
  std::uint32_t making = 0;     ///< threads that make one at this moment
};

/// Whether another one may be called while some are under way. One for every two that compute, and no more than there
/// are places for: calls spread as a tree, and no core is taken by the next before the last is seen to have been of
/// use. The watch is one thread: nobody is called for it before the last one has been seen.
[[nodiscard]] constexpr bool may_call(Pool const& pool, Purpose purpose) noexcept {
  if (pool.in_flight == 0) return true;
  if (purpose == Purpose::watch) return false;
  return pool.in_flight < pool.busy / 2 && pool.in_flight + pool.busy < pool.limit;
}

/// Whether a thread may be made, nobody being parked. There are enough of them when each place has one, the caller
/// being one of them, and there is one to spare: who has been woken onto a core that somebody computes on may come
/// milliseconds late, and then the spare one is called; and one for the watch. Who spins, or has been made and has not
/// begun, will come: who had counted those only that compute made 127 threads on 64 cores (simulated). The system makes
/// one after the other, so a third maker would stand in line instead of working (there, for up to 0.5 ms).
[[nodiscard]] constexpr bool may_make(Pool const& pool, Purpose purpose) noexcept {
  std::uint32_t const needed = pool.limit + pool.asleep + (purpose == Purpose::watch ? 1U : 0U);
  return pool.making < 2 && pool.made < needed;
}

}  // namespace detail::engaging
}  // namespace v0_1
}  // namespace parallel_task
