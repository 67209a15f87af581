#include <parallel_task/terminal/any.hpp>

#include "every.hpp"

#include <algorithm>
#include <string>

using namespace every;

TEST_CASE("any, all, none and contains give the sequential answer") {
  source_and_size([](auto make, std::vector<int> const& expected) {
    for (int wanted : {-3, 0, 1, 40, 100000}) {
      auto is = [wanted](int x) { return x == wanted; };
      auto below = [wanted](int x) { return x < wanted; };
      CHECK(run(make(), detail::make_any(is)) == std::ranges::any_of(expected, is));
      CHECK(run(make(), detail::make_all(below)) == std::ranges::all_of(expected, below));
      CHECK(run(make(), detail::make_none(is)) == std::ranges::none_of(expected, is));
      CHECK(run(make(), detail::make_contains(wanted)) == std::ranges::any_of(expected, is));
    }
  });
}

TEST_CASE("any does not look behind a take_while") {
  std::vector<int> v(1000);
  for (std::size_t i = 0; i != v.size(); ++i) v[i] = static_cast<int>(i);
  for_each_schedule([&v] {
    auto cut = [&v] { return detail::TakeWhile(detail::borrow(v), [](int x) { return x < 500; }); };
    CHECK_FALSE(run(cut(), detail::make_contains(500)));
    CHECK(run(cut(), detail::make_contains(499)));
    CHECK(run(cut(), detail::make_all([](int x) { return x < 500; })));
  });
}

TEST_CASE("contains compares unlike types") {
  std::vector<std::string> const v{"a", "b"};
  CHECK(run(detail::borrow(v), detail::make_contains("b")));
  CHECK_FALSE(run(detail::borrow(v), detail::make_contains("c")));
}

TEST_CASE("all hands on what a closure throws, and leaves no item alive") {
  throwing_position<Bare>([](auto source) {
    run(std::move(source), detail::make_all([](Bare const&) { return true; }));
  });
}
