#include <parallel_task/stage/drop_while.hpp>

#include "stage/stages.hpp"

#include <algorithm>
#include <atomic>
#include <forward_list>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

using namespace stages;

TEST_CASE("drop_while gives the items from the first that fails, from every source") {
  over_every_source([](auto pipe, ints const& expected) {
    for (int least : {-100, -2, 100, 1'000'000}) {
      auto const below = [least](int x) { return x < least; };
      ints const wanted(std::find_if_not(expected.begin(), expected.end(), below), expected.end());
      CHECK(pipe().drop_while(below).template collect<std::vector>() == wanted);
    }
    // Somewhere in the middle, and far behind what one thread runs alone.
    size_t const middle = expected.size() / 2;
    std::atomic<size_t> seen{0};
    auto const first_half = [&seen, middle](int) { return seen++ < middle; };
    CHECK(pipe().drop_while(first_half).count() == expected.size() - middle);
  });
}

TEST_CASE("drop_while runs no later closure on what it drops") {
  for_each_schedule([] {
    std::atomic<int> least{1000};
    pt::indices(2000).drop_while([](int x) { return x < 700; }).for_each([&least](int x) {
      int seen = least;
      while (x < seen && !least.compare_exchange_weak(seen, x)) {
      }
    });
    CHECK(least == 700);
  });
}

TEST_CASE("drop_while leaves items where they are, and moves those of the pipeline") {
  std::vector<std::string> words{"a", "b", "c", "d"};
  for_each_schedule([&words] {
    auto const at = pt::parallel_iter(words)
                        .drop_while([](std::string const& x) { return x < "c"; })
                        .map([](std::string& x) { return &x; })
                        .collect<std::vector>();
    CHECK(at == std::vector<std::string*>{&words[2], &words[3]});
    std::vector<std::unique_ptr<int>> given;
    for (int i = 0; i != 50; ++i) given.push_back(std::make_unique<int>(i));
    auto const left = pt::into_parallel_iter(std::move(given))
                          .drop_while([](std::unique_ptr<int> const& x) { return *x < 30; })
                          .map([](std::unique_ptr<int> x) { return *x; })
                          .collect<std::vector>();
    CHECK(left.size() == 20);
    CHECK(left.front() == 30);
  });
}

TEST_CASE("drop_while behind other stages") {
  for_each_schedule([] {
    auto const three = [](int x) { return ints(3, x); };
    CHECK(pt::indices(100).flat_map(three).drop_while([](int x) { return x < 50; }).count() == 150);
    CHECK(pt::indices(100)
              .take_while([](int x) { return x != 60; })
              .drop_while([](int x) { return x < 50; })
              .collect<std::vector>() == pt::indices(50, 60).collect<std::vector>());
    CHECK(pt::indices(100).take_while([](int x) { return x != 60; }).drop_while([](int x) { return x < 70; }).count() ==
          0);
  });
}

TEST_CASE("drop_while behind another one has nothing run behind where the input was cut, nor anything twice") {
  for_each_schedule([] {
    for (long const cut : {0L, 4L, 12L, 19L, 20L}) {
      for (long const hit : {0L, 3L, 16L, 20L}) {
        std::unordered_map<long, long> numbers;
        for (long i = 0; i != 20; ++i) numbers.emplace(i, i);
        std::vector<long> in_order;
        for (auto const& [key, value] : numbers) in_order.push_back(key);
        auto const at = [&](long k) { return k == 20 ? -1 : in_order[static_cast<std::size_t>(k)]; };
        std::vector<long> want;
        for (long k = hit; k < cut; ++k) want.push_back(at(k));
        std::atomic<int> behind{0};
        auto const until = [&](long x) {
          if (x == at(cut)) return std::optional<long>();
          return std::optional<long>(x);
        };
        auto const no_hit = [&](long x) {
          if (x == at(cut)) ++behind;
          return x != at(hit);
        };
        CHECK(pt::into_parallel_iter(std::move(numbers))  // of which each item is moved from once
                  .keys()
                  .map_while(until)
                  .drop_while(no_hit)
                  .drop_while(no_hit)
                  .collect<std::vector>() == want);
        CHECK(behind == 0);
      }
    }
  });
}

TEST_CASE("a drop_while that has come to a cut asks its base for nothing more") {
  std::forward_list<int> const v{1, 2, 3, 4, 5, 6};
  auto pipe = pt::parallel_iter(v).take_while([](int x) { return x < 3; }).drop_while([](int) { return true; });
  auto source = pt::detail::Access::source(pipe);
  source.start();
  auto state = source.open();
  pt::Known const known = source.begin_sharing(state, 0);
  CHECK(known.ended);
  CHECK(source.pull(2).ended);
  CHECK(source.pull(2).positions == known.positions);
}

TEST_CASE("drop_while, piped") {
  ints const v{1, 2, 3, 1};
  CHECK((v | pt::parallel_iter | pt::drop_while([](int x) { return x < 3; }) | pt::collect<std::vector>()) ==
        ints{3, 1});
}
