// Stop tokens and deadlines: a stopped run never looks finished.
#include "stress/calls.hpp"

#include <parallel_task/parallel_task.hpp>

#include <list>
#include <optional>
#include <thread>
#include <vector>

using namespace stress;

namespace {

struct Flag {
  std::atomic<bool> const* raised;
  [[nodiscard]] bool stop_requested() const { return raised->load(std::memory_order_relaxed); }
};

template <class F>
std::optional<pt::StopReason> why(F run) {
  try {
    run();
  } catch (pt::cancelled const& stopped) {
    return stopped.reason();
  }
  return std::nullopt;
}

struct Endless {
  int at = 0;
  std::optional<int> next() { return at++; }
};

}  // namespace

TEST_CASE("a token that was raised before stops every terminal") {
  for (unsigned cores : {1U, 8U}) {
    support::Eager const eager(cores);
    std::atomic<bool> const raised{true};
    Flag const flag{&raised};
    std::vector<int> const v(1000, 1);
    std::list<int> const list(1000, 1);
    auto const stopped = pt::StopReason::stop_requested;
    CHECK(why([&] { pt::parallel_iter(v).stop_token(flag).for_each([](int) {}); }) == stopped);
    CHECK(why([&] { (void)pt::parallel_iter(v).stop_token(flag).collect<std::vector>(); }) == stopped);
    CHECK(why([&] { (void)pt::parallel_iter(list).stop_token(flag).collect<std::vector>(); }) == stopped);
    CHECK(why([&] { (void)pt::parallel_iter(list).stop_token(flag).sum(); }) == stopped);
    CHECK(why([&] { (void)pt::par_bridge(Endless{}).stop_token(flag).count(); }) == stopped);
    CHECK(why([&] { pt::parallel_iter(v).stop_token(flag).for_each_ordered([](int) {}); }) == stopped);
    CHECK(why([&] { (void)pt::parallel_iter(v).stop_token(flag).find_first([](int x) { return x == 2; }); }) ==
          stopped);
    CHECK(why([&] { (void)pt::parallel_iter(v).filter([](int) { return true; }).stop_token(flag).min(); }) == stopped);
    // Nothing is stopped where there was nothing to do.
    std::vector<int> const none;
    CHECK(pt::parallel_iter(none).stop_token(flag).count() == 0);
  }
}

TEST_CASE("a token raised in the middle stops all workers soon, also over an endless source") {
  for (unsigned cores : {1U, 2U, 8U}) {
    support::Eager const eager(cores);
    for (int round = 0; round != 20; ++round) {
      std::atomic<bool> raised{false};
      std::atomic<int> ran{0};
      std::atomic<int> after{0};
      auto const reason = why([&] {
        pt::par_bridge(Endless{}).stop_token(Flag{&raised}).for_each([&](int) {
          if (raised) ++after;
          if (++ran == 300) raised = true;
          support::spin_for(
              std::chrono::nanoseconds(200));  // a strip is about 1 us: of cheaper items it would hold hundreds
        });
      });
      if (reason != pt::StopReason::stop_requested) FAIL("not stopped");
      // Each worker ends with the item, or the claim of one, that it had.
      if (after > 100) FAIL(after << " items after the stop");
    }
  }
  SUCCEED();
}

TEST_CASE("a token raised by another thread, while items block") {
  support::Eager const eager(4);
  std::atomic<bool> raised{false};
  std::thread other([&] {
    std::this_thread::sleep_for(milliseconds(20));
    raised = true;
  });
  CHECK(why([&] {
          pt::indices(1'000'000).stop_token(Flag{&raised}).for_each([](int) {
            std::this_thread::sleep_for(milliseconds(1));
          });
        }) == pt::StopReason::stop_requested);
  other.join();
}

TEST_CASE("a run that ends before it is stopped is finished") {
  support::Eager const eager(4);
  std::atomic<bool> const raised{false};
  for (int round = 0; round != 50; ++round) {
    std::atomic<int> ran{0};
    CHECK(why([&] {
            pt::indices(500).stop_token(Flag{&raised}).deadline(std::chrono::hours(1000)).for_each([&](int) { ++ran; });
          }) == std::nullopt);
    CHECK(ran == 500);
  }
}

TEST_CASE("deadlines: in the past, in the middle, far away") {
  for (unsigned cores : {1U, 4U}) {
    support::Eager const eager(cores);
    auto const late = pt::StopReason::deadline;
    std::atomic<int> ran{0};
    auto const count = [&](int) { ++ran; };
    CHECK(why([&] { pt::indices(100).deadline(support::Clock::now() - milliseconds(1)).for_each(count); }) == late);
    CHECK(why([&] { pt::indices(100).deadline(milliseconds(-5)).for_each(count); }) == late);
    CHECK(why([&] { pt::indices(100).deadline(milliseconds(0)).for_each(count); }) == late);
    // A busy machine may have let the time pass before the first item.
    milliseconds time(10);
    bool const begins_in_time = support::sooner_or_later([&] {
      ran = 0;
      auto const begun = support::Clock::now();
      CHECK(why([&] { (void)pt::par_bridge(Endless{}).deadline(time).inspect(count).count(); }) == late);
      CHECK(support::Clock::now() - begun >= time);
      time *= 2;
      return ran > 0;
    });
    CHECK(begins_in_time);
    CHECK(why([&] { pt::indices(100).deadline(support::Clock::time_point::max()).for_each(count); }) == std::nullopt);
    CHECK(why([&] { pt::indices(100).deadline(std::chrono::hours::max()).for_each(count); }) == std::nullopt);
  }
}

TEST_CASE("a nested run that is stopped stops what it is in, as any exception would") {
  support::Eager const eager(4);
  std::atomic<bool> const raised{true};
  for (int round = 0; round != 20; ++round) {
    CHECK(why([&] {
            each(10, [&](std::size_t i) {
              if (i == 7) pt::indices(50).stop_token(Flag{&raised}).for_each([](int) {});
            });
          }) == pt::StopReason::stop_requested);
  }
}

TEST_CASE("of a stop and an exception one comes out, and nothing looks finished") {
  support::Eager const eager(4);
  for (int round = 0; round != 100; ++round) {
    std::atomic<bool> raised{false};
    bool ended = false;
    try {
      pt::indices(400).stop_token(Flag{&raised}).for_each([&](int i) {
        if (i == 100) raised = true;
        if (i == 300) throw 7;
      });
    } catch (pt::cancelled const&) {
      ended = true;
    } catch (int) {
      ended = true;
    }
    if (!ended) FAIL("round " << round);
  }
  SUCCEED();
}

TEST_CASE("a stopped run reports what it did") {
  support::Eager const eager(4);
  std::atomic<bool> raised{false};
  std::atomic<int> ran{0};
  pt::RunReport report;
  // By number, not by position: the caller may be kept from its first positions until helpers have run all others.
  CHECK(why([&] {
          pt::indices(100'000).report(report).stop_token(Flag{&raised}).for_each([&](int) {
            if (++ran == 20) raised = true;
          });
        }) == pt::StopReason::stop_requested);
  CHECK(report.items > 0);
  CHECK(report.items < 100'000);
}
