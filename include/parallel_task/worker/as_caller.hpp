// Items run on a thread of the library as they would on their caller's: what a thread has for itself, and items can
// tell, is lent to it for the time in which it works in a call.
//
//   signals        blocked exactly as the caller blocks them: handlers, programs that an item starts, profilers and
//                  collectors find what they would find in a loop
//   floating point rounding, flushing to zero, traps
//   timers         how late they may be
//   urgency        a nice value lower than its own; a real-time caller lends its priority only while it waits
// All that is read by the caller before it opens the call, and rests in the call's frame: opening (release) -> joining
// (acquire), see call_slot.hpp. There is nothing else that two threads share.
//
// To read or to set a signal mask takes a system call, more than a small call may cost. So
//   a caller of small calls reads its own at most once in `Costs::caller_lasts`, unless nobody is hot, so that it pays
//   for a wake anyway; a caller of others (`Costs::long_call`) each time; a thread of the library keeps a mask from one
//   call to the next, until it has been idle for `Costs::signals_kept`.
#pragma once

#include <parallel_task/platform/clock.hpp>
#include <parallel_task/platform/cold.hpp>
#include <parallel_task/platform/float_mode.hpp>
#include <parallel_task/platform/lend_priority.hpp>
#include <parallel_task/platform/scheduling.hpp>
#include <parallel_task/policy/costs.hpp>
#include <parallel_task/worker/this_thread.hpp>

#include <cstdint>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// What is known of the calling thread is read anew.
PARALLEL_TASK_COLD inline void read_caller(ThreadState& self, float left, std::uint64_t now) noexcept {
  self.signal_mask = blocked_signals();
  if (left > Costs::slack_matters) self.timer_slack = timer_slack();
  if (left > Costs::slack_matters && self.thread == 0) self.urgency = urgency();
  self.caller_read_at = now;
}

/// What the items of a call that the calling thread makes are to find. `left`: nanoseconds of work. `wakes`: there is
/// no hot thread.
[[nodiscard]] inline CallerState caller_state(float left, bool wakes, std::uint64_t now) noexcept {
  ThreadState& self = this_thread;
  if (left > Costs::long_call || wakes || self.caller_read_at == 0 ||
      elapsed_ns(self.caller_read_at, now) > Costs::caller_lasts) {
    read_caller(self, left, now);
  }
  return {self.signal_mask, FloatMode::current(), self.timer_slack, self.urgency};
}

/// The calling thread of the library becomes as urgent as the caller that it helps, if it is less so; and what it was
/// before, if it is more so than this one. False if it may not: then the caller would have to wait for it, as long as
/// others keep it from a core.
PARALLEL_TASK_COLD [[nodiscard]] inline bool become_as_urgent_as(CallerState const& caller) noexcept {
  ThreadState& self = this_thread;
  if (self.thread == 0) return true;  // a user's thread, in what its own items have called
  bool const lends = caller.urgency > most_urgent && caller.urgency < self.own_urgency;
  int const wanted = lends ? caller.urgency : self.own_urgency;
  if (wanted == self.urgency) return true;
  if (self.own_urgency == most_humble || !set_urgency(wanted)) return !lends;  // a nice value is not enough there
  self.urgency = wanted;
  return true;
}
/// Whether the calling thread is as urgent as `caller`, or has become so.
[[nodiscard]] inline bool is_as_urgent_as(CallerState const& caller) noexcept {
  return this_thread.urgency == caller.urgency || become_as_urgent_as(caller);
}

/// The calling thread of the library is idle: it takes no signal that was not meant for it, and is no more urgent than
/// others.
PARALLEL_TASK_COLD inline void be_idle() noexcept {
  ThreadState& self = this_thread;
  if (self.urgency != self.own_urgency && set_urgency(self.own_urgency)) self.urgency = self.own_urgency;
  if (!self.takes_signals) return;
  self.signal_mask = idle_signals(self.signal_mask);
  (void)block_signals(self.signal_mask);
  self.takes_signals = false;
}

/// The calling thread, a real-time one, is about to wait until nobody else is in its call: they are as urgent
/// meanwhile.
PARALLEL_TASK_COLD inline void lend_to_helpers(CallSlot& slot) noexcept {
  Members& members = *slot.members.load(detail::memory_order_relaxed);
  std::uint32_t const end = slot.high.load(detail::memory_order_relaxed);
  for (std::uint32_t i = 1; i < end; ++i) lend_priority(members.all[i].loan, this_thread_id());
}

/// While it lives, the calling thread is to items what their caller is.
class AsCaller {
 public:
  /// `loan`: of the place as which the thread works.
  PARALLEL_TASK_ALWAYS_INLINE AsCaller(CallerState const& caller, atomic<std::uint32_t>& loan) noexcept
      : floats_(FloatMode::current()),
        signals_(caller.signal_mask),
        timer_slack_(caller.timer_slack),
        loan_(caller.urgency == most_urgent ? &loan : nullptr) {
    if (loan_ != nullptr) hold_for_loan(*loan_, this_thread_id());
    if (!(floats_ == caller.floats)) caller.floats.apply();
    ThreadState const& self = this_thread;
    if (!(self.signal_mask == signals_) || self.timer_slack != timer_slack_) take_on();
  }
  AsCaller(AsCaller const&) = delete;
  AsCaller& operator=(AsCaller const&) = delete;
  PARALLEL_TASK_ALWAYS_INLINE ~AsCaller() {
    if (!(FloatMode::current() == floats_)) floats_.apply();
    if (lent_) give_back();
    if (loan_ != nullptr) give_loan_back(*loan_, this_thread_id());
    // Items that call may have found another mask, their own, and have restored it.
    this_thread.signal_mask = signals_;
    this_thread.timer_slack = timer_slack_;
  }

 private:
  /// A thread of the library keeps what it is lent; a user's thread, which helps with what its own items have called,
  /// gets its own back.
  PARALLEL_TASK_COLD void take_on() noexcept {
    ThreadState& self = this_thread;
    lent_ = self.thread == 0;
    self.takes_signals = true;
    if (self.timer_slack != timer_slack_) {
      int const slack_before = lent_ ? detail::timer_slack() : 0;
      set_timer_slack(timer_slack_);
      if (lent_) timer_slack_ = slack_before;
    }
    if (!(self.signal_mask == signals_)) {
      SignalMask const before = block_signals(signals_);
      if (lent_) signals_ = before;
    }
  }
  PARALLEL_TASK_COLD void give_back() const noexcept {
    (void)block_signals(signals_);
    set_timer_slack(timer_slack_);
  }

  FloatMode const floats_;
  SignalMask signals_;  // what the thread has in the end
  int timer_slack_;
  atomic<std::uint32_t>* const loan_;  // null unless the caller is a real-time thread
  bool lent_ = false;
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
