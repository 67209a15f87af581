// "Ours" in the tables of docs/from-*.md: docs/cut.sh looks for the code of each
// row here. Few types, many uses: what counts is that it compiles and does what the
// row says.
#include "catch.hpp"

#include <parallel_task/parallel_task.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <functional>
#include <map>
#include <mutex>
#include <numeric>
#include <optional>
#include <ranges>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace {

using Ints = std::vector<int>;

Ints const v = [] {
  Ints all(1'000);
  std::iota(all.begin(), all.end(), 0);
  return all;
}();
auto const f = [](int x) { return 2 * x; };
auto const p = [](int x) { return x >= 10; };
auto const op = [](int a, int b) { return a + b; };
auto const plus = [](long a, long b) { return a + b; };
auto const touch = [](int) {};

struct Countdown {
  int left = 100;
  std::optional<int> next() { return left == 0 ? std::nullopt : std::optional(left--); }
};
struct Token {
  [[nodiscard]] bool stop_requested() const { return false; }
};

}  // namespace

TEST_CASE("migration: sources") {
  Ints w = v;
  int const n = 1'000;
  REQUIRE(pt::parallel_iter(v).count() == 1'000);
  pt::parallel_iter(w).for_each([](int& x) { ++x; });
  REQUIRE(w[0] == 1);
  pt::for_each(w, [](int& x) { --x; });
  REQUIRE(w == v);
  REQUIRE(pt::into_parallel_iter(std::move(w)).count() == 1'000);
  REQUIRE(pt::indices(n).count() == 1'000);
  REQUIRE(pt::indices(10, n, 2).count() == 495);
  REQUIRE(pt::par_bridge(Countdown()).count() == 100);
  std::atomic<int> ran = 0;
  auto const body = [&](int) { ++ran; };
  pt::parallel_for(n, body);
  pt::parallel_for(10, n, body);
  REQUIRE(ran == 1'990);
  REQUIRE(pt::parallel_iter(std::ranges::subrange(v.begin() + 1, v.end())).count() ==
          999);
  REQUIRE(pt::parallel_iter(std::span(v).subspan(1)).count() == 999);
}

TEST_CASE("migration: stages") {
  auto const iter = [] { return pt::parallel_iter(v); };
  auto const list = [](int x) { return Ints{x, x}; };
  auto const maybe = [](int x) { return x < 10 ? std::optional(x) : std::nullopt; };
  std::size_t const n = 10;
  REQUIRE(iter().map(f).sum() == 999'000);
  REQUIRE(iter().filter(p).count() == 990);
  REQUIRE(iter().filter_map(maybe).count() == 10);
  REQUIRE(iter().flat_map(list).count() == 2'000);
  REQUIRE(iter().map(list).flatten().count() == 2'000);
  REQUIRE(iter().enumerate().count() == 1'000);
  REQUIRE(iter().zip(v).count() == 1'000);
  REQUIRE(iter().zip_equal(v).count() == 1'000);
  REQUIRE(iter().chain(v).count() == 2'000);
  REQUIRE(iter().reverse().find_first(p) == 999);
  REQUIRE(iter().drop(n).count() == 990);
  REQUIRE(iter().take(n).count() == 10);
  REQUIRE(iter().stride(n).count() == 100);
  REQUIRE(iter().copied().count() == 1'000);
  REQUIRE(iter().inspect(touch).count() == 1'000);
  REQUIRE(iter().take_while(std::not_fn(p)).count() == 10);
  std::string const prefix = "x";
  auto const append = [](std::string& scratch, int x) {
    return scratch.size() + std::size_t(x);
  };
  REQUIRE(iter().map_init([] { return std::string("x"); }, append).sum() ==
          499'500 + 1'000);
  REQUIRE(iter().map_init([&] { return prefix; }, append).sum() == 499'500 + 1'000);
}

TEST_CASE("migration: terminals") {
  auto const iter = [] { return pt::parallel_iter(v); };
  auto const less = [](int a, int b) { return a < b; };
  auto const is = [](auto const&) { return true; };
  auto const maybe = [](int x) { return x < 10 ? std::optional(x) : std::nullopt; };
  Ints out(v.size());
  iter().for_each(touch);
  REQUIRE(iter().reduce(0L, plus) == 499'500);
  REQUIRE(iter().reduce(op) == 499'500);
  REQUIRE(iter().fold([] { return 0L; }, plus).reduce(0L, plus) == 499'500);
  REQUIRE(iter().sum() == 499'500);
  REQUIRE(iter().take(5).product() == 0);
  REQUIRE(iter().count() == 1'000);
  REQUIRE(iter().count_if(p) == 990);
  REQUIRE(iter().min() == 0);
  REQUIRE(iter().max(less) == 999);
  REQUIRE(iter().min_by_key(f) == 0);
  REQUIRE(iter().minmax()->second == 999);
  REQUIRE(iter().any(p));
  REQUIRE(!iter().all(p));
  REQUIRE(!iter().none(p));
  REQUIRE(iter().contains(7));
  REQUIRE(iter().find_any(p).has_value());
  REQUIRE(iter().find_first(p) == 10);
  REQUIRE(iter().reverse().find_first(p) == 999);
  REQUIRE(iter().filter_map(maybe).find_any(is).has_value());
  auto const at =
      iter().enumerate().find_first([](std::size_t, int x) { return p(x); });
  REQUIRE(at->first == 10);
  REQUIRE(iter().collect<std::vector>() == v);
  iter().map(f).collect_into(out);
  REQUIRE(out[4] == 8);
  iter().append_to(out);
  REQUIRE(out.size() == 2'000);
  REQUIRE(iter().partition(p).first.size() == 990);
  REQUIRE(iter().enumerate().unzip().second == v);
  REQUIRE(iter().try_for_each([](int) { return true; }));
  std::map<int, int> counts =
      iter()
          .fold([] { return std::map<int, int>(); },
                [](std::map<int, int>& m, int x) { ++m[x % 3]; })
          .reduce(std::map<int, int>(), [](auto a, auto const& b) {
            for (auto [key, count] : b) a[key] += count;
            return a;
          });
  REQUIRE(counts[0] == 334);
}

TEST_CASE("migration: algorithms") {
  Ints out(v.size());
  Ints const w = v;
  pt::parallel_iter(v).zip(out).for_each([](int x, int& y) { y = f(x); });
  REQUIRE(out[7] == 14);
  pt::parallel_iter(v).zip(w).map(op).collect_into(out);
  REQUIRE(out[7] == 14);
  REQUIRE(pt::parallel_iter(v).zip(w).map(std::multiplies<long>()).sum() ==
          332'833'500);
  REQUIRE(pt::parallel_iter(v).filter(p).collect<std::vector>().size() == 990);
  pt::for_each(out, [](int& x) { x = 7; });
  REQUIRE(out[999] == 7);
  pt::parallel_iter(out).enumerate().for_each([](std::size_t i, int& x) {
    x = int(i);
  });
  REQUIRE(out == v);
  REQUIRE(pt::parallel_iter(v).zip_equal(w).all(std::equal_to<int>()));
  auto const differ = pt::parallel_iter(v).zip(out).enumerate().find_first(
      [](std::size_t, auto const& pair) { return pair.first != pair.second; });
  REQUIRE(!differ);
  auto const smallest =
      pt::parallel_iter(v).enumerate().min_by_key([](std::size_t, int x) { return x; });
  REQUIRE(smallest->first == 0);
  pt::for_each(out, [](int& x) { x = p(x) ? 0 : x; });
  REQUIRE(out[11] == 0);
}

TEST_CASE("migration: control") {
  int const n = 1'000;
  auto const g = touch;
  REQUIRE(pt::parallel_iter(v).threads(2).count() == 1'000);
  {
    pt::thread_limit const limit(2);
    pt::for_each(v, f);
  }
  pt::set_options({.threads = 2});
  REQUIRE(pt::max_threads() <= 2);
  pt::set_options({});
  REQUIRE(pt::current_worker() == 0);
  pt::parallel_iter(v).stop_token(Token()).for_each(f);
  pt::par_bridge(Countdown()).map(f).for_each_ordered(g, 16);
  pt::indices(n).map(f).for_each_ordered(g);
  std::mutex mutex;
  long sum = 0;
  pt::parallel_for(n, [&](int i) {
    int const x = f(i);
    std::lock_guard const lock(mutex);
    sum += x;
  });
  REQUIRE(sum == 999'000);
  std::atomic<long> total = 0;
  pt::parallel_for(n, [&](int i) { total.fetch_add(i, std::memory_order_relaxed); });
  REQUIRE(total == 499'500);
  int const rows = 20;
  int const columns = 30;
  std::atomic<int> cells = 0;
  auto const cell = [&](int, int) { ++cells; };
  pt::parallel_for(rows * columns, [&](int i) { cell(i / columns, i % columns); });
  REQUIRE(cells == 600);
  bool a_ran = false;
  bool b_ran = false;
  auto const a = [&] { a_ran = true; };
  auto const b = [&] { b_ran = true; };
  pt::for_each(std::array<std::function<void()>, 2>{a, b},
               [](auto const& task) { task(); });
  REQUIRE(a_ran);
  REQUIRE(b_ran);
  pt::shutdown();
}
