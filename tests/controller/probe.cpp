// What the probe is alone responsible for, whenever it decides to share: what has run until then ran once and in order,
// and it says whether anything is left.
#include <parallel_task/controller/probe.hpp>

#include "catch.hpp"
#include "support/eager.hpp"

#include <chrono>
#include <cstddef>
#include <vector>

namespace pt = parallel_task;
using pt::detail::Probe;
using pt::detail::SoloRun;

namespace {

enum class Kind { known, pulled, pausing, open_ended };
constexpr Kind kinds[] = {Kind::known, Kind::pulled, Kind::pausing, Kind::open_ended};

/// A job of every kind of source, that remembers what ran.
struct Probed {
  std::size_t total = 0;
  std::size_t known = 0;  // of what is pulled
  bool beyond = false;    // something ran that was not known
  std::size_t next = 0;
  bool in_order = true;
  std::size_t blocks = 0;
  std::size_t cut_at = pt::unknown;

  static bool run(void* self, void*, pt::Block block) {
    Probed& probed = *static_cast<Probed*>(self);
    probed.in_order = probed.in_order && block.first == probed.next;
    probed.next = block.last < probed.total ? block.last : probed.total;
    ++probed.blocks;
    return block.last <= probed.cut_at;
  }
  static pt::Known pull(void* self, std::size_t want) {
    Probed& probed = *static_cast<Probed*>(self);
    if (probed.known < probed.next) probed.known = probed.next;  // of one that is open-ended, what was tried
    std::size_t const left = probed.total - probed.known;
    probed.known += want < left ? want : left;
    return {probed.known, probed.known == probed.total};
  }
  pt::Job job(Kind kind) {
    pt::Job made;
    made.self = this;
    made.run = &Probed::run;
    made.known = {total, true};
    if (kind != Kind::known) {
      made.pull = &Probed::pull;
      made.known = {0, false};
      made.may_pause = kind == Kind::pausing;
      made.open_ended = kind == Kind::open_ended;
    }
    return made;
  }
};

/// An item is known to cost so many nanoseconds.
void forecast(SoloRun& run, float cost) {
  pt::Memo memo;
  memo.cost.store(cost, pt::detail::memory_order_relaxed);
  REQUIRE_FALSE(run.run_by_memo<false>(memo));
}

}  // namespace

TEST_CASE("what the probe has run, it ran once and in order, and it knows how far it is") {
  support::WithOptions const four(support::four_cores());
  for (Kind const kind : kinds) {
    for (std::size_t const total : {std::size_t{1}, std::size_t{2}, std::size_t{7}, std::size_t{100'000}}) {
      CAPTURE(static_cast<int>(kind), total);
      Probed probed;
      probed.total = total;
      SoloRun run;
      run.begin(probed.job(kind), nullptr);
      Probe(run).run<false>();
      CHECK(probed.in_order);
      CHECK(run.next() == probed.next);
      CHECK(run.over() == (probed.next == total && run.known().ended));
      if (!run.over() && probed.blocks != 0) CHECK(run.cost() > 0);  // it has timed what it ran
    }
  }
}

TEST_CASE("items that never pay are all run by the probe") {
  support::WithOptions const four(support::four_cores());
  for (Kind const kind : kinds) {
    CAPTURE(static_cast<int>(kind));
    Probed probed;
    probed.total = 100'000;
    SoloRun run;
    pt::Job job = probed.job(kind);
    job.least_cost = 1e30F;
    run.begin(job, nullptr);
    if (kind == Kind::known) forecast(run, 1e3F);
    Probe(run).run<false>();
    CHECK(run.over());
    CHECK(probed.in_order);
    CHECK(probed.next == 100'000);
    CHECK(run.bound() == pt::unknown);
  }
}

TEST_CASE("of what is known to be long nothing is run before it is shared") {
  support::WithOptions const four(support::four_cores());
  Probed probed;
  probed.total = 1000;
  SoloRun run;
  run.begin(probed.job(Kind::known), nullptr);
  forecast(run, 1e9F);
  Probe(run).run<false>();
  CHECK_FALSE(run.over());
  CHECK(run.next() == 0);
  CHECK(probed.blocks == 0);
}

TEST_CASE("what nothing was known of is held back as long as all loops of the thread run alone") {
  support::WithOptions const four(support::four_cores());
  pt::detail::SharingTally& tally = pt::detail::this_thread.tally;
  static std::size_t ran;
  pt::Job job;
  job.run = [](void*, void*, pt::Block block) {
    std::size_t const count = block.last - block.first;
    ran += count;
    auto const end = std::chrono::steady_clock::now() + count * std::chrono::nanoseconds(200);
    while (std::chrono::steady_clock::now() < end) {
    }
    return true;
  };
  job.known = {1000, true};
  auto const runs_alone = [&](bool all_alone) {
    tally = {};
    tally.row.on = all_alone;
    ran = 0;
    pt::Memo memo;
    memo.learn(1000, 1, 0);
    memo.learn(1000, 200, 1);  // now cheap, now dear: what comes next, nobody knows
    SoloRun run;
    run.begin(job, nullptr);
    REQUIRE_FALSE(run.run_by_memo<false>(memo));
    Probe(run).run<false>();
    CHECK(run.over() == (ran == 1000));
    if (run.is_compared()) run.compare(memo, true);
    CHECK(memo.of(1000).sharing_record().alone_items == 0);  // what it took says nothing of the next one
    return run.over() && run.is_compared();
  };
  CHECK_FALSE(runs_alone(false));
  // A thread that loses its core meanwhile takes what is left for a long loop, which is not compared.
  int tries = 0;
  while (!runs_alone(true) && ++tries != 100) {
  }
  CHECK(tries != 100);
  CHECK((tally.row.ran > 100'000 || !tally.row.on));
  tally = {};
}

TEST_CASE("inside an item of another call, with every core computing, all is run without a look at the clock") {
  support::WithOptions const four(support::four_cores());
  Probed probed;
  probed.total = 1000;
  SoloRun run;
  run.begin(probed.job(Kind::known), nullptr);
  forecast(run, 1e9F);
  ++pt::detail::this_thread.depth;
  pt::detail::thread_manager.places.computing.fetch_add(100, pt::detail::memory_order_relaxed);
  Probe(run).run<false>();
  pt::detail::thread_manager.places.computing.fetch_sub(100, pt::detail::memory_order_relaxed);
  --pt::detail::this_thread.depth;
  CHECK(run.over());
  CHECK(probed.in_order);
  CHECK(probed.next == 1000);
  CHECK(run.started == 0);
}

TEST_CASE("a block that cuts the run ends the probe there") {
  support::WithOptions const four(support::four_cores());
  for (Kind const kind : kinds) {
    CAPTURE(static_cast<int>(kind));
    Probed probed;
    probed.total = 100'000;
    probed.cut_at = 0;
    SoloRun run;
    pt::Job job = probed.job(kind);
    job.cut = pt::Cut::later;
    job.least_cost = 1e30F;
    run.begin(job, nullptr);
    if (kind == Kind::known) forecast(run, 1e3F);
    Probe(run).run<false>();
    CHECK(run.over());
    CHECK(probed.blocks == 1);
    CHECK(run.bound() == probed.next);
  }
}

TEST_CASE("a stop token is asked before each of the probe's steps") {
  support::WithOptions const four(support::four_cores());
  Probed probed;
  probed.total = 100'000;
  static int asked;
  asked = 0;
  pt::Settings settings;
  settings.stop_requested = [](void const*) { return ++asked == 3; };
  SoloRun run(settings);
  pt::Job job = probed.job(Kind::known);
  job.least_cost = 1e30F;
  run.begin(job, nullptr);
  forecast(run, 1e3F);
  Probe(run).run<false>();
  CHECK(run.over());
  CHECK(probed.blocks == 2);
  CHECK(run.ending.outcome() == pt::detail::Ending::stopped);
}
