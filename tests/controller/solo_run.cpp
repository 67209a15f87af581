#include <parallel_task/controller/solo_run.hpp>

#include "catch.hpp"

#include <chrono>
#include <cstddef>
#include <thread>
#include <vector>

namespace pt = parallel_task;
using pt::detail::SoloRun;

namespace {

// A job that remembers its blocks. Where it is pulled, `total` is not known before the last item has come.
struct Blocks {
  std::size_t total = 0;
  std::size_t known = 0;
  std::vector<pt::Block> ran{};
  std::vector<std::size_t> wanted{};
  std::size_t cut_at = pt::unknown;

  static bool run(void* self, void*, pt::Block block) {
    Blocks& blocks = *static_cast<Blocks*>(self);
    blocks.ran.push_back(block);
    return block.last <= blocks.cut_at;
  }
  static pt::Known pull(void* self, std::size_t want) {
    Blocks& blocks = *static_cast<Blocks*>(self);
    blocks.wanted.push_back(want);
    std::size_t const left = blocks.total - blocks.known;
    blocks.known += want < left ? want : left;
    return {blocks.known, blocks.known == blocks.total};
  }
  pt::Job job(bool pulled) {
    pt::Job made;
    made.self = this;
    made.run = &Blocks::run;
    made.known = {total, true};
    if (pulled) {
      made.pull = &Blocks::pull;
      made.known = {0, false};
    }
    return made;
  }
  // Whether [0, n) has run, in order.
  [[nodiscard]] bool are_all_below(std::size_t n) const {
    std::size_t next = 0;
    for (pt::Block const block : ran) {
      if (block.first != next) return false;
      next = block.last;
    }
    return next == n;
  }
};

}  // namespace

TEST_CASE("what nobody may stop is run alone in one block") {
  Blocks blocks{1000};
  SoloRun run;
  run.begin(blocks.job(false), nullptr);
  run.run_alone<false>();
  CHECK(blocks.ran == std::vector<pt::Block>{{0, 1000}});
  CHECK(run.over());
  CHECK(run.next() == 1000);
}

TEST_CASE("what may be stopped is run alone by strips, and none after the deadline") {
  pt::Settings settings;
  settings.deadline = pt::detail::steady_ns() + std::chrono::nanoseconds(std::chrono::hours(1)).count();
  Blocks blocks{1000};
  SoloRun run(settings);
  run.begin(blocks.job(false), nullptr);
  run.run_alone<false>();
  CHECK(blocks.ran.front() == pt::Block{0, 1});
  CHECK(blocks.are_all_below(1000));

  settings.deadline = 1;
  Blocks late{1000};
  SoloRun stopped(settings);
  stopped.begin(late.job(false), nullptr);
  stopped.run_alone<false>();
  CHECK(late.ran.empty());
  CHECK(stopped.ending.outcome() == pt::detail::Ending::late);
}

TEST_CASE("a run alone ends where a block has cut it") {
  Blocks blocks{100'000};
  blocks.cut_at = 5000;
  pt::Job job = blocks.job(true);
  job.cut = pt::Cut::later;
  SoloRun run;
  run.begin(job, nullptr);
  run.run_alone<false>();
  CHECK(run.over());
  CHECK(run.bound() == blocks.ran.back().last);
  CHECK(blocks.ran.back().first < 5000);
  CHECK(blocks.ran.back().last > 5000);
}

TEST_CASE("of a source that may pause each item is run before the next is asked for") {
  Blocks blocks{20};
  pt::Job job = blocks.job(true);
  job.may_pause = true;
  SoloRun run;
  run.begin(job, nullptr);
  run.run_alone<false>();
  CHECK(blocks.are_all_below(20));
  CHECK(blocks.ran.size() == 20);
  CHECK(blocks.wanted == std::vector<std::size_t>(20, 1));
}

TEST_CASE("a loop whose cost is known to be small is run by its memo, in two blocks") {
  pt::Memo memo;
  memo.cost.store(0.1F, pt::detail::memory_order_relaxed);
  Blocks blocks{1000};
  SoloRun run;
  run.begin(blocks.job(false), nullptr);
  if (run.run_by_memo<false>(memo)) CHECK(blocks.are_all_below(1000));  // else the machine was busy: go on as usual
  CHECK(blocks.ran.front() == pt::Block{0, 125});

  pt::Memo empty;
  Blocks unknown{1000};
  SoloRun first;
  first.begin(unknown.job(false), nullptr);
  CHECK_FALSE(first.run_by_memo<false>(empty));
  CHECK(unknown.ran.empty());
}

TEST_CASE("a brief loop is timed to its end: dear last items are known to the next run, and the place is doubted") {
  pt::Memo memo;
  memo.learn(1000, 0.1F, 0);
  Blocks blocks{1000};
  pt::Job job = blocks.job(false);
  job.run = [](void* self, void* where, pt::Block block) {
    if (block.last == 1000) std::this_thread::sleep_for(std::chrono::milliseconds(2));
    return Blocks::run(self, where, block);
  };
  SoloRun run;
  run.begin(job, nullptr);
  if (!run.run_by_memo<false>(memo)) return;  // the machine was busy in the first eighth
  CHECK(blocks.are_all_below(1000));
  CHECK(memo.find(1000)->cost() > 1000);
  CHECK_FALSE(memo.find(1000)->is_settled());
}
