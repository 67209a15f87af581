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

TEST_CASE("indices2 and indices3 go by tiles where no order is asked for") {
  using Tiles2 = pt::detail::Tiles<int, int>;
  constexpr int side = Tiles2::side;
  constexpr int row = Tiles2::row;
  std::vector<std::pair<int, int>> order;
  pt::indices2(side + 1, row + 2).threads(1).for_each([&order](int i, int j) { order.emplace_back(i, j); });
  REQUIRE(order.size() == std::size_t{side + 1} * (row + 2));
  CHECK(order[row - 1] == std::pair(0, row - 1));
  CHECK(order[row] == std::pair(1, 0));
  CHECK(order[side * row] == std::pair(0, row));
  CHECK(order[side * row + 2] == std::pair(1, row));
  CHECK(order[side * (row + 2)] == std::pair(side, 0));

  using Tiles3 = pt::detail::Tiles<int, int, int>;
  constexpr int high = Tiles3::side;
  constexpr int wide = Tiles3::row;
  std::vector<std::tuple<int, int, int>> order3;
  pt::indices3(high, high + 1, wide + 1).threads(1).for_each([&order3](int i, int j, int k) {
    order3.emplace_back(i, j, k);
  });
  REQUIRE(order3.size() == std::size_t{high} * (high + 1) * (wide + 1));
  CHECK(order3[wide] == std::tuple(0, 1, 0));
  CHECK(order3[high * wide] == std::tuple(1, 0, 0));
  CHECK(order3[high * high * wide] == std::tuple(0, 0, wide));
}

TEST_CASE("tiles at the edges are smaller, and every index is met once") {
  constexpr int rows = 2 * int{pt::detail::Tiles<int, int>::side} + 3;
  constexpr int columns = int{pt::detail::Tiles<int, int>::row} + 5;
  for_each_schedule([&] {
    std::vector<std::atomic<int>> met(std::size_t{rows} * columns);
    pt::indices2(rows, columns).for_each([&](int i, int j) { ++met[static_cast<std::size_t>(i * columns + j)]; });
    int once = 0;
    for (auto const& times : met) once += times == 1;
    CHECK(once == rows * columns);
  });
}

TEST_CASE("more items than can be counted are std::length_error, and a negative bound is 0") {
  std::size_t const most = std::numeric_limits<std::size_t>::max();
  CHECK_THROWS_AS((void)pt::indices2(most, 2), std::length_error);
  CHECK_THROWS_AS((void)pt::indices3(most / 2, 2, 2), std::length_error);
  CHECK(pt::indices2(most, 0).size() == 0);
  CHECK(pt::indices2(-1, 3).size() == 0);
}
