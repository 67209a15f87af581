// with(settings…), and what an algorithm of several passes makes of them.
#include "algorithm/as_if.hpp"

#include <parallel_task/state_dump.hpp>

#include <atomic>
#include <chrono>
#include <cmath>
#include <functional>
#include <list>
#include <new>
#include <numeric>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace as_if {

namespace {

struct StopFlag {
  std::atomic<bool> const* requested;
  [[nodiscard]] bool stop_requested() const noexcept { return requested->load(); }
};

std::uint64_t items_of_workers(pt::RunReport const& report) {
  std::uint64_t sum = 0;
  for (pt::WorkerReport const& worker : report.workers) sum += worker.items;
  return sum;
}

/// Passes of a made-up algorithm.
template <class H>
pt::detail::Passes passes(pt::detail::Context<H> const& context, std::size_t n) {
  return pt::detail::Passes(context, n);
}

}  // namespace

TEST_CASE("parallel_for and for_each take with as their first argument") {
  support::Eager const eager(4);
  pt::RunReport report;
  std::atomic<int> sum{0};
  pt::parallel_for(pt::with(pt::report(report)), 100, [&](int i) { sum += i; });
  CHECK(sum == 4950);
  CHECK(report.items == 100);
  pt::parallel_for(pt::with(pt::threads(1) | pt::report(report)), 50, 100, [&](int i) { sum -= i; });
  CHECK(sum == 1225);
  CHECK(report.threads == 1);
  std::list<int> list(70, 2);
  pt::for_each(pt::with(pt::report(report)), list, [](int& x) { ++x; });
  CHECK(report.items == 70);
  CHECK(std::accumulate(list.begin(), list.end(), 0) == 210);
  pt::for_each(pt::with(pt::report(report)), std::vector<int>(30, 1), [&](int x) { sum += x; });
  CHECK(sum == 1255);
  CHECK(report.items == 30);
  pt::for_each(pt::with(pt::report(report)), list.begin(), list.end(), [](int& x) { ++x; });
  CHECK(list.back() == 4);
  pt::parallel_for(pt::with(), 3, [&](int) { ++sum; });
  CHECK(sum == 1258);
}

TEST_CASE("the last of two settings of a kind counts and they may be joined before") {
  support::Eager const eager(4);
  pt::RunReport first;
  pt::RunReport second;
  auto const both = pt::threads(3) | pt::report(first);
  std::vector<int> v(500, 1);
  pt::for_each(pt::with(both, pt::report(second), pt::threads(1)), v, [](int& x) { ++x; });
  CHECK(first.items == 0);
  CHECK(second.items == 500);
  CHECK(second.threads == 1);
}

TEST_CASE("what with returns may be kept and used by several threads") {
  support::Eager const eager(4);
  std::atomic<bool> stop{false};
  auto const context = pt::with(pt::stop_token(StopFlag{&stop}), pt::deadline(std::chrono::hours(1)), pt::max_len(7));
  std::atomic<int> cancelled{0};
  std::atomic<long> total{0};
  auto const work = [&] {
    for (int i = 0; i != 200; ++i) {
      std::vector<int> v(64, 1);
      try {
        pt::transform(context, v, v, [](int x) { return x + 1; });
        total += pt::sum(context, v);
      } catch (pt::cancelled const&) {
        ++cancelled;
      }
    }
  };
  std::thread one(work);
  std::thread other(work);
  work();
  one.join();
  other.join();
  CHECK(total == 3L * 200 * 128);
  stop = true;
  work();
  CHECK(cancelled == 200);
}

TEST_CASE("an algorithm of several passes is one report") {
  for (unsigned const count : {1U, 2U, 8U}) {
    support::Eager const eager(count);
    std::size_t const n = 3001;
    std::vector<std::string> v(n, "a");
    std::uint32_t most = 0;
    for (int i = 0; i < 20 || (count > 1 && most < 2 && i < 4000); ++i) {
      pt::RunReport report;
      report.items = 77;  // of another run
      report.workers.resize(3);
      pt::rotate(pt::with(pt::report(report)), v, v.begin() + 1000);
      CHECK(report.items == n);
      CHECK(report.end == pt::RunEnd::complete);
      CHECK(report.threads == report.workers.size());
      CHECK(items_of_workers(report) <= n * report.threads);
      CHECK(items_of_workers(report) >= n / 2);
      double busy = 0;
      std::uint64_t steals = 0;
      for (pt::WorkerReport const& worker : report.workers) {
        busy += worker.busy_ns;
        steals += worker.steals;
      }
      CHECK(report.steals == steals);  // of all passes, there and here
      CHECK(report.duration_ns > 0);
      CHECK(report.cost_per_item_ns == Approx(busy / static_cast<double>(n)));
      CHECK(report.cores_used() <= static_cast<double>(report.threads) + 0.5);
      if (report.threads > 1) CHECK(report.reason == pt::RunReason::shared);
      if (report.threads > most) most = report.threads;
    }
    CHECK((most > 1) == (count > 1));
  }
}

TEST_CASE("a report of passes counts the items of the range") {
  support::Eager const eager(3);
  pt::RunReport report;
  auto const context = pt::with(pt::report(report));
  {
    auto three = passes(context, 1000);
    three.blocks(1000, 64, [](std::size_t, std::size_t) {});
    CHECK(report.items == 1000);
    three.each(
        10, [](std::size_t) {}, 100);
    CHECK(report.items == 1000);
    three.stretches(1000, [](std::size_t, std::size_t) {});
    CHECK(report.items == 1000);
    CHECK(report.duration_ns > 0);
  }
  auto alone = passes(context, 500);
  bool ran = false;
  alone.alone([&] { ran = true; });
  CHECK(ran);
  CHECK(report.items == 500);
  CHECK(report.threads == 1);
  CHECK(report.reason != pt::RunReason::one_item);
  CHECK(report.cost_per_item_ns * 500 <= report.duration_ns * 1.01);
  auto none = passes(context, 0);
  none.alone([] {});
  CHECK(report.items == 0);
  CHECK(report.reason == pt::RunReason::nothing_to_do);
}

TEST_CASE("the first exception is thrown and the report says so") {
  support::Eager const eager(4);
  std::vector<int> v(1000, 1);
  pt::RunReport report;
  CHECK_THROWS_AS(pt::transform(pt::with(pt::report(report)), v, v,
                                [](int x) { return x == 1 ? throw std::domain_error("one") : x; }),
                  std::domain_error);
  CHECK(report.end == pt::RunEnd::threw);
  CHECK(report.items < 1000);

  // In the second pass of two.
  auto const context = pt::with(pt::report(report));
  auto two = passes(context, 100);
  two.each(100, [](std::size_t) {});
  CHECK_THROWS_AS(two.each(100, [](std::size_t i) { return i == 50 ? throw std::domain_error("fifty") : 0; }),
                  std::domain_error);
  CHECK(report.end == pt::RunEnd::threw);
  CHECK(report.items == 100);
}

TEST_CASE("stop tokens and deadlines throw and the report says why") {
  support::Eager const eager(4);
  std::atomic<bool> stop{true};
  std::vector<int> v(1000, 1);
  pt::RunReport report;
  CHECK_THROWS_AS(pt::fill(pt::with(pt::stop_token(StopFlag{&stop}), pt::report(report)), v, 2), pt::cancelled);
  CHECK(report.end == pt::RunEnd::stop_requested);
  CHECK(v == std::vector<int>(1000, 1));
  auto const past = std::chrono::steady_clock::now() - std::chrono::seconds(1);
  CHECK_THROWS_AS(pt::find(pt::with(pt::deadline(past), pt::report(report)), v, 2), pt::cancelled);
  CHECK(report.end == pt::RunEnd::deadline);
  std::list<int> list(10, 1);
  CHECK_THROWS_AS(pt::reverse(pt::with(pt::deadline(past)), list), pt::cancelled);
  CHECK_THROWS_AS(pt::shuffle(pt::with(pt::deadline(past)), v, 1), pt::cancelled);

  // In the midst: what has run has run, nothing else.
  stop = false;
  std::atomic<int> calls{0};
  auto const until = [&](int x) {
    if (++calls == 100) stop = true;
    return x + 1;
  };
  CHECK_THROWS_AS(pt::transform(pt::with(pt::stop_token(StopFlag{&stop}), pt::report(report)), v, v, until),
                  pt::cancelled);
  CHECK(std::accumulate(v.begin(), v.end(), 0) == 1000 + calls);
  CHECK(report.end == pt::RunEnd::stop_requested);
}

TEST_CASE("a pass to the end is ended by nothing but its own exception") {
  support::Eager const eager(4);
  std::atomic<bool> stop{true};
  auto const throws = [](pt::Progress const&) { throw std::domain_error("of progress"); };
  pt::RunReport report;
  auto const context = pt::with(pt::stop_token(StopFlag{&stop}), pt::deadline(std::chrono::nanoseconds(1)),
                                pt::progress(throws, std::chrono::nanoseconds(0)), pt::report(report));
  auto two = passes(context, 1000);
  std::atomic<int> ran{0};
  two.each_to_the_end(1000, [&](std::size_t) { ++ran; });
  CHECK(ran == 1000);
  CHECK(report.items == 1000);
  two.blocks_to_the_end(1000, 30, [&](std::size_t first, std::size_t last) { ran += static_cast<int>(last - first); });
  CHECK(ran == 2000);
  CHECK_THROWS_AS(two.each_to_the_end(10, [](std::size_t i) { return i == 5 ? throw std::range_error("five") : 0; }),
                  std::range_error);
  CHECK_THROWS(two.each(1000, [&](std::size_t) { ++ran; }));
}

TEST_CASE("an algorithm over nothing answers as without settings, and its report counts nothing") {
  std::atomic<bool> stop{false};
  pt::RunReport report;
  auto const context =
      pt::with(pt::stop_token(StopFlag{&stop}), pt::report(report), pt::deadline(std::chrono::hours(1)));
  std::vector<int> const none;
  std::vector<int> const some{1, 2, 3};
  std::vector<int> out(3);
  CHECK(pt::includes(context, some, none));
  CHECK(pt::includes(context, none, none));
  CHECK_FALSE(pt::includes(context, none, some));
  CHECK(pt::equal(context, none, none));
  CHECK(pt::all_of(context, none, [](int) { return false; }));
  CHECK(pt::is_sorted(context, none));
  CHECK(pt::is_partitioned(context, none, [](int) { return false; }));
  CHECK(pt::search(context, some, none).begin() == some.begin());
  CHECK(pt::merge(context, none, none, out).out == out.begin());
  CHECK_FALSE(pt::includes(context, some, std::vector<int>{4}));
  report = {};
  CHECK(pt::includes(context, some, none));
  CHECK(report.items == 0);
}

TEST_CASE("progress is told while an algorithm runs and may end it") {
  support::Eager const eager(3);
  std::size_t calls = 0;
  bool finished = false;
  auto const tell = [&](pt::Progress const& progress) {
    ++calls;
    finished = progress.finished;
    if (progress.total) CHECK(progress.done <= *progress.total);
  };
  std::vector<int> v(2000, 1);
  // The calling thread tells of it; again where it had lost its core, and others did all that was left.
  for (int round = 0; calls < 2 && round != 200; ++round) {
    calls = 0;
    pt::transform(pt::with(pt::progress(tell, std::chrono::nanoseconds(0))), v, v, [](int x) { return x + 1; });
    CHECK(finished);
  }
  CHECK(calls > 1);
  auto const enough = [](pt::Progress const&) { throw std::domain_error("enough"); };
  CHECK_THROWS_AS(pt::transform(pt::with(pt::progress(enough, std::chrono::nanoseconds(0))), v, v, std::negate<>()),
                  std::domain_error);
}

TEST_CASE("a trace has the threads of an algorithm") {
  support::Eager const eager(4);
  pt::Trace trace;
  std::vector<int> v(2000, 1);
  pt::transform(pt::with(pt::trace(trace)), v, v, [](int x) { return x + 1; });
  CHECK(trace.rows() >= 1);
  CHECK(trace.report().items == 2000);
}

TEST_CASE("deterministic totals are the same bits on any number of threads") {
  std::vector<double> v(10'000);
  for (std::size_t i = 0; i != v.size(); ++i) v[i] = std::sin(static_cast<double>(i)) * 1e10;
  auto const square = [](double x) { return x * x * 1e-3; };
  auto const total = [&] { return pt::transform_reduce(pt::with(pt::deterministic()), v, 0.1, std::plus<>(), square); };
  auto const product = [&] { return pt::transform_reduce(pt::with(pt::deterministic()), v, v, 0.1); };
  double const expected = total();
  double const expected_product = product();
  for (unsigned const count : {1U, 2U, 3U, 8U}) {
    support::Eager const eager(count);
    for (int i = 0; i != 20; ++i) {
      REQUIRE(total() == expected);
      REQUIRE(product() == expected_product);
    }
  }
}

TEST_CASE("an algorithm inside of an algorithm") {
  support::Eager const eager(4);
  std::vector<std::vector<int>> rows(40, std::vector<int>(300, 1));
  pt::for_each(rows, [](std::vector<int>& row) {
    pt::transform(row, row, [](int x) { return x + 1; });
    pt::shuffle(row, 3);
    pt::reverse(row);
  });
  CHECK(pt::transform_reduce(rows, 0L, std::plus<>(), [](std::vector<int> const& row) { return pt::sum(row); }) ==
        40L * 600);
}

}  // namespace as_if
