#include <parallel_task/platform/clock.hpp>

#include "catch.hpp"

#include <chrono>
#include <thread>

namespace detail = parallel_task::detail;

TEST_CASE("the counter goes forward, and backward counts are no time") {
  std::uint64_t const before = detail::ticks();
  std::uint64_t const after = detail::ticks();
  CHECK(after >= before);
  CHECK(detail::elapsed_ns(after, after) == 0.0F);
  CHECK(detail::elapsed_ns(100, 50) == 0.0F);
  CHECK(detail::elapsed_ns(50, 100) > 0.0F);
}

TEST_CASE("calibrated, the counter agrees with the steady clock within a factor of two") {
  detail::clock::calibrate();
  std::this_thread::sleep_for(std::chrono::milliseconds(5));
  detail::clock::calibrate();
  std::int64_t const from_ns = detail::steady_ns();
  std::uint64_t const from = detail::ticks();
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  float const by_counter = detail::elapsed_ns(from, detail::ticks());
  auto const by_clock = static_cast<float>(detail::steady_ns() - from_ns);
  CHECK(by_counter > by_clock / 2);
  CHECK(by_counter < by_clock * 2);
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
