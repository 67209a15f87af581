#include <parallel_task/stage/inspect.hpp>

#include "stage/stages.hpp"

#include <atomic>

using namespace stages;

TEST_CASE("inspect sees every item and changes none") {
  over_every_source([](auto pipe, ints const& expected) {
    std::atomic<long> seen{0};
    auto const items = pipe().inspect([&seen](int const& x) { seen += x + 1000; }).template collect<std::vector>();
    CHECK(items == expected);
    long wanted = 0;
    for (int x : expected) wanted += x + 1000;
    CHECK(seen >= wanted);
  });
}

TEST_CASE("inspect and update keep the index") {
  std::vector<int> v{1, 2, 3};
  auto const r = pt::parallel_iter(v).inspect([](int) {}).update([](int& x) { x *= 2; }).reverse().collect<std::vector>();
  CHECK(r == ints{6, 4, 2});
  CHECK(v == ints{2, 4, 6});
}

TEST_CASE("update changes values on their way, not what they came from") {
  auto const r = pt::indices(3).update([](int& x) { x += 10; }).collect<std::vector>();
  CHECK(r == ints{10, 11, 12});
}
