#include <parallel_task/terminal/position.hpp>

#include "every.hpp"

#include <parallel_task/parallel_task.hpp>

#include <algorithm>
#include <list>
#include <memory>
#include <string>

using namespace every;

namespace {

std::optional<std::size_t> position(std::ptrdiff_t at) {
  return at < 0 ? std::nullopt : std::optional(static_cast<std::size_t>(at));
}

}  // namespace

TEST_CASE("position_first gives where the first hit by order is, nothing where there is none") {
  source_and_size([](auto make, std::vector<int> const& expected) {
    if constexpr (pt::indexed_source<decltype(make())>) {
      for (int divisor : {1, 3, 7, 100, 10007}) {
        auto hit = [divisor](int x) { return x % divisor == 0 && x != 0; };
        auto const it = std::ranges::find_if(expected, hit);
        auto const wanted = position(it == expected.end() ? -1 : it - expected.begin());
        CHECK(run(make(), detail::PositionFirst{hit}) == wanted);
      }
    }
  });
}

TEST_CASE("position_first is the first of items that are equal in what is looked for") {
  std::list<std::pair<int, int>> list;
  for (int i = 0; i != 1000; ++i) list.emplace_back(i % 100, i);
  for_each_schedule([&list] {
    CHECK(run(detail::borrow(list), detail::PositionFirst{[](int key, int) { return key == 77; }}) == 77);
    CHECK(run(detail::borrow(list), detail::PositionFirst{[](int, int i) { return i == 999; }}) == 999);
  });
}

TEST_CASE("position_first counts what its stages give, not what the source has") {
  std::vector<int> v(1000);
  for (std::size_t i = 0; i != v.size(); ++i) v[i] = static_cast<int>(i);
  std::list<int> const list(v.begin(), v.end());
  for_each_schedule([&] {
    auto const is_700 = [](int x) { return x == 700; };
    CHECK(pt::parallel_iter(v).drop(100).stride(10).position_first(is_700) == 60);
    CHECK(pt::parallel_iter(list).drop(100).stride(10).position_first(is_700) == 60);
    CHECK(pt::parallel_iter(v).reverse().position_first(is_700) == 299);
    CHECK(pt::parallel_iter(list).chain(v).drop(900).position_first(is_700) == 800);
    CHECK(pt::parallel_iter(v).take(700).position_first(is_700) == std::nullopt);
    CHECK((list | pt::parallel_iter | pt::position_first(is_700)) == 700);
    CHECK((list | pt::parallel_iter | pt::position_last(is_700)) == 700);
    CHECK((list | pt::parallel_iter | pt::position_any(is_700)) == 700);
  });
}

TEST_CASE("position_first does not see an exception behind its answer, and hands on one before it") {
  std::vector<int> v(1000);
  for (std::size_t i = 0; i != v.size(); ++i) v[i] = static_cast<int>(i);
  for_each_schedule([&v] {
    auto const throws_at = [&v](int thrower) {
      return pt::parallel_iter(v).position_first([thrower](int x) {
        if (x == thrower) throw Thrown{x};
        return x == 500;
      });
    };
    CHECK(throws_at(501) == 500);
    CHECK(throws_at(999) == 500);
    CHECK_THROWS_AS(throws_at(499), Thrown);
  });
}

TEST_CASE("position_last gives where the last hit is, position_any where one is") {
  source_and_size([](auto make, std::vector<int> const& expected) {
    if constexpr (pt::indexed_source<decltype(make())>) {
      for (int divisor : {1, 3, 7, 10007}) {
        auto hit = [divisor](int x) { return x % divisor == 0 && x != 0; };
        auto const it = std::find_if(expected.rbegin(), expected.rend(), hit);
        auto const wanted = position(expected.rend() - it - 1);
        CHECK(run(make(), detail::make_position_last(hit)) == wanted);
        auto const any = run(make(), detail::make_position_any(hit));
        CHECK(any.has_value() == wanted.has_value());
        if (any) CHECK(hit(expected[*any]));
      }
    }
  });
}

TEST_CASE("position_last does not see an exception before its answer, and hands on one after it") {
  for_each_schedule([] {
    auto const throws_at = [](int thrower) {
      return pt::indices(1000).position_last([thrower](int x) {
        if (x == thrower) throw Thrown{x};
        return x == 500;
      });
    };
    CHECK(throws_at(499) == 500);
    CHECK(throws_at(0) == 500);
    CHECK_THROWS_AS(throws_at(501), Thrown);
  });
}

TEST_CASE("position_first neither copies nor moves items") {
  std::vector<std::unique_ptr<int>> v;
  for (int i = 0; i != 100; ++i) v.push_back(std::make_unique<int>(i));
  auto const is_50 = [](std::unique_ptr<int> const& p) { return *p == 50; };
  CHECK(run(detail::borrow(v), detail::PositionFirst{is_50}) == 50);
  CHECK(run(detail::own(std::move(v)), detail::PositionFirst{is_50}) == 50);
  std::vector<std::string> const words{"a", "bc"};
  CHECK(pt::parallel_iter(words).map(&std::string::size).position_first([](std::size_t n) { return n == 2; }) == 1);
}
