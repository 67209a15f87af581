#include <parallel_task/algorithm/exclusive_scan.hpp>
#include <parallel_task/algorithm/inclusive_scan.hpp>

#include "catch.hpp"
#include "support/eager.hpp"

#include <parallel_task/algorithm.hpp>

#include <atomic>
#include <cstdint>
#include <cstring>
#include <deque>
#include <memory>
#include <numeric>
#include <ranges>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

namespace pt = parallel_task;

namespace {

constexpr std::size_t border = 8224;  // items of a block of doubles
std::size_t const sizes[] = {0, 1, 2, 3, 63, 64, 65, 1000, border - 1, border, border + 1, 2 * border + 3, 100'000};

/// Affine maps x -> a x + b modulo a prime: putting one behind another is associative and does not commute. Large, so
/// that a block is of few of them.
struct Affine {
  std::uint64_t a = 1;
  std::uint64_t b = 0;
  std::uint64_t room[30] = {};

  Affine() = default;
  Affine(std::uint64_t factor, std::uint64_t shift) : a(factor), b(shift) {}
  friend bool operator==(Affine const& x, Affine const& y) { return x.a == y.a && x.b == y.b; }
};
constexpr std::uint64_t prime = 1'000'003;
Affine after(Affine const& f, Affine const& g) { return {f.a * g.a % prime, (g.a * f.b + g.b) % prime}; }

template <class T>
std::vector<T> numbers(std::size_t n) {
  std::vector<T> v(n);
  for (std::size_t i = 0; i != n; ++i) v[i] = static_cast<T>((i * 7919 + 13) % 1009);
  return v;
}

template <class F>
void on_all_cores(F const& f) {
  f();
  for (unsigned cores : {1U, 2U, 3U, 8U, 32U}) {
    support::Eager const eager(cores);
    f();
  }
}

template <class T>
void same_as_std() {
  for (std::size_t n : sizes) {
    std::vector<T> const in = numbers<T>(n);
    std::vector<T> want(n);
    std::vector<T> out(n);
    std::inclusive_scan(in.begin(), in.end(), want.begin());
    auto const ends = pt::inclusive_scan(in, out);
    CHECK(out == want);
    CHECK(ends.in == in.end());
    CHECK(ends.out == out.end());
    std::exclusive_scan(in.begin(), in.end(), want.begin(), T(5));
    CHECK(pt::exclusive_scan(in.begin(), in.end(), out.begin(), T(5)).out == out.end());
    CHECK(out == want);
    out = in;
    pt::exclusive_scan(out, out, T(5));
    CHECK(out == want);
  }
}

}  // namespace

TEST_CASE("scans of numbers are those of a loop") {
  on_all_cores([] {
    same_as_std<double>();  // sums of whole numbers: exact
    same_as_std<int>();
  });
}

TEST_CASE("scans share their blocks") {
  support::Eager const eager(4);
  std::vector<double> v = numbers<double>(200'000);
  bool shared = false;
  for (int round = 0; round != 200 && !shared; ++round) {
    pt::RunReport report;
    pt::inclusive_scan(pt::with(pt::report(report)), v, v.begin(), [](double a, double b) { return a < b ? b : a; });
    shared = report.threads > 1;
    CHECK(report.items == v.size());
  }
  CHECK(shared);
}

TEST_CASE("results of a scan have the same bits for any number of threads") {
  std::vector<double> in(100'000);
  for (std::size_t i = 0; i != in.size(); ++i) in[i] = 1.0 / static_cast<double>(i + 1);
  std::vector<Affine> maps;
  std::vector<double> sums(in.size());
  pt::inclusive_scan(pt::with(pt::threads(1)), in, sums);
  auto product = [](double a, double b) { return a * 0.5 + b; };  // not associative: shows every grouping
  std::vector<double> products(in.size());
  pt::exclusive_scan(pt::with(pt::threads(1)), in, products, 1.0, product);
  for (unsigned cores : {2U, 3U, 8U, 32U}) {
    support::Eager const eager(cores);
    for (int round = 0; round != 5; ++round) {
      std::vector<double> out(in.size());
      pt::inclusive_scan(in, out);
      CHECK(std::memcmp(out.data(), sums.data(), sizeof(double) * out.size()) == 0);
      pt::exclusive_scan(in, out, 1.0, product);
      CHECK(std::memcmp(out.data(), products.data(), sizeof(double) * out.size()) == 0);
    }
  }
}

TEST_CASE("a scan needs no operation that commutes, and takes its init once") {
  on_all_cores([] {
    for (std::size_t n : {std::size_t{0}, std::size_t{1}, std::size_t{2}, std::size_t{255}, std::size_t{256},
                          std::size_t{257}, std::size_t{3000}}) {
      std::vector<Affine> in;
      for (std::size_t i = 0; i != n; ++i) in.emplace_back(i % 97 + 2, i % 89);
      std::vector<Affine> want(n);
      std::vector<Affine> out(n);
      std::inclusive_scan(in.begin(), in.end(), want.begin(), after);
      pt::inclusive_scan(in, out, after);
      CHECK(out == want);
      std::inclusive_scan(in.begin(), in.end(), want.begin(), after, Affine(3, 4));
      pt::inclusive_scan(in.begin(), in.end(), out.begin(), after, Affine(3, 4));
      CHECK(out == want);
      std::exclusive_scan(in.begin(), in.end(), want.begin(), Affine(3, 4), after);
      out = in;
      pt::exclusive_scan(pt::with(pt::deterministic()), out, out, Affine(3, 4), after);
      CHECK(out == want);
    }
  });
}

TEST_CASE("results of a scan are of the type of its init, or of what a function returns") {
  std::vector<int> const in(50'000, 100'000);
  std::vector<long long> out(in.size());
  support::Eager const eager(3);
  pt::exclusive_scan(in, out, 0LL);
  CHECK(out.back() == 100'000LL * 49'999);
  pt::inclusive_scan(in, out, std::plus<>(), 7LL);
  CHECK(out.back() == 7 + 100'000LL * 50'000);
  std::vector<std::string> const words{"a", "bcd", "", "ef"};
  std::vector<std::size_t> at(4);
  pt::transform_exclusive_scan(words, at, std::size_t{0}, std::plus<>(), &std::string::size);
  CHECK(at == std::vector<std::size_t>{0, 1, 4, 4});
  pt::transform_inclusive_scan(words, at, std::plus<>(), &std::string::size);
  CHECK(at == std::vector<std::size_t>{1, 4, 4, 6});
  pt::transform_inclusive_scan(words.begin(), words.end(), at.begin(), std::plus<>(), &std::string::size,
                               std::size_t{1});
  CHECK(at == std::vector<std::size_t>{2, 5, 5, 7});
  std::vector<std::string> joined(4);
  pt::inclusive_scan(words, joined);
  CHECK(joined == std::vector<std::string>{"a", "abcd", "abcd", "abcdef"});
}

TEST_CASE("on one thread a scan that rounds to integers rounds as a loop does") {
  for (std::size_t const n : {std::size_t{7}, std::size_t{1000}, std::size_t{100'000}}) {
    std::vector<double> in(n);
    for (std::size_t i = 0; i != n; ++i) in[i] = static_cast<double>(i * 7 % 11) / 2.5 - 2.3;
    std::vector<int> expected(n);
    int sum = 5;
    for (std::size_t i = 0; i != n; ++i) {
      expected[i] = sum;
      sum = static_cast<int>(sum + in[i]);
    }
    std::vector<int> out(n);
    pt::exclusive_scan(pt::with(pt::threads(1)), in, out.begin(), 5);
    CHECK(out == expected);
    std::vector<std::int64_t> longs(n);
    for (std::size_t i = 0; i != n; ++i) longs[i] = static_cast<std::int64_t>(i) << (i % 40);
    auto const larger = [](std::int64_t a, std::int64_t b) { return a < b ? b : a; };
    int most = 5;
    for (std::size_t i = 0; i != n; ++i) {
      expected[i] = most;
      most = static_cast<int>(larger(most, longs[i]));
    }
    pt::exclusive_scan(pt::with(pt::threads(1)), longs, out.begin(), 5, larger);
    CHECK(out == expected);
  }
}

TEST_CASE("a scan ends where its output is full") {
  std::vector<double> const in = numbers<double>(40'000);
  std::vector<double> want(in.size());
  std::inclusive_scan(in.begin(), in.end(), want.begin());
  std::vector<double> out(in.size(), -1.0);
  auto const ends = pt::inclusive_scan(in, std::span(out).first(30'000));
  CHECK(ends.in - in.begin() == 30'000);
  CHECK(ends.out - std::span(out).begin() == 30'000);
  CHECK(std::equal(out.begin(), out.begin() + 30'000, want.begin()));
  CHECK(std::ranges::all_of(out | std::views::drop(30'000), [](double x) { return x == -1.0; }));
  std::vector<double> longer(in.size() + 5, -1.0);
  CHECK(pt::inclusive_scan(in, longer).out == longer.end() - 5);
  CHECK(longer[in.size()] == -1.0);
}

TEST_CASE("scans of deques, views and bits") {
  support::Eager const eager(3);
  std::deque<int> const in(40'000, 1);
  std::deque<int> out(in.size());
  CHECK(pt::inclusive_scan(in, out).out == out.end());
  CHECK(out.back() == 40'000);
  std::vector<long> squares(20'000);
  pt::inclusive_scan(std::views::iota(0L, 20'000L) | std::views::transform([](long i) { return i * i; }), squares);
  CHECK(squares.back() == 2'666'466'670'000L);
  std::vector<bool> const bits(30'000, true);
  std::vector<int> ranks(bits.size());
  pt::exclusive_scan(bits, ranks, 0);
  CHECK(ranks.back() == 29'999);
  static_assert(std::same_as<decltype(pt::inclusive_scan(std::vector<int>(), out).in), std::ranges::dangling>);
}

TEST_CASE("a scan refuses an output that overlaps its input") {
  std::vector<int> v(100, 1);
  CHECK_THROWS_AS(pt::inclusive_scan(v.begin(), v.end() - 1, v.begin() + 1), std::invalid_argument);
  CHECK_THROWS_AS(pt::exclusive_scan(v.begin() + 1, v.end(), v.begin(), 0), std::invalid_argument);
  CHECK(v == std::vector<int>(100, 1));
}

TEST_CASE("what the operation of a scan throws comes out") {
  for (unsigned cores : {1U, 4U}) {
    support::Eager const eager(cores);
    std::vector<Affine> const in(1500);
    std::vector<Affine> out(in.size());
    for (int after_calls : {0, 1, 700, 1700, 2500}) {
      std::atomic<int> calls{0};
      auto const throwing = [&](Affine const& f, Affine const& g) {
        if (calls++ == after_calls) throw std::runtime_error("as wished");
        return after(f, g);
      };
      if (after_calls < (cores == 1 ? 1499 : 2600)) {
        CHECK_THROWS_AS(pt::inclusive_scan(in, out, throwing), std::runtime_error);
      }
    }
  }
}
