// Terminals of several ranks that are more than one accumulator: in order on rank 0, groups, neighbours, two ranges
// side by side; and what a rank reports of its part.
#include "ranks/check.hpp"

#include <unistd.h>
#include <algorithm>
#include <atomic>
#include <chrono>
#include <compare>
#include <csignal>
#include <cstddef>
#include <list>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace {

using namespace ranks;

// --- in order ----------------------------------------------------------------------------------------------------------

RANKS_CHECK("for_each_ordered calls f on rank 0 with all items in order") {
  auto const text = [](int const& x) { return std::to_string(slow(x)); };
  for (int const n : {0, 1, 2, 7, 500, 3000}) {
    auto const v = numbers(n);
    auto const wanted = pt::parallel_iter(v).filter(odd).map(text).collect<std::vector>();
    for (std::size_t const window : {1UL, 2UL, 64UL, 100'000UL}) {
      if (window == 1 && n > 500) continue;  // each item by itself, a message for each
      std::vector<std::string> got;
      pt::parallel_iter(v).on(w).filter(odd).map(text).for_each_ordered(
          [&got](std::string const& x) { got.push_back(x); }, window);
      MUST(w.is_root() ? got == wanted : got.empty());
    }
  }
  // Items that are references arrive as copies; maps and lists, and what a fold keeps back, as on one machine.
  std::map<int, std::string> const map{{1, "one"}, {2, "two"}, {3, "three"}};
  std::string words;
  pt::parallel_iter(map).on(w.at_root()).for_each_ordered([&words](int, std::string const& word) { words += word; });
  MUST(words == (w.is_root() ? "onetwothree" : ""));
  std::vector<long> sums;
  pt::indices(1000L)
      .on(w)
      .fold([] { return 0L; }, [](long a, long b) { return a + b; })
      .for_each_ordered([&](long sum) { sums.push_back(sum); });
  if (w.is_root()) {
    long all = 0;
    for (long const sum : sums) all += sum;
    MUST(all == 999 * 500);
  }
}

RANKS_CHECK("for_each_ordered computes no further ahead than its window") {
  // Where f is, only rank 0 knows; so each item notes on its rank how far that rank has come.
  std::size_t const window = 40;
  std::atomic<std::size_t> furthest{0};
  std::size_t at_once = 0;
  pt::indices(std::size_t{2000})
      .on(w)
      .map([&](std::size_t i) {
        std::size_t before = furthest.load();
        while (before < i && !furthest.compare_exchange_weak(before, i)) {
        }
        return i;
      })
      .for_each_ordered(
          [&](std::size_t i) {
            at_once = std::max(at_once, furthest.load() < i ? 0 : furthest.load() - i);
            if (i % 100 == 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
          },
          window);
  MUST(at_once <= window);
}

RANKS_CHECK("for_each_ordered ends as a loop does where something throws") {
  for (std::size_t const place : {std::size_t{0}, std::size_t{77}, std::size_t{999}}) {
    std::size_t calls = 0;
    auto const count = [&calls](std::size_t) { ++calls; };
    auto const text = MUST_THROW(std::out_of_range, pt::indices(std::size_t{1000})
                                                        .on(w)
                                                        .map([place](std::size_t i) {
                                                          if (i >= place) throw std::out_of_range(std::to_string(i));
                                                          return i;
                                                        })
                                                        .for_each_ordered(count, 50));
    MUST(text == std::to_string(place));
    MUST(calls == (w.is_root() ? place : 0));
    // f itself
    calls = 0;
    MUST_THROW(std::range_error, pt::indices(std::size_t{1000})
                                     .on(w)
                                     .for_each_ordered(
                                         [&](std::size_t i) {
                                           ++calls;
                                           if (i == place) throw std::range_error("f");
                                         },
                                         50));
    MUST(calls == (w.is_root() ? place + 1 : 0));
    // what cuts by order
    std::vector<std::size_t> got;
    pt::indices(std::size_t{1000})
        .on(w)
        .take_while([place](std::size_t i) {
          if (i > place) throw std::logic_error("behind the cut");
          return i != place;
        })
        .for_each_ordered([&got](std::size_t i) { got.push_back(i); }, 50);
    MUST(got.size() == (w.is_root() ? place : 0));
  }
  if (w.size() > 1) {
    MUST_THROW(std::logic_error,
               pt::indices(std::size_t{10}).on(w).for_each_ordered([&w](std::size_t) { w.barrier(); }));
  }
  MUST_THROW(std::invalid_argument, pt::indices(std::size_t{10}).on(w).for_each_ordered([](std::size_t) {}, 0));
  MUST(pt::indices(std::size_t{10}).on(w).count() == 10);
}

// --- by position -------------------------------------------------------------------------------------------------------

struct Point {
  float x = 0;
  char kind = 'p';
  friend bool operator==(Point const&, Point const&) = default;
};
struct alignas(64) Wide {
  long value = 0;
  friend bool operator==(Wide const&, Wide const&) = default;
};

template <class C, class Make>
void same_by_position(pt::world& w, std::size_t n, Make const& make) {
  auto const plain = pt::indices(n).map(make).template collect<C>();
  MUST(pt::indices(n).on(w).map(make).template collect<C>() == plain);
  auto const at_root = pt::indices(n).on(w.at_root()).map(make).template collect<C>();
  MUST(at_root.has_value() == w.is_root() && (!at_root || *at_root == plain));
  MUST(pt::indices(n).on(w.split()).map(make).template collect<C>() == plain);
}

RANKS_CHECK("items that are copied by bytes get to their places") {
  for (std::size_t const n : {0UL, 1UL, 2UL, 9UL, 1000UL, 10'007UL}) {
    same_by_position<std::vector<double>>(w, n, [](std::size_t i) { return static_cast<double>(i) / 3; });
    same_by_position<std::vector<Point>>(w, n, [](std::size_t i) { return Point{static_cast<float>(i), 'q'}; });
    same_by_position<std::vector<Wide>>(w, n, [](std::size_t i) { return Wide{static_cast<long>(i)}; });
    same_by_position<std::vector<bool>>(w, n, [](std::size_t i) { return i % 3 == 0; });
    same_by_position<std::vector<long>>(w, n, [](std::size_t i) { return static_cast<short>(i); });
    same_by_position<pt::buffer<int>>(w, n, [](std::size_t i) { return static_cast<int>(i) * 3; });
    same_by_position<std::string>(w, n, [](std::size_t i) { return static_cast<char>('a' + i % 26); });
  }
  // More than a message or a pipe holds at once.
  same_by_position<std::vector<double>>(w, 100'003, [](std::size_t i) { return static_cast<double>(i) / 3; });
  std::list<int> const walked(1000, 5);
  MUST(pt::parallel_iter(walked).on(w).map(twice).collect<std::vector>() == std::vector<int>(1000, 10));
  // Not by position, but by bytes: the chunks' lists are joined.
  auto const v = numbers(50'000);
  MUST(pt::parallel_iter(v).on(w).filter(odd).collect<std::vector>() ==
       pt::parallel_iter(v).filter(odd).collect<std::vector>());
}

RANKS_CHECK("what throws leaves no result and the next call has one") {
  for (std::size_t const place : {0UL, 500UL, 999UL}) {
    auto const throwing = [place](std::size_t i) {
      if (i == place) throw std::out_of_range(std::to_string(i));
      return static_cast<double>(i);
    };
    auto const text =
        MUST_THROW(std::out_of_range,
                   static_cast<void>(pt::indices(std::size_t{1000}).on(w).map(throwing).collect<std::vector>()));
    MUST(text == std::to_string(place));
  }
  same_by_position<std::vector<std::size_t>>(w, 1000, [](std::size_t i) { return i; });
}

// --- groups ------------------------------------------------------------------------------------------------------------

template <class A, class B>
void same_in_order(A const& a, B const& b, int line) {
  must_hold(a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin()), "the same entries in the same order",
            line);
}

RANKS_CHECK("groups have their keys and items in order") {
  for (int const n : {0, 1, 10, 3000}) {
    auto const v = numbers(n);
    auto const all = [&v] { return pt::parallel_iter(v); };
    for (int const keys : {1, 7, 100'000}) {
      auto const key = [keys](int const& x) { return std::to_string(x % keys); };
      auto const join = [](std::string a, std::string const& b) { return std::move(a) + b; };
      auto const text = [](int const& x) { return std::to_string(x) + ","; };
      same_in_order(all().on(w).group_by(key), all().group_by(key), __LINE__);
      same_in_order(all().on(w).count_by(key), all().count_by(key), __LINE__);
      same_in_order(all().on(w).to_map(key, text, join), all().to_map(key, text, join), __LINE__);
      same_in_order(all().on(w).map(key).distinct(), all().map(key).distinct(), __LINE__);
    }
  }
  auto const v = numbers(100);
  auto const at_root = pt::parallel_iter(v).on(w.at_root()).count_by(odd);
  MUST(at_root.has_value() == w.is_root());
  if (at_root) MUST(*at_root == pt::parallel_iter(v).count_by(odd));
}

RANKS_CHECK("more groups than a thread keeps at once") {
  // Tables are parted above 4096 keys, and take no more above 65 536; these are all different but for the last tenth.
  auto const key = [](long i) { return i % 70'000; };
  same_in_order(pt::indices(77'000L).on(w).count_by(key), pt::indices(77'000L).count_by(key), __LINE__);
  same_in_order(pt::indices(77'000L).on(w).group_by(key), pt::indices(77'000L).group_by(key), __LINE__);
}

// --- neighbours, and two ranges ----------------------------------------------------------------------------------------

RANKS_CHECK("whether items are sorted, also across chunks") {
  for (int const n : {0, 1, 2, 3, 100, 5000}) {
    std::vector<std::string> v;
    for (int i = 0; i != n; ++i) v.push_back(std::to_string(100'000 + i));
    MUST(pt::parallel_iter(v).on(w).is_sorted());
    MUST(pt::parallel_iter(v).on(w).is_sorted(std::greater<>()) == (n < 2));
    if (n < 2) continue;
    for (int const at : {1, n / 3 + 1, n / 2, n - 1}) {
      std::string const before = std::exchange(v[static_cast<std::size_t>(at)], "0");
      MUST(!pt::parallel_iter(v).on(w).is_sorted());
      v[static_cast<std::size_t>(at)] = before;
    }
  }
}

RANKS_CHECK("two ranges side by side") {
  for (int const n : {0, 1, 50, 4000}) {
    auto const v = numbers(n);
    std::list<int> const list(v.begin(), v.end());
    MUST(pt::parallel_iter(v).on(w).equal(v) && pt::parallel_iter(list).on(w).equal(v));
    MUST(pt::parallel_iter(v).on(w).compare(list) == std::strong_ordering::equal);
    auto longer = v;
    longer.push_back(0);
    MUST(!pt::parallel_iter(v).on(w).equal(longer) && !pt::parallel_iter(list).on(w).equal(longer));
    MUST(pt::parallel_iter(v).on(w).compare(longer) < 0 && pt::parallel_iter(longer).on(w).compare(list) > 0);
    for (int const at : {0, n / 2, n - 1}) {
      if (n == 0) break;
      auto other = v;
      other[static_cast<std::size_t>(at)] += 1;
      if (at + 1 < n) other[static_cast<std::size_t>(at) + 1] -= 100'000;  // only the first difference counts
      MUST(!pt::parallel_iter(list).on(w).equal(other));
      MUST(pt::parallel_iter(v).on(w).compare(other) < 0 && pt::parallel_iter(other).on(w).compare(v) > 0);
      MUST(pt::parallel_iter(v).on(w).equal(other, [](int a, int b) { return std::abs(a - b) < 200'000; }));
    }
  }
}

// --- reports -----------------------------------------------------------------------------------------------------------

RANKS_CHECK("progress tells rank 0 of the whole loop and others of their part") {
  for (std::size_t const n : {std::size_t{0}, std::size_t{500}}) {
    std::size_t last = 0;
    std::size_t calls = 0;
    std::size_t ran = 0;
    bool finished = false;
    auto const tell = [&](pt::Progress const& p) {
      MUST(p.done >= last && !finished);
      last = p.done;
      finished = p.finished;
      MUST(p.total.has_value() == w.is_root() && (!p.total || (*p.total == n && p.done <= n)));
      ++calls;
    };
    auto const item = [&ran](std::size_t i) {
      ++ran;  // threads(1)
      return static_cast<std::size_t>(slow(static_cast<int>(i)));
    };
    MUST(pt::indices(n).on(w).threads(1).progress(tell, std::chrono::nanoseconds(1)).map(item).sum() ==
         pt::indices(n).sum());
    MUST(finished && last == (w.is_root() ? n : ran));
    MUST(n == 0 || !w.is_root() || calls > 2);
    // Where each item is told alone, rank 0 waits for others, and tells as well.
    last = ran = 0;
    finished = false;
    MUST(pt::indices(n).on(w.split()).threads(1).progress(tell, std::chrono::nanoseconds(1)).map(item).count() == n);
    MUST(finished && last == (w.is_root() ? n : ran));
  }
  // What the callback of any rank throws ends the loop on all of them.
  for (int rank = 0; rank != w.size(); ++rank) {
    auto const tell = [&w, rank](pt::Progress const& p) {
      if (w.rank() == rank && !p.finished) throw std::length_error("told enough");
    };
    MUST_THROW(std::length_error, static_cast<void>(pt::indices(std::size_t{20'000})
                                                        .on(w.split())
                                                        .progress(tell, std::chrono::nanoseconds(1))
                                                        .map([](std::size_t i) { return slow(static_cast<int>(i)); })
                                                        .sum()));
  }
  MUST(pt::indices(std::size_t{100}).on(w).sum() == 4950);
}

RANKS_CHECK("a report tells of all that its rank has run") {
  for (std::size_t const n : {std::size_t{0}, std::size_t{1}, std::size_t{5000}}) {
    pt::RunReport report;
    report.items = 77;
    std::atomic<std::size_t> ran{0};
    pt::indices(n).on(w).report(report).for_each([&ran](std::size_t) { ++ran; });
    MUST(report.items == ran);
    std::size_t of_workers = 0;
    for (auto const& worker : report.workers) of_workers += worker.items;
    MUST(of_workers == ran);
    MUST(w.all_reduce(report.items, [](auto a, auto b) { return a + b; }) == n);
    MUST_THROW(std::domain_error, pt::indices(std::size_t{100}).on(w).report(report).for_each([](std::size_t i) {
      if (i == 50) throw std::domain_error("50");
    }));
    if (report.items != 0 || w.size() == 1) MUST(report.end == pt::RunEnd::threw || report.end == pt::RunEnd::early);
  }
}

RANKS_CHECK("a trace shows all that its rank has run by the positions of the whole") {
  for (std::size_t const n : {std::size_t{0}, std::size_t{3}, std::size_t{4000}}) {
    pt::Trace trace;
    std::vector<std::size_t> ran(n, 0);
    pt::indices(n).on(w).trace(trace).for_each([&ran](std::size_t i) { ran[i] = 1; });
    std::vector<std::size_t> claimed(n, 0);
    double last = 0;
    std::uint32_t row = 0;
    trace.for_each_event([&](pt::TraceEvent const& event) {
      if (event.row != row) last = 0;
      row = event.row;
      MUST(event.end_ns >= last);
      last = event.end_ns;
      if (event.kind != pt::TraceKind::claim) return;
      for (std::uint64_t i = 0; i != event.items; ++i) ++claimed[static_cast<std::size_t>(event.first + i)];
    });
    MUST(claimed == ran);
    std::size_t all = 0;
    for (std::size_t const one : ran) all += one;
    MUST(trace.report().items == all);
  }
}

}  // namespace
