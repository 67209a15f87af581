#include <parallel_task/source/bridged.hpp>

#include "stage/stages.hpp"

#include <atomic>
#include <chrono>
#include <list>
#include <map>
#include <numeric>
#include <optional>
#include <ranges>
#include <set>
#include <sstream>
#include <string>
#include <thread>
#include <unordered_map>

using namespace stages;

TEST_CASE("a stream is read in order, and no further than asked") {
  for_each_schedule([] {
    std::istringstream in("1 2 3 4 5 6 7");
    CHECK(pt::par_bridge(std::views::istream<int>(in)).take(4).collect<std::vector>() == ints{1, 2, 3, 4});
    int next = 0;
    in >> next;
    CHECK(next == 5);
  });
}

#if !defined(PARALLEL_TASK_SEAM_CONTROLLER)  // how far a source is read ahead is the real controller's business
// Gives up waiting after a minute: that is a failure, not a measure.
TEST_CASE("what a source has given is run while it waits for more, on one thread too") {
  struct Hesitant {
    std::atomic<int>* seen;
    bool* stalled;
    int given = 0;
    std::optional<int> next() {
      auto const begun = std::chrono::steady_clock::now();
      while (given % 3 != 0 && seen->load() < given && !*stalled) {
        std::this_thread::yield();
        if (std::chrono::steady_clock::now() - begun > std::chrono::minutes(1)) *stalled = true;
      }
      return given == 20 ? std::nullopt : std::optional<int>(given++);
    }
  };
  ints all(20);
  std::iota(all.begin(), all.end(), 0);
  for_each_schedule([&all] {
    for (unsigned threads : {1U, 2U, 8U}) {
      std::atomic<int> seen{0};
      bool stalled = false;
      auto const look = [&](int i) { return ++seen, i; };
      CHECK(pt::par_bridge(Hesitant{&seen, &stalled}).threads(threads).map(look).collect<std::vector>() == all);
      CHECK(!stalled);
    }
  });
}
#endif

TEST_CASE("an object with next() is a source, held or in place") {
  for (size_t n : every::sizes) {
    ints const v = every::numbers(n);
    for_each_schedule([&v] {
      CHECK(pt::par_bridge(every::Generator{&v}).collect<std::vector>() == v);
      every::Generator mine{&v};
      CHECK(pt::par_bridge(mine).enumerate().values().filter([](int) { return true; }).collect<std::vector>() == v);
      CHECK(mine.at == v.size());
    });
  }
}

TEST_CASE("bridged values live once, and no longer than the run") {
  struct Makes {
    int n = 0;
    std::optional<every::Live> next() {
      return n == 1000 ? std::nullopt : std::optional<every::Live>(std::in_place, n++);
    }
  };
  for_each_schedule([] {
    CHECK(pt::par_bridge(Makes{}).map([](every::Live x) { return x.value; }).sum() == 999 * 500);
    CHECK(every::Live::alive == 0);
    CHECK(pt::par_bridge(Makes{}).find_first([](every::Live const& x) { return x.value == 500; })->value == 500);
    CHECK(every::Live::alive == 0);
    CHECK_THROWS_AS(pt::par_bridge(Makes{}).for_each([](every::Live x) {
      if (x.value == 700) throw every::Thrown{700};
    }),
                    every::Thrown);
    CHECK(every::Live::alive == 0);
  });
}

TEST_CASE("sets and maps give up their nodes in order, keys moved out") {
  for (size_t n : every::sizes) {
    ints const v = every::numbers(n);
    for_each_schedule([&] {
      std::map<std::string, std::unique_ptr<int>> map;
      std::multiset<std::string> set;
      std::unordered_map<int, int> hash;
      for (size_t i = 0; i != n; ++i) {
        map[std::to_string(v[i])] = std::make_unique<int>(v[i]);
        set.insert(std::to_string(v[i]));
        hash[static_cast<int>(i)] = v[i];
      }
      std::vector<std::string> names;
      for (auto const& [name, value] : map) names.push_back(name + std::to_string(*value));
      auto text = [](std::string name, std::unique_ptr<int> p) { return std::move(name) + std::to_string(*p); };
      CHECK(pt::into_parallel_iter(std::move(map)).map(text).collect<std::vector>() == names);
      std::vector<std::string> const sorted(set.begin(), set.end());
      std::vector<std::string> const backwards(sorted.rbegin(), sorted.rend());
      CHECK(pt::into_parallel_iter(std::multiset<std::string>(set)).reverse().collect<std::vector>() == backwards);
      CHECK(pt::into_parallel_iter(std::move(set)).drop(2).take(5).count() == (n < 2 ? 0 : n - 2 < 5 ? n - 2 : 5));
      std::vector<std::pair<int, int>> const pairs(hash.begin(), hash.end());
      CHECK(pt::into_parallel_iter(std::move(hash)).filter([](int, int) { return true; }).collect<std::vector>() ==
            pairs);
    });
  }
}
