// What a call may be told: plain values and erased callbacks, nothing that owns.
#pragma once

#include <parallel_task/controller/prioritize_thread.hpp>

#include <cstdint>

namespace parallel_task {
inline namespace v0_1 {

class WorkerController;
class Trace;
struct Job;
class Memo;
struct Progress;
struct RunReport;

namespace detail {

/// Whom a call tells what it does. A call that tells nobody runs code that has no word of it: what does is instantiated
/// only where something is asked for, and found through `run`.
struct Watch {
  void (*run)(WorkerController&, Job const&, void* home, Memo&) = nullptr;
  RunReport* report = nullptr;
  Trace* trace = nullptr;
  void (*tell)(Watch const& self, Progress const&) = nullptr;  ///< the progress callback
  std::int64_t interval = 0;                                   ///< nanoseconds between two of its calls
};

/// For `Watch::run`.
template <bool watched>
void run_watched(WorkerController& controller, Job const& job, void* home, Memo& memo);

}  // namespace detail

/// The settings of one call. What it points to belongs to the pipeline and outlives the run.
struct Settings {
  unsigned max_threads = 0;   ///< most threads that compute this call, the caller included; 0: no cap
  detail::Strategy strategy;  ///< whom to rob; empty: Remaining
  bool (*stop_requested)(void const* token) = nullptr;
  void const* stop_token = nullptr;
  std::int64_t deadline = 0;             ///< std::chrono::steady_clock nanoseconds since its epoch; 0: none
  detail::Watch const* watch = nullptr;  ///< null: nobody is told anything
};

}  // namespace v0_1
}  // namespace parallel_task
