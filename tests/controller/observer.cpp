// What an observed call tells of itself, by an observer that is called as the caller and as a worker would.
#include <parallel_task/controller/observer.hpp>

#include "catch.hpp"
#include "controller/observed_call.hpp"

#include <cstddef>
#include <cstdint>
#include <exception>
#include <stdexcept>
#include <thread>
#include <vector>

namespace pt = parallel_task;
using observed::Observed;
using pt::RunEnd;
using pt::RunReason;
using pt::detail::Ending;
using pt::detail::ObservedWorker;

TEST_CASE("progress is told where a stop token is asked, and by the caller alone") {
  Observed run;
  run.ask_for_progress();
  run.begin();
  run.next = 250;
  CHECK_FALSE(run.ask());
  REQUIRE(run.told.size() == 1);
  CHECK(run.told[0].done == 250);
  CHECK(run.told[0].total == 1000U);
  CHECK(run.told[0].left.has_value());
  CHECK_FALSE(run.told[0].finished);
  bool stop = true;
  std::thread([&] { stop = run.ask(); }).join();
  CHECK_FALSE(stop);
  CHECK(run.told.size() == 1);
}

TEST_CASE("progress is not told before its interval is over") {
  Observed run;
  run.ask_for_progress();
  run.asked.interval = std::int64_t{3600} * 1'000'000'000;
  run.begin();
  CHECK_FALSE(run.ask());
  CHECK(run.told.empty());
}

TEST_CASE("a user's own stop token is asked as before, on every thread") {
  Observed run;
  run.ask_for_progress();
  bool stops = false;
  run.call.settings.stop_token = &stops;
  run.call.settings.stop_requested = [](void const* token) { return *static_cast<bool const*>(token); };
  run.begin();
  CHECK_FALSE(run.ask());
  stops = true;
  CHECK(run.ask());
  bool elsewhere = false;
  std::thread([&] { elsewhere = run.ask(); }).join();
  CHECK(elsewhere);
}

TEST_CASE("where progress is not asked for, a stop token stays the user's") {
  Observed run;
  run.asked.report = &run.report;
  run.begin();
  CHECK(run.call.settings.stop_requested == nullptr);
}

TEST_CASE("what a progress callback throws ends the run, is told no more, and is thrown at the end") {
  Observed run;
  run.ask_for_progress();
  run.asked.throws = true;
  run.asked.report = &run.report;
  run.begin();
  CHECK(run.ask());
  CHECK(run.call.bound() == 0);
  CHECK(run.call.ending.outcome() == Ending::failed);
  CHECK(run.ask());
  CHECK(run.told.size() == 1);
  std::exception_ptr const thrown = run.end();
  REQUIRE(thrown != nullptr);
  CHECK_THROWS_AS(std::rethrow_exception(thrown), std::runtime_error);
  CHECK(run.report.end == RunEnd::threw);
  CHECK(run.told.size() == 1);
}

TEST_CASE("the last progress says that all is done, and none is last of a run that was stopped") {
  Observed whole;
  whole.ask_for_progress();
  whole.begin();
  whole.next = 1000;
  CHECK(whole.end() == nullptr);
  REQUIRE(whole.told.size() == 1);
  CHECK(whole.told[0].finished);
  CHECK(whole.told[0].done == 1000);
  CHECK(whole.told[0].left == std::chrono::nanoseconds(0));
  Observed stopped;
  stopped.ask_for_progress();
  stopped.begin();
  (void)stopped.call.ending.note(Ending::stopped);
  CHECK(stopped.end() == nullptr);
  CHECK(stopped.told.empty());
}

TEST_CASE("of a shared run progress adds up what the workers and the caller alone have run") {
  Observed run(true);
  run.ask_for_progress();
  run.begin();
  run.observer.note_shared();
  run.call.alone = 100;
  run.call.members->all[0].done.store(20);
  run.call.members->all[2].done.store(3);
  CHECK_FALSE(run.ask());
  REQUIRE(run.told.size() == 1);
  CHECK(run.told[0].done == 123);
}

TEST_CASE("a report says how its run has ended") {
  auto const end_of = [](auto how) {
    Observed run;
    run.asked.report = &run.report;
    run.begin();
    how(run.call.ending);
    (void)run.end();
    return run.report.end;
  };
  CHECK(end_of([](Ending&) {}) == RunEnd::complete);
  CHECK(end_of([](Ending& ending) { ending.lower_bound_to(10); }) == RunEnd::early);
  CHECK(end_of([](Ending& ending) { (void)ending.note(Ending::failed); }) == RunEnd::threw);
  CHECK(end_of([](Ending& ending) { (void)ending.note(Ending::stopped); }) == RunEnd::stop_requested);
  CHECK(end_of([](Ending& ending) { (void)ending.note(Ending::late); }) == RunEnd::deadline);
  CHECK(end_of([](Ending& ending) { ending.abandon(); }) == RunEnd::forked);
}

TEST_CASE("what throws after the end of a run is in its report, what passes is not") {
  Observed run;
  run.asked.report = &run.report;
  for (bool const passes : {true, false}) {
    run.report.end = RunEnd::complete;
    {
      pt::detail::NotesThrown notes(&run.asked);
      if (passes) notes.pass();
    }
    CHECK(run.report.end == (passes ? RunEnd::complete : RunEnd::threw));
  }
  run.report.end = RunEnd::deadline;
  pt::detail::note_thrown(&run.asked);
  CHECK(run.report.end == RunEnd::deadline);
  pt::detail::note_thrown(nullptr);
}

TEST_CASE("max_len is in positions for the caller, and in units for a worker, at least one") {
  Observed run(true);
  CHECK(run.observer.at_most_max_len(1000) == 1000);
  run.asked.max_len = 100;
  CHECK(run.observer.at_most_max_len(1000) == 100);
  CHECK(run.observer.at_most_max_len(99) == 99);
  run.begin();
  auto const most_with = [&](std::uint32_t max_len, unsigned shift) {
    run.asked.max_len = max_len;
    run.call.units.shift = shift;
    ObservedWorker worker;
    run.observer.note_joined(worker, 1, run.call.members->all[1].counts);
    return worker.most;
  };
  CHECK(most_with(0, 3) == ~std::uint32_t{0});
  CHECK(most_with(100, 0) == 100);
  CHECK(most_with(100, 3) == 12);
  CHECK(most_with(4, 3) == 1);
  run.asked.min_len = 100;
  ObservedWorker worker;
  run.observer.note_joined(worker, 1, run.call.members->all[1].counts);
  CHECK(worker.least == 12);  // of eight positions each
}

TEST_CASE("a trace has what each worker did since it told last, the caller's time alone first") {
  Observed run(true);
  run.asked.trace = &run.trace;
  run.begin();
  run.call.alone = 10;
  ObservedWorker caller;
  pt::detail::WorkerCounts& counts = run.call.members->all[0].counts;
  run.observer.note_joined(caller, 0, counts);
  run.observer.note_ran(caller, 0, counts, pt::detail::ticks());  // nothing has run: not told
  for (std::uint64_t const items : {30U, 12U}) {
    caller.claimed = pt::detail::ticks();
    caller.first = static_cast<std::size_t>(counts.items);
    counts.items += items;
    run.observer.note_ran(caller, 0, counts, pt::detail::ticks());
  }
  run.observer.note_stolen(caller, 1, {500, 600}, pt::detail::ticks());
  run.observer.note_pulled(caller, 600, 650, pt::detail::ticks());
  run.observer.note_wake();
  CHECK(run.end(RunReason::shared) == nullptr);
  std::vector<pt::TraceEvent> const events = run.events();
  REQUIRE(events.size() == 6);
  pt::TraceKind const kinds[] = {pt::TraceKind::claim, pt::TraceKind::claim, pt::TraceKind::claim,
                                 pt::TraceKind::steal, pt::TraceKind::pull,  pt::TraceKind::wake};
  std::uint64_t const items[] = {10, 30, 12, 100, 50, 0};
  for (std::size_t i = 0; i != 6; ++i) {
    CHECK(events[i].kind == kinds[i]);
    CHECK(events[i].items == items[i]);
    CHECK(events[i].row == 0);
  }
  CHECK(events[2].first == 30);
  CHECK(run.trace.report().items == 52);
}

TEST_CASE("of two runs that use one trace at once the second is not recorded, and takes nothing away") {
  Observed first;
  first.asked.trace = &first.trace;
  first.begin();
  first.call.alone = 10;
  {
    Observed second;
    second.asked.trace = &first.trace;
    second.begin();
    second.call.alone = 20;
    (void)second.end();
  }
  (void)first.end();
  REQUIRE(first.events().size() == 1);
  CHECK(first.events()[0].items == 10);
}

TEST_CASE("each thread that ran an item counts once, and a helper's first item is timed") {
  Observed run(true);
  run.asked.report = &run.report;
  run.begin();
  auto const works_as = [&](std::uint32_t index, std::uint64_t items) {
    pt::detail::WorkerCounts& counts = run.call.members->all[index].counts;
    ObservedWorker worker;
    run.observer.note_joined(worker, index, counts);
    worker.claimed = run.call.started + 1'000'000;
    counts.items += items;
    run.observer.note_ran(worker, index, counts, worker.claimed + 1);
  };
  works_as(0, 5);
  works_as(2, 5);  // the same thread, which has come back to another place
  works_as(1, 0);
  CHECK(run.call.members->all[0].counts.first_item_ns <= 0);
  CHECK(run.call.members->all[1].counts.first_item_ns <= 0);
  CHECK(run.call.members->all[2].counts.first_item_ns > 0);
  (void)run.end(RunReason::shared);
  CHECK(run.report.threads == 1);
  CHECK(run.report.items == 10);
}

TEST_CASE("a place's first item is that of the first helper who had it") {
  Observed run(true);
  run.asked.report = &run.report;
  run.begin();
  pt::detail::WorkerCounts& counts = run.call.members->all[1].counts;
  for (std::uint64_t const at : {1'000'000U, 2'000'000U}) {
    ObservedWorker worker;
    run.observer.note_joined(worker, 1, counts);
    worker.claimed = run.call.started + at;
    ++counts.items;
    run.observer.note_ran(worker, 1, counts, worker.claimed + 1);
  }
  CHECK(counts.first_item_ns == pt::detail::elapsed_ns(0, 1'000'000));
}

TEST_CASE("the last progress knows of how many that were, and that it was told is no error of the run") {
  Observed run;
  run.ask_for_progress();
  run.asked.report = &run.report;
  run.known = {0, false};
  run.begin();
  run.next = 70;
  CHECK(run.end() == nullptr);
  REQUIRE(run.told.size() == 1);
  CHECK(run.told[0].total == 70U);
  CHECK(run.report.end == RunEnd::complete);
}

TEST_CASE("a thief tells from whom it stole") {
  Observed run(true);
  run.asked.trace = &run.trace;
  run.begin();
  std::uint32_t const before = pt::detail::this_thread.thread;
  pt::detail::this_thread.thread = 4;
  ObservedWorker victim;
  run.observer.note_joined(victim, 1, run.call.members->all[1].counts);
  pt::detail::this_thread.thread = before;
  ObservedWorker thief;
  run.observer.note_joined(thief, 0, run.call.members->all[0].counts);
  run.observer.note_stolen(thief, 1, {5, 9}, pt::detail::ticks());
  CHECK(run.end(RunReason::shared) == nullptr);
  REQUIRE(run.events().size() == 1);
  CHECK(run.events()[0].other == 4);
}
