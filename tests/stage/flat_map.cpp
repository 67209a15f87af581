#include <parallel_task/stage/flat_map.hpp>

#include "stage/stages.hpp"

#include <list>
#include <memory>
#include <ranges>

using namespace stages;

TEST_CASE("flat_map gives the inner items in order") {
  over_every_source([](auto pipe, ints const& expected) {
    ints wanted;
    for (int x : expected) {
      for (int k = 0; k < (x & 3); ++k) wanted.push_back(x + k);
    }
    auto f = [](int x) {
      ints inner;
      for (int k = 0; k < (x & 3); ++k) inner.push_back(x + k);
      return inner;
    };
    CHECK(pipe().flat_map(f).template collect<std::vector>() == wanted);
  });
}

TEST_CASE("flat_map walks a view lazily") {
  std::vector<int> const v{1, 2, 3};
  auto const found = pt::parallel_iter(v).flat_map([](int x) { return std::views::iota(x); }).find_first([](int x) {
    return x == 50;
  });
  CHECK(found == 50);
}

TEST_CASE("flatten gives the items of items, by reference where they have a home") {
  std::list<std::vector<int>> lists{{1, 2}, {}, {3}};
  CHECK(pt::parallel_iter(lists).flatten().collect<std::vector>() == ints{1, 2, 3});
  pt::parallel_iter(lists).flatten().for_each([](int& x) { x = 0; });
  CHECK(lists.front() == ints{0, 0});
}

TEST_CASE("flatten moves the items out of containers that the pipeline owns") {
  std::vector<std::vector<std::unique_ptr<int>>> v(3);
  for (auto& inner : v) inner.push_back(std::make_unique<int>(1));
  auto const all = pt::into_parallel_iter(std::move(v)).flatten().collect<std::vector>();
  CHECK(all.size() == 3);
}
