// How far a stream is read: no further than what is taken, so that its rest is still there.
#include "stage/stages.hpp"

#include <algorithm>
#include <forward_list>
#include <list>
#include <optional>
#include <ranges>
#include <stdexcept>

using namespace stages;

namespace {

struct Stream {
  int last;
  int given = 0;
  std::optional<int> next() { return given == last ? std::nullopt : std::optional<int>(given++); }
};
constexpr int endless = 1'000'000'000;

struct InputRange {  // the same as a range
  Stream* stream;
  struct Iterator {
    using difference_type = std::ptrdiff_t;
    using value_type = int;
    Stream* stream = nullptr;
    std::optional<int> now{};
    int operator*() const { return *now; }
    Iterator& operator++() {
      now = stream->next();
      return *this;
    }
    void operator++(int) { ++*this; }
    bool operator==(std::default_sentinel_t) const { return !now; }
  };
  Iterator begin() { return ++Iterator{stream}; }
  std::default_sentinel_t end() { return {}; }
};

// f(n) for lengths below and above what is read at once.
template <class F>
void over_lengths(F f) {
  for (int n : {0, 1, 2, 31, 64, 5000}) {
    INFO("length " << n);
    for_each_schedule([&] { f(n); });
  }
}

ints up_to(int n) {
  ints v(static_cast<std::size_t>(n));
  for (int i = 0; i != n; ++i) v[static_cast<std::size_t>(i)] = i;
  return v;
}

// run(stream): takes its items 0 … n - 1, and reads exactly `read`, or one more where `one_more` says so.
template <class F>
void reads(int n, int read, F run, bool one_more = false) {
  Stream stream{endless};
  ints const got = run(stream);
  CHECK(got == up_to(n));
  CHECK(stream.given >= read);
  CHECK(stream.given <= read + one_more);
}

}  // namespace

TEST_CASE("a stream zipped with a shorter range is read as far as that goes") {
  over_lengths([](int n) {
    ints const v = up_to(n);
    std::list<int> const list(v.begin(), v.end());
    std::forward_list<int> const forward(v.begin(), v.end());
    auto const all = std::views::filter([](int) { return true; });
    reads(n, n, [&](Stream& s) { return pt::par_bridge(s).zip(v).keys().collect<std::vector>(); });
    reads(n, n, [&](Stream& s) { return pt::par_bridge(s).zip(list).keys().collect<std::vector>(); });
    reads(n, n, [&](Stream& s) { return pt::par_bridge(s).zip(forward).keys().collect<std::vector>(); });
    reads(n, n, [&](Stream& s) { return pt::par_bridge(s).zip(v | all).keys().collect<std::vector>(); });
    reads(n, n, [&](Stream& s) { return pt::par_bridge(s).zip(pt::indices(n)).keys().collect<std::vector>(); });
    reads(n, n, [&](Stream& s) { return pt::par_bridge(s).zip(ints(v)).keys().collect<std::vector>(); });
    reads(n, n, [&](Stream& s) { return pt::parallel_iter(v).zip(pt::par_bridge(s)).values().collect<std::vector>(); });
    reads(n, n,
          [&](Stream& s) { return pt::parallel_iter(forward).zip(pt::par_bridge(s)).values().collect<std::vector>(); });
    reads(n, n, [&](Stream& s) {
      return pt::par_bridge(s)
          .zip(std::views::iota(0), forward)
          .map([](int x, int, int) { return x; })
          .collect<std::vector>();
    });
    reads(n, n, [&](Stream& s) {
      ints got;
      pt::par_bridge(s).zip(v).keys().for_each_ordered([&](int x) { got.push_back(x); });
      return got;
    });
    reads(n, n, [&](Stream& s) {
      (void)pt::par_bridge(s).zip(forward).find_first([](int, int) { return false; });
      return up_to(n);
    });
    reads(n, n, [&](Stream& s) {
      ints got = pt::par_bridge(s).zip(forward).keys().reverse().collect<std::vector>();
      std::reverse(got.begin(), got.end());
      return got;
    });
  });
}

TEST_CASE("an input range loses no item to a zip but the one that it holds") {
  over_lengths([](int n) {
    ints const v = up_to(n);
    reads(n, n, [&](Stream& s) {
      InputRange range{&s};
      return pt::par_bridge(range).zip(v).keys().collect<std::vector>();
    });
  });
}

TEST_CASE("of several streams none is read more than one item too far") {
  over_lengths([](int n) {
    ints const v = up_to(n);
    auto const first = [](int x, auto const&...) { return x; };
    reads(n, n, [&](Stream& s) {
      return pt::par_bridge(Stream{n}).zip(pt::par_bridge(s)).map(first).collect<std::vector>();
    });
    reads(
        n, n,
        [&](Stream& s) { return pt::par_bridge(s).zip(pt::par_bridge(Stream{n})).map(first).collect<std::vector>(); },
        true);
    reads(n, n, [&](Stream& s) {
      Stream other{endless};
      ints got = pt::par_bridge(s).zip(pt::par_bridge(other), v).map(first).collect<std::vector>();
      CHECK(other.given == n);
      return got;
    });
    reads(
        n, n,
        [&](Stream& s) {
          Stream other{endless};
          auto cut = pt::par_bridge(other).take(static_cast<std::size_t>(n));
          ints got = pt::par_bridge(s).zip(std::move(cut)).map(first).collect<std::vector>();
          CHECK(other.given == n);
          return got;
        },
        true);
  });
}

TEST_CASE("zip_equal reads one item more to see that a stream is longer") {
  over_lengths([](int n) {
    ints const v = up_to(n);
    std::forward_list<int> const forward(v.begin(), v.end());
    Stream longer{endless};
    CHECK_THROWS_AS(pt::par_bridge(longer).zip_equal(v).count(), std::invalid_argument);
    CHECK(longer.given <= n + 1);
    longer.given = 0;
    CHECK_THROWS_AS(pt::parallel_iter(forward).zip_equal(pt::par_bridge(longer)).count(), std::invalid_argument);
    CHECK(longer.given <= n + 1);
    longer.given = 0;
    CHECK_THROWS_AS(pt::par_bridge(Stream{n}).zip_equal(pt::par_bridge(longer)).count(), std::invalid_argument);
    CHECK(longer.given <= n + 1);
    Stream equal{n};
    CHECK(pt::par_bridge(equal).zip_equal(forward).count() == static_cast<size_t>(n));
    CHECK(pt::par_bridge(Stream{n}).zip_equal(pt::par_bridge(Stream{n}), v).count() == static_cast<size_t>(n));
  });
}

TEST_CASE("what takes a part of a stream reads up to the last item that it gives") {
  over_lengths([](int n) {
    auto const count = static_cast<size_t>(n);
    auto const over = [](int x, int by) { return x / by; };
    ints const two{-1, -2};
    int const third = n == 0 ? 0 : 3 * (n - 1) + 1;
    reads(n, n, [&](Stream& s) { return pt::par_bridge(s).take(count).collect<std::vector>(); });
    reads(n, n, [&](Stream& s) { return pt::par_bridge(s).enumerate().take(count).values().collect<std::vector>(); });
    reads(n, third, [&](Stream& s) {
      return pt::par_bridge(s).stride(3).take(count).map([&](int x) { return over(x, 3); }).collect<std::vector>();
    });
    reads(n, n == 0 ? 0 : n + 10, [&](Stream& s) {
      return pt::par_bridge(s).drop(10).take(count).map([](int x) { return x - 10; }).collect<std::vector>();
    });
    reads(n, n + 10, [&](Stream& s) {
      return pt::par_bridge(s).slice(10, 10 + count).map([](int x) { return x - 10; }).collect<std::vector>();
    });
    reads(n, n, [&](Stream& s) {
      ints got = pt::par_bridge(s).take(count).reverse().collect<std::vector>();
      std::reverse(got.begin(), got.end());
      return got;
    });
    reads(n, n, [&](Stream& s) { return pt::par_bridge(s).chain(ints{-1}).take(count).collect<std::vector>(); });
    reads(n, n, [&](Stream& s) {
      ints got = pt::parallel_iter(two).copied().chain(pt::par_bridge(s)).take(count + 2).collect<std::vector>();
      got.erase(got.begin(), got.begin() + 2);
      return got;
    });
    reads(n, n, [&](Stream& s) {
      ints got = pt::par_bridge(s).take(count).chain(ints{-1}).collect<std::vector>();
      got.pop_back();
      return got;
    });
    reads(n, n, [&](Stream& s) {
      return pt::par_bridge(s).zip(pt::indices(endless)).take(count).keys().collect<std::vector>();
    });
    reads(n, third, [&](Stream& s) {
      ints const v = up_to(n);
      return pt::par_bridge(s).stride(3).zip(v).values().collect<std::vector>();
    });
  });
}

TEST_CASE("a chain of two streams does not touch the second before it is its turn") {
  over_lengths([](int n) {
    reads(0, 0, [&](Stream& s) {
      CHECK(pt::par_bridge(Stream{endless}).chain(pt::par_bridge(s)).take(static_cast<size_t>(n)).count() ==
            static_cast<size_t>(n));
      return ints();
    });
  });
}
