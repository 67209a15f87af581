// join and scope that are told by with(...): threads, stops, deadlines, reports.
#include <parallel_task/parallel_task.hpp>
#include <parallel_task/structure.hpp>

#include "catch.hpp"
#include "support/eager.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <set>
#include <stdexcept>
#include <thread>
#include <tuple>
#include <utility>

namespace {

namespace pt = parallel_task;

struct ToldToken {
  std::atomic<bool> const* stop;
  [[nodiscard]] bool stop_requested() const { return stop->load(std::memory_order_relaxed); }
};

std::uint64_t told_fib(unsigned n) {
  if (n < 2) return n;
  auto const [a, b] = pt::join([n] { return told_fib(n - 1); }, [n] { return told_fib(n - 2); });
  return a + b;
}

/// Joins without end, unless they are stopped before they begin.
void told_forever(std::atomic<std::uint64_t>& made) {
  made.fetch_add(1, std::memory_order_relaxed);
  (void)pt::join([&] { told_forever(made); }, [&] { told_forever(made); });
}

void told_spawn_forever(pt::Scope& s, std::atomic<std::uint64_t>& made) {
  made.fetch_add(1, std::memory_order_relaxed);
  s.spawn([&] { told_spawn_forever(s, made); });
  if (made.load(std::memory_order_relaxed) % 2 == 0) s.spawn([&] { made.fetch_add(1, std::memory_order_relaxed); });
}

template <class F>
pt::StopReason told_reason_of(F&& f) {
  try {
    static_cast<F&&>(f)();
  } catch (pt::cancelled const& error) {
    return error.reason();
  }
  throw std::logic_error("it was not stopped");
}

}  // namespace

TEST_CASE("join and scope return under settings what they return without") {
  for (unsigned cores : {1U, 2U, 8U}) {
    support::Eager const eager(cores);
    auto const four = pt::with(pt::threads(4));
    auto const [a, b, nothing] = pt::join(
        four, [] { return told_fib(12); }, [] { return 3; }, [] {});
    CHECK(a == 144);
    CHECK(b == 3);
    CHECK(std::get<0>(pt::join(four, [] { return told_fib(10); })) == 55);
    std::atomic<int> ran{0};
    CHECK(pt::scope(four, [&](pt::Scope& s) {
            for (int i = 0; i != 100; ++i) s.spawn([&] { ran.fetch_add(1, std::memory_order_relaxed); });
            return 7;
          }) == 7);
    CHECK(ran.load() == 100);
    CHECK_THROWS_AS(pt::join(
                        four, [] { throw std::runtime_error("left"); }, [] {}),
                    std::runtime_error);
    CHECK_THROWS_AS(pt::scope(four, [&](pt::Scope& s) { s.spawn([] { throw std::runtime_error("task"); }); }),
                    std::runtime_error);
    CHECK(told_fib(10) == 55);
  }
}

TEST_CASE("a join and a scope use no more threads than they are told") {
  support::Eager const eager(8);
  for (unsigned most : {1U, 2U, 3U}) {
    std::atomic<std::uint32_t> seen{0};
    auto const note = [&] { seen.fetch_or(1U << pt::current_worker() % 32, std::memory_order_relaxed); };
    pt::RunReport report;
    for (int round = 0; round != 5; ++round) {
      seen = 0;
      pt::scope(pt::with(pt::threads(most), pt::report(report)), [&](pt::Scope& s) {
        for (int i = 0; i != 200; ++i) {
          s.spawn([&] {
            note();
            std::this_thread::yield();
          });
        }
      });
      CHECK(report.items == 200);
      CHECK(report.threads <= most);
      CHECK((report.reason == pt::RunReason::one_thread_only) == (most == 1));
      CHECK((most != 1 || seen.load() == 1));
      struct Tree {
        decltype(note) const& each;
        void operator()(int depth) const {
          each();
          std::this_thread::yield();
          if (depth != 0) (void)pt::join([&] { (*this)(depth - 1); }, [&] { (*this)(depth - 1); });
        }
      };
      (void)pt::join(
          pt::with(pt::report(report), pt::threads(most)), [&] { Tree{note}(6); }, [&] { Tree{note}(6); });
      CHECK(report.threads <= most);
      CHECK(report.threads >= 1);
    }
  }
}

TEST_CASE("a report of a scope counts tasks and a report of a join what others have taken") {
  support::Eager const eager(4);
  pt::RunReport report;
  bool shared = false;
  for (int round = 0; round < 20 || !shared; ++round) {
    std::atomic<std::uint64_t> elsewhere{0};
    pt::scope(pt::with(pt::report(report)), [&](pt::Scope& s) {
      for (int i = 0; i != 300; ++i) {
        s.spawn([&] {
          if (pt::current_worker() != 0) elsewhere.fetch_add(1, std::memory_order_relaxed);
          std::this_thread::yield();
        });
      }
    });
    CHECK(report.items == 300);
    CHECK(report.end == pt::RunEnd::complete);
    REQUIRE_FALSE(report.workers.empty());
    CHECK(report.workers.front().thread == 0);
    std::uint64_t helpers = 0;
    for (pt::WorkerReport const& worker : report.workers) helpers += worker.thread != 0 ? worker.items : 0;
    CHECK(helpers == elsewhere.load());
    shared = report.reason == pt::RunReason::shared;
    CHECK(shared == (elsewhere.load() != 0));
    if (shared) CHECK(report.time_to_engage_ns > 0);
  }
  for (bool taken = false; !taken;) {
    auto const result = pt::join(
        pt::with(pt::report(report)), [] { return told_fib(14); }, [] { return told_fib(13); });
    CHECK(std::get<0>(result) + std::get<1>(result) == 610);
    taken = report.reason == pt::RunReason::shared;
    CHECK(taken == (report.items > 1));
    CHECK(taken == (report.threads > 1));
  }
  CHECK_THROWS_AS(pt::scope(pt::with(pt::report(report)), [](pt::Scope& s) { s.spawn([] { throw 1; }); }), int);
  CHECK(report.end == pt::RunEnd::threw);
  CHECK_THROWS_AS(pt::join(
                      pt::with(pt::report(report)), [] { throw 1; }, [] {}),
                  int);
  CHECK(report.end == pt::RunEnd::threw);
}

TEST_CASE("a token ends joins and a scope that would have no end") {
  for (unsigned cores : {1U, 2U, 8U}) {
    support::Eager const eager(cores);
    for (bool at_once : {true, false}) {
      std::atomic<bool> stop{at_once};
      std::atomic<std::uint64_t> made{0};
      std::thread stopper([&] {
        while (!at_once && made.load(std::memory_order_relaxed) < 50) std::this_thread::yield();
        stop.store(true, std::memory_order_relaxed);
      });
      pt::RunReport report;
      CHECK(told_reason_of([&] {
              pt::scope(pt::with(pt::stop_token(ToldToken{&stop}), pt::report(report)),
                        [&](pt::Scope& s) { told_spawn_forever(s, made); });
            }) == pt::StopReason::stop_requested);
      CHECK(report.end == pt::RunEnd::stop_requested);
      stopper.join();
    }
    std::atomic<bool> stop{false};
    std::atomic<std::uint64_t> made{0};
    std::thread stopper([&] {
      while (made.load(std::memory_order_relaxed) < 10) std::this_thread::yield();
      stop.store(true, std::memory_order_relaxed);
    });
    struct Wide {
      std::atomic<std::uint64_t>& count;
      void operator()(int depth) const {
        count.fetch_add(1, std::memory_order_relaxed);
        std::this_thread::yield();
        if (depth != 0) (void)pt::join([&] { (*this)(depth - 1); }, [&] { (*this)(depth - 1); });
      }
    };
    pt::RunReport report;
    CHECK(told_reason_of([&] {
            (void)pt::join(
                pt::with(pt::stop_token(ToldToken{&stop}), pt::report(report)), [&] { Wide{made}(60); },
                [&] { Wide{made}(60); });
          }) == pt::StopReason::stop_requested);
    CHECK(report.end == pt::RunEnd::stop_requested);
    stopper.join();
  }
}

TEST_CASE("a deadline ends joins and a scope and what waits is destroyed") {
  support::Eager const eager(2);
  auto const past = pt::with(pt::deadline(std::chrono::nanoseconds(1)));
  std::atomic<std::uint64_t> made{0};
  CHECK(told_reason_of([&] {
          (void)pt::join(
              past, [&] { told_forever(made); }, [&] { told_forever(made); });
        }) == pt::StopReason::deadline);
  CHECK(made.load() == 0);  // it was over before the first
  struct Counted {
    explicit Counted(std::atomic<int>& n) : alive(&n) { ++*alive; }
    Counted(Counted const& other) : alive(other.alive) { ++*alive; }
    Counted& operator=(Counted const&) = delete;
    ~Counted() { --*alive; }
    std::atomic<int>* alive;
  };
  std::atomic<int> alive{0};
  std::atomic<int> ran{0};
  CHECK(told_reason_of([&] {
          pt::scope(past, [&](pt::Scope& s) {
            for (int i = 0; i != 100; ++i) {
              s.spawn([held = Counted(alive), &ran] { ran.fetch_add(1, std::memory_order_relaxed); });
            }
          });
        }) == pt::StopReason::deadline);
  CHECK(alive.load() == 0);
  CHECK(ran.load() <= 2);
  pt::scope(pt::with(pt::deadline(std::chrono::hours(1))),
            [&](pt::Scope& s) { s.spawn([&] { ran.fetch_add(100, std::memory_order_relaxed); }); });
  CHECK(ran.load() >= 100);
}

TEST_CASE("what a token throws is thrown by the join and the scope") {
  struct Throws {
    bool stop_requested() const { throw std::domain_error("token"); }
  };
  support::Eager const eager(2);
  CHECK_THROWS_AS(pt::join(
                      pt::with(pt::stop_token(Throws())), [] {}, [] {}),
                  std::domain_error);
  CHECK_THROWS_AS(pt::scope(pt::with(pt::stop_token(Throws())), [](pt::Scope& s) { s.spawn([] {}); }),
                  std::domain_error);
}

TEST_CASE("settings of a join hold for its own joins and for no others") {
  support::Eager const eager(8);
  std::atomic<bool> const stop{true};
  auto const stopped = pt::with(pt::stop_token(ToldToken{&stop}));
  CHECK(told_fib(8) == 21);
  CHECK(std::get<0>(pt::join(
            pt::with(pt::threads(2)),
            [&] {
              int caught = 0;
              try {
                (void)pt::join(
                    stopped, [] {}, [] {});
              } catch (pt::cancelled const&) {
                ++caught;
              }
              return caught + static_cast<int>(told_fib(8));  // these may go on
            },
            [] { return told_fib(9); })) == 22);
  CHECK_THROWS_AS(pt::join(
                      pt::with(pt::max_len(3)), [] {}, [] {}),
                  std::invalid_argument);
}
