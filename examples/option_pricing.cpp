// A European call option, priced by Monte Carlo: the same bits on any number of threads.
//
//   c++ -std=c++20 -O2 -I include examples/option_pricing.cpp -o option_pricing -pthread
//   ./option_pricing               four million paths, three times: on 1, 2 and 8 threads
//   ./option_pricing 50000000      more paths: the error falls with the square root of their number
//
// What to look at: two things usually make a parallel simulation differ from run to run, and this one avoids both.
// Random numbers come from the path's index, not from a generator shared by threads or owned by each. And since
// floating-point sums depend on the order of the additions, paths are summed in chunks of a fixed size, each of them
// one item, and the chunks' sums are added up in order. (Segments would be split differently in each run: that is why
// `.sum()` over doubles does not promise the same bits.)
#include <parallel_task/parallel_task.hpp>

#include <algorithm>
#include <bit>
#include <chrono>
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
  double spot = 100;
  double strike = 105;
  double rate = 0.03;        // a year
  double volatility = 0.25;  // a year
  double years = 1.5;
};

double normal_cdf(double x) { return std::erfc(-x / std::numbers::sqrt2) / 2; }

double black_scholes(Option const& option) {
  double const deviation = option.volatility * std::sqrt(option.years);
  double const d1 =
      std::log(option.spot / option.strike) / deviation + option.rate * option.years / deviation + deviation / 2;
  return option.spot * normal_cdf(d1) -
         option.strike * std::exp(-option.rate * option.years) * normal_cdf(d1 - deviation);
}

/// 64 random bits that follow from `index` alone (splitmix64).
std::uint64_t random_bits(std::uint64_t index) {
  std::uint64_t x = (index + 1) * 0x9e3779b97f4a7c15;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

/// Normally distributed (Box and Muller), from the two numbers of a path.
double random_normal(std::uint64_t path) {
  auto const uniform = [](std::uint64_t bits) { return (static_cast<double>(bits >> 11) + 0.5) * 0x1p-53; };
  return std::sqrt(-2 * std::log(uniform(random_bits(2 * path)))) *
         std::cos(2 * std::numbers::pi * uniform(random_bits(2 * path + 1)));
}

double payoff(Option const& option, std::uint64_t path) {
  double const drift = (option.rate - option.volatility * option.volatility / 2) * option.years;
  double const shock = option.volatility * std::sqrt(option.years) * random_normal(path);
  return std::max(0.0, option.spot * std::exp(drift + shock) - option.strike) * std::exp(-option.rate * option.years);
}

struct Sums {
  double values = 0;
  double squares = 0;
};

constexpr std::uint64_t chunk_size = 4096;  // part of the result: another size, other last bits

Sums chunk(Option const& option, std::uint64_t number, std::uint64_t paths) {
  Sums sums;
  std::uint64_t const end = std::min(paths, (number + 1) * chunk_size);
  for (std::uint64_t path = number * chunk_size; path != end; ++path) {
    double const value = payoff(option, path);
    sums.values += value;
    sums.squares += value * value;
  }
  return sums;
}

struct Price {
  double value;
  double error;  // one standard deviation
};

Price monte_carlo(Option const& option, std::uint64_t paths, int threads) {
  std::vector<Sums> const chunks = pt::indices((paths + chunk_size - 1) / chunk_size)
                                       .map([&](std::uint64_t number) { return chunk(option, number, paths); })
                                       .threads(threads)
                                       .collect<std::vector>();
  Sums all;
  for (Sums const& sums : chunks) {
    all.values += sums.values;
    all.squares += sums.squares;
  }
  double const n = static_cast<double>(paths);
  double const mean = all.values / n;
  return {mean, std::sqrt((all.squares / n - mean * mean) / n)};
}

void run(std::uint64_t paths) {
  Option const option;
  double const exact = black_scholes(option);
  std::printf("Black and Scholes       %.6f\n", exact);
  // Eight threads also where there are fewer cores. Programs leave that to the library.
  pt::set_options({.cores = 8});
  std::uint64_t bits = 0;
  for (int const threads : {1, 2, 8}) {
    auto const start = std::chrono::steady_clock::now();
    Price const price = monte_carlo(option, paths, threads);
    std::chrono::duration<double, std::milli> const ms = std::chrono::steady_clock::now() - start;
    std::printf("Monte Carlo, %d thread%s  %.6f +- %.6f  %a\n", threads, threads == 1 ? " " : "s", price.value,
                price.error, price.value);
    std::fprintf(stderr, "%.1f ms\n", ms.count());
    if (std::abs(price.value - exact) > 4 * price.error) throw std::runtime_error("more than four standard errors off");
    if (threads == 1) bits = std::bit_cast<std::uint64_t>(price.value);
    if (std::bit_cast<std::uint64_t>(price.value) != bits) throw std::runtime_error("the price depends on the threads");
  }
}

}  // namespace

int main(int argc, char** argv) try {
  std::uint64_t const paths = argc > 1 ? std::stoull(argv[1]) : 4'000'000;
  if (argc > 2 || paths < 1000 || paths > 1'000'000'000'000) throw std::invalid_argument("paths");
  run(paths);
  return 0;
} catch (std::invalid_argument const&) {
  std::fprintf(stderr, "usage: option_pricing [PATHS]    at least 1000, at most 10^12\n");
  return 2;
} catch (std::exception const& error) {
  std::fprintf(stderr, "option_pricing: %s\n", error.what());
  return 1;
}
