// What a call may be told: plain values and erased callbacks, nothing that owns.
#pragma once

#include <parallel_task/controller/prioritize_thread.hpp>

#include <cstdint>

namespace parallel_task {
inline namespace v0_1 {

struct RunReport;

/// The settings of one call. What it points to belongs to the pipeline and outlives the run.
struct Settings {
  unsigned max_threads = 0;   ///< most threads that compute this call, the caller included; 0: no cap
  detail::Strategy strategy;  ///< whom to rob; empty: Remaining
  bool (*stop_requested)(void const* token) = nullptr;
  void const* stop_token = nullptr;
  std::int64_t deadline = 0;  ///< std::chrono::steady_clock nanoseconds since its epoch; 0: none
  RunReport* report = nullptr;
};

}  // namespace v0_1
}  // namespace parallel_task
