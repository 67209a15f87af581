#include <parallel_task/stage/filter.hpp>

#include "stage/stages.hpp"

#include <memory>

using namespace stages;

TEST_CASE("filter keeps the order of every source") {
  over_every_source([](auto pipe, ints const& expected) {
    ints wanted;
    for (int x : expected) {
      if (x % 3 == 0) wanted.push_back(x);
    }
    CHECK(pipe().filter([](int x) { return x % 3 == 0; }).template collect<std::vector>() == wanted);
  });
}

TEST_CASE("filter hands on the item itself") {
  std::vector<int> v{1, 2, 3, 4};
  pt::parallel_iter(v).filter([](int x) { return x % 2 == 0; }).for_each([](int& x) { x = 0; });
  CHECK(v == std::vector<int>{1, 0, 3, 0});
}

TEST_CASE("filter moves items that can't be copied") {
  std::vector<std::unique_ptr<int>> v;
  for (int i = 0; i != 100; ++i) v.push_back(std::make_unique<int>(i));
  auto const odd =
      pt::into_parallel_iter(std::move(v)).filter([](auto const& p) { return *p % 2 != 0; }).collect<std::vector>();
  REQUIRE(odd.size() == 50);
  CHECK(*odd[49] == 99);
}
