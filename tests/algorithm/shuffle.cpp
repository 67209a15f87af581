// Random orders: each as likely as every other, and the same for a seed whoever computes it.
#include "algorithm/as_if.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <deque>
#include <map>
#include <memory>
#include <numeric>
#include <random>
#include <string>

namespace as_if {

namespace {

std::vector<int> counted(std::size_t n) {
  std::vector<int> v(n);
  std::iota(v.begin(), v.end(), 0);
  return v;
}

/// A bound that a chi-square of so many degrees of freedom exceeds once in 10^6 (Wilson and Hilferty).
double highest_chi_square(std::size_t degrees) {
  double const k = static_cast<double>(degrees);
  double const root = 1 - 2 / (9 * k) + 4.75 * std::sqrt(2 / (9 * k));
  return k * root * root * root;
}

double chi_square(std::vector<std::size_t> const& counts, double expected) {
  double sum = 0;
  for (std::size_t const count : counts) {
    double const apart = static_cast<double>(count) - expected;
    sum += apart * apart / expected;
  }
  return sum;
}

/// Its moves may throw, so it is shuffled by swaps.
struct Careful {
  int value = 0;
  Careful() = default;
  explicit Careful(int x) : value(x) {}
  Careful(Careful const&) = default;
  Careful& operator=(Careful const&) = default;
  Careful(Careful&& other) noexcept(false) : value(other.value) {}
  Careful& operator=(Careful&& other) noexcept(false) {
    value = other.value;
    return *this;
  }
};

}  // namespace

TEST_CASE("a shuffle is a permutation that the seed decides") {
  std::uint32_t most = 0;
  for (std::size_t const n : {std::size_t{0}, std::size_t{1}, std::size_t{2}, std::size_t{1000}, std::size_t{16'384},
                              std::size_t{16'385}, std::size_t{65'536}, std::size_t{65'537}, std::size_t{200'000}}) {
    INFO(n << " items");
    std::vector<int> const before = counted(n);
    std::vector<int> expected = before;
    {
      support::Eager const eager(1);
      pt::shuffle(expected, 42);
    }
    std::vector<int> other = before;
    pt::shuffle(other, 43);
    if (n > 10) CHECK(other != expected);
    for (unsigned const count : {2U, 3U, 8U, 32U}) {
      support::Eager const eager(count);
      std::vector<int> v = before;
      pt::RunReport report;
      pt::shuffle(pt::with(pt::report(report)), v, 42);
      CHECK(v == expected);
      CHECK(report.items == n);
      if (report.threads > most) most = report.threads;
    }
    std::ranges::sort(expected);
    CHECK(expected == before);
  }
  support::Eager const eager(4);
  std::vector<int> v = counted(200'000);
  for (int i = 0; most < 2 && i != 200; ++i) {  // the machine was too busy
    pt::RunReport report;
    pt::shuffle(pt::with(pt::report(report)), v, 42);
    if (report.threads > most) most = report.threads;
  }
  CHECK(most > 1);
}

TEST_CASE("each order of a few items is as likely as every other") {
  std::size_t const rounds = 120'000;
  std::map<std::array<int, 5>, std::size_t> seen;
  for (std::size_t seed = 0; seed != rounds; ++seed) {
    std::array<int, 5> order{0, 1, 2, 3, 4};
    pt::shuffle(order, seed);
    ++seen[order];
  }
  CHECK(seen.size() == 120);
  std::vector<std::size_t> counts;
  for (auto const& [order, count] : seen) counts.push_back(count);
  CHECK(chi_square(counts, static_cast<double>(rounds) / 120) < highest_chi_square(119));
}

TEST_CASE("of a large shuffle each item is anywhere as likely and neighbours have nothing to do with each other") {
  std::size_t const n = 40'000;
  std::size_t const cells = 20;
  std::vector<int> const before = counted(n);
  std::vector<std::size_t> places(cells * cells);
  std::vector<std::size_t> steps(cells * cells);
  std::size_t const rounds = 10;
  for (std::size_t seed = 0; seed != rounds; ++seed) {
    std::vector<int> v = before;
    pt::shuffle(v, seed);
    for (std::size_t i = 0; i != n; ++i) {
      auto const cell = static_cast<std::size_t>(v[i]) * cells / n;
      ++places[i * cells / n * cells + cell];
      auto const next = static_cast<std::size_t>(v[(i + 1) % n]) * cells / n;
      ++steps[cell * cells + next];
    }
  }
  double const expected = static_cast<double>(rounds * n) / static_cast<double>(cells * cells);
  CHECK(chi_square(places, expected) < highest_chi_square((cells - 1) * (cells - 1)));
  CHECK(chi_square(steps, expected) < highest_chi_square((cells - 1) * (cells - 1)));
}

TEST_CASE("shuffles items that only move and those whose move may throw and those of a deque") {
  support::Eager const eager(4);
  std::size_t const n = 20'000;
  std::vector<int> expected = counted(n);
  pt::shuffle(expected, 7);
  std::vector<std::unique_ptr<int>> owners;
  for (std::size_t i = 0; i != n; ++i) owners.push_back(std::make_unique<int>(static_cast<int>(i)));
  pt::shuffle(owners, 7);
  bool same = true;
  for (std::size_t i = 0; i != n; ++i) same = same && owners[i] && *owners[i] == expected[i];
  CHECK(same);
  std::deque<std::string> texts;
  for (std::size_t i = 0; i != n; ++i) texts.push_back("a text that is on the heap " + std::to_string(i));
  pt::shuffle(texts.begin(), texts.end(), 7);
  CHECK(texts[5] == "a text that is on the heap " + std::to_string(expected[5]));
  std::vector<Careful> careful;
  for (std::size_t i = 0; i != n; ++i) careful.emplace_back(static_cast<int>(i));
  pt::shuffle(careful, 7);
  std::ranges::sort(careful, {}, &Careful::value);
  for (std::size_t i = 0; i != n; ++i) same = same && careful[i].value == static_cast<int>(i);
  CHECK(same);
  std::mt19937_64 generator(1);
  std::vector<int> v = counted(100);
  CHECK(pt::shuffle(v, generator) == v.end());
  CHECK(v != counted(100));
  CHECK(generator != std::mt19937_64(1));
}

}  // namespace as_if
