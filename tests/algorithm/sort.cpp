#include <parallel_task/algorithm/sort.hpp>

#include "sort_inputs.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <deque>
#include <functional>
#include <limits>
#include <numeric>
#include <ranges>
#include <span>
#include <string>
#include <thread>
#include <vector>

using namespace sort_tests;

namespace {

struct Pair {
  std::uint32_t first;
  std::uint32_t second;
  bool operator==(Pair const&) const = default;
};

std::vector<Pair> pairs(Shape shape, std::size_t n) {
  std::vector<Pair> v;
  std::uint32_t place = 0;
  for (std::uint32_t x : numbers(shape, n)) v.push_back({x >> 20, place++});
  return v;
}

/// By numbers, falling and rising, and by a comparison: each the same as the standard library's.
bool sorts_like_std(Shape shape, std::size_t n) {
  auto const v = numbers(shape, n);
  auto by_number = v;
  auto by_less = v;
  pt::sort(by_number);
  pt::sort(by_less, Judge(Judge::right));
  auto expected = v;
  std::sort(expected.begin(), expected.end());
  auto const p = pairs(shape, n);
  auto rising = p;
  auto falling = p;
  auto compared = p;
  pt::stable_sort(rising, {}, &Pair::first);
  pt::stable_sort(falling.begin(), falling.end(), std::ranges::greater(), &Pair::first);
  pt::stable_sort(compared, [](Pair const& a, Pair const& b) { return b.first < a.first; });
  auto expected_rising = p;
  auto expected_falling = p;
  std::ranges::stable_sort(expected_rising, {}, &Pair::first);
  std::ranges::stable_sort(expected_falling, std::ranges::greater(), &Pair::first);
  return by_number == expected && by_less == expected && rising == expected_rising && falling == expected_falling &&
         compared == expected_falling;
}

}  // namespace

TEST_CASE("sort and stable_sort give what the standard library's give for every length and shape") {
  for (unsigned const cores : {1U, 2U, 3U, 8U, 32U}) {
    support::Eager const eager(cores);
    for (std::size_t const n :
         {0U, 1U, 2U, 3U, 7U, 8U, 31U, 32U, 33U, 63U, 64U, 65U, 200U, 1023U, 4095U, 4096U, 12'001U}) {
      if (cores != 1 && n < 4096) continue;  // nothing is shared
      for_each_shape([&](Shape shape) {
        INFO(n << " items of shape " << static_cast<int>(shape) << " on " << cores);
        CHECK(sorts_like_std(shape, n));
      });
    }
  }
}

TEST_CASE("sort and stable_sort give what the standard library's give for many items") {
  support::Eager const eager(3);
  for (std::size_t const n : {70'000U}) {
    for_each_shape([&](Shape shape) {
      INFO(n << " items of shape " << static_cast<int>(shape));
      CHECK(sorts_like_std(shape, n));
    });
  }
}

namespace {

/// `runs` of them, each second one falling, or each; the rising ones have items that are equal.
std::vector<Pair> in_runs(std::size_t n, std::size_t runs, bool all_fall) {
  std::vector<Pair> v(n);
  for (std::size_t i = 0; i != n; ++i) {
    std::size_t const r = i * runs / n;
    auto const at = static_cast<std::uint32_t>(i - (r * n + runs - 1) / runs);
    auto const most = static_cast<std::uint32_t>(n);
    v[i] = {all_fall || r % 2 != 0 ? 2 * (most - at) : at / 3 * 3, static_cast<std::uint32_t>(i)};
  }
  return v;
}

struct Large {
  std::uint64_t key;
  std::uint64_t rest[7];
};
struct Larger : Large {
  std::uint64_t more = 0;
};
/// How much memory the sort of `items` keeps on a thread of its own, and one; 0: they are not sorted.
template <class Items, class Key>
std::size_t kept_by_sort(Items items, Key key) {
  std::size_t kept = 0;
  std::thread([&] {
    pt::sort(items, {}, key);
    if (std::ranges::is_sorted(items, {}, key)) kept = 1 + pt::detail::kept_scratch[0].bytes;
  }).join();
  return kept;
}
std::size_t kept_after(Shape shape, std::size_t n) {
  std::vector<Large> v;
  for (std::uint32_t x : numbers(shape, n)) v.push_back({x, {x}});
  return kept_by_sort(v, &Large::key);
}

}  // namespace

TEST_CASE("runs that rise and fall are merged stably, however many there are") {
  for (unsigned const cores : {1U, 3U}) {
    support::Eager const eager(cores);
    for (std::size_t const n : {5000U, 20'001U}) {
      for (std::size_t runs = 1; runs != 36; ++runs) {
        for (bool const all_fall : {false, true}) {
          auto const v = in_runs(n, runs, all_fall);
          auto const less = [](Pair const& a, Pair const& b) { return a.first < b.first; };
          auto expected = v;
          std::ranges::stable_sort(expected, less);
          auto by_number = v;
          auto by_less = v;
          pt::stable_sort(by_number, {}, &Pair::first);
          pt::stable_sort(by_less, less);
          INFO(runs << " runs of " << n << " items on " << cores << (all_fall ? ", all fall" : ""));
          CHECK(by_number == expected);
          CHECK(by_less == expected);
        }
      }
    }
  }
}

TEST_CASE("items that are in order, or in the opposite one, are sorted without memory for them") {
  support::Eager const eager(2);
  constexpr std::size_t n = 20'000;
  for (Shape const shape : {Shape::sorted, Shape::reversed, Shape::one_value}) {
    INFO(static_cast<int>(shape));
    std::size_t const kept = kept_after(shape, n);
    CHECK(kept != 0);
    CHECK(kept < n * sizeof(Large) / 16);
  }
  CHECK(kept_after(Shape::random, n) > n * sizeof(Large));
}

TEST_CASE("items that are not moved by the sort, or not in an array, are looked at before it takes memory") {
  constexpr std::size_t n = 20'000;
  for (unsigned const cores : {1U, 3U}) {
    support::Eager const eager(cores);
    for (bool const last_falls : {false, true}) {
      std::vector<std::string> texts;
      std::vector<Larger> records;
      std::deque<std::uint32_t> numbers;
      for (std::uint32_t i = 0; i != n; ++i) {
        std::uint32_t const x = last_falls && i + 1 == n ? 0 : 100'000 + i / 3;
        texts.push_back("a text of more than 15 letters, " + std::to_string(x + 100'000));
        records.push_back({{x, {i}}, i});
        numbers.push_back(x);
      }
      INFO(cores << (last_falls ? " cores, all but the last in order" : " cores, in order"));
      CHECK((kept_by_sort(texts, std::identity()) == 1) == !last_falls);
      CHECK((kept_by_sort(records, &Larger::key) == 1) == !last_falls);
      CHECK((kept_by_sort(numbers, std::identity()) == 1) == !last_falls);
    }
  }
}

TEST_CASE("a comparison is called by several threads, and a number's projection") {
  support::Eager const eager(4);
  for_each_shape([&](Shape shape) {
    Threads compared;
    Threads projected;
    auto v = numbers(shape, 60'000);
    auto w = v;
    pt::sort(v, Judge(Judge::right, 0, &compared));
    pt::sort(w, {}, [&](std::uint32_t x) {
      projected.note();
      return x;
    });
    INFO(static_cast<int>(shape));
    CHECK(std::ranges::is_sorted(v));
    CHECK(v == w);
    if (shape != Shape::few) CHECK(compared.several());  // those are counted, once a sample has been compared
    CHECK(projected.several());
  });
}

TEST_CASE("keys of every kind of number are sorted as the standard library sorts them") {
  support::Eager const eager(2);
  auto const check = [](auto convert) {
    using T = decltype(convert(std::uint32_t{0}));
    for (std::size_t const n : {50U, 700U, 15'000U}) {
      std::vector<T> v;
      for (std::uint32_t x : numbers(Shape::random, n)) v.push_back(convert(x));
      auto expected = v;
      std::sort(expected.begin(), expected.end());
      pt::sort(v);
      CHECK(v == expected);
    }
  };
  enum class Plain : short {};
  check([](std::uint32_t x) { return static_cast<std::int8_t>(x); });
  check([](std::uint32_t x) { return static_cast<char16_t>(x); });
  check([](std::uint32_t x) { return static_cast<int>(x); });
  check([](std::uint32_t x) { return static_cast<std::int64_t>(x) * -2'000'000'011; });
  check([](std::uint32_t x) { return static_cast<float>(static_cast<int>(x)) * 1e-20F; });
  check([](std::uint32_t x) {
    return std::ldexp(static_cast<double>(static_cast<int>(x)), static_cast<int>(x % 600) - 300);
  });
  check([](std::uint32_t x) { return static_cast<Plain>(x); });
  check([](std::uint32_t x) { return reinterpret_cast<char const*>(std::uintptr_t{x}); });
}

namespace {

/// Floating-point numbers that crowd in every way: by value, by bits, by both.
template <class F>
std::vector<F> spread_numbers(unsigned way, std::size_t n) {
  std::vector<F> v;
  constexpr F most = std::numeric_limits<F>::max();
  for (std::uint32_t x : numbers(Shape::random, n)) {
    auto const fraction = static_cast<F>(x % 65536) / F{65536} - F{0.5};
    auto const sign = static_cast<F>(x % 2 == 0 ? 1 : -1);
    switch (way) {
      case 0:  // evenly, both signs
        v.push_back(fraction);
        break;
      case 1:  // over the whole range, whose width is infinite
        v.push_back(2 * fraction * most);
        break;
      case 2:  // exponents evenly, down to subnormal ones
        v.push_back(sign * std::ldexp(F{1}, static_cast<int>(x >> 16) % 260 - 150));
        break;
      case 3:  // as close together as can be
        v.push_back(F{1} + static_cast<F>(x % 64) * std::numeric_limits<F>::epsilon());
        break;
      case 4:  // subnormal ones alone
        v.push_back(sign * static_cast<F>(x % 1000) * std::numeric_limits<F>::denorm_min());
        break;
      case 5:  // evenly, but for one that is far away
        v.push_back(v.empty() ? most / 4 : fraction);
        break;
      case 6:  // evenly, but for infinite ones
        v.push_back(x % 1000 == 0 ? sign * std::numeric_limits<F>::infinity() : fraction);
        break;
      default:  // half of them in one place
        v.push_back(x % 3 == 0 ? fraction : fraction * F{1e-12F});
        break;
    }
  }
  return v;
}

}  // namespace

TEST_CASE("floating point numbers are sorted however they are spread") {
  support::Eager const eager(2);
  auto const check = [](auto zero) {
    using F = decltype(zero);
    for (unsigned way = 0; way != 8; ++way) {
      for (std::size_t const n : {33U, 64U, 900U, 11'000U, 30'000U}) {
        auto v = spread_numbers<F>(way, n);
        auto falling = v;
        auto expected = v;
        std::sort(expected.begin(), expected.end());
        pt::sort(v);
        INFO("way " << way << ", " << n << " items of " << sizeof(F) << " bytes");
        CHECK(v == expected);
        pt::sort(falling, std::greater<>());
        CHECK(std::equal(falling.begin(), falling.end(), expected.rbegin()));
      }
    }
  };
  check(0.0);
  check(0.0F);
}

TEST_CASE("zeros of both signs keep their order among numbers that are spread evenly") {
  support::Eager const eager(2);
  auto const check = [](auto compare) {
    for (std::size_t const n : {200U, 5000U, 30'000U}) {
      std::vector<double> v;
      for (std::uint32_t x : numbers(Shape::random, n)) {
        double const zero = x % 2 == 0 ? 0.0 : -0.0;
        v.push_back(v.size() % (n / 8) == 3 ? zero : static_cast<double>(x) - 0x1p31);
      }
      auto expected = v;
      std::stable_sort(expected.begin(), expected.end(), compare);
      pt::stable_sort(v, compare);
      auto const same = [](double a, double b) { return a == b && std::signbit(a) == std::signbit(b); };
      INFO(n << " items");
      CHECK(std::equal(v.begin(), v.end(), expected.begin(), same));
    }
  };
  check(std::less<>());
  check(std::greater<>());
}

TEST_CASE("numbers of which few are distinct are sorted, and so is one more among them") {
  support::Eager const eager(3);
  auto const check = [](auto zero, std::uint64_t step) {
    using T = decltype(zero);
    for (std::size_t const distinct : {1U, 2U, 3U, 16U, 63U, 64U, 65U, 100U}) {
      std::vector<T> v;
      for (std::uint32_t x : numbers(Shape::random, 20'000)) v.push_back(static_cast<T>(x % distinct * step));
      for (bool const one_more : {false, true}) {
        if (one_more) v[v.size() / 3] = static_cast<T>(distinct * step + 1);
        auto rising = v;
        auto falling = v;
        auto expected = v;
        std::sort(expected.begin(), expected.end());
        pt::sort(rising);
        pt::sort(falling, std::greater<>());
        auto compared = v;
        pt::sort(compared, [](T a, T b) { return a < b; });
        INFO(distinct << " distinct items of " << sizeof(T) << " bytes, step " << step << ", one more: " << one_more);
        CHECK(rising == expected);
        CHECK(compared == expected);
        CHECK(std::equal(falling.begin(), falling.end(), expected.rbegin()));
      }
    }
  };
  for (std::uint64_t const step : {std::uint64_t{1}, std::uint64_t{1} << 40, std::uint64_t{0x0123456789ABCDEF}}) {
    check(std::uint64_t{}, step);
    check(std::int64_t{}, step);
    check(double{}, step);
    check(float{}, step);
  }
  check(std::uint32_t{}, 1U << 25);
  check(std::int16_t{}, 300);
  check(std::uint8_t{}, 2);
}

TEST_CASE("few numbers stay stable by a comparison to which several are equal") {
  support::Eager const eager(3);
  auto const by_tens = [](std::uint32_t a, std::uint32_t b) { return a / 10 < b / 10; };
  auto const as_doubles = [](double a, double b) { return a < b; };
  for (std::uint32_t const distinct : {12U, 20U, 64U, 200U}) {
    for (std::uint32_t const every : {1U, 5'000U}) {  // all of them in one ten, or one of 5000 has a companion there
      std::vector<std::uint32_t> v;
      std::vector<double> zeros;
      std::uint32_t place = 0;
      for (std::uint32_t x : numbers(Shape::random, 20'000)) {
        bool const has_companion = ++place % every == 0;
        std::uint32_t const ten = x % distinct * 10;
        v.push_back(has_companion ? ten + (x >> 8) % 10 : ten);
        zeros.push_back(has_companion && (x >> 9) % 2 != 0 ? -0.0 : x % distinct);
      }
      auto expected = v;
      std::stable_sort(expected.begin(), expected.end(), by_tens);
      pt::stable_sort(v, by_tens);
      auto expected_zeros = zeros;
      std::stable_sort(expected_zeros.begin(), expected_zeros.end(), as_doubles);
      pt::stable_sort(zeros, as_doubles);
      INFO(distinct << " numbers, a companion every " << every);
      CHECK(v == expected);
      CHECK(std::ranges::equal(
          zeros, expected_zeros, {}, [](double x) { return std::bit_cast<std::uint64_t>(x); },
          [](double x) { return std::bit_cast<std::uint64_t>(x); }));
    }
  }
}

TEST_CASE("a map of slots makes no more buckets than are wanted, in the order of numbers") {
  std::identity const itself{};
  pt::detail::OrderByNumber<std::identity, false> const order{itself};
  std::vector<std::uint16_t> room(std::size_t{1} << 17);
  double const endless = std::numeric_limits<double>::infinity();
  double const nan = std::numeric_limits<double>::quiet_NaN();
  auto const check = [&](auto const& slots, std::vector<std::uint64_t> const& sample, std::size_t wanted,
                         std::size_t least) {
    pt::detail::SlotMap const map(slots, sample.data(), sample.size(), wanted, room.data());
    INFO(sample.size() << " in the sample, " << wanted << " buckets wanted");
    CHECK((map.buckets() <= wanted && map.buckets() >= least));
    std::vector<double> items{-nan, -endless, -1e300, nan, endless, 1e300, 0.0, -0.0};
    for (std::uint64_t x : sample) items.push_back(pt::detail::float_of<double>(x));
    std::ranges::sort(items, {}, [&](double x) { return order.key(x); });
    std::size_t before = 0;
    bool rises = true;
    for (double& x : items) {
      std::size_t const bucket = map.bucket(x, order);
      rises = rises && bucket >= before && bucket < map.buckets();
      before = bucket;
    }
    CHECK(rises);
  };
  for (std::size_t const size : {256U, 2048U}) {
    for (unsigned way = 0; way != 4; ++way) {
      std::vector<std::uint64_t> sample;
      for (std::uint32_t x : numbers(Shape::random, size)) {
        double const spread = static_cast<double>(x) - 0x1p31;
        double const crowded = x % 50 == 0 ? spread * 1e-4 : spread;  // one slot has more than others
        double const all[] = {spread, crowded, std::abs(spread) * 0x1p-32, std::sqrt(std::abs(spread))};
        sample.push_back(order.key(all[way]));
      }
      std::ranges::sort(sample);
      for (std::size_t const wanted : {64U, 256U, 1024U}) {
        if (wanted * 2 > size) continue;
        for (unsigned const bits : {11U, 14U, 16U})
          check(pt::detail::SlotsByBits<std::uint64_t>(sample.data(), size, bits), sample, wanted, 2);
        check(pt::detail::SlotsByValue<double, decltype(order), std::uint64_t>(sample.data(), size, 14), sample, wanted,
              wanted / 2);
      }
    }
  }
}

TEST_CASE("millions of numbers are sorted where a few of them crowd") {
  support::Eager const eager(2);
  std::mt19937_64 engine(7);
  std::vector<std::uint64_t> v(4'500'000);
  std::uint64_t sum = 0;
  for (std::uint64_t& x : v) {
    x = engine();
    if (x % 25 == 0) x = (std::uint64_t{1} << 62) + (engine() >> 10);
    sum += x;
  }
  pt::sort(v);
  CHECK(std::is_sorted(v.begin(), v.end()));
  CHECK(std::accumulate(v.begin(), v.end(), std::uint64_t{0}) == sum);
}

TEST_CASE("a table parts a few items from each other and from all others") {
  for (std::size_t const count : {1U, 2U, 17U, 64U}) {
    for (unsigned const shift : {0U, 7U, 20U}) {
      std::vector<std::uint32_t> items;
      for (std::uint32_t i = 0; i != count; ++i) items.push_back((3 * i + 1) << shift);
      pt::detail::FewPlaces<std::uint32_t> places;
      REQUIRE(places.hold(items.data(), count));
      std::size_t wrong = 0;
      for (std::uint32_t i = 0; i != 3 * count + 4; ++i) {
        std::uint32_t const item = i << shift;
        bool const held = places.differs(item, places.place(item)) == 0;
        wrong += held != (std::find(items.begin(), items.end(), item) != items.end());
      }
      CHECK(wrong == 0);
    }
  }
}

TEST_CASE("neighbours are sorted by as many rounds as there are items") {
  // What sorts all zeros and ones sorts everything (D. Knuth, volume 3, 5.3.4).
  for (std::size_t n = 0; n != 11; ++n) {
    for (unsigned bits = 0; bits != 1U << n; ++bits) {
      for (std::size_t before : {0U, 1U}) {  // the first round begins at an even item, or an odd one
        std::vector<int> v(before, -1);
        for (std::size_t i = 0; i != n; ++i) v.push_back(static_cast<int>(bits >> i & 1));
        std::vector<double> rising(v.begin(), v.end());
        std::vector<double> falling(v.rbegin(), v.rend() - static_cast<std::ptrdiff_t>(before));
        pt::detail::sort_neighbours(v.data(), v.size(), n, std::less<>());
        pt::detail::sort_neighbours(rising.data(), rising.size(), n, pt::detail::ByValue<false>{});
        pt::detail::sort_neighbours(falling.data(), falling.size(), n, pt::detail::ByValue<true>{});
        bool const sorted = std::is_sorted(v.begin(), v.end()) && std::is_sorted(rising.begin(), rising.end()) &&
                            std::is_sorted(falling.rbegin(), falling.rend());
        if (!sorted) FAIL("not sorted: " << n << " items, bits " << bits);
      }
    }
  }
}

TEST_CASE("zeros of both signs are equal, and NaN harms nothing") {
  support::Eager const eager(2);
  double const nan = std::numeric_limits<double>::quiet_NaN();
  for (std::size_t const n : {40U, 1000U, 20'000U}) {
    std::vector<double> v;
    for (std::uint32_t x : numbers(Shape::random, n)) v.push_back(x % 3 == 0 ? -0.0 : x % 3 == 1 ? 0.0 : 1.0);
    auto expected = v;
    std::stable_sort(expected.begin(), expected.end());
    pt::stable_sort(v);
    bool same = true;
    for (std::size_t i = 0; i != n; ++i)
      same = same && std::signbit(v[i]) == std::signbit(expected[i]) && v[i] == expected[i];
    CHECK(same);
    for (std::size_t i = 0; i < n; i += 7) v[i] = i % 2 == 0 ? nan : -nan;
    pt::sort(v);
    auto const is_nan = [](double x) { return std::isnan(x); };
    CHECK(static_cast<std::size_t>(std::ranges::count_if(v, is_nan)) == (n + 6) / 7);
    std::erase_if(v, is_nan);
    CHECK(std::ranges::is_sorted(v));
  }
}

TEST_CASE("an enumeration with an order of its own keeps it") {
  std::vector<Level> levels{Level::low, Level::high, Level::low};
  pt::sort(levels);
  CHECK(levels == std::vector<Level>{Level::high, Level::low, Level::low});
  std::vector<int> v{3, 1, 2};
  pt::sort(v, std::greater<>());
  CHECK(v == std::vector<int>{3, 2, 1});
  pt::sort(v, std::less<int>());
  CHECK(v == std::vector<int>{1, 2, 3});
  pt::sort(v, std::greater<long>());
  CHECK(v == std::vector<int>{3, 2, 1});
}

TEST_CASE("a comparison that contradicts itself loses no item and ends") {
  support::Eager const eager(3);
  for (std::size_t const n : {20U, 33U, 1000U, 9000U}) {
    for_each_shape([&](Shape shape) {
      for (int kind = 0; kind != Judge::kinds; ++kind) {
        auto v = numbers(shape, n);
        auto expected = v;
        std::ranges::sort(expected);
        pt::sort(v, Judge(static_cast<Judge::Kind>(kind)));
        auto stable = numbers(shape, n);
        pt::stable_sort(stable, Judge(static_cast<Judge::Kind>(kind)));
        std::ranges::sort(v);
        std::ranges::sort(stable);
        INFO("kind " << kind << ", " << n << " items of shape " << static_cast<int>(shape));
        CHECK(v == expected);
        CHECK(stable == expected);
      }
    });
  }
}

TEST_CASE("a comparison may throw at any call, and all items are there") {
  for (unsigned const cores : {1U, 4U}) {
    support::Eager const eager(cores);
    for (std::size_t const n : {25U, 300U, 9000U}) {
      for_each_shape([&](Shape shape) {
        auto const items = numbers(shape, n);
        auto expected = items;
        std::ranges::sort(expected);
        std::uint32_t thrown = 0;
        for (std::uint32_t at = 1;; at += 1 + at / (n > 1000 ? 1 : 4)) {
          auto v = items;
          bool threw = false;
          try {
            pt::sort(v, Judge(Judge::right, at));
          } catch (std::runtime_error const&) {
            threw = true;
          }
          std::ranges::sort(v);
          if (v != expected) FAIL("call " << at << " of " << n << " items of shape " << static_cast<int>(shape));
          if (!threw) break;
          ++thrown;
        }
        CHECK(thrown != 0);
      });
    }
  }
}

TEST_CASE("a projection to a number may throw at any call, and all items are there") {
  for (unsigned const cores : {1U, 4U}) {
    support::Eager const eager(cores);
    for (std::size_t const n : {25U, 300U, 13'000U}) {
      for (Shape const shape : {Shape::random, Shape::nearly, Shape::organ}) {
        auto const items = numbers(shape, n);
        auto expected = items;
        std::ranges::sort(expected);
        std::uint32_t thrown = 0;
        for (std::uint32_t at = 1;; at += 1 + at / (n > 1000 ? 1 : 4)) {
          auto v = items;
          std::atomic<std::uint32_t> calls{0};
          bool threw = false;
          try {
            pt::sort(v, {}, [&](std::uint32_t x) {
              if (calls.fetch_add(1, std::memory_order_relaxed) + 1 == at) throw std::runtime_error("a projection");
              return x;
            });
          } catch (std::runtime_error const&) {
            threw = true;
          }
          std::ranges::sort(v);
          if (v != expected) FAIL("call " << at << " of " << n << " items of shape " << static_cast<int>(shape));
          if (!threw) break;
          ++thrown;
        }
        CHECK(thrown != 0);
      }
    }
  }
}
