// What an observed call tells, to the nanosecond, and where memory is short (support/hand_pool.hpp).
#define PARALLEL_TASK_SEAM "support/hand_pool.hpp"
#include <parallel_task/trace_writer.hpp>

#include "controller/observed_call.hpp"
#include "explore/played_pool.hpp"
#include "support/allocations.cpp"
#include "support/faults.hpp"

#include <chrono>
#include <string>

using namespace played;
using observed::Observed;
using pt::RunReason;
using std::chrono::nanoseconds;
using support::Faults;

namespace {

struct Text {
  std::string all;
  Text& operator<<(char const* more) {
    all += more;
    return *this;
  }
};

std::uint64_t ns_of(double ns) { return static_cast<std::uint64_t>(ns); }

}  // namespace

// --- progress -------------------------------------------------------------------------------------------------------

TEST_CASE(
    "progress tells how long the run has taken, and what is left at the pace so far, where it knows of how many") {
  for (bool const known : {true, false}) {
    CAPTURE(known);
    Scene const scene;
    Observed run;
    run.ask_for_progress();
    run.known.ended = known;
    run.begin();
    HandClock::ns += 1'000;
    CHECK_FALSE(run.ask());
    run.next = 250;
    CHECK_FALSE(run.ask());
    REQUIRE(run.told.size() == 2);
    CHECK(run.told[0].elapsed == nanoseconds(1'000));
    CHECK_FALSE(run.told[0].left);
    CHECK(run.told[1].total.has_value() == known);
    CHECK(run.told[1].left.has_value() == known);
    if (known) CHECK(*run.told[1].left == nanoseconds(3'000));
  }
}

TEST_CASE("progress of a source that is pulled knows of how many when that has ended, alone and shared") {
  Scene const scene;
  Observed alone;
  alone.ask_for_progress();
  alone.known = {100, false};
  alone.begin();
  alone.next = 50;
  CHECK_FALSE(alone.ask());
  alone.known = {400, true};
  CHECK_FALSE(alone.ask());
  REQUIRE(alone.told.size() == 2);
  CHECK_FALSE(alone.told[0].total);
  CHECK(alone.told[1].total == 400U);
  Observed run(true);
  run.ask_for_progress();
  run.known = {100, false};
  run.call.job.pull = [](void*, std::size_t) -> pt::Known { return {100, true}; };
  run.begin();
  run.observer.note_shared();
  run.call.members->all[1].done = 30;
  (void)run.call.pull_role.begin_sharing({}, {100, false}, 0, 0, thread_manager.costs);
  for (auto const state : {CallSlot::ready, CallSlot::ended}) {
    run.call.slot->pull = state;
    CHECK_FALSE(run.ask());
  }
  REQUIRE(run.told.size() == 2);
  CHECK_FALSE(run.told[0].total);
  CHECK(run.told[1].total == 100U);
  CHECK(run.told[1].done == 30);
}

TEST_CASE("progress counts no more than there is where the last unit is not whole") {
  Scene const scene;
  Observed run(true);
  run.ask_for_progress();
  run.begin();
  run.observer.note_shared();
  run.call.units.shift = 3;
  run.call.members->all[1].done = 125;
  CHECK_FALSE(run.ask());
  run.call.alone = 7;
  CHECK_FALSE(run.ask());
  REQUIRE(run.told.size() == 2);
  CHECK(run.told[0].done == 1'000);
  CHECK(run.told[1].done == 1'000);
  CHECK(run.told[1].total == 1'000U);
}

TEST_CASE("progress is told once in an interval, by the clock") {
  Scene const scene;
  Observed run;
  run.ask_for_progress();
  run.asked.interval = 500;
  run.begin();
  std::vector<std::int64_t> told_at;
  std::int64_t const begun = HandClock::ns;
  for (int i = 0; i != 20; ++i) {
    HandClock::ns += 100;
    std::size_t const before = run.told.size();
    CHECK_FALSE(run.ask());
    if (run.told.size() != before) told_at.push_back(HandClock::ns - begun);
  }
  CHECK(told_at == std::vector<std::int64_t>{500, 1'000, 1'500, 2'000});
}

TEST_CASE("a caller that waits for its helpers wakes to tell progress, and computes for that time") {
  Scene const scene;
  Observed run(true);
  run.ask_for_progress();
  run.asked.interval = 500;
  run.begin();
  run.observer.note_shared();
  thread_manager.places.computing = 2;
  static int computing;
  auto const tell = run.asked.tell;
  static decltype(run.asked.tell) inner;
  inner = tell;
  run.asked.tell = [](pt::detail::Observation const& self, pt::Progress const& progress) {
    computing = thread_manager.places.computing;
    inner(self, progress);
  };
  Hand::on_wait = [] { HandClock::ns += 300; };
  run.observer.wait_and_tell(5);
  run.observer.wait_and_tell(5);
  CHECK(Hand::waited == std::vector<std::int64_t>{501, 201});
  CHECK(run.told.empty());
  run.observer.wait_and_tell(5);
  CHECK(run.told.size() == 1);
  CHECK(computing == 3);
  CHECK(thread_manager.places.computing == 2);
  run.asked.throws = true;
  HandClock::ns += 500;
  run.observer.wait_and_tell(5);
  CHECK(run.told.size() == 2);
  run.observer.wait_and_tell(5);  // it has failed: there is nothing to tell
  CHECK(Hand::waited == std::vector<std::int64_t>{501, 201, -1});
  Observed quiet(true);
  quiet.begin();
  quiet.observer.wait_and_tell(5);
  CHECK(Hand::waited.back() == -1);
}

TEST_CASE("a run that throws tells no last progress") {
  Scene const scene;
  Observed run;
  run.ask_for_progress();
  run.begin();
  std::exception_ptr thrown = std::make_exception_ptr(1);
  run.observer.end(RunReason::too_cheap, thrown);
  CHECK(run.told.empty());
  CHECK(thrown);
}

// --- traces ---------------------------------------------------------------------------------------------------------

TEST_CASE("events of a trace have the times of what they tell, in order even where two cores' clocks differ") {
  Scene const scene;
  Observed run(true);
  run.asked.trace = &run.trace;
  run.begin();
  ObservedWorker caller;
  pt::detail::WorkerCounts& counts = run.call.members->all[0].counts;
  run.observer.note_joined(caller, 0, counts);
  auto const at = [&](std::uint64_t ns) { return run.call.started + ns; };
  auto const ran = [&](std::uint64_t begin, std::uint64_t end) {
    caller.claimed = at(begin);
    ++counts.items;
    run.observer.note_ran(caller, 0, counts, at(end));
  };
  ran(100, 400);
  ran(300, 350);  // as another core would see it
  ran(500, 600);
  ran(700, 650);
  HandClock::ns += 1'000;
  run.observer.note_stolen(caller, 1, {5, 9}, at(700));
  HandClock::ns += 100;
  run.observer.note_pulled(caller, 20, 25, at(1'050));
  run.observer.note_slept(at(900));
  CHECK(run.end(RunReason::shared) == nullptr);
  std::vector<std::vector<std::uint64_t>> times;
  for (pt::TraceEvent const& event : run.events()) times.push_back({ns_of(event.begin_ns), ns_of(event.end_ns)});
  CHECK(times == std::vector<std::vector<std::uint64_t>>{
                     {100, 400}, {300, 400}, {500, 600}, {650, 650}, {700, 1'000}, {1'050, 1'100}, {900, 1'100}});
}

TEST_CASE("a helper tells once when it slept and who woke it, if that was in this run") {
  struct Case {
    std::uint32_t member;
    std::uint64_t woken;  // ns after the run began
    std::size_t events;
  };
  for (Case const each : {Case{1, 50, 1}, Case{1, 0, 0}, Case{0, 50, 0}}) {
    CAPTURE(each.member, each.woken);
    Scene const scene;
    Observed run(true);
    run.asked.trace = &run.trace;
    run.begin();
    this_thread.parked_at = run.call.started - 10;
    this_thread.woken_at = run.call.started + each.woken;
    this_thread.woken_by = 9;
    for (int times = 0; times != 2; ++times) {
      ObservedWorker worker;
      run.observer.note_joined(worker, each.member, run.call.members->all[each.member].counts);
    }
    CHECK((this_thread.woken_at == 0) == (each.events == 1));
    CHECK(run.end(RunReason::shared) == nullptr);
    auto const events = run.events();
    REQUIRE(events.size() == each.events);
    if (!events.empty()) {
      CHECK(events[0].kind == pt::TraceKind::park);
      CHECK(events[0].other == 9);
      CHECK(events[0].begin_ns == 0);
      CHECK(events[0].end_ns == 50);
    }
  }
}

TEST_CASE("a trace has room for what it was made for, and counts what it drops, the next run has all of it again") {
  Scene const scene;
  pt::Trace trace(1);
  for (int round = 0; round != 2; ++round) {
    CAPTURE(round);
    Observed run(true);
    run.asked.trace = &trace;
    run.begin();
    ObservedWorker caller;
    run.observer.note_joined(caller, 0, run.call.members->all[0].counts);
    for (std::uint32_t i = 0; i != 1'030; ++i) run.observer.note_wake();
    CHECK(run.end(RunReason::shared) == nullptr);
    std::size_t events = 0;
    trace.for_each_event([&](pt::TraceEvent const&) { ++events; });
    CHECK(events == 1'024);
    CHECK(trace.dropped() == 6);
    CHECK(trace.rows() == 1);
  }
}

TEST_CASE("what a trace has allocated it frees") {
  Scene const scene;
  long const before = Faults::allocated;
  {
    Observed run;
    run.asked.trace = &run.trace;
    run.begin();
    run.call.alone = 10;
    run.observer.note_wake();
    CHECK(run.end() == nullptr);
    CHECK(Faults::allocated > before);
  }
  CHECK(Faults::allocated == before);
}

TEST_CASE("a trace does without rows, chunks and a report for which there is no memory, and counts what it dropped") {
  for (std::uint32_t const fails : {1U, 2U, 3U, 4U}) {
    CAPTURE(fails);
    Scene const scene;
    Observed run;
    run.asked.trace = &run.trace;
    Faults::arm(Faults::Kind::allocation, fails);
    run.begin();               // 1: the row
    run.observer.note_wake();  // 2: the first chunk
    run.observer.note_wake();  // which is tried again
    run.call.alone = 10;
    std::exception_ptr const thrown = run.end();  // 3: the chunk of what ran alone; 4: the report
    CHECK(Faults::disarm());
    CHECK(thrown == nullptr);
    CHECK(run.events().size() == (fails == 1 ? 0U : fails == 4 ? 3U : 2U));
    CHECK(run.trace.dropped() == (fails == 1 ? 2U : fails == 4 ? 0U : 1U));
  }
}

TEST_CASE("what one run dropped is not counted in the next") {
  Scene const scene;
  pt::Trace trace;
  for (bool const has_memory : {false, true}) {
    Observed run;
    run.asked.trace = &trace;
    if (!has_memory) Faults::arm(Faults::Kind::allocation, 1);
    run.begin();
    Faults::disarm();
    run.observer.note_wake();
    CHECK(run.end() == nullptr);
    CHECK(trace.dropped() == (has_memory ? 0U : 1U));
  }
}

TEST_CASE("a report for which there is no memory is an error of the run, unless that has one already") {
  for (bool const throws : {false, true}) {
    CAPTURE(throws);
    Scene const scene;
    Observed run;
    run.asked.report = &run.report;
    run.begin();
    run.call.alone = 10;
    std::exception_ptr thrown = throws ? std::make_exception_ptr(1) : nullptr;
    Faults::arm(Faults::Kind::allocation, 1);
    run.observer.end(RunReason::too_cheap, thrown);
    CHECK(Faults::disarm());
    REQUIRE(thrown);
    if (throws) {
      CHECK_THROWS_AS(std::rethrow_exception(thrown), int);
    } else {
      CHECK_THROWS_AS(std::rethrow_exception(thrown), std::bad_alloc);
    }
    CHECK(run.report.end == pt::RunEnd::threw);
  }
}

TEST_CASE("rows are named by the prefix that threads had in the run, not by a longer one of before") {
  Scene const scene;
  pt::Trace trace;
  for (char const* const prefix : {"longer-", "x-"}) {
    pt::Options options = thread_manager.options();
    options.thread_name_prefix = prefix;
    pt::set_options(options);
    this_thread.thread = 3;
    Observed run;
    run.asked.trace = &trace;
    run.begin();
    run.observer.note_wake();
    CHECK(run.end() == nullptr);
    Text text;
    trace.write_chrome_json(text);
    CHECK(text.all.find('"' + std::string(prefix) + "3 (caller)") != std::string::npos);
  }
}

// --- reports --------------------------------------------------------------------------------------------------------

TEST_CASE("who has run something alone counts as a thread, and what only the end shows is said of whole runs") {
  struct Case {
    std::uint64_t alone;
    bool cut;
    bool throws;
    std::uint32_t threads;
    RunReason reason;
  };
  for (Case const each :
       {Case{10, false, false, 1, RunReason::shared}, Case{0, false, false, 0, RunReason::nothing_to_do},
        Case{1, false, false, 1, RunReason::one_item}, Case{1, true, false, 1, RunReason::nobody_came},
        Case{1, false, true, 1, RunReason::nobody_came}}) {
    CAPTURE(each.alone, each.cut, each.throws);
    Scene const scene;
    Observed run(true);
    run.asked.report = &run.report;
    run.begin();
    run.call.alone = each.alone;
    if (each.cut) run.call.ending.lower_bound_to(0);
    if (each.alone == 10) run.call.members->all[1].counts.claims = 1;
    std::exception_ptr thrown = each.throws ? std::make_exception_ptr(1) : nullptr;
    run.observer.end(RunReason::shared, thrown);
    CHECK(run.report.threads == each.threads);
    CHECK(run.report.reason == each.reason);
  }
}
