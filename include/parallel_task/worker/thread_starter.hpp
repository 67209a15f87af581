// Starting the library's threads, and ending them.
//
// Invariants.
//   made <= 2 x cores: a thread is counted before it is started, and until it has been joined, or ends by itself.
//   Each record of the table is changed by one thread at a time: by a starter from free to starting to running, or back
//   to free when there is no thread to be had; by its thread from running to ended, if that ends by itself; by whoever
//   joins that, shut_down or a starter, from running or ended to joining to free.
//   When shut_down returns, every thread that had been started before it was called has ended.
// Pairings.
//   start: `state` = running (release)    -> shut_down: reads it (seq_cst)       the thread's handle
//   end_early: `state` = ended (release)  -> shut_down, make_free: = joining (acquire)  the handle, by way of running
//   start: `state` = starting, then reads `stopping`        | all seq_cst: either the starter sees that the pool stops,
//   end  : `stopping` = true, then reads `state`            | or shut_down sees that a thread starts
//   end  : `stopping` = true, then the epoch + 1 (release)  -> a parked thread wakes, and sees it (wakeups.hpp)
//   shut_down ends: `shutting_` = 0 (release) -> the next begins: `shutting_` = 1 (acquire)
// All other accesses are relaxed: counters and hints, and options that are used one by one.
#pragma once

#include <parallel_task/platform/attributes.hpp>
#include <parallel_task/platform/clock.hpp>
#include <parallel_task/platform/cold.hpp>
#include <parallel_task/platform/thread.hpp>
#include <parallel_task/platform/wait.hpp>
#include <parallel_task/policy/costs.hpp>
#include <parallel_task/policy/waking.hpp>
#include <parallel_task/worker/options.hpp>
#include <parallel_task/worker/places.hpp>
#include <parallel_task/worker/tables.hpp>
#include <parallel_task/worker/wakeups.hpp>

#include <cstddef>
#include <cstdint>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

PARALLEL_TASK_PADDED_BEGIN

void* run_thread(void* record);

class PARALLEL_TASK_SHARED ThreadStarter {
 public:
  static constexpr auto& threads = tables.threads;

  constexpr ThreadStarter() noexcept = default;

  /// Starts one more thread if there may be one more and the system has one; false otherwise. `pool`: what the caller
  /// has seen of it.
  bool start_one(Places& places, Wakeups& wakeups, waking::Pool pool, waking::Purpose purpose,
                 std::uint64_t now) noexcept;

  /// Ends all threads; see `parallel_task::shutdown`.
  void shut_down(Wakeups& wakeups) noexcept;

  /// The calling thread of the pool ends by itself. It is joined by shut_down, or by whoever takes its record.
  void end_early(WorkerThread& own) noexcept;

  void set(Options const& options) noexcept {
    name_prefix_.store(options.thread_name_prefix, detail::memory_order_relaxed);
    stack_size_.store(options.stack_size, detail::memory_order_relaxed);
    on_thread_start_.store(options.on_thread_start, detail::memory_order_relaxed);
    on_thread_stop_.store(options.on_thread_stop, detail::memory_order_relaxed);
  }
  void get(Options& options) const noexcept {
    options.thread_name_prefix = name_prefix_.load(detail::memory_order_relaxed);
    options.stack_size = stack_size_.load(detail::memory_order_relaxed);
    options.on_thread_start = on_thread_start_.load(detail::memory_order_relaxed);
    options.on_thread_stop = on_thread_stop_.load(detail::memory_order_relaxed);
  }

  /// In a child of fork: there is no thread. `on_new_memory`: stacks of those that are not there are still in use.
  void forget_others(bool on_new_memory) noexcept {
    // Those alone that were ever used: each page that is touched is copied, or made.
    std::uint32_t const end = used_.load(detail::memory_order_relaxed);
    for (std::uint32_t i = 0; i != end; ++i) threads[i].state.store(WorkerThread::free, detail::memory_order_relaxed);
    made.store(0, detail::memory_order_relaxed);
    making_.store(0, detail::memory_order_relaxed);
    refused_at_.store(0, detail::memory_order_relaxed);
    shutting_.store(0, detail::memory_order_relaxed);
    stopping.store(false, detail::memory_order_relaxed);
    if (on_new_memory) on_new_memory_.store(1, detail::memory_order_relaxed);
  }

  // Read by every thread at its claim boundaries, seldom written.
  alignas(128) atomic<bool> stopping{false};  ///< threads end as soon as they can

 private:
  friend class StateDump;

  [[nodiscard]] bool may_start(Places& places, waking::Pool pool, waking::Purpose purpose, std::uint64_t now) noexcept;
  [[nodiscard]] static std::uint32_t make_free(WorkerThread& thread) noexcept;
  /// From now on the caller, and nobody else, may join the thread of a record in `state`; false if it is in another.
  [[nodiscard]] static bool take_over(WorkerThread& thread, std::uint32_t state) noexcept {
    return thread.state.compare_exchange_strong(state, WorkerThread::joining, detail::memory_order_acquire,
                                                detail::memory_order_relaxed);
  }
  [[nodiscard]] bool count_one(std::uint32_t most) noexcept;
  /// Records up to `number` have been used.
  void note_used(std::uint32_t number) noexcept {
    std::uint32_t seen = used_.load(detail::memory_order_relaxed);
    while (seen < number &&
           !used_.compare_exchange_weak(seen, number, detail::memory_order_relaxed, detail::memory_order_relaxed)) {
    }
  }
  [[nodiscard]] bool start(WorkerThread& thread, Wakeups& wakeups, std::uint64_t now) noexcept;

  atomic<std::uint32_t> shutting_{0};
  atomic<std::uint32_t> on_new_memory_{0};
  // The user's options, each a word of its own: they may be set while threads run, which may then see some of them.
  atomic<char const*> name_prefix_{Options{}.thread_name_prefix};
  atomic<std::size_t> stack_size_{Options{}.stack_size};
  atomic<void (*)()> on_thread_start_{nullptr};
  atomic<void (*)()> on_thread_stop_{nullptr};

 public:
  // Written as threads are started.
  alignas(128) atomic<std::uint32_t> made{0};  ///< threads that live

 private:
  atomic<std::uint32_t> used_{0};        // records that were ever used
  atomic<std::uint32_t> making_{0};      // threads that are about to start one
  atomic<std::uint64_t> refused_at_{0};  // when the system had no thread to give, in ticks; 0: it always had
};

inline bool ThreadStarter::may_start(Places& places, waking::Pool pool, waking::Purpose purpose,
                                     std::uint64_t now) noexcept {
  std::uint32_t const there = made.load(detail::memory_order_relaxed);
  std::uint64_t const refused = refused_at_.load(detail::memory_order_relaxed);
  if (there >= places.most_made() || (refused != 0 && !has_passed(refused, now, Costs::no_start))) return false;
  // relaxed: two that look at the same time may both start one; both are counted then.
  pool.made = there;
  pool.asleep = places.asleep.load(detail::memory_order_relaxed);
  pool.making = making_.load(detail::memory_order_relaxed);
  return waking::may_make(pool, purpose);
}

/// Counts one more thread, unless there are `most`: the count comes first, so there are never more, even if others
/// start one at the same time.
inline bool ThreadStarter::count_one(std::uint32_t most) noexcept {
  std::uint32_t count = made.load(detail::memory_order_relaxed);
  do {
    if (count >= most) return false;
  } while (!made.compare_exchange_weak(count, count + 1, detail::memory_order_relaxed, detail::memory_order_relaxed));
  return true;
}

/// Starts the thread of a record whose state is `starting`; false, with the state unchanged, if that cannot be done.
inline bool ThreadStarter::start(WorkerThread& thread, Wakeups& wakeups, std::uint64_t now) noexcept {
  if (stopping.load(detail::memory_order_seq_cst)) return false;
  wakeups.expect_start(now);
  making_.fetch_add(1, detail::memory_order_relaxed);
  std::size_t const stack = stack_size_.load(detail::memory_order_relaxed);
  bool const started = on_new_memory_.load(detail::memory_order_relaxed) == 0
                           ? start_thread(thread.handle, &run_thread, &thread, stack)
                           : start_thread_on_new_memory(thread.handle, &run_thread, &thread, stack);
  making_.fetch_sub(1, detail::memory_order_relaxed);
  if (started) {
    // release: pairs with the acquire in shut_down; publishes the handle.
    thread.state.store(WorkerThread::running, detail::memory_order_release);
    return true;
  }
  (void)wakeups.expect_one_less();
  // That the system has no thread to give is no error. Asking again at once would only cost.
  refused_at_.store(now != 0 ? now : 1, detail::memory_order_relaxed);
  return false;
}

PARALLEL_TASK_COLD inline bool ThreadStarter::start_one(Places& places, Wakeups& wakeups, waking::Pool pool,
                                                        waking::Purpose purpose, std::uint64_t now) noexcept {
  if (!may_start(places, pool, purpose, now)) return false;
  places.refresh_cores(now);
  if (!count_one(places.most_made())) return false;
  for (WorkerThread& thread : threads) {
    std::uint32_t state = thread.state.load(detail::memory_order_relaxed);
    if (state == WorkerThread::ended) state = make_free(thread);
    if (state != WorkerThread::free) continue;
    // seq_cst: before the read of `stopping`; pairs with shut_down's write of it before its look at the states.
    if (!thread.state.compare_exchange_strong(state, WorkerThread::starting, detail::memory_order_seq_cst,
                                              detail::memory_order_relaxed)) {
      continue;
    }
    thread.number = static_cast<std::uint32_t>(&thread - threads) + 1;
    note_used(thread.number);
    if (start(thread, wakeups, now)) return true;
    thread.state.store(WorkerThread::free, detail::memory_order_release);
    break;
  }
  made.fetch_sub(1, detail::memory_order_relaxed);
  return false;
}

inline void ThreadStarter::end_early(WorkerThread& own) noexcept {
  std::uint32_t state = WorkerThread::running;
  // release: pairs with the acquire of whoever joins the thread.
  while (!own.state.compare_exchange_strong(state, WorkerThread::ended, detail::memory_order_release,
                                            detail::memory_order_relaxed)) {
    if (state != WorkerThread::starting) return;  // shut_down waits for it, and counts it off
    sleep_ns(Costs::starting_pause);
    state = WorkerThread::running;
  }
  made.fetch_sub(1, detail::memory_order_relaxed);
}

/// Joins a thread that has ended by itself, if it has come to its end; what its record is then.
inline std::uint32_t ThreadStarter::make_free(WorkerThread& thread) noexcept {
  if (!take_over(thread, WorkerThread::ended)) return WorkerThread::starting;
  bool const joined = try_to_join_thread(thread.handle);
  std::uint32_t const state = joined ? WorkerThread::free : WorkerThread::ended;
  thread.state.store(state, detail::memory_order_release);
  return state;
}

PARALLEL_TASK_COLD inline void ThreadStarter::shut_down(Wakeups& wakeups) noexcept {
  // One at a time. A second one waits until the first is done, since it too promises that all are gone.
  while (shutting_.exchange(1, detail::memory_order_acquire) != 0) sleep_ns(Costs::shutdown_pause);
  stopping.store(true, detail::memory_order_seq_cst);
  for (WorkerThread& thread : threads) {
    for (;;) {
      std::uint32_t const state = thread.state.load(detail::memory_order_seq_cst);
      if (state == WorkerThread::free) break;
      if (state == WorkerThread::starting || state == WorkerThread::joining) {
        sleep_ns(Costs::starting_pause);
        continue;
      }
      // acquire: pairs with the release of whoever has started it, or of the thread that has ended by itself.
      if (!take_over(thread, state)) continue;
      if (state == WorkerThread::running) wakeups.notify_all();
      join_thread(thread.handle);
      thread.state.store(WorkerThread::free, detail::memory_order_release);
      if (state == WorkerThread::running) made.fetch_sub(1, detail::memory_order_relaxed);
    }
  }
  stopping.store(false, detail::memory_order_seq_cst);
  shutting_.store(0, detail::memory_order_release);
}

PARALLEL_TASK_PADDED_END

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
