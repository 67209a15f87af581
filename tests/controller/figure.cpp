#include <parallel_task/controller/figure.hpp>

#include "catch.hpp"

#include <cstdint>
#include <string>

namespace pt = parallel_task;

TEST_CASE("figures have a unit rather than seven digits") {
  using pt::detail::Figure;
  auto const count = [](std::uint64_t n) { return std::string(Figure::count(n).text); };
  CHECK(count(0) == "0");
  CHECK(count(999) == "999");
  CHECK(count(1'000) == "1 000");
  CHECK(count(12'045) == "12 045");
  CHECK(count(999'999) == "999 999");
  CHECK(count(1'000'000) == "1.00 M");
  CHECK(count(1'234'567) == "1.23 M");
  CHECK(count(123'456'789) == "123 M");
  CHECK(count(999'499'999) == "999 M");
  CHECK(count(999'500'000) == "1.00 G");
  CHECK(count(9'994'999'999) == "9.99 G");
  CHECK(count(9'995'000'001) == "10.0 G");
  CHECK(count(~std::uint64_t{0}) == "18.4 E");
  auto const time = [](double ns) { return std::string(Figure::time(ns).text); };
  CHECK(time(0) == "0 ns");
  CHECK(time(0.25) == "0.25 ns");
  CHECK(time(999.4) == "999 ns");
  CHECK(time(999.6) == "1.00 us");
  CHECK(time(45'600) == "45.6 us");
  CHECK(time(517'759'000) == "518 ms");
  CHECK(time(12.34e9) == "12.3 s");
  CHECK(time(7'200e9) == "2.00 h");
  CHECK(time(3.6e18) == "1.00e+06 h");
  CHECK(time(1e300).size() < 20);
  CHECK(time(-1) == "0 ns");
}
