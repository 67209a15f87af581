#include <parallel_task/terminal/is_sorted.hpp>

#include "every.hpp"

#include <parallel_task/parallel_task.hpp>

#include <algorithm>
#include <functional>
#include <limits>
#include <memory>
#include <string>

using namespace every;

TEST_CASE("is_sorted and is_partitioned say what the loop says") {
  source_and_size([](auto make, std::vector<int> const& expected) {
    CHECK(run(make(), detail::make_is_sorted()) == std::ranges::is_sorted(expected));
    auto const by_nothing = [](int, int) { return false; };
    CHECK(run(make(), detail::make_is_sorted(by_nothing)));
    auto const positive = [](int x) { return x > 0; };
    CHECK(run(make(), detail::IsPartitioned{positive}) == std::ranges::is_partitioned(expected, positive));
    CHECK(run(make(), detail::IsPartitioned{[](int) { return true; }}));
  });
}

TEST_CASE("is_sorted finds one item out of order, wherever it is") {
  std::vector<int> v(1000);
  for (std::size_t i = 0; i != v.size(); ++i) v[i] = static_cast<int>(i) / 3;
  auto const itself = [](int x) { return x; };
  auto const any = [](int) { return true; };
  for_each_schedule([&] {
    CHECK(pt::parallel_iter(v).is_sorted());
    CHECK(pt::parallel_iter(v).map(itself).is_sorted());
    CHECK(pt::parallel_iter(v).filter(any).is_sorted());
    CHECK(pt::parallel_iter(v).reverse().is_sorted(std::greater<>()));
    CHECK_FALSE(pt::parallel_iter(v).reverse().is_sorted());
  });
  for (std::size_t at : {std::size_t{3}, std::size_t{500}, std::size_t{999}}) {
    int const before = std::exchange(v[at], -1);
    for_each_schedule([&] {
      CHECK_FALSE(pt::parallel_iter(v).is_sorted());
      CHECK_FALSE(pt::parallel_iter(v).map(itself).is_sorted());
      CHECK_FALSE(pt::parallel_iter(v).filter(any).is_sorted());
      CHECK_FALSE((v | pt::parallel_iter | pt::is_sorted()));
    });
    v[at] = before;
  }
}

TEST_CASE("is_sorted takes NaN as std::is_sorted does, and items that can't be copied") {
  double const nan = std::numeric_limits<double>::quiet_NaN();
  for (auto const& v :
       {std::vector<double>{1, nan, 0}, std::vector<double>{nan, nan}, std::vector<double>{1, 0, nan}}) {
    CHECK(pt::parallel_iter(v).is_sorted() == std::ranges::is_sorted(v, [](double a, double b) { return a < b; }));
  }
  std::vector<std::unique_ptr<int>> owners;
  for (int i = 0; i != 100; ++i) owners.push_back(std::make_unique<int>(i));
  CHECK(pt::parallel_iter(owners).is_sorted([](auto const& a, auto const& b) { return *a < *b; }));
  CHECK(pt::indices(100).map([](int i) { return std::string(static_cast<std::size_t>(i), 'x'); }).is_sorted());
}

TEST_CASE("is_partitioned finds one item on the wrong side, wherever it is") {
  std::vector<int> v(1000);
  for (std::size_t i = 0; i != v.size(); ++i) v[i] = static_cast<int>(i);
  for (int odd : {0, 300, 700, 999}) {
    for_each_schedule([&] {
      CHECK((v | pt::parallel_iter | pt::is_partitioned([](int x) { return x < 400; })));
      CHECK_FALSE(pt::parallel_iter(v).is_partitioned([odd](int x) { return (x < 400) != (x == odd); }));
    });
  }
}
