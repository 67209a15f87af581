// What a case is written with.
//
//     EXPLORE("two threads add to one counter", .preemptions = 2, .stale = 1) {
//       explore::atomic<int> counter{0};
//       auto const add = [&] { counter.fetch_add(1, std::memory_order_relaxed); };
//       explore::Thread other(add);
//       add();
//       other.join();
//       explore::check(counter.load(std::memory_order_relaxed) == 2, "both have been counted");
//     }
//
// The body runs once for each schedule, as the first thread of the model, with a fresh pool each time. It must do the
// same whenever the schedule is the same: no clock, no random numbers, no addresses.
#pragma once

#define PARALLEL_TASK_SEAM "explore/model/platform.hpp"

#include "cases.hpp"

#include <parallel_task/parallel_task.hpp>

#include <chrono>
#include <cstdint>

namespace explore {

namespace pt = parallel_task;

template <class T>
using atomic = pt::detail::atomic<T>;

/// Each thread of the model has one of its own.
inline bool const swapped = swap_with_threads(&pt::detail::this_thread, sizeof pt::detail::this_thread);

/// Tells the pool that waking is free and that there are this many cores: every call is shared at once, item by item.
/// Nobody spins for longer than a look.
inline void set_eager_pool(unsigned cores) {
  set_cores(cores);
  pt::detail::Costs costs;
  costs.tiny = -1;
  costs.probe = 0;
  costs.wake = -1;
  costs.start = -1;
  costs.least_shared = -1;
  costs.rewake = 0;
  costs.least_pause = 0;
  costs.most_claimed = 1;
  costs.caller_spin = 60;  // one pass: a look at the clock takes 50 ns here
  costs.use_memo = false;
  pt::detail::thread_manager.costs = costs;
  pt::Options options;
  options.cores = cores;
  options.hot_time = std::chrono::nanoseconds(0);
  pt::set_options(options);
}

/// Calls `f`, and then its frames are gone.
template <class F>
[[gnu::noinline]] void in_a_frame(F const& f) {
  f();
}
template <class F>
void call(F const& f) {
  in_a_frame(f);
  forget_frames();
}

}  // namespace explore

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {
inline ThreadUsage this_thread_usage() noexcept { return {}; }
}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
