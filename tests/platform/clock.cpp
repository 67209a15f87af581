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
  for (detail::clock::calibrate(); !detail::clock::calibration.settled.load(detail::memory_order_relaxed);
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

TEST_CASE("calibrating is done once two windows of a tenth of a second agree") {
  while (!detail::clock::calibration.settled.load(detail::memory_order_relaxed)) {
    detail::clock::calibrate();
    std::this_thread::sleep_for(std::chrono::milliseconds(60));
  }
  float const rate = detail::clock::rate.load(detail::memory_order_relaxed);
  detail::clock::calibrate();
  CHECK(detail::clock::rate.load(detail::memory_order_relaxed) == rate);
}

namespace {

/// A machine whose counter makes `per_ns` ticks a nanosecond, and whose clocks may be told to do otherwise for a while.
struct Machine {
  double per_ns = 2.5;
  double count = 1e9;
  std::int64_t now = 5'000'000'000;
  detail::clock::Calibration calibration{0.4F, false};

  void look() { calibration.look(static_cast<std::uint64_t>(count), now, 0.4F); }
  void pass(double ms) {
    now += static_cast<std::int64_t>(ms * 1e6);
    count += per_ns * ms * 1e6;
  }
  void pass_and_look(double ms) {
    pass(ms);
    look();
  }
  [[nodiscard]] bool settled() const { return calibration.settled.load(detail::memory_order_relaxed); }
  /// What the library takes a millisecond for, in milliseconds.
  [[nodiscard]] double millisecond() const {
    return per_ns * double(calibration.rate.load(detail::memory_order_relaxed));
  }
  [[nodiscard]] bool is_right(double but) const { return millisecond() > 1 - but && millisecond() < 1 + but; }
};

}  // namespace

TEST_CASE("a rate is used from the first window on, and settled by two long ones") {
  Machine machine{.per_ns = 4};
  machine.look();
  machine.pass_and_look(1);
  CHECK(machine.is_right(0.0001));
  machine.pass_and_look(150);
  CHECK(!machine.settled());
  machine.pass_and_look(50);
  CHECK(!machine.settled());
  machine.pass_and_look(60);
  CHECK(machine.settled());
  CHECK(machine.is_right(0.0001));
}

TEST_CASE("a machine that has slept before the rate was settled finds it all the same") {
  // Of an hour, a second and a tenth the counter has seen all and the steady clock nothing; or the other way round.
  for (double const slept_ms : {3'600'000.0, 1000.0, 100.0, 30.0}) {
    for (bool const counter_goes_on : {true, false}) {
      for (int const when : {0, 1, 2}) {
        Machine machine;
        machine.look();
        for (int i = 0; i != 12; ++i) {
          if (i == when && counter_goes_on) machine.count += slept_ms * 1e6 * machine.per_ns;
          if (i == when && !counter_goes_on) machine.now += static_cast<std::int64_t>(slept_ms * 1e6);
          machine.pass_and_look(110);
          CAPTURE(slept_ms, counter_goes_on, when, i);
          CHECK(machine.millisecond() > 0.09);
          CHECK(machine.millisecond() < 11);
        }
        CHECK(machine.settled());
        CHECK(machine.is_right(0.07));
      }
    }
  }
}

TEST_CASE("a counter that jumps back before the rate was settled is measured anew") {
  Machine machine;
  machine.look();
  machine.pass_and_look(10);
  machine.count = 1000;
  for (int i = 0; i != 4; ++i) machine.pass_and_look(110);
  CHECK(machine.settled());
  CHECK(machine.is_right(0.0001));
}

TEST_CASE("a counter that is far from what was expected is believed when it has been seen twice") {
  Machine machine{.per_ns = 0.001};  // 1 MHz
  machine.look();
  machine.pass_and_look(150);
  CHECK(!machine.settled());
  machine.pass_and_look(150);
  CHECK(machine.settled());
  CHECK(machine.is_right(0.01));
}

TEST_CASE("a pause is over when it has passed, or when the counter has jumped back") {
  auto const ticks_of = [](double ns) {
    return static_cast<std::uint64_t>(ns / double(detail::clock::rate.load(detail::memory_order_relaxed)));
  };
  std::uint64_t const then = ticks_of(1e12);
  CHECK_FALSE(detail::has_passed(then, then, 1e6F));
  CHECK_FALSE(detail::has_passed(then, then + ticks_of(0.9e6), 1e6F));
  CHECK(detail::has_passed(then, then + ticks_of(1.1e6), 1e6F));
  CHECK_FALSE(detail::has_passed(then, then - ticks_of(0.9e6), 1e6F));  // another core's counter
  CHECK(detail::has_passed(then, 1000, 1e6F));
}
