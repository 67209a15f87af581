#include <parallel_task/source/random_access.hpp>

#include "stage/stages.hpp"

#include <array>
#include <deque>
#include <string>

using namespace stages;

TEST_CASE("random-access ranges give their references by index") {
  for (size_t n : every::sizes) {
    ints const v = every::numbers(n);
    std::deque<int> d(v.begin(), v.end());
    for_each_schedule([&] {
      CHECK(pt::parallel_iter(d).collect<std::vector>() == v);
      CHECK(pt::parallel_iter(std::as_const(d)).reverse().reverse().collect<std::vector>() == v);
      pt::parallel_iter(d).for_each([](int& x) { x += 1; });
      pt::parallel_iter(d).for_each([](int& x) { x -= 1; });
    });
  }
}

TEST_CASE("contiguous ranges of one item type share one source type") {
  ints v{1, 2};
  std::array<int, 2> a{1, 2};
  int c[] = {1, 2};
  static_assert(std::same_as<decltype(pt::parallel_iter(v)), decltype(pt::parallel_iter(a))>);
  static_assert(std::same_as<decltype(pt::parallel_iter(v)), decltype(pt::parallel_iter(c))>);
  CHECK(pt::parallel_iter(v).sum() + pt::parallel_iter(a).sum() + pt::parallel_iter(c).sum() == 9);
  CHECK(pt::parallel_iter(std::string_view("abc")).filter([](char x) { return x != 'b'; }).collect<std::string>() ==
        "ac");
}

TEST_CASE("a range is looked at when the terminal runs") {
  ints v;
  auto pipe = pt::parallel_iter(v).map([](int x) { return x; });
  v = {1, 2, 3};
  CHECK(std::move(pipe).sum() == 6);
}

TEST_CASE("a const vector<bool> gives bools") {
  std::vector<bool> v(1000);
  v[3] = v[999] = true;
  for_each_schedule([&v] {
    CHECK(pt::parallel_iter(std::as_const(v)).count_if([](bool b) { return b; }) == 2);
    static_assert(std::same_as<decltype(pt::parallel_iter(std::as_const(v)))::item_type, bool>);
    CHECK(pt::into_parallel_iter(std::vector<bool>(v)).filter([](bool b) { return b; }).count() == 2);
  });
}
