// What a run that is alone decides by time, on a clock that stands still but for what its items take: step by step.
#define PARALLEL_TASK_SEAM "support/hand_clock.hpp"
#include <parallel_task/controller/probe.hpp>
#include <parallel_task/controller/run_call.hpp>
#include <parallel_task/controller/worker.hpp>
#include <parallel_task/worker/process.hpp>

#include "catch.hpp"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

namespace pt = parallel_task;
using pt::detail::Probe;
using pt::detail::SoloRun;
using pt::detail::this_thread;
using pt::detail::thread_manager;
using support::HandClock;

namespace {

using Sizes = std::vector<std::size_t>;

/// Four cores, of which nobody computes and nobody is hot; what the thread has learnt is forgotten.
struct Quiet {
  pt::Options options = thread_manager.options();
  pt::detail::Costs costs = thread_manager.costs;
  pt::detail::ThreadState self = this_thread;

  Quiet() {
    pt::Options four;
    four.cores = 4;
    pt::set_options(four);
  }
  Quiet(Quiet const&) = delete;
  Quiet& operator=(Quiet const&) = delete;
  ~Quiet() {
    pt::set_options(options);
    thread_manager.costs = costs;
    thread_manager.wakeups.spinning = 0;
    thread_manager.places.computing = 0;
    this_thread = self;
  }
};

/// A job that remembers its steps. Positions take what `takes` says, by the hand clock.
struct Timed {
  std::size_t total = 0;
  std::function<std::int64_t(std::size_t)> takes = [](std::size_t) { return 100; };
  std::size_t cut_at = pt::unknown;
  std::int64_t pull_takes = 0;
  Sizes steps{};
  Sizes wanted{};
  bool in_order = true;
  std::size_t next = 0;
  std::size_t given = 0;

  static bool run(void* self, void*, pt::Block block) {
    Timed& timed = *static_cast<Timed*>(self);
    timed.in_order = timed.in_order && block.first == timed.next;
    std::size_t const last = block.last < timed.total ? block.last : timed.total;
    for (std::size_t i = block.first; i < last; ++i) HandClock::ns += timed.takes(i);
    timed.steps.push_back(last - block.first);
    timed.next = last;
    return block.last <= timed.cut_at;
  }
  static pt::Known pull(void* self, std::size_t want) {
    Timed& timed = *static_cast<Timed*>(self);
    timed.wanted.push_back(want);
    HandClock::ns += timed.pull_takes;
    if (timed.given < timed.next) timed.given = timed.next;  // of one that is open-ended, what was tried
    std::size_t const left = timed.total - timed.given;
    timed.given += want < left ? want : left;
    return {timed.given, timed.given == timed.total};
  }
  pt::Job known_job() {
    pt::Job job;
    job.self = this;
    job.run = &Timed::run;
    job.known = {total, true};
    return job;
  }
  pt::Job pulled_job() {
    pt::Job job = known_job();
    job.pull = &Timed::pull;
    job.known = {0, false};
    return job;
  }
  [[nodiscard]] std::size_t ran() const {
    std::size_t sum = 0;
    for (std::size_t const step : steps) sum += step;
    return sum;
  }
};

Timed constant(std::size_t total, std::int64_t ns) {
  Timed timed;
  timed.total = total;
  timed.takes = [ns](std::size_t) { return ns; };
  return timed;
}

Sizes first_of(Sizes const& all, std::size_t count) {
  return {all.begin(), all.begin() + static_cast<std::ptrdiff_t>(count < all.size() ? count : all.size())};
}

/// A run that has begun.
struct Begun : SoloRun {
  explicit Begun(pt::Job const& what, pt::Settings const& chosen = {}) : SoloRun(chosen) { begin(what, nullptr); }
};

/// What a place remembers where a loop of so many items has run alone, at so many ns each.
struct Learnt : pt::Memo {
  Learnt(std::size_t items, float each) { learn(items, each, 0); }
};

/// Probes it where nothing is known; how far it came.
std::size_t probe(Timed& timed, pt::Job const& job, SoloRun& run) {
  run.begin(job, nullptr);
  Probe(run).run<false>();
  CHECK(timed.in_order);
  CHECK(timed.next == timed.ran());
  return run.next();
}

}  // namespace

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

TEST_CASE("a walk is timed apart from what is computed, and shared where computing is dear enough") {
  Quiet const quiet;
  struct Walked : Timed {
    std::int64_t step = 0;
    std::size_t ends_at = pt::unknown;
    int walks = 0;
  };
  for (std::int64_t const step : {1, 4}) {
    CAPTURE(step);
    Walked walked;
    walked.total = 100'000;
    walked.takes = [step](std::size_t) { return 12 + step; };
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
    CHECK(walked.walks == 2);
    CHECK(run.over() == (step == 4));  // 12 ns besides: more than 2.5 times 1 and the trail, not 2.5 times 4
    CHECK(walked.in_order);
  }
}

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
    (void)role.begin_sharing({0, false}, 0);
    pt::Block strip;
    role.fetch(job, 0, 0, pt::detail::ticks(), strip, thread_manager.costs);
    CHECK(source.wanted == (each <= 5'000 ? Sizes{1, 2, 4} : Sizes{1}));
    CHECK(role.hand_out().last == source.given);
    CHECK(strip == pt::Block{source.given, source.given + 1});
  }
}
