// The seam for threads: starting and joining them, and their names.
#pragma once

#include <parallel_task/platform/code.hpp>
#include <parallel_task/platform/cold.hpp>
#include <parallel_task/platform/cores.hpp>
#include <parallel_task/platform/signals.hpp>
#include <parallel_task/platform/windows.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <utility>

#if defined(__unix__) || defined(__APPLE__)
#include <pthread.h>
#include <sys/mman.h>
#include <unistd.h>
#elif defined(_WIN32)
#include <new>
#elif !defined(PARALLEL_TASK_NO_THREADS)
#include <new>
#include <thread>
#endif
#if defined(__linux__)
#include <sched.h>
#include <sys/syscall.h>
#elif defined(__APPLE__)
#include <mach/mach.h>
#endif

// Default visibility gives all shared objects of a process one pool; what each object must have for itself is hidden.
#if defined(__GNUC__) && !defined(_WIN32)
#define PARALLEL_TASK_SHARED __attribute__((visibility("default")))
#define PARALLEL_TASK_PER_OBJECT __attribute__((visibility("hidden")))
#else
#define PARALLEL_TASK_SHARED
#define PARALLEL_TASK_PER_OBJECT
#endif

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// False where the main thread alone makes threads, in a browser and in Node: others ask it, and wait. It answers when
/// it has left its own call, so whoever helps there must not ask.
#if defined(__EMSCRIPTEN__)
inline constexpr bool any_thread_starts_threads = false;
#else
inline constexpr bool any_thread_starts_threads = true;
#endif

#if !defined(PARALLEL_TASK_SEAM_THREAD)

/// What a thread's stack has at least, unless its size is asked for. Some C libraries give 128 kB (musl), Windows 1 MB,
/// on which items would crash that run well on a main thread; oneTBB asks for as much.
inline constexpr std::size_t least_stack = (sizeof(void*) == 8 ? std::size_t{4} : std::size_t{2}) << 20;

#if defined(__unix__) || defined(__APPLE__)

using thread_handle = ::pthread_t;

/// Sets the size of a stack. `wanted` 0: the platform's, if that is not less than `least_stack`.
inline void set_stack_size(::pthread_attr_t& attributes, std::size_t wanted) noexcept {
  std::size_t usual = 0;
  if (wanted == 0 && ::pthread_attr_getstacksize(&attributes, &usual) == 0 && usual < least_stack) wanted = least_stack;
  if (wanted != 0) (void)::pthread_attr_setstacksize(&attributes, wanted);
}

/// Starts a thread that blocks signals as an idle one does.
[[nodiscard]] inline bool start_thread_with(::pthread_attr_t& attributes, thread_handle& handle, void* (*body)(void*),
                                            void* argument) noexcept {
  // Blocked before the thread exists and restored afterwards, so that no signal can reach it in between.
  SignalMask const before = block_signals(idle_signals(blocked_signals()));
  bool const started = ::pthread_create(&handle, &attributes, body, argument) == 0;
  (void)block_signals(before);
  ::pthread_attr_destroy(&attributes);
  return started;
}

/// Starts a thread that blocks signals as an idle one does; false if the system can't. `stack` 0: see `set_stack_size`.
[[nodiscard]] inline bool start_thread(thread_handle& handle, void* (*body)(void*), void* argument,
                                       std::size_t stack) noexcept {
  ::pthread_attr_t attributes;
  if (::pthread_attr_init(&attributes) != 0) return false;
  set_stack_size(attributes, stack);
  return start_thread_with(attributes, handle, body, argument);
}

inline void join_thread(thread_handle& handle) noexcept { ::pthread_join(handle, nullptr); }

/// Joins a thread that is about to end; false if it has not yet come to its end.
[[nodiscard]] inline bool try_to_join_thread(thread_handle& handle) noexcept {
#if defined(__GLIBC__)
  return ::pthread_tryjoin_np(handle, nullptr) == 0;
#else
  return ::pthread_join(handle, nullptr) == 0;
#endif
}

/// Ends the calling thread, as its item has wanted on another.
[[noreturn]] PARALLEL_TASK_COLD inline void end_this_thread() { ::pthread_exit(nullptr); }

/// Calls `child` in the child of every fork from now on.
inline void on_fork(void (*child)()) noexcept { ::pthread_atfork(nullptr, nullptr, child); }

#elif defined(_WIN32)

using thread_handle = void*;

/// What a new thread is to run: on the heap, since whoever starts it does not wait until it has begun.
struct ThreadStart {
  void* (*body)(void*);
  void* argument;
  static unsigned __stdcall run(void* self) {
    auto* const start = static_cast<ThreadStart*>(self);
    ThreadStart const own = *start;
    delete start;
    (void)own.body(own.argument);
    return 0;
  }
};

/// Starts a thread; false if the system can't. `stack` 0: `least_stack`. Of a stack only addresses are reserved. By the
/// C library's function, since a thread that it does not know of leaks what it keeps for each.
[[nodiscard]] inline bool start_thread(thread_handle& handle, void* (*body)(void*), void* argument,
                                       std::size_t stack) noexcept {
  constexpr unsigned is_a_reservation = 0x10000;
  std::size_t const size = stack == 0 ? least_stack : stack;
  if (size > (std::size_t{1} << 31)) return false;  // the parameter has 32 bits
  auto* const start = new (std::nothrow) ThreadStart{body, argument};
  if (start == nullptr) return false;
  handle = reinterpret_cast<void*>(::_beginthreadex(nullptr, static_cast<unsigned>(size), &ThreadStart::run, start,
                                                    is_a_reservation, nullptr));
  if (handle == nullptr) delete start;
  return handle != nullptr;
}
inline void join_thread(thread_handle& handle) noexcept {
  (void)::WaitForSingleObject(handle, windows::forever);
  (void)::CloseHandle(handle);
}
[[nodiscard]] inline bool try_to_join_thread(thread_handle& handle) noexcept {
  join_thread(handle);
  return true;
}
inline void on_fork(void (*)()) noexcept {}

#elif defined(PARALLEL_TASK_NO_THREADS)

using thread_handle = int;

[[nodiscard]] inline bool start_thread(thread_handle&, void* (*)(void*), void*, std::size_t) noexcept { return false; }
inline void join_thread(thread_handle&) noexcept {}
[[nodiscard]] inline bool try_to_join_thread(thread_handle&) noexcept { return true; }
inline void on_fork(void (*)()) noexcept {}

#else

// A pointer, since the pool's tables are constant-initialised, and std::thread need not be.
using thread_handle = std::thread*;

[[nodiscard]] inline bool start_thread(thread_handle& handle, void* (*body)(void*), void* argument,
                                       std::size_t) noexcept {
#if defined(__cpp_exceptions)
  try {
    handle = new std::thread([body, argument] { body(argument); });
    return true;
  } catch (...) {
    return false;
  }
#else
  handle = new std::thread([body, argument] { body(argument); });
  return true;
#endif
}

inline void join_thread(thread_handle& handle) noexcept {
  handle->join();
  delete handle;
}
[[nodiscard]] inline bool try_to_join_thread(thread_handle& handle) noexcept {
  join_thread(handle);
  return true;
}
inline void on_fork(void (*)()) noexcept {}

#endif

#if !defined(__unix__) && !defined(__APPLE__)
[[noreturn]] inline void end_this_thread() { std::terminate(); }  // nothing ends a thread by unwinding its stack here
#endif

/// Names the calling thread for debuggers and `top`.
inline void name_this_thread([[maybe_unused]] char const* name) noexcept {
#if defined(__linux__)
  (void)::pthread_setname_np(::pthread_self(), name);
#elif defined(__APPLE__)
  (void)::pthread_setname_np(name);
#elif defined(_WIN32)
  wchar_t wide[16] = {};
  for (int i = 0; i != 15 && name[i] != '\0'; ++i) wide[i] = static_cast<wchar_t>(static_cast<unsigned char>(name[i]));
  // Since Windows 10, version 1607.
  auto* const set = windows::kernel_function<long __stdcall(void*, wchar_t const*)>("SetThreadDescription");
  if (set != nullptr) (void)set(::GetCurrentThread(), wide);
#endif
}

/// The system's number for the calling thread, or 0 if it has none.
[[nodiscard]] inline int thread_id() noexcept {
#if defined(__linux__)
  return static_cast<int>(::syscall(SYS_gettid));
#elif defined(__APPLE__)
  return static_cast<int>(::pthread_mach_thread_np(::pthread_self()));  // its port, as long as it lives
#elif defined(_WIN32)
  return static_cast<int>(::GetCurrentThreadId());
#else
  return 0;
#endif
}

/// The core on which the calling thread runs, or -1 if the system does not tell.
[[nodiscard]] inline int current_core() noexcept {
#if defined(__linux__)
  return ::sched_getcpu();
#elif defined(_WIN32)
  struct {
    unsigned short group;
    unsigned char number;
    unsigned char reserved;
  } here = {};
  ::GetCurrentProcessorNumberEx(reinterpret_cast<struct _PROCESSOR_NUMBER*>(&here));
  return here.group * 64 + here.number;
#else
  return -1;
#endif
}

#else

[[nodiscard]] inline bool try_to_join_thread(thread_handle& handle) noexcept {
  join_thread(handle);
  return true;
}
[[noreturn]] inline void end_this_thread() { std::terminate(); }

#endif

#if defined(__GLIBC__) && !defined(PARALLEL_TASK_SEAM_THREAD)

/// The memory [first, last) that the system has mapped as one; nothing where that can't be a stack.
struct Mapping {
  std::uintptr_t first = 0;
  std::uintptr_t last = 0;
};

PARALLEL_TASK_COLD [[nodiscard]] inline Mapping mapping_around(void const* where) noexcept {
  auto const address = reinterpret_cast<std::uintptr_t>(where);
  for (Lines maps("/proc/self/maps"); maps.next();) {  // "<first>-<last> ...", in hexadecimal digits
    char* end = maps.text;
    std::uintptr_t const first = std::strtoul(end, &end, 16);
    std::uintptr_t const last = *end == '-' ? std::strtoul(end + 1, &end, 16) : first;
    if (address >= first && address < last && last - first < (std::uintptr_t{1} << 30)) return {first, last};
  }
  return {};
}

/// In a child of fork the system gives new threads the stacks of threads that no longer exist. From now on it gives
/// nobody who leaves the size to it the one on which `frame` is: that is smaller than what they get.
PARALLEL_TASK_COLD inline Mapping keep_stack_of(void const* frame) noexcept {
  Mapping const stack = mapping_around(frame);
  std::size_t const more = stack.last - stack.first + (std::size_t{1} << 20);  // the guard counts as a part of it
  ::pthread_attr_t attributes;
  if (::pthread_getattr_default_np(&attributes) != 0) return stack;
  std::size_t usual = 0;
  (void)::pthread_attr_getstacksize(&attributes, &usual);
  if (usual < more) {
    (void)::pthread_attr_setstacksize(&attributes, more);
    (void)::pthread_setattr_default_np(&attributes);
  }
  (void)::pthread_attr_destroy(&attributes);
  return stack;
}

#endif

/// Like `start_thread`, with a stack that is never freed. In a child of fork the system gives new threads the stacks of
/// threads that no longer exist. If an item of the child belongs to a call of such a thread, the frames of that call
/// must stay.
[[nodiscard]] inline bool start_thread_on_new_memory(thread_handle& handle, void* (*body)(void*), void* argument,
                                                     std::size_t stack) noexcept {
#if !defined(PARALLEL_TASK_SEAM_THREAD) && defined(__linux__)
  ::pthread_attr_t attributes;
  if (::pthread_attr_init(&attributes) != 0) return false;
  set_stack_size(attributes, stack);
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
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
