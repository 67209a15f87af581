// What a run does that stays alone, what it remembers, and a slice of pulling, on a clock that its items move.
#define PARALLEL_TASK_SEAM "support/hand_clock.hpp"
#include "explore/timed_run.hpp"

using namespace timed;

// --- alone ----------------------------------------------------------------------------------------------------------

TEST_CASE(
    "what may be stopped is run by strips of 2 us, twice as many while they are short and half where they are long") {
  Quiet const quiet;
  pt::Settings settings;
  settings.deadline = pt::detail::steady_ns() + 1'000'000'000;
  Timed timed = constant(100, 100);
  timed.takes = [](std::size_t i) { return i < 47 ? 100 : 1100; };
  Begun run(timed.known_job(), settings);
  run.run_alone<false>();
  // 1600 ns is long enough; 16 that take 17.6 us are too many, and so are 8 and 4 of more than 4 us.
  CHECK(timed.steps == Sizes{1, 2, 4, 8, 16, 16, 16, 8, 4, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1});
  CHECK(run.over());
}

TEST_CASE("a deadline that passes is seen after the strip in which it does") {
  Quiet const quiet;
  pt::Settings settings;
  settings.deadline = pt::detail::steady_ns() + 5'000;
  Timed timed = constant(1000, 100);
  Begun run(timed.known_job(), settings);
  run.run_alone<false>();
  CHECK(timed.ran() == 63);  // 1, 2, 4, 8, 16, 16, 16: 6.3 us
  CHECK(run.ending.outcome() == pt::detail::Ending::late);
}

TEST_CASE("a pulled source that may be stopped is run in strips of what it gives") {
  Quiet const quiet;
  pt::Settings settings;
  settings.deadline = pt::detail::steady_ns() + 1'000'000'000;
  Timed timed = constant(20, 10);
  Begun run(timed.pulled_job(), settings);
  run.run_alone<false>();
  CHECK(timed.ran() == 20);
  CHECK(run.over());
}

TEST_CASE("a brief loop of known cost is run by an eighth and the rest, and what it took is remembered") {
  Quiet const quiet;
  for (std::int64_t const each : {100, 104, 60}) {
    CAPTURE(each);
    Learnt memo(80, 100);
    Timed timed = constant(80, each);
    Begun run(timed.known_job());
    REQUIRE(run.run_by_memo<false>(memo));
    CHECK(timed.steps == Sizes{10, 70});
    CHECK(run.over());
    CHECK(memo.find(80)->cost() == 100 + static_cast<float>(each - 100) / 8);
    CHECK(run.is_compared());
  }
}

TEST_CASE("a brief loop of one item has no trial") {
  Quiet const quiet;
  Learnt memo(1, 1000);
  Timed timed = constant(1, 1000);
  Begun run(timed.known_job());
  REQUIRE(run.run_by_memo<false>(memo));
  CHECK(timed.steps == Sizes{1});
}

TEST_CASE("a brief loop whose first eighth takes eight times as long is given up, and its cost is what was seen") {
  Quiet const quiet;
  Learnt memo(80, 100);
  Timed timed = constant(80, 841);  // 8410 ns: more than 8 * 1000 + 400
  Begun run(timed.known_job());
  CHECK_FALSE(run.run_by_memo<false>(memo));
  CHECK(timed.steps == Sizes{10});
  CHECK(run.cost() == 841);
  CHECK_FALSE(run.is_compared());
  Timed just = constant(80, 840);
  Begun kept(just.known_job());
  CHECK(kept.run_by_memo<false>(memo));
}

TEST_CASE("a brief loop that is cut says nothing of what an item costs") {
  Quiet const quiet;
  for (std::size_t const cut_at : {std::size_t{5}, std::size_t{50}}) {
    Learnt memo(80, 100);
    Timed timed = constant(80, 50);
    timed.cut_at = cut_at;
    pt::Job job = timed.known_job();
    job.cut = pt::Cut::later;
    Begun run(job);
    CHECK(run.run_by_memo<false>(memo));
    CHECK(run.over());
    CHECK(memo.find(80)->cost() == 100);
  }
}

TEST_CASE("a run that somebody observes is never brief, nor is one compared where tests take all waiting for free") {
  Quiet const quiet;
  Learnt memo(80, 10);
  Timed timed = constant(80, 10);
  Begun run(timed.known_job());
  CHECK_FALSE(run.run_by_memo<true>(memo));
  CHECK(timed.steps.empty());

  thread_manager.costs.probe = 0;
  Learnt longer(1000, 100);
  Timed other = constant(1000, 100);
  Begun eager(other.known_job());
  CHECK_FALSE(eager.run_by_memo<false>(longer));
  CHECK_FALSE(eager.is_compared());
}

TEST_CASE("a source that may pause and says late that it has ended has run all and is asked no more") {
  Quiet const quiet;
  Timed timed = constant(5, 10);
  pt::Job job = timed.pulled_job();
  job.may_pause = true;
  job.pull = [](void* self, std::size_t want) {
    pt::Known known = Timed::pull(self, want);
    Timed const& timed_job = *static_cast<Timed*>(self);
    known.ended = timed_job.wanted.size() > timed_job.total;  // one time after the last item
    return known;
  };
  Begun run(job);
  run.run_alone<false>();
  CHECK(run.over());
  CHECK(timed.steps == Sizes(5, 1));
  CHECK(timed.wanted == Sizes(6, 1));
}

TEST_CASE("a run that may be stopped takes no cost on trust") {
  Quiet const quiet;
  pt::Settings settings;
  settings.deadline = pt::detail::steady_ns() + 1'000'000'000;
  Learnt memo(80, 100);
  Timed timed = constant(80, 100);
  Begun run(timed.known_job(), settings);
  CHECK_FALSE(run.run_by_memo<false>(memo));
  CHECK(run.cost() == 0);
  CHECK(timed.steps.empty());
}

TEST_CASE("two threads at least make a loop one that is compared, and a long one is not") {
  Quiet const quiet;
  struct Case {
    std::size_t items;
    unsigned threads;
    bool compared;
  };
  for (Case const each : {Case{1000, 0, true}, Case{1000, 2, true}, Case{1000, 1, false}, Case{100'000, 0, false},
                          Case{79'999, 0, true}, Case{80'000, 0, false}}) {
    CAPTURE(each.items, each.threads);
    pt::Settings settings;
    settings.max_threads = each.threads;
    Learnt memo(each.items, 100);
    Timed timed = constant(each.items, 100);
    Begun run(timed.known_job(), settings);
    CHECK_FALSE(run.run_by_memo<false>(memo));
    CHECK(run.is_compared() == each.compared);
  }
}

TEST_CASE("a tiny loop is no debt, and is compared with nothing") {
  Quiet const quiet;
  Learnt memo(10, 100);
  Timed timed = constant(10, 300);
  this_thread.debt = 0;
  this_thread.last_end = 1;
  Begun run(timed.known_job());
  REQUIRE(run.run_by_memo<false>(memo));
  CHECK(this_thread.debt == 0);
  CHECK(this_thread.last_end == 1);
  CHECK(memo.find(10)->sharing_record().alone_items == 0);
}

TEST_CASE("a brief loop that is compared is a debt, with that of loops no longer ago than a thread stays hot") {
  Quiet const quiet;
  for (std::uint64_t const ago : {50'000U, 50'001U}) {
    CAPTURE(ago);
    Learnt memo(80, 100);
    Timed timed = constant(80, 100);
    this_thread.debt = 1'000'000;
    this_thread.tally = {};
    this_thread.last_end = pt::detail::ticks() - ago;
    Begun run(timed.known_job());
    REQUIRE(run.run_by_memo<false>(memo));
    CHECK(this_thread.debt == (ago == 50'000 ? 1'002'750.0F : 2'750.0F));  // half of what is above 2.5 us
    CHECK(this_thread.last_end == pt::detail::ticks());
    CHECK(memo.find(80)->sharing_record().alone_items == 5);  // a first guess: a sixteenth
    CHECK(memo.find(80)->sharing_record().alone_ns == 500);
  }
}

// --- shared ---------------------------------------------------------------------------------------------------------

TEST_CASE("of a shared run a position is remembered to cost no more than all members together can have spent on it") {
  Quiet const quiet;
  std::unique_ptr<pt::detail::Member[]> const members{new pt::detail::Member[2]};
  pt::detail::Members table{2, nullptr, members.get()};
  std::unique_ptr<pt::detail::CallSlot> const slot{new pt::detail::CallSlot};
  for (float const says : {19.0F, 20.0F, 1e6F}) {
    CAPTURE(says);
    pt::Memo memo;
    Timed timed = constant(1000, 1);
    Begun run(timed.known_job());
    run.units = pt::detail::Units::of(1000, 0);
    run.slot = slot.get();
    run.members = &table;
    run.started = pt::detail::ticks();
    slot->high = 2;
    members[0].cost = says;
    HandClock::ns += 10'000;  // 10 us of two members for 1000 positions
    this_thread.debt = 1;
    pt::detail::remember_cost(run, memo);
    CHECK(memo.find(1000)->cost() == (says < 20 ? says : 20.0F));
    CHECK(this_thread.debt == 0);
    CHECK(this_thread.last_end == pt::detail::ticks());
    run.slot = nullptr;
  }
}

TEST_CASE("a slice of pulling ends at an item that took 5 us by itself, or when it has taken 20 us") {
  for (std::int64_t const each : {4'900, 5'000, 5'001, 6'667}) {
    CAPTURE(each);
    struct Source {
      std::int64_t each;
      Sizes wanted{};
      std::size_t given = 0;
    } source{each};
    pt::Job job;
    job.self = &source;
    job.pull = [](void* self, std::size_t want) -> pt::Known {
      Source& all = *static_cast<Source*>(self);
      all.wanted.push_back(want);
      HandClock::ns += all.each * static_cast<std::int64_t>(want);
      return {all.given += want, false};
    };
    pt::detail::PullRole role;
    (void)role.begin_sharing({}, {0, false}, 0, 0, pt::detail::thread_manager.costs);
    pt::Block strip;
    role.fetch(job, 0, 0, pt::detail::ticks(), strip, thread_manager.costs);
    CHECK(source.wanted == (each <= 5'000 ? Sizes{1, 2, 4} : Sizes{1}));
    CHECK(role.hand_out().last == source.given);
    CHECK(strip == pt::Block{source.given, source.given + 1});
  }
}
