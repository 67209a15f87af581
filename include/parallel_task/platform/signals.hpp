// The seam for signals: which of them a thread takes.
#pragma once

#include <parallel_task/platform/code.hpp>
#include <parallel_task/platform/cold.hpp>

#include <cstddef>
#include <cstring>
#include <initializer_list>

#if (defined(__unix__) || defined(__APPLE__)) && !defined(PARALLEL_TASK_SEAM_THREAD)
#include <pthread.h>
#include <signal.h>
#define PARALLEL_TASK_HAS_SIGNALS 1
#endif

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

#if defined(PARALLEL_TASK_HAS_SIGNALS)

/// The signals that a thread blocks. No larger than what the system keeps: the C library's type may have room for ten
/// times as many.
struct SignalMask {
  static constexpr std::size_t size = sizeof(::sigset_t) < 16 ? sizeof(::sigset_t) : 16;
  unsigned char bytes[size] = {};

  [[nodiscard]] bool operator==(SignalMask const& other) const noexcept {
    return std::memcmp(bytes, other.bytes, size) == 0;
  }
  [[nodiscard]] static SignalMask of(::sigset_t const& set) noexcept {
    SignalMask mask;
    std::memcpy(mask.bytes, &set, size);
    return mask;
  }
  [[nodiscard]] ::sigset_t set() const noexcept {
    ::sigset_t all = {};
    std::memcpy(&all, bytes, size);
    return all;
  }
};

/// What the calling thread blocks (a system call).
PARALLEL_TASK_COLD [[nodiscard]] inline SignalMask blocked_signals() noexcept {
  ::sigset_t set = {};
  (void)::pthread_sigmask(SIG_BLOCK, nullptr, &set);
  return SignalMask::of(set);
}

/// From now on the calling thread blocks `mask` (a system call); what it blocked before. By the C library's function,
/// not by the system's: collectors replace the former, and keep the signals open by which they stop threads.
PARALLEL_TASK_COLD inline SignalMask block_signals(SignalMask const& mask) noexcept {
  ::sigset_t const set = mask.set();
  ::sigset_t before = {};
  (void)::pthread_sigmask(SIG_SETMASK, &set, &before);
  return SignalMask::of(before);
}

/// Whether the program has a handler for `signal`.
[[nodiscard]] inline bool has_handler(int signal) noexcept {
  struct ::sigaction action = {};
  if (::sigaction(signal, nullptr, &action) != 0) return false;
  return (action.sa_flags & SA_SIGINFO) != 0 || (action.sa_handler != SIG_DFL && action.sa_handler != SIG_IGN);
}

/// What an idle thread of the library blocks, whose last caller blocked `callers`: all but the signals that a thread
/// brings upon itself, and those by which a collector stops every thread that it knows. It sends the latter to one
/// thread after the other, idle or not, and waits for each: they stay open if there is a handler and the caller has
/// them open.
PARALLEL_TASK_COLD [[nodiscard]] inline SignalMask idle_signals(SignalMask const& callers) noexcept {
  ::sigset_t set;
  std::memset(&set, 0, sizeof set);
  sigfillset(&set);
  for (int own : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT}) sigdelset(&set, own);
#if defined(SIGSYS)
  sigdelset(&set, SIGSYS);
#endif
#if defined(__linux__)
  ::sigset_t const theirs = callers.set();
  for (int stop : {SIGPWR, SIGXCPU}) {
    if (sigismember(&theirs, stop) == 0 && has_handler(stop)) sigdelset(&set, stop);
  }
#else
  (void)callers;
#endif
  return SignalMask::of(set);
}

#else

struct SignalMask {
  [[nodiscard]] bool operator==(SignalMask const&) const noexcept = default;
};
[[nodiscard]] inline SignalMask blocked_signals() noexcept { return {}; }
inline SignalMask block_signals(SignalMask const&) noexcept { return {}; }
[[nodiscard]] inline SignalMask idle_signals(SignalMask const&) noexcept { return {}; }

#endif

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
