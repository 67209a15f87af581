#include <parallel_task/parallel_task.hpp>

#include "catch.hpp"
#include "support/eager.hpp"
#include "support/threads.hpp"

#include <chrono>
#include <cstddef>
#include <list>
#include <numeric>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace pt = parallel_task;

namespace {

using pt::RunEnd;
using support::Eager;

std::vector<int> numbers(int n) {
  std::vector<int> v(static_cast<std::size_t>(n));
  std::iota(v.begin(), v.end(), 0);
  return v;
}

struct Pressed {
  [[nodiscard]] bool stop_requested() const noexcept { return true; }
};

int throws_at_900(int x) {
  if (x == 900) throw std::runtime_error("900");
  return x;
}
bool is_900(int x) { return x == 900; }

// How the run ends that `run` makes of a pipeline with a report.
template <class Range, class Run>
RunEnd end_of(Range const& range, Run run) {
  pt::RunReport report;
  try {
    run(pt::parallel_iter(range).report(report));
  } catch (std::runtime_error const&) {
  } catch (pt::cancelled const&) {
  }
  return report.end;
}

template <class Range>
void check_ends(Range const& range) {
  auto const end = [&](auto run) { return end_of(range, run); };
  // complete
  CHECK(end([](auto p) { std::move(p).for_each([](int) {}); }) == RunEnd::complete);
  CHECK(end([](auto p) { (void)std::move(p).template collect<std::vector>(); }) == RunEnd::complete);
  CHECK(end([](auto p) { std::move(p).for_each_ordered([](int) {}, 50); }) == RunEnd::complete);
  CHECK(end([](auto p) { (void)std::move(p).any([](int x) { return x < 0; }); }) == RunEnd::complete);
  CHECK(end([](auto p) { (void)std::move(p).find_first([](int x) { return x < 0; }); }) == RunEnd::complete);
  CHECK(end([](auto p) { (void)std::move(p).take(0).count(); }) == RunEnd::complete);
  // early
  CHECK(end([](auto p) { (void)std::move(p).any(is_900); }) == RunEnd::early);
  CHECK(end([](auto p) { (void)std::move(p).find_any(is_900); }) == RunEnd::early);
  CHECK(end([](auto p) { (void)std::move(p).find_first(is_900); }) == RunEnd::early);
  CHECK(end([](auto p) { (void)std::move(p).contains(900); }) == RunEnd::early);
  CHECK(end([](auto p) { (void)std::move(p).take_while([](int x) { return x < 900; }).count(); }) == RunEnd::early);
  CHECK(end([](auto p) { (void)std::move(p).try_for_each([](int x) { return x < 900; }); }) == RunEnd::early);
  CHECK(end([](auto p) { std::move(p).take_while([](int x) { return x < 900; }).for_each_ordered([](int) {}, 50); }) ==
        RunEnd::early);
  // threw: a stage, a consumer, what joins, a callback
  CHECK(end([](auto p) { (void)std::move(p).map(throws_at_900).sum(); }) == RunEnd::threw);
  CHECK(end([](auto p) { std::move(p).for_each([](int x) { throws_at_900(x); }); }) == RunEnd::threw);
  CHECK(end([](auto p) { (void)std::move(p).map(throws_at_900).find_first([](int x) { return x == 950; }); }) ==
        RunEnd::threw);
  CHECK(end([](auto p) { std::move(p).map(throws_at_900).for_each_ordered([](int) {}, 50); }) == RunEnd::threw);
  CHECK(end([](auto p) { std::move(p).for_each_ordered([](int x) { throws_at_900(x); }, 50); }) == RunEnd::threw);
  CHECK(end([](auto p) {
          std::move(p).progress([](pt::Progress const&) { throw std::runtime_error("enough"); }).for_each([](int) {});
        }) == RunEnd::threw);
  // stopped
  CHECK(end([](auto p) { (void)std::move(p).stop_token(Pressed{}).count(); }) == RunEnd::stop_requested);
  CHECK(end([](auto p) { (void)std::move(p).deadline(std::chrono::nanoseconds(-1)).count(); }) == RunEnd::deadline);
}

}  // namespace

TEST_CASE("a report says how the run has ended") {
  std::vector<int> const v = numbers(2'000);
  std::list<int> const list(v.begin(), v.end());
  for (unsigned const cores : {1U, 3U}) {
    Eager const eager(cores);
    check_ends(v);
    check_ends(list);
  }
}

TEST_CASE("a report says that joining has thrown, although every item has run") {
  std::vector<int> const v = numbers(2'000);
  // Sums of neighbours only: the operation throws when two segments are joined, which more than one thread makes; not
  // where the sum of all comes to the first value.
  auto const op = [](long a, long b) {
    if (a != 0 && b > 2'000) throw std::runtime_error("joined");
    return a + b;
  };
  Eager const eager(4);
  CHECK(support::sooner_or_later([&] {
    pt::RunReport report;
    bool threw = false;
    try {
      (void)pt::parallel_iter(v)
          .map([](int x) {
            support::spin_for(std::chrono::microseconds(1));
            return x;
          })
          .report(report)
          .reduce(0L, op);
    } catch (std::runtime_error const&) {
      threw = true;
    }
    CHECK(report.end == (threw ? RunEnd::threw : RunEnd::complete));
    return threw;
  }));
}

TEST_CASE("a report names the cores that were used") {
  std::vector<int> const v = numbers(2'000);
  pt::RunReport report;
  pt::parallel_iter(v).threads(1).report(report).for_each([](int) {});
  CHECK(report.cores_used() > 0.5);
  CHECK(report.cores_used() <= 1.0);
  Eager const eager(2);
  pt::parallel_iter(v).report(report).for_each([](int) { support::spin_for(std::chrono::microseconds(2)); });
  CHECK(report.cores_used() > 0.0);
  // A thread is in its claims no longer than the run lasts; the clock's rate may be measured anew meanwhile.
  CHECK(report.cores_used() < static_cast<double>(report.workers.size()) * 1.1);
  std::ostringstream out;
  out << report;
  CHECK(out.str().find(" cores used; complete\n") != std::string::npos);
}
