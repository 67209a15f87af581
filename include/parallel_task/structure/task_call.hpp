// A call whose members offer tasks to each other: what a tree of joins and a scope have in common.
//
// Such a call begins as its thread's own. Once sharing pays, by the clock and by what has run at this place before, it
// is published in a slot, as every other call; idle threads of the library find it there, join, take what is offered,
// and leave. Its caller goes on with what it does, and closes it at the end.
//
// Pairings.
//   a member's `offer`  store of an address (seq_cst, so release) -> compare-and-swap (acquire) of who takes it: what
//                       is offered. seq_cst, and before the look at who spins: whoever stops spinning looks at offers
//                       after that, so that mostly one of the two sees the other. Not always, since both looks are
//                       relaxed; a miss costs speed, never progress, and ends when the member looks around next.
//   `over_`             relaxed: nobody need look for more
#pragma once

#include <parallel_task/controller/run_call.hpp>
#include <parallel_task/controller/shared_run.hpp>
#include <parallel_task/controller/solo_run.hpp>
#include <parallel_task/controller/worker_base.hpp>
#include <parallel_task/platform/cold.hpp>
#include <parallel_task/platform/exceptions.hpp>
#include <parallel_task/structure/join_memo.hpp>

#include <cstdint>
#include <exception>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

class TaskCall : public SoloRun {
 public:
  explicit TaskCall(Settings const& told = {}) noexcept : SoloRun(told), shared_(*this) {}
  ~TaskCall() {
    if (slot != nullptr) SharedRun::put_slot_back(*this);
  }

  /// Whether it pays to share what has begun at `begun`, and has taken `expected` ns before (0: it is not known).
  [[nodiscard]] static bool pays_to_open(Ticks begun, float expected, Ticks now) noexcept;
  /// Whether threads that took tasks are not in this process.
  [[nodiscard]] bool is_lost() const noexcept { return ending.outcome() == Ending::forked; }

 protected:
  /// Takes a slot; `help` is what those do who join. False if there is none. What is offered then is seen by whoever is
  /// about to park when the call is opened.
  [[nodiscard]] bool publish(void (*help)(OpenCall&, std::uint32_t), Ticks begun, float expected) noexcept;
  void open_published() { shared_.begin(); }
  /// The caller has nothing more to do: returns when the others have left.
  void close() {
    shared_.end();
    clear_blocked();
  }
  /// Whether the caller has nothing to do: others then leave at once when they have nothing either.
  void set_over(bool over) noexcept { over_.store(over, detail::memory_order_relaxed); }
  [[nodiscard]] bool is_over() const noexcept { return over_.load(detail::memory_order_relaxed); }

  /// How many members there are to take from.
  [[nodiscard]] std::uint32_t member_count() const noexcept {
    std::uint32_t const high = slot->high.load(detail::memory_order_relaxed);
    return high < members->size ? high : members->size;
  }
  void offer_task(std::uint32_t member, void const* task) noexcept {
    members->all[member].offer.store(reinterpret_cast<std::uintptr_t>(task), detail::memory_order_seq_cst);
  }
  [[nodiscard]] bool has_offered(std::uint32_t member) const noexcept {
    return offer::is_task(members->all[member].offer.load(detail::memory_order_relaxed));
  }
  /// Takes what `member` offers; null if that is nothing, or another was quicker.
  [[nodiscard]] void* take_offer(std::uint32_t member) noexcept {
    auto& word = members->all[member].offer;
    std::uintptr_t seen = word.load(detail::memory_order_relaxed);
    if (!offer::is_task(seen) || !word.compare_exchange_strong(seen, offer::wanted, detail::memory_order_acquire,
                                                               detail::memory_order_relaxed)) {
      return nullptr;
    }
    return reinterpret_cast<void*>(seen);
  }
  /// The calling thread, `member`, has offered something: wakes somebody if that pays, and nobody is about to come.
  void call_others(std::uint32_t member, Ticks now) noexcept;
  /// The same, now and then; and whether the calling thread is blocked.
  void look_around(std::uint32_t member, LookPace& pace, Ticks now);

 private:
  /// What is left, in nanoseconds: of what it has taken before, or as much as it has lasted.
  [[nodiscard]] static float left(Ticks begun, float expected, Ticks now) noexcept {
    float const lasted = elapsed_ns(begun, now);
    if (expected <= 0) return Costs::worth_any_wake;
    return expected - lasted > lasted ? expected - lasted : lasted;
  }

  SharedRun shared_;
  float expected_ = 0;
  atomic<bool> over_{false};
};

PARALLEL_TASK_COLD inline bool TaskCall::pays_to_open(Ticks begun, float expected, Ticks now) noexcept {
  ThreadManager& manager = thread_manager;
  if (this_thread.depth != 0 && manager.places.busy() >= manager.places.limit()) return false;
  cost_model::Surroundings around;
  around.helper_is_hot = manager.wakeups.spinning.load(detail::memory_order_relaxed) != 0;
  around.wake_cost = manager.wake_cost_ns();
  around.threads = manager.places.most_computing();
  return cost_model::pays_to_share(left(begun, expected, now), around, manager.costs);
}

PARALLEL_TASK_COLD inline bool TaskCall::publish(void (*help)(OpenCall&, std::uint32_t), Ticks begun,
                                                 float expected) noexcept {
  bool has_slot = false;
  guarded([&] { has_slot = shared_.publish(); }, [](std::exception_ptr) {});
  if (!has_slot) return false;
  enter = help;
  started = begun;
  expected_ = expected;
  slot->has_offers.store(1, detail::memory_order_relaxed);
  return true;
}

PARALLEL_TASK_COLD inline void TaskCall::call_others(std::uint32_t member, Ticks now) noexcept {
  ThreadManager& manager = thread_manager;
  if (manager.places.asleep.load(detail::memory_order_relaxed) != 0) slot->wake_caller();
  if (manager.places.busy() >= manager.places.limit() || !has_room(*slot)) return;
  cost_model::Surroundings around;
  around.helper_is_hot = manager.wakeups.spinning.load(detail::memory_order_relaxed) != 0;
  around.wake_cost = manager.wake_cost_ns();
  if (!cost_model::pays_to_wake(left(started, expected_, now), around, manager.costs)) return;
  if (manager.wake_one_more(*slot)) ++members->all[member].counts.wakes;
}

PARALLEL_TASK_COLD inline void TaskCall::look_around(std::uint32_t member, LookPace& pace, Ticks now) {
  ThreadManager& manager = thread_manager;
  Costs const& costs = manager.costs;
  if (elapsed_ns(pace.called, now) < cost_model::look_pause(manager.places.busy(), costs)) return;
  pace.called = now;
  if (has_offered(member)) call_others(member, now);
  if (elapsed_ns(published, now) <= costs.blocked_after || elapsed_ns(pace.around, now) <= costs.long_claim) return;
  pace.around = now;
  if (ask_for_monitor()) (void)manager.wake_one_more(*slot, waking::Purpose::monitor);
  if (this_thread.looked_at != 0 && elapsed_ns(this_thread.looked_at, now) < costs.blocked_window) return;
  switch (look_at_oneself()) {
    case cost_model::Verdict::blocked:
      call_blocked();
      break;
    case cost_model::Verdict::computes:
      clear_blocked();
      break;
    case cost_model::Verdict::drop:
      break;
  }
}

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
