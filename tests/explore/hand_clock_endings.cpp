// How a worker ends before its work does, on a clock that stands still but for what its items take: what is cut, thrown
// or stopped; and the steps of units so large that a stop could not wait for one.
#define PARALLEL_TASK_SEAM "support/hand_clock.hpp"
#include "explore/lone_worker.hpp"

#include <stdexcept>

using namespace lone;

TEST_CASE("a bound that falls while a claim runs ends it after the strip, and what waits behind it is dropped") {
  Alone alone(10'000);
  alone.call.job.cut = pt::Cut::later;
  alone.takes = [&](pt::Block block) {
    if (block.first <= 5'000 && 5'000 < block.last) alone.call.ending.lower_bound_to(4'000);
    return 100 * static_cast<std::int64_t>(block.size());
  };
  alone.member(1).cost.store(100);
  alone.give(1, {0, 10'000});
  alone.work(1);
  CHECK(alone.has_run(0, 5'030));
  CHECK(alone.member(1).queue.load() == 0);
}

TEST_CASE("what a run in steps or strips says is no longer wanted begins behind the step or strip that said it") {
  for (bool const in_units : {false, true}) {
    CAPTURE(in_units);
    Calling alone(in_units ? std::size_t{1} << 44 : 10'000);
    alone.call.job.cut = pt::Cut::later;
    alone.call.job.run = [](void* self, void*, pt::Block block) {
      auto& ran = static_cast<Alone*>(self)->ran;
      ran.push_back(block);
      HandClock::ns += 100 * static_cast<std::int64_t>(block.size());
      return ran.size() != 4;
    };
    alone.give(1, in_units ? pt::QueueBlock{5, 7} : pt::QueueBlock{0, 10'000});
    alone.member(1).cost = in_units ? 0 : 100;
    alone.work(1);
    CHECK(alone.ran.size() == 4);
    CHECK(alone.call.bound() == alone.ran.back().last);
    CHECK(alone.ran.back().size() == (in_units ? 8U : 20U));
    CHECK(alone.member(1).queue.load() == 0);
  }
}

TEST_CASE("a single strip that says that no more is wanted ends the run behind it") {
  Calling alone(10'000);
  alone.call.job.cut = pt::Cut::later;
  alone.call.job.run = [](void* self, void*, pt::Block block) {
    auto& ran = static_cast<Alone*>(self)->ran;
    ran.push_back(block);
    return ran.size() != 2;
  };
  alone.give(1, {0, 10'000});
  alone.work(1);
  CHECK(alone.ran == std::vector<pt::Block>{{0, 1}, {1, 2}});
  CHECK(alone.call.bound() == 2);
  CHECK(alone.member(1).counts.items == 2);
}

TEST_CASE("a bound that falls to where a claim has come to ends it there") {
  Alone alone(10'000);
  alone.call.job.cut = pt::Cut::later;
  alone.takes = [&](pt::Block block) {
    if (block.first <= 5'000 && 5'000 < block.last) alone.call.ending.lower_bound_to(block.last);
    return 100 * static_cast<std::int64_t>(block.size());
  };
  alone.member(1).cost.store(100);
  alone.give(1, {0, 10'000});
  alone.work(1);
  CHECK(alone.has_run(0, 5'030));
}

TEST_CASE("where a segment's end cuts the run the block behind it is dropped, and what lies before it is still run") {
  Calling alone(1'000);
  alone.call.job.cut = pt::Cut::later;
  static int ended;
  ended = 0;
  alone.call.job.retire = [](void*, void*, bool) { return ++ended != 1; };
  alone.give(1, {500, 510});
  alone.give(2, {600, 620});
  alone.give(0, {0, 5});
  alone.member(1).cost = 100;
  alone.work(1);
  CHECK(alone.call.bound() == 501);
  CHECK(alone.ran.front() == pt::Block{500, 510});
  std::size_t low = 0;
  for (pt::Block const block : alone.ran) {
    CHECK(block.first < 600);
    if (block.first < 5) low += block.size();
  }
  CHECK(low == 5);
}

TEST_CASE("a segment whose last strip has thrown is not flushed, and a token that throws before any leaves none") {
  Calling alone(1'000);
  alone.call.job.cut = pt::Cut::later;
  static std::vector<bool> whole;
  whole.clear();
  alone.call.job.retire = [](void*, void*, bool all) {
    whole.push_back(all);
    return true;
  };
  SECTION("an item") {
    alone.takes = [](pt::Block block) -> std::int64_t {
      if (block.first <= 3 && 3 < block.last) throw std::runtime_error("at 3");
      return 100;
    };
    alone.give(1, {0, 10});
    alone.work(1);
    REQUIRE_FALSE(whole.empty());
    CHECK_FALSE(whole.front());
  }
  SECTION("the token") {
    alone.call.settings.stop_requested = [](void const*) -> bool { throw std::runtime_error("of the token"); };
    alone.give(1, {0, 10});
    alone.work(1);
    CHECK(whole.empty());
    CHECK(alone.ran.empty());
    CHECK(alone.member(1).error);
    alone.member(1).error = nullptr;
  }
}

TEST_CASE("a stop token is not asked for what lies beyond the bound") {
  Calling alone(1'000);
  static int asked;
  asked = 0;
  alone.call.settings.stop_requested = [](void const*) {
    ++asked;
    return false;
  };
  alone.call.ending.lower_bound_to(0);
  alone.give(1, {0, 10});
  alone.work(1);
  CHECK(asked == 0);
  CHECK(alone.ran.empty());
}

TEST_CASE("a unit of many positions is run by steps of 2 us with a look at the deadline after each") {
  for (bool const late : {false, true}) {
    CAPTURE(late);
    Alone alone(std::size_t{1} << 44);
    std::size_t const unit = alone.call.units.size();
    REQUIRE(unit == 8192);
    alone.takes = [](pt::Block block) {
      return static_cast<std::int64_t>(block.size() * (block.first % 8192 < 4096 ? 10 : 100));
    };
    if (late) alone.call.settings.deadline = pt::detail::steady_ns() + 10'000;
    alone.give(1, {5, 6});
    alone.work(1);
    CHECK(alone.ran.front().first == 5 * unit);
    Sizes wanted{1, 2, 4, 8, 16, 32, 64};
    wanted.insert(wanted.end(), late ? 7 : 32, 128);  // more than 1 us
    if (!late) {
      wanted.insert(wanted.end(), {128, 64});  // more than 4 us: half as many
      wanted.insert(wanted.end(), 118, 32);
      wanted.push_back(1);
    }
    CHECK(alone.sizes() == wanted);
    CHECK(alone.has_run(5 * unit, late ? 5 * unit + 1023 : 6 * unit));
    CHECK(alone.call.bound() == (late ? 0 : pt::unknown));
  }
}

TEST_CASE("steps of a unit grow while they take less than 1 us and shrink to one position where they take above 4") {
  Alone alone(std::size_t{1} << 44);
  std::size_t const start = 5 * alone.call.units.size();
  alone.takes = [&](pt::Block block) -> std::int64_t {
    static constexpr std::int64_t steps[] = {700, 1'000, 4'000, 4'200, 4'200, 700};
    return alone.ran.size() <= 6 ? steps[alone.ran.size() - 1] : 2'000 + static_cast<std::int64_t>(0 * block.size());
  };
  alone.give(1, {5, 6});
  alone.work(1);
  CHECK(head(alone.sizes(), 8) == Sizes{1, 2, 2, 2, 1, 1, 2, 2});
  CHECK(alone.has_run(start, start + alone.call.units.size()));
}

TEST_CASE("a deadline is missed from its own nanosecond on") {
  for (std::int64_t const left : {0, 1}) {
    pt::Settings settings;
    settings.deadline = HandClock::ns + left;
    pt::detail::Ending ending;
    CHECK(ending.told_to_stop(settings) == (left == 0));
  }
}
