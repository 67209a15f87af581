#include <parallel_task/source/indices.hpp>

#include "stage/stages.hpp"

#include <cstdint>
#include <limits>
#include <stdexcept>

using namespace stages;

TEST_CASE("indices count in their arguments' type") {
  static_assert(std::same_as<decltype(pt::indices(3))::value_type, int>);
  static_assert(std::same_as<decltype(pt::indices(3u, 5ul))::value_type, unsigned long>);
  CHECK(pt::indices(3).collect<std::vector>() == ints{0, 1, 2});
  CHECK(pt::indices(-2, 2).collect<std::vector>() == ints{-2, -1, 0, 1});
  CHECK(pt::indices(2, -2).count() == 0);
  CHECK(pt::indices(-5).count() == 0);
}

TEST_CASE("indices step up and down, without overflow") {
  CHECK(pt::indices(0, 10, 3).collect<std::vector>() == ints{0, 3, 6, 9});
  CHECK(pt::indices(10, 0, -4).collect<std::vector>() == ints{10, 6, 2});
  CHECK(pt::indices(0, 10, -1).count() == 0);
  constexpr int most = std::numeric_limits<int>::max();
  constexpr int least = std::numeric_limits<int>::min();
  CHECK(pt::indices(least, most, most).collect<std::vector>() == ints{least, -1, most - 1});
  CHECK(pt::indices(most, least, least).collect<std::vector>() == ints{most, -1});
  CHECK(pt::indices(std::int8_t{-128}, std::int8_t{127}).count() == 255);
  constexpr std::int64_t far = std::int64_t{1} << 33;
  CHECK(pt::indices(std::int64_t{0}, far, far / 4).collect<std::vector>() ==
        std::vector<std::int64_t>{0, far / 4, far / 2, far / 4 * 3});
  CHECK(pt::indices(far, std::int64_t{0}, -far / 2).collect<std::vector>() == std::vector<std::int64_t>{far, far / 2});
  if (sizeof(std::size_t) < 8) CHECK_THROWS_AS((void)pt::indices(far), std::length_error);
  CHECK_THROWS_AS((void)pt::indices(0, 1, 0), std::invalid_argument);
}
