// A tree of joins that is open to others: a call whose members offer tasks to each other.
//
// A tree is its thread's own until the clock says that sharing pays. Then it becomes a call in a slot, as every other
// is: idle threads of the library find it, join, take what is offered, and leave. Each member offers one task at a
// time, the oldest it has: the largest part of what is left, as a rule.
//
//   offered  (a member's `offer` is the task's address)  - taken by a thread without work, or by one that waits -+
//      | the owner has come to it: takes it back, runs it                                                        v
//      v                                                             runs it --> done     (the owner goes on)
//   the owner's                                  may not run it --> returned --> the owner's
//
// Isolation. A thread that waits for a task of its own runs nothing but what was made in that task: offers of the
// thread that has taken it, and of those that have taken something from that one, and so on ("leapfrogging": Wagner and
// Calder, 1993). While it waits it offers nothing itself: its offered tasks are the oldest, and it waits for its
// newest, so all are taken. What it takes lies deeper in the tree than what it waits for; so its stack is no deeper
// than that of a sequential run, but for the frames of a wait at each step. Which of the others offer such tasks is
// known by hints
// (`taker`, `from`); whether a task is one is known for sure only when it has been taken, since then it stays.
// Otherwise it is returned.
//
// Who touches what. A task belongs to its owner, from being taken to `done` or `returned` to the taker. The tasks above
// a task that is not done (`above`) are not done either, and may be read. A member's `bell`, on which its thread
// sleeps, is in memory that is never freed: a taker touches nothing of the task after it has said `done`. Pairings.
//   offer  store of the address (release) -> compare-and-swap (acquire) of who takes it  the task and those above
//   state  exchange to done, returned, ended (release) -> load (acquire) of the owner     result, error
//          compare-and-swap pending -> awaited (relaxed), then exchange (...): one word, so that the taker rings, or
//          the owner sees that it is done. Who has made work for a sleeping owner puts `pending` back and rings.
//   bell   + 1 (release) -> load (acquire) before the owner looks at `state` for the last time: a bell that has rung is
//          followed by a state that has changed
//   over_, hints (relaxed).
// Invariants beside those of a call: each offered task is run once, by its owner or its taker. A member that waits, or
// leaves, offers nothing.
#pragma once

#include <parallel_task/platform/cold.hpp>
#include <parallel_task/platform/exceptions.hpp>
#include <parallel_task/structure/task_call.hpp>
#include <parallel_task/structure/told.hpp>

#include <cstdint>
#include <exception>
#include <new>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

extern JoinCode const join_code;

class JoinTree : public TaskCall {
 public:
  /// `told`: null if nothing.
  explicit JoinTree(ToldJoins* told) noexcept : TaskCall(told != nullptr ? told->settings : Settings{}), told_(told) {}

  /// The calling thread's tree becomes a call; false if it can't.
  [[nodiscard]] static bool open(JoinState& state) noexcept;
  /// All tasks are done: returns when the others have left.
  void end() {
    set_over(true);
    close();
  }
  /// Offers the oldest task that was not.
  void offer_next(JoinState& state) noexcept;
  /// Waits until `task`, which was taken, is done or returned, and runs what was made in it meanwhile.
  void wait_for(JoinState& state, JoinTask& task);
  /// The same for a thread that is being ended, which runs nothing any more.
  void outlast(OfferedTask& task, std::uint32_t member) noexcept;

  using TaskCall::call_others;
  using TaskCall::has_offered;
  using TaskCall::look_around;

 private:
  static void help(OpenCall& call, std::uint32_t member);
  void work(std::uint32_t member);
  [[nodiscard]] bool run_any(std::uint32_t member);
  [[nodiscard]] bool run_one_below(JoinTask const& task, std::uint32_t member);
  [[nodiscard]] JoinTask* take(std::uint32_t from, std::uint32_t taker) noexcept;
  void run(JoinTask& task, std::uint32_t member);
  void finish(JoinTask& task, OfferedTask::State how) noexcept;
  void ring(std::uint32_t member) noexcept {
    members->all[member].bell.fetch_add(1, detail::memory_order_release);
    wake_one(members->all[member].bell);
  }
  void sleep_until_done(OfferedTask& task, Member& own) noexcept;
  void call_owners_above(JoinTask* task) noexcept;
  [[nodiscard]] bool comes_from(std::uint32_t member, std::uint32_t source) const noexcept;
  [[nodiscard]] static bool is_below(JoinTask const* task, JoinTask const& root) noexcept {
    while (task != nullptr && task != &root) task = task->offered.above;
    return task != nullptr;
  }

  ToldJoins* const told_;
};

inline bool JoinTree::open(JoinState& state) noexcept {
  auto* const tree = new (std::nothrow) JoinTree(state.told);
  if (tree == nullptr) return false;
  if (!tree->publish(&JoinTree::help, state.started, state.expected)) {
    delete tree;
    return false;
  }
  state.tree = tree;
  state.member = 0;
  state.offer = &tree->members->all[0].offer;
  tree->offer_next(state);
  tree->open_published();
  return true;
}

inline void JoinTree::offer_next(JoinState& state) noexcept {
  auto& task = static_cast<JoinTask&>(*state.offered->newer);
  ::new (static_cast<void*>(&task.offered)) OfferedTask;
  task.offered.above = state.task;
  task.offered.owner = state.member;
  state.offered = &task;
  offer_task(state.member, &task);
  if (thread_manager.places.asleep.load(detail::memory_order_relaxed) != 0) call_owners_above(state.task);
}

/// There is something to do for those who wait for `task` or one above it.
PARALLEL_TASK_COLD inline void JoinTree::call_owners_above(JoinTask* task) noexcept {
  for (; task != nullptr; task = task->offered.above) {
    std::uint32_t asleep = OfferedTask::awaited;
    if (task->offered.state.load(detail::memory_order_relaxed) != asleep) continue;
    std::uint32_t const owner = task->offered.owner;
    if (task->offered.state.compare_exchange_strong(asleep, OfferedTask::pending, detail::memory_order_relaxed,
                                                    detail::memory_order_relaxed)) {
      return ring(owner);
    }
  }
}

inline JoinTask* JoinTree::take(std::uint32_t from, std::uint32_t taker) noexcept {
  auto* const task = static_cast<JoinTask*>(take_offer(from));
  if (task != nullptr) task->offered.taker.store(taker, detail::memory_order_relaxed);
  return task;
}

/// The last touch of a task that is another's.
inline void JoinTree::finish(JoinTask& task, OfferedTask::State how) noexcept {
  std::uint32_t const owner = task.offered.owner;
  // release: pairs with the acquire in wait_for.
  if (task.offered.state.exchange(how, detail::memory_order_release) == OfferedTask::awaited) ring(owner);
}

/// Runs a task that was taken, on an empty list.
inline void JoinTree::run(JoinTask& task, std::uint32_t member) {
  JoinState& state = this_thread.join;
  Member& own = members->all[member];
  struct Within {
    JoinTree& tree;
    JoinTask& task;
    Member& member;
    JoinLink const base = this_thread.join.base;
    JoinLink* const newest = this_thread.join.newest;
    JoinLink* const offered = this_thread.join.offered;
    JoinTask* const above = this_thread.join.task;
    std::uint32_t const from = member.from.load(detail::memory_order_relaxed);
    OfferedTask::State how = OfferedTask::ended;
    ~Within() {
      JoinState& now = this_thread.join;
      now.base = base;
      now.newest = newest;
      now.offered = offered;
      now.task = above;
      member.from.store(from, detail::memory_order_relaxed);
      if (how == OfferedTask::ended) tree.ending.end_thread();
      tree.finish(task, how);
    }
  } within{*this, task, own};
  PARALLEL_TASK_INVARIANT(!offer::is_task(own.offer.load(detail::memory_order_relaxed)),
                          "who takes has nothing to offer");
  state.newest = state.offered = &state.base;
  state.task = &task;
  own.from.store(task.offered.owner, detail::memory_order_relaxed);
  own.offer.store(offer::wanted, detail::memory_order_relaxed);
  guarded(
      [&]() PARALLEL_TASK_INLINE_BODY {
        if (told_ != nullptr) told_->look();
        task.run(task);
      },

      [&](std::exception_ptr error) { task.offered.error = std::move(error); });
  own.counts.items += 1;
  within.how = OfferedTask::done;
}

/// Takes a task from anybody, for a thread without work.
inline bool JoinTree::run_any(std::uint32_t member) {
  std::uint32_t const end = member_count();
  std::uint32_t at = static_cast<std::uint32_t>(next_random() % (end != 0 ? end : 1));
  for (std::uint32_t i = 0; i != end; ++i, at = at + 1 == end ? 0 : at + 1) {
    if (at == member) continue;
    JoinTask* const task = take(at, member);
    if (task == nullptr) continue;
    Member& own = members->all[member];
    ++own.counts.claims;
    ++own.counts.steals;
    run(*task, member);
    return true;
  }
  return false;
}

/// Whether `member` runs something that was taken from `source`, or from who has taken it from that one, ...: a hint.
inline bool JoinTree::comes_from(std::uint32_t member, std::uint32_t source) const noexcept {
  for (std::uint32_t steps = 0; steps != 64 && member < members->size; ++steps) {
    if (member == source) return true;
    member = members->all[member].from.load(detail::memory_order_relaxed);
  }
  return false;
}

/// Takes a task that was made in `task`, which another runs; true if there was one.
inline bool JoinTree::run_one_below(JoinTask const& task, std::uint32_t member) {
  std::uint32_t const end = member_count();
  std::uint32_t const taker = task.offered.taker.load(detail::memory_order_relaxed);
  std::uint32_t at = taker < end ? taker : 0;
  for (std::uint32_t i = 0; i != end; ++i, at = at + 1 == end ? 0 : at + 1) {
    if (at == member || !has_offered(at)) continue;
    if (!comes_from(at, taker)) continue;
    JoinTask* const found = take(at, member);
    if (found == nullptr) continue;
    if (!is_below(found, task)) {
      finish(*found, OfferedTask::returned);
      continue;
    }
    Member& own = members->all[member];
    ++own.counts.claims;
    ++own.counts.steals;
    run(*found, member);
    return true;
  }
  return false;
}

inline void JoinTree::wait_for(JoinState& state, JoinTask& task) {
  OfferedTask& offered = task.offered;
  // What it runs meanwhile may end the thread; the task is in a frame of it, and another's until it is done.
  struct Within {
    JoinTree& tree;
    OfferedTask& task;
    std::uint32_t member;
    bool over = false;
    ~Within() {
      if (!over) tree.outlast(task, member);
    }
  } within{*this, offered, state.member};
  Ticks begun = ticks();
  for (;;) {
    for (std::uint32_t i = 0; i != Costs::caller_pauses; ++i) {
      // acquire: pairs with the release in `finish`.
      if (offered.state.load(detail::memory_order_acquire) >= OfferedTask::done) {
        within.over = true;
        return;
      }
      relax();
    }
    if (is_lost()) ending.throw_if_cancelled();  // its taker is not in this process
    if (run_one_below(task, state.member)) {
      begun = ticks();
    } else if (elapsed_ns(begun, ticks()) > thread_manager.costs.caller_spin) {
      sleep_until_done(offered, members->all[state.member]);
      begun = ticks();
    }
  }
}

/// Of a lost tree nobody is waited for: its other threads are not in this process.
PARALLEL_TASK_COLD inline void JoinTree::outlast(OfferedTask& task, std::uint32_t member) noexcept {
  // acquire: pairs with the release in `finish`.
  while (task.state.load(detail::memory_order_acquire) < OfferedTask::done) {
    if (is_lost()) return;
    sleep_until_done(task, members->all[member]);
  }
  task.error = nullptr;
}

/// Sleeps until the task is done, or something was made in it that could be run.
inline void JoinTree::sleep_until_done(OfferedTask& task, Member& own) noexcept {
  std::uint32_t state = OfferedTask::pending;
  // relaxed: the word itself decides who rings. What was done is acquired in wait_for.
  if (!task.state.compare_exchange_strong(state, OfferedTask::awaited, detail::memory_order_relaxed,
                                          detail::memory_order_relaxed)) {
    return;
  }
  Places& places = thread_manager.places;
  places.asleep.fetch_add(1, detail::memory_order_relaxed);
  places.computing.fetch_sub(1, detail::memory_order_relaxed);
  // A real-time caller lends its priority at the end only (SharedRun): until then a helper may wait for it in turn.
  for (;;) {
    // acquire: pairs with the release in `ring`.
    std::uint32_t const rung = own.bell.load(detail::memory_order_acquire);
    if (task.state.load(detail::memory_order_relaxed) != OfferedTask::awaited) break;
    wait_on(own.bell, rung);
  }
  places.computing.fetch_add(1, detail::memory_order_relaxed);
  places.asleep.fetch_sub(1, detail::memory_order_relaxed);
}

inline void JoinTree::help(OpenCall& call, std::uint32_t member) {
  if (member == 0) return;  // the caller, at the end: all is done
  static_cast<JoinTree&>(static_cast<Call&>(call)).work(member);
}

/// A helper: takes what is offered, for as long as there is something.
inline void JoinTree::work(std::uint32_t member) {
  Member& own = members->all[member];
  own.counts.thread = this_thread.thread;
  own.system_id.store(this_thread_id(), detail::memory_order_relaxed);
  forget_baseline();
  struct Within {
    Member& member;
    ~Within() {
      this_thread.join = JoinState{};
      member.offer.store(offer::none, detail::memory_order_relaxed);
      member.system_id.store(0, detail::memory_order_relaxed);
      clear_blocked();
    }
  } const within{own};
  JoinState& state = this_thread.join;
  state.code = &join_code;
  state.tree = this;
  state.told = told_;
  state.member = member;
  state.offer = &own.offer;
  state.newest = state.offered = &state.base;
  state.countdown = 1;
  Ticks begun = ticks();
  state.started = begun;
  state.pace.begin(begun);
  while (!is_over() && ending.outcome() == Ending::going) {
    Ticks const before = ticks();
    if (run_any(member)) {
      begun = ticks();
      if (own.counts.first_item_ns <= 0) own.counts.first_item_ns = elapsed_ns(started, before);
      own.counts.busy_ns += elapsed_ns(before, begun);
      if (should_leave(*this)) break;
      continue;
    }
    own.offer.store(offer::none, detail::memory_order_relaxed);
    relax();
    if (elapsed_ns(begun, ticks()) > Costs::stay_in_tree) break;
  }
}

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
