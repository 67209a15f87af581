// The code of docs/algorithms.md: see tutorial.cpp.
#include "catch.hpp"

#include <parallel_task/algorithm.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <numeric>
#include <span>
#include <string>
#include <vector>

namespace {

struct Measurement {
  std::string station;
  double degrees;
};

}  // namespace

TEST_CASE("algorithms: ranges and iterators and projections") {
  std::vector<Measurement> measurements{
      {"Oslo", 3.5}, {"Rome", 21.0}, {"Bonn", -999.0}, {"Pisa", 19.5}};
  // cut: algorithm_calls
  auto const missing = [](double degrees) { return degrees < -273.15; };
  auto const first_gap = pt::find_if(measurements, missing, &Measurement::degrees);
  std::size_t const gaps = pt::count_if(measurements, missing, &Measurement::degrees);
  std::vector<double> fahrenheit(measurements.size());
  auto const in_fahrenheit = [](double celsius) { return celsius * 9 / 5 + 32; };
  pt::transform(measurements, fahrenheit, in_fahrenheit, &Measurement::degrees);
  pt::reverse(fahrenheit.begin(), fahrenheit.end());
  // end
  REQUIRE(first_gap == measurements.begin() + 2);
  REQUIRE(gaps == 1);
  REQUIRE(fahrenheit[3] == 38.3);
}

TEST_CASE("algorithms: settings come first") {
  std::vector<int> cards(52);
  // cut: algorithm_settings
  pt::RunReport report;
  auto const limited = pt::with(pt::threads(4), pt::deadline(std::chrono::seconds(10)),
                                pt::report(report));
  pt::iota(limited, cards, 0);
  pt::shuffle(limited, cards,
              2026);  // the same order for a seed, on any number of threads
  // end
  REQUIRE(report.items == 52);
  REQUIRE(pt::sum(cards) == 51 * 26);
}

TEST_CASE("algorithms: outputs bound what is written") {
  std::vector<int> numbers(1000, 1);
  std::vector<int> buffer(100);
  // cut: algorithm_outputs
  std::size_t written = 0;
  for (auto rest = std::span(numbers); !rest.empty();) {
    auto const end = pt::copy(rest, buffer);  // as many as there is room for
    written += static_cast<std::size_t>(end.out - buffer.begin());
    rest = std::span(end.in, rest.end());
  }
  // end
  REQUIRE(written == 1000);
}

TEST_CASE("algorithms: names of pipelines take ranges too") {
  std::vector<int> const v{3, 1, 4, 1, 5};
  // cut: algorithm_names
  bool const has_five = pt::any(v, [](int x) { return x == 5; });
  long const product = pt::reduce(v, 1L, std::multiplies<>());
  auto const squares =
      pt::transform_reduce(v, 0, std::plus<>(), [](int x) { return x * x; });
  // end
  REQUIRE(has_five);
  REQUIRE(product == 60);
  REQUIRE(squares == 52);
}

TEST_CASE("algorithms: the examples of docstrings") {
  std::vector<int> const v{3, 1, 4, 1, 5};
  std::vector<int> w{1, 2, 3};
  {
    pt::RunReport report;
    pt::for_each(pt::with(pt::threads(4), pt::report(report)), w,
                 [](int& x) { x += 1; });
    REQUIRE(w == std::vector<int>{2, 3, 4});
    REQUIRE(report.items == 3);
  }
  {
    std::vector<int> copied(5);
    pt::copy(v, copied);
    REQUIRE(copied == v);
  }
  {
    std::vector<int> sums(5);
    pt::transform(v, v, sums, std::plus<>());  // 6, 2, 8, 2, 10
    REQUIRE(sums == std::vector<int>{6, 2, 8, 2, 10});
    std::vector<int> steps(5);
    pt::adjacent_difference(v, steps);  // 3, -2, 3, -3, 4
    REQUIRE(steps == std::vector<int>{3, -2, 3, -3, 4});
  }
  {
    std::atomic<int> next{0};
    pt::generate(w, [&] { return next++; });
    REQUIRE(pt::sum(w) == 3);
  }
  pt::fill(w, 7);
  REQUIRE(w == std::vector<int>(3, 7));
  pt::iota(w, 10);  // 10, 11, 12
  REQUIRE(w == std::vector<int>{10, 11, 12});
  w = {1, 2, 3};
  pt::replace_if(
      w, [](int x) { return x > 2; }, 0);  // 1, 2, 0
  REQUIRE(w == std::vector<int>{1, 2, 0});
  w = {1, 2, 3};
  pt::rotate(w, w.begin() + 1);  // 2, 3, 1
  REQUIRE(w == std::vector<int>{2, 3, 1});
  pt::shuffle(w, 42);
  REQUIRE(pt::sum(w) == 6);
  {
    std::vector<int> others{7, 8, 9};
    pt::swap_ranges(w, others);
    REQUIRE(w == std::vector<int>{7, 8, 9});
  }
  {
    auto const four = pt::find_if(v, [](int x) { return x > 3; });
    auto const smallest = pt::min_element(v);                           // v.begin() + 1
    bool const has_large = pt::any_of(v, [](int x) { return x > 4; });  // true
    auto const squares =
        pt::transform_reduce(v, 0, std::plus<>(), [](int x) { return x * x; });  // 52
    REQUIRE(four == v.begin() + 2);
    REQUIRE(smallest == v.begin() + 1);
    REQUIRE(has_large);
    REQUIRE(squares == 52);
  }
}

TEST_CASE("algorithms: coming from std::execution") {
  std::vector<int> v{3, 1, 4, 1, 5};
  std::vector<int> w{1, 2, 3};
  std::vector<int> out(5);
  auto const f = [](int x) { return x + 1; };
  auto const p = [](int x) { return x > 3; };
  auto const op = std::plus<int>();
  pt::for_each(v.begin(), v.end(), [](int& x) { x += 0; });
  pt::transform(v, out, f);
  REQUIRE(out[4] == 6);
  pt::transform(v, w, out, op);
  REQUIRE(out[0] == 4);
  REQUIRE(pt::reduce(v, 0L, std::plus<>()) == 14);
  REQUIRE(pt::transform_reduce(v, 0L, std::plus<>(), f) == 19);
  REQUIRE(pt::transform_reduce(v, w, 0L) == 17);
  pt::copy(v, out);
  pt::fill(out, 7);
  pt::replace_if(out, p, 0);
  REQUIRE(pt::count(v, 1) == 2);
  REQUIRE(pt::count_if(v, p) == 2);
  REQUIRE(*pt::find_if(v, p) == 4);
  REQUIRE(*pt::find(v, 5) == 5);
  REQUIRE(*pt::min_element(v) == 1);
  REQUIRE(*pt::minmax_element(v).max == 5);
  REQUIRE(!pt::equal(v, w));
  REQUIRE(pt::mismatch(v, w).in1 == v.begin());
  pt::adjacent_difference(v, out);
  REQUIRE(pt::adjacent_find(v) == v.end());
  REQUIRE(!pt::lexicographical_compare(v, w));
  REQUIRE(pt::search(v, std::vector<int>{4, 1}).begin() == v.begin() + 2);
  pt::swap_ranges(w, out);
  pt::reverse(v);
  pt::rotate(v, v.begin() + 1);
  std::vector<int> twice(10);
  pt::sort(out);
  REQUIRE(std::is_sorted(out.begin(), out.end()));
  pt::nth_element(out, out.begin() + 2);
  pt::sort(v);
  pt::merge(v, v, twice);
  REQUIRE(std::is_sorted(twice.begin(), twice.end()));
  pt::set_union(v, v, twice);
  pt::inclusive_scan(v, out);
  REQUIRE(out[1] == v[0] + v[1]);
  pt::unique(out);
  pt::stable_partition(out, p);
  pt::shuffle(v, 42);
  REQUIRE(pt::sum(v) == 14);
}
