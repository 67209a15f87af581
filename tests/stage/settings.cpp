#include <parallel_task/stage/settings.hpp>

#include "stage/stages.hpp"
#include "support/eager.hpp"
#include "support/threads.hpp"

#include <chrono>
#include <forward_list>
#include <functional>
#include <numeric>
#include <string>
#include <thread>

using namespace stages;

namespace {

struct Token {
  std::atomic<bool> const* stop;
  bool stop_requested() const noexcept { return stop->load(); }
};

auto const forever = [](int) { std::this_thread::sleep_for(std::chrono::microseconds(100)); };

}  // namespace

TEST_CASE("a pipeline that was told to stop throws cancelled, and computes no more") {
  std::atomic<bool> stop{false};
  std::atomic<int> calls{0};
  ints const v(100'000);
  auto pipe = pt::parallel_iter(v).stop_token(Token{&stop}).inspect(forever);
  CHECK_THROWS_AS(std::move(pipe).for_each([&](int) {
    if (++calls == 50) stop = true;
  }),
                  pt::cancelled);
  CHECK(calls < 1000);
}

TEST_CASE("a run that is told to stop ends within a few items, also where all runs before were cheap") {
  pt::Options options;
  options.cores = 4;
  support::WithOptions const four(options);
  std::vector<int> const v(100'000, 1);
  static bool dear;
  dear = false;
  for (int run = 0; run != 51; ++run) {
    std::atomic<bool> stop{false};
    std::atomic<int> after{0};
    dear = run == 50;
    auto const item = [&](int) {
      if (!dear) return;
      stop.store(true);
      after.fetch_add(1);
      support::spin_for(std::chrono::milliseconds(1));
    };
    auto const loop = [&] { pt::parallel_iter(v).stop_token(Token{&stop}).for_each(item); };
    if (!dear) {
      loop();
      continue;
    }
    CHECK_THROWS_AS(loop(), pt::cancelled);
    CHECK(after < 8);  // one item, and perhaps another for whoever had begun
  }
}

TEST_CASE("a run over more positions than 32 bits count is told to stop within a few items") {
  if (sizeof(std::size_t) == 4) return;
  pt::Options options;
  options.cores = 4;
  support::WithOptions const four(options);
  for (int bits : {33, 44, 64}) {
    std::uint64_t const n = bits == 64 ? ~std::uint64_t{0} : std::uint64_t{1} << bits;
    std::atomic<bool> stop{false};
    std::atomic<int> dear{0};
    auto const item = [&](std::uint64_t) {
      if (dear.fetch_add(1) == 20) stop.store(true);
      support::spin_for(std::chrono::microseconds(100));
      return false;
    };
    CHECK_THROWS_AS(pt::indices(std::uint64_t{0}, n).stop_token(Token{&stop}).any(item), pt::cancelled);
    CHECK(dear < 20 + 4 * 8);
  }
}

TEST_CASE("a deadline counts from the call of the terminal, or is a point in time") {
  ints const v(100'000);
  auto const begin = std::chrono::steady_clock::now();
  CHECK_THROWS_AS(pt::parallel_iter(v).deadline(std::chrono::milliseconds(5)).for_each(forever), pt::cancelled);
  CHECK_THROWS_AS(pt::parallel_iter(v).deadline(begin + std::chrono::milliseconds(5)).for_each(forever), pt::cancelled);
  CHECK(pt::parallel_iter(v).deadline(std::chrono::hours(100000000)).count() == v.size());
}

TEST_CASE("report is filled, and threads(1) runs on the caller alone") {
  pt::RunReport report;
  ints const v(1000);
  CHECK(pt::parallel_iter(v).threads(1).report(report).count() == 1000);
  CHECK(report.threads == 1);
  CHECK(report.items == 1000);
}

namespace {

/// Asked wherever a thread looks up: how many items have run on it since it looked up last.
struct LooksUp {
  static inline thread_local int since = 0;
  static inline std::atomic<int> most{0};
  [[nodiscard]] bool stop_requested() const noexcept {
    since = 0;
    return false;
  }
  static void run_an_item() {
    int const now = ++since;
    for (int seen = most; now > seen && !most.compare_exchange_weak(seen, now);) continue;
  }
};

/// Every loop is shared at once, and claims grow as fast as they may.
class Greedy {
 public:
  Greedy() {
    auto& costs = pt::detail::thread_manager.costs;
    costs.claim_floor = costs.claim = costs.strip = 1e9F;
    costs.most_claimed = 1'000'000;
  }

 private:
  Eager eager_;  // puts back what it finds
};

}  // namespace

TEST_CASE("with max_len no thread runs more than so many items before it looks up, whatever the source") {
  EngineOnly const engine_only;
  over_every_source([](auto pipe, ints const& expected) {
    for (int most : {1, 3, 50}) {
      for (unsigned threads : {1U, 4U}) {
        LooksUp::most = LooksUp::since = 0;
        auto const r = pipe()
                           .max_len(most)
                           .threads(threads)
                           .stop_token(LooksUp{})
                           .inspect([](int) { LooksUp::run_an_item(); })
                           .template collect<std::vector>();
        CHECK(r == expected);
        CHECK(LooksUp::most <= most);
      }
    }
  });
}

TEST_CASE("max_len holds where the caller goes on alone along a walked range") {
  support::Eager const eager(2);  // helpers are refused and admitted all the time
  std::forward_list<int> const list(20'000);
  LooksUp::most = LooksUp::since = 0;
  pt::parallel_iter(list).max_len(3).stop_token(LooksUp{}).for_each([](int) { LooksUp::run_an_item(); });
  CHECK(LooksUp::most > 0);
  CHECK(LooksUp::most <= 3);
}

TEST_CASE("a thread that may be stopped runs a source to its end that gives a little at a time") {
  struct Gives {
    int left;
    std::optional<int> next() { return left == 0 ? std::nullopt : std::optional<int>(left--); }
  };
  auto const n = pt::par_bridge(Gives{300'000}).threads(1).deadline(std::chrono::hours(1)).count();
  CHECK(n == 300'000);
}

TEST_CASE("max_len caps claims, and a report counts them") {
  ints const v(3000);
  Greedy const greedy;
  for (unsigned most : {1U, 10U}) {
    pt::RunReport report;
    CHECK(pt::parallel_iter(v).max_len(most).report(report).count() == v.size());
    for (pt::WorkerReport const& worker : report.workers)
      CHECK(worker.claims * most + 1 >= worker.items);  // the first may run before it is shared
  }
  pt::RunReport report;
  CHECK(pt::parallel_iter(v).report(report).count() == v.size());
  std::uint64_t claims = 0;
  for (pt::WorkerReport const& worker : report.workers) claims += worker.claims;
  CHECK(claims < v.size() / 10);  // so the two above would fail without it
}

TEST_CASE("min_len makes claims longer, and max_len goes before it") {
  EngineOnly const engine_only;
  ints const v(3000);
  auto const claims_of = [](pt::RunReport const& report) {
    std::uint64_t claims = 0;
    for (pt::WorkerReport const& worker : report.workers) claims += worker.claims;
    return claims;
  };
  Eager const one_by_one;
  pt::RunReport report;
  CHECK(pt::parallel_iter(v).report(report).count() == v.size());
  CHECK(claims_of(report) + 1 >= v.size());  // the first may run before it is shared
  CHECK(pt::parallel_iter(v).min_len(100).report(report).count() == v.size());
  CHECK(claims_of(report) < v.size() / 4);  // fewer than 100 are taken where no more wait
  CHECK(pt::parallel_iter(v).min_len(100).max_len(2).report(report).count() == v.size());
  CHECK(claims_of(report) >= v.size() / 2 - 1);
  CHECK((v | pt::parallel_iter | pt::min_len(100) | pt::count()) == v.size());
  CHECK_THROWS_AS((void)pt::parallel_iter(v).min_len(0), std::invalid_argument);
}

TEST_CASE("the last setting wins, wherever in the chain") {
  using pt::detail::CallSettings;
  CallSettings<> settings;
  auto const one = pt::detail::ThreadsStage<int>{1}.set(settings);
  auto const two = pt::detail::ThreadsStage<int>{2}.set(one);
  CHECK(two.for_run().max_threads == 2);
  CHECK(CallSettings<>(one).then(CallSettings<>(two)).max_threads == 2);
  CHECK(CallSettings<>(two).then(CallSettings<>{}).max_threads == 2);
  CHECK(two.for_run().observation == nullptr);
  pt::RunReport report;
  auto const observed = pt::detail::ReportStage<pt::RunReport>{&report}.set(settings);
  CHECK(observed.for_run().observation->report == &report);
  CHECK(CallSettings<>(observed).then(CallSettings<>{}).observation.report == &report);
  auto const five = pt::detail::MaxLenStage<int>{5}.set(settings);
  auto const six = pt::detail::MaxLenStage<unsigned long long>{6}.set(CallSettings<>(five));
  CHECK(five.for_run().observation->max_len == 5);
  CHECK(six.for_run().observation->max_len == 6);
  CHECK(CallSettings<>(five).then(CallSettings<>(six)).observation.max_len == 6);
  CHECK(CallSettings<>(six).then(CallSettings<>(observed)).observation.max_len == 6);
  CHECK(CallSettings<>(six).then(CallSettings<>(observed)).observation.report == &report);
  auto const least = pt::detail::MinLenStage<int>{7}.set(CallSettings<>(five));
  CHECK(least.observation.min_len == 7);
  CHECK(CallSettings<>(least).then(CallSettings<>(six)).observation.min_len == 7);
  CHECK(pt::detail::MaxLenStage<unsigned long long>{~0ULL}.set(settings).observation.max_len == ~std::uint32_t{0});
}

TEST_CASE("settings leave the items alone") {
  pt::RunReport report;
  std::atomic<bool> const stop{false};
  over_every_source([&](auto pipe, ints const& expected) {
    auto const r = pipe()
                       .threads(3u)
                       .max_len(7)
                       .steal_from(pt::RateOfChange{})
                       .map([](int x) { return x; })
                       .report(report)
                       .stop_token(Token{&stop})
                       .deadline(std::chrono::hours(1))
                       .threads(2)
                       .template collect<std::vector>();
    CHECK(r == expected);
  });
}

TEST_CASE("no threads at all, and claims of nothing, are std::invalid_argument") {
  ints const v{1};
  CHECK_THROWS_AS((void)pt::parallel_iter(v).threads(0), std::invalid_argument);
  CHECK_THROWS_AS((void)pt::parallel_iter(v).threads(-1), std::invalid_argument);
  CHECK_THROWS_AS((void)pt::parallel_iter(v).max_len(0), std::invalid_argument);
  CHECK_THROWS_AS((void)pt::parallel_iter(v).max_len(-1), std::invalid_argument);
}

TEST_CASE("a run that one thread has to itself ends as others do") {
  auto const check = [](auto const& alone) {
    ints v(1000);
    std::iota(v.begin(), v.end(), 0);
    auto const sum_up = [](int& sum, int x) { sum += x; };
    // What a stage has kept back comes, and of no items nothing is made.
    CHECK(alone(pt::parallel_iter(v)).fold([] { return 0; }, sum_up).sum() == 499'500);
    std::atomic<int> made{0};
    auto const make = [&made] { return ++made; };
    ints const none;
    CHECK(alone(pt::parallel_iter(none)).map_init(make, [](int&, int x) { return x; }).count() == 0);
    CHECK(made == 0);
    CHECK_FALSE(alone(pt::parallel_iter(none)).reduce(std::plus<>()).has_value());
    CHECK(alone(pt::parallel_iter(v)).map_init(make, [](int&, int x) { return x; }).count() == 1000);
    CHECK(made == 1);
    // A cut, and an exception.
    int seen = 0;
    auto const late = [&seen](int x) { return ++seen, x >= 700; };
    CHECK(alone(pt::parallel_iter(v)).map([](int x) { return x; }).find_first(late) == 700);
    CHECK(seen < 1000);
    int ran = 0;
    CHECK_THROWS_AS(alone(pt::parallel_iter(v)).for_each([&ran](int) {
      if (++ran == 10) throw std::string("tenth");
    }),
                    std::string);
    CHECK(ran == 10);
    // Who asks for a stop has it, and who asks what it did is told.
    std::atomic<bool> stop{false};
    std::atomic<int> calls{0};
    CHECK_THROWS_AS(alone(pt::parallel_iter(v)).stop_token(Token{&stop}).for_each([&](int x) {
      if (++calls == 50) stop = true;
      forever(x);
    }),
                    pt::cancelled);
    CHECK(calls < 100);
    calls = 0;
    auto const counts = [&calls](int x) {
      ++calls;
      forever(x);
    };
    CHECK_THROWS_AS(alone(pt::parallel_iter(v)).deadline(std::chrono::milliseconds(2)).for_each(counts), pt::cancelled);
    CHECK(calls < 1000);
    pt::RunReport report;
    CHECK(alone(pt::parallel_iter(v)).report(report).count() == 1000);
    CHECK(report.items == 1000);
    CHECK(report.reason == pt::RunReason::one_thread_only);
  };
  check([](auto pipe) { return std::move(pipe).threads(1); });
  pt::Options options;
  options.threads = 1;
  support::WithOptions const one(options);
  check([](auto pipe) { return pipe; });
}
