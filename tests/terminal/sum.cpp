#include <parallel_task/terminal/min_max.hpp>
#include <parallel_task/terminal/reduce.hpp>
#include <parallel_task/terminal/sum.hpp>

#include "every.hpp"

#include <cmath>
#include <complex>
#include <cstdint>
#include <limits>
#include <string>

using namespace every;

TEST_CASE("sum and product of integers are the sequential ones") {
  source_and_size([](auto make, std::vector<int> const& expected) {
    std::int64_t sum = 0;
    std::int64_t product = 1;
    for (int x : expected) {
      sum += x;
      product = product * (x % 2 == 0 ? -1 : 1);
    }
    CHECK(run(make(), detail::Sum<>{}) == sum);
    CHECK(run(make(), detail::Sum<int>{}) == static_cast<int>(sum));
    CHECK(run(detail::Map(make(), [](int x) { return x % 2 == 0 ? -1 : 1; }), detail::Product<>{}) == product);
  });
}

TEST_CASE("sums of floating point differ from the sequential one by rounding only") {
  kind_and_size([](auto make, std::vector<int> const& expected) {
    double sum = 0;
    for (int x : expected) sum += x / 8.0;
    // eighths of small integers add up without any rounding
    CHECK(run(detail::Map(make(), [](int x) { return x / 8.0; }), detail::Sum<>{}) == sum);
    CHECK(run(detail::Map(make(), [](int x) { return x / 8.0; }), detail::Sum<float>{}) == static_cast<float>(sum));
  });
}

TEST_CASE("sums of objects begin with the first item and keep the order") {
  kind_and_size([](auto make, std::vector<int> const& expected) {
    std::string all;
    for (int x : expected) all += std::to_string(x);
    CHECK(run(detail::Map(make(), [](int x) { return std::to_string(x); }), detail::Sum<>{}) == all);
  });
}

TEST_CASE("a sum of objects may find its first item in any segment") {
  std::vector<int> const v = numbers(500);
  for (int from : {0, 100, 499, 500}) {
    std::string all;
    for (std::size_t i = static_cast<std::size_t>(from); i < v.size(); ++i) all += std::to_string(v[i]);
    for_each_schedule([&] {
      auto const late = [&](int const& x) { return &x - v.data() >= from; };
      auto const text = [](int x) { return std::to_string(x); };
      CHECK(run(detail::Map(detail::Filter(detail::borrow(v), late), text), detail::Sum<>{}) == all);
    });
  }
}

TEST_CASE("narrow integers add up to 64 bits, others stay what they are") {
  std::vector<signed char> const bytes(1000, 127);
  std::vector<unsigned short> const words(1000, 65535);
  std::vector<bool> const bits(1000, true);
  std::vector<float> const floats(3, 0.5F);
  std::vector<long long> const longs(3, 1);
  auto a = run(detail::borrow(bytes), detail::Sum<>{});
  auto b = run(detail::borrow(words), detail::Sum<>{});
  auto c = run(detail::borrow(bits), detail::Sum<>{});
  auto d = run(detail::borrow(floats), detail::Sum<>{});
  auto e = run(detail::borrow(longs), detail::Sum<>{});
  auto f = run(detail::borrow(floats), detail::Sum<double>{});
  static_assert(std::is_same_v<decltype(a), std::int64_t>);
  static_assert(std::is_same_v<decltype(b), std::uint64_t>);
  static_assert(std::is_same_v<decltype(c), std::uint64_t>);
  static_assert(std::is_same_v<decltype(d), float>);
  static_assert(std::is_same_v<decltype(e), long long>);
  static_assert(std::is_same_v<decltype(f), double>);
  CHECK(a == 127000);
  CHECK(b == 65535000U);
  CHECK(c == 1000U);
  CHECK(d == 1.5F);
  CHECK(e == 3);
  CHECK(f == 1.5);
}

TEST_CASE("a sum that is in range is right though its parts are not") {
  constexpr auto most = (std::numeric_limits<std::int64_t>::max)();
  std::vector<std::int64_t> v;
  for (int i = 0; i != 100; ++i) {
    v.push_back(most);
    v.push_back(-most);
  }
  for_each_schedule([&v] { CHECK(run(detail::borrow(v), detail::Sum<>{}) == 0); });
}

TEST_CASE("mean is nothing without items and exact for small integers") {
  kind_and_size([](auto make, std::vector<int> const& expected) {
    std::int64_t sum = 0;
    for (int x : expected) sum += x;
    auto const mean = run(make(), detail::Mean{});
    static_assert(std::is_same_v<decltype(mean), std::optional<double> const>);
    REQUIRE(mean.has_value() == !expected.empty());
    if (mean) CHECK(*mean == static_cast<double>(sum) / static_cast<double>(expected.size()));
  });
  std::vector<float> const floats{1.0F, 2.0F, 4.5F};
  CHECK(run(detail::borrow(floats), detail::Mean{}) == 2.5F);
  std::vector<std::complex<double>> const points{{1, 2}, {3, 4}};
  CHECK(run(detail::borrow(points), detail::Mean{}) == std::complex<double>(2, 3));
}

TEST_CASE("sum hands on what a closure throws, and leaves no item alive") {
  throwing_position<Bare>([](auto source) {
    run(detail::Map(std::move(source), [](Bare const& x) { return x.value; }), detail::Sum<>{});
  });
}

#if defined(__SIZEOF_INT128__)
TEST_CASE("integers of 128 bits are computed in 128 bits, whatever the mode of the compiler") {
  using Wide = detail::Int128;
  using UnsignedWide = detail::UnsignedInt128;
  Wide power = 1;
  for (int i = 0; i != 30; ++i) power *= 10;

  kind_and_size([&power](auto make, std::vector<int> const& expected) {
    Wide sum = 0;
    for (int x : expected) sum += power * (x % 2 == 0 ? x : -x);
    auto const wide = [&power](int x) { return power * (x % 2 == 0 ? x : -x); };
    auto const total = run(detail::Map(make(), wide), detail::Sum<>{});
    static_assert(std::is_same_v<decltype(total), Wide const>);
    CHECK(total == sum);
    CHECK(run(detail::Map(make(), wide), detail::ReduceFrom(Wide{1}, [](Wide a, Wide b) { return a + b; })) == sum + 1);
    auto const mean = run(detail::Map(make(), wide), detail::Mean{});
    REQUIRE(mean.has_value() == !expected.empty());
    if (mean)
      CHECK(std::abs(*mean * static_cast<double>(expected.size()) / 1e30 - static_cast<double>(sum) / 1e30) < 1e-3);
    if (!expected.empty()) {
      Wide least = wide(expected[0]);
      Wide most = least;
      for (int x : expected) {
        if (wide(x) < least) least = wide(x);
        if (wide(x) > most) most = wide(x);
      }
      CHECK(run(detail::Map(make(), wide), detail::make_min()) == least);
      CHECK(run(detail::Map(make(), wide), detail::make_max()) == most);
    }
  });

  std::vector<Wide> const tens(30, 10);
  std::vector<UnsignedWide> const threes(80, 3);
  std::vector<std::int64_t> const large(1000, (std::numeric_limits<std::int64_t>::max)());
  UnsignedWide third = 1;
  for (int i = 0; i != 80; ++i) third *= 3;
  for_each_schedule([&] {
    CHECK(run(detail::borrow(tens), detail::Product<>{}) == power);
    CHECK(run(detail::borrow(threes), detail::Product<>{}) == third);
    CHECK(run(detail::borrow(large), detail::Sum<Wide>{}) == Wide{large[0]} * 1000);
    CHECK(run(detail::borrow(tens), detail::Sum<UnsignedWide>{}) == 300);
  });

  // The parts of a sum that is in range need not be.
  std::vector<Wide> ends;
  for (int i = 0; i != 100; ++i) {
    ends.push_back(static_cast<Wide>(~UnsignedWide{0} >> 1));
    ends.push_back(-ends.back());
  }
  for_each_schedule([&ends] { CHECK(run(detail::borrow(ends), detail::Sum<>{}) == 0); });
}
#endif
