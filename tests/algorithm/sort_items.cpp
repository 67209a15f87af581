// Kinds of items and ranges, and of calls: what is not a few bytes in an array.
#include <parallel_task/algorithm/sort.hpp>

#include "sort_inputs.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <deque>
#include <memory>
#include <ranges>
#include <span>
#include <string>

using namespace sort_tests;

namespace {

std::vector<Owner> owners(Shape shape, std::size_t n) {
  std::vector<Owner> v;
  std::uint32_t place = 0;
  for (std::uint32_t x : numbers(shape, n)) v.emplace_back(x >> 22, place++);
  return v;
}
bool sorted_and_stable(std::vector<Owner> const& v) {
  for (std::size_t i = 1; i < v.size(); ++i) {
    if (v[i].value() < v[i - 1].value()) return false;
    if (v[i].value() == v[i - 1].value() && v[i].place() < v[i - 1].place()) return false;
  }
  return true;
}

/// Whose moves may throw, and are not noexcept.
struct Heavy {
  std::uint32_t value;
  static inline std::atomic<std::uint32_t> moves_left{0};
  explicit Heavy(std::uint32_t x) : value(x) {}
  Heavy(Heavy const& other) noexcept(false) : value(other.value) { step(); }
  Heavy& operator=(Heavy const& other) noexcept(false) {
    step();
    value = other.value;
    return *this;
  }
  bool operator<(Heavy const& other) const { return value < other.value; }
  static void step() {
    if (moves_left != 0 && --moves_left == 0) throw std::runtime_error("a move");
  }
  /// A swap that changes nothing if it throws.
  friend void swap(Heavy& a, Heavy& b) {
    step();
    std::swap(a.value, b.value);
  }
};

struct Record {
  std::uint32_t key;
  std::array<std::uint32_t, 40> rest;
};

}  // namespace

TEST_CASE("items that can only be moved are sorted, stable, and none is lost") {
  {
    auto const less = [](Owner const& a, Owner const& b) { return a.value() < b.value(); };
    for (unsigned const cores : {1U, 4U}) {
      support::Eager const eager(cores);
      for (std::size_t const n : {0U, 1U, 5U, 32U, 33U, 500U, 15'000U}) {
        for_each_shape([&](Shape shape) {
          auto compared = owners(shape, n);
          auto by_number = owners(shape, n);
          pt::stable_sort(compared, less);
          pt::stable_sort(by_number, {}, &Owner::value);
          INFO(n << " items of shape " << static_cast<int>(shape));
          CHECK(sorted_and_stable(compared));
          CHECK(sorted_and_stable(by_number));
        });
      }
    }
  }
  CHECK(Owner::alive == 0);
}

TEST_CASE("items that can only be moved are all there when a comparison throws") {
  for (unsigned const cores : {1U, 4U}) {
    support::Eager const eager(cores);
    for (std::size_t const n : {30U, 400U, 6000U}) {
      for (std::uint32_t at = 1;; at += 1 + at / 2) {
        auto v = owners(Shape::random, n);
        Judge const judge(Judge::right, at);
        bool threw = false;
        try {
          pt::sort(v, [&](Owner const& a, Owner const& b) { return judge(a.value(), b.value()); });
        } catch (std::runtime_error const&) {
          threw = true;
        }
        std::vector<bool> there(n);
        for (Owner const& x : v) {
          if (x.value() != 0xDEADU) there[x.place()] = true;
        }
        if (std::ranges::count(there, true) != static_cast<std::ptrdiff_t>(n)) FAIL("call " << at << " of " << n);
        if (!threw) break;
      }
    }
  }
  CHECK(Owner::alive == 0);
}

TEST_CASE("items whose moves throw are swapped, and all there") {
  support::Eager const eager(2);
  for (std::size_t const n : {20U, 100U, 5000U}) {
    for (std::uint32_t at = 0; at < n; at += 1 + at / 2) {
      std::vector<Heavy> v;
      for (std::uint32_t x : numbers(Shape::random, n)) v.emplace_back(x);
      auto expected = numbers(Shape::random, n);
      std::ranges::sort(expected);
      Heavy::moves_left = at;
      bool threw = false;
      try {
        pt::sort(v, [](Heavy const& a, Heavy const& b) { return a < b; });
      } catch (std::runtime_error const&) {
        threw = true;
      }
      Heavy::moves_left = 0;
      std::vector<std::uint32_t> values;
      for (Heavy const& x : v) values.push_back(x.value);
      if (threw) std::ranges::sort(values);
      CHECK(values == expected);
    }
  }
}

TEST_CASE("strings, large records, parts of a deque and views are sorted") {
  support::Eager const eager(3);
  for (std::size_t const n : {10U, 200U, 9000U}) {
    for_each_shape([&](Shape shape) {
      auto const v = numbers(shape, n);
      std::vector<std::string> strings;
      std::vector<Record> records;
      for (std::uint32_t x : v) {
        strings.push_back(std::string(x % 5 == 0 ? 30 : 3, 'a') + std::to_string(x));
        records.push_back({x, {}});
        records.back().rest[39] = x;
      }
      auto expected = strings;
      std::ranges::sort(expected, std::greater<>());
      pt::sort(strings, std::greater<>());
      CHECK(strings == expected);
      pt::sort(records, [](Record const& a, Record const& b) { return a.key < b.key; });
      CHECK(std::ranges::is_sorted(records, {}, &Record::key));
      CHECK(std::ranges::all_of(records, [](Record const& r) { return r.key == r.rest[39]; }));
      std::deque<std::uint32_t> deque(v.begin(), v.end());
      auto same = deque;
      pt::sort(deque.begin() + 3, deque.end());
      std::sort(same.begin() + 3, same.end());
      CHECK(deque == same);
      auto array = v;
      pt::sort(std::span(array).subspan(1));
      CHECK(std::is_sorted(array.begin() + 1, array.end()));
      pt::sort(array | std::views::reverse);
      CHECK(std::ranges::is_sorted(array, std::greater<>()));
    });
  }
}

TEST_CASE("sort returns the end, and nothing to hold for what dies") {
  std::vector<int> v{3, 1, 2};
  CHECK(pt::sort(v) == v.end());
  CHECK(pt::stable_sort(v.begin(), v.begin() + 2, std::greater<>()) == v.begin() + 2);
  CHECK(v == std::vector<int>{2, 1, 3});
  static_assert(std::same_as<decltype(pt::sort(std::vector<int>{1})), std::ranges::dangling>);
  std::vector<std::unique_ptr<int>> pointers;
  for (int i : {3, 1, 2}) pointers.push_back(std::make_unique<int>(i));
  pt::sort(pointers, {}, [](std::unique_ptr<int> const& p) { return *p; });
  CHECK(*pointers[0] == 1);
}

TEST_CASE("a sort inside of a comparison has memory of its own") {
  support::Eager const eager(2);
  auto v = numbers(Shape::random, 5000);
  std::atomic<bool> right{true};
  pt::sort(v, [&](std::uint32_t a, std::uint32_t b) {
    if (a % 512 == 0) {
      auto inner = numbers(Shape::random, 100);
      pt::sort(inner, Judge(Judge::right));
      if (!std::ranges::is_sorted(inner)) right = false;
    }
    return a < b;
  });
  CHECK(right);
  CHECK(std::ranges::is_sorted(v));
}

TEST_CASE("a sort can be stopped, with all items there, and be told of") {
  support::Eager const eager(2);
  auto const items = numbers(Shape::random, 100'000);
  auto expected = items;
  std::ranges::sort(expected);
  auto v = items;
  CHECK_THROWS_AS(pt::sort(pt::with(pt::deadline(std::chrono::nanoseconds(1))), v, Judge(Judge::right)), pt::cancelled);
  for (std::uint32_t const after : {1U, 3000U, 200'000U, 900'000U}) {
    struct Token {
      std::atomic<bool>* stop;
      bool stop_requested() const { return stop->load(); }
    };
    std::atomic<bool> stop{false};
    std::atomic<std::uint32_t> calls{0};
    bool stopped = false;
    v = items;
    try {
      pt::sort(pt::with(pt::stop_token(Token{&stop})), v, [&](std::uint32_t a, std::uint32_t b) {
        if (++calls == after) stop = true;
        return a < b;
      });
    } catch (pt::cancelled const&) {
      stopped = true;
    }
    CHECK(stopped);
    std::ranges::sort(v);
    CHECK(v == expected);
  }
  pt::RunReport report;
  v = items;
  pt::sort(pt::with(pt::report(report)), v);
  CHECK(v == expected);
  CHECK(report.reason == pt::RunReason::shared);
  CHECK(report.items == v.size());
  pt::sort(pt::with(pt::report(report), pt::threads(1)), v);
  CHECK(report.threads == 1);
}
