#include <parallel_task/source/indices.hpp>

#include "stage/stages.hpp"

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <limits>
#include <optional>
#include <stdexcept>
#include <string>

using namespace stages;

namespace {

enum Sizes { narrow = 3, wide = 10, minus_two = -2 };
enum Bytes : unsigned char { all_bytes = 255 };
enum Masks : unsigned { high_bit = 1u << 31 };

template <class I, class... N>
constexpr bool counts_in = std::same_as<typename decltype(pt::indices(std::declval<N>()...))::value_type, I>;

}  // namespace

TEST_CASE("indices count in their arguments' type") {
  static_assert(counts_in<int, int>);
  static_assert(counts_in<std::int8_t, std::int8_t, std::int8_t, long>);
  static_assert(counts_in<char, char, char>);
  static_assert(counts_in<unsigned long, unsigned, unsigned long>);
  CHECK(pt::indices(3).collect<std::vector>() == ints{0, 1, 2});
  CHECK(pt::indices(-2, 2).collect<std::vector>() == ints{-2, -1, 0, 1});
  CHECK(pt::indices(2, -2).count() == 0);
  CHECK(pt::indices(-5).count() == 0);
  CHECK(pt::indices('a', 'e').collect<std::vector>() == std::vector<char>{'a', 'b', 'c', 'd'});
}

TEST_CASE("indices step up and down, without overflow") {
  CHECK(pt::indices(0, 10, 3).collect<std::vector>() == ints{0, 3, 6, 9});
  CHECK(pt::indices(10, 0, -4).collect<std::vector>() == ints{10, 6, 2});
  CHECK(pt::indices(0, 10, -1).count() == 0);
  constexpr int most = std::numeric_limits<int>::max();
  constexpr int least = std::numeric_limits<int>::min();
  CHECK(pt::indices(least, most, most).collect<std::vector>() == ints{least, -1, most - 1});
  CHECK(pt::indices(most, least, least).collect<std::vector>() == ints{most, -1});
  CHECK(pt::indices(std::int8_t{-128}, std::int8_t{127}).count() == 255);
  constexpr std::int64_t far = std::int64_t{1} << 33;
  CHECK(pt::indices(std::int64_t{0}, far, far / 4).collect<std::vector>() ==
        std::vector<std::int64_t>{0, far / 4, far / 2, far / 4 * 3});
  CHECK(pt::indices(far, std::int64_t{0}, -far / 2).collect<std::vector>() == std::vector<std::int64_t>{far, far / 2});
  if (sizeof(std::size_t) < 8) CHECK_THROWS_AS((void)pt::indices(far), std::length_error);
  CHECK_THROWS_AS((void)pt::indices(0, 1, 0), std::invalid_argument);

  // What is narrower than int is multiplied as int, which overflows where it would not.
  CHECK(pt::indices(std::uint16_t{65535}, std::uint16_t{0}, -1).sum() == 65535u * 65536u / 2);
  CHECK(pt::indices(std::int16_t{32767}, std::int16_t{-32768}, std::int16_t{-1}).sum() == 0);
}

TEST_CASE("indices between a signed and an unsigned bound are those of the numbers that they are") {
  ints const v(10, 1);
  CHECK(pt::indices(v.size() - 1, -1, -1).collect<std::vector>() == std::vector<size_t>{9, 8, 7, 6, 5, 4, 3, 2, 1, 0});
  CHECK(pt::indices(10u, 0u, -2).collect<std::vector>() == std::vector<unsigned>{10, 8, 6, 4, 2});
  CHECK(pt::indices(3u, -1L).count() == 0);

  // The common type of C++ is unsigned: one that holds both is taken if there is one.
  static_assert(counts_in<std::ptrdiff_t, int, unsigned> == (sizeof(std::ptrdiff_t) > sizeof(unsigned)));
  static_assert(counts_in<long long, unsigned, long long>);
  static_assert(counts_in<size_t, int, size_t> && counts_in<size_t, size_t, int, int>);
  if constexpr (counts_in<std::ptrdiff_t, int, unsigned>) {
    CHECK(pt::indices(-3, 3u).collect<std::vector>() == std::vector<std::ptrdiff_t>{-3, -2, -1, 0, 1, 2});
    CHECK(pt::indices(2u, -2).count() == 0);
    CHECK(pt::indices(2u, -3, -2).collect<std::vector>() == std::vector<std::ptrdiff_t>{2, 0, -2});
    CHECK(pt::indices(0, 4'000'000'000u).size() == 4'000'000'000u);
    ints const want{-3, -2, -1, 0, 1, 2};
    std::atomic<int> calls{0};
    std::atomic<std::ptrdiff_t> sum{0};
    pt::parallel_for(-3, 3u, [&](auto i) {
      ++calls;
      sum += i;
    });
    CHECK(calls == 6);
    CHECK(sum == -3);
  }

  // Where there is none, what does not fit is told, and what does is right.
  CHECK(pt::indices(0, v.size()).collect<std::vector>() == std::vector<size_t>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9});
  CHECK_THROWS_AS((void)pt::indices(-3, v.size()), std::invalid_argument);
  CHECK_THROWS_AS((void)pt::indices(v.size(), -3, -1), std::invalid_argument);
  CHECK_THROWS_AS(pt::parallel_for(-3, v.size(), [](size_t) {}), std::invalid_argument);
  CHECK(pt::indices(v.size(), -3, -5).collect<std::vector>() == std::vector<size_t>{10, 5, 0});
  CHECK(pt::indices(-3, v.size(), -1).count() == 0);
}

TEST_CASE("enumerators are bounds, as they are of a loop") {
  static_assert(counts_in<int, Sizes> && counts_in<int, int, Sizes> && counts_in<int, Sizes, Sizes, Sizes>);
  static_assert(counts_in<int, Bytes> && counts_in<unsigned, Masks> && counts_in<size_t, Sizes, size_t>);
  CHECK(pt::indices(narrow).collect<std::vector>() == ints{0, 1, 2});
  CHECK(pt::indices(1, narrow).collect<std::vector>() == ints{1, 2});
  CHECK(pt::indices(wide, narrow, minus_two).collect<std::vector>() == ints{10, 8, 6, 4});
  CHECK(pt::indices(minus_two).count() == 0);
  CHECK(pt::indices(all_bytes).size() == 255);
  CHECK(pt::indices(high_bit).size() == size_t{1} << 31);
  std::atomic<int> sum{0};
  auto const add = [&sum](int i) { sum += i; };
  pt::parallel_for(narrow, add);
  CHECK(sum == 3);
  pt::parallel_for(1, wide, add);
  CHECK(sum == 3 + 45);
  pt::parallel_for(narrow, wide, add);
  CHECK(sum == 3 + 45 + 42);
}

#if defined(__SIZEOF_INT128__)

namespace {

using Wide = pt::detail::Int128;
using UnsignedWide = pt::detail::UnsignedInt128;

template <class T>
constexpr T least = pt::detail::is_signed<T> ? static_cast<T>(T{1} << (8 * sizeof(T) - 1)) : T{0};
template <class T>
constexpr T most = static_cast<T>(~least<T>);

/// What came of some bounds and a step: so many numbers, or an error.
enum class Told { nothing, does_not_fit, too_many, no_step };
struct Outcome {
  Told told = Told::nothing;
  size_t size = 0;
  bool operator==(Outcome const&) const = default;
};

// In a type in which nothing wraps.
template <class I>
Outcome wanted(Wide first, Wide last, Wide step) {
  if (step == 0) return {Told::no_step};
  Wide const apart = step > 0 ? last - first : first - last;
  if (apart <= 0) return {};
  Wide const size = (apart - 1) / (step > 0 ? step : -step) + 1;
  for (Wide const item : {first, first + (size - 1) * step}) {
    if (item < Wide{least<I>} || item > Wide{most<I>}) return {Told::does_not_fit};
  }
  if (size > Wide{most<size_t>}) return {Told::too_many};
  return {Told::nothing, static_cast<size_t>(size)};
}

template <class I, class A, class B, class C>
Outcome made(A first, B last, C step) {
  try {
    pt::detail::SteppedIndices<I> const items(first, last, step);
    return {Told::nothing, items.total()};
  } catch (std::invalid_argument const&) {
    return {step == 0 ? Told::no_step : Told::does_not_fit};
  } catch (std::length_error const&) {
    return {Told::too_many};
  }
}

// The first 300 items, and the last.
template <class I, class A, class B, class C>
bool are_right(A first, B last, C step, size_t size) {
  pt::detail::SteppedIndices<I> const items(first, last, step);
  pt::detail::Stateless none;
  auto const is_right = [&](size_t i) {
    return items.at(none, i, [&](I item) { return Wide{item} == Wide{first} + Wide{i} * Wide{step}; });
  };
  for (size_t i = 0; i != size && i != 300; ++i) {
    if (!is_right(i)) return false;
  }
  return size == 0 || is_right(size - 1);
}

template <class T>
std::vector<T> values() {
  std::vector<T> result;
  for (Wide const x : {Wide{least<T>}, Wide{least<T>} + 1, Wide{-3}, Wide{-2}, Wide{-1}, Wide{0}, Wide{1}, Wide{2},
                       Wide{7}, Wide{most<T>} / 2 + 1, Wide{most<T>} - 1, Wide{most<T>}}) {
    if (pt::detail::fits<T>(x)) result.push_back(static_cast<T>(x));
  }
  return result;
}

template <class... T>
struct Types {
  template <class F>
  static void each(F f) {
    (f(T{}), ...);
  }
};
using Bounds = Types<signed char, unsigned short, int, unsigned, std::int64_t, std::uint64_t>;
using Steps = Types<int, unsigned short, std::int64_t, std::uint64_t>;

template <class T>
std::string name_of(T) {
  return (pt::detail::is_signed<T> ? "i" : "u") + std::to_string(8 * sizeof(T)) + ' ';
}

template <class A, class B, class C>
std::optional<std::string> first_mistake() {
  using I = pt::detail::BetweenType<A, B>;
  for (A const first : values<A>()) {
    for (B const last : values<B>()) {
      for (C const step : values<C>()) {
        Outcome const want = wanted<I>(first, last, step);
        Outcome const got = made<I>(first, last, step);
        bool right = got == want && (want.told != Told::nothing || are_right<I>(first, last, step, want.size));
        if (right && step == 1 && want.told == Told::nothing) {
          right = pt::detail::Indices<I>(first, last).total() == want.size;
        }
        if (!right) return std::to_string(first) + ", " + std::to_string(last) + ", " + std::to_string(step);
      }
    }
  }
  return {};
}

}  // namespace

TEST_CASE("indices of all types, over the edges of each, are those of exact arithmetic") {
  Bounds::each([](auto a) {
    Bounds::each([a](auto b) {
      Steps::each([a, b](auto c) {
        auto const mistake = first_mistake<decltype(a), decltype(b), decltype(c)>();
        INFO("types " << name_of(a) << name_of(b) << name_of(c) << "numbers " << mistake.value_or(""));
        CHECK(!mistake);
      });
    });
  });
}

TEST_CASE("indices and parallel_for of all types, near their ends, give each number once") {
  using Some = Types<signed char, unsigned short, int, unsigned, std::int64_t, std::uint64_t>;
  Some::each([](auto a) {
    Some::each([](auto b) {
      using A = decltype(a);
      using B = decltype(b);
      Wide const end = std::min(Wide{most<A>}, Wide{most<B>});
      for (Wide const last : {end, Wide{5}}) {
        std::vector<Wide> want{last - 4, last - 3, last - 2, last - 1};
        auto const from = static_cast<A>(last - 4);
        auto const to = static_cast<B>(last);
        CHECK(pt::indices(from, to).map([](auto i) { return Wide{i}; }).template collect<std::vector>() == want);
        std::atomic<unsigned> seen{0};
        pt::parallel_for(from, to, [&](auto i) { seen += 1u << (4 * static_cast<unsigned>(Wide{i} - want[0])); });
        CHECK(seen == 0x1111);
      }
    });
  });
}

TEST_CASE("indices count in 128 bits, whatever the mode of the compiler") {
  static_assert(counts_in<Wide, Wide> && counts_in<Wide, int, Wide> && counts_in<UnsignedWide, int, UnsignedWide>);
  constexpr Wide far = Wide{1} << 100;
  CHECK(pt::indices(far, far + 3).collect<std::vector>() == std::vector<Wide>{far, far + 1, far + 2});
  CHECK(pt::indices(far, -far, -far).collect<std::vector>() == std::vector<Wide>{far, 0});
  CHECK(pt::indices(most<Wide>, least<Wide>, least<Wide>).collect<std::vector>() == std::vector<Wide>{most<Wide>, -1});
  CHECK(pt::indices(0, most<UnsignedWide>, UnsignedWide{1} << 127).size() == 2);
  CHECK(pt::indices(UnsignedWide{4}, -1, -1).size() == 5);
  CHECK(pt::indices(7, -far, -far).size() == 2);
  CHECK_THROWS_AS((void)pt::indices(far), std::length_error);
  CHECK_THROWS_AS((void)pt::indices(-1, UnsignedWide{4}), std::invalid_argument);
}

#endif
