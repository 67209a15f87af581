// What only reads finds what its twin of std:: finds.
#include "algorithm/as_if.hpp"

#include <algorithm>
#include <cmath>
#include <deque>
#include <forward_list>
#include <functional>
#include <iterator>
#include <limits>
#include <list>
#include <string>

namespace as_if {

namespace {

struct KeyAndName {
  int key;
  std::string name;
};

template <class Run, class R>
void check_searches(Run const& run, R const& r) {
  auto const place = [&r](auto const& it) { return std::distance(r.begin(), it); };
  for (int const wanted : {0, 3, 990, -1}) {
    INFO("wanted " << wanted);
    auto const above = [wanted](int x) { return x > wanted; };
    CHECK(place(run([&](auto const& with) { return pt::find(with, r, wanted); })) ==
          place(std::ranges::find(r, wanted)));
    CHECK(place(run([&](auto const& with) { return pt::find_if(with, r.begin(), r.end(), above); })) ==
          place(std::ranges::find_if(r, above)));
    CHECK(place(run([&](auto const& with) { return pt::find_if_not(with, r, above); })) ==
          place(std::ranges::find_if_not(r, above)));
    std::vector<int> const some{wanted, 17, 4};
    CHECK(place(run([&](auto const& with) { return pt::find_first_of(with, r, some); })) ==
          place(std::ranges::find_first_of(r, some)));
    CHECK(place(run([&](auto const& with) { return pt::search_n(with, r, 2, wanted).begin(); })) ==
          place(std::ranges::search_n(r, 2, wanted).begin()));
  }
  CHECK(place(run([&](auto const& with) { return pt::adjacent_find(with, r); })) ==
        place(std::ranges::adjacent_find(r)));
  auto const fall = [](int x, int y) { return x > y + 900; };
  CHECK(place(run([&](auto const& with) { return pt::adjacent_find(with, r, fall); })) ==
        place(std::ranges::adjacent_find(r, fall)));
  CHECK(place(run([&](auto const& with) { return pt::min_element(with, r); })) == place(std::ranges::min_element(r)));
  CHECK(place(run([&](auto const& with) { return pt::max_element(with, r); })) == place(std::ranges::max_element(r)));
  auto const tens = [](int x, int y) { return x / 10 < y / 10; };
  CHECK(place(run([&](auto const& with) { return pt::min_element(with, r, tens); })) ==
        place(std::ranges::min_element(r, tens)));
  auto const both = run([&](auto const& with) { return pt::minmax_element(with, r); });
  auto const expected = std::ranges::minmax_element(r);
  CHECK((place(both.min) == place(expected.min) && place(both.max) == place(expected.max)));
  auto const both_tens = run([&](auto const& with) { return pt::minmax_element(with, r, tens); });
  auto const expected_tens = std::ranges::minmax_element(r, tens);
  CHECK((place(both_tens.min) == place(expected_tens.min) && place(both_tens.max) == place(expected_tens.max)));
  for (std::size_t const at : {std::size_t{0}, std::size_t{5}, std::size_t{60}, std::size_t{900}}) {
    if (at + 3 > static_cast<std::size_t>(std::ranges::distance(r))) continue;
    auto const first = std::next(r.begin(), static_cast<std::ptrdiff_t>(at));
    std::vector<int> pattern(first, std::next(first, 3));
    CHECK(place(run([&](auto const& with) { return pt::search(with, r, pattern).begin(); })) ==
          place(std::ranges::search(r, pattern).begin()));
    pattern.back() = -5;
    CHECK(place(run([&](auto const& with) { return pt::search(with, r, pattern).begin(); })) ==
          place(std::ranges::search(r, pattern).begin()));
  }
  CHECK(run([&](auto const& with) { return pt::is_sorted(with, r); }) == std::ranges::is_sorted(r));
}

template <class Run, class R>
void check_pairs(Run const& run, R const& r, std::vector<int> const& other) {
  auto const here = std::ranges::mismatch(r, other);
  auto const found = run([&](auto const& with) { return pt::mismatch(with, r, other); });
  CHECK((found.in1 == here.in1 && found.in2 == here.in2));
  CHECK(run([&](auto const& with) { return pt::equal(with, r, other); }) == std::ranges::equal(r, other));
  CHECK(run([&](auto const& with) {
          return pt::equal(with, r.begin(), r.end(), other.begin(), other.end(), [](int x, int y) { return x == y; });
        }) == std::ranges::equal(r, other));
  CHECK(run([&](auto const& with) { return pt::lexicographical_compare(with, r, other); }) ==
        std::ranges::lexicographical_compare(r, other));
  CHECK(run([&](auto const& with) { return pt::lexicographical_compare(with, other, r, std::greater<>()); }) ==
        std::ranges::lexicographical_compare(other, r, std::greater<>()));
  CHECK(run([&](auto const& with) { return pt::starts_with(with, r, other); }) == (here.in2 == other.end()));
  bool const ends = std::ranges::size(r) >= other.size() &&
                    std::equal(other.rbegin(), other.rend(), std::make_reverse_iterator(r.end()));
  CHECK(run([&](auto const& with) { return pt::ends_with(with, r, other); }) == ends);
}

}  // namespace

TEST_CASE("searches find what those of std find") {
  cores([](auto const& run) {
    for (std::size_t const n : sizes) {
      std::vector<int> v = numbers(n);
      check_searches(run, v);
      check_searches(run, std::deque<int>(v.begin(), v.end()));
      check_searches(run, std::list<int>(v.begin(), v.end()));
    }
  });
}

TEST_CASE("patterns of numbers are found at every border of what is compared at once") {
  cores([](auto const& run) {
    double const nan = std::numeric_limits<double>::quiet_NaN();
    std::vector<double> many(150, 1.0);
    for (std::size_t const m : {std::size_t{1}, std::size_t{2}, std::size_t{31}, std::size_t{40}, std::size_t{151}}) {
      auto const place = [&](auto const& in, auto const& pattern) {
        return run([&](auto const& with) { return pt::search(with, in, pattern); }).begin() - in.begin();
      };
      auto const expected = [](auto const& in, auto const& pattern) {
        return std::ranges::search(in, pattern).begin() - in.begin();
      };
      std::vector<double> pattern(m, 1.0);
      CHECK(place(many, pattern) == expected(many, pattern));
      pattern.back() = 2.0;  // its beginning is everywhere
      for (std::size_t at : {std::size_t{0}, std::size_t{30}, std::size_t{63}, std::size_t{64}, std::size_t{149}}) {
        auto in = many;
        in[at] = 2.0;
        CHECK(place(in, pattern) == expected(in, pattern));
        std::string const text(in.begin(), in.end());
        std::string const part(pattern.begin(), pattern.end());
        CHECK(place(text, part) == expected(text, part));
        in[at / 2] = nan;
        CHECK(place(in, pattern) == expected(in, pattern));
      }
    }
    CHECK(run([&](auto const& with) { return pt::search(with, many, std::vector<double>{nan}); }).begin() ==
          many.end());
    std::vector<double> const zeros{0.0, -0.0};
    many[100] = -0.0;
    many[101] = 0.0;
    CHECK(run([&](auto const& with) { return pt::search(with, many, zeros); }).begin() - many.begin() == 100);
    CHECK(pt::find(many, 3.0) == many.end());
  });
}

TEST_CASE("two ranges side by side are compared as by std") {
  cores([](auto const& run) {
    for (std::size_t const n : sizes) {
      std::vector<int> const v = numbers(n);
      std::deque<int> const d(v.begin(), v.end());
      std::list<int> const l(v.begin(), v.end());
      for (std::size_t const differs : {n, n / 2, n - n / 8, std::size_t{0}}) {
        std::vector<int> w = v;
        if (differs < n) w[differs] += differs % 2 == 0 ? 1 : -1;
        check_pairs(run, v, w);
        check_pairs(run, d, w);
        check_pairs(run, l, w);
        w.resize(differs);
        check_pairs(run, v, w);
        check_pairs(run, l, w);
        w.insert(w.begin(), 5);
        check_pairs(run, d, w);
      }
    }
  });
}

TEST_CASE("extremes of numbers in memory are those of std also at ties and NaN") {
  support::Eager const eager(8, support::Claims::given_back);
  double const nan = std::numeric_limits<double>::quiet_NaN();
  for (std::size_t const n : {1U, 2U, 17U, 100U, 5000U, 40'000U}) {
    for (std::uint32_t seed = 0; seed != 20; ++seed) {
      std::vector<int> const ints = numbers(n, seed < 10 ? 30 : 1U << 30, seed);  // many ties, and hardly any
      std::vector<double> v(ints.begin(), ints.end());
      CHECK(pt::min_element(v) == std::ranges::min_element(v));
      CHECK(pt::max_element(v) == std::ranges::max_element(v));
      auto const expected = std::ranges::minmax_element(v);
      auto const both = pt::minmax_element(v);
      CHECK((both.min == expected.min && both.max == expected.max));
      for (std::size_t i = seed % 3; i < n; i += 1 + seed) v[i] = nan;
      CHECK(pt::min_element(v) == std::ranges::min_element(v));
      CHECK(pt::max_element(v) == std::ranges::max_element(v));
      std::vector<std::int8_t> const bytes(ints.begin(), ints.end());
      CHECK(pt::max_element(bytes) == std::ranges::max_element(bytes));
      std::vector<float> const floats(n, -0.0F);
      CHECK(pt::min_element(floats) == floats.begin());
      CHECK(pt::minmax_element(floats).max == floats.end() - 1);
      std::vector<double> const endless(n, std::numeric_limits<double>::infinity());
      CHECK(pt::min_element(endless) == endless.begin());
      CHECK(pt::max_element(endless) == endless.begin());
    }
  }
  // The largest is followed by pieces in which there is no number.
  std::vector<double> numbers_first(40'000, nan);
  std::fill_n(numbers_first.begin(), 700, -std::numeric_limits<double>::infinity());
  CHECK(pt::minmax_element(numbers_first).min == numbers_first.begin());
  CHECK(pt::minmax_element(numbers_first).max == numbers_first.begin() + 699);
  std::vector<double> const none;
  CHECK(pt::min_element(none) == none.end());
  CHECK(pt::minmax_element(none).max == none.end());
}

TEST_CASE("extremes by a comparison are the first smallest and the last largest wherever ties are") {
  auto const less = [](int a, int b) { return a < b; };
  for (std::size_t n = 1; n != 8; ++n) {
    std::size_t cases = 1;
    for (std::size_t i = 0; i != n; ++i) cases *= 3;
    bool same = true;
    for (std::size_t k = 0; k != cases; ++k) {
      std::vector<int> v;
      for (std::size_t i = 0, rest = k; i != n; ++i, rest /= 3) v.push_back(static_cast<int>(rest % 3));
      auto const ours = pt::minmax_element(v, less);
      auto const theirs = std::ranges::minmax_element(v, less);
      same = same && ours.min == theirs.min && ours.max == theirs.max;
    }
    CHECK(same);
  }
}

TEST_CASE("questions and totals of ranges are those of pipelines") {
  cores([](auto const& run) {
    for (std::size_t const n : sizes) {
      std::vector<int> const v = numbers(n, 100);
      std::list<int> const l(v.begin(), v.end());
      for (int const limit : {-1, 50, 98, 200}) {
        auto const above = [limit](int x) { return x > limit; };
        CHECK(run([&](auto const& with) { return pt::any_of(with, v, above); }) == std::ranges::any_of(v, above));
        CHECK(run([&](auto const& with) { return pt::all(with, l, above); }) == std::ranges::all_of(v, above));
        CHECK(run([&](auto const& with) { return pt::none_of(with, v.begin(), v.end(), above); }) ==
              std::ranges::none_of(v, above));
        CHECK(run([&](auto const& with) { return pt::count_if(with, l, above); }) ==
              static_cast<std::size_t>(std::ranges::count_if(v, above)));
        CHECK(run([&](auto const& with) { return pt::count(with, v, limit); }) ==
              static_cast<std::size_t>(std::ranges::count(v, limit)));
        CHECK(run([&](auto const& with) { return pt::contains(with, l, limit); }) ==
              (std::ranges::count(v, limit) != 0));
        CHECK(run([&](auto const& with) { return pt::is_partitioned(with, v, above); }) ==
              std::ranges::is_partitioned(v, above));
        auto const first = std::ranges::find_if(v, above);
        auto const found = run([&](auto const& with) { return pt::find_first(with, v, above); });
        CHECK(found.has_value() == (first != v.end()));
        if (found) CHECK(*found == *first);
        CHECK(run([&](auto const& with) { return pt::find_any(with, l, above); }).has_value() == (first != v.end()));
        CHECK(run([&](auto const& with) { return pt::find_last(with, v, above); }).has_value() == (first != v.end()));
      }
      long total = 0;
      long squares = 0;
      for (int const x : v) total += x;
      for (int const x : v) squares += long{x} * x;
      CHECK(run([&](auto const& with) { return pt::reduce(with, v, 0L, std::plus<>()); }) == total);
      CHECK(run([&](auto const& with) { return pt::reduce(with, l.begin(), l.end()); }) == total);
      CHECK(run([&](auto const& with) { return pt::reduce(with, v, 5L); }) == total + 5);
      CHECK(run([&](auto const& with) { return pt::sum(with, v); }) == total);
      CHECK(run([&](auto const& with) {
              return pt::transform_reduce(with, l, 0L, std::plus<>(), [](int x) { return long{x} * x; });
            }) == squares);
      CHECK(run([&](auto const& with) { return pt::transform_reduce(with, v, l, 0L); }) == squares);
      CHECK(run([&](auto const& with) { return pt::transform_reduce(with, v.begin(), v.end(), l.begin(), 0L); }) ==
            squares);
      CHECK(run([&](auto const& with) { return pt::min(with, v); }).has_value() == (n != 0));
      if (n != 0) {
        CHECK(*run([&](auto const& with) { return (pt::min)(with, v); }) == std::ranges::min(v));
        CHECK(*run([&](auto const& with) { return (pt::max)(with, l, std::greater<>()); }) == std::ranges::min(v));
        CHECK(run([&](auto const& with) { return pt::minmax(with, v); })->second == std::ranges::max(v));
      }
      // Words put together must keep their order.
      std::vector<std::string> words;
      for (int const x : v) words.push_back(std::to_string(x));
      std::string expected = ">";
      for (std::string const& word : words) expected += word;
      CHECK(run([&](auto const& with) { return pt::reduce(with, words, std::string(">"), std::plus<>()); }) ==
            expected);
      CHECK(run([&](auto const& with) {
              return pt::transform_reduce(with, v, std::string(">"), std::plus<>(),
                                          [](int x) { return std::to_string(x); });
            }) == expected);
    }
  });
}

TEST_CASE("what is partitioned is told by one thread and by several, wherever the parts meet") {
  cores([](auto const& run) {
    for (std::size_t const n : sizes) {
      for (std::size_t const part : {std::size_t{0}, std::size_t{1}, n / 3, n - (n != 0 ? 1 : 0), n}) {
        for (std::size_t const wrong : {std::size_t{0}, part, n / 2, n - (n != 0 ? 1 : 0), n}) {
          INFO("n " << n << " part " << part << " wrong " << wrong);
          std::vector<double> v(n, 1.0);
          for (std::size_t i = 0; i < part && i != n; ++i) v[i] = 2.0;
          if (wrong < n) v[wrong] = 3.0 - v[wrong];
          auto const first = [](double x) { return x == 2.0; };
          CHECK(run([&](auto const& with) { return pt::is_partitioned(with, v, first); }) ==
                std::is_partitioned(v.begin(), v.end(), first));
          CHECK(run([&](auto const& with) { return pt::count_if(with, v, first); }) ==
                static_cast<std::size_t>(std::count_if(v.begin(), v.end(), first)));
          CHECK(run([&](auto const& with) { return pt::count(with, v, 1); }) ==
                static_cast<std::size_t>(std::count(v.begin(), v.end(), 1)));
          auto const other = [](double x) { return x != 2.0; };
          CHECK(run([&](auto const& with) { return pt::find_if(with, v, other) - v.begin(); }) ==
                std::find_if(v.begin(), v.end(), other) - v.begin());
        }
      }
    }
  });
}

TEST_CASE("projections of what reads") {
  support::Eager const eager(4);
  std::vector<KeyAndName> items;
  for (int i = 0; i != 300; ++i) items.push_back({i, "number " + std::to_string(i * 7 % 300)});
  CHECK(pt::find(items, 299, &KeyAndName::key) == items.begin() + 299);
  CHECK(pt::find_if(
            items, [](std::string const& s) { return s == "number 7"; }, &KeyAndName::name) == items.begin() + 1);
  CHECK(pt::min_element(items, std::greater<>(), &KeyAndName::key) == items.end() - 1);
  CHECK(pt::max(items, std::less<>(), &KeyAndName::key)->key == 299);
  CHECK(pt::count(items, std::string("number 0"), &KeyAndName::name) == 1);
  CHECK(pt::any_of(
      items, [](int key) { return key == 5; }, &KeyAndName::key));
  CHECK(pt::sum(items, &KeyAndName::key) == 299 * 150);
  CHECK(pt::is_sorted(items, std::less<>(), &KeyAndName::key));
  CHECK(!pt::is_sorted(items, std::less<>(), &KeyAndName::name));
  CHECK(pt::equal(
      items, std::vector<int>(300, 1), [](int, int) { return true; }, &KeyAndName::key));
  CHECK(pt::adjacent_find(
            items, [](int x, int y) { return x + 1 != y; }, &KeyAndName::key) == items.end());
  pt::for_each(
      items, [](int& key) { ++key; }, &KeyAndName::key);
  pt::for_each(items.begin(), items.end(), [](KeyAndName& item) { ++item.key; });
  CHECK(pt::for_each_n(items.begin(), 2, [](KeyAndName& item) { item.key = 0; }) == items.begin() + 2);
  CHECK(pt::sum(items, &KeyAndName::key) == 299 * 150 + 2 * 300 - 5);
  std::vector<bool> const bits{false, true, false};
  CHECK(pt::find(bits, true) == bits.begin() + 1);
  CHECK(pt::count(bits, false) == 2);
  CHECK(pt::equal(bits, std::vector<bool>{false, true, false}));
}

}  // namespace as_if
