// What writes item by item does what its twin of std:: does.
#include "algorithm/as_if.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <deque>
#include <forward_list>
#include <functional>
#include <iterator>
#include <list>
#include <memory>
#include <numeric>
#include <span>
#include <string>

namespace as_if {

namespace {

struct KeyAndValue {
  int key;
  int value;
};

}  // namespace

TEST_CASE("copy and move and transform do what those of std do") {
  cores([](auto const& run) {
    for (std::size_t const n : sizes) {
      std::vector<int> const v = numbers(n);
      std::vector<int> const w = numbers(n, 50, 3);
      std::vector<int> expected(n);
      std::vector<int> out(n, -1);
      auto const copied = run([&](auto const& with) { return pt::copy(with, v, out); });
      CHECK(out == v);
      CHECK((copied.in == v.end() && copied.out == out.end()));

      auto const twice = [](int x) { return 2 * x; };
      std::transform(v.begin(), v.end(), expected.begin(), twice);
      auto const end =
          run([&](auto const& with) { return pt::transform(with, v.begin(), v.end(), out.begin(), twice); });
      CHECK(out == expected);
      CHECK((end.in == v.end() && end.out == out.end()));
      std::transform(v.begin(), v.end(), w.begin(), expected.begin(), std::minus<>());
      run([&](auto const& with) { return pt::transform(with, v, w, out, std::minus<>()); });
      CHECK(out == expected);
      out = v;
      run([&](auto const& with) { return pt::transform(with, out, w, out, std::minus<>()); });
      CHECK(out == expected);

      std::vector<std::string> texts;
      for (int const x : v) texts.push_back("a text that is on the heap " + std::to_string(x));
      std::vector<std::string> const as_before = texts;
      std::deque<std::string> moved(n);
      run([&](auto const& with) { return pt::move(with, texts, moved); });
      CHECK(std::equal(moved.begin(), moved.end(), as_before.begin(), as_before.end()));

      // A list is walked, and its items are still written to their places.
      std::list<int> list(v.begin(), v.end());
      run([&](auto const& with) { return pt::transform(with, list, out, twice); });
      std::transform(v.begin(), v.end(), expected.begin(), twice);
      CHECK(out == expected);
      run([&](auto const& with) { return pt::transform(with, list, list, twice); });
      CHECK(std::equal(list.begin(), list.end(), expected.begin(), expected.end()));
    }
  });
}

TEST_CASE("fill and generate and iota and replace do what those of std do") {
  cores([](auto const& run) {
    for (std::size_t const n : sizes) {
      std::vector<std::string> texts(n);
      CHECK(run([&](auto const& with) { return pt::fill(with, texts, "the same everywhere"); }) == texts.end());
      CHECK(std::ranges::count(texts, "the same everywhere") == static_cast<std::ptrdiff_t>(n));

      std::atomic<int> next{0};
      std::vector<int> made(n);
      CHECK(run([&](auto const& with) { return pt::generate(with, made, [&next] { return next++; }); }) == made.end());
      std::ranges::sort(made);
      std::vector<int> counted(n);
      std::iota(counted.begin(), counted.end(), 0);
      CHECK(made == counted);
      std::list<int> listed(n);
      next = 0;
      run([&](auto const& with) { return pt::generate(with, listed, [&next] { return next++; }); });
      listed.sort();
      CHECK(std::equal(listed.begin(), listed.end(), counted.begin(), counted.end()));

      std::deque<long> numbered(n);
      run([&](auto const& with) { return pt::iota(with, numbered, 7); });
      for (std::size_t i = 0; i != n; ++i) REQUIRE(numbered[i] == static_cast<long>(i) + 7);

      std::vector<int> v = numbers(n, 5);
      std::vector<int> expected = v;
      std::list<int> list(v.begin(), v.end());
      auto const low = [](int x) { return x < 2; };
      std::ranges::replace_if(expected, low, 9);
      CHECK(run([&](auto const& with) { return pt::replace_if(with, v, low, 9); }) == v.end());
      CHECK(v == expected);
      CHECK(run([&](auto const& with) { return pt::replace_if(with, list, low, 9); }) == list.end());
      CHECK(std::equal(list.begin(), list.end(), v.begin(), v.end()));
      std::ranges::replace(expected, 3, 30);
      run([&](auto const& with) { return pt::replace(with, v.begin(), v.end(), 3, 30); });
      CHECK(v == expected);
    }
  });
}

TEST_CASE("closures that can be copied and those that cannot give the same results") {
  cores([](auto const& run) {
    struct Counts {  // no copy of it would count with the others
      mutable std::atomic<int> calls{0};
      int operator()() const { return static_cast<void>(++calls), 7; }
      int operator()(int x) const { return static_cast<void>(++calls), x + 1; }
      int operator()(int x, int y) const { return static_cast<void>(++calls), x + y; }
    };
    for (std::size_t const n : sizes) {
      std::vector<int> const v = numbers(n);
      std::vector<int> expected(n);
      std::vector<int> out(n, -1);
      Counts const counts;
      run([&](auto const& with) { return pt::generate(with, out, counts); });
      CHECK(out == std::vector<int>(n, 7));
      CHECK(counts.calls.exchange(0) == static_cast<int>(n));
      std::transform(v.begin(), v.end(), expected.begin(), [](int x) { return x + 1; });
      run([&](auto const& with) { return pt::transform(with, v, out, counts); });
      CHECK(out == expected);
      CHECK(counts.calls.exchange(0) == static_cast<int>(n));
      std::transform(v.begin(), v.end(), v.begin(), expected.begin(), std::plus<>());
      run([&](auto const& with) { return pt::transform(with, v, v, out.begin(), counts); });
      CHECK(out == expected);
      CHECK(counts.calls.exchange(0) == static_cast<int>(n));
      // Pointers, functions and members are closures too, and a deque is no pointer.
      int (*const negative)(int) = [](int x) { return -x; };
      std::deque<int> const scattered(v.begin(), v.end());
      std::transform(v.begin(), v.end(), expected.begin(), negative);
      run([&](auto const& with) { return pt::transform(with, scattered, out, negative); });
      CHECK(out == expected);
      std::deque<int> scattered_out(n);
      run([&](auto const& with) { return pt::transform(with, v, scattered_out, *negative); });
      CHECK(std::ranges::equal(scattered_out, expected));
    }
  });
}

TEST_CASE("reverse and rotate and swap_ranges and adjacent_difference do what those of std do") {
  cores([](auto const& run) {
    for (std::size_t const n : sizes) {
      std::vector<std::string> v;
      for (int const x : numbers(n)) v.push_back("a text that is on the heap " + std::to_string(x));
      std::vector<std::string> expected = v;
      std::ranges::reverse(expected);
      CHECK(run([&](auto const& with) { return pt::reverse(with, v); }) == v.end());
      CHECK(v == expected);

      for (std::size_t const left : {n / 3, n / 2, n - n / 4}) {
        std::ranges::rotate(expected, expected.begin() + static_cast<std::ptrdiff_t>(left));
        auto const middle = v.begin() + static_cast<std::ptrdiff_t>(left);
        auto const rest = run([&](auto const& with) { return pt::rotate(with, v.begin(), middle, v.end()); });
        CHECK(v == expected);
        CHECK(rest.begin() == v.end() - static_cast<std::ptrdiff_t>(left));
      }

      std::deque<std::string> others(n / 2, "another");
      auto const swapped = run([&](auto const& with) { return pt::swap_ranges(with, v, others); });
      CHECK(swapped.in2 == others.end());
      CHECK(std::equal(others.begin(), others.end(), expected.begin()));
      CHECK(std::count(v.begin(), v.end(), "another") == static_cast<std::ptrdiff_t>(n / 2));

      std::deque<long> const numbered(n, 3);
      std::vector<long> out(n);
      std::vector<long> differences(n);
      std::adjacent_difference(numbered.begin(), numbered.end(), differences.begin());
      run([&](auto const& with) { return pt::adjacent_difference(with, numbered, out); });
      CHECK(out == differences);
      std::vector<int> w = numbers(n);
      std::vector<int> steps(n);
      std::adjacent_difference(w.begin(), w.end(), steps.begin(), std::plus<>());
      run([&](auto const& with) {
        return pt::adjacent_difference(with, w.begin(), w.end(), w.begin(), std::plus<>());
      });
      CHECK(w == steps);
    }
  });
}

TEST_CASE("large inputs are copied and reversed in stretches") {
  std::size_t const n = 100'000;
  std::vector<std::uint64_t> v(n);
  std::iota(v.begin(), v.end(), std::uint64_t{0});
  std::vector<std::uint64_t> out(n);
  std::uint32_t most = 0;
  support::Eager const eager(8, support::Claims::given_back);
  for (int i = 0; i < 10 || (most < 2 && i < 2000); ++i) {
    pt::RunReport report;
    pt::fill(pt::with(pt::report(report)), out, std::uint64_t{1});
    pt::copy(pt::with(pt::report(report)), v, out);
    CHECK(report.items == n);
    pt::reverse(pt::with(pt::report(report)), out);
    CHECK(std::equal(out.begin(), out.end(), v.rbegin()));
    pt::rotate(pt::with(pt::report(report)), out, out.begin() + 1);
    CHECK(out.back() == n - 1);
    if (report.threads > most) most = report.threads;
    CHECK(report.items == n);
  }
  CHECK(most > 1);
}

TEST_CASE("an output range bounds what is written to it") {
  support::Eager const eager(4);
  std::vector<int> const v = numbers(1000);
  for (std::size_t const room :
       {std::size_t{0}, std::size_t{1}, std::size_t{999}, std::size_t{1000}, std::size_t{1001}}) {
    std::size_t const shared = room < v.size() ? room : v.size();
    std::vector<int> memory(room + 1, -7);
    std::span<int> const out(memory.data(), room);
    auto const check = [&](auto const& in, auto const& end) {
      CHECK(static_cast<std::size_t>(in - v.begin()) == shared);
      CHECK(static_cast<std::size_t>(end - out.begin()) == shared);
      CHECK(std::equal(out.begin(), end, v.begin()));
      CHECK(memory[shared] == -7);
      std::ranges::fill(memory, -7);
    };
    auto const copied = pt::copy(v, out);
    check(copied.in, copied.out);
    auto const made = pt::transform(v, out, std::identity());
    check(made.in, made.out);
    auto const both = pt::transform(v, v, out, [](int x, int) { return x; });
    check(both.in1, both.out);
    auto const differences = pt::adjacent_difference(v, out, [](int x, int) { return x; });
    check(differences.in, differences.out);
    std::list<int> list(room);
    CHECK(pt::copy(v, list).in - v.begin() == static_cast<std::ptrdiff_t>(shared));
    CHECK(pt::transform(std::list<int>(v.begin(), v.end()), list, std::identity()).out ==
          std::next(list.begin(), static_cast<std::ptrdiff_t>(shared)));
  }
}

TEST_CASE("overlap works where it does in a loop and is told where it does not") {
  support::Eager const eager(4);
  std::vector<int> const v = numbers(1000);
  std::vector<int> expected(v.begin() + 1, v.end());
  auto const one = [](int x) { return x + 1; };
  {
    std::vector<int> w = v;
    CHECK(pt::copy(w.begin() + 1, w.end(), w.begin()).out == w.end() - 1);
    CHECK(std::equal(expected.begin(), expected.end(), w.begin()));
    w = v;
    pt::transform(w.begin() + 1, w.end(), w.begin(), std::identity());
    CHECK(std::equal(expected.begin(), expected.end(), w.begin()));
    CHECK_THROWS_AS(pt::copy(w.begin(), w.end() - 1, w.begin() + 1), std::invalid_argument);
    CHECK_THROWS_AS(pt::transform(w.begin(), w.end() - 1, w.begin() + 1, one), std::invalid_argument);
    CHECK_THROWS_AS(pt::transform(v, std::span(w).first(999), std::span(w).subspan(1), std::plus<>()),
                    std::invalid_argument);
    CHECK_THROWS_AS(pt::adjacent_difference(w.begin(), w.end() - 1, w.begin() + 1), std::invalid_argument);
    CHECK_THROWS_AS(pt::swap_ranges(w.begin(), w.end() - 1, w.begin() + 1), std::invalid_argument);
    CHECK(std::equal(expected.begin(), expected.end(), w.begin()));  // nothing was written
  }
  {
    std::deque<int> w(v.begin(), v.end());
    pt::copy(w.begin() + 1, w.end(), w.begin());
    CHECK(std::equal(expected.begin(), expected.end(), w.begin()));
    CHECK_THROWS_AS(pt::copy(w.begin(), w.end() - 1, w.begin() + 1), std::invalid_argument);
    std::deque<int> other(1000);
    pt::copy(w, other);
    CHECK(other == w);
  }
}

TEST_CASE("projections and members and items that only move") {
  support::Eager const eager(4);
  std::vector<KeyAndValue> pairs;
  for (int i = 0; i != 500; ++i) pairs.push_back({i, -i});
  std::vector<int> out(500);
  pt::transform(pairs, out, std::negate<>(), &KeyAndValue::value);
  CHECK(out[499] == 499);
  pt::transform(pairs, pairs, out, std::plus<>(), &KeyAndValue::key, &KeyAndValue::value);
  CHECK(std::ranges::count(out, 0) == 500);
  pt::replace_if(
      pairs, [](int key) { return key % 2 == 0; }, KeyAndValue{1, 1}, &KeyAndValue::key);
  CHECK(std::ranges::count(pairs, 1, &KeyAndValue::key) == 251);
  std::vector<Moved> items;
  for (int const x : out) items.emplace_back(x);
  for (int i = 0; i != 500; ++i) items[static_cast<std::size_t>(i)] = Moved(i);
  pt::reverse(items);
  pt::rotate(items, items.begin() + 100);
  std::vector<Moved> others;
  for (int i = 0; i != 500; ++i) others.emplace_back(0);
  pt::move(items, others);
  CHECK(others[0].value() == 399);
  CHECK(others[499].value() == 400);
  pt::swap_ranges(items, others);
  CHECK(items[0].value() == 399);
}

TEST_CASE("of so many items from an iterator on") {
  support::Eager const eager(3);
  std::vector<int> v = numbers(100);
  std::vector<int> out(100);
  CHECK(pt::copy_n(v.begin(), 40, out.begin()).out == out.begin() + 40);
  CHECK(std::equal(v.begin(), v.begin() + 40, out.begin()));
  CHECK(out[40] == 0);
  CHECK(pt::fill_n(out.begin(), 10, 3) == out.begin() + 10);
  CHECK(pt::fill_n(out.begin(), -1, 4) == out.begin());
  CHECK(std::ranges::count(out, 3) >= 10);
  std::list<int> list(10);
  CHECK(pt::generate_n(list.begin(), 5, [] { return 1; }) == std::next(list.begin(), 5));
  CHECK(std::ranges::count(list, 1) == 5);
}

TEST_CASE("results of ranges that are gone cannot be used") {
  std::vector<int> v = numbers(10);
  static_assert(std::is_same_v<decltype(pt::fill(std::vector<int>(3), 1)), std::ranges::dangling>);
  static_assert(std::is_same_v<decltype(pt::find(std::vector<int>(3), 1)), std::ranges::dangling>);
  static_assert(std::is_same_v<decltype(pt::copy(std::vector<int>(3), v).in), std::ranges::dangling>);
  static_assert(std::is_same_v<decltype(pt::find(std::span(v), 1)), std::span<int>::iterator>);
  CHECK(pt::find(std::span(v), v[3]) != std::span(v).end());
}

}  // namespace as_if
