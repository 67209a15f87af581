#include <parallel_task/terminal/min_max.hpp>

#include "every.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <ranges>
#include <string>

using namespace every;

namespace {

struct Person {
  std::string name;
  int age = 0;
  int number = 0;
};

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

}  // namespace

TEST_CASE("min, max and minmax are the sequential ones") {
  source_and_size([](auto make, std::vector<int> const& expected) {
    std::optional<int> smallest;
    std::optional<int> largest;
    if (!expected.empty()) {
      smallest = std::ranges::min(expected);
      largest = std::ranges::max(expected);
    }
    CHECK(run(make(), detail::make_min()) == smallest);
    CHECK(run(make(), detail::make_max()) == largest);
    auto const both = run(make(), detail::make_minmax());
    CHECK(both.has_value() == smallest.has_value());
    if (both) CHECK(*both == std::pair(*smallest, *largest));
    auto text = [](int x) { return std::to_string(x); };
    auto const word = run(detail::Map(make(), text), detail::make_max());
    std::optional<std::string> wanted;
    for (int x : expected) {
      if (!wanted || *wanted < text(x)) wanted = text(x);
    }
    CHECK(word == wanted);
  });
}

TEST_CASE("min and max give the first of equals, with a comparison and by key") {
  std::vector<Person> v;
  for (int i = 0; i != 1000; ++i) v.push_back({"name", (i * 7919) % 10, i});
  for_each_schedule([&v] {
    auto less = [](Person const& a, Person const& b) { return a.age < b.age; };
    int const youngest = std::ranges::min_element(v, less)->number;
    int const oldest = std::ranges::max_element(v, less)->number;
    CHECK(run(detail::borrow(v), detail::make_min(less))->number == youngest);
    CHECK(run(detail::borrow(v), detail::make_max(less))->number == oldest);
    CHECK(run(detail::borrow(v), detail::make_min_by_key(&Person::age))->number == youngest);
    CHECK(run(detail::borrow(v), detail::make_max_by_key(&Person::age))->number == oldest);
    auto const both = run(detail::borrow(v), detail::make_minmax_by_key(&Person::age));
    CHECK(both->first.number == youngest);
    CHECK(both->second.number == oldest);
    auto const same = run(detail::borrow(v), detail::make_minmax(less));
    CHECK(same->first.number == youngest);
    CHECK(same->second.number == oldest);
  });
}

TEST_CASE("a key is computed once an item and may refer to a part of it") {
  std::vector<Person> v;
  for (int i = 0; i != 100; ++i) v.push_back({"a name that is long enough for the heap " + std::to_string(i), i, i});
  std::atomic<int> calls{0};
  auto key = [&calls](Person const& p) -> std::string const& {
    ++calls;
    return p.name;
  };
  auto const both = run(detail::own(std::move(v)), detail::make_minmax_by_key(key));
  REQUIRE(both);
  CHECK(both->first.number == 0);
  CHECK(both->second.number == 99);
  CHECK(calls == 100);
}

TEST_CASE("min and max skip NaN, of nothing but NaN they give NaN") {
  for (std::size_t n : {1U, 2U, 3U, 7U, 64U, 1000U}) {
    for (std::size_t p = 0; p < n; p += 1 + n / 5) {
      std::vector<double> v(n, not_a_number);
      std::vector<double> const all = v;
      v[p] = 2;
      v[n / 2] = n / 2 == p ? 2 : 1;
      double const smallest = n / 2 == p ? 2 : 1;
      for_each_schedule([&] {
        CHECK(run(detail::borrow(v), detail::make_min()) == smallest);
        CHECK(run(detail::borrow(v), detail::make_max()) == 2.0);
        CHECK(run(detail::borrow(v), detail::make_minmax()) == std::pair(smallest, 2.0));
        CHECK(std::isnan(*run(detail::borrow(all), detail::make_min())));
        CHECK(std::isnan(*run(detail::borrow(all), detail::make_max())));
        auto self = [](double x) { return x; };
        CHECK(run(detail::borrow(v), detail::make_min_by_key(self)) == smallest);
        CHECK(run(detail::borrow(v), detail::make_max_by_key(self)) == 2.0);
        CHECK(std::isnan(*run(detail::borrow(all), detail::make_max_by_key(self))));
      });
    }
  }
  std::vector<double> const limits{not_a_number, infinity, not_a_number};
  CHECK(run(detail::borrow(limits), detail::make_min()) == infinity);
  std::vector<double> const zeros{0.0, -0.0, 0.0};
  CHECK_FALSE(std::signbit(*run(detail::borrow(zeros), detail::make_min())));
}

TEST_CASE("min moves items that can't be copied") {
  auto source =
      detail::Map(detail::borrow(std::views::iota(0, 100)), [](int i) { return std::make_unique<int>(i * 37 % 100); });
  auto const found = run(std::move(source), detail::make_min_by_key([](auto const& p) { return *p; }));
  REQUIRE(found);
  CHECK(**found == 0);
}

TEST_CASE("max hands on what a closure throws, and leaves no item alive") {
  throwing_position<Bare>([](auto source) { (void)run(std::move(source), detail::make_max()); });
  throwing_position<Bare>([](auto source) {
    (void)run(std::move(source), detail::make_minmax_by_key([](Bare const& x) { return x; }));
  });
}
