#include <parallel_task/source/cartesian_product.hpp>

#include "parts.hpp"
#include "shuffle.hpp"

#include <utility>

TEST_CASE("cartesian_product is two nested loops, over ranges of every kind") {
  using Pairs = std::vector<std::pair<int, int>>;
  for (std::size_t n : {0U, 1U, 5U, 50U}) {
    for (std::size_t m : {0U, 1U, 7U, 30U}) {
      parts::Ints a;
      parts::Ints b;
      for (std::size_t i = 0; i != n; ++i) a.push_back(static_cast<int>(i));
      for (std::size_t i = 0; i != m; ++i) b.push_back(static_cast<int>(100 + i));
      std::list<int> const list(b.begin(), b.end());
      std::forward_list<int> const forward(a.begin(), a.end());
      Pairs wanted;
      for (int x : a) {
        for (int y : b) wanted.emplace_back(x, y);
      }
      for_each_schedule([&] {
        CHECK(pt::cartesian_product(a, b).collect<Pairs>() == wanted);
        CHECK(pt::cartesian_product(a, list).collect<Pairs>() == wanted);
        CHECK(pt::cartesian_product(forward, b).collect<Pairs>() == wanted);
        CHECK(pt::cartesian_product(std::views::iota(0, static_cast<int>(n)), b).collect<Pairs>() == wanted);
        CHECK(pt::cartesian_product(a, b).drop(3).size() == (wanted.size() < 3 ? 0 : wanted.size() - 3));
      });
    }
  }
  parts::Ints v{1, 2};
  parts::Ints const w{1, 2, 3};
  pt::cartesian_product(v, w).take(1).for_each([](int& x, int y) { x += 10 * y; });
  CHECK(v == parts::Ints{11, 2});
}
