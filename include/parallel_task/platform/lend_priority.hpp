// The seam for lending one's priority: a real-time thread that waits for an ordinary one makes that as urgent as
// itself, or it would wait as long as others keep that one from a core.
//
// A word is 0, or the number of the thread that holds it (with a bit for those that wait, which is the system's). It
// orders nothing: what a helper has computed is published by its leave.
#pragma once

#include <parallel_task/platform/atomic.hpp>
#include <parallel_task/platform/cold.hpp>

#include <cstdint>

#if defined(__linux__) && !defined(PARALLEL_TASK_SEAM_WAIT)
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

#if defined(__linux__) && !defined(PARALLEL_TASK_SEAM_WAIT)

/// Thread `self` holds the word, if nobody else does.
PARALLEL_TASK_COLD inline void hold_for_loan(atomic<std::uint32_t>& word, int self) noexcept {
  std::uint32_t nobody = 0;
  (void)word.compare_exchange_strong(nobody, static_cast<std::uint32_t>(self), detail::memory_order_relaxed,
                                     detail::memory_order_relaxed);
}
/// Thread `self` holds it no longer, and is as urgent as it was.
PARALLEL_TASK_COLD inline void give_loan_back(atomic<std::uint32_t>& word, int self) noexcept {
  auto held = static_cast<std::uint32_t>(self);
  if (word.compare_exchange_strong(held, 0, detail::memory_order_relaxed, detail::memory_order_relaxed)) return;
  if ((held & FUTEX_TID_MASK) == static_cast<std::uint32_t>(self)) {
    ::syscall(SYS_futex, &word, FUTEX_UNLOCK_PI_PRIVATE, 0, nullptr, nullptr, 0);
  }
}
/// Thread `self` lends its priority to whoever holds the word, and waits until that has given it back.
PARALLEL_TASK_COLD inline void lend_priority(atomic<std::uint32_t>& word, int self) noexcept {
  if (word.load(detail::memory_order_relaxed) == 0) return;
  if (::syscall(SYS_futex, &word, FUTEX_LOCK_PI_PRIVATE, 0, nullptr, nullptr, 0) == 0) give_loan_back(word, self);
}

#else

inline void hold_for_loan(atomic<std::uint32_t>&, int) noexcept {}
inline void give_loan_back(atomic<std::uint32_t>&, int) noexcept {}
inline void lend_priority(atomic<std::uint32_t>&, int) noexcept {}

#endif

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
