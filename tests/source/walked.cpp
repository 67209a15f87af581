#include <parallel_task/source/walked.hpp>

#include "stage/stages.hpp"

#include <forward_list>
#include <list>
#include <map>
#include <ranges>
#include <set>
#include <unordered_map>
#include <unordered_set>

using namespace stages;

namespace {

template <class R>
void in_order(R& r) {
  using Value = std::ranges::range_value_t<R>;
  std::list<Value> const expected(r.begin(), r.end());
  auto const n = expected.size();
  for_each_schedule([&] {
    auto all = [](auto const&) { return true; };
    CHECK(pt::parallel_iter(r).template collect<std::list<Value>>() == expected);
    CHECK(pt::parallel_iter(r).filter(all).template collect<std::list<Value>>() == expected);
    CHECK(pt::parallel_iter(r).reverse().reverse().template collect<std::list<Value>>() == expected);
    CHECK(pt::parallel_iter(r).enumerate().values().template collect<std::list<Value>>() == expected);
    CHECK(pt::parallel_iter(r).stride(3).size() == (n + 2) / 3);
    CHECK(pt::parallel_iter(r).drop(n / 2).filter(all).count() == n - n / 2);
  });
}

}  // namespace

TEST_CASE("lists, sets, maps and hash maps are walked in their own order, in place") {
  for (size_t n : every::sizes) {
    ints const v = every::numbers(n);
    std::list<int> list(v.begin(), v.end());
    in_order(list);
    std::forward_list<int> forward(v.begin(), v.end());
    in_order(forward);
    std::set<int> const set(v.begin(), v.end());
    in_order(set);
    std::unordered_multiset<int> hashed(v.begin(), v.end());
    in_order(hashed);
    std::map<int, int> map;
    std::unordered_map<int, int> hash_map;
    for (size_t i = 0; i != n; ++i) map[v[i]] = hash_map[static_cast<int>(i)] = v[i];
    in_order(map);
    in_order(hash_map);
  }
}

TEST_CASE("a view that caches is walked once: begin() and each ++ on one thread at a time") {
  ints const v = every::numbers(1000);
  for_each_schedule([&v] {
    std::atomic<int> calls{0};
    auto view = v | std::views::filter([&calls](int x) {
                  ++calls;
                  return x % 2 == 0;
                });
    long wanted = 0;
    for (int x : v) wanted += x % 2 == 0 ? x : 0;
    CHECK(pt::parallel_iter(view).sum() == wanted);
    CHECK(calls == 1000);
  });
}

TEST_CASE("an endless range is walked as far as it is asked for") {
  CHECK(pt::parallel_iter(std::views::iota(1)).take(100).sum() == 5050);
  CHECK(pt::parallel_iter(std::views::iota(1)).find_first([](int x) { return x > 1000; }) == 1001);
}
