#include <parallel_task/terminal/top.hpp>

#include "every.hpp"

#include <parallel_task/parallel_task.hpp>

#include <algorithm>
#include <functional>
#include <limits>
#include <memory>
#include <stdexcept>

using namespace every;

TEST_CASE("smallest and largest give the items of a stable sort") {
  source_and_size([](auto make, std::vector<int> const& expected) {
    for (std::size_t k : {std::size_t{0}, std::size_t{1}, std::size_t{10}, std::size_t{10'000}}) {
      auto const sorted = [&](auto less) {
        std::vector<int> all = expected;
        std::ranges::stable_sort(all, less);
        all.resize(std::min(k, all.size()));
        return all;
      };
      auto const coarse = [](int a, int b) { return a / 5 < b / 5; };
      CHECK(run(make(), detail::make_smallest(k)) == sorted(std::ranges::less()));
      CHECK(run(make(), detail::make_largest(k)) == sorted(std::ranges::greater()));
      CHECK(run(make(), detail::make_smallest(k, coarse)) == sorted(coarse));
      CHECK(run(make(), detail::make_largest(k, coarse)) == sorted([&](int a, int b) { return coarse(b, a); }));
    }
  });
}

TEST_CASE("top_k gives the largest first, by a less-than of one's own those that are greatest by it") {
  source_and_size([](auto make, std::vector<int> const& expected) {
    std::vector<int> sorted = expected;
    std::ranges::stable_sort(sorted, std::ranges::greater());
    sorted.resize(std::min(std::size_t{7}, sorted.size()));
    CHECK(run(make(), detail::make_top_k(7)) == sorted);
    std::vector<int> lowest = expected;
    std::ranges::stable_sort(lowest);
    lowest.resize(std::min(std::size_t{7}, lowest.size()));
    CHECK(run(make(), detail::make_top_k(7, std::greater<>())) == lowest);
  });
  std::vector<double> const v{2, std::numeric_limits<double>::quiet_NaN(), 3, 1};
  CHECK(pt::parallel_iter(v).top_k(2) == std::vector<double>{3, 2});
  std::vector<int> const w{2, 3, 1};
  CHECK((w | pt::parallel_iter | pt::top_k(2, std::greater<>())) == pt::parallel_iter(w).smallest(2));
  CHECK((v | pt::parallel_iter | pt::top_k(9)).size() == 3);
  CHECK_THROWS_AS(pt::parallel_iter(v).top_k(-1), std::invalid_argument);
}

TEST_CASE("smallest and largest skip NaN, move items, and refuse a negative number") {
  double const nan = std::numeric_limits<double>::quiet_NaN();
  std::vector<double> const v{nan, 3, nan, 1, 2, nan};
  CHECK((v | pt::parallel_iter | pt::largest(5)) == std::vector<double>{3, 2, 1});
  CHECK((v | pt::parallel_iter | pt::smallest(2)) == std::vector<double>{1, 2});
  CHECK_THROWS_AS(pt::parallel_iter(v).largest(-1), std::invalid_argument);
  auto const owner = [](int x) { return std::make_unique<int>(x); };
  auto const less = [](auto const& a, auto const& b) { return *a < *b; };
  for_each_schedule([&] { CHECK(*pt::indices(1000).map(owner).largest(3, less).back() == 997); });
  throwing_position<Bare>([](auto source) { (void)run(std::move(source), detail::make_largest(5)); });
}
