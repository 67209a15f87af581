#include <parallel_task/terminal/equal.hpp>

#include "every.hpp"
#include "support/three_way.hpp"

#include <parallel_task/parallel_task.hpp>

#include <compare>
#include <forward_list>
#include <functional>
#include <limits>
#include <list>
#include <string>
#include <string_view>

using namespace every;

namespace {

struct OnlyLess {
  int value;
  friend bool operator<(OnlyLess const& a, OnlyLess const& b) { return a.value < b.value; }
};

/// f(a, b) with `a` and `b` as ranges of every kind that differs in what is known of its length.
template <class F>
void both_sides(std::vector<int> const& a, std::vector<int> const& b, F f) {
  std::forward_list<int> const x(a.begin(), a.end());
  std::forward_list<int> const y(b.begin(), b.end());
  f(pt::parallel_iter(a), pt::parallel_iter(b));
  f(pt::parallel_iter(x), pt::parallel_iter(b));
  f(pt::parallel_iter(a), pt::parallel_iter(y));
  f(pt::parallel_iter(x), pt::parallel_iter(y));
  f(pt::par_bridge(Generator{&a}), pt::parallel_iter(y));
  f(pt::parallel_iter(a), pt::par_bridge(Generator{&b}));
}

}  // namespace

TEST_CASE("equal and compare say what the loop says, whatever is known of the lengths") {
  for (std::size_t n : {std::size_t{0}, std::size_t{1}, std::size_t{64}, std::size_t{1000}}) {
    std::vector<int> const a = numbers(n);
    std::vector<int> longer = a;
    longer.push_back(-1000);
    std::vector<int> other = a;
    if (n != 0) ++other[n / 2];
    for (auto const& b : {a, longer, other}) {
      for_each_schedule([&] {
        both_sides(a, b, [&](auto p, auto q) { CHECK(std::move(p).equal(std::move(q)) == (a == b)); });
        both_sides(b, a, [&](auto p, auto q) { CHECK(std::move(p).equal(std::move(q)) == (a == b)); });
        both_sides(a, b,
                   [&](auto p, auto q) { CHECK((std::move(p).compare(std::move(q)) == support::three_way(a, b))); });
        both_sides(b, a,
                   [&](auto p, auto q) { CHECK((std::move(p).compare(std::move(q)) == support::three_way(b, a))); });
      });
    }
  }
}

TEST_CASE("equal and compare take ranges, temporaries and pipelines, also in a pipe") {
  std::vector<int> const v{1, 2, 3};
  CHECK(pt::parallel_iter(v).equal(v));
  CHECK(pt::parallel_iter(v).equal(std::list<int>{1, 2, 3}));
  CHECK(pt::parallel_iter(v).equal(pt::indices(1, 4)));
  CHECK((v | pt::parallel_iter | pt::equal(std::vector<long>{1, 2, 3})));
  CHECK(((v | pt::parallel_iter | pt::compare(v)) == 0));
  CHECK(((v | pt::parallel_iter | pt::map([](int x) { return x + 1; }) | pt::compare(v)) > 0));
  CHECK((pt::parallel_iter(v).threads(1).compare(pt::indices(1, 3).threads(1)) > 0));
}

TEST_CASE("compare returns the ordering of the items") {
  double const nan = std::numeric_limits<double>::quiet_NaN();
  std::vector<double> const a{1, 2, nan, 3};
  std::vector<double> const b{1, 2, 2, 3};
  CHECK((pt::parallel_iter(a).compare(b) == std::partial_ordering::unordered));
  CHECK((pt::parallel_iter(b).compare(b) == std::partial_ordering::equivalent));
  CHECK_FALSE(pt::parallel_iter(a).equal(a));
  std::vector<OnlyLess> const x{{1}, {2}};
  std::vector<OnlyLess> const y{{1}, {3}};
  std::weak_ordering const order = pt::parallel_iter(x).compare(y);
  CHECK((order < 0));
  std::vector<std::string> const words{"a", "b"};
  std::strong_ordering const same = pt::parallel_iter(words).compare(words);
  CHECK((same == 0));
}

TEST_CASE("equal by a predicate and compare by an ordering or a less-than") {
  auto const same_size = [](std::string const& a, std::string_view b) { return a.size() == b.size(); };
  auto const by_size = [](auto const& a, auto const& b) { return a.size() <=> b.size(); };
  auto const shorter = [](auto const& a, auto const& b) { return a.size() < b.size(); };
  std::vector<std::string> words(500, "ab");
  std::vector<std::string_view> const others(500, "cd");
  words.back() = "z";
  for_each_schedule([&] {
    CHECK_FALSE(pt::parallel_iter(words).equal(others, same_size));
    CHECK(pt::parallel_iter(words).take(499).equal(pt::parallel_iter(others).take(499), same_size));
    CHECK_FALSE(pt::parallel_iter(words).take(499).equal(others, same_size));
    CHECK((pt::parallel_iter(words).compare(others, by_size) == std::strong_ordering::less));
    std::weak_ordering const order = pt::parallel_iter(words).compare(others, shorter);
    CHECK((order == std::weak_ordering::less));
    CHECK((pt::parallel_iter(others).compare(words, shorter) > 0));
    CHECK((pt::parallel_iter(words).take(9).compare(pt::parallel_iter(others).take(9), shorter) == 0));
    CHECK((pt::parallel_iter(words).take(9).compare(pt::parallel_iter(others).take(8), by_size) > 0));
  });
  std::vector<int> numbers{1, 2, 3};
  auto const modulo_10 = [](int a, int b) { return a % 10 == b % 10; };
  CHECK((numbers | pt::parallel_iter | pt::equal(std::vector<int>{11, 2, 33}, modulo_10)));
  CHECK(((numbers | pt::parallel_iter | pt::compare(std::vector<int>{1, 2, 4}, std::greater<>())) > 0));
  // Items are seen as const, and members do for closures.
  CHECK(pt::parallel_iter(numbers).equal(numbers, [](auto& a, auto& b) {
    static_assert(std::is_const_v<std::remove_reference_t<decltype(a)>>);
    return a == b;
  }));
  struct Version {
    int number;
    [[nodiscard]] std::strong_ordering against(Version const& other) const { return number <=> other.number; }
  };
  std::vector<Version> const old{{1}, {2}};
  std::vector<Version> const fresh{{1}, {3}};
  CHECK((pt::parallel_iter(old).compare(fresh, &Version::against) < 0));
}

TEST_CASE("compare does not see an exception after the first difference") {
  std::vector<int> v(1000);
  for (std::size_t i = 0; i != v.size(); ++i) v[i] = static_cast<int>(i);
  auto const throws_at = [](int thrower) {
    return [thrower](int x) {
      if (x == thrower) throw Thrown{x};
      return x == 500 ? 0 : x;
    };
  };
  for_each_schedule([&] {
    CHECK((pt::parallel_iter(v).map(throws_at(600)).compare(v) < 0));
    CHECK_THROWS_AS(pt::parallel_iter(v).map(throws_at(400)).compare(v), Thrown);
  });
}

TEST_CASE("equal and compare find the first difference of memory wherever it is") {
  constexpr std::size_t n = 5000;  // several pieces of what is compared by bytes
  auto const differ_at = [](auto& a, auto& b, std::size_t at, auto other) {
    auto const before = b[at];
    b[at] = other;
    for_each_schedule([&] {
      CHECK_FALSE(pt::parallel_iter(a).equal(b));
      CHECK((pt::parallel_iter(a).compare(b) == support::three_way(a, b)));
      CHECK((pt::parallel_iter(b).compare(a) == support::three_way(b, a)));
      CHECK(pt::parallel_iter(a).take(at).equal(pt::parallel_iter(b).take(at)));
    });
    b[at] = before;
  };
  std::vector<int> const a = numbers(n);
  std::vector<int> b = a;
  std::vector<signed char> const c(n, 1);
  std::vector<signed char> d = c;
  std::vector<double> const x(n, 0.0);
  std::vector<double> y(n, -0.0);
  std::vector<int const*> const p(n, a.data() + 1);
  std::vector<int const*> q = p;
  for_each_schedule([&] {
    CHECK(pt::parallel_iter(x).equal(y));
    CHECK((pt::parallel_iter(x).compare(y) == std::partial_ordering::equivalent));
    CHECK(pt::parallel_iter(a).equal(std::vector<long>(a.begin(), a.end())));
    CHECK((pt::parallel_iter(p).compare(q) == 0));
  });
  for (std::size_t at :
       {std::size_t{0}, std::size_t{31}, std::size_t{1023}, std::size_t{1024}, std::size_t{4096}, n - 1}) {
    differ_at(a, b, at, -2'000'000'000);
    differ_at(a, b, at, 2'000'000'000);
    differ_at(c, d, at, static_cast<signed char>(-1));  // after 1, though its byte is the greater one
    differ_at(x, y, at, std::numeric_limits<double>::quiet_NaN());
    differ_at(x, y, at, 1.0);
    differ_at(p, q, at, a.data());
  }
}

TEST_CASE("numbers in memory are compared as their operators have it, also of two types") {
  std::vector<int> const a(100, -1);
  std::vector<double> b(100, -1.0);
  CHECK((pt::parallel_iter(a).compare(b) == std::partial_ordering::equivalent));
  b[70] = -0.5;
  b[99] = -2;
  CHECK((pt::parallel_iter(a).compare(b) == std::partial_ordering::less));
  CHECK((pt::parallel_iter(b).compare(a) == std::partial_ordering::greater));
}
