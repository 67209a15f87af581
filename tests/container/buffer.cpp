#include <parallel_task/container/buffer.hpp>

#include "terminal/every.hpp"

#include <algorithm>
#include <ranges>
#include <string>

using every::Live;
namespace pt = parallel_task;

TEST_CASE("a buffer grows, copies, moves and compares as a vector does") {
  pt::buffer<std::string> b;
  for (int i = 0; i != 100; ++i) b.push_back("text of some length " + std::to_string(i));
  CHECK(b.size() == 100);
  b.push_back(b[3]);
  b.push_back(b.front());
  CHECK(b[100] == b[3]);
  pt::buffer<std::string> c = b;
  CHECK(c == b);
  c.pop_back();
  CHECK_FALSE(c == b);
  c = std::move(b);
  CHECK(c.size() == 102);
  CHECK(b.empty());  // NOLINT: what is left is empty
  CHECK(std::ranges::count(c, c[3]) == 2);
  static_assert(std::ranges::contiguous_range<pt::buffer<int>>);
}

TEST_CASE("a buffer of more than there can be is refused") {
  pt::buffer<int> b{1, 2};
  CHECK_THROWS_AS(b.reserve(~std::size_t{0}), std::bad_alloc);
  CHECK_THROWS_AS(b.reserve(~std::size_t{0} / sizeof(int)), std::bad_alloc);
  CHECK(b == pt::buffer<int>{1, 2});
}

TEST_CASE("a buffer destroys what it holds") {
  {
    pt::buffer<Live> b{Live(1), Live(2)};
    b.reserve(100);
    b.emplace_back(3);
    CHECK(Live::alive == 3);
    b.clear();
    CHECK(Live::alive == 0);
    b.emplace_back(4);
  }
  CHECK(Live::alive == 0);
}
