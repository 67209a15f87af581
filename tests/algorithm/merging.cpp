#include <parallel_task/algorithm/includes.hpp>
#include <parallel_task/algorithm/inplace_merge.hpp>
#include <parallel_task/algorithm/merge.hpp>
#include <parallel_task/algorithm/set_union.hpp>

#include "ordered_items.hpp"

#include <array>
#include <cmath>
#include <cstdint>
#include <span>
#include <tuple>

using namespace ordered;

namespace {

/// The four set operations and merge, of the library and of std.
template <class T>
void same_as_std(std::vector<T> const& a, std::vector<T> const& b) {
  std::vector<T> want(a.size() + b.size());
  std::vector<T> out(want.size());
  auto const same = [&](auto end, auto out_end) {
    CHECK(end - want.begin() == out_end - out.begin());
    CHECK(std::equal(want.begin(), end, out.begin(), out_end));
  };
  same(std::merge(a.begin(), a.end(), b.begin(), b.end(), want.begin()), pt::merge(a, b, out.begin()).out);
  same(std::set_union(a.begin(), a.end(), b.begin(), b.end(), want.begin()), pt::set_union(a, b, out).out);
  same(std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), want.begin()),
       pt::set_intersection(a, b, out.begin()).out);
  same(std::set_difference(a.begin(), a.end(), b.begin(), b.end(), want.begin()),
       pt::set_difference(a.begin(), a.end(), b.begin(), b.end(), out.begin()).out);
  same(std::set_symmetric_difference(a.begin(), a.end(), b.begin(), b.end(), want.begin()),
       pt::set_symmetric_difference(a, b, out.begin()).out);
  CHECK(pt::includes(a, b) == std::includes(a.begin(), a.end(), b.begin(), b.end()));
  auto const end = std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), want.begin());
  CHECK(pt::includes(a, std::span(want.begin(), end)));
  out = a;
  out.insert(out.end(), b.begin(), b.end());
  pt::inplace_merge(out, out.begin() + std::ssize(a));
  same(std::merge(a.begin(), a.end(), b.begin(), b.end(), want.begin()), out.end());
}

}  // namespace

TEST_CASE("merges and set operations are those of std") {
  on_cores([] {
    for (auto [n, m] :
         {std::pair(0, 0), std::pair(0, 5), std::pair(30'000, 1), std::pair(9'000, 8'192), std::pair(33'000, 20'000)}) {
      for (std::uint64_t below : {1U, 5U, 40'000U}) {
        same_as_std(sorted(numbers(static_cast<std::size_t>(n), below)),
                    sorted(numbers(static_cast<std::size_t>(m), below, 2)));
      }
    }
  });
}

namespace {

/// Sorted numbers in stretches of which each goes another way: single ones, runs of about ten, of hundreds, of more
/// than a block, and all of one.
std::vector<std::int64_t> in_runs(std::size_t n, std::uint64_t seed) {
  std::vector<std::int64_t> v;
  std::int64_t next = 0;
  std::uint64_t state = seed;
  for (std::size_t stretch = 0; v.size() != n; ++stretch) {
    std::uint64_t const longest = std::array<std::uint64_t, 5>{1, 12, 900, 1, 20'000}[stretch % 5];
    for (std::size_t i = 0; i < 3000 && v.size() != n;) {
      state = state * 6364136223846793005U + 1442695040888963407U;
      std::size_t const length = 1 + (state >> 33) % longest;
      next += static_cast<std::int64_t>(1 + (state >> 20) % 3);
      for (std::size_t j = 0; j != length && v.size() != n; ++j, ++i) v.push_back(next);
    }
  }
  return v;
}

}  // namespace

TEST_CASE("on one thread set operations and merges do as in std however long runs are and wherever the output ends") {
  auto const one = pt::with(pt::threads(1));
  for (auto [n, m] :
       {std::pair(40U, 3000U), std::pair(3000U, 3000U), std::pair(70'000U, 50'000U), std::pair(9000U, 60'000U)}) {
    auto const a = in_runs(n, 1);
    auto const b = in_runs(m, 2);
    same_as_std(a, b);
    std::vector<std::int64_t> want(n + m);
    auto const same = [&](auto want_end, auto const& operation) {
      auto const count = static_cast<std::size_t>(want_end - want.begin());
      for (std::size_t const lacking : {std::size_t{0}, std::size_t{1}, std::size_t{500}, count / 2, count}) {
        std::size_t const room = count - (std::min)(count, lacking);
        std::vector<std::int64_t> out(count + 100, -7);
        auto const end = operation(std::span(out).first(room)).out;
        bool const right = std::equal(want.begin(), want.begin() + static_cast<std::ptrdiff_t>(room), out.begin());
        bool const no_more = std::all_of(out.begin() + static_cast<std::ptrdiff_t>(room), out.end(),
                                         [](std::int64_t x) { return x == -7; });
        if (!right || !no_more || static_cast<std::size_t>(end - std::span(out).begin()) != room) {
          FAIL(n << " and " << m << " items, " << lacking << " of " << count << " without a place");
        }
      }
    };
    same(std::merge(a.begin(), a.end(), b.begin(), b.end(), want.begin()),
         [&](auto to) { return pt::merge(one, a, b, to); });
    same(std::set_union(a.begin(), a.end(), b.begin(), b.end(), want.begin()),
         [&](auto to) { return pt::set_union(one, a, b, to); });
    same(std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), want.begin()),
         [&](auto to) { return pt::set_intersection(one, a, b, to); });
    same(std::set_difference(a.begin(), a.end(), b.begin(), b.end(), want.begin()),
         [&](auto to) { return pt::set_difference(one, a, b, to); });
    same(std::set_symmetric_difference(a.begin(), a.end(), b.begin(), b.end(), want.begin()),
         [&](auto to) { return pt::set_symmetric_difference(one, a, b, to); });
  }
}

TEST_CASE("on one thread set operations by a comparison that contradicts itself stay within ranges and output") {
  auto const one = pt::with(pt::threads(1));
  auto const a = in_runs(50'000, 3);
  auto const b = in_runs(30'000, 4);
  std::vector<std::int64_t> out(a.size() + b.size());
  unsigned count = 0;
  auto const always = [](std::int64_t, std::int64_t) { return true; };
  auto const never = [](std::int64_t, std::int64_t) { return false; };
  auto const at_times = [&count](std::int64_t x, std::int64_t y) { return ++count % 7 < 3 ? x < y : y < x; };
  auto const within = [&](auto const& less) {
    std::span const all(out);
    for (std::size_t const room : {all.size(), std::size_t{20'000}}) {
      CHECK(pt::set_union(one, a, b, all.first(room), less).out <= all.first(room).end());
      CHECK(pt::set_intersection(one, a, b, all.first(room), less).out <= all.first(room).end());
      CHECK(pt::set_difference(one, a, b, all.first(room), less).out <= all.first(room).end());
      CHECK(pt::set_symmetric_difference(one, a, b, all.first(room), less).out <= all.first(room).end());
      CHECK(pt::merge(one, a, b, all.first(room), less).out == all.first(room).end());
    }
  };
  within(always);
  within(never);
  within(at_times);
}

TEST_CASE("large items are merged stably, and equal ones are taken from the first range") {
  on_cores([] {
    for (std::size_t n : sizes(256)) same_as_std(sorted(fat(n, 60)), sorted(fat(700, 60, 2)));
  });
}

TEST_CASE("items that are cheap to copy are merged stably for every length") {
  struct Tagged {
    std::uint32_t key;
    std::uint32_t tag;
    bool operator==(Tagged const&) const = default;
  };
  auto const less = [](Tagged const& x, Tagged const& y) { return x.key < y.key; };
  for (std::size_t n = 0; n != 90; ++n) {
    for (std::size_t const m : {0U, 1U, 2U, 7U, 15U, 16U, 17U, 31U, 64U, 65U, 200U}) {
      for (std::uint64_t const below : {3U, 1000U}) {
        std::vector<Tagged> a;
        std::vector<Tagged> b;
        for (std::uint64_t x : sorted(numbers(n, below))) a.push_back({static_cast<std::uint32_t>(x), 1});
        for (std::uint64_t x : sorted(numbers(m, below, 2))) b.push_back({static_cast<std::uint32_t>(x), 2});
        std::vector<Tagged> want(n + m);
        std::vector<Tagged> out(n + m);
        std::merge(a.begin(), a.end(), b.begin(), b.end(), want.begin(), less);
        pt::merge(a, b, out, less);
        if (out != want) FAIL("not as std: " << n << " and " << m << " items below " << below);
        std::vector<double> const plus(n, 0.0);
        std::vector<double> const minus(m, -0.0);
        std::vector<double> both(n + m, 1.0);
        pt::merge(plus, minus, both);
        bool in_order = true;
        for (std::size_t i = 0; i != n + m; ++i)
          in_order = in_order && both[i] == 0 && std::signbit(both[i]) == (i >= n);
        if (!in_order) FAIL("zeros: " << n << " and " << m);
      }
    }
  }
  SUCCEED();
}

TEST_CASE("merges and set operations are shared") {
  auto const a = sorted(fat(4000, 60));
  std::vector<Fat> out(2 * a.size());
  CHECK(is_shared([&](auto const& context) { pt::merge(context, a, a, out); }));
  CHECK(is_shared([&](auto const& context) { pt::set_union(context, a, a, out); }));
  CHECK(is_shared([&](auto const& context) { pt::includes(context, a, a); }));
  out = a;
  CHECK(is_shared([&](auto const& context) { pt::inplace_merge(context, out, out.begin() + 2000); }));
}

TEST_CASE("merges by projections of two types, ending where the output is full") {
  support::Eager const eager(3);
  std::vector<std::uint64_t> const a = sorted(numbers(30'000, 100'000));
  std::vector<std::uint64_t> as_numbers(20'000);
  for (std::size_t i = 0; i != as_numbers.size(); ++i) as_numbers[i] = 5 * i;
  std::vector<std::uint64_t> want(50'000);
  std::merge(a.begin(), a.end(), as_numbers.begin(), as_numbers.end(), want.begin());
  std::vector<int> of_a;
  for (std::uint64_t x : a) of_a.push_back(static_cast<int>(x));
  std::vector<long long> of_b;
  for (std::uint64_t x : as_numbers) of_b.push_back(-static_cast<long long>(x));
  std::vector<long long> out(50'000);
  pt::merge(of_a, of_b, out, std::less<>(), std::identity(), std::negate<>());
  CHECK(std::equal(out.begin(), out.end(), want.begin(),
                   [](long long x, std::uint64_t y) { return static_cast<std::uint64_t>(x < 0 ? -x : x) == y; }));
  std::vector<std::uint64_t> part(41'001, 7);
  auto const ends = pt::merge(a, as_numbers, std::span(part).first(41'000));
  CHECK(std::equal(part.begin(), part.end() - 1, want.begin()));
  CHECK(part.back() == 7);
  CHECK((ends.in1 - a.begin()) + (ends.in2 - as_numbers.begin()) == 41'000);
  auto const end = std::set_union(a.begin(), a.end(), as_numbers.begin(), as_numbers.end(), want.begin());
  auto const half = (end - want.begin()) / 2;
  auto const united = pt::set_union(a, as_numbers, std::span(part).first(static_cast<std::size_t>(half)));
  CHECK(std::equal(part.begin(), part.begin() + half, want.begin()));
  CHECK(united.out - std::span(part).begin() == half);
  CHECK((united.in1 == a.end() || *united.in1 >= part[static_cast<std::size_t>(half) - 1]));
  std::vector<std::uint64_t> both(a.size() * 2);
  std::copy(a.begin(), a.end(), both.begin());
  CHECK_THROWS_AS(pt::merge(std::span(both).first(100), a, both), std::invalid_argument);
}

TEST_CASE("a long part that lies before a short one is merged by branches to its end") {
  // As many steps at a time as the short part has items: more rounds than a number has bits.
  for (std::size_t const of_b : {64U, 65U, 100U}) {
    std::vector<std::uint64_t> a(8000);
    std::vector<std::uint64_t> b(of_b);
    for (std::size_t i = 0; i != a.size(); ++i) a[i] = i;
    for (std::size_t i = 0; i != of_b; ++i) b[i] = 10'000 + i;
    std::vector<std::uint64_t> want = a;
    want.insert(want.end(), b.begin(), b.end());
    std::vector<std::uint64_t> out(want.size());
    pt::merge(a, b, out);
    CHECK(out == want);
    pt::merge(b, a, out);
    CHECK(out == want);
    std::vector<std::uint64_t> v = want;
    pt::inplace_merge(v, v.begin() + 8000);
    CHECK(v == want);
  }
}

TEST_CASE("items that are moved only are merged in place") {
  on_cores([] {
    std::vector<Owned> v = owned(1200, 90);
    std::sort(v.begin(), v.begin() + 500);
    std::sort(v.begin() + 500, v.end());
    pt::inplace_merge(v.begin(), v.begin() + 500, v.end(), std::less<>(), &Owned::key);
    CHECK(std::is_sorted(v.begin(), v.end()));
  });
}

template <class T>
void merge_in_place(std::size_t of_a, std::size_t of_b) {
  std::vector<int> keys;
  for (std::uint64_t const key : sorted(numbers(of_a, 50))) keys.push_back(static_cast<int>(key));
  for (std::uint64_t const key : sorted(numbers(of_b, 50, 2))) keys.push_back(static_cast<int>(key));
  auto const fill = [&](std::vector<T>& v) {
    v.clear();
    for (int const key : keys) v.emplace_back(key);
  };
  std::vector<T> v;
  fill(v);
  bool ended = false;
  with_each_call_failing(
      [&](auto const& fail) {
        pt::inplace_merge(v, v.begin() + static_cast<std::ptrdiff_t>(of_a),
                          [&](T const& a, T const& b) { return fail(), a.key() < b.key(); });
        ended = true;
      },
      [&] {
        if (ended) CHECK(std::is_sorted(v.begin(), v.end(), [](T const& a, T const& b) { return a.key() < b.key(); }));
        CHECK(sorted(keys_of(v)) == sorted(keys));
        fill(v);
      });
  for (int kind = 0; kind != 3; ++kind) {  // comparisons that contradict themselves
    pt::inplace_merge(v, v.begin() + static_cast<std::ptrdiff_t>(of_a), [kind](T const& a, T const& b) {
      return kind == 0 || (kind == 1 && a.key() * 7 % 5 < b.key() * 3 % 5);
    });
    CHECK(sorted(keys_of(v)) == sorted(keys));
  }
}

TEST_CASE("a short inplace_merge loses nothing when a comparison throws, nor where moves may throw") {
  for (std::size_t const of_a : {0U, 1U, 2U, 7U, 64U}) {
    for (std::size_t const of_b : {0U, 1U, 2U, 5U, 60U}) {
      merge_in_place<Owned>(of_a, of_b);
      merge_in_place<Reluctant>(of_a, of_b);
    }
  }
  merge_in_place<Reluctant>(3000, 2000);
}

TEST_CASE("inplace_merge without memory keeps the order of equal items") {
  // Where moves may throw it is done without memory.
  struct Numbered : Reluctant {
    int number = 0;
    explicit Numbered(int key) : Reluctant(key) {}
  };
  std::vector<Numbered> v;
  for (std::uint64_t const key : sorted(numbers(500, 20))) v.emplace_back(static_cast<int>(key));
  for (std::uint64_t const key : sorted(numbers(700, 20, 2))) v.emplace_back(static_cast<int>(key));
  for (std::size_t i = 0; i != v.size(); ++i) v[i].number = static_cast<int>(i);
  pt::inplace_merge(v, v.begin() + 500, std::less<>(), &Numbered::key);
  CHECK(std::is_sorted(v.begin(), v.end(), [](Numbered const& a, Numbered const& b) {
    return a.key() != b.key() ? a.key() < b.key() : a.number < b.number;
  }));
}

TEST_CASE("merges by a comparison that contradicts itself keep every item") {
  for (unsigned cores : {1U, 4U}) {
    support::Eager const eager(cores);
    auto const a = fat(1500, 100);
    auto const b = fat(800, 100, 2);
    for (auto const& less : contradictory()) {
      std::vector<Fat> out(a.size() + b.size());
      pt::merge(a, b, out, less);
      auto all = numbers_of(a);
      for (int x : numbers_of(b)) all.push_back(x);
      std::sort(all.begin(), all.end());
      CHECK(numbers_of(out) == all);
      pt::inplace_merge(out, out.begin() + 1500, less);
      CHECK(numbers_of(out) == all);
      CHECK(pt::set_union(a, b, out, less).out <= out.end());
      CHECK(pt::set_intersection(a, b, out, less).out <= out.end());
      CHECK(pt::set_symmetric_difference(a, b, out, less).out <= out.end());
      static_cast<void>(pt::includes(a, b, less));
    }
  }
}

TEST_CASE("when a comparison throws an item is nowhere but where it was") {
  for (unsigned cores : {1U, 4U}) {
    support::Eager const eager(cores);
    auto v = fat(1500, 100);
    std::stable_sort(v.begin(), v.begin() + 700);
    std::stable_sort(v.begin() + 700, v.end());
    auto const before = v;
    auto out = v;
    bool ended = false;
    CHECK(with_each_call_failing(
              [&](auto const& fail) {
                pt::inplace_merge(v, v.begin() + 700, [&](Fat const& a, Fat const& b) { return fail(), a < b; });
                ended = true;
              },
              [&] {
                if (!ended) CHECK(v == before);
              }) > 5);
    CHECK(v == sorted(before));
    auto const throwing = [&](auto const& fail) {
      pt::set_difference(before, v, out, [&](Fat const& a, Fat const& b) { return fail(), a < b; });
    };
    CHECK(with_each_call_failing(throwing, [] {}) > 5);
  }
}
