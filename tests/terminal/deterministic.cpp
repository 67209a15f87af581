#include <parallel_task/terminal/deterministic.hpp>

#include "every.hpp"

#include <parallel_task/parallel_task.hpp>

#include <bit>
#include <cmath>
#include <cstdint>
#include <functional>
#include <list>

using namespace every;

namespace {

/// Numbers whose sum depends on the order.
std::vector<double> uneven_numbers(std::size_t n) {
  std::vector<double> v;
  for (std::size_t i = 0; i != n; ++i)
    v.push_back(std::sin(static_cast<double>(i)) * std::exp2(static_cast<int>(i % 40)));
  return v;
}

/// All that may round, over several kinds of pipelines, as bits.
std::vector<std::uint64_t> bits(std::vector<double> const& v, std::list<double> const& list, unsigned threads) {
  std::vector<std::uint64_t> all;
  auto const keep = [&](double x) { all.push_back(std::bit_cast<std::uint64_t>(x)); };
  auto const small = [](double x) { return std::abs(x) < 1e9; };
  auto const near_one = [](double x) { return 1 + x * 1e-15; };
  auto const zero = [] { return 0.0; };
  keep(pt::parallel_iter(v).threads(threads).deterministic().sum());
  keep(pt::parallel_iter(list).threads(threads).deterministic().sum());
  keep(pt::parallel_iter(v).deterministic().map(near_one).threads(threads).product());
  keep(*pt::parallel_iter(v).filter(small).threads(threads).deterministic().mean());
  keep(*(v | pt::parallel_iter | pt::threads(threads) | pt::deterministic() | pt::mean()));
  keep(*pt::parallel_iter(v).map(near_one).threads(threads).deterministic().reduce(std::plus<>()));
  keep(pt::parallel_iter(list).filter(small).threads(threads).deterministic().reduce(0.5, std::plus<>()));
  keep(pt::parallel_iter(v).fold(zero, std::plus<>()).threads(threads).deterministic().sum());
  keep(pt::parallel_iter(list).fold(zero, std::plus<>()).threads(threads).deterministic().reduce(0.0, std::plus<>()));
  keep(pt::parallel_iter(v).threads(threads).deterministic().aggregate(zero, std::plus<>(), std::plus<>()));
  keep(pt::parallel_iter(v).take_while([](double x) { return x < 1e11; }).threads(threads).deterministic().sum());
  return all;
}

}  // namespace

TEST_CASE("deterministic gives the same bits on 1 to 32 cores, under every schedule") {
  auto const v = uneven_numbers(20'011);
  std::list<double> const list(v.begin(), v.end());
  auto const expected = bits(v, list, 1);
  for_each_schedule([&] { CHECK((bits(v, list, 32) == expected)); });
  for (unsigned cores : {1U, 2U, 3U, 4U, 8U, 16U, 32U}) {
    pt::Options options;
    options.cores = cores;
    pt::set_options(options);
    for_each_schedule([&] {
      INFO(cores << " cores");
      CHECK((bits(v, list, cores) == expected));
    });
  }
  pt::set_options({});
}

TEST_CASE("deterministic results are those of the loop where nothing is rounded") {
  source_and_size([](auto make, std::vector<int> const& expected) {
    double sum = 0;
    for (int x : expected) sum += x;
    auto halves = detail::Map(make(), [](int x) { return 0.5 * x; });
    detail::Sum<> end;
    CHECK(detail::run_deterministic(halves, end, pt::Settings{}) == 0.5 * sum);
    auto source = make();
    detail::Mean mean;
    auto const result = detail::run_deterministic(source, mean, pt::Settings{});
    CHECK(result == (expected.empty() ? std::nullopt : std::optional(sum / static_cast<double>(expected.size()))));
  });
}

TEST_CASE("leaves are cut by the number of positions alone") {
  CHECK(detail::leaf_size(0, 1) == 1);
  CHECK(detail::leaf_size(127, 1) == 1);
  CHECK(detail::leaf_size(4096, 1) == 64);
  CHECK(detail::leaf_size(100'000, 1) == 256);
  CHECK(detail::leaf_size(10'000'000, 1) == 2048);
  CHECK(detail::leaf_size(100, 1024) == 1024);
  CHECK(detail::leaf_size(10'000'000, 1024) == 8192);
}

TEST_CASE("a deterministic run hands on an exception, leaves no item alive and can be stopped") {
  throwing_position<Bare>([](auto source) {
    detail::Reduce end{[](Bare a, Bare const&) { return a; }};
    (void)detail::run_deterministic(source, end, pt::Settings{});
  });
}
