// A clock of 1 MHz, on which most steps take no time at all: what an item costs is found out all the same.
#define PARALLEL_TASK_SEAM "support/coarse_clock.hpp"
#include <parallel_task/parallel_task.hpp>

#include "catch.hpp"

#include <cstddef>

namespace pt = parallel_task;
using support::CoarseClock;

namespace {

void two_cores() {
  pt::Options options;
  options.cores = 2;
  pt::set_options(options);
}

/// Looks at the clock that a loop of `items` makes, of which each takes `ns`.
template <std::int64_t ns>
unsigned looks_of_a_loop(std::size_t items, pt::RunReport& report) {
  unsigned const before = CoarseClock::looks;
  pt::indices(std::size_t{0}, items).report(report).for_each([](std::size_t) { CoarseClock::ns += ns; });
  return CoarseClock::looks - before;
}

/// Whether somebody comes is for the system to say: the items only pretend that time passes.
bool was_offered(pt::RunReport const& report) {
  return report.reason == pt::RunReason::shared || report.reason == pt::RunReason::nobody_came;
}

}  // namespace

TEST_CASE("by a coarse clock a loop of cheap items is not taken for a dear one") {
  two_cores();
  for (int round = 0; round != 5; ++round) {
    pt::RunReport report;
    unsigned const looks = looks_of_a_loop<3>(1000, report);  // 3 us: below what sharing costs
    CAPTURE(round);
    CHECK(report.threads == 1);
    CHECK(looks < 60);
  }
}

TEST_CASE("by a coarse clock a loop of dear items is shared") {
  two_cores();
  for (int round = 0; round != 5; ++round) {
    pt::RunReport report;
    (void)looks_of_a_loop<5000>(5000, report);
    CAPTURE(round);
    CHECK(was_offered(report));
  }
}

TEST_CASE("by a coarse clock a shared loop of cheap items claims many at once") {
  two_cores();
  for (int round = 0; round != 5; ++round) {
    pt::RunReport report;
    std::size_t const items = 10'000'000;  // 30 ms
    unsigned const looks = looks_of_a_loop<3>(items, report);
    CAPTURE(round);
    CHECK(was_offered(report));
    CHECK(looks < items / 100);
  }
}
