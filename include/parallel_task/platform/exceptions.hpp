// Throwing and catching, also in builds without exceptions.
#pragma once

#include <parallel_task/platform/code.hpp>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// Calls `body` and passes what it throws to `failed(std::exception_ptr)`. Without exceptions it only calls `body`.
/// What is no C++ exception passes through: that is how some systems end a thread (pthread_exit, pthread_cancel), and
/// nobody may keep it.
template <class Body, class Failed>
PARALLEL_TASK_ALWAYS_INLINE inline void guarded(Body&& body, [[maybe_unused]] Failed&& failed) {
#if defined(__cpp_exceptions)
  try {
    body();
  } catch (...) {
    std::exception_ptr thrown = std::current_exception();
    if (!thrown) throw;
    failed(std::move(thrown));
  }
#else
  body();
#endif
}

/// Throws what was kept, if something was.
PARALLEL_TASK_ALWAYS_INLINE inline void rethrow([[maybe_unused]] std::exception_ptr thrown) {
#if defined(__cpp_exceptions)
  if (thrown) std::rethrow_exception(std::move(thrown));
#endif
}

/// What builds without exceptions do instead.
[[noreturn]] inline void abort_for(char const* what) {
  std::fprintf(stderr, "parallel_task: %s\n", what);
  std::abort();
}

/// Throws `error`; a build without exceptions prints its message and aborts.
template <class Error>
[[noreturn]] inline void throw_error(Error error) {
#if defined(__cpp_exceptions)
  throw std::move(error);
#else
  abort_for(error.what());
#endif
}

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
