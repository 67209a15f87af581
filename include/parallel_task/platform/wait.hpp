// The seam for waiting: 32-bit words on which threads sleep until they are woken.
#pragma once

#include <parallel_task/platform/atomic.hpp>
#include <parallel_task/platform/chrono.hpp>
#include <parallel_task/platform/windows.hpp>

#include <cstdint>

#if defined(__linux__) && !defined(PARALLEL_TASK_SEAM_WAIT)
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <ctime>
#endif
#if defined(__APPLE__)
#if defined(__has_include)
#if __has_include(<os/os_sync_wait_on_address.h>)
#include <os/os_sync_wait_on_address.h>
#endif
#endif
#include <Availability.h>
#include <ctime>
#elif defined(__EMSCRIPTEN_PTHREADS__)
#include <emscripten/threading.h>
#include <thread>
#elif !defined(__linux__) && !defined(_WIN32) && !defined(PARALLEL_TASK_NO_THREADS)
#include <thread>
#endif
#if defined(_MSC_VER)
#include <intrin.h>
#endif

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

#if !defined(PARALLEL_TASK_SEAM_WAIT)

#if defined(__APPLE__)
// Not std::atomic::wait: libc++ waits for 32-bit words by way of a table that many words share, after polling, and
// before macOS 11 not at all. The system's own call is public since macOS 14.4; before, by the name that libc++ uses.
#if defined(OS_SYNC_WAIT_ON_ADDRESS_NONE) && __MAC_OS_X_VERSION_MIN_REQUIRED >= 140400
inline void apple_wait(void* word, std::uint32_t seen, std::uint32_t microseconds) noexcept {
  if (microseconds == 0) {
    (void)::os_sync_wait_on_address(word, seen, sizeof seen, OS_SYNC_WAIT_ON_ADDRESS_NONE);
  } else {
    (void)::os_sync_wait_on_address_with_timeout(word, seen, sizeof seen, OS_SYNC_WAIT_ON_ADDRESS_NONE,
                                                 OS_CLOCK_MACH_ABSOLUTE_TIME, std::uint64_t{microseconds} * 1000);
  }
}
inline void apple_wake(void* word, bool all) noexcept {
  if (all) {
    (void)::os_sync_wake_by_address_all(word, sizeof(std::uint32_t), OS_SYNC_WAKE_BY_ADDRESS_NONE);
  } else {
    (void)::os_sync_wake_by_address_any(word, sizeof(std::uint32_t), OS_SYNC_WAKE_BY_ADDRESS_NONE);
  }
}
#else
extern "C" int __ulock_wait(std::uint32_t operation, void* word, std::uint64_t seen, std::uint32_t microseconds);
extern "C" int __ulock_wake(std::uint32_t operation, void* word, std::uint64_t);
inline constexpr std::uint32_t ulock_compare = 1;
inline constexpr std::uint32_t ulock_all = 0x100;
inline constexpr std::uint32_t ulock_no_errno = 0x01000000;
/// `microseconds` 0: without an end.
inline void apple_wait(void* word, std::uint32_t seen, std::uint32_t microseconds) noexcept {
  (void)__ulock_wait(ulock_compare | ulock_no_errno, word, seen, microseconds);
}
inline void apple_wake(void* word, bool all) noexcept {
  (void)__ulock_wake(ulock_compare | ulock_no_errno | (all ? ulock_all : 0), word, 0);
}
#endif
#endif

/// Tells the core that the thread is spinning.
inline void relax() noexcept {
#if defined(__GNUC__) && (defined(__x86_64__) || defined(__i386__))
  __builtin_ia32_pause();
#elif defined(_MSC_VER) && (defined(_M_X64) || defined(_M_IX86))
  _mm_pause();
#elif defined(_MSC_VER) && defined(_M_ARM64)
  __yield();
#elif defined(__GNUC__) && (defined(__aarch64__) || (defined(__ARM_ARCH) && __ARM_ARCH >= 7))
  asm volatile("yield");
#endif
}

/// Sleeps while `word` is `seen`; may also return spuriously.
inline void wait_on(atomic<std::uint32_t>& word, std::uint32_t seen) noexcept {
#if defined(__linux__)
  ::syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, seen, nullptr, nullptr, 0);
#elif defined(_WIN32)
  // Not std::atomic::wait: that of libstdc++ 12 loses wakes where there is no futex.
  (void)::WaitOnAddress(&word, &seen, sizeof seen, windows::forever);
#elif defined(__APPLE__)
  apple_wait(&word, seen, 0);
#elif defined(__EMSCRIPTEN_PTHREADS__)
  // Not std::atomic::wait: libc++ polls where it knows no futex. This one also answers, on the main thread, what other
  // threads ask of it.
  (void)::emscripten_futex_wait(&word, seen, __builtin_huge_val());
#elif defined(PARALLEL_TASK_NO_THREADS)
  (void)word, (void)seen;  // nobody could wake it
#else
  word.wait(seen, detail::memory_order_relaxed);
#endif
}

/// The same, for at most about `ns` nanoseconds.
inline void wait_on_for(atomic<std::uint32_t>& word, std::uint32_t seen, std::int64_t ns) noexcept {
#if defined(__linux__)
  // The layout of this system call: members of std::timespec may have 64 bits where it has 32.
  struct {
    long seconds;
    long nanoseconds;
  } const most{static_cast<long>(ns / 1'000'000'000), static_cast<long>(ns % 1'000'000'000)};
  ::syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, seen, &most, nullptr, 0);
#elif defined(_WIN32)
  std::int64_t const ms = (ns + 999'999) / 1'000'000;
  (void)::WaitOnAddress(&word, &seen, sizeof seen, static_cast<unsigned long>(ms < 1'000'000 ? ms : 1'000'000));
#elif defined(__APPLE__)
  std::int64_t const us = ns / 1000;
  apple_wait(&word, seen, us < 1 ? 1 : us < 1'000'000'000 ? static_cast<std::uint32_t>(us) : 1'000'000'000);
#elif defined(__EMSCRIPTEN_PTHREADS__)
  (void)::emscripten_futex_wait(&word, seen, static_cast<double>(ns) * 1e-6);
#elif defined(PARALLEL_TASK_NO_THREADS)
  (void)word, (void)seen, (void)ns;
#else
  // The standard has no wait with a timeout, so the word is polled every millisecond.
  for (std::int64_t const step = 1'000'000; ns > 0 && word.load(detail::memory_order_relaxed) == seen; ns -= step) {
    std::this_thread::sleep_for(std::chrono::nanoseconds(ns < step ? ns : step));
  }
#endif
}

/// Wakes one thread that sleeps on `word`. The caller must have changed the word before.
inline void wake_one(atomic<std::uint32_t>& word) noexcept {
#if defined(__linux__)
  ::syscall(SYS_futex, &word, FUTEX_WAKE_PRIVATE, 1, nullptr, nullptr, 0);
#elif defined(_WIN32)
  ::WakeByAddressSingle(&word);
#elif defined(__APPLE__)
  apple_wake(&word, false);
#elif defined(__EMSCRIPTEN_PTHREADS__)
  (void)::emscripten_futex_wake(&word, 1);
#elif defined(PARALLEL_TASK_NO_THREADS)
  (void)word;
#else
  word.notify_one();
#endif
}

/// Wakes all threads that sleep on `word`. The caller must have changed the word before.
inline void wake_all(atomic<std::uint32_t>& word) noexcept {
#if defined(__linux__)
  ::syscall(SYS_futex, &word, FUTEX_WAKE_PRIVATE, 0x7fffffff, nullptr, nullptr, 0);
#elif defined(_WIN32)
  ::WakeByAddressAll(&word);
#elif defined(__APPLE__)
  apple_wake(&word, true);
#elif defined(__EMSCRIPTEN_PTHREADS__)
  (void)::emscripten_futex_wake(&word, 0x7fffffff);
#elif defined(PARALLEL_TASK_NO_THREADS)
  (void)word;
#else
  word.notify_all();
#endif
}

/// Sleeps for about `ns` nanoseconds.
inline void sleep_ns(std::int64_t ns) noexcept {
#if defined(__linux__) || defined(__APPLE__)
  ::timespec const pause{static_cast<std::time_t>(ns / 1'000'000'000), static_cast<long>(ns % 1'000'000'000)};
  ::nanosleep(&pause, nullptr);
#elif defined(_WIN32)
  ::Sleep(static_cast<unsigned long>((ns + 999'999) / 1'000'000));
#elif defined(PARALLEL_TASK_NO_THREADS)
  (void)ns;
#else
  std::this_thread::sleep_for(std::chrono::nanoseconds(ns));
#endif
}

#endif

/// What to do when a compare-and-swap has failed: wait before the next, longer each time. If all threads of a large
/// machine want one word at the same time, retrying immediately costs the square of their number.
class Backoff {
 public:
  void operator()() noexcept {
    for (std::uint32_t i = 0; i != pauses_; ++i) relax();
    if (pauses_ < 128) pauses_ *= 2;
  }

 private:
  std::uint32_t pauses_ = 1;
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
