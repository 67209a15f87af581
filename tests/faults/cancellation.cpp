// Runs that are stopped at a random point: by a token that an item raises, that another thread raises, that is raised
// at its so many-th look, or by a deadline. A stopped run says so; what it did is what the loop would have done, as far
// as it came: nothing twice, and where order counts nothing left out.
#include "stress/calls.hpp"
#include "support/dawdle.hpp"

#include <parallel_task/parallel_task.hpp>

#include <array>
#include <cstdlib>
#include <functional>
#include <list>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

using namespace stress;

namespace {

constexpr int n = 200;
int const rounds = std::getenv("PARALLEL_TASK_LONG") != nullptr ? 400 : 20;

/// splitmix64 (Steele, Lea, Flood 2014)
struct Random {
  std::uint64_t state;
  std::uint64_t below(std::uint64_t limit) {
    std::uint64_t x = (state += 0x9E3779B97F4A7C15U);
    x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9U;
    x = (x ^ x >> 27) * 0x94D049BB133111EBU;
    return (x ^ x >> 31) % limit;
  }
};

/// One run: how it is to be stopped, and what it did.
struct Run {
  std::atomic<bool> raised{false};
  std::atomic<long> looks_left{1'000'000};  // until the token says stop by itself
  int raised_by = -1;                       // the item that raises it
  std::chrono::nanoseconds deadline = std::chrono::hours(1);
  std::array<std::atomic<unsigned char>, n> done{};
  std::vector<int> in_order;  // what came in order
  bool prefix = true;         // what was asked of the target holds

  int item(int x) {
    done[static_cast<std::size_t>(x)].fetch_add(1, std::memory_order_relaxed);
    if (x == raised_by) raised = true;
    support::dawdle();
    return x;
  }
};

struct Token {
  Run* run;
  [[nodiscard]] bool stop_requested() const {
    return run->raised.load(std::memory_order_relaxed) || run->looks_left.fetch_sub(1, std::memory_order_relaxed) <= 0;
  }
};

struct Numbers {
  int at = 0;
  std::optional<int> next() { return at == n ? std::nullopt : std::optional<int>(at++); }
};

template <class Pipeline>
auto stoppable(Run& run, Pipeline pipeline) {
  return std::move(pipeline).map([&run](int x) { return run.item(x); }).stop_token(Token{&run}).deadline(run.deadline);
}
struct Indexed {
  static auto begin(Run& run) { return stoppable(run, pt::indices(n)); }
};
struct Read {
  static auto begin(Run& run) { return stoppable(run, pt::par_bridge(Numbers{})); }
};

/// Ends a pipeline and says whether the result is that of the loop. Items from `cut` on may not have run.
struct End {
  char const* name;
  bool (*run)(Run& run);
  int cut = n;
};

std::vector<int> first_numbers(int count) {
  std::vector<int> numbers;
  for (int i = 0; i != count; ++i) numbers.push_back(i);
  return numbers;
}

template <class C>
bool appended(Run& run, C& into, auto pipeline) {
  into.insert(into.end(), -1);
  try {
    std::move(pipeline).append_to(into);
  } catch (...) {
    run.prefix = into == C{-1};
    throw;
  }
  return into.size() == n + 1;
}

template <class From>
void add_ends(std::vector<End>& all) {
  all.push_back({"for_each", [](Run& run) {
                   From::begin(run).for_each([](int) {});
                   return true;
                 }});
  all.push_back({"for_each_ordered", [](Run& run) {
                   From::begin(run).for_each_ordered([&](int x) { run.in_order.push_back(x); }, 7);
                   return run.in_order.size() == n;
                 }});
  all.push_back({"collect a vector",
                 [](Run& run) { return From::begin(run).template collect<std::vector>() == first_numbers(n); }});
  all.push_back({"filter, collect a list", [](Run& run) {
                   auto const list =
                       From::begin(run).filter([](int x) { return x % 2 == 0; }).template collect<std::list>();
                   return list.size() == n / 2 && list.back() == n - 2;
                 }});
  all.push_back({"append_to a vector", [](Run& run) {
                   std::vector<int> into;
                   return appended(run, into, From::begin(run));
                 }});
  all.push_back({"append_to a set", [](Run& run) {
                   std::set<int> into;
                   return appended(run, into, From::begin(run));
                 }});
  all.push_back({"reduce", [](Run& run) {
                   return From::begin(run).reduce([](int a, int b) { return a > b ? a : b; }) == n - 1;
                 }});
  all.push_back({"sum", [](Run& run) { return From::begin(run).sum() == n * (n - 1) / 2; }});
  all.push_back({"max", [](Run& run) { return (From::begin(run).max)() == n - 1; }});
  all.push_back({"partition", [](Run& run) {
                   auto const both = From::begin(run).partition([](int x) { return x < 50; });
                   return both.first == first_numbers(50) && both.second.size() == n - 50;
                 }});
  all.push_back({"all", [](Run& run) { return From::begin(run).all([](int x) { return x >= 0; }); }});
  all.push_back({"find_first",
                 [](Run& run) { return From::begin(run).find_first([](int x) { return x >= 120; }) == 120; }, 120});
  all.push_back({"try_for_each",
                 [](Run& run) { return !From::begin(run).try_for_each([](int x) { return x != 150; }); }, 150});
  all.push_back({"take_while",
                 [](Run& run) {
                   return From::begin(run).take_while([](int x) { return x != 130; }).template collect<std::vector>() ==
                          first_numbers(130);
                 },
                 130});
  all.push_back({"fold", [](Run& run) {
                   return From::begin(run).fold([] { return 0L; }, [](long sum, int x) { return sum + x; }).sum() ==
                          n * (n - 1) / 2;
                 }});
}

/// What gathers by key, looks from the end, or ends in something of its own.
template <class From>
void add_more_ends(std::vector<End>& all) {
  all.push_back({"group_by", [](Run& run) {
                   auto const groups = From::begin(run).group_by([](int x) { return x % 3; });
                   return groups.size() == 3 && groups.at(1).size() == 67 && groups.at(1).front() == 1 &&
                          groups.at(1).back() == 199;
                 }});
  all.push_back({"group_by of many keys", [](Run& run) {
                   auto const groups = From::begin(run).group_by([](int x) { return x / 2; });
                   return groups.size() == n / 2 && groups.at(7) == std::vector<int>{14, 15};
                 }});
  all.push_back({"count_by", [](Run& run) {
                   auto const counts = From::begin(run).count_by([](int x) { return x % 7; });
                   return counts.size() == 7 && counts.at(0) == 29;
                 }});
  all.push_back({"to_map", [](Run& run) {
                   auto const last = From::begin(run).to_map([](int x) { return x % 5; }, [](int x) { return x; },
                                                             [](int, int later) { return later; });
                   return last.size() == 5 && last.at(3) == 198;
                 }});
  all.push_back({"distinct",
                 [](Run& run) { return From::begin(run).map([](int x) { return x % 50; }).distinct().size() == 50; }});
  all.push_back({"histogram", [](Run& run) {
                   return From::begin(run).map([](int x) { return x % 8; }).histogram(8) ==
                          std::vector<std::size_t>(8, n / 8);
                 }});
  all.push_back({"top_k", [](Run& run) { return From::begin(run).top_k(3) == std::vector<int>{199, 198, 197}; }});
  all.push_back({"smallest", [](Run& run) { return From::begin(run).smallest(2) == std::vector<int>{0, 1}; }});
  all.push_back({"aggregate", [](Run& run) {
                   return From::begin(run).aggregate([] { return std::vector<int>(); },
                                                     [](std::vector<int>& part, int x) { part.push_back(x); },
                                                     [](std::vector<int>& left, std::vector<int> const& right) {
                                                       left.insert(left.end(), right.begin(), right.end());
                                                     }) == first_numbers(n);
                 }});
  all.push_back({"collect_segments", [](Run& run) {
                   std::vector<int> together;
                   for (auto const& part : From::begin(run).collect_segments()) {
                     together.insert(together.end(), part.begin(), part.end());
                   }
                   return together == first_numbers(n);
                 }});
  all.push_back({"join_with", [](Run& run) {
                   std::string const text = From::begin(run).map([](int) { return std::string("a"); }).join_with("-");
                   return text.size() == 2 * n - 1;
                 }});
  all.push_back({"unzip_into", [](Run& run) {
                   std::vector<int> same;
                   std::list<int> doubled;
                   From::begin(run).map([](int x) { return std::pair(x, 2 * x); }).unzip_into(same, doubled);
                   return same == first_numbers(n) && doubled.back() == 2 * n - 2;
                 }});
  all.push_back({"partition_map", [](Run& run) {
                   auto const f = [](int x) {
                     return x < 50 ? std::variant<int, long>(x) : std::variant<int, long>(long{x});
                   };
                   auto const both = From::begin(run).partition_map(f);
                   return both.first == first_numbers(50) && both.second.size() == n - 50;
                 }});
  all.push_back({"try_reduce", [](Run& run) {
                   auto whole = From::begin(run).map([](int x) { return std::optional<int>(x); });
                   return std::move(whole).try_reduce(0, [](int a, int b) { return a > b ? a : b; }) == n - 1;
                 }});
  all.push_back({"try_fold, try_reduce", [](Run& run) {
                   auto const add = [](int sum, int x) { return std::optional<int>(sum + x); };
                   auto total = From::begin(run).try_fold([] { return 0; }, add);
                   return std::move(total).try_reduce(0, [](int a, int b) { return a + b; }) == n * (n - 1) / 2;
                 }});
  all.push_back({"try_collect, which fails",
                 [](Run& run) {
                   auto halves = From::begin(run).map([](int x) { return x == 140 ? std::nullopt : std::optional(x); });
                   return !std::move(halves).template try_collect<std::vector>();
                 },
                 140});
  all.push_back({"for_each_init", [](Run& run) {
                   std::atomic<int> sum{0};
                   From::begin(run).for_each_init([] { return 1; }, [&sum](int& one, int x) { sum += one * x; });
                   return sum == n * (n - 1) / 2;
                 }});
  all.push_back({"is_sorted", [](Run& run) { return From::begin(run).is_sorted(); }});
  all.push_back({"is_partitioned",
                 [](Run& run) { return From::begin(run).is_partitioned([](int x) { return x < 90; }); }});
  all.push_back({"first", [](Run& run) { return From::begin(run).first() == 0; }, 1});
  all.push_back({"last", [](Run& run) { return From::begin(run).last() == n - 1; }, 0});
  all.push_back({"find_map_first",
                 [](Run& run) {
                   auto const large = [](int x) { return x >= 110 ? std::optional(-x) : std::nullopt; };
                   return From::begin(run).find_map_first(large) == -110;
                 },
                 110});
  all.push_back({"find_last", [](Run& run) { return From::begin(run).find_last([](int x) { return x < 60; }) == 59; },
                 0});
  all.push_back({"deterministic sum", [](Run& run) {
                   auto halves = From::begin(run).map([](int x) { return 0.5 * x; });
                   return std::move(halves).deterministic().sum() == 0.25 * n * (n - 1);
                 }});
  all.push_back({"inclusive_scan", [](Run& run) {
                   auto const sums = From::begin(run).inclusive_scan(std::plus<>()).template collect<std::vector>();
                   return sums.size() == n && sums.back() == n * (n - 1) / 2;
                 }});
  all.push_back({"drop_while, map_while",
                 [](Run& run) {
                   auto cut = From::begin(run).drop_while([](int x) { return x < 20; }).map_while([](int x) {
                     return x < 130 ? std::optional(x) : std::nullopt;
                   });
                   return std::move(cut).count() == 110;
                 },
                 130});
  all.push_back({"take_any", [](Run& run) { return From::begin(run).take_any(30).count() == 30; }, 0});
}

/// Those that need an index.
void add_indexed_ends(std::vector<End>& all) {
  all.push_back({"equal", [](Run& run) { return Indexed::begin(run).equal(first_numbers(n)); }});
  all.push_back({"compare", [](Run& run) { return Indexed::begin(run).compare(first_numbers(n - 1)) > 0; }, n - 1});
  all.push_back({"nth", [](Run& run) { return Indexed::begin(run).nth(77) == 77; }, 0});
  all.push_back({"position_first",
                 [](Run& run) { return Indexed::begin(run).position_first([](int x) { return x > 99; }) == 100U; },
                 100});
  all.push_back({"position_last",
                 [](Run& run) { return Indexed::begin(run).position_last([](int x) { return x < 99; }) == 98U; }, 0});
  all.push_back({"positions", [](Run& run) {
                   auto even = Indexed::begin(run).positions([](int x) { return x % 2 == 0; });
                   return std::move(even).template collect<std::vector>().size() == n / 2;
                 }});
  all.push_back({"chunk", [](Run& run) {
                   auto sizes =
                       Indexed::begin(run).chunk(7).map([](std::vector<int> const& part) { return part.size(); });
                   return std::move(sizes).sum() == n;
                 }});
  all.push_back({"fold_chunks", [](Run& run) {
                   auto sums = Indexed::begin(run).fold_chunks(
                       9, [] { return 0; }, std::plus<>());
                   return std::move(sums).sum() == n * (n - 1) / 2;
                 }});
  all.push_back({"interleave, intersperse", [](Run& run) {
                   auto twice = Indexed::begin(run).interleave(first_numbers(n)).intersperse(0);
                   return std::move(twice).count() == 4 * n - 1;
                 }});
}

/// An empty text if all is as it should be. `stopped`: whether it was stopped before it was done.
std::string check(End const& end, Run& run, bool& stopped) {
  std::optional<bool> right;
  try {
    right = end.run(run);
  } catch (pt::cancelled const& why) {
    bool const may_be_late = run.deadline < std::chrono::hours(1);
    if (why.reason() == pt::StopReason::deadline && !may_be_late) return "late without a deadline";
  }
  stopped = !right;
  if (right && !*right) return "another result";
  for (int i = 0; i != n; ++i) {
    int const done = run.done[static_cast<std::size_t>(i)];
    if (done > 1) return "an item was run twice";
    if (right && i < end.cut && done == 0) return "an item was left out";
  }
  for (std::size_t i = 0; i != run.in_order.size(); ++i) {
    if (run.in_order[i] != static_cast<int>(i)) return "out of order";
    if (run.done[i] != 1) return "not run, but here";
  }
  return run.prefix ? "" : "the target is not what it was";
}

}  // namespace

TEST_CASE("whenever a run is stopped, nothing has run twice, nothing is left out in between", "[long]") {
  std::vector<End> ends;
  add_ends<Indexed>(ends);
  add_ends<Read>(ends);
  add_more_ends<Indexed>(ends);
  add_more_ends<Read>(ends);
  add_indexed_ends(ends);
  std::size_t stopped_midway = 0;
  for (unsigned const cores : {1U, 4U}) {
    support::Eager const eager(cores, cores == 1 ? support::Claims::given_back : support::Claims::single);
    Random random{cores};
    for (int round = 0; round != rounds; ++round) {
      for (End const& end : ends) {
        Run run;
        std::thread other;
        std::uint64_t const how = random.below(8);
        if (how < 3) {
          run.raised_by = static_cast<int>(random.below(n));
        } else if (how < 5) {
          run.looks_left = static_cast<long>(random.below(40));
        } else if (how < 7) {
          run.deadline = std::chrono::nanoseconds(random.below(50'000));
        } else {
          other = std::thread([&run, pause = random.below(50)] {
            std::this_thread::sleep_for(std::chrono::microseconds(pause));
            run.raised = true;
          });
        }
        bool stopped = false;
        std::string const wrong = check(end, run, stopped);
        if (other.joinable()) other.join();
        if (!wrong.empty()) FAIL(end.name << ", as if on " << cores << " cores, round " << round << ": " << wrong);
        bool begun = false;
        for (auto const& done : run.done) begun = begun || done != 0;
        stopped_midway += stopped && begun ? 1 : 0;
      }
    }
  }
  CHECK(stopped_midway > ends.size());
}

TEST_CASE("whatever throws, for_each_ordered has had all items before that and no other") {
  for (support::Claims const claims : {support::Claims::single, support::Claims::given_back}) {
    support::Eager const eager(4, claims);
    Random random{7};
    for (int round = 0; round != 10 * rounds; ++round) {
      // Several throw, some where they are computed and some where they are consumed.
      std::set<int> throwing;
      std::set<int> refused;
      for (std::uint64_t count = random.below(6); count != 0; --count)
        throwing.insert(static_cast<int>(random.below(n)));
      for (std::uint64_t count = random.below(4); count != 0; --count)
        refused.insert(static_cast<int>(random.below(n)));
      int const first_throwing = throwing.empty() ? n : *throwing.begin();
      int const first_refused = refused.empty() ? n : *refused.begin();
      int const expected = first_throwing < first_refused ? first_throwing : first_refused;
      int next = 0;
      std::optional<int> thrown;
      try {
        pt::indices(n)
            .map([&](int x) {
              support::dawdle();
              if (throwing.contains(x)) throw x;
              return x;
            })
            .for_each_ordered(
                [&](int x) {
                  if (x != next) throw -1;
                  if (refused.contains(x)) throw x;
                  ++next;
                },
                1 + random.below(20));
      } catch (int x) {
        thrown = x;
      }
      if (thrown.value_or(n) != expected || next != expected) {
        FAIL("round " << round << ": thrown " << thrown.value_or(n) << ", had " << next << " instead of " << expected);
      }
    }
  }
  SUCCEED();
}
