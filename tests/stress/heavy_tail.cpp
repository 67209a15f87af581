// The last items are the heavy ones: nobody may be left sitting behind somebody's long task.
#include "stress/calls.hpp"

#include <vector>

using namespace stress;

namespace {

struct Times {
  support::Clock::time_point begun;
  support::Clock::time_point ended;
  std::uint32_t worker = 0;
};

std::vector<Times> run_with_heavy_tail(pt::RunReport* report) {
  std::vector<Times> items(64);
  each(
      items.size(),
      [&](std::size_t i) {
        items[i].begun = support::Clock::now();
        items[i].worker = pt::current_worker();
        support::spin_for(i < 62 ? microseconds(50) : milliseconds(20));
        items[i].ended = support::Clock::now();
      },
      report);
  return items;
}

bool side_by_side(Times const& a, Times const& b) { return a.begun < b.ended && b.begun < a.ended; }

}  // namespace

TEST_CASE("the two heavy items at the end of 62 light ones run side by side, cold and warm") {
  if (!has_two_cores()) return;
  pt::shutdown();
  for (char const* how : {"cold", "warm", "warm again"}) {
    INFO(how);
    pt::RunReport report;
    auto const items = run_with_heavy_tail(&report);
    CHECK(side_by_side(items[62], items[63]));
    CHECK(items[62].worker != items[63].worker);
    CHECK(report.threads >= 2);
  }
  for (int round = 0; round != 5; ++round) {
    pt::shutdown();
    auto const items = run_with_heavy_tail(nullptr);
    CHECK(side_by_side(items[62], items[63]));
  }
}

TEST_CASE("all eight heavy items of a tail run side by side, as if on eight cores") {
  support::Eager const eager(8);
  // They wait for each other: the call ends only if each has a thread of its own.
  for (int round = 0; round != 5; ++round) {
    std::atomic<int> inside{0};
    each(64, [&](std::size_t i) {
      if (i < 56) return;
      ++inside;
      while (inside != 8) std::this_thread::yield();
    });
    CHECK(inside == 8);
  }
}
