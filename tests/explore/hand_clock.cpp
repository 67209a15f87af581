// What a run that is alone decides by time, on a clock that stands still but for what its items take: step by step.
#define PARALLEL_TASK_SEAM "support/hand_clock.hpp"
#include <parallel_task/controller/shared_run.hpp>

#include "explore/timed_run.hpp"

#include <cmath>

using namespace timed;

// --- the probe ------------------------------------------------------------------------------------------------------

TEST_CASE("where nothing is known a run is probed by steps of up to a quarter of the probe, and the rest is shared") {
  Quiet const quiet;
  Timed timed = constant(2000, 100);
  SoloRun run;
  CHECK(probe(timed, timed.known_job(), run) == 40);
  CHECK(timed.steps == Sizes{1, 4, 5, 5, 5, 20});  // until more than 2 us are over
  CHECK(run.cost() == 100);
  CHECK_FALSE(run.over());
  CHECK(run.bound() == pt::unknown);
}

TEST_CASE("what is too short to be shared is run by larger steps and at last by halves of halves") {
  Quiet const quiet;
  Timed timed = constant(300, 100);
  SoloRun run;
  CHECK(probe(timed, timed.known_job(), run) == 300);
  CHECK(run.over());
  // 2 us each, and as long as nothing is known of the last ones, half of what is left.
  CHECK(timed.steps == Sizes{1,  4,  5,  5,  5,  20, 20, 20, 20, 20, 20, 20,  //
                             20, 20, 20, 20, 20, 20, 10, 5,  3,  1,  1});
}

TEST_CASE("a dear step ends the probe at once") {
  Quiet const quiet;
  Timed timed = constant(1000, 100);
  timed.takes = [](std::size_t i) { return i < 5 ? 100 : 6000; };
  SoloRun run;
  CHECK(probe(timed, timed.known_job(), run) == 10);
  CHECK(run.cost() == 6000);  // a jump is believed at once
}

TEST_CASE("few items of which nothing is known are offered at once, unless they cost enough to know better") {
  Quiet const quiet;
  for (std::size_t const total : {std::size_t{1}, std::size_t{2}, std::size_t{256}, std::size_t{257}}) {
    CAPTURE(total);
    Timed timed = constant(total, 10'000);
    SoloRun run;
    std::size_t const ran = probe(timed, timed.known_job(), run);
    CHECK(ran == (total == 2 || total == 256 ? 0U : 1U));
  }
}

TEST_CASE("a clock that stands still is not taken for items that cost nothing: as many again are run") {
  Quiet const quiet;
  Timed timed = constant(1000, 100);
  timed.takes = [](std::size_t i) { return i == 20 ? 5'000 : i < 20 ? 0 : 100; };
  SoloRun run;
  (void)probe(timed, timed.known_job(), run);
  CHECK(Sizes(timed.steps.begin(), timed.steps.begin() + 6) == Sizes{1, 1, 2, 4, 8, 16});
  CHECK(run.next() == 32);
  CHECK(run.cost() == (5'000.0F + 11 * 100) / 32);
}

TEST_CASE("a short call on many cores asks for the root of its work by 2 us, one of unknown cost for all threads") {
  Quiet const quiet;
  pt::Options many;
  many.cores = 64;
  pt::set_options(many);
  thread_manager.wakeups.spinning = 1;
  for (std::size_t const total : {1'000U, 6'272U, 1'000'000U}) {
    CAPTURE(total);
    Learnt memo(total, 100);
    Timed timed = constant(total, 100);
    Begun run(timed.known_job());
    CHECK_FALSE(run.run_by_memo<false>(memo));
    pt::detail::SharedRun shared(run);
    REQUIRE(shared.publish());
    CHECK(run.may_join == thread_manager.places.most_computing() - 1);
    CHECK(run.slot->most_joined.load() == (total == 1'000 ? 8 : total == 6'272 ? 17 : run.may_join));
    pt::detail::SharedRun::put_slot_back(run);
  }
  Timed timed = constant(1'000, 100);
  Begun unknown(timed.known_job());
  pt::detail::SharedRun shared(unknown);
  REQUIRE(shared.publish());
  CHECK(unknown.slot->most_joined.load() == unknown.may_join);
  pt::detail::SharedRun::put_slot_back(unknown);
}

TEST_CASE("where an earlier run has told what an item costs the rest is shared before anything has run") {
  Quiet const quiet;
  // Others must be worth starting, 60 us each, or be hot.
  for (bool const hot : {false, true}) {
    for (std::size_t const total : {std::size_t{1050}, std::size_t{1200}, std::size_t{1201}}) {
      CAPTURE(hot, total);
      thread_manager.wakeups.spinning = hot ? 1 : 0;
      Learnt memo(total, 100);
      Timed timed = constant(total, 100);
      Begun run(timed.known_job());
      CHECK_FALSE(run.run_by_memo<false>(memo));
      CHECK(run.cost() == 100);
      CHECK(run.foretold() == 100);
      CHECK(run.is_compared());
      Probe(run).run<false>();
      bool const shared = hot || total == 1201;
      CHECK(run.next() == (shared ? 0 : total));
      CHECK(run.over() == !shared);
    }
  }
}

TEST_CASE(
    "a loop of known cost that is not shared is run by an eighth and then steps of up to three quarters of the rest") {
  Quiet const quiet;
  thread_manager.costs.brief = 0;
  Learnt memo(300, 100);
  Timed timed = constant(300, 100);
  Begun run(timed.known_job());
  REQUIRE_FALSE(run.run_by_memo<false>(memo));
  Probe(run).run<false>();
  CHECK(run.over());
  CHECK(timed.steps == Sizes{5, 20, 80, 147, 36, 9, 3});
}

TEST_CASE("a loop that is to run alone is shared if its items turn out so dear that it is no small one") {
  Quiet const quiet;
  thread_manager.costs.brief = 0;
  for (std::int64_t const each : {4'000, 40'000}) {
    CAPTURE(each);
    Learnt memo(300, 100);  // so short that it runs alone first, for comparison
    Timed timed = constant(300, each);
    Begun run(timed.known_job());
    REQUIRE_FALSE(run.run_by_memo<false>(memo));
    Probe(run).run<false>();
    CHECK(run.next() == (each == 4'000 ? 300U : 5U));
    CHECK(run.cost() == static_cast<float>(each));
    CHECK(run.over() == (each == 4'000));
  }
}

TEST_CASE("a source that is pulled is asked for as much as the next step is worth and all of that is run in one") {
  Quiet const quiet;
  Timed timed = constant(1000, 100);
  timed.takes = [](std::size_t) { return 1; };
  pt::Job job = timed.pulled_job();
  job.least_cost = 50;  // so cheap that it is never shared
  SoloRun run;
  CHECK(probe(timed, job, run) == 1000);
  CHECK(run.over());
  CHECK(timed.wanted == Sizes{1, 4, 16, 64, 256, 500, 500});
  CHECK(first_of(timed.steps, 6) == first_of(timed.wanted, 6));
  // Then it says that this was all, and nothing is known of the last ones.
  CHECK(Sizes(timed.steps.begin() + 6, timed.steps.end()) == Sizes{80, 40, 20, 10, 5, 2, 1, 1});
}

TEST_CASE("items of a source that may pause are run as they come until enough have, and others are then asked for") {
  Quiet const quiet;
  Timed timed = constant(3000, 1);
  pt::Job job = timed.pulled_job();
  job.may_pause = true;
  job.least_cost = 50;
  SoloRun run;
  CHECK(probe(timed, job, run) == 3000);
  CHECK(run.over());
  // Steps of 1, 4, 16 and 64; then a quarter of what has come without a pause, not four times the last step.
  Sizes wanted(85, 1);
  wanted.push_back(256);
  CHECK(first_of(timed.wanted, 86) == wanted);
}

TEST_CASE("a source of unknown length and cost is offered at once unless its items may be too cheap") {
  Quiet const quiet;
  for (float const least : {0.0F, 50.0F}) {
    Timed timed = constant(3000, 10'000);
    pt::Job job = timed.pulled_job();
    job.least_cost = least;
    SoloRun run;
    CHECK((probe(timed, job, run) == 0) == (least <= 0));
    CHECK_FALSE(run.over());
  }
}

TEST_CASE("an open-ended source is tried by steps and says each time how many there were") {
  Quiet const quiet;
  Timed timed = constant(150, 10);
  pt::Job job = timed.pulled_job();
  job.open_ended = true;
  job.least_cost = 50;
  SoloRun run;
  CHECK(probe(timed, job, run) == 150);
  CHECK(run.over());
  CHECK(run.known().positions == 150);
  CHECK(run.known().ended);
}

TEST_CASE("where cheap items are never shared a step that was dear is confirmed by two more before it is believed") {
  Quiet const quiet;
  for (std::size_t const dear : {std::size_t{1}, std::size_t{2}, std::size_t{3}}) {
    CAPTURE(dear);
    Timed timed = constant(1'000'000, 10);
    std::size_t seen = 0;
    timed.takes = [&](std::size_t) {
      // The thread loses its core in some steps that come one after the other.
      return timed.steps.size() >= 12 && timed.steps.size() < 12 + dear && seen++ % 16 == 0 ? 100'000 : 10;
    };
    pt::Job job = timed.known_job();
    job.least_cost = 50;
    Begun run(job);
    Probe(run).run<false>();
    CHECK(run.over() == (dear < 3));
  }
}

TEST_CASE("loops that would have paid for a helper are a debt, and when it is due one is woken") {
  Quiet const quiet;
  thread_manager.wakeups.patience = 1;
  int alone = 0;
  for (;; ++alone) {
    REQUIRE(alone < 100);
    pt::Memo memo;
    Timed timed = constant(300, 100);  // 30 us
    SoloRun run;
    if (probe(timed, timed.known_job(), run) != 300) break;
    run.note_alone(memo);
    CHECK(memo.find(300)->cost() == 100);
  }
  // Each leaves (30 - 2.5) / 2 us, and a wake takes what it is taken to.
  float const latency = thread_manager.wake_latency_ns();
  CHECK(static_cast<float>(alone) == std::floor(latency / 13'750) + 1);
  // After a long pause it is forgotten.
  HandClock::ns += 1'000'000'000;
  Timed timed = constant(300, 100);
  SoloRun run;
  CHECK(probe(timed, timed.known_job(), run) == 300);
  CHECK(this_thread.debt == 0);
}

TEST_CASE("a call that is in no item asks to share at once, however many compute") {
  Quiet const quiet;
  thread_manager.places.computing = 4;
  Learnt memo(100'000, 100);
  Timed timed = constant(100'000, 100);
  Begun run(timed.known_job());
  REQUIRE_FALSE(run.run_by_memo<false>(memo));
  Probe(run).run<false>();
  CHECK(timed.steps.empty());
  CHECK_FALSE(run.over());
}

TEST_CASE("a source of unknown length is shared although all loops of the thread run alone") {
  Quiet const quiet;
  this_thread.tally.row.on = true;
  pt::Memo memo;
  memo.cost = 100;
  Timed timed = constant(100'000, 100);
  Begun run(timed.pulled_job());
  REQUIRE_FALSE(run.run_by_memo<false>(memo));
  Probe(run).run<false>();
  CHECK(timed.steps.empty());
  CHECK_FALSE(run.over());
}

TEST_CASE("a nested call does not ask to share while all cores compute, and does as soon as one is free") {
  Quiet const quiet;
  this_thread.depth = 1;
  thread_manager.places.computing = 4;
  Timed timed = constant(100'000, 10);
  timed.takes = [&](std::size_t i) {
    if (i == 2'000) thread_manager.places.computing = 2;
    return 10;
  };
  SoloRun run;
  std::size_t const ran = probe(timed, timed.known_job(), run);
  CHECK(first_of(timed.steps, 7) == Sizes{1, 4, 16, 64, 200, 200, 200});
  CHECK(ran == 2'085);
  CHECK(run.cost() == 10);
}

TEST_CASE("a nested call that ends while all cores compute has run all, and asks a source with the clock in hand") {
  Quiet const quiet;
  this_thread.depth = 1;
  thread_manager.places.computing = 4;
  Timed timed = constant(100, 10);
  SoloRun run;
  CHECK(probe(timed, timed.known_job(), run) == 100);
  CHECK(run.over());
  Timed pulled = constant(100, 10);
  SoloRun other;
  CHECK(probe(pulled, pulled.pulled_job(), other) == 100);
  CHECK(other.over());
}

TEST_CASE("walking is timed apart from what is run, and what is mostly walked is not shared") {
  Quiet const quiet;
  struct Walked : Timed {
    std::int64_t step = 0;
    std::size_t ends_at = pt::unknown;
    int walks = 0;
  };
  for (std::int64_t const step : {1, 53}) {
    CAPTURE(step);
    Walked walked;
    walked.total = 100'000;
    walked.takes = [](std::size_t) { return 55; };
    walked.step = step;
    pt::Job job = walked.known_job();
    job.self = static_cast<Timed*>(&walked);
    job.least_cost = 100;
    job.walk = [](void* self, std::size_t count) {
      Walked& all = *static_cast<Walked*>(static_cast<Timed*>(self));
      ++all.walks;
      HandClock::ns += static_cast<std::int64_t>(count) * all.step;
      return count;
    };
    Begun run(job);
    Probe(run).run<false>();
    constexpr int once = pt::detail::Costs::timed_rounds + 1;
    CHECK(run.over() == (step == 53));
    // It is timed again when eight times as many have run: at some 1 000, 8 000, 65 000.
    CHECK(walked.walks == (step == 53 ? 3 * once : once));
    CHECK(walked.in_order);
  }
}
