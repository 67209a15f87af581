#include <parallel_task/worker/engaging.hpp>

#include "catch.hpp"

namespace engaging = parallel_task::detail::engaging;
using engaging::Pool;
using engaging::Purpose;

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
  CHECK(engaging::may_call(pool(1, 2, 0), Purpose::compute));
  CHECK(engaging::may_call(pool(2, 2, 0), Purpose::watch));
}

TEST_CASE("for every two threads that compute one may be on the way") {
  CHECK_FALSE(engaging::may_call(pool(1, 64, 1), Purpose::compute));
  CHECK(engaging::may_call(pool(16, 64, 7), Purpose::compute));
  CHECK_FALSE(engaging::may_call(pool(16, 64, 8), Purpose::compute));
}

TEST_CASE("no more are called than there are places") {
  CHECK(engaging::may_call(pool(60, 64, 3), Purpose::compute));
  CHECK_FALSE(engaging::may_call(pool(60, 64, 4), Purpose::compute));
}

TEST_CASE("nobody is called for the watch while somebody is on the way") {
  CHECK_FALSE(engaging::may_call(pool(64, 64, 1), Purpose::watch));
}

TEST_CASE("threads are made until each place has one, the caller being one of them, and one is to spare") {
  CHECK(engaging::may_make(made(1, 2), Purpose::compute));
  CHECK_FALSE(engaging::may_make(made(2, 2), Purpose::compute));
  CHECK(engaging::may_make(made(63, 64), Purpose::compute));
  CHECK_FALSE(engaging::may_make(made(64, 64), Purpose::compute));
}

TEST_CASE("one thread more is made for the watch") {
  CHECK(engaging::may_make(made(64, 64), Purpose::watch));
  CHECK_FALSE(engaging::may_make(made(65, 64), Purpose::watch));
}

TEST_CASE("a caller that sleeps makes room for one more thread") {
  Pool seen = made(64, 64);
  seen.asleep = 1;
  CHECK(engaging::may_make(seen, Purpose::compute));
  seen.made = 65;
  CHECK_FALSE(engaging::may_make(seen, Purpose::compute));
}

TEST_CASE("no third thread makes one while two do") {
  Pool seen = made(10, 64);
  seen.making = 1;
  CHECK(engaging::may_make(seen, Purpose::compute));
  seen.making = 2;
  CHECK_FALSE(engaging::may_make(seen, Purpose::compute));
  CHECK_FALSE(engaging::may_make(seen, Purpose::watch));
}
