#include <parallel_task/stage/settings.hpp>

#include "stage/stages.hpp"

#include <chrono>
#include <thread>

using namespace stages;

namespace {

struct Token {
  std::atomic<bool> const* stop;
  bool stop_requested() const noexcept { return stop->load(); }
};

auto const forever = [](int) { std::this_thread::sleep_for(std::chrono::microseconds(100)); };

}  // namespace

#if !defined(PARALLEL_TASK_SEAM_CONTROLLER)

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

#endif

TEST_CASE("the last setting wins, wherever in the chain") {
  using pt::detail::Held;
  Held<> held;
  auto const one = pt::detail::ThreadsBy<int>{1}.set(held);
  auto const two = pt::detail::ThreadsBy<int>{2}.set(one);
  CHECK(two.settings().max_threads == 2);
  CHECK(Held<>(one).then(Held<>(two)).max_threads == 2);
  CHECK(Held<>(two).then(Held<>{}).max_threads == 2);
  CHECK(two.settings().watch == nullptr);
  pt::RunReport report;
  auto const watched = pt::detail::ReportBy<pt::RunReport>{&report}.set(held);
  CHECK(watched.settings().watch->report == &report);
  CHECK(Held<>(watched).then(Held<>{}).watching.report == &report);
}

TEST_CASE("settings leave the items alone") {
  pt::RunReport report;
  std::atomic<bool> const stop{false};
  over_every_source([&](auto pipe, ints const& expected) {
    auto const r = pipe()
                       .threads(3u)
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

TEST_CASE("no threads at all are std::invalid_argument") {
  ints const v{1};
  CHECK_THROWS_AS((void)pt::parallel_iter(v).threads(0), std::invalid_argument);
  CHECK_THROWS_AS((void)pt::parallel_iter(v).threads(-1), std::invalid_argument);
}
