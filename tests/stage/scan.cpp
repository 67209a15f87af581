#include <parallel_task/stage/scan.hpp>

#include "stage/stages.hpp"
#include "support/eager.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <complex>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <numeric>
#include <sstream>
#include <string>

using namespace stages;

namespace {

// Mixes order in: associative, and commutes with nothing.
struct Affine {
  std::uint32_t factor = 1;
  std::uint32_t added = 0;
  friend bool operator==(Affine const&, Affine const&) = default;
};
Affine affine(int x) { return {static_cast<std::uint32_t>(2 * x + 1), static_cast<std::uint32_t>(x)}; }
Affine then(Affine const& a, Affine const& b) { return {a.factor * b.factor, a.added * b.factor + b.added}; }

template <class T, class Op>
std::vector<T> inclusive(std::vector<T> const& items, Op op) {
  std::vector<T> result;
  std::inclusive_scan(items.begin(), items.end(), std::back_inserter(result), op);
  return result;
}
template <class X, class T, class Op>
std::vector<T> exclusive(std::vector<X> const& items, T init, Op op) {
  std::vector<T> result;
  std::exclusive_scan(items.begin(), items.end(), std::back_inserter(result), init, op);
  return result;
}

// As if on 1, 2, 3 and 8 cores.
template <class F>
void on_cores(F f) {
  {
    support::Eager const one(1);
    f();
  }
  for (unsigned cores : {2U, 3U, 8U}) {
    for (support::Claims claims : {support::Claims::single, support::Claims::given_back, support::Claims::probed}) {
      support::Eager const eager(cores, claims);
      INFO(cores << " cores, claims " << static_cast<int>(claims));
      f();
    }
  }
}

}  // namespace

TEST_CASE("scans give what the loop gives, from every source") {
  over_every_source([](auto pipe, ints const& expected) {
    std::vector<Affine> affines;
    for (int x : expected) affines.push_back(affine(x));
    CHECK(pipe().map(affine).inclusive_scan(then).template collect<std::vector>() == inclusive(affines, then));
    CHECK(pipe().exclusive_scan(7L, std::plus<>()).template collect<std::vector>() ==
          exclusive(expected, 7L, std::plus<>()));
  });
}

TEST_CASE("inclusive_scan begins with init once") {
  ints const v = every::numbers(3000);
  std::vector<std::string> wanted;
  std::string all = "a";
  for (int x : v) wanted.push_back(all += std::to_string(x));
  wanted.resize(300);
  for_each_schedule([&] {
    auto const texts = pt::parallel_iter(v)
                           .take(300)
                           .map([](int x) { return std::to_string(x); })
                           .inclusive_scan(std::plus<>(), std::string("a"))
                           .collect<std::vector>();
    CHECK(texts == wanted);
    CHECK(pt::parallel_iter(v).inclusive_scan(std::plus<>(), 0LL).last() == std::accumulate(v.begin(), v.end(), 0LL));
  });
}

TEST_CASE("scans behind stages that lose the index, in front of every kind of terminal") {
  ints const v = every::numbers(2500);
  std::vector<Affine> items;
  for (int x : v) {
    for (int i = 0; i < x % 4; ++i) items.push_back(affine(x + i));
  }
  std::vector<Affine> const wanted = inclusive(items, then);
  auto const several = [](int x) {
    std::vector<Affine> result;
    for (int i = 0; i < x % 4; ++i) result.push_back(affine(x + i));
    return result;
  };
  auto const added = [](Affine const& a) { return a.added; };
  on_cores([&] {
    auto const pipe = [&] { return pt::parallel_iter(v).flat_map(several).inclusive_scan(then); };
    CHECK(pipe().collect<std::vector>() == wanted);
    CHECK(pipe().count() == wanted.size());
    CHECK(pipe().last() == wanted.back());
    CHECK(pipe().first() == wanted.front());
    CHECK(pipe().filter([](Affine const& a) { return a.added % 2 == 0; }).map(added).sum() ==
          std::accumulate(wanted.begin(), wanted.end(), std::uint64_t{0},
                          [](std::uint64_t x, Affine const& a) { return a.added % 2 == 0 ? x + a.added : x; }));
    Affine const& far = wanted[wanted.size() - 10];
    CHECK(pipe().find_first([&](Affine const& a) { return a == far; }) == far);
    CHECK(pipe().any([&](Affine const& a) { return a == far; }));
    CHECK(pipe().fold([] { return size_t{0}; }, [](size_t n, Affine const&) { return n + 1; }).sum() == wanted.size());
    std::vector<Affine> in_order;
    pipe().for_each_ordered([&](Affine const& a) { in_order.push_back(a); }, 5);
    CHECK(in_order == wanted);
    std::map<std::uint32_t, Affine> by_added;
    for (Affine const& a : wanted) by_added.emplace(a.added, a);
    std::map<std::uint32_t, Affine> found;
    for (auto& [key, values] : pipe().group_by(added)) found.emplace(key, values.front());
    CHECK(found == by_added);
  });
}

TEST_CASE("what comes before a scan runs once for each item") {
  on_cores([] {
    for (size_t n : {0U, 1U, 2U, 255U, 256U, 257U, 300U, 2303U, 2305U, 20000U}) {
      std::vector<std::atomic<int>> runs(n);
      auto const all = pt::indices(n)
                           .map([&](size_t i) {
                             ++runs[i];
                             return i;
                           })
                           .exclusive_scan(size_t{0}, std::plus<>())
                           .collect<std::vector>();
      REQUIRE(all.size() == n);
      for (size_t i = 0; i != n; ++i) {
        if (all[i] != i * (i - 1) / 2 || runs[i] != 1) FAIL_CHECK(i << " of " << n);
      }
    }
  });
}

TEST_CASE("results of a scan have the same bits on any number of threads") {
  std::vector<double> v;
  for (int x : every::numbers(30000)) v.push_back(1.0 / (x + 0.7));
  auto const same = [](double a, double b) { return std::memcmp(&a, &b, sizeof a) == 0; };
  auto const results = [&] {
    std::vector<double> all = pt::parallel_iter(v).inclusive_scan(std::plus<>()).collect<std::vector>();
    auto const some = pt::parallel_iter(v)
                          .filter([](double x) { return x < 0.01; })
                          .map([](double x) { return std::complex<double>(x, 1 / x); })
                          .exclusive_scan(std::complex<double>(1, 0), std::multiplies<>())
                          .collect<std::vector>();
    for (auto const& x : some) all.insert(all.end(), {x.real(), x.imag()});
    return all;
  };
  std::vector<double> first;
  on_cores([&] {
    std::vector<double> const now = results();
    if (first.empty()) first = now;
    CHECK(std::equal(now.begin(), now.end(), first.begin(), first.end(), same));
    double const total = pt::parallel_iter(v).deterministic().inclusive_scan(std::plus<>()).sum();
    CHECK(std::abs(total - std::accumulate(first.begin(), first.begin() + 30000, 0.0)) <= 1e-9 * std::abs(total));
  });
  // Few items are added as in a loop.
  std::vector<double> few(v.begin(), v.begin() + 200);
  std::vector<double> const loop = inclusive(few, std::plus<>());
  on_cores([&] { CHECK(pt::parallel_iter(few).inclusive_scan(std::plus<>()).collect<std::vector>() == loop); });
}

TEST_CASE("what is thrown before a scan, in it and behind it comes out, and nothing is left") {
  every::throwing_position<every::Bare>([](auto source) {
    static_cast<void>(as_pipeline(std::move(source))
                          .inclusive_scan([](every::Bare const& a, every::Bare const& b) {
                            return every::Bare(a.value + b.value);
                          })
                          .count());
  });
  on_cores([] {
    for (int thrower : {0, 1, 100, 300, 2500, 2999}) {
      auto const guarded_plus = [thrower](int a, int b) {
        if (a <= thrower && b >= thrower) throw every::Thrown{thrower};
        return std::max(a, b);
      };
      CHECK_THROWS_AS(pt::indices(3000).exclusive_scan(-1, guarded_plus).count(), every::Thrown);
      auto const at = [thrower](int x) {
        if (x == thrower) throw every::Thrown{x};
        return x;
      };
      auto const larger = [](int a, int b) { return std::max(a, b); };
      CHECK_THROWS_AS(pt::indices(3000).map(at).inclusive_scan(larger).count(), every::Thrown);
      CHECK_THROWS_AS(pt::indices(3000).inclusive_scan(larger).map(at).count(), every::Thrown);
      // What comes before it by order is found all the same.
      if (thrower > 200) {
        CHECK(pt::indices(3000).map(at).inclusive_scan(larger).find_first([](int x) { return x == 150; }) == 150);
        CHECK(pt::indices(3000).map(at).exclusive_scan(0, larger).take_while([](int x) { return x < 180; }).count() ==
              181);
      }
    }
  });
}

TEST_CASE("a scan ends where stages before and behind it cut") {
  auto const larger = [](int a, int b) { return std::max(a, b); };
  on_cores([&] {
    for (int end : {0, 1, 200, 700, 2900}) {
      auto const below = [end](int x) { return x < end; };
      CHECK(pt::indices(3000).take_while(below).inclusive_scan(larger).count() == static_cast<size_t>(end));
      CHECK(pt::indices(3000).inclusive_scan(larger).take_while(below).count() == static_cast<size_t>(end));
      CHECK(pt::indices(3000).drop_while(below).inclusive_scan(larger).count() == static_cast<size_t>(3000 - end));
      CHECK(pt::indices(3000).inclusive_scan(larger).drop_while(below).count() == static_cast<size_t>(3000 - end));
      CHECK(pt::indices(end).inclusive_scan(larger).chain(pt::indices(10)).count() == static_cast<size_t>(end + 10));
      CHECK(pt::indices(10).chain(pt::indices(end).inclusive_scan(larger)).count() == static_cast<size_t>(end + 10));
    }
  });
}

TEST_CASE("a scan reads a stream no further than it has to, and gives what came before it failed") {
  struct Failing {
    int last;
    int next_one = 0;
    std::optional<int> next() {
      if (next_one == last) throw every::Thrown{last};
      return next_one++;
    }
  };
  auto const larger = [](int a, int b) { return std::max(a, b); };
  on_cores([&] {
    for (int last : {3, 260, 261, 1000}) {
      ints seen;
      try {
        pt::par_bridge(Failing{last}).inclusive_scan(larger).for_each_ordered([&](int x) { seen.push_back(x); });
        CHECK(false);
      } catch (every::Thrown const& thrown) {
        CHECK(thrown.position == last);
      }
      ints all(static_cast<size_t>(last));
      std::iota(all.begin(), all.end(), 0);
      CHECK(seen == all);
    }
  });
  support::Eager const one(1);
  int read = 0;
  struct Counting {
    int* read;
    std::optional<int> next() { return (*read)++; }
  };
  CHECK(pt::par_bridge(Counting{&read}).inclusive_scan(larger).find_first([](int x) { return x == 99; }) == 99);
  CHECK(read <= 200);
}

TEST_CASE("a stopped scan throws, and a scan of one thread is run by the caller") {
  struct Token {
    std::atomic<bool>* stop;
    [[nodiscard]] bool stop_requested() const { return *stop; }
  };
  on_cores([] {
    std::atomic<bool> stop{false};
    auto const stopping = [&stop](int x) {
      if (x == 500) stop = true;
      return x;
    };
    CHECK_THROWS_AS(pt::indices(1'000'000)
                        .stop_token(Token{&stop})
                        .map(stopping)
                        .inclusive_scan([](int a, int b) { return std::max(a, b); })
                        .count(),
                    pt::cancelled);
    pt::RunReport report;
    CHECK(pt::indices(5000).report(report).threads(1).inclusive_scan(std::bit_xor<>()).count() == 5000);
    CHECK(report.threads == 1);
  });
}

TEST_CASE("scans of bools and of sets, into the container that they read, and piped") {
  on_cores([] {
    std::vector<bool> const flags{false, false, true, false};
    CHECK(pt::parallel_iter(flags).inclusive_scan(std::logical_or<>()).collect<std::vector>() ==
          std::vector<bool>{false, false, true, true});
    ints v(1000, 1);
    pt::parallel_iter(v).inclusive_scan(std::plus<>()).collect_into(v);
    CHECK(v.back() == 1000);
    CHECK(v.front() == 1);
    auto const totals = pt::inclusive_scan(std::plus<>()) | pt::map([](int x) { return x + 1; });
    CHECK((ints{1, 2, 3} | pt::into_parallel_iter | totals | pt::collect<std::vector>()) == ints{2, 4, 7});
    CHECK((ints{1, 2, 3} | pt::into_parallel_iter | pt::exclusive_scan(5, std::plus<>()) |
           pt::collect<std::vector>()) == ints{5, 6, 8});
    CHECK((ints{1, 2, 3} | pt::into_parallel_iter | pt::inclusive_scan(std::plus<>(), 5L) |
           pt::collect<std::vector>()) == std::vector<long>{6, 8, 11});
  });
}
