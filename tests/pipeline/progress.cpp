#include <parallel_task/controller/progress.hpp>

#include <parallel_task/parallel_task.hpp>

#include "catch.hpp"
#include "support/eager.hpp"
#include "support/threads.hpp"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <stdexcept>
#include <thread>
#include <vector>

namespace pt = parallel_task;

namespace {

using std::chrono::hours;
using std::chrono::nanoseconds;
using support::Eager;

void work(int) { support::spin_for(std::chrono::microseconds(2)); }

// What a callback was told.
struct Told {
  std::vector<pt::Progress> all;
  bool elsewhere = false;
  std::thread::id const here = std::this_thread::get_id();

  auto listen() {
    return [this](pt::Progress const& progress) {
      if (std::this_thread::get_id() != here) elsewhere = true;
      all.push_back(progress);
    };
  }
  // What holds of every run that was not cut short.
  void check(std::size_t n) const {
    CHECK_FALSE(elsewhere);
    REQUIRE_FALSE(all.empty());
    std::size_t odd = 0;
    for (std::size_t i = 0; i != all.size(); ++i) {
      pt::Progress const& now = all[i];
      if (now.finished != (i + 1 == all.size()) || now.done > n || (now.total && *now.total != n)) ++odd;
      if (i != 0 && (now.done < all[i - 1].done || now.elapsed < all[i - 1].elapsed)) ++odd;
      if (now.left.has_value() != (now.total.has_value() && (now.done != 0 || now.finished))) ++odd;
    }
    CHECK(odd == 0);
    CHECK(all.back().done == n);
    CHECK(all.back().total == n);
    CHECK(all.back().left == nanoseconds(0));
  }
};

std::vector<int> numbers(int n) {
  std::vector<int> v;
  for (int i = 0; i != n; ++i) v.push_back(i);
  return v;
}

struct Token {
  std::atomic<bool> const* stop;
  bool stop_requested() const noexcept { return stop->load(); }
};

}  // namespace

TEST_CASE("progress is told on the calling thread, goes up, and ends with everything done") {
  std::vector<int> const v = numbers(2000);
  std::list<int> const list(v.begin(), v.end());
  for (unsigned const cores : {1U, 2U, 4U}) {
    Eager const eager(cores);
    // While the calling thread waits for a core, helpers may do all of it.
    bool const often = support::sooner_or_later([&] {
      Told random;
      pt::parallel_iter(v).progress(random.listen(), nanoseconds(0)).for_each(work);
      random.check(v.size());
      CHECK(random.all.front().total == v.size());
      return random.all.size() > 2;
    });
    CHECK(often);
    bool const often_walked = support::sooner_or_later([&] {
      Told walked;
      list | pt::parallel_iter | pt::progress(walked.listen(), nanoseconds(0)) | pt::for_each(work);
      walked.check(v.size());
      return walked.all.size() > 2;
    });
    CHECK(often_walked);
  }
}

TEST_CASE("progress is told no more often than it is asked for, and once at the end") {
  Eager const eager(2);
  std::vector<int> const v = numbers(1000);
  Told told;
  CHECK(pt::parallel_iter(v).map([](int x) { return x; }).progress(told.listen(), hours(1)).sum() == 499'500);
  CHECK(told.all.size() == 1);
  told.check(v.size());
  Told of_nothing;
  std::vector<int> const none;
  pt::parallel_iter(none).progress(of_nothing.listen()).for_each(work);
  of_nothing.check(0);
}

TEST_CASE("the caller tells while it waits for a long item of another thread") {
  Eager const eager(2);
  std::vector<int> const v = numbers(16);
  bool helper_came = false;
  for (int i = 0; i != 500 && !helper_came; ++i) {  // it may come late, on a busy machine
    std::atomic<bool> held{false};
    std::atomic<bool> told{false};
    pt::parallel_iter(v)
        .progress(
            [&](pt::Progress const& progress) {
              if (held && progress.done + 1 == v.size()) told = true;  // the caller has nothing left
            },
            nanoseconds(1000))
        .for_each([&](int) {
          if (pt::current_worker() == 0) return support::spin_for(std::chrono::microseconds(50));
          if (held.exchange(true)) return;
          while (!told) std::this_thread::yield();
        });
    helper_came = held;
  }
  CHECK(helper_came);
}

TEST_CASE("what the callback throws ends the run and is thrown by the terminal") {
  std::vector<int> const v = numbers(100'000);
  for (unsigned const cores : {1U, 3U}) {
    Eager const eager(cores);
    std::atomic<int> ran{0};
    int told = 0;
    CHECK_THROWS_AS(pt::parallel_iter(v)
                        .progress(
                            [&](pt::Progress const&) {
                              ++told;
                              throw std::runtime_error("enough");
                            },
                            nanoseconds(0))
                        .for_each([&](int) {
                          ++ran;
                          support::spin_for(std::chrono::microseconds(1));
                        }),
                    std::runtime_error);
    CHECK(told == 1);
    CHECK(ran < 100'000);
    CHECK_THROWS_AS((void)pt::parallel_iter(v)
                        .progress([](pt::Progress const&) { throw std::runtime_error("enough"); }, nanoseconds(0))
                        .find_first([](int x) { return x == 99'999; }),
                    std::runtime_error);
    CHECK_THROWS_AS(pt::parallel_iter(v)
                        .progress([](pt::Progress const&) { throw std::runtime_error("at the end"); }, hours(1))
                        .for_each([](int) {}),
                    std::runtime_error);
  }
}

TEST_CASE("a run that throws or is stopped does not call itself finished") {
  Eager const eager(3);
  std::vector<int> const v = numbers(5000);
  Told told;
  CHECK_THROWS_AS(pt::parallel_iter(v).progress(told.listen(), nanoseconds(0)).for_each([](int x) {
    work(x);
    if (x == 4000) throw std::runtime_error("4000");
  }),
                  std::runtime_error);
  std::atomic<bool> stop{false};
  CHECK_THROWS_AS(
      pt::parallel_iter(v).stop_token(Token{&stop}).progress(told.listen(), nanoseconds(0)).for_each([&](int x) {
        if (x >= 2000) stop = true;
      }),
      pt::cancelled);
  for (pt::Progress const& progress : told.all) CHECK_FALSE(progress.finished);
}

TEST_CASE("a search that ends early has finished, with what it ran") {
  Eager const eager(2);
  std::vector<int> const v = numbers(5000);
  Told told;
  CHECK(pt::parallel_iter(v).progress(told.listen(), hours(1)).find_first([](int x) { return x == 5; }) == 5);
  REQUIRE(told.all.size() == 1);
  CHECK(told.all[0].finished);
  CHECK(told.all[0].done < v.size());
}

TEST_CASE("a progress callback may change itself, be move-only, and run pipelines") {
  Eager const eager(2);
  std::vector<int> const v = numbers(500);
  std::int64_t total = 0;
  CHECK(support::sooner_or_later([&] {  // helpers may have done it all before the calling thread is told
    auto count = std::make_unique<int>(0);
    int last = 0;
    pt::parallel_iter(v)
        .progress(
            [count = std::move(count), &v, &total, &last](pt::Progress const& progress) mutable {
              ++*count;
              total = pt::parallel_iter(v).sum();
              if (progress.finished) last = *count;
            },
            nanoseconds(0))
        .for_each(work);
    return last > 1;
  }));
  CHECK(total == 124'750);
}

TEST_CASE("report, trace and progress go together, in any order and through zip") {
  Eager const eager(2);
  std::vector<int> const v = numbers(500);
  pt::RunReport report;
  pt::Trace trace;
  Told told;
  auto const other = [&] { return pt::parallel_iter(v).report(report).progress(told.listen(), hours(1)); };
  CHECK(pt::parallel_iter(v).trace(trace).zip(other()).count() == v.size());
  CHECK(report.items == v.size());
  CHECK(trace.report().items == v.size());
  told.check(v.size());
  told.all.clear();
  CHECK(other().trace(trace).zip(pt::parallel_iter(v).report(report)).count() == v.size());
  CHECK(trace.report().items == v.size());
  told.check(v.size());
}
