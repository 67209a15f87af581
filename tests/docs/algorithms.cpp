// The code of docs/algorithms.md: see tutorial.cpp.
#include "catch.hpp"

#include <parallel_task/algorithm.hpp>

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
  std::vector<Measurement> measurements{{"Oslo", 3.5}, {"Rome", 21.0}, {"Bonn", -999.0}, {"Pisa", 19.5}};
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
  auto const limited = pt::with(pt::threads(4), pt::deadline(std::chrono::seconds(10)), pt::report(report));
  pt::iota(limited, cards, 0);
  pt::shuffle(limited, cards, 2026);  // the same order for a seed, on any number of threads
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
  auto const squares = pt::transform_reduce(v, 0, std::plus<>(), [](int x) { return x * x; });
  // end
  REQUIRE(has_five);
  REQUIRE(product == 60);
  REQUIRE(squares == 52);
}
