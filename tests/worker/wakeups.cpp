#include <parallel_task/worker/wakeups.hpp>

#include "catch.hpp"

#include <thread>

namespace pt = parallel_task;
using pt::detail::Costs;
using pt::detail::ticks;
using pt::detail::Wakeups;

TEST_CASE("a thread that has said that it will sleep does not, if it is notified before") {
  Wakeups wakeups;
  std::uint32_t const seen = wakeups.prepare_wait();
  CHECK(wakeups.parked.load() == 1);
  wakeups.notify_one();
  wakeups.wait(seen);  // or the test never ends
  wakeups.finish_wait();
  CHECK(wakeups.parked.load() == 0);
}

TEST_CASE("nobody is woken where nobody is parked") {
  Wakeups wakeups;
  CHECK_FALSE(wakeups.wake_parked(ticks(), 0));
  CHECK(wakeups.in_flight() == 0);
}

TEST_CASE("a parked thread wakes, is told by whom, and is on its way until it arrives") {
  pt::detail::clock::calibrate();
  Costs const costs;
  Wakeups wakeups;
  std::thread sleeper([&] {
    std::uint32_t const seen = wakeups.prepare_wait();
    wakeups.wait(seen);
    while (wakeups.in_flight() == 0) std::this_thread::yield();  // a wait may return for no reason
    wakeups.finish_wait();
  });
  while (wakeups.parked.load() == 0) std::this_thread::yield();
  CHECK(wakeups.wake_parked(ticks(), 7));
  sleeper.join();
  CHECK(wakeups.waker_thread.load() == 7);
  CHECK(wakeups.in_flight() == 1);
  wakeups.arrive(costs);
  CHECK(wakeups.in_flight() == 0);
}

TEST_CASE("notify_all wakes every thread that is parked") {
  Wakeups wakeups;
  auto const sleep = [&] {
    wakeups.wait(wakeups.prepare_wait());
    wakeups.finish_wait();
  };
  std::thread first(sleep);
  std::thread second(sleep);
  while (wakeups.parked.load() != 2) std::this_thread::yield();
  wakeups.notify_all();
  first.join();
  second.join();
  CHECK(wakeups.parked.load() == 0);
}

TEST_CASE("a thread that was given up and comes after all is not counted twice") {
  Costs costs;
  Wakeups wakeups;
  wakeups.expect_start(ticks());
  costs.rewake = 1e15F;
  CHECK_FALSE(wakeups.give_up_late_ones(ticks(), costs));
  CHECK(wakeups.in_flight() == 1);
  costs.rewake = 0;
  CHECK(wakeups.give_up_late_ones(ticks(), costs));
  CHECK(wakeups.in_flight() == 0);
  wakeups.arrive(costs);
  CHECK(wakeups.in_flight() == 0);
  wakeups.expect_start(ticks());
  CHECK(wakeups.in_flight() == 1);
}

TEST_CASE("what a wake costs is guessed until it has been measured, and never far from the guess") {
  pt::detail::clock::calibrate();
  Costs costs;
  costs.wake = 1e9F;
  Wakeups wakeups;
  CHECK(wakeups.latency_ns(costs) == 1e9F);
  SECTION("a start is not measured as a wake") {
    wakeups.expect_start(ticks());
    wakeups.arrive(costs);
    CHECK(wakeups.latency_ns(costs) == 1e9F);
  }
  SECTION("a wake is") {
    (void)wakeups.prepare_wait();
    CHECK(wakeups.wake_parked(ticks(), 0));
    wakeups.arrive(costs);
    CHECK(wakeups.latency_ns(costs) != 1e9F);
    CHECK(wakeups.latency_ns(costs) >= 0.25e9F);
    CHECK(wakeups.latency_ns(costs) <= 2e9F);
  }
  SECTION("one for which a thread waited long for a core is not") {
    costs.wake = 1000;
    (void)wakeups.prepare_wait();
    CHECK(wakeups.wake_parked(ticks() - pt::detail::ticks_in(1e9F), 0));
    wakeups.arrive(costs);
    CHECK(wakeups.latency_ns(costs) == 1000.0F);
  }
  SECTION("a start after a wake is none") {
    (void)wakeups.prepare_wait();
    CHECK(wakeups.wake_parked(ticks() - pt::detail::ticks_in(1e9F), 0));
    wakeups.arrive(costs);
    float const measured = wakeups.latency_ns(costs);
    wakeups.expect_start(ticks());
    wakeups.arrive(costs);
    CHECK(wakeups.latency_ns(costs) == measured);
  }
  SECTION("of two that are on their way none is: nobody knows which has come") {
    (void)wakeups.prepare_wait();
    CHECK(wakeups.wake_parked(ticks(), 0));
    CHECK(wakeups.wake_parked(ticks(), 0));
    wakeups.arrive(costs);
    CHECK(wakeups.latency_ns(costs) == 1e9F);
  }
}

TEST_CASE("one more thread costs a wake where somebody is parked, else a start") {
  Costs const costs;
  Wakeups wakeups;
  CHECK(wakeups.cost_ns(costs) == costs.start);
  (void)wakeups.prepare_wait();
  CHECK(wakeups.cost_ns(costs) == costs.wake);
}

TEST_CASE("in a child of fork nobody is parked, spins or is on the way") {
  Wakeups wakeups;
  (void)wakeups.prepare_wait();
  wakeups.spinning.store(1);
  wakeups.expect_start(ticks());
  wakeups.forget_others();
  CHECK(wakeups.parked.load() == 0);
  CHECK(wakeups.spinning.load() == 0);
  CHECK(wakeups.in_flight() == 0);
}
