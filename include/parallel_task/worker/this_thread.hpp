// What the library remembers of a thread: trivially destructible, so that it works in every corner of process life.
#pragma once

#include <parallel_task/platform/thread.hpp>
#include <parallel_task/policy/sharing_record.hpp>
#include <parallel_task/policy/spinning.hpp>
#include <parallel_task/worker/call_slot.hpp>
#include <parallel_task/worker/task_state.hpp>

#include <cstdint>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

struct ScopeMember;

struct ThreadState {
  std::uint32_t thread = 0;                    ///< the library's number of it; 0: not one of its threads
  std::uint32_t inside = CallSlot::no_parent;  ///< the slot of the published call whose items it runs
  std::uint32_t depth = 0;                     ///< published calls and joins on its stack
  std::uint32_t hint = 0;                      ///< the slot that it had last
  std::uint32_t group = ~std::uint32_t{0};     ///< the thread_limit in whose extent it runs
  std::uint32_t member = 0;                    ///< the place in a call that it had last, as a helper; 0: none
  std::uint32_t in_vain = 0;                   ///< joins in a row that were refused all there was
  int system_id = 0;
  std::uint64_t random = 0x9E3779B97F4A7C15U;
  // The cost model's memory of this thread (cost_model.hpp, "ski-rental").
  std::uint64_t last_end = 0;       ///< ticks at the end of its last call
  float debt = 0;                   ///< what hot helpers would have saved it lately, ns
  SharingTally tally;               ///< what sharing has brought (sharing_record.hpp)
  SpinRecord spins;                 ///< what spinning has brought (spinning.hpp), ...
  std::uint64_t spins_stopped = 0;  ///< ... and when it was stopped for a while, in ticks; 0: never
  std::uint64_t hot_since = 0;      ///< when it first saw a hot helper that leaves its work alone; 0: none
  std::uint64_t hot_looked = 0;     ///< when it looked last
  // The blocked rule's baseline (controller/blocked.hpp).
  std::uint64_t looked_at = 0;
  std::int64_t cpu_ns = 0;
  std::int64_t switches = 0;
  // For traces: when it slept last, and who woke it. 0: that has been told.
  std::uint64_t parked_at = 0;
  std::uint64_t woken_at = 0;
  std::uint32_t woken_by = 0;
  // What its items find (as_caller.hpp).
  SignalMask signal_mask;  ///< what it blocks, as far as is known
  int timer_slack = ordinary_timer_slack;
  int urgency = 0;                   ///< its nice value, or more than that can say
  int own_urgency = 0;               ///< of the library's: while it is idle
  std::uint64_t caller_read_at = 0;  ///< when it looked at these last
  bool takes_signals = false;        ///< of the library's: it blocks what a caller blocks, not all
  bool blocked = false;              ///< it calls itself blocked: one more thread may compute
  bool lost = false;                 ///< it was the library's, and goes on in a child of fork: no pool knows it
  JoinState join;                    ///< its part of the tree of joins in which it is
  ScopeMember* scope = nullptr;      ///< the scope whose tasks it runs, innermost
};

/// Shared by all shared objects, as the pool is: a thread that one has started runs closures of another.
PARALLEL_TASK_SHARED inline thread_local constinit ThreadState this_thread PARALLEL_TASK_ONE("this_thread"){};

/// While it lives, joins of the calling thread begin a tree of their own: they are made in the extent of another call,
/// or of a guard.
class OutsideJoins {
 public:
  OutsideJoins() noexcept : before_(this_thread.join) { this_thread.join = JoinState{}; }
  OutsideJoins(OutsideJoins const&) = delete;
  OutsideJoins& operator=(OutsideJoins const&) = delete;
  ~OutsideJoins() { this_thread.join = before_; }

 private:
  JoinState const before_;
};

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
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
