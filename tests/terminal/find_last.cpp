#include <parallel_task/terminal/find_last.hpp>

#include "every.hpp"

#include <parallel_task/parallel_task.hpp>

#include <algorithm>
#include <list>
#include <memory>

using namespace every;

TEST_CASE("find_last gives the last hit by order, nothing where there is none") {
  source_and_size([](auto make, std::vector<int> const& expected) {
    for (int divisor : {1, 3, 7, 10007}) {
      auto hit = [divisor](int x) { return x % divisor == 0 && x != 0; };
      auto const it = std::find_if(expected.rbegin(), expected.rend(), hit);
      auto const wanted = it == expected.rend() ? std::nullopt : std::optional(*it);
      CHECK(run(make(), detail::FindLast{hit}) == wanted);
    }
  });
}

TEST_CASE("find_last gives the last of items that are equal in what is looked for") {
  std::vector<std::pair<int, int>> v;
  for (int i = 0; i != 1000; ++i) v.emplace_back(i % 100, i);
  std::list<std::pair<int, int>> const list(v.begin(), v.end());
  auto const is_77 = [](int key, int) { return key == 77; };
  auto const whole = [](auto const&) { return true; };
  for_each_schedule([&] {
    CHECK(pt::parallel_iter(v).find_last(is_77)->second == 977);
    CHECK(pt::parallel_iter(list).find_last(is_77)->second == 977);
    CHECK(pt::parallel_iter(v).filter(whole).find_last(is_77)->second == 977);
    CHECK(pt::parallel_iter(list).filter(whole).find_last(is_77)->second == 977);
    CHECK((list | pt::parallel_iter | pt::find_last(is_77))->second == 977);
    CHECK(pt::parallel_iter(v).take_while([](int, int i) { return i < 900; }).find_last(is_77)->second == 877);
  });
}

TEST_CASE("find_last takes the last of several items that one position gives") {
  for_each_schedule([] {
    auto const twice = [](int x) { return std::vector<int>{x, x + 1000}; };
    CHECK(pt::indices(100).flat_map(twice).find_last([](int x) { return x % 1000 < 50; }) == 1049);
    CHECK(pt::indices(100).flat_map(twice).find_last([](int x) { return x < 50; }) == 49);
  });
}

TEST_CASE("find_last does not see an exception before its answer, and hands on one after it") {
  for_each_schedule([] {
    auto const odd = [](int x) { return x % 2 != 0; };
    auto const throws_at = [](int thrower) {
      return [thrower](int x) {
        if (x == thrower) throw Thrown{x};
        return x == 501;
      };
    };
    for (int thrower : {1, 499}) {
      CHECK(pt::indices(1000).find_last(throws_at(thrower)) == 501);
      CHECK(pt::indices(1000).filter(odd).find_last(throws_at(thrower)) == 501);
    }
    CHECK_THROWS_AS(pt::indices(1000).find_last(throws_at(503)), Thrown);
    CHECK_THROWS_AS(pt::indices(1000).filter(odd).find_last(throws_at(503)), Thrown);
  });
}

TEST_CASE("find_last looks at all accumulators of a fold") {
  for_each_schedule([] {
    auto const last =
        pt::indices(1000).fold([] { return 0; }, [](int, int x) { return x; }).find_last([](int) { return true; });
    CHECK(last == 999);
  });
}

TEST_CASE("find_last moves items out of a container that it owns") {
  std::vector<std::unique_ptr<int>> v;
  for (int i = 0; i != 100; ++i) v.push_back(std::make_unique<int>(i));
  auto const found = pt::into_parallel_iter(std::move(v)).find_last([](auto const& p) { return *p < 50; });
  CHECK(**found == 49);
}
