// Exceptions where there are any: the only place that asks.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <utility>

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

/// Calls `body`; what it throws goes to `failed(std::exception_ptr)`. Without exceptions: just calls it.
template <class Body, class Failed>
[[gnu::always_inline]] inline void guarded(Body&& body, [[maybe_unused]] Failed&& failed) {
#if defined(__cpp_exceptions)
  try {
    body();
  } catch (...) {
    failed(std::current_exception());
  }
#else
  body();
#endif
}

/// Throws `error`; a build without exceptions prints what it says and aborts.
template <class Error>
[[noreturn]] inline void throw_error(Error error) {
#if defined(__cpp_exceptions)
  throw std::move(error);
#else
  std::fprintf(stderr, "parallel_task: %s\n", error.what());
  std::abort();
#endif
}

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task
