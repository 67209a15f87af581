#include <parallel_task/platform/clock.hpp>

#include "catch.hpp"

#include <chrono>
#include <thread>

namespace detail = parallel_task::detail;

namespace {

/// A while by the counter, and between which two times of the steady clock it lies: the thread may be stopped between
/// any two looks.
struct Interval {
  std::uint64_t from;
  std::uint64_t to;
  float least_ns;
  float most_ns;
};

Interval wait_20_ms() {
  std::int64_t const before_from = detail::steady_ns();
  std::uint64_t const from = detail::ticks();
  std::int64_t const after_from = detail::steady_ns();
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  std::int64_t const before_to = detail::steady_ns();
  std::uint64_t const to = detail::ticks();
  std::int64_t const after_to = detail::steady_ns();
  return {from, to, static_cast<float>(before_to - after_from), static_cast<float>(after_to - before_from)};
}

}  // namespace

TEST_CASE("the counter goes forward, and backward counts are no time") {
  std::uint64_t const before = detail::ticks();
  std::uint64_t const after = detail::ticks();
  CHECK(after >= before);
  CHECK(detail::elapsed_ns(after, after) == 0.0F);
  CHECK(detail::elapsed_ns(100, 50) == 0.0F);
  CHECK(detail::elapsed_ns(50, 100) > 0.0F);
}

TEST_CASE("calibrated, the counter agrees with the steady clock within a factor of two") {
  for (detail::clock::calibrate(); !detail::clock::settled.load(std::memory_order_relaxed);
       detail::clock::calibrate()) {
    std::this_thread::sleep_for(std::chrono::milliseconds(60));
  }
  Interval const interval = wait_20_ms();
  float const by_counter = detail::elapsed_ns(interval.from, interval.to);
  CHECK(by_counter > interval.least_ns / 2);
  CHECK(by_counter < interval.most_ns * 2);
}

TEST_CASE("before anything was measured, the counter's rate is known within a factor of two") {
  Interval const interval = wait_20_ms();
  float const by_counter = static_cast<float>(interval.to - interval.from) * detail::clock::first_rate();
  CHECK(by_counter > interval.least_ns / 2);
  CHECK(by_counter < interval.most_ns * 2);
}

TEST_CASE("calibrating is done once a tenth of a second lies between two looks") {
  for (int i = 0; i != 4; ++i) {
    detail::clock::calibrate();
    std::this_thread::sleep_for(std::chrono::milliseconds(60));
  }
  CHECK(detail::clock::settled.load(std::memory_order_relaxed));
  float const rate = detail::clock::rate.load(std::memory_order_relaxed);
  detail::clock::calibrate();
  CHECK(detail::clock::rate.load(std::memory_order_relaxed) == rate);
}
