#include <parallel_task/policy/waking.hpp>

#include "catch.hpp"

namespace waking = parallel_task::detail::waking;
using waking::Pool;
using waking::Purpose;

namespace {

Pool pool(std::uint32_t busy, std::uint32_t limit, std::uint32_t in_flight) {
  Pool seen;
  seen.busy = busy;
  seen.limit = limit;
  seen.in_flight = in_flight;
  return seen;
}

Pool made(std::uint32_t threads, std::uint32_t limit) {
  Pool seen = pool(limit / 2, limit, 0);
  seen.made = threads;
  return seen;
}

}  // namespace

TEST_CASE("somebody may be called while nobody is on the way") {
  CHECK(waking::may_call(pool(1, 2, 0), Purpose::compute));
  CHECK(waking::may_call(pool(2, 2, 0), Purpose::monitor));
}

TEST_CASE("for every two threads that compute one may be on the way") {
  CHECK_FALSE(waking::may_call(pool(1, 64, 1), Purpose::compute));
  CHECK(waking::may_call(pool(16, 64, 7), Purpose::compute));
  CHECK_FALSE(waking::may_call(pool(16, 64, 8), Purpose::compute));
}

TEST_CASE("no more are called than there are places") {
  CHECK(waking::may_call(pool(60, 64, 3), Purpose::compute));
  CHECK_FALSE(waking::may_call(pool(60, 64, 4), Purpose::compute));
}

TEST_CASE("nobody is called to be the monitor while somebody is on the way") {
  CHECK_FALSE(waking::may_call(pool(64, 64, 1), Purpose::monitor));
}

TEST_CASE("threads are made until each place has one, the caller being one of them, and one is to spare") {
  CHECK(waking::may_make(made(1, 2), Purpose::compute));
  CHECK_FALSE(waking::may_make(made(2, 2), Purpose::compute));
  CHECK(waking::may_make(made(63, 64), Purpose::compute));
  CHECK_FALSE(waking::may_make(made(64, 64), Purpose::compute));
}

TEST_CASE("one thread more is made to be the monitor") {
  CHECK(waking::may_make(made(64, 64), Purpose::monitor));
  CHECK_FALSE(waking::may_make(made(65, 64), Purpose::monitor));
}

TEST_CASE("a caller that sleeps makes room for one more thread") {
  Pool seen = made(64, 64);
  seen.asleep = 1;
  CHECK(waking::may_make(seen, Purpose::compute));
  seen.made = 65;
  CHECK_FALSE(waking::may_make(seen, Purpose::compute));
}

TEST_CASE("no third thread makes one while two do") {
  Pool seen = made(10, 64);
  seen.making = 1;
  CHECK(waking::may_make(seen, Purpose::compute));
  seen.making = 2;
  CHECK_FALSE(waking::may_make(seen, Purpose::compute));
  CHECK_FALSE(waking::may_make(seen, Purpose::monitor));
}

TEST_CASE("for what waits in the background a thread is made whatever the others do") {
  Pool all = made(64, 2);
  all.making = 2;
  CHECK_FALSE(waking::may_make(all, Purpose::compute));
  CHECK_FALSE(waking::may_make(all, Purpose::monitor));
  CHECK(waking::may_make(all, Purpose::background));
}

TEST_CASE("what a wake was measured to cost is believed within bounds around the guess") {
  CHECK(waking::wake_cost(0, 20'000) == 20'000);  // not measured yet
  CHECK(waking::wake_cost(9'000, 20'000) == 9'000);
  CHECK(waking::wake_cost(100, 20'000) == 5'000);
  CHECK(waking::wake_cost(90'000, 20'000) == 40'000);
}

TEST_CASE("the cost of a wake is learnt from many, but not from a thread that had to wait for a core") {
  CHECK(waking::learn_wake(0, 8'000) == 8'000);
  CHECK(waking::learn_wake(8'000, 16'000) == 9'000);
  CHECK(waking::was_kept_waiting(800'000, 20'000));
  CHECK_FALSE(waking::was_kept_waiting(799'000, 20'000));
}
