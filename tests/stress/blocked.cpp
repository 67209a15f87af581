// Threads beyond the cores, only where threads are blocked.
#include "stress/calls.hpp"

#include <parallel_task/worker/process.hpp>

#include <chrono>
#include <mutex>
#include <thread>

using namespace stress;

TEST_CASE("sleeping jobs get more threads than there are cores", "[timing]") {
  pt::Options options;
  options.cores = 2;
  support::WithOptions const with(options);
  unsigned most = 0;
  for (int round = 0; round != 3; ++round) {
    pt::RunReport report;
    auto const begun = support::Clock::now();
    each(
        100, [](std::size_t i) { std::this_thread::sleep_for(microseconds(200 + i % 9 * 500)); }, &report);
    double const took = in_ms(support::Clock::now() - begun);
    most = report.threads > most ? report.threads : most;
    WARN("100 sleeping jobs of 218 ms on " << report.threads << " threads: " << took << " ms, " << took / (218.0 / 2)
                                           << " x the time of one thread per core");
  }
  CHECK(most > 2);
  CHECK(most <= 5);  // twice the cores, and the caller
}

TEST_CASE("a few long sleeps are noticed by the monitor", "[timing]") {
  pt::Options options;
  options.cores = 2;
  support::WithOptions const with(options);
  pt::RunReport report;
  auto const begun = support::Clock::now();
  each(
      8, [](std::size_t) { std::this_thread::sleep_for(milliseconds(100)); }, &report);
  WARN("8 sleeps of 100 ms on " << report.threads << " threads: " << in_ms(support::Clock::now() - begun) << " ms");
  CHECK(report.threads > 2);
  CHECK(pt::detail::thread_manager.places.blocked.load() == 0);
}

TEST_CASE("jobs that compute get no more threads than there are cores", "[timing]") {
  pt::Options options;
  options.cores = 2;
  support::WithOptions const with(options);
  std::atomic<unsigned> inside{0};
  std::atomic<unsigned> highest{0};
  for (int round = 0; round != 3; ++round) {
    each(300, [&](std::size_t) {
      raise(highest, ++inside);
      support::spin_for(microseconds(100));
      --inside;
    });
  }
  CHECK(highest <= 3);  // the caller may come back from a sleep in which its place was taken
}

TEST_CASE("after blocked jobs the pool is as it was") {
  pt::Options options;
  options.cores = 2;
  support::WithOptions const with(options);
  for (int round = 0; round != 3; ++round) {
    std::mutex mutex;
    each(500, [&](std::size_t i) {
      if (i % 3 == 0) {
        std::lock_guard const guard(mutex);
        std::this_thread::sleep_for(microseconds(50));
      } else {
        std::this_thread::sleep_for(microseconds(20));
      }
    });
  }
  pt::shutdown();
  auto& manager = pt::detail::thread_manager;
  CHECK(manager.places.blocked.load() == 0);
  CHECK(manager.places.computing.load() == 0);
  CHECK(manager.places.wanting.load() == 0);
  CHECK(manager.wakeups.parked.load() == 0);
  CHECK(manager.wakeups.spinning.load() == 0);
  CHECK(manager.monitor_on.load() == 0);
  CHECK(manager.starter.made.load() == 0);
}
