#include <parallel_task/stage/enumerate.hpp>

#include "stage/stages.hpp"

using namespace stages;

TEST_CASE("enumerate gives each item its position, from every source with an index") {
  over_every_index([](auto pipe, ints const& expected) {
    std::vector<std::pair<size_t, int>> wanted;
    for (size_t i = 0; i != expected.size(); ++i) wanted.emplace_back(i, expected[i]);
    CHECK(pipe().enumerate().template collect<std::vector>() == wanted);
    auto const odd = pipe().enumerate().filter([](size_t i, int) { return i % 2 != 0; }).count();
    CHECK(odd == expected.size() / 2);
  });
}

TEST_CASE("an enumerated item is given whole or in its two parts") {
  std::vector<int> const v{5, 6};
  CHECK(pt::parallel_iter(v).enumerate().map([](size_t i, int x) { return static_cast<int>(i) * x; }).sum() == 6);
  CHECK(
      pt::parallel_iter(v).enumerate().map([](auto const& p) { return static_cast<int>(p.first) * p.second; }).sum() ==
      6);
}
