// The options of the process's thread pool.
#pragma once

#include <parallel_task/platform/chrono.hpp>
#include <parallel_task/platform/code.hpp>

#include <cstddef>

namespace parallel_task {
inline namespace PARALLEL_TASK_VALUES {

/// Options of the thread pool, which all calls of the process share. Set them with `set_options`, best before the first
/// parallel call. Zero leaves the decision to the library.
///
///     pt::Options options;
///     options.threads = 2;
///     pt::set_options(options);
struct Options {
  /// The number of cores to count on; 0: as the affinity mask and the cgroup quota allow. It may be larger than the
  /// machine's, to see how a program would behave there.
  unsigned cores = 0;
  /// How many threads may compute at once, callers included; 0: as many as cores, and up to twice as many while threads
  /// are blocked. With 1 every call is a plain loop on its own thread. The environment variable PARALLEL_TASK_THREADS
  /// sets it as well.
  ///
  /// It holds for each call. Of several calls, nested ones included, a caller that has waited and continues may be one
  /// thread too many until another one has finished what it runs. `thread_limit` does not allow that either.
  unsigned threads = 0;
  /// How long an idle thread spins before it sleeps, in CPU time, at most: one that is interrupted by other programs as
  /// it spins, or spins in vain, sleeps at once for a while. The environment variable PARALLEL_TASK_HOT_TIME sets it as
  /// well, in microseconds, unless this is set to something else than 50.
  std::chrono::nanoseconds hot_time{50'000};
  /// The name of the threads in debuggers and in `top`: this and their number (`current_worker()`). At most 11
  /// characters, which must outlive the pool.
  char const* thread_name_prefix = "pt-";
  /// The size of each thread's stack in bytes; 0: the platform's default, but at least 4 MiB (2 MiB on 32-bit systems).
  std::size_t stack_size = 0;
  /// Called by each thread of the pool when it starts. If it throws, the process ends.
  void (*on_thread_start)() = nullptr;
  /// Called by each thread of the pool when it ends, in `shutdown`. If it throws, the process ends.
  void (*on_thread_stop)() = nullptr;
};

}  // namespace PARALLEL_TASK_VALUES

inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// Characters of `Options::thread_name_prefix`: a number of up to four digits follows, and the system takes 15 in all.
inline constexpr std::size_t longest_name_prefix = 11;

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
