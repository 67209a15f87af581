#include <parallel_task/terminal/find_map.hpp>

#include "every.hpp"

#include <parallel_task/parallel_task.hpp>

#include <algorithm>
#include <memory>
#include <string>

using namespace every;

TEST_CASE("find_map gives the first, the last or any value that there is") {
  source_and_size([](auto make, std::vector<int> const& expected) {
    for (int divisor : {1, 7, 10007}) {
      auto hit = [divisor](int x) { return x % divisor == 0 && x != 0; };
      auto half = [hit](int x) { return hit(x) ? std::optional<long>(x * 2L) : std::nullopt; };
      auto const first = std::ranges::find_if(expected, hit);
      auto const last = std::find_if(expected.rbegin(), expected.rend(), hit);
      bool const is_there = first != expected.end();
      CHECK(run(make(), detail::make_find_map_first(half)) == (is_there ? std::optional(*first * 2L) : std::nullopt));
      CHECK(run(make(), detail::make_find_map_last(half)) == (is_there ? std::optional(*last * 2L) : std::nullopt));
      auto const any = run(make(), detail::make_find_map_any(half));
      CHECK(any.has_value() == is_there);
      if (any) CHECK(std::ranges::find(expected, static_cast<int>(*any / 2)) != expected.end());
    }
  });
}

TEST_CASE("find_map does not see an exception beyond its answer") {
  auto const at_500 = [](int thrower) {
    return [thrower](int x) {
      if (x == thrower) throw Thrown{x};
      return x == 500 ? std::optional(std::to_string(x)) : std::nullopt;
    };
  };
  for_each_schedule([&] {
    CHECK(pt::indices(1000).find_map_first(at_500(501)) == "500");
    CHECK_THROWS_AS(pt::indices(1000).find_map_first(at_500(499)), Thrown);
    CHECK(pt::indices(1000).find_map_last(at_500(499)) == "500");
    CHECK_THROWS_AS(pt::indices(1000).find_map_last(at_500(501)), Thrown);
  });
}

TEST_CASE("find_map takes pointers and values that can only be moved") {
  std::vector<int> const v{1, 2, 3};
  auto const pointer = [](int const& x) { return x > 1 ? &x : nullptr; };
  CHECK((v | pt::parallel_iter | pt::find_map_first(pointer)) == 2);
  CHECK((v | pt::parallel_iter | pt::find_map_last(pointer)) == 3);
  CHECK((v | pt::parallel_iter | pt::find_map_any(pointer)).has_value());
  auto const owner = [](int x) { return std::optional(std::make_unique<int>(x)); };
  CHECK(**pt::parallel_iter(v).find_map_last(owner) == 3);
}
