// "Ours" in the tables of docs/from-range-v3.md, and the later rows of
// docs/from-openmp.md and docs/from-std-execution.md.
#include "catch.hpp"

#include <parallel_task/parallel_task.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <numeric>
#include <optional>
#include <ranges>
#include <span>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace {

using Ints = std::vector<int>;

Ints const v{3, 1, 4, 1, 5, 9, 2, 6};
auto const f = [](int x) { return 2 * x; };
auto const p = [](int x) { return x > 2; };
auto const op = [](int a, int b) { return a + b; };
auto const plus = [](long a, long b) { return a + b; };

}  // namespace

TEST_CASE("migration: views") {
  auto const iter = [] { return pt::parallel_iter(v); };
  int const n = 8;
  Ints w = v;
  std::string const text = "to be, or\nnot to be";
  REQUIRE(pt::parallel_iter(v).count() == 8);
  REQUIRE(pt::parallel_iter(std::as_const(w)).count() == 8);
  REQUIRE(pt::into_parallel_iter(std::move(w)).count() == 8);
  w = v;
  REQUIRE(pt::parallel_iter(std::ranges::subrange(v.begin(), v.begin() + 3)).count() ==
          3);
  REQUIRE(pt::parallel_iter(v | std::views::transform(f)).sum() == 62);
  REQUIRE(pt::indices(n).count() == 8);
  REQUIRE(pt::indices(1, n + 1).sum() == 36);
  REQUIRE(pt::indices(n).map(f).sum() == 56);
  REQUIRE(pt::indices(n).map([](int i) { return 0.25 * i; }).sum() == 7.0);
  REQUIRE(
      pt::indices(20).map([](int i) { return v[std::size_t(i) % v.size()]; }).sum() ==
      71);
  REQUIRE(pt::once(7).sum() == 7);
  REQUIRE(pt::empty<int>().count() == 0);
  REQUIRE(pt::repeat_n(7, n).sum() == 56);
  std::istringstream in("1 2 3");
  REQUIRE(pt::par_bridge(std::views::istream<int>(in)).sum() == 6);
  REQUIRE(pt::lines(text).count() == 2);
  REQUIRE(pt::words(text).count() == 6);
  REQUIRE(pt::split(text, ", ").count() == 2);
  REQUIRE(pt::split(v, [](int x) { return x == 1; }).count() == 3);
  REQUIRE(pt::split_after(v, p).count() == 5);
  REQUIRE(pt::chunk(v, 3).count() == 3);
  REQUIRE(pt::slide(v, 3).count() == 6);
  REQUIRE(pt::adjacent<2>(v).count() == 7);
  REQUIRE(pt::adjacent<2>(v).map(op).sum() == 53);
  REQUIRE(pt::chunk_by(v, std::less<>()).count() == 4);
  REQUIRE(pt::cartesian_product(v, v).count() == 64);
  REQUIRE(iter().map(f).sum() == 62);
  REQUIRE(iter().filter(p).count() == 5);
  REQUIRE(iter().filter([](int x) { return !p(x); }).count() == 3);
  REQUIRE(iter().take(3).sum() == 8);
  REQUIRE(iter().drop(3).sum() == 23);
  REQUIRE(iter().drop(1).sum() == 28);
  REQUIRE(iter().reverse().take(3).reverse().collect<std::vector>() == Ints{9, 2, 6});
  REQUIRE(iter().reverse().drop(3).reverse().collect<std::vector>() ==
          Ints{3, 1, 4, 1, 5});
  REQUIRE(iter().take_while(p).count() == 1);
  REQUIRE(iter().drop_while(p).count() == 7);
  REQUIRE(iter().inclusive_scan(std::plus<>()).last() == 31);
  REQUIRE(iter().take_while([](int x) { return x != 9; }).count() == 5);
  REQUIRE(iter().slice(1, 3).sum() == 5);
  REQUIRE(iter().stride(3).collect<std::vector>() == Ints{3, 1, 2});
  REQUIRE(iter().enumerate().keys().sum() == 28);
  REQUIRE(iter().enumerate().values().sum() == 31);
  REQUIRE(iter().enumerate().elements<1>().sum() == 31);
  REQUIRE(iter().zip(v).map(op).sum() == 62);
  REQUIRE(iter().chain(v).sum() == 62);
  REQUIRE(iter().intersperse(0).count() == 15);
  REQUIRE(iter().map([](int x) { return Ints{x, x}; }).flatten().sum() == 62);
  REQUIRE(iter().flat_map([](int x) { return Ints{x, x}; }).sum() == 62);
  REQUIRE(iter().map([](int x) { return std::to_string(x); }).join_with(", ") ==
          "3, 1, 4, 1, 5, 9, 2, 6");
  REQUIRE(iter()
              .map([](int const& x) { return &x; })
              .map([](int const* x) { return *x; })
              .sum() == 31);
  REQUIRE(iter().map([](int x) { return x == 1 ? 7 : x; }).sum() == 43);
  REQUIRE(iter().copied().sum() == 31);
  REQUIRE(iter().cast<double>().sum() == 31.0);
  REQUIRE(iter().collect<std::vector>() == v);
  REQUIRE(iter().to<std::vector>() == v);
  auto const first_of = [](auto const& part) { return part.front(); };
  REQUIRE(pt::chunk_by(v, std::equal_to<>()).map(first_of).count() == 8);
  REQUIRE(iter().distinct().size() == 7);
}

TEST_CASE("migration: actions and algorithms of ranges") {
  auto const iter = [] { return pt::parallel_iter(v); };
  Ints w = v;
  Ints out(v.size());
  pt::for_each(w, [](int& x) { x = f(x); });
  REQUIRE(w[0] == 6);
  w = v;
  w = pt::into_parallel_iter(std::move(w)).filter(p).collect<std::vector>();
  REQUIRE(w == Ints{3, 4, 5, 9, 6});
  pt::parallel_iter(v).append_to(w);
  REQUIRE(w.size() == 13);
  w = v;
  pt::parallel_for(w.size() / 2,
                   [&](std::size_t i) { std::swap(w[i], w[w.size() - 1 - i]); });
  REQUIRE(w == Ints{6, 2, 9, 5, 1, 4, 1, 3});
  w = v;
  REQUIRE(iter().reduce(0L, plus) == 31);
  REQUIRE(iter().zip(w).map(std::multiplies<>()).sum() == 173);
  REQUIRE(iter().count_if([](int x) { return x == 1; }) == 2);
  REQUIRE(iter().find_first(p) == 3);
  REQUIRE(iter().find_last(p) == 6);
  REQUIRE(iter().position_first(p) == 0U);
  REQUIRE(iter().contains(7) == false);
  REQUIRE(iter().equal(w));
  auto const same_parity = [](int a, int b) { return (a - b) % 2 == 0; };
  REQUIRE(iter().equal(w, same_parity));
  REQUIRE((iter().compare(w) < 0) == false);
  REQUIRE((iter().compare(w, std::greater<>()) < 0) == false);
  REQUIRE(iter().take(2).equal(Ints{3, 1}));
  REQUIRE(iter().drop(6).equal(Ints{2, 6}));
  REQUIRE(iter().max() == 9);
  REQUIRE(iter().minmax()->first == 1);
  REQUIRE(iter().top_k(3) == Ints{9, 6, 5});
  REQUIRE(iter().smallest(3) == Ints{1, 1, 2});
  REQUIRE(iter().is_sorted() == false);
  REQUIRE(iter().first() == 3);
  REQUIRE(iter().last() == 6);
  REQUIRE(iter().nth(2) == 4);
  REQUIRE(iter().size() == 8);
  auto const [some, others] = iter().partition(p);
  REQUIRE(some.size() + others.size() == 8);
  Ints const needle{1, 5};
  auto const is_needle = [&](auto const& part) {
    return std::ranges::equal(part, needle);
  };
  REQUIRE(pt::slide(v, needle.size()).position_first(is_needle) == 3U);
  REQUIRE(pt::slide(v, needle.size()).any(is_needle));
  REQUIRE(pt::adjacent<2>(v).position_first(std::greater<>()) == 0U);
  REQUIRE(pt::find_all("abab", "ab").count() == 2);
  pt::adjacent<2>(v)
      .map([](int x, int y) { return y - x; })
      .collect_into(std::span(out).subspan(1));
  REQUIRE(out[1] == -2);
  pt::parallel_iter(w).zip(out).for_each([](int& x, int& y) { std::swap(x, y); });
  REQUIRE(out == v);
  pt::parallel_iter(v).drop(3).chain(pt::parallel_iter(v).take(3)).collect_into(out);
  REQUIRE(out == Ints{1, 5, 9, 2, 6, 3, 1, 4});
  pt::parallel_iter(v).map([](int x) { return p(x) ? 0 : x; }).collect_into(out);
  REQUIRE(out[0] == 0);
  pt::parallel_iter(out).take(3).for_each([](int& x) { x = 7; });
  REQUIRE(out[2] == 7);
}

TEST_CASE("migration: loops of OpenMP that are more than loops") {
  auto const iter = [] { return pt::parallel_iter(v); };
  Ints w = v;
  std::atomic<int> cells = 0;
  pt::indices3(2, 3, 4).for_each([&](int, int, int) { ++cells; });
  REQUIRE(cells == 24);
  REQUIRE(iter().histogram(10)[1] == 2);
  REQUIRE(iter().count_by([](int x) { return x % 2; }).at(1) == 5);
  REQUIRE(iter().group_by([](int x) { return x % 2; }).at(0) == Ints{4, 2, 6});
  REQUIRE(iter().enumerate().min_by_key([](std::size_t, int x) { return x; })->first ==
          1);
  REQUIRE(iter().map(f).last() == 12);
  REQUIRE(iter().aggregate([] { return 0L; }, plus, plus) == 31);
  REQUIRE(iter().cast<double>().deterministic().sum() == 31.0);
  REQUIRE(iter().max_len(1).map(f).sum() == 62);
  REQUIRE(iter().min_len(1000).map(f).sum() == 62);
  pt::chunk(w, 4).for_each([](std::span<int> block) { std::ranges::reverse(block); });
  REQUIRE(w == Ints{1, 4, 1, 3, 6, 2, 9, 5});
  auto const middle = [](auto const& part) {
    return (part[0] + part[1] + part[2]) / 3;
  };
  REQUIRE(pt::slide(v, 3).map(middle).collect<std::vector>() == Ints{2, 2, 3, 5, 5, 5});
  iter().for_each_init(pt::per_thread([] { return std::string(); }),
                       [](std::string& scratch, int x) { scratch.assign(1, char(x)); });
  auto const below = [](int x) { return Ints(x == 0 ? 0U : 2U, x - 1); };
  REQUIRE(pt::walk_tree(3, below).count() == 15);
  REQUIRE(pt::walk_tree_postfix(3, below).last() == 3);
  std::atomic<int> ran = 0;
  pt::for_each_growing(Ints{8}, [&](int x, pt::Feeder<int>& feeder) {
    ++ran;
    if (x > 1) feeder.add(x / 2);
  });
  REQUIRE(ran == 4);
  auto const text = [](int x) { return std::pair(x % 2, std::to_string(x)); };
  REQUIRE(iter().map(text).collect<std::map>(std::plus<>()).at(0) == "426");
  REQUIRE(iter().to_map([](int x) { return x % 2; }, f, op).at(0) == 24);
}
