// The pool's tables: one record for each open call, each thread_limit guard and each thread.
#pragma once

#include <parallel_task/platform/attributes.hpp>
#include <parallel_task/platform/thread.hpp>
#include <parallel_task/worker/call_slot.hpp>

#include <cstdint>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

PARALLEL_TASK_PADDED_BEGIN

/// Threads that a `thread_limit` guard bounds together: each one that computes in the guard's extent is counted here.
struct ThreadGroup {
  atomic<std::uint32_t> taken{0};
  atomic<std::uint32_t> limit{0};
  atomic<std::uint32_t> used{0};
  atomic<std::uint32_t> outer{0};  // filled in by the guard that takes the group, before anybody asks
};

/// One thread of the library: its handle, and whether the record is in use.
struct alignas(128) WorkerThread {
  enum State : std::uint32_t { free = 0, starting = 1, running = 2, joining = 3, ended = 4 };
  atomic<std::uint32_t> state{free};
  std::uint32_t number = 0;  // 1 ...; set before the thread starts
  atomic<int> system_id{0};  // while it runs; for people who look for the reason of a hang
  thread_handle handle{};
};

/// All zero until they are used, and an object of their own, so that they take no room in a program's file: together
/// with the few words of the pool that do not begin with zero they would add 87 kB to it.
struct PARALLEL_TASK_SHARED Tables {
  static constexpr std::uint32_t slot_count = 512;
  static constexpr std::uint32_t bit_count = 64;  ///< slots that have a bit in `wanting` (places.hpp)
  static constexpr std::uint32_t group_count = 256;
  static constexpr std::uint32_t most_threads = 512;

  ThreadGroup groups[group_count];
  CallSlot call_slots[slot_count];
  WorkerThread threads[most_threads];
};
PARALLEL_TASK_SHARED inline constinit Tables tables PARALLEL_TASK_ONE("tables"){};

PARALLEL_TASK_PADDED_END

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
