// What a watched call has beside what every call has: in the frame of its run, so that others don't pay for it.
#pragma once

#include <parallel_task/controller/job.hpp>
#include <parallel_task/controller/progress.hpp>
#include <parallel_task/controller/settings.hpp>
#include <parallel_task/controller/trace.hpp>
#include <parallel_task/worker/this_thread.hpp>

#include <cstdint>
#include <exception>

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

struct Watching {
  explicit Watching(Watch const& asked) noexcept : watch(asked) {}

  /// The calling thread has run an item.
  void took_part() noexcept {
    std::uint32_t const thread = this_thread.thread % 512;
    threads_seen[thread / 64].fetch_or(std::uint64_t{1} << thread % 64, std::memory_order_relaxed);
  }

  Watch const& watch;
  Trace* trace = nullptr;                   // null: none is asked for, or another run records there
  TraceRow* row = nullptr;                  // the caller's
  atomic<std::uint64_t> threads_seen[8]{};  // a bit for each library thread that ran an item; relaxed, for the report
  atomic<std::uint32_t> thread_of[CallSlot::most_members]{};  // of the members; relaxed, for the trace

  // Progress: the caller's alone.
  void const* caller = &this_thread;
  std::size_t const* next = nullptr;  // what the caller has run before it shared
  Pulled const* known = nullptr;
  bool shared = false;
  std::uint64_t tell_at = 0;
  std::exception_ptr failure;
  bool (*stop_requested)(void const* token) = nullptr;  // the user's own
  void const* stop_token = nullptr;
};

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task
