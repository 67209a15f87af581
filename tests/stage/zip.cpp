#include <parallel_task/stage/zip.hpp>

#include "stage/stages.hpp"

#include <algorithm>
#include <forward_list>
#include <list>
#include <ranges>
#include <stdexcept>
#include <string>

using namespace stages;

TEST_CASE("zip ends with the shortest, whatever the sources") {
  ints const other = every::numbers(100);
  std::list<int> const list(other.begin(), other.end());
  std::forward_list<int> const forward(other.begin(), other.end());
  over_every_index([&](auto pipe, ints const& expected) {
    std::vector<std::pair<int, int>> wanted;
    for (size_t i = 0; i != std::min<size_t>(expected.size(), 100); ++i) wanted.emplace_back(expected[i], other[i]);
    CHECK(pipe().zip(other).template collect<std::vector>() == wanted);
    CHECK(pipe().zip(list).template collect<std::vector>() == wanted);
    CHECK(pipe().zip(forward).filter([](int, int) { return true; }).template collect<std::vector>() == wanted);
    auto const three =
        pipe().zip(list, forward).map([](int a, int b, int c) { return a + b - c; }).template collect<std::vector>();
    REQUIRE(three.size() == wanted.size());
    for (size_t i = 0; i != three.size(); ++i) CHECK(three[i] == wanted[i].first);
  });
}

TEST_CASE("zip writes to an output range") {
  ints const in = every::numbers(1000);
  for_each_schedule([&in] {
    std::vector<double> out(in.size());
    pt::parallel_iter(in).zip(out).for_each([](int x, double& y) { y = 0.5 * x; });
    for (size_t i = 0; i != in.size(); ++i) REQUIRE(out[i] == 0.5 * in[i]);
  });
}

TEST_CASE("zip owns an rvalue container and takes pipelines") {
  std::vector<int> const v{1, 2, 3};
  auto const r = pt::parallel_iter(v)
                     .zip(std::vector<std::string>{"a", "b", "c"}, pt::indices(10).map([](int i) { return 10 * i; }))
                     .map([](int x, std::string s, int y) { return s + std::to_string(x + y); })
                     .collect<std::vector>();
  CHECK(r == std::vector<std::string>{"a1", "b12", "c23"});
}

TEST_CASE("zip_equal refuses ranges of different length") {
  ints const three{1, 2, 3};
  ints const two{1, 2};
  std::forward_list<int> const forward{1, 2};
  for_each_schedule([&] {
    CHECK(pt::parallel_iter(three).zip_equal(three).count() == 3);
    CHECK_THROWS_AS(pt::parallel_iter(three).zip_equal(two).count(), std::invalid_argument);
    CHECK_THROWS_AS(pt::parallel_iter(three).zip_equal(forward).count(), std::invalid_argument);
    CHECK_THROWS_AS(pt::parallel_iter(forward).zip_equal(three).count(), std::invalid_argument);
    CHECK(pt::parallel_iter(forward).zip_equal(two).count() == 2);
  });
}

TEST_CASE("zip with an endless range ends with the other, also backwards") {
  ints const v{1, 2, 3};
  auto const r = pt::parallel_iter(v)
                     .zip(std::views::iota(10))
                     .reverse()
                     .map([](int a, int b) { return a + b; })
                     .collect<std::vector>();
  CHECK(r == ints{15, 13, 11});
}

TEST_CASE("zip ends where a stage of a list has no more items, though the list goes on") {
  std::list<int> const list(1200, 1);
  ints const thousand(1000, 2);
  auto const product = [](int a, int b) { return a * b; };
  for_each_schedule([&] {
    CHECK(pt::parallel_iter(list).stride(3).zip(thousand).map(product).sum() == 800);
    CHECK(pt::parallel_iter(list).take(7).zip(thousand).map(product).sum() == 14);
    CHECK(pt::parallel_iter(list).drop(5000).zip(thousand).map(product).sum() == 0);
    auto const both = [&] { return pt::parallel_iter(list).zip(list).map(product); };
    CHECK(pt::parallel_iter(list).stride(3).zip(thousand).map(product).chain(both()).sum() == 2000);
    CHECK(pt::parallel_iter(list).drop(5000).zip(thousand).map(product).chain(both()).sum() == 1200);
  });
}
