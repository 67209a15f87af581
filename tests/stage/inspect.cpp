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
  auto const r =
      pt::parallel_iter(v).inspect([](int) {}).update([](int& x) { x *= 2; }).reverse().collect<std::vector>();
  CHECK(r == ints{6, 4, 2});
  CHECK(v == ints{2, 4, 6});
}

TEST_CASE("update changes values on their way, not what they came from") {
  auto const r = pt::indices(3).update([](int& x) { x += 10; }).collect<std::vector>();
  CHECK(r == ints{10, 11, 12});
}

TEST_CASE("update takes what refers to its item by value") {
  std::vector<int> a{1, 2, 3};
  std::vector<int*> pointers{&a[0], &a[1], &a[2]};
  pt::parallel_iter(pointers).update([](int* x) { *x *= 2; }).for_each([](int*) {});
  pt::parallel_iter(a).zip(pointers).update([](std::pair<int&, int*&> x) { x.first += 1; }).for_each([](auto const&) {
  });
  CHECK(a == ints{3, 5, 7});
}
