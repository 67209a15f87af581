// Joins and scopes on atomics that dawdle at every step, so that threads meet where they hardly ever would.
//
//   PARALLEL_TASK_SEED=n       other delays
//   PARALLEL_TASK_DELAYS=n     of 1024 atomic steps n are delayed
#define PARALLEL_TASK_SEAM "support/delays.hpp"
#include "../controller/async_run.cpp"
#include "../controller/hosted.cpp"
#include "../structure/join.cpp"
#include "../structure/scope.cpp"
#include "../structure/told.cpp"

#include <cstdlib>

namespace {

// Before the first test, while no thread of the library lives.
[[maybe_unused]] bool const structure_dawdles = [] {
  char const* const seed = std::getenv("PARALLEL_TASK_SEED");
  char const* const often = std::getenv("PARALLEL_TASK_DELAYS");
  support::Delays::seed = seed != nullptr ? std::strtoull(seed, nullptr, 10) : 1;
  support::Delays::per_1024 = often != nullptr ? static_cast<std::uint32_t>(std::atoi(often)) : 32;
  return true;
}();

}  // namespace

TEST_CASE("thousands of small trees and scopes are right, whatever the delays, and others take from them") {
  for (unsigned cores : {2U, 3U, 8U}) {
    support::Eager const eager(cores);
    std::atomic<std::uint64_t> elsewhere{0};
    struct Tree {
      std::atomic<std::uint64_t>& elsewhere;
      unsigned operator()(unsigned depth) const {
        if (pt::current_worker() != 0) elsewhere.fetch_add(1, std::memory_order_relaxed);
        if (depth == 0) return 1;
        auto const [a, b] = pt::join([&] { return (*this)(depth - 1); }, [&] { return (*this)(depth - 1); });
        return a + b;
      }
    };
    std::uint64_t wrong = 0;
    for (unsigned round = 0; round != 1'000; ++round) {
      unsigned const depth = 1 + round % 5;
      if (Tree{elsewhere}(depth) != 1U << depth) ++wrong;
    }
    CHECK(wrong == 0);
    CHECK(elsewhere.load() != 0);
    elsewhere = 0;
    for (unsigned round = 0; round != 1'000; ++round) {
      std::atomic<std::uint64_t> leaves{0};
      pt::scope([&](pt::Scope& s) { ScopeTree{s, leaves, elsewhere}(1 + round % 4); });
      std::uint64_t expected = 3;
      for (unsigned i = 0; i != round % 4; ++i) expected *= 3;
      if (leaves.load() != expected) ++wrong;
    }
    CHECK(wrong == 0);
    CHECK(elsewhere.load() != 0);
  }
}
