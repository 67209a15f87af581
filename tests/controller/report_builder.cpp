#include <parallel_task/controller/report_builder.hpp>

#include "catch.hpp"

#include <cstdint>
#include <memory>

namespace pt = parallel_task;
using pt::RunReason;
using pt::detail::ReportBuilder;

namespace {

// A call that was shared by three members, the caller included.
struct SharedCall {
  std::unique_ptr<pt::detail::Member[]> members{new pt::detail::Member[3]};
  pt::detail::Members table{3, nullptr, members.get()};
  std::unique_ptr<pt::detail::CallSlot> slot{new pt::detail::CallSlot};
  pt::detail::Call call{};

  SharedCall() {
    slot->high.store(3, pt::detail::memory_order_relaxed);
    call.slot = slot.get();
    call.members = &table;
    call.started = call.published = 1000;
  }
  pt::detail::WorkerCounts& counts(std::size_t member) { return members[member].counts; }

  pt::RunReport report(RunReason reason, std::uint32_t threads) {
    pt::RunReport made;
    ReportBuilder(made, call).fill(reason, threads, 2000);
    return made;
  }
};

}  // namespace

TEST_CASE("a report of a run on one thread has its caller's row") {
  pt::detail::Call call;
  call.started = 1000;
  call.alone = 50;
  pt::RunReport report;
  ReportBuilder(report, call).fill(RunReason::too_cheap, 0, 2000);
  CHECK(report.items == 50);
  CHECK(report.threads == 1);
  CHECK(report.segments == 1);
  REQUIRE(report.workers.size() == 1);
  CHECK(report.workers[0].items == 50);
  CHECK(report.workers[0].idle_ns == 0);
  CHECK(report.cost_per_item_ns > 0);
}

TEST_CASE("a report of a run of one item or of none on one thread says so") {
  for (std::size_t const items : {std::size_t{0}, std::size_t{1}}) {
    CAPTURE(items);
    pt::detail::Call call;
    call.started = 1000;
    call.alone = items;
    pt::RunReport report;
    ReportBuilder(report, call).fill(RunReason::too_cheap, 0, 2000);
    CHECK(report.items == items);
    CHECK(report.threads == items);
    CHECK(report.segments == items);
    CHECK(report.workers.size() == items);
    CHECK((report.cost_per_item_ns > 0) == (items != 0));
    if (items == 0) CHECK(report.cost_per_item_ns == 0);
  }
}

TEST_CASE("a report of a shared run adds its members up") {
  SharedCall shared;
  shared.call.alone = 10;
  shared.counts(0).items = 20;
  shared.counts(1).items = 30;
  shared.counts(1).thread = 4;
  shared.counts(1).claims = 3;
  shared.counts(1).steals = 1;
  shared.counts(0).pulls = 2;
  shared.counts(1).pulls = 3;
  shared.counts(0).wakes = 4;
  shared.counts(1).wakes = 5;
  shared.counts(1).first_item_ns = 70;
  pt::RunReport const report = shared.report(RunReason::shared, 2);
  CHECK(report.reason == RunReason::shared);
  CHECK(report.items == 60);
  CHECK(report.threads == 2);
  CHECK(report.steals == 1);
  CHECK(report.pulls == 5);
  CHECK(report.wakes == 9);
  CHECK(report.time_to_engage_ns == 70);
  REQUIRE(report.workers.size() == 2);  // the third member ran nothing
  CHECK(report.workers[0].items == 30);
  CHECK(report.workers[1].thread == 4);
}

TEST_CASE("a thread that came back to another place has one row") {
  SharedCall shared;
  for (std::size_t member : {std::size_t{1}, std::size_t{2}}) {
    shared.counts(member).items = 5;
    shared.counts(member).claims = 1;
    shared.counts(member).busy_ns = 100;
    shared.counts(member).thread = 7;
  }
  pt::RunReport const report = shared.report(RunReason::shared, 1);
  REQUIRE(report.workers.size() == 2);
  CHECK(report.workers[1].items == 10);
  CHECK(report.workers[1].claims == 2);
  CHECK(report.workers[1].busy_ns == 200);
}

TEST_CASE("a call that no helper has claimed from says that nobody came") {
  SharedCall shared;
  shared.counts(0).items = 20;
  shared.counts(0).claims = 2;
  CHECK(shared.report(RunReason::shared, 1).reason == RunReason::nobody_came);
  CHECK(shared.report(RunReason::too_cheap, 1).reason == RunReason::too_cheap);
}

TEST_CASE("what only the end of a run has shown corrects its reason") {
  pt::RunReport report;
  pt::detail::Call call;
  report.reason = RunReason::shared;
  report.items = 1;
  ReportBuilder(report, call).correct();
  CHECK(report.reason == RunReason::one_item);
  report.reason = RunReason::one_thread_only;
  ReportBuilder(report, call).correct();
  CHECK(report.reason == RunReason::one_thread_only);
  report.items = 0;
  ReportBuilder(report, call).correct();
  CHECK(report.reason == RunReason::nothing_to_do);
}

TEST_CASE("what the caller ran alone is one more segment, be it a single item") {
  for (std::uint64_t const items : {0U, 1U, 2U}) {
    CAPTURE(items);
    SharedCall shared;
    shared.call.alone = items;
    for (std::size_t i = 0; i != 2; ++i) {
      shared.counts(i).items = 5;
      shared.counts(i).segments = 3;
      shared.counts(i).thread = static_cast<std::uint32_t>(i);
    }
    pt::RunReport const report = shared.report(RunReason::shared, 2);
    REQUIRE(report.workers.size() == 2);
    CHECK(report.workers[0].segments == (items == 0 ? 3U : 4U));
    CHECK(report.workers[0].items == 5 + items);
    CHECK(report.workers[1].segments == 3);
  }
}

TEST_CASE("what a thread took is its busy time and the rest, and an item what all took together by their number") {
  SharedCall shared;
  shared.counts(0).items = 20;
  shared.counts(0).busy_ns = 1;
  shared.counts(1).items = 30;
  shared.counts(1).busy_ns = 1e9F;  // more than the run took, as clocks of two cores may have it
  shared.counts(1).thread = 4;
  pt::RunReport const report = shared.report(RunReason::shared, 2);
  REQUIRE(report.workers.size() == 2);
  CHECK(report.workers[0].idle_ns == report.duration_ns - 1);
  CHECK(report.workers[1].idle_ns == 0);
  CHECK(report.cost_per_item_ns == (1 + 1e9) / 50);
  pt::detail::this_thread.thread = 6;
  pt::detail::Call call;
  call.started = 1000;
  call.alone = 50;
  pt::RunReport alone;
  ReportBuilder(alone, call).fill(RunReason::too_cheap, 0, 2000);
  pt::detail::this_thread.thread = 0;
  REQUIRE(alone.workers.size() == 1);
  CHECK(alone.workers[0].thread == 6);
  CHECK(alone.workers[0].segments == 1);
}

TEST_CASE("the time to engage is that of the first helper that ran an item, the caller is none") {
  SharedCall shared;
  for (std::size_t i = 0; i != 3; ++i) shared.counts(i).items = i == 0 ? 5U : 1U;
  shared.counts(0).first_item_ns = 0.1F;
  shared.counts(1).first_item_ns = 0.5F;
  shared.counts(2).first_item_ns = 0.75F;
  CHECK(shared.report(RunReason::shared, 3).time_to_engage_ns == 0.5);
  shared.counts(2).first_item_ns = 0.25F;
  CHECK(shared.report(RunReason::shared, 3).time_to_engage_ns == 0.25);
  shared.counts(2).items = 0;
  CHECK(shared.report(RunReason::shared, 3).time_to_engage_ns == 0.5);
}

TEST_CASE("users' threads have a row each, and all that a thread of the library did in two places is added up") {
  SharedCall shared;
  for (std::size_t i = 0; i != 3; ++i) {
    shared.counts(i).items = 5;
    shared.counts(i).steals = 2;
    shared.counts(i).pulls = 3;
    shared.counts(i).segments = 4;
  }
  CHECK(shared.report(RunReason::shared, 3).workers.size() == 3);
  for (std::size_t i = 1; i != 3; ++i) shared.counts(i).thread = 1;
  pt::RunReport const report = shared.report(RunReason::shared, 2);
  REQUIRE(report.workers.size() == 2);
  CHECK(report.workers[0].steals == 2);
  CHECK(report.workers[1].items == 10);
  CHECK(report.workers[1].steals == 4);
  CHECK(report.workers[1].pulls == 6);
  CHECK(report.workers[1].segments == 8);
  CHECK(report.segments == 12);
}
