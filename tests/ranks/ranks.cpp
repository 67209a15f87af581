// Loops and values of several ranks against the same without ranks: checks that run on all ranks of a world, whichever.
// forked_ranks.cpp and mpi_ranks.cpp make the worlds.
#include "ranks/check.hpp"

#include <unistd.h>
#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <functional>
#include <list>
#include <map>
#include <new>
#include <numeric>
#include <optional>
#include <random>
#include <set>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

namespace {

using namespace ranks;

struct Custom : std::exception {
  int code = 0;
  std::string why;
  Custom() = default;
  Custom(int c, std::string text) : code(c), why(std::move(text)) {}
  template <class A>
  void serialize(A& ar) {
    ar(code, why);
  }
};

// What has no default constructor and a way of its own to travel.
struct Money {
  long cents;
  explicit Money(long c) : cents(c) {}
  friend bool operator==(Money const&, Money const&) = default;
};

}  // namespace

template <>
struct parallel_task::wire<Money> {
  template <class Out>
  static void save(Out& out, Money const& m) {
    out(m.cents);
  }
  template <class In>
  static Money load(In& in) {
    return Money(in.template get<long>());
  }
};

namespace {

// --- loops -----------------------------------------------------------------------------------------------------------

RANKS_CHECK("collect, in order, for every length") {
  for (int n : {0, 1, 2, 3, 4, 7, 8, 63, 64, 65, 1000, 20000}) {
    auto const v = numbers(n);
    MUST(pt::parallel_iter(v).on(w).map(twice).collect<std::vector>() ==
         pt::parallel_iter(v).map(twice).collect<std::vector>());
  }
  auto const v = numbers(5000);
  auto const text = [](int const& x) { return std::to_string(slow(x)); };
  auto const texts = pt::parallel_iter(v).map(text).collect<std::vector>();
  MUST(pt::parallel_iter(v).map(text).on(w).collect<std::vector>() == texts);
  MUST((v | pt::parallel_iter | pt::on(w) | pt::map(text) | pt::collect<std::vector>()) == texts);
  MUST(pt::parallel_iter(v).on(w.split()).map(text).collect<std::vector>() == texts);
  MUST(pt::parallel_iter(v).on(w.least(64)).map(text).collect<std::vector>() == texts);
  MUST(pt::parallel_iter(v).on(w).map(text).collect<std::deque>() ==
       std::deque<std::string>(texts.begin(), texts.end()));
  MUST(pt::parallel_iter(v).on(w).map(text).collect<std::list>() == std::list<std::string>(texts.begin(), texts.end()));
  MUST(pt::parallel_iter(v).on(w).map(text).collect<std::set>() == std::set<std::string>(texts.begin(), texts.end()));
  auto const money = pt::parallel_iter(v).on(w).map([](int const& x) { return Money(x); }).collect<std::vector>();
  MUST(money.size() == v.size() && money[99].cents == v[99]);
}

RANKS_CHECK("into the program's containers") {
  auto const v = numbers(3000);
  auto const all = pt::parallel_iter(v).map(twice).collect<std::vector>();
  std::vector<int> to{1, 2, 3};
  pt::parallel_iter(v).on(w).map(twice).collect_into(to);
  MUST(to == all);
  to = {1};
  pt::parallel_iter(v).on(w).map(twice).append_to(to);
  MUST(to.size() == all.size() + 1 && to[0] == 1 && to[1] == all[0] && to.back() == all.back());
  to = {1};
  pt::parallel_iter(v).on(w.at_root()).map(twice).collect_into(to);
  MUST(w.is_root() ? to == all : to == std::vector<int>{1});
}

RANKS_CHECK("terminals") {
  auto const v = numbers(4001);
  auto const all = [&v] { return pt::parallel_iter(v); };
  MUST(all().on(w).sum() == all().sum());
  MUST(all().on(w).map([](int const& x) { return static_cast<unsigned>(x); }).product() ==
       all().map([](int const& x) { return static_cast<unsigned>(x); }).product());
  MUST(all().on(w).mean() == all().mean());
  MUST(all().on(w).count() == v.size());
  MUST(all().on(w).count_if(odd) == all().count_if(odd));
  MUST(all().on(w).size() == v.size());
  MUST(all().on(w).min() == all().min() && all().on(w).max() == all().max() && all().on(w).minmax() == all().minmax());
  auto const last_digit = [](int const& x) { return x % 10; };
  MUST(all().on(w).max_by_key(last_digit) == all().max_by_key(last_digit));
  MUST(all().on(w).map([](int const& x) { return std::to_string(x); }).min() ==
       all().map([](int const& x) { return std::to_string(x); }).min());
  MUST(all().on(w).reduce(5, std::plus<>()) == all().reduce(5, std::plus<>()));
  auto const text = [](int const& x) { return std::to_string(x); };
  MUST(all().on(w).map(text).reduce(std::plus<>()) == all().map(text).reduce(std::plus<>()));
  MUST(all().on(w).map(text).join_with(", ") == all().map(text).join_with(", "));
  MUST(all().on(w).any([](int const& x) { return x == 10006; }) == all().any([](int const& x) { return x == 10006; }));
  MUST(all().on(w).all([](int const& x) { return x >= 0; }) && all().on(w).none([](int const& x) { return x < 0; }));
  MUST(all().on(w).contains(v[4000]));
  auto const large = [](int const& x) { return x > 9990; };
  MUST(all().on(w).find_first(large) == all().find_first(large));
  MUST(all().on(w).find_last(large) == all().find_last(large));
  MUST(all().on(w).filter(odd).find_last(large) == all().filter(odd).find_last(large));
  MUST(large(all().on(w).find_any(large).value()));
  MUST(all().on(w).position_first(large) == all().position_first(large));
  MUST(all().on(w).map(twice).position_first(large) == all().map(twice).position_first(large));
  MUST(all().on(w).position_last(large) == all().position_last(large));
  auto const half = [](int const& x) { return x % 2 == 0 ? std::optional(x / 2) : std::nullopt; };
  MUST(all().on(w).find_map_first(half) == all().find_map_first(half));
  MUST(all().on(w).find_map_last(half) == all().find_map_last(half));
  MUST(all().on(w).first() == v.front() && all().on(w).last() == v.back() && all().on(w).nth(17) == v[17]);
  MUST(all().on(w).partition(odd) == all().partition(odd));
  MUST(all().on(w).enumerate().unzip() == all().enumerate().unzip());
  MUST(all().on(w).histogram(10, last_digit) == all().histogram(10, last_digit));
  MUST(all().on(w).smallest(20) == all().smallest(20));
  MUST(all().on(w).is_partitioned(odd) == all().is_partitioned(odd));
  auto const with_digit = [](int const& x) { return std::pair(x % 10, x); };
  MUST((all().on(w).map(with_digit).collect<std::map<int, int>>(std::plus<>()) ==
        all().map(with_digit).collect<std::map<int, int>>(std::plus<>())));
  auto const add = [](std::vector<int>& to, int const& x) { to.push_back(x); };
  auto const merge = [](std::vector<int>& to, std::vector<int>&& later) {
    to.insert(to.end(), later.begin(), later.end());
  };
  MUST(all().on(w).aggregate([] { return std::vector<int>(); }, add, merge) == v);
  auto const below = [](int const& x) { return x < 10000; };
  MUST(all().on(w).try_for_each(below) == all().try_for_each(below));
  auto const checked = [](int const& x) { return x < 10006 ? std::optional(x) : std::nullopt; };
  MUST(all().on(w).map(checked).try_collect<std::vector>() == all().map(checked).try_collect<std::vector>());
  MUST(all().on(w).map(checked).try_reduce([](int a, int b) { return std::optional(std::max(a, b)); }) ==
       all().map(checked).try_reduce([](int a, int b) { return std::optional(std::max(a, b)); }));
}

RANKS_CHECK("stages know the positions of all") {
  auto const v = numbers(3000);
  auto const all = [&v] { return pt::parallel_iter(v); };
  MUST(all().enumerate().on(w).collect<std::vector>() == all().enumerate().collect<std::vector>());
  MUST(all().on(w).drop(10).take(2000).stride(3).reverse().collect<std::vector>() ==
       all().drop(10).take(2000).stride(3).reverse().collect<std::vector>());
  MUST(all().on(w).zip(v).collect<std::vector>() == all().zip(v).collect<std::vector>());
  MUST(all().zip(pt::parallel_iter(v).on(w)).collect<std::vector>() == all().zip(v).collect<std::vector>());
  MUST(all().on(w).chain(v).count() == 2 * v.size());
  auto const small = [](int const& x) { return x < 9900; };
  MUST(all().on(w).take_while(small).collect<std::vector>() == all().take_while(small).collect<std::vector>());
  MUST(all().on(w).chunk(7).map([](auto const& part) { return part[0]; }).collect<std::vector>() ==
       all().chunk(7).map([](auto const& part) { return part[0]; }).collect<std::vector>());
  auto const sums = [](long sum, int const& x) { return sum + x; };
  MUST(all().on(w).fold([] { return 0L; }, sums).sum() == all().sum());
  MUST(all()
           .on(w)
           .map_init([] { return std::string(); },
                     [](std::string& s, int const& x) { return (s += "x").size() > 0 ? x : 0; })
           .sum() == all().sum());
  std::list<int> const list(v.begin(), v.end());
  MUST(pt::parallel_iter(list).on(w).map(twice).collect<std::vector>() == all().map(twice).collect<std::vector>());
  std::map<int, int> map;
  for (int const x : v) map[x] = x;
  MUST(pt::parallel_iter(map).on(w).values().sum() == pt::parallel_iter(map).values().sum());
}

RANKS_CHECK("deterministic sums have the same bits with and without ranks") {
  auto const v = numbers(30000);
  auto const inverse = [](int const& x) { return 1.0 / (x + 1); };
  double const one = pt::parallel_iter(v).map(inverse).deterministic().sum();
  MUST(pt::parallel_iter(v).map(inverse).deterministic().on(w).sum() == one);
  MUST(pt::parallel_iter(v).on(w).map(inverse).deterministic().sum() == one);
  double const sum = pt::parallel_iter(v).on(w).map(inverse).sum();
  for (double const other : w.all_gather(sum)) MUST(other == sum);
  auto const mean = pt::parallel_iter(v).map(inverse).deterministic().mean();
  MUST(pt::parallel_iter(v).map(inverse).on(w).deterministic().mean() == mean);
}

RANKS_CHECK("each item runs once") {
  std::vector<int> runs(5000, 0);
  pt::indices(runs.size()).on(w).for_each([&runs](std::size_t i) {
    slow(static_cast<int>(i));
    ++runs[i];
  });
  MUST(w.all_reduce(runs, [](std::vector<int> a, std::vector<int> b) {
    for (std::size_t i = 0; i != a.size(); ++i) a[i] += b[i];
    return a;
  }) == std::vector<int>(runs.size(), 1));
  std::vector<int> own(100, 0);
  pt::indices(own.size()).on(w.split()).for_each([&own](std::size_t i) { own[i] = 1; });
  auto const [first, last] = w.share(own.size());
  for (std::size_t i = 0; i != own.size(); ++i) MUST(own[i] == (i >= first && i < last ? 1 : 0));
}

RANKS_CHECK("results on rank 0 alone") {
  auto const v = numbers(2000);
  auto const some = pt::parallel_iter(v).on(w.at_root()).filter(odd).collect<std::vector>();
  static_assert(std::is_same_v<decltype(some), std::optional<std::vector<int>> const>);
  MUST(some.has_value() == w.is_root());
  if (some) MUST(*some == pt::parallel_iter(v).filter(odd).collect<std::vector>());
  MUST(pt::parallel_iter(v).on(w.at_root().least(10)).last().has_value() == w.is_root());
  MUST(pt::parallel_iter(v).on(w.split().at_root()).sum() ==
       (w.is_root() ? std::optional(pt::parallel_iter(v).sum()) : std::nullopt));
  MUST(pt::parallel_iter(v).on(w.at_root()).on(w).count() == v.size());  // the last word counts
}

RANKS_CHECK("a long item: the others are served") {
  for (std::size_t dear = 0; dear != 2; ++dear) {
    std::vector<int> ran(200, 0);
    pt::indices(ran.size()).on(w).for_each([&](std::size_t i) {
      std::this_thread::sleep_for(i == dear * 30 ? std::chrono::milliseconds(300) : std::chrono::milliseconds(1));
      ran[i] = 1;
    });
    auto const counts = w.all_gather(static_cast<int>(std::accumulate(ran.begin(), ran.end(), 0)));
    MUST(std::accumulate(counts.begin(), counts.end(), 0) == 200);
  }
}

RANKS_CHECK("one in another runs where it is") {
  auto const sums = pt::indices(std::size_t{50})
                        .on(w)
                        .map([&w](std::size_t n) { return pt::indices(n).on(w).sum(); })
                        .collect<std::vector>();
  MUST(sums[49] == 48 * 49 / 2);
  if (w.size() == 1) return;
  auto const text =
      MUST_THROW(std::logic_error, pt::indices(std::size_t{50}).on(w).for_each([&w](std::size_t) { w.barrier(); }));
  MUST(text.find("ranks.cpp") != std::string::npos);
}

std::string name_of(std::size_t i) { return std::to_string(i); }

// --- errors ----------------------------------------------------------------------------------------------------------

template <class E, class Make>
void throws_everywhere(pt::world& w, Make make, int line) {
  for (std::size_t const n : {1UL, 10UL, 1000UL, 20000UL}) {
    for (std::size_t const place : {std::size_t{0}, n / 3, n - 1}) {
      thrown_by<E>(
          [&] {
            pt::indices(n).on(w).for_each([&](std::size_t i) {
              if (i == place) throw make();
            });
          },
          line);
      MUST(pt::indices(n).on(w).count() == n);
    }
  }
}

RANKS_CHECK("standard exceptions are thrown as such on every rank") {
  throws_everywhere<std::runtime_error>(
      w, [] { return std::runtime_error("a"); }, __LINE__);
  throws_everywhere<std::out_of_range>(
      w, [] { return std::out_of_range("b"); }, __LINE__);
  throws_everywhere<std::bad_alloc>(
      w, [] { return std::bad_alloc(); }, __LINE__);
  auto const code = std::make_error_code(std::errc::no_such_file_or_directory);
  throws_everywhere<std::system_error>(
      w, [code] { return std::system_error(code, "c"); }, __LINE__);
  auto const text = MUST_THROW(std::range_error, pt::indices(std::size_t{500}).on(w).for_each([](std::size_t i) {
    if (i == 400) throw std::range_error("here it is");
  }));
  MUST(text == "here it is");
}

RANKS_CHECK("an exception at any of a thousand places reaches all ranks") {
  std::mt19937 random(17);
  for (int round = 0; round != 1000; ++round) {
    std::size_t const n = 1 + random() % 2000;
    std::size_t const place = random() % n;
    auto const item = [place](std::size_t i) {
      if (i == place) throw std::range_error(std::to_string(i));
      return i;
    };
    auto const run = [&, how = random() % 5] {
      auto all = pt::indices(n).on(w).map(item);
      switch (how) {
        case 0:
          return std::move(all).for_each([](std::size_t) {});
        case 1:
          return static_cast<void>(std::move(all).collect<std::vector>());
        case 2:
          return static_cast<void>(std::move(all).map(name_of).collect<std::vector>());
        case 3:
          return std::move(all).for_each_ordered([](std::size_t) {}, 64);
        default:
          return static_cast<void>(std::move(all).on(w.split()).sum());
      }
    };
    MUST(thrown_by<std::range_error>(run, __LINE__) == std::to_string(place));
  }
  MUST(pt::indices(std::size_t{10}).on(w).count() == 10);
}

RANKS_CHECK("the program's exceptions") {
  pt::carry_exception<Custom>();
  try {
    pt::indices(std::size_t{900}).on(w).for_each([](std::size_t i) {
      if (i == 700) throw Custom(42, "why");
    });
    MUST(false && "reached");
  } catch (Custom const& e) {
    MUST(e.code == 42 && e.why == "why");
  }
  if (w.size() == 1) return;
  try {
    pt::indices(std::size_t{900}).on(w).for_each([](std::size_t i) {
      if (i == 3) throw 42;
    });
    MUST(false && "reached");
  } catch (pt::remote_error const& e) {
    MUST(e.rank() >= 0 && e.rank() < w.size());
    MUST(e.type() == "int");
  }
}

RANKS_CHECK("of terminals in order, the first by position, and none behind a hit") {
  for (std::size_t const n : {100UL, 5000UL}) {
    auto const found = pt::indices(n).on(w).find_first([n](std::size_t i) {
      slow(static_cast<int>(i));
      if (i > n / 2) throw std::runtime_error("behind the hit");
      return i == n / 2;
    });
    MUST(found == n / 2);
    auto const text = MUST_THROW(std::runtime_error, (void)pt::indices(n).on(w).find_first([n](std::size_t i) {
      if (i == n / 4 || i == n / 2) throw std::runtime_error(std::to_string(i));
      return i > n / 2;
    }));
    MUST(text == std::to_string(n / 4));
  }
}

RANKS_CHECK("a range that can't be looked at on one rank") {
  auto const v = numbers(100);
  struct Refusing {
    std::vector<int> const* v;
    bool refuses;
    [[nodiscard]] auto begin() const {
      if (refuses) throw std::domain_error("not here");
      return v->begin();
    }
    [[nodiscard]] auto end() const { return v->end(); }
  };
  for (int r = 0; r != w.size(); ++r) {
    Refusing const range{&v, w.rank() == r};
    MUST(MUST_THROW(std::domain_error, (void)pt::parallel_iter(range).on(w).sum()) == "not here");
  }
  MUST(pt::parallel_iter(v).on(w).count() == 100);
}

RANKS_CHECK("stopped by one rank") {
  struct Token {
    bool stop;
    [[nodiscard]] bool stop_requested() const { return stop; }
  };
  Token const token{w.rank() == w.size() - 1};
  MUST_THROW(pt::cancelled, pt::indices(std::size_t{100000}).on(w).stop_token(token).for_each([](std::size_t i) {
    if (i % 64 == 0) std::this_thread::sleep_for(std::chrono::microseconds(20));
  }));
  MUST_THROW(pt::cancelled,
             pt::indices(std::size_t{1000000}).on(w).deadline(std::chrono::milliseconds(5)).for_each([](std::size_t) {
               std::this_thread::sleep_for(std::chrono::microseconds(100));
             }));
  MUST(pt::indices(std::size_t{10}).on(w).count() == 10);
}

RANKS_CHECK("ranks at different calls") {
  if (w.size() == 1) return;
  for (int r = 0; r != w.size(); ++r) {
    bool const other = w.rank() == r;
    auto const text = MUST_THROW(pt::rank_mismatch, (void)pt::indices(other ? 10UL : 11UL).on(w).sum());
    MUST(text.find("over 10") != std::string::npos && text.find("over 11") != std::string::npos);
    auto const lines = other ? MUST_THROW(pt::rank_mismatch, w.barrier())
                             : MUST_THROW(pt::rank_mismatch, (void)pt::indices(std::size_t{1000}).on(w).sum());
    std::size_t const first = lines.find("ranks.cpp:");
    MUST(first != std::string::npos && lines.find("ranks.cpp:", first + 1) != std::string::npos);
    MUST(lines.find("(barrier)") != std::string::npos && lines.find("over 1000") != std::string::npos);
    if (other) {
      MUST_THROW(pt::rank_mismatch, (void)pt::indices(std::size_t{1000}).on(w).sum());
    } else {
      MUST_THROW(pt::rank_mismatch, (void)pt::indices(std::size_t{1000}).on(w).count());
    }
    MUST(pt::indices(std::size_t{10}).on(w).count() == 10);
  }
}

// --- values ----------------------------------------------------------------------------------------------------------

RANKS_CHECK("values go round") {
  auto const ranks = w.all_gather(w.rank());
  MUST(static_cast<int>(ranks.size()) == w.size());
  for (int r = 0; r != w.size(); ++r) MUST(ranks[static_cast<std::size_t>(r)] == r);
  auto const joined = w.all_reduce(std::string(1, static_cast<char>('a' + w.rank())), std::plus<>());
  MUST(joined == std::string("abcdefgh").substr(0, static_cast<std::size_t>(w.size())));
  for (int from = 0; from != w.size(); ++from) {
    std::map<std::string, std::vector<int>> value;
    if (w.rank() == from) value["from"] = {from, 2, 3};
    w.broadcast(value, from);
    MUST(value.at("from") == std::vector<int>{from, 2, 3});
    auto const all = numbers(103);
    auto const mine = w.scatter(w.rank() == from ? all : std::vector<int>(), from);
    auto const [first, last] = w.share(all.size());
    MUST(std::equal(mine.begin(), mine.end(), all.begin() + static_cast<std::ptrdiff_t>(first),
                    all.begin() + static_cast<std::ptrdiff_t>(last)));
  }
  MUST_THROW(std::invalid_argument, w.broadcast(numbers(1).front(), w.size()));
  MUST_THROW(std::out_of_range, (void)w.all_reduce(1, [](int, int) -> int { throw std::out_of_range("op"); });
             if (w.size() == 1) throw std::out_of_range(""));
  w.barrier();
}

RANKS_CHECK("megabytes") {
  // Not optimised, each byte takes a while.
  struct Eight {
    double values[8];
  };
  std::size_t const n = std::size_t{1} << 15;
  auto const big = pt::indices(n)
                       .on(w)
                       .map([](std::size_t i) {
                         return Eight{{static_cast<double>(i), 1, 2, 3, 4, 5, 6, 7}};
                       })
                       .collect<std::vector>();
  MUST(big.size() == n && big[777].values[0] == 777.0 && big[777].values[7] == 7.0);
  MUST(big.back().values[0] == static_cast<double>(n - 1));
  auto const all = w.all_gather(std::vector<char>(1'000'000, static_cast<char>(w.rank())));
  for (int r = 0; r != w.size(); ++r) MUST(all[static_cast<std::size_t>(r)].back() == static_cast<char>(r));
}

RANKS_CHECK("beyond 2^31 bytes in one message") {
  if (std::getenv("PARALLEL_TASK_LONG") == nullptr) return;  // 16 GB on two ranks: tests/long.sh
  std::size_t const n = (std::size_t{1} << 31) + 1000;
  std::vector<char> value;
  if (w.is_root()) {
    value.assign(n, 'a');
    value.back() = 'z';
  }
  w.broadcast(value);
  MUST(value.size() == n && value[n - 2] == 'a' && value.back() == 'z');
}

struct Page {
  unsigned char bytes[4096];
};

RANKS_CHECK("a result of beyond 2^31 bytes from each rank") {
  if (std::getenv("PARALLEL_TASK_LONG") == nullptr) return;  // 9 GB on two ranks
  std::size_t const pages = ((std::size_t{1} << 31) / sizeof(Page) + 3) * static_cast<std::size_t>(w.size());
  auto const all = pt::indices(pages)
                       .on(w.split().at_root())
                       .map([](std::size_t i) {
                         Page page;
                         for (unsigned char& byte : page.bytes) byte = static_cast<unsigned char>(i % 251);
                         return page;
                       })
                       .collect<std::vector>();
  if (!all) return;
  MUST(all->size() == pages);
  for (std::size_t i = 0; i != pages; ++i) {
    auto const wanted = static_cast<unsigned char>(i % 251);
    MUST((*all)[i].bytes[0] == wanted && (*all)[i].bytes[4095] == wanted);
  }
}

RANKS_DEADLY_CHECK("a worker that is killed costs its chunk") {
  if (w.size() == 1 || !may_die) return;
  auto const squares = pt::indices(std::size_t{2000})
                           .on(w)
                           .map([&w](std::size_t i) {
                             slow(static_cast<int>(i));
                             if (i == 1500 && w.rank() == 1) ::kill(::getpid(), SIGKILL);
                             if (w.rank() == 0 && i == 10) std::this_thread::sleep_for(std::chrono::milliseconds(50));
                             return i * i;
                           })
                           .collect<std::vector>();
  MUST(squares.size() == 2000 && squares[1500] == 1500 * 1500);
  MUST(pt::indices(std::size_t{2000}).on(w).sum() == 1999 * 1000);
}

RANKS_DEADLY_CHECK("positions that end three workers are given up") {
  if (w.size() < 4 || !may_die) return;
  try {
    w.barrier();
  } catch (pt::rank_lost const&) {
    return;  // one has died in the check before
  }
  auto const text = MUST_THROW(pt::rank_lost, pt::indices(std::size_t{2000}).on(w).for_each([&w](std::size_t i) {
    if (w.rank() == 0) std::this_thread::sleep_for(std::chrono::milliseconds(20));  // the others get all but a few
    if (i == 1999 && w.rank() != 0) ::kill(::getpid(), SIGKILL);
  }));
  MUST(text.find("three workers") != std::string::npos);
}

}  // namespace

int run_checks(pt::world& w, bool ranks_may_die, char const* only) {
  may_die = ranks_may_die;
  int failures = 0;
  std::vector<Check> all = checks(false);
  all.insert(all.end(), checks(true).begin(), checks(true).end());
  for (Check const& check : all) {
    if (only != nullptr && std::string(check.name).find(only) == std::string::npos) continue;
    std::string error;
    try {
      check.run(w);
    } catch (std::exception const& e) {
      error = e.what();
      if (error.empty()) error = "an exception";
    }
    if (!error.empty()) std::fprintf(stderr, "rank %d of %d: %s: %s\n", w.rank(), w.size(), check.name, error.c_str());
    try {
      for (std::string const& each : w.all_gather(error)) failures += each.empty() ? 0 : 1;
    } catch (std::exception const& e) {
      // A rank may have died, as it was to.
      if (std::string(e.what()).find("died") == std::string::npos) {
        std::fprintf(stderr, "rank %d of %d: behind %s: %s\n", w.rank(), w.size(), check.name, e.what());
        ++failures;
      } else if (!error.empty()) {
        ++failures;
      }
    }
  }
  return failures;
}
