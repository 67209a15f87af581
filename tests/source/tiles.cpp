#include <parallel_task/source/tiles.hpp>

#include "parts.hpp"
#include "shuffle.hpp"

#include <atomic>
#include <limits>
#include <stdexcept>
#include <tuple>
#include <utility>

TEST_CASE("indices2 and indices3 are nested loops, in their order for ordered terminals") {
  for (int rows : {0, 1, 2, 130}) {
    for (int columns : {0, 1, 31, 140}) {
      std::vector<std::pair<int, int>> wanted;
      for (int i = 0; i != rows; ++i) {
        for (int j = 0; j != columns; ++j) wanted.emplace_back(i, j);
      }
      for_each_schedule([&] {
        CHECK(pt::indices2(rows, columns).collect<std::vector>() == wanted);
        CHECK(pt::indices2(rows, columns).size() == wanted.size());
        std::vector<std::atomic<int>> met(wanted.size());
        pt::indices2(rows, columns).filter([](int, int) { return true; }).for_each([&](int i, int j) {
          ++met[static_cast<std::size_t>(i * columns + j)];
        });
        int once = 0;
        for (auto const& times : met) once += times == 1;
        CHECK(once == rows * columns);
      });
    }
  }
  for (int n : {0, 1, 5, 17}) {
    std::vector<std::tuple<int, int, int>> wanted;
    for (int i = 0; i != n; ++i) {
      for (int j = 0; j != 18; ++j) {
        for (int k = 0; k != 3; ++k) wanted.emplace_back(i, j, k);
      }
    }
    for_each_schedule([&] {
      CHECK(pt::indices3(n, 18, 3).collect<std::vector>() == wanted);
      CHECK(pt::indices3(n, 18, 3).reverse().take(1).count() == (wanted.empty() ? 0 : 1));
      std::atomic<long> sum{0};
      pt::indices3(n, 18, 3).for_each([&](int i, int j, int k) { sum += (i * 18 + j) * 3 + k; });
      CHECK(sum == static_cast<long>(wanted.size() * (wanted.size() + (wanted.empty() ? 1 : 0) - 1) / 2));
    });
  }
}

TEST_CASE("indices2 goes by tiles where no order is asked for") {
  std::vector<std::pair<int, int>> order;
  pt::indices2(256, 256).threads(1).for_each([&order](int i, int j) { order.emplace_back(i, j); });
  REQUIRE(order.size() == 256 * 256);
  CHECK(order[127] == std::pair(0, 127));
  CHECK(order[128] == std::pair(1, 0));
  CHECK(order[128 * 128] == std::pair(0, 128));
}

TEST_CASE("more items than can be counted are std::length_error, and a negative bound is 0") {
  std::size_t const most = std::numeric_limits<std::size_t>::max();
  CHECK_THROWS_AS((void)pt::indices2(most, 2), std::length_error);
  CHECK_THROWS_AS((void)pt::indices3(most / 2, 2, 2), std::length_error);
  CHECK(pt::indices2(most, 0).size() == 0);
  CHECK(pt::indices2(-1, 3).size() == 0);
}
