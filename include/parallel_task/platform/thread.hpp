// The seam for threads: starting one, ending one, and where it runs.
#pragma once

#include <parallel_task/platform/cold.hpp>

#include <cstddef>
#include <utility>

#if defined(__unix__) || defined(__APPLE__)
#include <dlfcn.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>
#else
#include <thread>
#endif
#if defined(__linux__)
#include <sched.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#endif

// Default visibility makes one pool for all shared objects of a process; what each must have for itself is hidden.
#if defined(__GNUC__) && !defined(_WIN32)
#define PARALLEL_TASK_SHARED __attribute__((visibility("default")))
#define PARALLEL_TASK_PER_OBJECT __attribute__((visibility("hidden")))
#else
#define PARALLEL_TASK_SHARED
#define PARALLEL_TASK_PER_OBJECT
#endif

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

#if !defined(PARALLEL_TASK_SEAM_THREAD)

#if defined(__unix__) || defined(__APPLE__)

using thread_handle = ::pthread_t;

/// Starts a thread that blocks every signal.
[[nodiscard]] inline bool start_thread_with(::pthread_attr_t& attributes, thread_handle& handle, void* (*body)(void*),
                                            void* argument) noexcept {
  // Blocked before the thread exists and restored after: no signal can slip into it in between.
  ::sigset_t all;
  ::sigset_t before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  bool const started = ::pthread_create(&handle, &attributes, body, argument) == 0;
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  ::pthread_attr_destroy(&attributes);
  return started;
}

/// Starts a thread that blocks every signal; false when the system has none to give. `stack` 0: the platform's size.
[[nodiscard]] inline bool start_thread(thread_handle& handle, void* (*body)(void*), void* argument,
                                       std::size_t stack) noexcept {
  ::pthread_attr_t attributes;
  if (::pthread_attr_init(&attributes) != 0) return false;
  if (stack != 0) (void)::pthread_attr_setstacksize(&attributes, stack);
  return start_thread_with(attributes, handle, body, argument);
}

inline void join_thread(thread_handle& handle) noexcept { ::pthread_join(handle, nullptr); }

/// Keeps the object file that holds `address` loaded for good; what lies in none is left alone.
PARALLEL_TASK_COLD inline void pin_object_file(void const* address) noexcept {
  ::Dl_info where;
  if (::dladdr(address, &where) != 0 && where.dli_fname != nullptr) {
#if defined(RTLD_NODELETE) && defined(RTLD_NOLOAD)
    (void)::dlopen(where.dli_fname, RTLD_NOW | RTLD_NOLOAD | RTLD_NODELETE);
#endif
  }
}

/// Calls `child` in the child of every fork from now on.
inline void on_fork(void (*child)()) noexcept { ::pthread_atfork(nullptr, nullptr, child); }

#else

using thread_handle = std::thread;

[[nodiscard]] inline bool start_thread(thread_handle& handle, void* (*body)(void*), void* argument,
                                       std::size_t) noexcept {
#if defined(__cpp_exceptions)
  try {
    handle = std::thread([body, argument] { body(argument); });
    return true;
  } catch (...) {
    return false;
  }
#else
  handle = std::thread([body, argument] { body(argument); });
  return true;
#endif
}

inline void join_thread(thread_handle& handle) noexcept {
  if (handle.joinable()) handle.join();
}
inline void pin_object_file(void const*) noexcept {}
inline void on_fork(void (*)()) noexcept {}

#endif

/// Names the calling thread for debuggers and `top`.
inline void name_this_thread([[maybe_unused]] char const* name) noexcept {
#if defined(__linux__)
  (void)::pthread_setname_np(::pthread_self(), name);
#elif defined(__APPLE__)
  (void)::pthread_setname_np(name);
#endif
}

/// The system's number for the calling thread, 0 where it has none.
[[nodiscard]] inline int thread_id() noexcept {
#if defined(__linux__)
  return static_cast<int>(::syscall(SYS_gettid));
#else
  return 0;
#endif
}

/// Marks the calling thread as the library's for all copies of the library in the process. Two that were loaded apart
/// share no variable; what they both see of a thread is what the system knows: here by how many nanoseconds its timers
/// may be late, 50 000 unless somebody sets it. Threads and programs that it starts inherit that, so the mark holds its
/// number, which they don't: of others' one in 9973 looks right.
#if defined(__linux__)
[[nodiscard]] inline int timer_slack_of_runner() noexcept { return 40'001 + thread_id() % 9'973; }
#endif
inline void mark_as_runner() noexcept {
#if defined(__linux__)
  (void)::prctl(PR_SET_TIMERSLACK, static_cast<unsigned long>(timer_slack_of_runner()), 0UL, 0UL, 0UL);
#endif
}
/// Whether some copy has marked the calling thread.
[[nodiscard]] inline bool marked_as_runner() noexcept {
#if defined(__linux__)
  return ::prctl(PR_GET_TIMERSLACK, 0UL, 0UL, 0UL, 0UL) == timer_slack_of_runner();
#else
  return false;
#endif
}

/// The core that the calling thread is on, -1 if the system does not say.
[[nodiscard]] inline int current_core() noexcept {
#if defined(__linux__)
  return ::sched_getcpu();
#else
  return -1;
#endif
}

/// Moves the calling thread to another core than `core`, if it may run on another, and leaves its affinity as it was.
/// Beside a busy process a woken thread queues behind its waker and stays there; this is what frees it.
PARALLEL_TASK_COLD inline void leave_core([[maybe_unused]] int core) noexcept {
#if defined(__linux__)
  ::cpu_set_t allowed;
  if (core < 0 || core >= CPU_SETSIZE || ::sched_getaffinity(0, sizeof allowed, &allowed) != 0) return;
  auto const here = static_cast<std::size_t>(core);
  if (!CPU_ISSET(here, &allowed) || CPU_COUNT(&allowed) < 2) return;
  ::cpu_set_t others = allowed;
  CPU_CLR(here, &others);
  if (::sched_setaffinity(0, sizeof others, &others) == 0) (void)::sched_setaffinity(0, sizeof allowed, &allowed);
#endif
}

#endif

/// As `start_thread`, on memory that is never given back. In a child of fork the system lends the stacks of threads
/// that are not there to new ones; where one of those threads' calls is still on the way here, its frames must stay.
[[nodiscard]] inline bool start_thread_on_new_memory(thread_handle& handle, void* (*body)(void*), void* argument,
                                                     std::size_t stack) noexcept {
#if !defined(PARALLEL_TASK_SEAM_THREAD) && defined(__linux__)
  ::pthread_attr_t attributes;
  if (::pthread_attr_init(&attributes) != 0) return false;
  if (stack != 0) (void)::pthread_attr_setstacksize(&attributes, stack);
  auto const page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  std::size_t size = 0;
  (void)::pthread_attr_getstacksize(&attributes, &size);
  size = (size + page - 1) / page * page;
  void* const memory = ::mmap(nullptr, size + page, PROT_READ | PROT_WRITE,
                              MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
  if (memory != MAP_FAILED) {
    (void)::mprotect(memory, page, PROT_NONE);
    (void)::pthread_attr_setstack(&attributes, static_cast<char*>(memory) + page, size);
    if (start_thread_with(attributes, handle, body, argument)) return true;
    ::munmap(memory, size + page);
    return false;
  }
  ::pthread_attr_destroy(&attributes);
  return false;
#else
  return start_thread(handle, body, argument, stack);
#endif
}

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task
