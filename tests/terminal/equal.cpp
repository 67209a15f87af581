#include <parallel_task/terminal/equal.hpp>

#include "every.hpp"

#include <parallel_task/parallel_task.hpp>

#include <compare>
#include <forward_list>
#include <limits>
#include <list>
#include <string>

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
        both_sides(a, b, [&](auto p, auto q) { CHECK((std::move(p).compare(std::move(q)) == (a <=> b))); });
        both_sides(b, a, [&](auto p, auto q) { CHECK((std::move(p).compare(std::move(q)) == (b <=> a))); });
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
