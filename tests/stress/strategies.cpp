// A user's strategy decides in a live run who is robbed.
#include "stress/calls.hpp"

#include <parallel_task/parallel_task.hpp>

#include <algorithm>
#include <set>
#include <thread>
#include <vector>

using namespace stress;

namespace {

// Only the caller may be robbed.
struct OnlyTheCaller {
  double operator()(pt::QueueLoad const& load) const noexcept { return load.worker == 0 ? 1.0 : 0.0; }
};

// How many threads ran the last quarter of 64 items that take a millisecond each.
template <class Strategy>
std::size_t threads_in_last_quarter(Strategy const& strategy, pt::RunReport& report) {
  std::vector<std::uint32_t> by(64);
  pt::indices(std::size_t{64}).steal_from(strategy).report(report).for_each([&by](std::size_t i) {
    by[i] = pt::current_worker();
    std::this_thread::sleep_for(milliseconds(1));
  });
  return std::set<std::uint32_t>(by.begin() + 48, by.end()).size();
}

}  // namespace

TEST_CASE("as if on eight cores a user's strategy changes who is robbed, in a live run") {
  support::Eager const eager(8);
  // By default whoever holds most is robbed: what the first thief took is shared on.
  CHECK(support::sooner_or_later([] {
    pt::RunReport report;
    return threads_in_last_quarter(pt::Remaining{}, report) > 1;
  }));
  // Where only the caller may be robbed, the first thief runs all that it took, up to the end: nobody robs it.
  CHECK(support::sooner_or_later([] {
    pt::RunReport report;
    return threads_in_last_quarter(OnlyTheCaller{}, report) == 1 && report.steals > 1;
  }));
}

TEST_CASE("a strategy sees every worker by its number, the caller as 0, and loads that add up") {
  support::Eager const eager(8);
  struct Watching {
    std::atomic<std::size_t>* highest;
    std::atomic<int>* wrong;
    double operator()(pt::QueueLoad const& load) const noexcept {
      std::size_t seen = highest->load();
      while (seen < load.worker && !highest->compare_exchange_weak(seen, load.worker)) {
      }
      if (load.items == 0 || load.items > 1000 || load.last_items > 1000 || load.since_last_poll < 0) ++*wrong;
      return static_cast<double>(load.items);
    }
  };
  std::atomic<std::size_t> highest{0};
  std::atomic<int> wrong{0};
  CHECK(support::sooner_or_later([&] {
    pt::indices(std::size_t{1000}).steal_from(Watching{&highest, &wrong}).for_each([](std::size_t) {
      std::this_thread::yield();
    });
    return highest >= 2;
  }));
  CHECK(wrong == 0);
}

TEST_CASE("every strategy gives the sequential result") {
  support::Eager const eager(8);
  std::vector<std::size_t> expected(3000);
  for (std::size_t i = 0; i != expected.size(); ++i) expected[i] = i * i;
  auto const check = [&](auto strategy) {
    for (int round = 0; round != 20; ++round) {
      auto const squares = pt::indices(expected.size())
                               .steal_from(strategy)
                               .map([](std::size_t i) { return i * i; })
                               .template collect<std::vector>();
      if (squares != expected) return false;
    }
    return true;
  };
  CHECK(check(pt::Remaining{}));
  CHECK(check(pt::RateOfChange{}));
  CHECK(check(pt::ChangeFromLastPoll{}));
  CHECK(check(OnlyTheCaller{}));
  CHECK(check([](pt::QueueLoad const&) noexcept { return 0.0; }));
  CHECK(check([](pt::QueueLoad const&) noexcept { return -1; }));
  CHECK(check([](pt::QueueLoad const& load) noexcept { return load.worker % 2 == 0 ? 0.0 / 0.0 : 1.0; }));
}
