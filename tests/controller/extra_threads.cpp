#include <parallel_task/controller/extra_threads.hpp>

#include "catch.hpp"

#include <cstdint>

namespace pt = parallel_task;
using pt::detail::ExtraThreads;

namespace {

// Looks of one call at its throughput, two milliseconds apart.
struct Looks {
  ExtraThreads extra;
  std::uint64_t const step =
      static_cast<std::uint64_t>(2e6F / pt::detail::clock::rate.load(pt::detail::memory_order_relaxed));
  std::uint64_t const published = 1000;
  std::uint64_t now = published;
  std::uint64_t done = 0;

  // Whether they pay after `threads` have run `more` units.
  bool pay(std::uint32_t threads, std::uint64_t more) {
    now += step;
    done += more;
    return extra.pay(threads, done, published, now);
  }
};

}  // namespace

TEST_CASE("extra threads that run more of the call's items are granted") {
  Looks looks;
  CHECK(looks.pay(2, 1000));
  CHECK(looks.pay(4, 2000));
  CHECK(looks.pay(8, 3000));
  CHECK_FALSE(looks.extra.denied());
}

TEST_CASE("extra threads that fight for one mutex are denied, for good") {
  Looks looks;
  CHECK(looks.pay(2, 1000));
  CHECK_FALSE(looks.pay(4, 1000));
  CHECK(looks.extra.denied());
  CHECK_FALSE(looks.pay(2, 5000));
}

TEST_CASE("extra threads are granted until there is enough to judge by") {
  Looks looks;
  CHECK(looks.pay(2, 1000));
  CHECK(looks.pay(4, 60));  // fewer than sixteen a thread
  CHECK_FALSE(looks.pay(4, 60));
}

TEST_CASE("extra threads are denied as well where a single one was as fast") {
  Looks looks;
  CHECK(looks.pay(1, 1000));
  CHECK_FALSE(looks.pay(2, 1000));
}

TEST_CASE("a call that gets fewer threads is no reason to deny them") {
  Looks looks;
  CHECK(looks.pay(4, 1000));
  CHECK(looks.pay(2, 400));
  CHECK(looks.pay(4, 1000));
}

TEST_CASE("extra threads are judged by what is run in a time, not by what is run") {
  Looks looks;
  CHECK(looks.pay(2, 1000));
  looks.now += looks.step;
  CHECK_FALSE(looks.pay(4, 2000));  // as much as before in twice the time
}
