// Short ways to make calls, for scenarios.
#pragma once

#include "catch.hpp"
#include "support/eager.hpp"
#include "support/threads.hpp"

#include <parallel_task/controller/worker_controller.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace stress {

namespace pt = parallel_task;
using std::chrono::microseconds;
using std::chrono::milliseconds;

/// f(i) for every i below n, on whoever helps.
template <class F>
void each(std::size_t n, F const& f, pt::RunReport* report = nullptr) {
  pt::WorkerController controller;
  if (report != nullptr) controller.set_report(*report);
  controller.for_each_position(n, f);
}

/// The highest of many figures, by any thread.
inline void raise(std::atomic<unsigned>& highest, unsigned now) {
  unsigned seen = highest.load();
  while (seen < now && !highest.compare_exchange_weak(seen, now)) {
  }
}

/// Whether this machine has two cores for this process; what needs them is not judged elsewhere.
inline bool has_two_cores() { return pt::detail::available_cores() >= 2; }

inline double in_ms(support::Clock::duration time) { return std::chrono::duration<double, std::milli>(time).count(); }

}  // namespace stress
