// What a thread has begun of a tree of joins and not ended: the tasks that wait on its stack.
//
// A tree is what joins make below an outermost one. The second half of each join is a task, in that join's frame, while
// its first half runs. A thread's tasks are linked from the oldest to the newest; it pushes and pops at the newest, by
// plain stores. Now and then it offers the oldest that it has not offered yet to others. So the offered ones are the
// first in the list, up to `offered`. How a task is offered, taken and finished is in structure/join_tree.hpp.
#pragma once

#include <parallel_task/platform/atomic.hpp>
#include <parallel_task/platform/clock.hpp>
#include <parallel_task/policy/costs.hpp>

#include <cstdint>
#include <exception>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

struct JoinTask;

/// What an offered task has besides: written by its owner before it offers the task.
struct OfferedTask {
  enum State : std::uint32_t {
    pending = 0,   ///< offered, or taken and not done
    awaited = 1,   ///< ... and its owner sleeps until it is done
    done = 2,      ///< its result, or its error, is there
    returned = 3,  ///< taken by a thread that may not run it: its owner does
    ended = 4      ///< the thread that ran it was ended in it (pthread_exit, pthread_cancel)
  };

  JoinTask* above = nullptr;  ///< the offered task in which it was made; null: none, up to the outermost join
  std::uint32_t owner = 0;    ///< the member on whose stack it is
  atomic<std::uint32_t> taker{0};
  atomic<std::uint32_t> state{pending};
  std::exception_ptr error;  ///< what it has thrown where it was taken
};

/// What a list of tasks begins with, and is linked by.
struct JoinLink {
  JoinLink* newer;
};

/// A task: up to `run` as it was pushed, the rest once it has been offered.
struct JoinTask : JoinLink {
  explicit JoinTask(void (*function)(JoinTask&)) noexcept : run(function) {}
  JoinTask(JoinTask const&) = delete;
  JoinTask& operator=(JoinTask const&) = delete;
  ~JoinTask() {}

  void (*run)(JoinTask& self);  ///< on the thread that has taken it; may throw
  union {
    OfferedTask offered;
  };
};

/// The word by which a member of a call offers a task to others: its address, or one of these.
namespace offer {
inline constexpr std::uintptr_t wanted = 0;  ///< others have taken what there was: the next one is offered at once
inline constexpr std::uintptr_t none = 1;    ///< nothing is offered, and nobody has asked
[[nodiscard]] constexpr bool is_task(std::uintptr_t word) noexcept { return word > none; }
}  // namespace offer

/// Where threads offer that have nobody to offer to.
inline constinit atomic<std::uintptr_t> no_offer{offer::none};

struct JoinState;
class JoinMemo;

/// The code of the file whose join was the outermost one: it works on what that has made, for files of other flags,
/// too.
struct JoinCode {
  void (*look)(JoinState& state) = nullptr;
  bool (*take_back)(JoinState& state, JoinTask& task, JoinLink* older) = nullptr;
  bool (*leave)(JoinState& state, JoinTask& task, JoinLink* older, bool thrown) = nullptr;
  void (*end)(JoinState& state, JoinMemo& memo) = nullptr;
};

class JoinTree;
struct ToldJoins;

/// When a thread looks at the clock: after so many steps that about `Costs::join_look` has passed. In ticks.
struct LookPace {
  std::uint32_t interval = 1;  ///< steps from one look to the next
  std::uint64_t looked = 0;    ///< the last look
  std::uint64_t called = 0;    ///< when it looked last whether others should be called ...
  std::uint64_t around = 0;    ///< ... and whether it is blocked

  void begin(std::uint64_t now) noexcept { *this = {1, now, now, now}; }
  /// After a look: how many steps until the next one.
  [[nodiscard]] std::uint32_t next(std::uint64_t now) noexcept {
    float const since = elapsed_ns(looked, now);
    looked = now;
    if (since < Costs::join_look / 2 && interval < Costs::most_joins_a_look) interval *= 2;
    if (since > 2 * Costs::join_look) interval = (interval + 3) / 4;
    return interval;
  }
};

/// The tasks of one thread in the tree in which it is; all zero where it is in none.
struct JoinState {
  JoinLink base{nullptr};       ///< before the oldest task
  JoinLink* newest = nullptr;   ///< `&base` if there is no task; null: in no tree
  JoinLink* offered = nullptr;  ///< the newest that was offered; `&base` if none was
  atomic<std::uintptr_t>* offer = nullptr;
  std::uint32_t countdown = 0;  ///< joins until the thread looks at the clock
  std::uint32_t member = 0;     ///< its number in the tree's call
  JoinCode const* code = nullptr;
  JoinTree* tree = nullptr;   ///< null: not open to others
  ToldJoins* told = nullptr;  ///< what all joins are told that it makes; null: nothing
  JoinTask* task = nullptr;   ///< the offered task that it runs; null: the outermost join
  std::uint64_t started = 0;  ///< ticks at the outermost join
  float expected = 0;         ///< what such a tree has taken before, ns
  bool alone = false;         ///< the tree may not be shared
  LookPace pace;
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
