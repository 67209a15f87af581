// Waking parked threads: an event count, the threads that it can reach, and what a wake costs.
//
// An event count lets a thread sleep until something may have changed. A thread that finds nothing to do takes the
// epoch's value and counts itself in `parked` (prepare_wait), looks for work once more, and sleeps only if there is
// still none and the epoch is the same (wait). A thread that has made work looks at `parked`, and moves the epoch on if
// anybody is there (notify).
//
// Invariants.
//   A thread that sleeps on the epoch is counted in `parked`.
//   A thread is counted in `in_flight_` from the moment in which somebody calls it until it arrives, or until the call
//   is given up because it was not answered in time.
// Pairings.
//   parking: `parked` + 1 (seq_cst), then reads `wanting` (seq_cst)   | of the two at least one sees the other: either
//   waking : `wanting` | bit (seq_cst), then reads `parked` (seq_cst) | the call is seen or the thread is woken
//   (the same with `crowd` in place of `wanting`, for calls that have no bit)
//   notify: epoch + 1 (release) -> prepare_wait: reads the epoch (acquire)  what was done before the last notification
// A wakeup that is missed all the same costs speed, never progress: no call needs a helper. All other accesses are
// relaxed. The words are counters and hints: each decides only whether something is tried.
#pragma once

#include <parallel_task/platform/attributes.hpp>
#include <parallel_task/platform/clock.hpp>
#include <parallel_task/platform/thread.hpp>
#include <parallel_task/platform/wait.hpp>
#include <parallel_task/policy/costs.hpp>
#include <parallel_task/policy/waking.hpp>
#include <parallel_task/worker/environment.hpp>
#include <parallel_task/worker/options.hpp>

#include <cstdint>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

PARALLEL_TASK_PADDED_BEGIN

class PARALLEL_TASK_SHARED Wakeups {
 public:
  constexpr Wakeups() noexcept = default;

  // --- the event count ----------------------------------------------------------------------------------------------

  /// The calling thread is about to sleep: it now looks whether it should, calls `wait` if so, and `finish_wait`
  /// anyway.
  [[nodiscard]] std::uint32_t prepare_wait() noexcept {
    // acquire: pairs with the release in notify_one and notify_all.
    std::uint32_t const seen = epoch_.load(detail::memory_order_acquire);
    parked.fetch_add(1, detail::memory_order_seq_cst);  // before the thread reads `wanting`: see above
    return seen;
  }
  /// Sleeps until the epoch is no longer `seen`; may also return for no reason.
  void wait(std::uint32_t seen) noexcept { wait_on(epoch_, seen); }
  void finish_wait() noexcept { parked.fetch_sub(1, detail::memory_order_relaxed); }

  void notify_one() noexcept {
    epoch_.fetch_add(1, detail::memory_order_release);
    wake_one(epoch_);
  }
  void notify_all() noexcept {
    epoch_.fetch_add(1, detail::memory_order_release);
    wake_all(epoch_);
  }

  // --- threads on their way -----------------------------------------------------------------------------------------

  /// Threads that have been woken or started and have not arrived yet.
  [[nodiscard]] std::uint32_t in_flight() const noexcept {
    int const count = in_flight_.load(detail::memory_order_relaxed);
    return count < 0 ? 0U : static_cast<std::uint32_t>(count);
  }
  /// Gives up those that have not arrived if the last one was called more than `costs.rewake` ago; false if it is too
  /// early for that.
  [[nodiscard]] bool give_up_late_ones(std::uint64_t now, Costs const& costs) noexcept {
    if (!has_passed(called_at_.load(detail::memory_order_relaxed), now, costs.rewake)) return false;
    in_flight_.store(0, detail::memory_order_relaxed);
    return true;
  }
  /// Wakes a parked thread for thread `waker`; false if none is parked.
  [[nodiscard]] bool wake_parked(std::uint64_t now, std::uint32_t waker) noexcept {
    // seq_cst: after the caller's seq_cst write of `wanting`; pairs with `parked` + 1 before the read of `wanting`.
    if (parked.load(detail::memory_order_seq_cst) == 0) return false;
    in_flight_.fetch_add(1, detail::memory_order_relaxed);
    called_at_.store(now | called_sleeper, detail::memory_order_relaxed);
    waker_core.store(current_core(), detail::memory_order_relaxed);
    waker_thread.store(waker, detail::memory_order_relaxed);
    notify_one();
    return true;
  }
  /// A thread is about to be started.
  void expect_start(std::uint64_t now) noexcept {
    in_flight_.fetch_add(1, detail::memory_order_relaxed);
    called_at_.store(now & ~called_sleeper, detail::memory_order_relaxed);
    waker_core.store(current_core(), detail::memory_order_relaxed);
  }
  /// A thread that was expected has arrived, or could not be started: true if it was the only one on its way. One
  /// access, however many come: with compare-and-swap, 40 threads that woke at once took 4 us for each of a dozen tries
  /// (simulated).
  bool expect_one_less() noexcept {
    int const count = in_flight_.fetch_sub(1, detail::memory_order_relaxed);
    if (count <= 0) in_flight_.fetch_add(1, detail::memory_order_relaxed);  // given up before it came
    return count == 1;
  }
  /// The calling thread has woken or started: measures how long a wake took, and lets the next one be called.
  void arrive(Costs const& costs) noexcept {
    if (!expect_one_less()) return;
    std::uint64_t const called = called_at_.load(detail::memory_order_relaxed);
    if ((called & called_sleeper) == 0) return;
    float const took = elapsed_ns(called, ticks());
    if (waking::was_kept_waiting(took, costs.wake)) return;
    float const before = latency_.load(detail::memory_order_relaxed);
    latency_.store(waking::learn_wake(before, took), detail::memory_order_relaxed);
  }

  // --- the price ----------------------------------------------------------------------------------------------------

  /// Nanoseconds from the notification to the woken thread's first step, as measured here; a guess at first.
  [[nodiscard]] float latency_ns(Costs const& costs) const noexcept {
    return waking::wake_cost(latency_.load(detail::memory_order_relaxed), costs.wake);
  }
  /// What it costs to get one more thread to compute: a wake, or a start when none is parked.
  [[nodiscard]] float cost_ns(Costs const& costs) const noexcept {
    return parked.load(detail::memory_order_relaxed) != 0 ? latency_ns(costs) : costs.start;
  }
  /// CPU time for which an idle helper keeps spinning, in nanoseconds.
  [[nodiscard]] float hot_ns() const noexcept {
    auto const time = hot_time_.load(detail::memory_order_relaxed);
    auto const other = time == default_hot_time ? hot_of_environment_.load(detail::memory_order_relaxed) : -1;
    return static_cast<float>(other >= 0 ? other : time);
  }
  /// What PARALLEL_TASK_HOT_TIME says, if it makes sense.
  void read_environment() noexcept {
    if (hot_of_environment_.load(detail::memory_order_relaxed) != not_read) return;
    long const us = number_of_environment("PARALLEL_TASK_HOT_TIME", 0, "microseconds");
    hot_of_environment_.store(us >= 0 ? std::chrono::nanoseconds::rep{us} * 1000 : -1, detail::memory_order_relaxed);
  }

  void set(Options const& options) noexcept { hot_time_.store(options.hot_time.count(), detail::memory_order_relaxed); }
  void get(Options& options) const noexcept {
    options.hot_time = std::chrono::nanoseconds(hot_time_.load(detail::memory_order_relaxed));
  }

  /// In a child of fork: nobody spins, sleeps or is on the way.
  void forget_others() noexcept {
    parked.store(0, detail::memory_order_relaxed);
    spinning.store(0, detail::memory_order_relaxed);
    in_flight_.store(0, detail::memory_order_relaxed);
  }

 private:
  friend class StateDump;

  static constexpr std::uint64_t called_sleeper = 1;

  alignas(128) atomic<std::uint32_t> epoch_{0};

 public:
  atomic<std::uint32_t> parked{0};
  // Written as threads become hot and stop being so.
  alignas(128) atomic<std::uint32_t> spinning{0};  ///< hot helpers
  // Apart from `spinning`: all threads write it as they turn to work, which is when others look for hot ones.
  alignas(128) atomic<std::uint32_t> patience{1};  ///< ski-rental: unserved wakes double it, a served one resets it

 private:
  // Apart from what each wake writes: all read these at claim boundaries.
  alignas(128) atomic<float> latency_{0.0F};
  static constexpr std::chrono::nanoseconds::rep default_hot_time = Options{}.hot_time.count();
  atomic<std::chrono::nanoseconds::rep> hot_time_{default_hot_time};
  static constexpr std::chrono::nanoseconds::rep not_read = -2;
  atomic<std::chrono::nanoseconds::rep> hot_of_environment_{not_read};  // -1: it says nothing
  // Written at each wake.
  alignas(128) atomic<int> in_flight_{0};
  // When somebody was called last, in ticks; the lowest bit: it was a sleeper. One word, so one fetch of its line.
  atomic<std::uint64_t> called_at_{0};

 public:
  // Apart from what each arrival writes: a thread that has arrived reads it next (simulated: with 166 cores, 1000 items
  // of 50 us take a tenth longer with the two on one line).
  alignas(128) atomic<int> waker_core{-1};  ///< where the last call came from
  atomic<std::uint32_t> waker_thread{0};    ///< and from which thread; for traces
};

PARALLEL_TASK_PADDED_END

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
