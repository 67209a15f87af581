// A book of European call options, priced by Monte Carlo on several ranks.
//
//   c++ -std=c++20 -O2 -I include examples/ranks/pricing.cpp -o pricing -pthread       forked processes, no MPI
//   RANKS=4 ./pricing 400
//   mpicxx -std=c++20 -O2 -DEXAMPLE_WITH_MPI -I include examples/ranks/pricing.cpp -o pricing -pthread
//   mpirun -n 4 ./pricing 400
//
// What to look at: `.on(w)` is all that is new in the pipeline, and every rank has all prices. Options that expire
// later take more steps, so a fixed split would leave ranks idle. Random numbers come from the option and the path, not
// from a generator of a rank's own: the prices are the same bits on any number of ranks, and in the plain loop.
#include "world.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <numbers>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

struct Option {
  double strike;
  int days;
  std::uint64_t number;
};

/// 64 random bits that follow from `index` alone (splitmix64).
std::uint64_t random_bits(std::uint64_t index) {
  std::uint64_t x = (index + 1) * 0x9e3779b97f4a7c15;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return x ^ (x >> 31);
}
double random_normal(std::uint64_t index) {
  auto const uniform = [](std::uint64_t bits) { return (static_cast<double>(bits >> 11) + 0.5) * 0x1p-53; };
  return std::sqrt(-2 * std::log(uniform(random_bits(2 * index)))) *
         std::cos(2 * std::numbers::pi * uniform(random_bits(2 * index + 1)));
}

/// The mean of what 200 paths pay whose average over all days counts (an Asian option).
double price(Option const& option) {
  constexpr int paths = 200;
  constexpr double rate = 0.03;
  constexpr double volatility = 0.25;
  constexpr double day = 1.0 / 250;
  double paid = 0;
  for (int path = 0; path != paths; ++path) {
    double spot = 100;
    double sum = 0;
    for (int i = 0; i != option.days; ++i) {
      auto const index =
          (option.number * paths + static_cast<std::uint64_t>(path)) * 1024 + static_cast<std::uint64_t>(i);
      spot *= std::exp((rate - volatility * volatility / 2) * day + volatility * std::sqrt(day) * random_normal(index));
      sum += spot;
    }
    paid += std::max(0.0, sum / option.days - option.strike);
  }
  return std::exp(-rate * option.days * day) * paid / paths;
}

void run(pt::world& w, std::size_t count) {
  std::vector<Option> book;
  for (std::size_t i = 0; i != count; ++i) {
    book.push_back({80.0 + static_cast<double>(i % 41), 1 + static_cast<int>(i * 7919 % 500), i});
  }
  std::vector<double> prices;
  double const ms = milliseconds([&] { prices = pt::parallel_iter(book).on(w).map(price).collect<std::vector>(); });
  if (!w.is_root()) return;
  std::vector<double> loop;
  double const loop_ms = milliseconds([&] {
    for (Option const& option : book) loop.push_back(price(option));
  });
  std::fprintf(stderr, "plain loop %.1f ms, %d ranks of %u threads %.1f ms\n", loop_ms, w.size(), w.threads(), ms);
  if (prices != loop) throw std::runtime_error("the prices are not those of the plain loop");
  double total = 0;
  for (double const each : prices) total += each;
  std::printf("%zu options are worth %.6f\n", prices.size(), total);
}

}  // namespace

int main(int argc, char** argv) try {
  std::size_t const count = argc > 1 ? std::stoul(argv[1]) : 400;
  if (argc > 2 || count > 1'000'000) throw std::invalid_argument("count");
  World w(argc, argv);
  run(w, count);
  return 0;
} catch (std::invalid_argument const&) {
  std::fprintf(stderr, "usage: pricing [OPTIONS]    at most a million\n");
  return 2;
} catch (std::exception const& error) {
  std::fprintf(stderr, "pricing: %s\n", error.what());
  return 1;
}
