// What the process's pool may be told.
#pragma once

#include <parallel_task/platform/chrono.hpp>

#include <cstddef>

namespace parallel_task {
inline namespace v0_1 {

/// Options of the whole process's pool. Set them with `set_options`, best before the first call; zero means: decide.
struct Options {
  /// Cores that the library counts on; 0: by affinity and cgroup quota. More than there are is allowed ("as if").
  unsigned cores = 0;
  /// Most threads that compute at once, callers included; 0: `cores`, and up to twice as many where they are blocked.
  /// The environment variable PARALLEL_TASK_THREADS sets it too. 1: every call is a plain loop on its thread.
  /// Holds for each call. Over several, nested ones too, a caller that goes on after it has waited may be one too many
  /// until another thread comes to the end of what it runs; `thread_limit` allows not even that.
  unsigned threads = 0;
  /// CPU time for which an idle thread stays hot before it parks.
  std::chrono::nanoseconds hot_time{50'000};
  /// Threads are called this and their number (`current_worker()`), in debuggers and `top`; at most 11 characters. The
  /// text must outlive the pool.
  char const* thread_name_prefix = "pt-";
  /// Bytes of stack of each thread; 0: the platform's default.
  std::size_t stack_size = 0;
  /// Called on each thread as it starts; one that throws ends the process.
  void (*on_thread_start)() = nullptr;
  /// Called on each thread as it ends (at `shutdown`); one that throws ends the process.
  void (*on_thread_stop)() = nullptr;
};

}  // namespace v0_1
}  // namespace parallel_task
