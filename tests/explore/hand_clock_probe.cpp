// When a run that is alone asks whether to share, at the borders of what decides it, on a clock that its items move.
#define PARALLEL_TASK_SEAM "support/hand_clock.hpp"
#include "explore/timed_run.hpp"

using namespace timed;

TEST_CASE("few items of a place whose cost is in doubt are probed, not offered at once") {
  Quiet const quiet;
  for (bool const in_doubt : {false, true}) {
    CAPTURE(in_doubt);
    pt::Memo memo;
    if (in_doubt) {
      memo.learn(200, 100, 0);
      memo.learn(200, 1'000, 100);
    }
    Timed timed = constant(200, 10'000);
    Begun run(timed.known_job());
    REQUIRE_FALSE(run.run_by_memo<false>(memo));
    Probe(run).run<false>();
    CHECK(timed.steps == (in_doubt ? Sizes{1} : Sizes{}));
  }
}

TEST_CASE("an item that costs as much as is worth sharing is, and one that is walked from 3 ns on is timed first") {
  Quiet const quiet;
  for (float const cost : {49.5F, 50.0F}) {
    CAPTURE(cost);
    Learnt memo(100'000, cost);
    Timed timed = constant(100'000, 1);
    pt::Job job = timed.known_job();
    job.least_cost = 50;
    Begun run(job);
    REQUIRE_FALSE(run.run_by_memo<false>(memo));
    Probe(run).run<false>();
    CHECK(timed.steps.empty() == (cost == 50));
  }
}

namespace {

/// A source that is walked: each step takes no time.
struct Walked : Timed {
  Sizes walks{};
  bool ends_early = false;
  pt::Job walked_job() {
    pt::Job job = known_job();
    job.self = static_cast<Timed*>(this);
    job.least_cost = 100;
    job.walk = [](void* self, std::size_t count) {
      Walked& all = *static_cast<Walked*>(static_cast<Timed*>(self));
      all.walks.push_back(count);
      return all.ends_early ? count - 1 : count;
    };
    return job;
  }
};

}  // namespace

TEST_CASE(
    "of what is walked 43 are timed 13 times, or parts of it, no fewer than 11, and again after eight times as many") {
  Quiet const quiet;
  struct Case {
    std::size_t total;
    float cost;
    bool ends_early;
    std::size_t at_once;
    std::size_t times;
  };
  // A quarter of the first step has run before: 10 of 50 ns.
  for (Case const& each :
       {Case{100'000, 50, false, 43, 39}, Case{80'000, 2.9F, false, 0, 0}, Case{80'000, 3, false, 43, 26},
        Case{40'000, 50, true, 43, 3}, Case{4'128, 50, false, 43, 13}, Case{4'127, 50, false, 42, 13},
        Case{1'056, 50'000, false, 11, 13}, Case{1'055, 50'000, false, 0, 0}}) {
    CAPTURE(each.total, each.cost);
    Walked walked;
    walked.total = each.total;
    walked.takes = [](std::size_t) { return 0; };
    walked.ends_early = each.ends_early;
    thread_manager.wakeups.spinning = 1;
    pt::Job job = walked.walked_job();
    if (each.cost > 100) job.least_cost = 100'000;
    Learnt memo(each.total, each.cost);
    Begun run(job);
    REQUIRE_FALSE(run.run_by_memo<false>(memo));
    Probe(run).run<false>();
    CHECK(walked.walks == Sizes(each.times, each.at_once));
    CHECK(run.over());
  }
}

TEST_CASE("a source that may pause is worth 32 items to a helper that is hot") {
  Quiet const quiet;
  for (float const cost : {90.0F, 100.0F}) {  // 3.1 us are worth it where eight may compute
    CAPTURE(cost);
    thread_manager.wakeups.spinning = 1;
    pt::Memo memo;
    memo.cost = cost;
    Timed timed = constant(100, 90);
    pt::Job job = timed.pulled_job();
    job.may_pause = true;
    Begun run(job);
    REQUIRE_FALSE(run.run_by_memo<false>(memo));
    Probe(run).run<false>();
    CHECK(timed.steps.empty() == (cost == 100));
  }
}

TEST_CASE("items that come one by one are shared once 2 us are over") {
  Quiet const quiet;
  thread_manager.wakeups.spinning = 1;
  Timed timed = constant(1'000, 500);
  pt::Job job = timed.pulled_job();
  job.may_pause = true;
  job.least_cost = 1;  // or it would be offered at once
  Begun run(job);
  Probe(run).run<false>();
  CHECK(timed.steps == Sizes(8, 1));  // the last four in one step
  CHECK(run.cost() == 500);
  CHECK_FALSE(run.over());
}

TEST_CASE("a debt is forgotten after as long as a thread stays hot, and a helper is woken for one that is not") {
  Quiet const quiet;
  for (std::uint64_t const ago : {50'000U, 50'001U}) {
    CAPTURE(ago);
    this_thread.debt = 1e9F;
    this_thread.last_end = pt::detail::ticks() - ago;
    Timed timed = constant(300, 100);
    Begun run(timed.known_job());
    Probe(run).run<false>();
    CHECK(run.over() == (ago == 50'001));
    CHECK((this_thread.debt > 0) == (ago == 50'000));
  }
}

TEST_CASE(
    "a source of nothing costs nothing, one that says late that it has ended has, and one may wait with the first") {
  Quiet const quiet;
  Timed none = constant(0, 100);
  pt::Job job = none.pulled_job();
  job.may_pause = true;
  job.least_cost = 50;
  Begun empty(job);
  Probe(empty).run<false>();
  CHECK(empty.over());
  CHECK(empty.cost() == 0);
  for (bool const pauses : {false, true}) {
    CAPTURE(pauses);
    Timed timed = constant(20, 1);
    pt::Job late = timed.pulled_job();
    late.least_cost = 50;
    late.may_pause = pauses;
    late.pull = [](void* self, std::size_t want) -> pt::Known {
      Timed& all = *static_cast<Timed*>(self);
      bool const first = all.wanted.empty();
      bool const gave_all = all.given == all.total;
      if (first) want = 0;
      pt::Known known = Timed::pull(self, want);
      known.ended = gave_all;
      return known;
    };
    Begun run(late);
    Probe(run).run<false>();
    CHECK(run.over());
    CHECK(timed.ran() == 20);
  }
}

TEST_CASE("what is left has to be worth as many threads as may compute in the call") {
  Quiet const quiet;
  for (unsigned const threads : {0U, 2U}) {
    CAPTURE(threads);
    thread_manager.wakeups.spinning = 1;
    pt::Settings settings;
    settings.max_threads = threads;
    Timed timed = constant(300, 20);  // 2 us are probed, and 4 are left: half of that is not worth 2.5
    Begun run(timed.known_job(), settings);
    Probe(run).run<false>();
    CHECK(run.over() == (threads == 2));
  }
}
