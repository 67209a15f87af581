// How far a run that stays alone gets, what it asks of its source, and what it leaves behind in its place's memory, on
// a clock that its items move.
#define PARALLEL_TASK_SEAM "support/hand_clock.hpp"
#include "explore/timed_run.hpp"

#include <parallel_task/controller/shared_run.hpp>

using namespace timed;

namespace {

pt::Settings stoppable() {
  pt::Settings settings;
  settings.deadline = pt::detail::steady_ns() + 1'000'000'000;
  return settings;
}

}  // namespace

// --- what it asks of its source -------------------------------------------------------------------------------------

TEST_CASE("an open-ended source that nobody counts is run in one block, else by what is tried at once, or by strips") {
  Quiet const quiet;
  pt::detail::Observation const observation{};
  for (int const kind : {0, 1, 2, 3}) {
    CAPTURE(kind);
    Timed timed = constant(3'000, 100);
    pt::Job job = timed.pulled_job();
    job.open_ended = true;
    pt::Settings settings = kind == 3 ? stoppable() : pt::Settings();
    if (kind == 1) settings.observation = &observation;
    Begun run(job, settings);
    if (kind == 2) run.started = pt::detail::ticks();
    run.run_alone<false>();
    CHECK(timed.ran() == 3'000);
    if (kind == 0) {
      CHECK(timed.steps == Sizes{3'000});
      CHECK(timed.wanted.empty());
    } else {
      CHECK(run.over());
      CHECK(run.known().positions == 3'000);
      CHECK(first_of(timed.steps, 4) == (kind == 3 ? Sizes{1, 2, 4, 8} : Sizes{1'024, 1'024, 952}));
    }
  }
}

TEST_CASE("an open-ended run that is cut asks its source no more") {
  Quiet const quiet;
  for (bool const may_stop : {false, true}) {
    CAPTURE(may_stop);
    Timed timed = constant(3'000, 100);
    timed.cut_at = 10;
    pt::Job job = timed.pulled_job();
    job.open_ended = true;
    job.cut = pt::Cut::later;
    Begun run(job, may_stop ? stoppable() : pt::Settings());
    run.started = 1;
    run.run_alone<false>();
    CHECK(run.over());
    CHECK(run.bound() < 3'000);
    std::size_t const asked = timed.wanted.size();
    run.run_alone<false>();
    CHECK(timed.wanted.size() == asked);
    CHECK(timed.ran() == (may_stop ? 15U : 1'024U));
  }
}

TEST_CASE("a source that gives nothing for a while, and does not say that it has ended, is asked again") {
  Quiet const quiet;
  Timed timed = constant(10, 100);
  pt::Job job = timed.pulled_job();
  job.pull = [](void* self, std::size_t want) -> pt::Known {
    Timed& source = *static_cast<Timed*>(self);
    if (source.wanted.size() % 2 == 0) {
      source.wanted.push_back(want);
      return {source.given, false};
    }
    return Timed::pull(self, want < 4 ? want : 4);
  };
  Begun run(job);
  run.run_alone<false>();
  CHECK(timed.ran() == 10);
  CHECK(run.over());
}

TEST_CASE("a source that may pause is asked for more at once when enough has come alone without a pause") {
  Quiet const quiet;
  Timed timed = constant(3'000, 1);
  pt::Job job = timed.pulled_job();
  job.may_pause = true;
  Begun run(job);
  run.run_alone<false>();
  CHECK(timed.ran() == 3'000);
  CHECK(run.over());
  std::size_t ones = 0;
  while (ones != timed.wanted.size() && timed.wanted[ones] == 1) ++ones;
  CHECK(ones == pt::detail::ReadAhead::one_by_one);
  CHECK(timed.wanted[ones] > 1);
}

TEST_CASE("strips of what may be stopped shrink to single positions where these take more than 4 us") {
  Quiet const quiet;
  for (std::int64_t const dear : {4'000, 4'001}) {
    CAPTURE(dear);
    Timed timed = constant(30, 100);
    timed.takes = [dear](std::size_t i) { return i < 15 ? 100 : dear / 2; };
    Begun run(timed.known_job(), stoppable());
    run.run_alone<false>();
    Sizes wanted{1, 2, 4, 8, 15};
    CHECK(first_of(timed.steps, 5) == wanted);
    Timed pairs = constant(20, 100);
    pairs.takes = [dear](std::size_t i) { return i < 3 ? 100 : (dear + 1) / 2; };
    Begun other(pairs.known_job(), stoppable());
    other.run_alone<false>();
    CHECK(pairs.steps[2] == 4);
    CHECK(pairs.steps.back() == 1);
    std::size_t twos = 0;
    for (std::size_t const step : pairs.steps) twos += step == 2 ? 1U : 0U;
    CHECK(twos == (dear == 4'000 ? 7U : 2U));
  }
}

// --- what it looks up -----------------------------------------------------------------------------------------------

TEST_CASE("what a length has cost is believed, be it less than a nanosecond, and one that knows nothing is guessed") {
  Quiet const quiet;
  pt::Memo memo;
  memo.learn(1'000, 0.5F, 0);
  memo.learn(4'000, 3, 0);
  (void)memo.of(2'000);  // nothing was learnt
  Timed timed = constant(1'000, 1);
  Begun run(timed.known_job());
  (void)run.run_by_memo<true>(memo);
  CHECK(run.foretold() == 0.5F);
  Timed guessed = constant(2'000, 1);
  Begun other(guessed.known_job());
  (void)other.run_by_memo<true>(memo);
  CHECK(other.foretold() == 3);
}

TEST_CASE("few items of known cost that may be stopped are probed, not offered at once, since that may have changed") {
  Quiet const quiet;
  Learnt memo(200, 10'000);
  Timed timed = constant(200, 10'000);
  Begun run(timed.known_job(), stoppable());
  CHECK_FALSE(run.run_by_memo<false>(memo));
  Probe(run).run<false>();
  CHECK(timed.steps == Sizes{1});
}

TEST_CASE("a tiny loop is run at once also where it may have no second thread") {
  Quiet const quiet;
  pt::Settings one;
  one.max_threads = 1;
  for (std::int64_t const each : {100, 1'000}) {
    CAPTURE(each);
    Learnt memo(10, static_cast<float>(each));
    Timed timed = constant(10, each);
    Begun run(timed.known_job(), one);
    CHECK(run.run_by_memo<false>(memo) == (each == 100));
  }
}

TEST_CASE("a loop is compared from the work on that is worth sharing among its threads, where waiting is not free") {
  Quiet const quiet;
  // By eight, which may compute: 2.5 us, and what a sixteenth and an eighth of the work is: 3077 ns.
  for (std::size_t const items : {30U, 31U}) {
    CAPTURE(items);
    Learnt memo(items, 100);
    Timed timed = constant(items, 100);
    Begun run(timed.known_job());
    CHECK(run.run_by_memo<false>(memo));
    CHECK(run.is_compared() == (items == 31));
  }
  for (float const probe : {0.0F, 0.5F}) {
    thread_manager.costs.probe = probe;
    Learnt memo(1'000, 100);
    Timed timed = constant(1'000, 100);
    Begun run(timed.known_job());
    (void)run.run_by_memo<false>(memo);
    CHECK(run.is_compared() == (probe > 0));
  }
}

// --- what it leaves behind ------------------------------------------------------------------------------------------

TEST_CASE("a brief loop that the clock does not see says nothing of what an item costs") {
  Quiet const quiet;
  Learnt memo(80, 100);
  Timed timed = constant(80, 0);
  Begun run(timed.known_job());
  REQUIRE(run.run_by_memo<false>(memo));
  CHECK(memo.find(80)->cost() == 100);
}

TEST_CASE("a run that was not timed, or of which nothing has run since it was, leaves nothing behind") {
  Quiet const quiet;
  for (int const kind : {0, 1, 2}) {
    CAPTURE(kind);
    pt::Memo memo;
    Timed timed = constant(100, 100);
    Begun run(timed.known_job());
    if (kind != 1) run.started = pt::detail::ticks();
    if (kind != 2) (void)run.step(100);
    run.note_alone(memo);
    CHECK((memo.find(100) != nullptr) == (kind == 0));
    if (kind == 0) CHECK(memo.find(100)->cost() == 100);
  }
}

namespace {

/// What a loop of 1000 positions, forecast at 100 ns each, says of sharing when it has been shared and took `took`.
pt::detail::SharingRecord shared(float cost, float took, bool whole, bool foretold = true) {
  this_thread.tally = {};
  Learnt memo(1'000, 100);
  pt::detail::SharingRecord known;
  known.alone_ns = 100'000;
  known.alone_items = 1'000;
  memo.find(1'000)->remember(known);
  Timed timed = constant(1'000, 100);
  Begun run(timed.known_job());
  if (foretold) CHECK_FALSE(run.run_by_memo<false>(memo));
  memo.find(1'000)->learn(cost, cost, 1'000);
  pt::detail::CallSlot slot;
  run.slot = &slot;
  run.started = pt::detail::ticks();
  HandClock::ns += static_cast<std::int64_t>(took);
  this_thread.last_end = pt::detail::ticks();
  HandClock::ns += 5'000;
  run.compare(memo, whole);
  run.slot = nullptr;
  return memo.find(1'000)->sharing_record();
}

}  // namespace

TEST_CASE("what a shared loop took counts if it is whole, was foretold, cost what was forecast and is a small one") {
  Quiet const quiet;
  float const gained = shared(100, 60'000, true).account.saved;
  CHECK(gained == 100'000 * (1 - 1.0F / 16) - 60'000);
  CHECK(shared(100, 60'000, true).since_alone == 60'000);
  CHECK(shared(100, 60'000, false).account.saved == 0);
  CHECK(shared(100, 60'000, true, false).account.saved == 0);
  CHECK(shared(24, 60'000, true).account.saved == 0);  // a quarter of the forecast is another loop
  CHECK(shared(401, 60'000, true).account.saved == 0);
  CHECK(shared(399, 60'000, true).account.saved == gained);
  for (float const small : {200'000.0F, 400'000.0F}) {  // it took 300 us
    thread_manager.costs.small_loop = small;
    CHECK((shared(300, 60'000, true).account.saved == 0) == (small == 200'000));
  }
}

TEST_CASE("a shared loop that took eight times as long as small ones do had a long item, and says nothing of sharing") {
  Quiet const quiet;
  float const most = 8 * thread_manager.costs.small_loop;
  CHECK(shared(100, most, true).account.alone_for > 0);
  CHECK(shared(100, most + 1000, true).account.alone_for == 0);
}

TEST_CASE("a loop that ran alone is what shared ones are compared with, if it took what was forecast") {
  Quiet const quiet;
  for (std::int64_t const each : {100, 25, 26}) {
    CAPTURE(each);
    this_thread.tally = {};
    Learnt memo(1'000, 100);
    Timed timed = constant(1'000, each);
    Begun run(timed.known_job());
    CHECK_FALSE(run.run_by_memo<false>(memo));
    run.started = pt::detail::ticks();
    (void)run.step(1'000);
    run.note_alone(memo);
    run.compare(memo, true);
    CHECK((memo.find(1'000)->sharing_record().alone_items > 0) == (each != 25));
  }
}

TEST_CASE("while all loops of a thread run alone one of which nothing was known does so too, where waiting costs") {
  Quiet const quiet;
  for (bool const free : {false, true}) {
    CAPTURE(free);
    this_thread.tally = {};
    this_thread.tally.row.on = true;
    if (free) thread_manager.costs.probe = 0;
    Timed timed = constant(2'000, 100);
    SoloRun run;
    CHECK(probe(timed, timed.known_job(), run) == (free ? 1U : 2'000U));
    CHECK(run.is_compared() == !free);
  }
}

TEST_CASE("a thread's own room decides whether it may share: settings, guards, budget, cores") {
  Quiet const quiet;
  pt::Settings settings;
  CHECK_FALSE(pt::detail::may_not_share(settings));
  for (unsigned const most : {1U, 2U}) {
    settings.max_threads = most;
    CHECK(pt::detail::may_not_share(settings) == (most == 1));
    settings.max_threads = 0;
    {
      pt::thread_limit const limit(most);
      CHECK(pt::detail::may_not_share(settings) == (most == 1));
    }
    pt::Options options = thread_manager.options();
    options.threads = most;
    pt::set_options(options);
    CHECK(pt::detail::may_not_share(settings) == (most == 1));
    options.threads = 0;
    options.cores = most;
    pt::set_options(options);
    CHECK(pt::detail::may_not_share(settings) == (most == 1));
    options.cores = 4;
    pt::set_options(options);
  }
}

TEST_CASE("what a position of a unit cost is remembered, and nothing where the clock did not move") {
  Quiet const quiet;
  std::unique_ptr<pt::detail::Member[]> const members{new pt::detail::Member[2]};
  pt::detail::Members table{2, nullptr, members.get()};
  std::unique_ptr<pt::detail::CallSlot> const slot{new pt::detail::CallSlot};
  slot->high = 2;
  for (bool const moves : {true, false}) {
    CAPTURE(moves);
    pt::Memo memo;
    std::size_t const total = std::size_t{1} << 34;
    Timed timed = constant(total, 0);
    Begun run(timed.known_job());
    run.units = pt::detail::Units::of(total, 0);
    run.slot = slot.get();
    run.members = &table;
    run.started = pt::detail::ticks();
    members[0].cost = static_cast<float>(3 * run.units.size());
    if (moves) HandClock::ns += static_cast<std::int64_t>(10 * total);
    this_thread.tally.alone_since = 7;
    pt::detail::remember_cost(run, memo);
    CHECK(memo.find(total)->cost() == 3);
    CHECK(this_thread.tally.alone_since == 0);  // its data lies elsewhere now
    run.slot = nullptr;
  }
}

TEST_CASE("a run that stayed alone is remembered by its own time, and is no shared one") {
  Quiet const quiet;
  pt::Memo memo;
  Timed timed = constant(100, 100);
  Begun run(timed.known_job());
  run.started = pt::detail::ticks();
  (void)run.step(100);
  this_thread.tally.alone_since = 7;
  pt::detail::remember_cost(run, memo);
  REQUIRE(memo.find(100) != nullptr);
  CHECK(memo.find(100)->cost() == 100);
  CHECK(run.alone == 100);
  CHECK(this_thread.tally.alone_since == 7);
}
