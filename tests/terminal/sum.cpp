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
