#include <parallel_task/core/choice.hpp>

#include "catch.hpp"
#include "core/blocks.hpp"

#include <parallel_task/source/indices.hpp>
#include <parallel_task/source/make_source.hpp>
#include <parallel_task/stage/enumerate.hpp>
#include <parallel_task/stage/map.hpp>
#include <parallel_task/stage/zip.hpp>
#include <parallel_task/terminal/min_max.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace detail = parallel_task::detail;
using blocks::feed;
using blocks::Number;
using blocks::positions;
using blocks::size;

namespace {

template <class S, class Key>
constexpr bool chosen = detail::chosen_by_blocks<detail::At<S>, typename decltype(detail::make_min_by_key(
                                                                    Key{}))::template Accumulator<typename S::Value>>;

}  // namespace

#if defined(__SSE2__) || defined(__ARM_NEON)
TEST_CASE("plain numbers are chosen by blocks if the key is a number, and nothing else") {
  using Numbers = detail::Contiguous<Number const>;
  auto const narrow = [](Number x) { return static_cast<Number>(x ^ 1); };
  auto const pointer = [](Number const& x) { return &x; };
  auto const second = [](auto const& x) { return x.second; };
  STATIC_REQUIRE(chosen<Numbers, decltype(narrow)>);
  STATIC_REQUIRE(chosen<detail::Enumerate<Numbers>, decltype(second)>);
  STATIC_REQUIRE(chosen<detail::Zip<false, Numbers, Numbers>, decltype(second)>);
  STATIC_REQUIRE_FALSE(chosen<Numbers, decltype(pointer)>);
  STATIC_REQUIRE_FALSE(chosen<detail::Contiguous<std::pair<Number, Number> const>, decltype(second)>);
  STATIC_REQUIRE_FALSE(chosen<detail::Map<Numbers, decltype(narrow)>, decltype(narrow)>);
  // Behind a map those that are their own keys, which integers are by other means.
  using Floats = detail::Contiguous<float const>;
  auto const half = [](float x) { return x / 2; };
  using Best = decltype(detail::make_min())::Accumulator<float>;
  using Behind = detail::Through<detail::Map<Floats, decltype(half)>, Best>;
  STATIC_REQUIRE(detail::chosen_by_blocks<detail::At<Floats>, Best> == detail::packs_answers<4>);
  STATIC_REQUIRE(detail::chosen_by_blocks<detail::At<Floats>, Behind> == detail::packs_answers<4>);
}
#endif

TEST_CASE("a closure in front of a choice is called once an item, in order, and may change it") {
  std::vector<float> v(size, 5.0F);
  std::vector<float*> seen;
  auto const raise = [&seen](float& x) {
    seen.push_back(&x);
    return x += static_cast<float>(seen.size());
  };
  CHECK(feed(detail::Map(detail::borrow(v), raise), detail::make_max()).champion.result() == 5.0F + size);
  std::vector<float*> expected;
  for (float& x : v) expected.push_back(&x);
  CHECK(seen == expected);
  for (std::size_t i = 0; i != size; ++i) CHECK(v[i] == 6.0F + static_cast<float>(i));
}

TEST_CASE("a closure in front of a choice may take items as it likes") {
  auto const number = [](std::size_t&& i) { return static_cast<double>(i); };
  auto const numbered = [](std::pair<std::size_t, double const&>&& x) { return x.second; };
  auto const pointer = [](std::unique_ptr<double> x) { return *x; };
  auto const moved = [](double&& x) { return x; };
  std::vector<double> v(size, 1.0);
  v[50] = 2.0;
  std::vector<std::unique_ptr<double>> pointers;
  for (double x : v) pointers.push_back(std::make_unique<double>(x));
  CHECK(feed(detail::Map(detail::Indices<std::size_t>(0, size), number), detail::make_max()).champion.result() ==
        102.0);
  CHECK(feed(detail::Map(detail::EnumerateStage{}(detail::borrow(std::as_const(v))), numbered), detail::make_max())
            .champion.result() == 2.0);
  CHECK(feed(detail::Map(detail::own(std::move(pointers)), pointer), detail::make_max()).champion.result() == 2.0);
  CHECK(feed(detail::Map(detail::own(std::move(v)), moved), detail::make_minmax()).champion.largest.result() == 2.0);
}

TEST_CASE("a choice computes each key once, in order, and hands on what a key throws") {
  std::vector<Number> const v = positions();
  for (std::size_t throws_from = 0; throws_from <= size + 4; throws_from += 5) {
    std::vector<std::size_t> asked;
    auto const key = [&](Number x) {
      auto const at = static_cast<std::size_t>(x);
      asked.push_back(at);
      if (at >= throws_from) throw at;
      return static_cast<Number>(x ^ 0x2A);
    };
    std::optional<Number> found;
    std::optional<std::size_t> thrown;
    try {
      found = feed(detail::borrow(v), detail::make_min_by_key(key)).champion.result();
    } catch (std::size_t at) {
      thrown = at;
    }
    CHECK(found == (throws_from < size ? std::nullopt : std::optional(Number{0x2A})));
    CHECK(thrown == (throws_from < size ? std::optional(throws_from) : std::nullopt));
    std::vector<std::size_t> expected;
    for (std::size_t i = 0; i != std::min(size, throws_from + 1); ++i) expected.push_back(i);
    CHECK(asked == expected);
  }
}

namespace {

/// Checks all choices from `v`, whose numbers may be no numbers, against a plain loop.
template <class T>
void choose_all(std::vector<T> const& v) {
  auto const key = [](T x) { return static_cast<T>(x < 3 ? 3 - x : x - 3); };
  auto const argument = [](std::size_t, T x) { return x; };
  // Positions of the first best: of items and of keys, smallest and largest; nothing while there are but NaN.
  std::optional<std::size_t> places[4];
  for (std::size_t i = 0; i != v.size(); ++i) {
    if (v[i] != v[i]) continue;
    if (!places[0] || v[i] < v[*places[0]]) places[0] = i;
    if (!places[1] || v[*places[1]] < v[i]) places[1] = i;
    if (!places[2] || key(v[i]) < key(v[*places[2]])) places[2] = i;
    if (!places[3] || key(v[*places[3]]) < key(v[i])) places[3] = i;
  }
  auto const same = [&](std::optional<T> const& found, std::optional<std::size_t> place) {
    if (place) return found == v[*place];
    return found ? *found != *found : v.empty();
  };
  CHECK(same(feed(detail::borrow(v), detail::make_min()).champion.result(), places[0]));
  CHECK(same(feed(detail::borrow(v), detail::make_max()).champion.result(), places[1]));
  CHECK(same(feed(detail::borrow(v), detail::make_min_by_key(key)).champion.result(), places[2]));
  CHECK(same(feed(detail::borrow(v), detail::make_max_by_key(key)).champion.result(), places[3]));
  auto both = feed(detail::borrow(v), detail::make_minmax());
  CHECK(same(both.champion.smallest.result(), places[0]));
  CHECK(same(both.champion.largest.result(), places[1]));
  auto both_by_key = feed(detail::borrow(v), detail::make_minmax_by_key(key));
  CHECK(same(both_by_key.champion.smallest.result(), places[2]));
  CHECK(same(both_by_key.champion.largest.result(), places[3]));
  auto const itself = [](T const& x) { return x; };
  auto const mapped = [&] { return detail::Map(detail::Map(detail::borrow(v), itself), itself); };
  CHECK(same(feed(mapped(), detail::make_min()).champion.result(), places[0]));
  CHECK(same(feed(mapped(), detail::make_max()).champion.result(), places[1]));
  auto both_mapped = feed(mapped(), detail::make_minmax());
  CHECK(same(both_mapped.champion.smallest.result(), places[0]));
  CHECK(same(both_mapped.champion.largest.result(), places[1]));
  auto const looked_up = [&v](std::size_t i) { return v[i]; };
  auto const counted = [&v] { return detail::Indices<std::size_t>(0, v.size()); };
  CHECK(same(feed(detail::Map(counted(), looked_up), detail::make_min()).champion.result(), places[0]));
  auto const place = feed(counted(), detail::make_max_by_key(looked_up)).champion.result();
  CHECK(place.has_value() == !v.empty());
  if (places[1]) CHECK(place == places[1]);
  auto const numbered = [&v] { return detail::EnumerateStage{}(detail::borrow(v)); };
  auto const smallest = feed(numbered(), detail::make_min_by_key(argument)).champion.result();
  auto const largest = feed(numbered(), detail::make_max_by_key(argument)).champion.result();
  CHECK(smallest.has_value() == !v.empty());
  if (places[0]) {
    CHECK(smallest->first == *places[0]);
    CHECK(largest->first == *places[1]);
  }
}

}  // namespace

TEMPLATE_TEST_CASE("a choice is the first of equals, whatever the numbers' width and number", "", unsigned char, short,
                   int, std::size_t, float, double) {
  std::uint32_t random = 7;
  for (std::size_t n : std::initializer_list<std::size_t>{0, 1, 31, 32, 33, 63, 64, 65, 200}) {
    for (std::uint32_t different : {1U, 2U, 5U, 200U}) {
      std::vector<TestType> v(n);
      for (TestType& x : v) {
        random = random * 1'664'525 + 1'013'904'223;
        x = static_cast<TestType>((random >> 8) % different);
      }
      choose_all(v);
      std::sort(v.begin(), v.end());
      choose_all(v);
      std::reverse(v.begin(), v.end());  // each is better than those before
      choose_all(v);
    }
  }
}

TEMPLATE_TEST_CASE("a choice passes over NaN wherever it is", "", float, double) {
  TestType const nan = std::numeric_limits<TestType>::quiet_NaN();
  for (std::size_t n : std::initializer_list<std::size_t>{1, 32, 65, 70, 130}) {
    for (std::size_t every = 1; every <= 40; every += 3) {
      for (bool numbers_first : {false, true}) {
        std::vector<TestType> v(n);
        for (std::size_t i = 0; i != n; ++i) {
          bool const is_nan = i % every == 0;
          v[i] = is_nan != numbers_first ? nan : static_cast<TestType>(i * 37 % 11);
        }
        choose_all(v);
      }
    }
    std::vector<TestType> v(n, nan);
    choose_all(v);
    v.back() = std::numeric_limits<TestType>::infinity();
    choose_all(v);
    v.back() = -std::numeric_limits<TestType>::infinity();
    choose_all(v);
  }
  std::vector<TestType> zeros(100, TestType{0});
  zeros[40] = -TestType{0};
  CHECK_FALSE(std::signbit(*feed(detail::borrow(zeros), detail::make_min()).champion.result()));
  zeros[0] = -TestType{0};
  CHECK(std::signbit(*feed(detail::borrow(zeros), detail::make_max()).champion.result()));
}
