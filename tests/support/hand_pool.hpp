// A platform that the test plays itself: the clock of hand_clock.hpp, on which pauses and sleeps take time as well;
// threads that are started are written down and do not run, and whoever waits is told to the test, which changes what
// is waited for. So a test on one thread can be what a whole pool does, step by step. Name it as PARALLEL_TASK_SEAM.
#pragma once

#include "support/hand_clock.hpp"

#define PARALLEL_TASK_SEAM_THREAD
#define PARALLEL_TASK_SEAM_WAIT
#define PARALLEL_TASK_SEAM_USAGE
#define PARALLEL_TASK_SEAM_CORES

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

namespace support {

/// What the platform is asked, and what it answers.
struct Hand {
  struct Start {
    void* (*body)(void*);
    void* argument;
    std::size_t stack;
  };
  static inline std::int64_t relax_takes = 10;
  static inline std::function<void()> on_relax;  ///< after each pause
  static inline std::function<void()> on_wait;   ///< in place of sleeping on a word: changes it, or lets others do so
  static inline std::function<void()> on_sleep;  ///< as somebody sleeps for a time
  static inline unsigned cores = 4;
  static inline int core = 0;
  static inline bool starts = true;  ///< whether the system has a thread to give

  static inline std::uint64_t relaxed = 0;
  static inline std::vector<std::int64_t> waited;  ///< for how many ns at most; -1: without an end
  static inline std::vector<std::int64_t> slept;
  static inline std::vector<void const*> woken;
  static inline std::vector<Start> started;
  static inline std::vector<std::uint32_t> joined;
  static inline std::vector<std::string> names;
  static inline std::vector<int> left_cores;
  static inline std::vector<void const*> pinned;  ///< what must stay loaded
  static inline unsigned asked = 0;               ///< for threads
  static inline unsigned handlers = 0;            ///< of forks
  static inline std::int64_t cpu_ns = 0;
  static inline std::int64_t switches = 0;
  static inline bool knows_usage = true;
  static inline std::vector<int> sleeping;  ///< threads of the system

  static void reset() {
    relax_takes = 10;
    on_relax = on_wait = on_sleep = nullptr;
    cores = 4;
    core = 0;
    starts = true;
    relaxed = 0;
    waited.clear();
    slept.clear();
    woken.clear();
    started.clear();
    joined.clear();
    names.clear();
    left_cores.clear();
    pinned.clear();
    asked = handlers = 0;
    cpu_ns = switches = 0;
    knows_usage = true;
    sleeping.clear();
  }
  /// Nobody would ever wake it.
  static void wait(std::int64_t ns) {
    waited.push_back(ns);
    if (!on_wait || waited.size() > 10'000) std::abort();
    on_wait();
  }
};

}  // namespace support

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

// --- threads --------------------------------------------------------------------------------------------------------

using thread_handle = std::uint32_t;

[[nodiscard]] inline bool start_thread(thread_handle& handle, void* (*body)(void*), void* argument,
                                       std::size_t stack) noexcept {
  ++support::Hand::asked;
  if (!support::Hand::starts) return false;
  support::Hand::started.push_back({body, argument, stack});
  handle = static_cast<thread_handle>(support::Hand::started.size());
  return true;
}
inline void join_thread(thread_handle& handle) noexcept { support::Hand::joined.push_back(handle); }
inline void pin_object_file(void const* address) noexcept { support::Hand::pinned.push_back(address); }
inline void on_fork(void (*)()) noexcept { ++support::Hand::handlers; }
inline void name_this_thread(char const* name) noexcept { support::Hand::names.emplace_back(name); }
[[nodiscard]] inline int thread_id() noexcept { return 77; }
[[nodiscard]] inline int current_core() noexcept { return support::Hand::core; }
inline void leave_core(int core) noexcept { support::Hand::left_cores.push_back(core); }

// --- waiting --------------------------------------------------------------------------------------------------------

inline void relax() noexcept {
  ++support::Hand::relaxed;
  support::HandClock::ns += support::Hand::relax_takes;
  if (support::Hand::relaxed > 1'000'000) std::abort();  // nobody would ever come
  if (support::Hand::on_relax) support::Hand::on_relax();
}
inline void wait_on(std::atomic<std::uint32_t>&, std::uint32_t) noexcept { support::Hand::wait(-1); }
inline void wait_on_for(std::atomic<std::uint32_t>&, std::uint32_t, std::int64_t ns) noexcept {
  support::Hand::wait(ns);
}
inline void wake_one(std::atomic<std::uint32_t>& word) noexcept { support::Hand::woken.push_back(&word); }
inline void wake_all(std::atomic<std::uint32_t>& word) noexcept { support::Hand::woken.push_back(&word); }
inline void sleep_ns(std::int64_t ns) noexcept {
  support::Hand::slept.push_back(ns);
  support::HandClock::ns += ns;
  if (support::Hand::slept.size() > 10'000) std::abort();
  if (support::Hand::on_sleep) support::Hand::on_sleep();
}

// --- cores and usage ------------------------------------------------------------------------------------------------

[[nodiscard]] inline unsigned affinity_cores() noexcept { return support::Hand::cores; }
[[nodiscard]] inline unsigned available_cores() noexcept { return support::Hand::cores; }
struct ThreadUsage;
[[nodiscard]] inline ThreadUsage this_thread_usage() noexcept;
[[nodiscard]] inline bool thread_sleeps(int id) noexcept {
  for (int const each : support::Hand::sleeping) {
    if (each == id) return true;
  }
  return false;
}

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
