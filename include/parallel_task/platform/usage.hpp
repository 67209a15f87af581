// What the system tells about a thread: whether it computes or sleeps.
#pragma once

#include <parallel_task/platform/atomic.hpp>
#include <parallel_task/platform/clock.hpp>
#include <parallel_task/platform/cold.hpp>
#include <parallel_task/platform/windows.hpp>

#include <cstdint>

#if defined(__APPLE__) && !defined(PARALLEL_TASK_SEAM_USAGE)
#include <mach/mach.h>
#include <pthread.h>
#include <ctime>
#endif
#if defined(__linux__) && !defined(PARALLEL_TASK_SEAM_USAGE)
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>
#include <ctime>
#endif

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// What a thread has used so far. Only voluntary switches are counted: the thread went to sleep by itself.
struct ThreadUsage {
  std::int64_t cpu_ns = 0;
  std::int64_t switches = 0;
  bool known = false;
};

#if !defined(PARALLEL_TASK_SEAM_USAGE)

/// The calling thread's own usage (about 1.7 us).
[[nodiscard]] inline ThreadUsage this_thread_usage() noexcept {
#if defined(__linux__)
  ::timespec cpu;
  ::rusage usage;
  if (::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &cpu) != 0 || ::getrusage(RUSAGE_THREAD, &usage) != 0) return {};
  return {static_cast<std::int64_t>(cpu.tv_sec) * 1'000'000'000 + cpu.tv_nsec, usage.ru_nvcsw, true};
#elif defined(__APPLE__)
  // The system tells nobody how often one thread has gone to sleep by itself: every look may have seen it.
  ::timespec cpu;
  if (::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &cpu) != 0) return {};
  return {static_cast<std::int64_t>(cpu.tv_sec) * 1'000'000'000 + cpu.tv_nsec, static_cast<std::int64_t>(ticks()),
          true};
#elif defined(_WIN32)
  // The system counts cycles, as `ticks` does. Who goes to sleep by itself it does not count: every look may have seen
  // it.
  unsigned long long cycles = 0;
  if (::QueryThreadCycleTime(::GetCurrentThread(), &cycles) == 0) return {};
  float const rate = clock::rate.load(detail::memory_order_relaxed);
  return {static_cast<std::int64_t>(static_cast<double>(cycles) * static_cast<double>(rate)),
          static_cast<std::int64_t>(ticks() >> 10), true};
#else
  return {};
#endif
}

/// Whether thread `id` of this process sleeps at this moment (about 5 us). False if the system does not tell.
PARALLEL_TASK_COLD [[nodiscard]] inline bool thread_sleeps([[maybe_unused]] int id) noexcept {
#if defined(__linux__)
  // "/proc/self/task/<id>/stat", composed by hand, since snprintf pulls in a lot of locale code
  char path[48] = "/proc/self/task/";
  unsigned at = 16;
  char digits[12];
  unsigned count = 0;
  for (unsigned rest = id > 0 ? static_cast<unsigned>(id) : 0U; rest != 0; rest /= 10) {
    digits[count++] = static_cast<char>('0' + rest % 10);
  }
  while (count != 0) path[at++] = digits[--count];
  for (char const* tail = "/stat"; *tail != '\0'; ++tail) path[at++] = *tail;
  path[at] = '\0';
  int const file = ::open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return false;
  char text[160];
  auto const size = ::read(file, text, sizeof text - 1);
  ::close(file);
  // "<id> (<name>) S ...": the name may contain parentheses, so the last one ends it; it has at most 15 characters.
  for (auto i = size < 48 ? size : 48; i > 0; --i) {
    if (text[i - 1] == ')' && i + 1 < size) return text[i + 1] == 'S' || text[i + 1] == 'D';
  }
#elif defined(__APPLE__)
  ::thread_basic_info_data_t info;
  ::mach_msg_type_number_t size = THREAD_BASIC_INFO_COUNT;
  auto const port = static_cast<::thread_act_t>(id);
  if (::thread_info(port, THREAD_BASIC_INFO, reinterpret_cast<::thread_info_t>(&info), &size) != KERN_SUCCESS) {
    return false;
  }
  return info.run_state == TH_STATE_WAITING || info.run_state == TH_STATE_UNINTERRUPTIBLE;
#elif defined(_WIN32)
  // It has computed for less than an eighth of the time since somebody has looked at it before. There is one monitor at
  // a time, so what it remembers is its own.
  struct Seen {
    int id;
    unsigned long long cycles;
    std::uint64_t at;
  };
  static Seen seen[256] = {};
  static unsigned used = 0;
  constexpr unsigned long limited_query = 0x0800;
  void* const thread = ::OpenThread(limited_query, 0, static_cast<unsigned long>(id));
  if (thread == nullptr) return false;
  unsigned long long cycles = 0;
  bool const known = ::QueryThreadCycleTime(thread, &cycles) != 0;
  (void)::CloseHandle(thread);
  if (!known) return false;
  std::uint64_t const now = ticks();
  unsigned at = 0;
  while (at != used && seen[at].id != id) ++at;
  bool const is_new = at == used;
  if (is_new) at = used < 256 ? used++ : now % 256;
  Seen const before = seen[at];
  seen[at] = {id, cycles, now};
  if (is_new || now <= before.at) return false;
  return (cycles - before.cycles) * 8 < now - before.at;
#endif
  return false;
}

#endif

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
