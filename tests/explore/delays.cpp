// The controller and nested calls on atomics that dawdle at every step, so that threads meet where they hardly ever
// would.
//
//   PARALLEL_TASK_SEED=n       other delays
//   PARALLEL_TASK_DELAYS=n     of 1024 atomic steps n are delayed
#define PARALLEL_TASK_SEAM "support/delays.hpp"
#include "../controller/worker_controller.cpp"
#include "../stress/nesting.cpp"

#include <cstdlib>

namespace {

// Before the first test, while no thread of the library lives.
[[maybe_unused]] bool const dawdling = [] {
  char const* const seed = std::getenv("PARALLEL_TASK_SEED");
  char const* const often = std::getenv("PARALLEL_TASK_DELAYS");
  support::Delays::seed = seed != nullptr ? std::strtoull(seed, nullptr, 10) : 1;
  support::Delays::per_1024 = often != nullptr ? static_cast<std::uint32_t>(std::atoi(often)) : 32;
  return true;
}();

}  // namespace
