#include <parallel_task/policy/read_ahead.hpp>

#include "catch.hpp"

namespace detail = parallel_task::detail;

TEST_CASE("a source that may pause is read one by one at first and after a pause, then the more, the longer it flows") {
  constexpr detail::Costs costs{};
  detail::ReadAhead reading;
  CHECK(reading.most() == 1);
  CHECK(reading.flows());
  reading.note(32, 320, costs);
  CHECK(reading.most() == 256);
  CHECK_FALSE(reading.flows());
  reading.note(4096, 80'000, costs);  // slower, but no pause
  CHECK(reading.most() == 1280);
  reading.note(1, 50'000, costs);
  CHECK(reading.most() == 1);
  CHECK_FALSE(reading.flows());
  reading.note(17, 170, costs);
  CHECK(reading.flows());
  reading.note(1006, 10'060, costs);
  CHECK(reading.most() == 1);
  reading.note(1, 10, costs);
  CHECK(reading.most() == 256);
  reading.note(0, 1, costs);
  CHECK(reading.most() == 256);
}
