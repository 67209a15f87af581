// Loops without optimisation, a million items each: what a debug build of a program takes. Turn by turn, medians and
// minima of 31 rounds.
//
//   cmake --preset bench && cmake --build --preset bench --target bench_debug && build/bench/bench/bench_debug
#include "machine.hpp"

#include <parallel_task/parallel_task.hpp>

#if defined(BENCH_TBB)
#include <tbb/parallel_for.h>
#endif

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <ranges>
#include <vector>

namespace {

namespace pt = parallel_task;

constexpr std::size_t count = 1'000'000;
std::vector<double> values(count);
std::vector<double> out(count);

double square(double x) { return x * x; }
bool is_large(double x) { return x > 0.5; }
void root(std::size_t i) { out[i] = std::sqrt(static_cast<double>(i)); }

double chain_by_hand() {
  double sum = 0;
  for (double const x : values) {
    double const y = square(x);
    if (is_large(y)) sum += y;
  }
  return sum;
}
double chain_by_pipeline() {
  return pt::parallel_iter(values)
      .map([](double x) { return square(x); })
      .filter([](double x) { return is_large(x); })
      .sum();
}
double chain_by_views() {
  double sum = 0;
  auto const squares = [](double x) { return square(x); };
  auto const large = [](double x) { return is_large(x); };
  for (double const y : values | std::views::transform(squares) | std::views::filter(large)) sum += y;
  return sum;
}
double roots_by_hand() {
  for (std::size_t i = 0; i < count; ++i) root(i);
  return out[count - 1];
}
double roots_by_parallel_for() {
  pt::parallel_for(count, [](std::size_t i) { root(i); });
  return out[count - 1];
}
#if defined(BENCH_TBB)
double roots_by_tbb() {
  tbb::parallel_for(std::size_t{0}, count, [](std::size_t i) { root(i); });
  return out[count - 1];
}
#endif

struct Contender {
  char const* name;
  double (*run)();
  std::vector<double> ms = {};
};

}  // namespace

int main() {
  for (std::size_t i = 0; i != count; ++i) values[i] = static_cast<double>(i % 1000) / 999;
  std::vector<Contender> all = {
    {"map, filter, sum: plain loop", chain_by_hand},
    {"map, filter, sum: parallel_task", chain_by_pipeline},
    {"map, filter, sum: std::views", chain_by_views},
    {"roots: plain loop", roots_by_hand},
    {"roots: parallel_task's parallel_for", roots_by_parallel_for},
#if defined(BENCH_TBB)
    {"roots: oneTBB's parallel_for", roots_by_tbb}
#endif
  };
  double digest = 0;
  for (int round = 0; round != 31; ++round) {
    for (Contender& contender : all) {
      suite::come_to_rest(std::chrono::milliseconds(25));
      digest += contender.run();  // its threads are awake then
      auto const begin = std::chrono::steady_clock::now();
      digest += contender.run();
      std::chrono::duration<double, std::milli> const took = std::chrono::steady_clock::now() - begin;
      contender.ms.push_back(took.count());
    }
  }
  for (Contender& contender : all) {
    std::sort(contender.ms.begin(), contender.ms.end());
    std::printf("%-38s %8.2f ms   minimum %8.2f\n", contender.name, contender.ms[contender.ms.size() / 2],
                contender.ms.front());
  }
  return digest > 0 ? 0 : 1;
}
