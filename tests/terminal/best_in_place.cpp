#include <parallel_task/terminal/best_in_place.hpp>

#include "every.hpp"

#include <parallel_task/stage/enumerate.hpp>
#include <parallel_task/terminal/min_max.hpp>

#include <array>
#include <chrono>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <tuple>

using namespace every;

namespace {

using std::string;
using std::string_view;

struct Unknown {};

static_assert(detail::self_contained<int>);
static_assert(detail::self_contained<char const*>);
static_assert(detail::self_contained<string>);
static_assert(detail::self_contained<std::map<string, std::list<double>>>);
static_assert(detail::self_contained<std::pair<string, std::tuple<int, std::optional<string>>>>);
static_assert(detail::self_contained<std::array<string, 2>>);
static_assert(detail::self_contained<std::chrono::nanoseconds>);
static_assert(detail::self_contained<std::chrono::steady_clock::time_point>);
static_assert(!detail::self_contained<string_view>);
static_assert(!detail::self_contained<std::span<int>>);
static_assert(!detail::self_contained<std::vector<string_view>>);
static_assert(!detail::self_contained<std::map<int, string_view>>);
static_assert(!detail::self_contained<std::tuple<string const&, int>>);
static_assert(!detail::self_contained<std::pair<int, string_view>>);
static_assert(!detail::self_contained<std::optional<string_view>>);
static_assert(!detail::self_contained<std::reference_wrapper<int>>);
static_assert(!detail::self_contained<Unknown>);

struct Named {
  string name;
  int number = 0;
};

/// Names that are short enough to lie in the item, and move with it, and others that don't.
Named person(int i) {
  string name = std::to_string((i * 7919) % 101);
  if (i % 2 != 0) name.insert(0, "a name that is long enough for the heap ");
  return {std::move(name), i};
}

/// Checks the three choices by `key` from make(n), the people of numbers 0 … n − 1.
template <class Make, class Key>
void choose(Make make, Key key) {
  for (int n : {0, 1, 2, 3, 100, 1000}) {
    std::optional<Named> first;
    std::optional<Named> last;
    for (int i = 0; i != n; ++i) {
      Named const p = person(i);
      if (!first || key(p) < key(*first)) first = p;
      if (!last || key(*last) < key(p)) last = p;
    }
    for_each_schedule([&] {
      std::atomic<int> calls{0};
      auto const counted = [&](Named const& p) {
        ++calls;
        return key(p);
      };
      auto const same = [](std::optional<Named> const& a, std::optional<Named> const& b) {
        return a.has_value() == b.has_value() && (!a || (a->number == b->number && a->name == b->name));
      };
      CHECK(same(run(make(n), detail::make_min_by_key(counted)), first));
      CHECK(same(run(make(n), detail::make_max_by_key(counted)), last));
      auto const both = run(make(n), detail::make_minmax_by_key(counted));
      CHECK(same(both ? std::optional(both->first) : std::nullopt, first));
      CHECK(same(both ? std::optional(both->second) : std::nullopt, last));
      CHECK(calls == 3 * n);
    });
  }
}

template <class Make>
void choose_by_every_key(Make make) {
  choose(make, [](Named const& p) { return string_view(p.name); });
  choose(make, [](Named const& p) { return std::tie(p.name, p.number); });
  choose(make, [](Named const& p) { return std::pair(p.number % 7, string_view(p.name)); });
  choose(make, [](Named const& p) { return std::vector<string_view>(2, p.name); });
  choose(make, [](Named const& p) { return p.name; });  // the quick way
}

std::vector<Named> people(int n) {
  std::vector<Named> result;
  for (int i = 0; i != n; ++i) result.push_back(person(i));
  return result;
}

}  // namespace

TEST_CASE("a key may refer to an item that is a value") {
  choose_by_every_key([](int n) { return detail::Map(detail::Indices<int>(0, n), person); });
}

TEST_CASE("a key may refer to an item that is consumed or read from a stream") {
  choose_by_every_key([](int n) { return detail::own(people(n)); });
  struct Stream {
    int at;
    int end;
    std::optional<Named> next() { return at == end ? std::nullopt : std::optional(person(at++)); }
  };
  choose_by_every_key([](int n) { return detail::bridge(Stream{0, n}); });
}

TEST_CASE("a key may refer to an item that a closure overwrites") {
  choose_by_every_key([](int n) {
    return detail::Map(detail::Indices<int>(0, n), [](int i) -> Named& {
      thread_local Named mine;
      return mine = person(i);
    });
  });
}

TEST_CASE("items that last are not copied to compare keys that refer to them") {
  struct Counts : Named {
    int* copies;
    Counts(Named p, int& count) : Named(std::move(p)), copies(&count) {}
    Counts(Counts const& other) : Named(other), copies(other.copies) { ++*copies; }
    Counts(Counts&&) = default;
  };
  int copies = 0;
  std::vector<Counts> v;
  for (int i = 0; i != 1000; ++i) v.emplace_back(Named{string(static_cast<std::size_t>(1000 - i), 'x'), i}, copies);
  auto const key = [](Counts const& x) { return string_view(x.name); };
  auto const numbered = [](std::size_t, Counts const& x) { return string_view(x.name); };
  parallel_task::thread_limit const alone(1);
  CHECK(run(detail::borrow(std::as_const(v)), detail::make_max_by_key(key))->number == 0);
  CHECK(copies == 1);
  CHECK(run(detail::EnumerateStage{}(detail::borrow(std::as_const(v))), detail::make_max_by_key(numbered))->first == 0);
  CHECK(copies == 2);
}

TEST_CASE("items that can't be copied are chosen by a key that refers to them") {
  auto make = [](int i) { return std::make_unique<string>(std::to_string(i)); };
  auto const found = run(detail::Map(detail::Indices<int>(0, 500), make),
                         detail::make_max_by_key([](auto const& p) { return std::tie(*p); }));
  REQUIRE(found);
  CHECK(**found == "99");
}

TEST_CASE("a choice in place hands on what a key or a move throws, and leaves no item alive") {
  auto const tied = [](Bare const& x) { return std::tie(x.value); };
  throwing_position<Bare>([&](auto source) { (void)run(std::move(source), detail::make_minmax_by_key(tied)); });
  struct Fragile : Bare {
    explicit Fragile(int v) : Bare(v) {}
    Fragile(Fragile const&) = default;
    Fragile(Fragile&& other) noexcept(false) : Bare(other) {
      if (other.value == 40) throw Thrown{40};
    }
  };
  auto const source = [] { return detail::Map(detail::Indices<int>(0, 64), [](int i) { return Fragile(i); }); };
  for_each_schedule([&] {
    CHECK_THROWS_AS(run(source(), detail::make_max_by_key(tied)), Thrown);
    CHECK(Live::alive == 0);
    auto const key = [](Bare const& x) {
      if (x.value == 30) throw Thrown{30};
      return std::tie(x.value);
    };
    auto const items = [] { return detail::Map(detail::Indices<int>(0, 64), [](int i) { return Bare(i); }); };
    CHECK_THROWS_AS(run(items(), detail::make_minmax_by_key(key)), Thrown);
    CHECK(Live::alive == 0);
  });
}
