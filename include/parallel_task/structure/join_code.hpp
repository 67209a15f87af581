// What joins call out of line, for the thread whose tasks they are: to look after a push, to come to an offered task,
// to leave, and at both ends of a tree.
#pragma once

#include <parallel_task/platform/cold.hpp>
#include <parallel_task/platform/exceptions.hpp>
#include <parallel_task/structure/join_memo.hpp>
#include <parallel_task/structure/join_tree.hpp>
#include <parallel_task/structure/told.hpp>

#include <cstdint>
#include <exception>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// After a push: somebody has asked for a task, or it is time to look at the clock.
PARALLEL_TASK_COLD inline void look_after_push(JoinState& state) {
  bool const told = state.told != nullptr && state.countdown == 0 && state.told->may_be_stopped();
  if (told) {
    state.countdown = 1;  // whoever catches what is thrown looks at the next push
    state.told->look();
    state.countdown = 0;
  }
  Ticks const now = ticks();
  if (state.alone) {
    state.countdown = told ? state.pace.next(now) : ~std::uint32_t{0};
    return;
  }
  if (state.countdown != 0) {
    state.tree->offer_next(state);
    state.tree->call_others(state.member, now);
    return;
  }
  state.countdown = state.pace.next(now);
  if (state.tree == nullptr) {
    if (JoinTree::pays_to_open(state.started, state.expected, now)) state.alone = !JoinTree::open(state);
    return;
  }
  if (!state.tree->has_offered(state.member)) state.tree->offer_next(state);
  state.tree->look_around(state.member, state.pace, now);
}

/// The owner has come to a task that it has offered: true if nobody has taken it, and it is the owner's again.
[[nodiscard]] inline bool recall(JoinState& state, JoinTask& task, JoinLink* older) noexcept {
  state.newest = state.offered = older;
  auto seen = reinterpret_cast<std::uintptr_t>(&task);
  // relaxed: nobody else has written to it.
  return state.offer->compare_exchange_strong(seen, offer::none, detail::memory_order_relaxed,
                                              detail::memory_order_relaxed);
}

/// The same: true if it is to run the task, false if that has been done. Throws what the task has thrown.
PARALLEL_TASK_COLD inline bool take_back(JoinState& state, JoinTask& task, JoinLink* older) {
  if (recall(state, task, older)) return true;
  state.tree->wait_for(state, task);
  std::uint32_t const how = task.offered.state.load(detail::memory_order_relaxed);
  if (how == OfferedTask::ended) end_this_thread();
  std::exception_ptr error = std::move(task.offered.error);
  task.offered.~OfferedTask();
  if (error) rethrow(std::move(error));
  return how != OfferedTask::done;
}

/// A join is left before it came to its task, by an exception (`thrown`) or by its thread's end: true if the task is to
/// be run.
PARALLEL_TASK_COLD inline bool leave_join(JoinState& state, JoinTask& task, JoinLink* older, bool thrown) {
  bool runs = true;
  if (state.offered != &task) {
    state.newest = older;
  } else if (!recall(state, task, older)) {
    if (!thrown) {
      state.tree->outlast(task.offered, state.member);
      return false;
    }
    // Where its taker is not in this process, it is left alone.
    guarded(
        [&] {
          state.tree->wait_for(state, task);
          runs = task.offered.state.load(detail::memory_order_relaxed) == OfferedTask::returned;
          bool const ended = task.offered.state.load(detail::memory_order_relaxed) == OfferedTask::ended;
          task.offered.~OfferedTask();
          if (ended) end_this_thread();
        },
        [&](std::exception_ptr) { runs = false; });
  }
  bool const stopped = state.told != nullptr && state.told->is_stopped();
  return runs && thrown && !stopped && (state.tree == nullptr || !state.tree->is_lost());
}

/// The outermost join of a thread begins.
PARALLEL_TASK_COLD inline void begin_tree(JoinState& state, JoinMemo const& memo) {
  state.newest = state.offered = &state.base;
  state.offer = &no_offer;
  state.code = &join_code;
  state.alone = may_not_share(state.told != nullptr ? state.told->settings : Settings{});
  bool const told = state.told != nullptr && state.told->may_be_stopped();
  state.countdown = state.alone && !told ? ~std::uint32_t{0} : 1;
  state.expected = memo.took();
  state.started = ticks();
  state.pace.begin(state.started);
}

/// ... and ends.
PARALLEL_TASK_COLD inline void end_tree(JoinState& state, JoinMemo& memo) {
  bool const shared = state.tree != nullptr;
  Ticks const begun = state.started;
  if (shared) {
    JoinTree* const tree = state.tree;
    ToldJoins* const told = state.told;
    state = JoinState{};
    state.told = told;
    tree->end();
    if (told != nullptr) told->report.add(*tree);
    delete tree;
  } else {
    state.newest = nullptr;
  }
  memo.learn(elapsed_ns(begun, ticks()), shared);
}

inline constexpr JoinCode join_code{&look_after_push, &take_back, &leave_join, &end_tree};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
