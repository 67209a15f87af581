// The last items are the heavy ones: nobody may be left sitting behind somebody's long task.
#include <parallel_task/parallel_task.hpp>

#include "stress/calls.hpp"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <iterator>
#include <thread>
#include <vector>

using namespace stress;

namespace {

struct Times {
  std::atomic<bool> has_begun{false};
  support::Clock::time_point begun;
  support::Clock::time_point ended;
  std::uint32_t worker = 0;
};

// 50 us, the last two 20 ms; on a machine that is busy elsewhere those give each other time to begin.
void run_with_heavy_tail(std::vector<Times>& items, pt::RunReport* report) {
  each(
      items.size(),
      [&](std::size_t i) {
        items[i].begun = support::Clock::now();
        items[i].worker = pt::current_worker();
        items[i].has_begun = true;
        support::spin_for(i < 62 ? microseconds(50) : milliseconds(20));
        if (i >= 62) {
          auto const most = items[i].begun + std::chrono::minutes(1);
          while (!items[125 - i].has_begun && support::Clock::now() < most) std::this_thread::yield();
        }
        items[i].ended = support::Clock::now();
      },
      report);
}

bool side_by_side(Times const& a, Times const& b) { return a.begun < b.ended && b.begun < a.ended; }

}  // namespace

TEST_CASE("the two heavy items at the end of 62 light ones run side by side, cold and warm") {
  if (!has_two_cores()) return;
  pt::shutdown();
  for (char const* how : {"cold", "warm", "warm again"}) {
    INFO(how);
    pt::RunReport report;
    std::vector<Times> items(64);
    run_with_heavy_tail(items, &report);
    CHECK(side_by_side(items[62], items[63]));
    CHECK(items[62].worker != items[63].worker);
    CHECK(report.threads >= 2);
  }
  for (int round = 0; round != 5; ++round) {
    pt::shutdown();
    std::vector<Times> items(64);
    run_with_heavy_tail(items, nullptr);
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

namespace {

// A range of known length that takes its time from item to item.
struct SlowRange {
  struct iterator {
    using value_type = int;
    using difference_type = std::ptrdiff_t;
    using iterator_category = std::forward_iterator_tag;
    int i = 0;
    int operator*() const { return i; }
    iterator& operator++() {
      std::this_thread::sleep_for(milliseconds(1));
      ++i;
      return *this;
    }
    iterator operator++(int) {
      iterator const before = *this;
      ++*this;
      return before;
    }
    bool operator==(iterator const&) const = default;
  };
  [[nodiscard]] iterator begin() const { return {}; }
  [[nodiscard]] iterator end() const { return {2}; }
  [[nodiscard]] std::size_t size() const { return 2; }
};

}  // namespace

TEST_CASE("the last item of a slow list is offered to others while the one before it runs") {
  SlowRange const range;
  std::atomic<int> begun{0};
  std::atomic<int> alone{0};
  auto const both = [&](bool wait) {
    begun = 0;
    pt::parallel_iter(range).threads(2).for_each([&, wait](int) {
      ++begun;
      auto const end = support::Clock::now() + std::chrono::minutes(wait ? 1 : 0);
      std::this_thread::sleep_for(milliseconds(20));
      while (begun != 2) {
        if (support::Clock::now() > end) {
          if (wait) ++alone;
          break;
        }
        std::this_thread::yield();
      }
    });
  };
  both(false);  // from here on it is known that an item is dear
  for (int round = 0; round != 5 && alone == 0; ++round) {
    std::this_thread::sleep_for(milliseconds(20));  // nobody is hot any more
    both(true);
  }
  CHECK(alone == 0);
}
