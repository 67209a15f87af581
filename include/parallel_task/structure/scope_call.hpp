// A scope's tasks: lists of closures, one a member, of which each member offers the oldest half to others.
//
// A member pushes what its thread spawns at the newest end of its own list and runs from there, in a loop, one after
// the other: never on top of each other, however long a chain of spawns is. Now and then, or when others have taken
// what it offered last, it cuts the oldest half off its list and offers that as one. A member without tasks takes its
// own offer back, or another's, whole. (Lists private to their threads of which a part is public: Dijk and van de Pol,
// 2014.)
//
// The end. A member leaves only when its list and its offer are empty, or when what it leaves is offered. The call
// closes as every other, when its caller has nothing to do and nobody is in it: then nothing waits, nothing runs, and
// nothing will be added. So no task is counted.
//
// Who touches what. A list, the memory of its tasks and the rest of a ScopeMember belong to the thread that is the
// member: the caller's is in the scope, another's in its place in the call, where the next holder of the place finds it
// (give a member back -> take it, call_slot.hpp), and at the end the caller (leave -> close). A chain that is offered
// belongs to nobody, up to the compare-and-swap that takes it (task_call.hpp).
// Pairings of its own.
//   strays_  pushed by compare-and-swap (release) by threads that are no members; all are taken by exchange (acquire)
//   error_   written by whose note of the outcome was the first; read by the caller after the close
#pragma once

#include <parallel_task/platform/cold.hpp>
#include <parallel_task/platform/exceptions.hpp>
#include <parallel_task/structure/join_memo.hpp>
#include <parallel_task/structure/scope_tasks.hpp>
#include <parallel_task/structure/task_call.hpp>
#include <parallel_task/structure/told.hpp>

#include <cstdint>
#include <exception>
#include <new>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

class ScopeCall : public TaskCall {
 public:
  explicit ScopeCall(JoinMemo& memo, Settings const& told = {}) noexcept
      : TaskCall(told), memo_(memo), own_(*this, 0), report_(told) {
    begin_here();
  }
  ~ScopeCall() {
    if (finished_) return;
    ending.end_thread();  // the thread is being ended in a task: no other is begun
    end();
  }

  /// The calling thread's part; null if it has none.
  [[nodiscard]] PARALLEL_TASK_ALWAYS_INLINE ScopeMember* member_here() noexcept {
    ScopeMember* const member = this_thread.scope;
    if (member != nullptr && member->call == this) [[likely]]
      return member;
    return outer_member();
  }
  /// After a push, or a pop: others may want some, or it is time to look at the clock.
  PARALLEL_TASK_ALWAYS_INLINE void after_step(ScopeMember& member) {
    // relaxed: it only asks; what is offered is published by `offer_half`.
    if (--member.countdown == 0 || member.offer->load(detail::memory_order_relaxed) == offer::wanted) [[unlikely]]
      look(member);
  }
  /// A task of a thread that is no member: whoever is without tasks first takes it.
  void add_stray(ScopeTask& task) noexcept;
  /// A task, or the scope's own closure, has thrown.
  void note_error(std::exception_ptr error) noexcept {
    if (ending.note(Ending::failed)) error_ = std::move(error);
  }
  /// The scope's closure has returned: runs what is left. Throws the first error.
  void finish() {
    end();
    report_.end(started, own_.ran, may_not_share(settings), end_of_tasks(ending.outcome()));
    if (error_ && !is_lost()) rethrow(std::move(error_));
    ending.throw_if_cancelled();
  }

 private:
  static void help(OpenCall& call, std::uint32_t member);
  void begin_here() noexcept;
  void end();
  void leave_here() noexcept;
  void run_all(ScopeMember& member);
  PARALLEL_TASK_ALWAYS_INLINE void run(ScopeMember& member, ScopeTask& task);
  void drop(ScopeMember& member, ScopeTask& task) noexcept;
  [[nodiscard]] bool refill(ScopeMember& member);
  [[nodiscard]] bool take_strays(ScopeMember& member) noexcept;
  void work(ScopeMember& member);
  void leave(ScopeMember& member) noexcept;
  void look(ScopeMember& member);
  void open_up(ScopeMember& member);
  void offer_half(ScopeMember& member) noexcept;
  [[nodiscard]] ScopeMember& member_at(std::uint32_t at) noexcept;
  [[nodiscard]] ScopeMember* outer_member() noexcept;
  /// Whether tasks are not to be run any more: it was stopped, or is in a child of fork that has lost some, or a thread
  /// was ended.
  [[nodiscard]] bool is_dropped() const noexcept { return bound() != unknown; }
  void look_whether_to_stop() noexcept;

  JoinMemo& memo_;
  ScopeMember own_;
  TaskReport report_;
  atomic<ScopeTask*> strays_{nullptr};
  std::exception_ptr error_;
  OutsideJoins outside_;  // a tree of joins around it waits for the scope, and offers nothing meanwhile
  bool alone_ = false;
  bool finished_ = false;
  bool opened_ = false;
};

PARALLEL_TASK_COLD inline ScopeMember* ScopeCall::outer_member() noexcept {
  ScopeMember* member = this_thread.scope;
  while (member != nullptr && member->call != this) member = member->outer;
  return member;
}

PARALLEL_TASK_COLD inline void ScopeCall::begin_here() noexcept {
  own_.outer = this_thread.scope;
  this_thread.scope = &own_;
  started = ticks();
  own_.pace.begin(started);
  alone_ = may_not_share(settings);
}

PARALLEL_TASK_COLD inline void ScopeCall::add_stray(ScopeTask& task) noexcept {
  ScopeTask* first = strays_.load(detail::memory_order_relaxed);
  do {
    task.newer = first;
    // release: pairs with the acquire in take_strays.
  } while (!strays_.compare_exchange_weak(first, &task, detail::memory_order_release, detail::memory_order_relaxed));
}

inline bool ScopeCall::take_strays(ScopeMember& member) noexcept {
  if (strays_.load(detail::memory_order_relaxed) == nullptr) return false;
  // acquire: pairs with the release in add_stray.
  ScopeTask* task = strays_.exchange(nullptr, detail::memory_order_acquire);
  if (task == nullptr) return false;
  while (task != nullptr) member.push(*std::exchange(task, task->newer));
  return true;
}

inline void ScopeCall::drop(ScopeMember& member, ScopeTask& task) noexcept {
  task.act(task, ScopeTask::Do::destroy);
  give_back(member, task);
}

inline void ScopeCall::run(ScopeMember& member, ScopeTask& task) {
  struct Memory {
    ScopeMember& member;
    ScopeTask& task;
    PARALLEL_TASK_ALWAYS_INLINE ~Memory() { give_back(member, task); }
  } const memory{member, task};
  ++member.ran;
  task.act(task, ScopeTask::Do::run);
}

/// Runs what is in the list until that is empty, and what is added meanwhile.
inline void ScopeCall::run_all(ScopeMember& member) {
  while (member.newest != nullptr && !member.leaving) {
    if (is_dropped()) {
      while (ScopeTask* const task = member.pop()) drop(member, *task);
      return;
    }
    guarded(
        [&]() PARALLEL_TASK_INLINE_BODY {
          while (ScopeTask* const task = member.pop()) {
            if (member.newest != nullptr) after_step(member);
            run(member, *task);
            if (member.leaving || is_dropped()) [[unlikely]]
              return;
          }
        },
        [&](std::exception_ptr error) { note_error(std::move(error)); });
  }
}

/// The list is empty: takes the own offer back, or another's, or what strays. False: there is nothing.
inline bool ScopeCall::refill(ScopeMember& member) {
  if (opened_) {
    std::uint32_t const end = member_count();
    // First its own, which is nearest; the others from anywhere on.
    for (std::uint32_t i = 0, at = member.index; i <= end; ++i, at = at + 1 >= end ? 0 : at + 1) {
      if (i != 0 && at == member.index) continue;
      if (i == 1) at = static_cast<std::uint32_t>(next_random() % end);
      if (!has_offered(at)) continue;
      auto* const chain = static_cast<ScopeTask*>(take_offer(at));
      if (chain == nullptr) continue;
      if (at == member.index) {
        member.offer->store(offer::none, detail::memory_order_relaxed);
      } else {
        ++members->all[member.index].counts.steals;
      }
      ++members->all[member.index].counts.claims;
      member.put_before(*chain);
      return true;
    }
  }
  return take_strays(member);
}

inline void ScopeCall::offer_half(ScopeMember& member) noexcept {
  constexpr std::uint32_t most = 256;  // the walk along the chain is paid by each task that is taken
  std::uint32_t const half = (member.waiting + 1) / 2;
  offer_task(member.index, &member.cut_off(half < most ? half : most));
}

PARALLEL_TASK_COLD inline void ScopeCall::open_up(ScopeMember& member) {
  if (!publish(&ScopeCall::help, started, memo_.took())) {
    alone_ = true;
    return;
  }
  opened_ = true;
  member.offer = &members->all[0].offer;
  offer_half(member);
  open_published();
}

/// What the user's token throws counts as thrown by a task.
PARALLEL_TASK_COLD inline void ScopeCall::look_whether_to_stop() noexcept {
  guarded(
      [&] {
        if (ending.told_to_stop(settings)) ending.lower_bound_to(0);
      },
      [&](std::exception_ptr error) { note_error(std::move(error)); });
}

PARALLEL_TASK_COLD inline void ScopeCall::look(ScopeMember& member) {
  Ticks const now = ticks();
  bool const timed = member.countdown == 0;
  if (timed) {
    if (may_be_stopped()) look_whether_to_stop();
    member.countdown = alone_ && !may_be_stopped() ? ~std::uint32_t{0} : member.pace.next(now);
  }
  if (member.waiting == 0) return;
  if (!opened_) {
    if (!alone_ && pays_to_open(started, memo_.took(), now)) open_up(member);
    return;
  }
  if (!has_offered(member.index)) {
    offer_half(member);
    call_others(member.index, now);
  }
  if (!timed) return;
  look_around(member.index, member.pace, now);
  if (member.index != 0 && member.pace.around == now && should_leave(*this)) member.leaving = true;
}

/// The part of a helper: in its place in the call, made by the first who holds it.
inline ScopeMember& ScopeCall::member_at(std::uint32_t at) noexcept {
  Member& place = members->all[at];
  static_assert(sizeof(ScopeMember) <= sizeof(place.storage) && alignof(ScopeMember) <= 64);
  if (!place.storage_used) {
    ::new (static_cast<void*>(place.storage)) ScopeMember(*this, at);
    place.storage_used = true;
  }
  return *std::launder(reinterpret_cast<ScopeMember*>(place.storage));
}

inline void ScopeCall::help(OpenCall& call, std::uint32_t member) {
  auto& scope = static_cast<ScopeCall&>(static_cast<Call&>(call));
  if (member == 0) {
    scope.set_over(false);
    do {
      scope.run_all(scope.own_);
    } while (scope.refill(scope.own_));
    scope.set_over(true);
    return;
  }
  scope.work(scope.member_at(member));
}

/// A helper: runs what it has and what it can take, until there is nothing for a while.
inline void ScopeCall::work(ScopeMember& member) {
  Member& place = members->all[member.index];
  place.counts.thread = this_thread.thread;
  place.system_id.store(this_thread_id(), detail::memory_order_relaxed);
  forget_baseline();
  Ticks const came = ticks();
  if (place.counts.first_item_ns <= 0) place.counts.first_item_ns = elapsed_ns(started, came);
  struct Within {
    ScopeCall& call;
    ScopeMember& member;
    bool ended = true;
    ~Within() {
      if (ended) call.ending.end_thread();
      call.leave(member);
    }
  } within{*this, member};
  member.outer = this_thread.scope;
  this_thread.scope = &member;
  member.offer = &place.offer;
  member.leaving = false;
  member.countdown = 1;
  Ticks begun = ticks();
  member.pace.begin(begun);
  for (;;) {
    run_all(member);
    if (member.leaving) break;
    if (refill(member)) {
      begun = 0;
      continue;
    }
    if (begun == 0) {
      begun = ticks();
      if (should_leave(*this)) break;
    }
    relax();
    if (is_over() || elapsed_ns(begun, ticks()) > Costs::stay_in_tree) break;
  }
  place.counts.items += std::exchange(member.ran, 0);
  place.counts.busy_ns += elapsed_ns(came, ticks());
  within.ended = false;
}

/// What a helper leaves is anybody's.
inline void ScopeCall::leave(ScopeMember& member) noexcept {
  Member& place = members->all[member.index];
  if (member.newest != nullptr) {
    if (has_offered(member.index)) {
      auto* const chain = static_cast<ScopeTask*>(take_offer(member.index));
      if (chain != nullptr) member.put_before(*chain);
    }
    offer_task(member.index, &member.cut_off(member.waiting));
  }
  if (has_offered(member.index)) {
    slot->left_behind.store(1, detail::memory_order_relaxed);  // relaxed: the leave itself is the release
    slot->wake_caller();
  } else {
    place.offer.store(offer::none, detail::memory_order_relaxed);
  }
  this_thread.scope = member.outer;
  place.system_id.store(0, detail::memory_order_relaxed);
  clear_blocked();
}

/// The call is closed. The memory of those who have helped is kept: cells of it may be anywhere.
PARALLEL_TASK_COLD inline void ScopeCall::leave_here() noexcept {
  report_.add(*this);
  std::uint32_t const end = member_count();
  for (std::uint32_t i = 1; i < end; ++i) {
    Member& place = members->all[i];
    if (!place.storage_used) continue;
    ScopeMember& member = member_at(i);
    own_.cells.adopt(member.cells);
    member.~ScopeMember();
    place.storage_used = false;
  }
  SharedRun::put_slot_back(*this);
  own_.offer = &no_offer;
  opened_ = false;
}

inline void ScopeCall::end() {
  bool shared = false;
  do {
    run_all(own_);
    if (opened_) {
      shared = true;
      close();
      leave_here();
    }
  } while (refill(own_));
  this_thread.scope = own_.outer;
  memo_.learn(elapsed_ns(started, ticks()), shared);
  finished_ = true;
}

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
