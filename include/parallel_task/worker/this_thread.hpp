// What the library remembers of a thread: trivially destructible, so that it works in every corner of process life.
#pragma once

#include <parallel_task/platform/thread.hpp>
#include <parallel_task/worker/call_slot.hpp>

#include <cstdint>

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

struct ThreadState {
  std::uint32_t thread = 0;                    ///< the library's number of it; 0: not one of its threads
  std::uint32_t inside = CallSlot::no_parent;  ///< the slot of the published call whose items it runs
  std::uint32_t depth = 0;                     ///< published calls and joins on its stack
  std::uint32_t hint = 0;                      ///< the slot that it had last
  std::uint32_t group = ~std::uint32_t{0};     ///< the thread_limit in whose extent it runs
  std::uint32_t in_vain = 0;                   ///< joins in a row that were refused all there was
  int system_id = 0;
  std::uint64_t random = 0x9E3779B97F4A7C15U;
  // The cost model's memory of this thread (cost_model.hpp, "ski-rental").
  std::uint64_t last_end = 0;    ///< ticks at the end of its last call
  float debt = 0;                ///< what hot helpers would have saved it lately, ns
  std::uint64_t hot_since = 0;   ///< when it first saw a hot helper that leaves its work alone; 0: none
  std::uint64_t hot_looked = 0;  ///< when it looked last
  // The blocked rule's baseline (controller/blocked.hpp).
  std::uint64_t looked_at = 0;
  std::int64_t cpu_ns = 0;
  std::int64_t switches = 0;
  // For traces: when it slept last, and who woke it. 0: that has been told.
  std::uint64_t parked_at = 0;
  std::uint64_t woken_at = 0;
  std::uint32_t woken_by = 0;
  bool blocked = false;  ///< it calls itself blocked: one more thread may compute
  bool lost = false;     ///< it was the library's, and goes on in a child of fork: no pool knows it
};

/// Shared by all shared objects, as the pool is: a thread that one has started runs closures of another.
PARALLEL_TASK_SHARED inline thread_local constinit ThreadState this_thread{};

/// The next pseudo-random number of this thread (xorshift, Marsaglia 2003); never used for results.
[[nodiscard]] inline std::uint64_t next_random() noexcept {
  std::uint64_t& x = this_thread.random;
  x ^= x << 13;
  x ^= x >> 7;
  x ^= x << 17;
  return x;
}

[[nodiscard]] inline int this_thread_id() noexcept {
  if (this_thread.system_id == 0) this_thread.system_id = thread_id();
  return this_thread.system_id;
}

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task
