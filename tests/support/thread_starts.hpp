// A platform that may refuse to start a thread: name this header as PARALLEL_TASK_SEAM. All else is the real one's.
#pragma once

#include <atomic>

namespace support {

struct ThreadStarts {
  static inline std::atomic<bool (*)(unsigned)> refused{nullptr};
  static inline std::atomic<unsigned> asked{0};
  static inline std::atomic<unsigned> succeeded{0};

  /// From now on start number 1, 2, … fails where `refuses` says so. Set while no thread of the library lives.
  static void fail(bool (*refuses)(unsigned number)) noexcept {
    refused = refuses;
    asked = 0;
    succeeded = 0;
  }
};

}  // namespace support

// The real functions, one of them by another name: read here first, they are not read again.
#define start_thread start_thread_indeed
#include <parallel_task/platform/thread.hpp>
#undef start_thread

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

[[nodiscard]] inline bool start_thread(thread_handle& handle, void* (*body)(void*), void* argument,
                                       std::size_t stack) noexcept {
  unsigned const number = ++support::ThreadStarts::asked;
  auto const refused = support::ThreadStarts::refused.load();
  if (refused != nullptr && refused(number)) return false;
  bool const started = start_thread_indeed(handle, body, argument, stack);
  if (started) ++support::ThreadStarts::succeeded;
  return started;
}

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
