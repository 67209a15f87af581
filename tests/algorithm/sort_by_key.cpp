// Sorts by keys, lists of positions, several ranges as one, and strings.
#include <parallel_task/algorithm/sort_by_key.hpp>

#include "sort_inputs.hpp"

#include <algorithm>
#include <deque>
#include <forward_list>
#include <map>
#include <numeric>
#include <stdexcept>
#include <string>
#include <string_view>
#include <tuple>

using namespace sort_tests;

namespace {

struct Named {
  std::string name;
  std::size_t place;
  bool operator==(Named const&) const = default;
};

/// Strings with common prefixes, with few letters, zeros and bytes above 127, that end anywhere.
std::vector<Named> names(std::uint32_t seed, std::size_t n) {
  std::mt19937 engine(seed);
  auto const random = [&](std::uint32_t below) { return static_cast<std::uint32_t>(engine() % below); };
  std::string const prefix(random(20), 'p');
  std::uint32_t const letters = 1 + random(3);
  std::uint32_t const longest = 1 + random(40);
  std::vector<Named> v;
  for (std::size_t i = 0; i != n; ++i) {
    std::string s = prefix;
    std::size_t const length = seed % 3 == 0 ? longest : seed % 3 == 1 ? random(longest) : i % 50;
    while (s.size() < prefix.size() + length) {
      s += static_cast<char>(seed % 4 == 0 && random(5) == 0 ? 0 : 'a' + static_cast<int>(random(letters)));
      if (random(9) == 0) s.back() = static_cast<char>(static_cast<unsigned char>(s.back()) + 120);
    }
    v.push_back({s, i});
  }
  return v;
}

}  // namespace

TEST_CASE("strings are sorted as their comparison says, rising and falling, and stay stable") {
  for (unsigned const cores : {1U, 4U}) {
    support::Eager const eager(cores);
    for (std::uint32_t seed = 0; seed != 24; ++seed) {
      auto const v = names(seed, seed % 6 == 5 ? 6000 : 150 + seed);
      auto rising = v;
      auto falling = v;
      auto expected_rising = v;
      auto expected_falling = v;
      std::ranges::stable_sort(expected_rising, {}, &Named::name);
      std::ranges::stable_sort(expected_falling, std::greater<>(), &Named::name);
      CHECK(pt::sort_by_key(rising, &Named::name) == rising.end());
      pt::sort_by_key(
          falling, [](Named const& x) { return std::string_view(x.name); }, std::greater<>());
      INFO("seed " << seed);
      CHECK(rising == expected_rising);
      CHECK(falling == expected_falling);
    }
  }
}

TEST_CASE("strings whose first words are a few belong to one thread each, however many those are") {
  support::Eager const eager(8);
  std::vector<std::string> v;
  for (std::uint32_t x : numbers(Shape::random, 40'000))
    v.push_back("firstword"[x % 3] + std::to_string(x % 3 + 1'000'000) + std::to_string(x));
  auto expected = v;
  std::ranges::sort(expected);
  int wrong = 0;
  for (int round = 0; round != 40; ++round) {
    auto sorted = v;
    pt::sort(sorted);
    wrong += sorted != expected;
  }
  CHECK(wrong == 0);
}

TEST_CASE("a projection to strings may throw at any call, and all items are there") {
  support::Eager const eager(3);
  auto const v = names(1, 2000);
  for (std::uint32_t at = 1;; at += 1 + at) {
    auto sorted = v;
    std::atomic<std::uint32_t> calls{0};
    bool threw = false;
    try {
      pt::sort_by_key(sorted, [&](Named const& x) -> std::string const& {
        if (++calls == at) throw std::runtime_error("a projection");
        return x.name;
      });
    } catch (std::runtime_error const&) {
      threw = true;
    }
    if (threw) CHECK(sorted == v);
    if (!threw) break;
  }
}

TEST_CASE("keys that differ each time they are asked for lose no item") {
  for (unsigned const cores : {1U, 4U}) {
    support::Eager const eager(cores);
    for (std::size_t const n : {30U, 200U, 13'000U}) {
      std::atomic<std::uint32_t> calls{0};
      auto const any = [&] { return ++calls * 2654435761U; };
      auto v = numbers(Shape::random, n);
      auto expected = v;
      pt::sort_by_key(v, [&](std::uint32_t) { return any(); });
      std::ranges::sort(v);
      std::ranges::sort(expected);
      CHECK(v == expected);
      std::vector<Owner> owners;
      std::vector<std::string> texts;
      for (std::uint32_t x : expected) {
        owners.emplace_back(x);
        texts.push_back(std::to_string(x));
      }
      pt::sort_by_key(owners, [&](Owner const&) { return any(); });
      std::ranges::sort(owners, {}, &Owner::value);
      CHECK(std::ranges::equal(owners, expected, {}, &Owner::value));
      auto sorted = texts;
      std::string const others[] = {"", "a", std::string(40, 'a'), std::string(20, 'a') + "b"};
      pt::sort_by_key(texts, [&](std::string const&) -> std::string const& { return others[any() >> 30]; });
      std::ranges::sort(texts);
      std::ranges::sort(sorted);
      CHECK(texts == sorted);
    }
  }
}

TEST_CASE("cached keys that are texts are sorted at every length, by several threads and by one") {
  for (std::size_t const n : {99U, 100U, 1000U, 4095U, 4096U, 5000U, 11'999U, 12'000U, 13'000U}) {
    for (std::size_t const step : {std::size_t{7919}, std::size_t{0}, std::size_t{1}}) {  // mixed, equal, sorted
      support::Eager const eager(3);
      std::vector<std::string> v;
      for (std::size_t i = 0; i != n; ++i) v.push_back("the same for all, " + std::to_string(i * step % n));
      std::vector<std::string> want = v;
      auto const tail = [](std::string const& x) { return x.substr(x.size() / 2); };
      std::stable_sort(want.begin(), want.end(), [&](auto const& a, auto const& b) { return tail(a) < tail(b); });
      std::vector<std::string> alone = v;
      pt::sort_by_cached_key(v, tail);
      CHECK(v == want);
      pt::sort_by_cached_key(pt::with(pt::threads(1)), alone, tail);
      CHECK(alone == want);
    }
  }
}

TEST_CASE("a cached key is made once for each item, on several threads, and goes away if one throws") {
  for (unsigned const cores : {1U, 4U}) {
    support::Eager const eager(cores);
    for (std::size_t const n : {0U, 1U, 40U, 3000U, 14'000U}) {
      auto const values = numbers(Shape::few, n);
      std::vector<std::pair<std::uint32_t, std::size_t>> items;
      for (std::size_t i = 0; i != n; ++i) items.emplace_back(values[i], i);
      auto expected = items;
      std::ranges::stable_sort(expected, std::ranges::less(), [](auto const& x) { return x.first / 7; });
      auto by_number = items;
      std::atomic<std::size_t> calls{0};
      Threads threads;
      pt::sort_by_cached_key(by_number, [&](auto const& x) {
        ++calls;
        threads.note();
        return x.first / 7;
      });
      CHECK(by_number == expected);
      CHECK(calls == n);
      if (cores == 4 && n > 10'000) CHECK(threads.several());
      auto owned = items;
      auto const less = [](Owner const& a, Owner const& b) { return a.value() < b.value(); };
      pt::sort_by_cached_key(
          owned, [](auto const& x) { return Owner(x.first / 7); }, less);
      CHECK(owned == expected);
      CHECK(Owner::alive == 0);
      if (n < 2) continue;
      std::atomic<std::size_t> left{n / 2};
      auto thrown = items;
      CHECK_THROWS_AS(pt::sort_by_cached_key(
                          thrown,
                          [&](auto const& x) {
                            if (--left == 0) throw std::runtime_error("a key");
                            return Owner(x.first);
                          },
                          less),
                      std::runtime_error);
      CHECK(thrown == items);
      CHECK(Owner::alive == 0);
    }
  }
}

TEST_CASE("argsort lists positions in stable order and touches nothing") {
  for (unsigned const cores : {1U, 4U}) {
    support::Eager const eager(cores);
    for (std::size_t const n : {0U, 1U, 40U, 15'000U}) {
      for_each_shape([&](Shape shape) {
        std::vector<std::uint32_t> const v = numbers(shape, n);
        std::vector<std::size_t> expected(n);
        std::iota(expected.begin(), expected.end(), std::size_t{0});
        std::ranges::stable_sort(expected, std::greater<>(), [&](std::size_t i) { return v[i] >> 20; });
        INFO(n << " items of shape " << static_cast<int>(shape));
        CHECK(pt::argsort(v, std::greater<>(), [](std::uint32_t x) { return x >> 20; }) == expected);
        CHECK(pt::argsort(v, [](std::uint32_t a, std::uint32_t b) { return a >> 20 > b >> 20; }) == expected);
      });
    }
  }
}

TEST_CASE("permute brings items to their places, and refuses what is no permutation") {
  for (unsigned const cores : {1U, 4U}) {
    support::Eager const eager(cores);
    for (std::size_t const n : {0U, 1U, 12U, 500U, 20'000U}) {
      std::vector<std::size_t> order(n);
      std::iota(order.begin(), order.end(), std::size_t{0});
      std::shuffle(order.begin(), order.end(), std::mt19937(7));
      std::vector<Owner> owners;
      std::deque<int> deque;
      std::vector<int> array;
      for (std::size_t i = 0; i != n; ++i) {
        owners.emplace_back(static_cast<std::uint32_t>(i));
        deque.push_back(static_cast<int>(i));
        array.push_back(static_cast<int>(i));
      }
      CHECK(pt::permute(owners, order) == owners.end());
      pt::permute(deque, order);
      bool right = true;
      for (std::size_t i = 0; i != n; ++i) {
        right = right && owners[i].value() == order[i] && deque[i] == static_cast<int>(order[i]);
      }
      CHECK(right);
      if (n < 2) continue;
      auto const before = array;
      auto twice = order;
      twice[n - 1] = twice[0];
      CHECK_THROWS_AS(pt::permute(array, twice), std::invalid_argument);
      twice[n - 1] = n;
      CHECK_THROWS_AS(pt::permute(array, twice), std::invalid_argument);
      CHECK_THROWS_AS(pt::permute(array, std::vector<int>(n, -1)), std::invalid_argument);
      twice.pop_back();
      CHECK_THROWS_AS(pt::permute(array, twice), std::invalid_argument);
      CHECK(array == before);
    }
  }
  CHECK(Owner::alive == 0);
}

TEST_CASE("several ranges are sorted as one") {
  for (unsigned const cores : {1U, 4U}) {
    support::Eager const eager(cores);
    for (std::size_t const n : {0U, 5U, 100U, 13'000U}) {
      for_each_shape([&](Shape shape) {
        auto keys = numbers(shape, n);
        for (std::uint32_t& key : keys) key >>= 20;
        std::vector<std::pair<std::uint32_t, std::size_t>> expected;
        std::deque<std::string> texts;
        std::vector<std::size_t> places(n);
        std::iota(places.begin(), places.end(), std::size_t{0});
        for (std::size_t i = 0; i != n; ++i) {
          texts.push_back(std::to_string(i));
          expected.emplace_back(keys[i], i);
        }
        std::ranges::stable_sort(expected);
        auto const right = [&] {
          for (std::size_t i = 0; i != n; ++i) {
            if (keys[i] != expected[i].first || places[i] != expected[i].second) return false;
            if (texts[i] != std::to_string(places[i])) return false;
          }
          return true;
        };
        INFO(n << " items of shape " << static_cast<int>(shape));
        pt::sort_by_key(pt::together(keys, places, texts), pt::element<0>);
        CHECK(right());
        pt::sort(pt::together(keys, places, texts),
                 [](auto const& a, auto const& b) { return std::get<1>(b) < std::get<1>(a); });
        CHECK(std::ranges::is_sorted(places, std::greater<>()));
        pt::sort(pt::together(keys, places, texts));  // by the first, then by the next
        CHECK(right());
      });
    }
  }
  std::vector<int> a{1, 2};
  std::vector<int> b{1};
  CHECK_THROWS_AS(pt::together(a, b), std::invalid_argument);
  auto const [first, second] = *pt::together(a, a).begin();
  CHECK(&first == &second);
  static_assert(std::ranges::view<decltype(pt::together(a, b))> &&
                std::ranges::borrowed_range<decltype(pt::together(a))>);
}

TEST_CASE("is_sorted_until finds the first item that is out of order") {
  support::Eager const eager(3);
  std::vector<int> v(50'000);
  std::iota(v.begin(), v.end(), 0);
  CHECK(pt::is_sorted_until(v) == v.end());
  CHECK(pt::is_sorted(v));
  for (std::size_t const at : {std::size_t{1}, std::size_t{7}, std::size_t{33'000}, v.size() - 1}) {
    auto w = v;
    w[at] = -1;
    w[v.size() - 1] = -2;
    CHECK(pt::is_sorted_until(w) == w.begin() + static_cast<std::ptrdiff_t>(at));
    CHECK(pt::is_sorted_until(w.begin(), w.end(), {}, [](int x) { return x / 2; }) ==
          std::ranges::is_sorted_until(w, {}, [](int x) { return x / 2; }));
  }
  std::forward_list<int> const list{1, 2, 2, 1, 3};
  CHECK(*pt::is_sorted_until(list) == 1);
  std::vector<int> const none;
  CHECK(pt::is_sorted_until(none) == none.end());
}
