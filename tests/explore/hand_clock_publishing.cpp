// What a call takes and says as it is published: a slot, members, parts for those that are hot; and where there is no
// slot, or no memory (support/hand_pool.hpp).
#define PARALLEL_TASK_SEAM "support/hand_pool.hpp"
#include "controller/published_run.hpp"
#include "explore/played_pool.hpp"
#include "explore/timed_run.hpp"
#include "support/allocations.cpp"
#include "support/faults.hpp"

#include <parallel_task/parallel_task.hpp>

using namespace played;
using published::Published;
using support::Faults;

TEST_CASE("the slots without a bit are taken when all others are, and have places for twice the cores and some more") {
  Scene const scene(8);
  auto& slots = thread_manager.call_slots;
  constexpr std::uint32_t bits = ThreadManager::bit_count;
  for (std::uint32_t i = 0; i != bits; ++i) slots[i].word.fetch_add(CallSlot::reserved);
  {
    Published call(1'000);
    REQUIRE(call.is_published());
    CHECK(call.run.index == bits);
    CHECK(call.run.members->size == 2 * 8 + Costs::spare_members);
    CHECK(thread_manager.places.crowd_end == bits + 1);
  }
  CHECK(slots[bits].word == 0);
  for (std::uint32_t i = 0; i != bits; ++i) slots[i].word.fetch_sub(CallSlot::reserved);
}

TEST_CASE("a thread's calls begin to look for a slot where its last one was, those in its items do not move that") {
  Scene const scene;
  for (std::uint32_t const depth : {0U, 1U}) {
    CAPTURE(depth);
    this_thread.hint = 50;
    this_thread.depth = depth;
    thread_manager.call_slots[50].word.fetch_add(CallSlot::reserved);
    Published const call(1'000);
    thread_manager.call_slots[50].word.fetch_sub(CallSlot::reserved);
    REQUIRE(call.is_published());
    CHECK(call.run.index == 51);
    CHECK(this_thread.hint == (depth == 0 ? 51U : 50U));
  }
}

TEST_CASE("a call says in whose item and by which thread it was made, and its slot says nothing of it any more") {
  Scene const scene;
  this_thread.inside = 3;
  this_thread.thread = 5;
  CallSlot* slot = nullptr;
  {
    Published call(1'000);
    REQUIRE(call.is_published());
    slot = call.run.slot;
    CHECK(slot->parent == 3);
    CHECK(call.run.published == ticks());
    CHECK(call.member(0).counts.thread == 5);
    CHECK(call.member(0).segments == &call.run.home);
  }
  CHECK(slot->parent == CallSlot::no_parent);
}

TEST_CASE("a call looks how many cores there are, once in a second, unless that was chosen") {
  Scene const scene;
  pt::set_options(pt::Options());
  HandClock::ns += 2'000'000'000;
  for (unsigned const cores : {6U, 3U}) {
    Hand::cores = cores;
    HandClock::ns += 1'000'000'001;
    Published const call(1'000);
    CHECK(thread_manager.places.cores() == cores);
  }
}

TEST_CASE("without memory for its members a call is not published, and its slot is free") {
  for (std::uint32_t const fails : {1U, 2U}) {
    CAPTURE(fails);
    Scene const scene;
    this_thread.hint = 55;
    REQUIRE(thread_manager.call_slots[55].members.load() == nullptr);
    prepare();  // the test itself writes down what that asks for
    long const before = Faults::allocated;
    Faults::arm(Faults::Kind::allocation, fails);
    bool published = true;
    {
      Published const call(1'000);
      published = call.is_published();
      Faults::disarm();
      CHECK(call.run.slot == nullptr);
    }
    CHECK_FALSE(published);
    CHECK(thread_manager.call_slots[55].word == 0);
    CHECK(Faults::allocated == before);
  }
}

TEST_CASE("where helpers are hot each that may join is dealt a part, unless one of them has lost its core") {
  struct Case {
    std::uint32_t hot;
    unsigned threads;
    bool lost;
    bool strategy;
    std::uint32_t parts;
  };
  for (Case const& each : {Case{0, 0, false, false, 1}, Case{1, 0, false, false, 2}, Case{2, 0, false, false, 3},
                           Case{2, 2, false, false, 2}, Case{2, 3, false, false, 3}, Case{2, 0, true, false, 1},
                           Case{2, 0, false, true, 1}}) {
    CAPTURE(each.hot, each.threads, each.lost, each.strategy);
    Scene const scene;
    timed::Learnt memo(10'000, 100);
    timed::Timed timed = timed::constant(10'000, 100);
    pt::Settings settings;
    settings.max_threads = each.threads;
    if (each.strategy) settings.strategy.priority = [](void const*, pt::QueueLoad const&) noexcept { return 1.0; };
    timed::Begun run(timed.known_job(), settings);
    REQUIRE_FALSE(run.run_by_memo<false>(memo));
    thread_manager.wakeups.spinning = each.hot;
    this_thread.hot_since = each.lost ? 1 : 0;
    SharedRun shared(run);
    REQUIRE(shared.publish());
    CHECK(run.slot->high == each.parts);
    CHECK(run.slot->left_behind == (each.parts > 1 ? 1U : 0U));
    std::size_t units = 0;
    for (std::uint32_t i = 0; i != each.parts; ++i) {
      units += run.members->all[i].queue.load();
      CHECK(run.members->all[i].queue.load() >= 10'000 / each.parts - 2);
      CHECK(run.members->all[i].cost == 100);
    }
    CHECK(units == 10'000);
    CallSlot const& slot = *run.slot;
    SharedRun::put_slot_back(run);
    CHECK(run.slot == nullptr);
    CHECK(slot.high == 0);
  }
}

TEST_CASE("a run for which there is no slot runs alone, and says so") {
  Scene const scene;
  auto& slots = thread_manager.call_slots;
  for (auto& slot : slots) slot.word.fetch_add(CallSlot::reserved);
  pt::RunReport report;
  int ran = 0;
  pt::indices(200).report(report).for_each([&](int) { ++ran; });
  CHECK(ran == 200);
  CHECK(report.reason == pt::RunReason::no_free_slot);
  CHECK(report.threads == 1);
  for (auto& slot : slots) slot.word.fetch_sub(CallSlot::reserved);
}

TEST_CASE("a segment whose accumulator throws as it is made leaves no memory behind") {
  Scene const scene;
  Member member;
  pt::Job job;
  job.bytes = 1'000;
  job.alignment = 64;
  job.open = [](void*, void*) { throw 1; };
  long const before = Faults::allocated;
  int caught = 0;
  try {
    (void)open_segment(member, job, 0);
  } catch (int) {
    ++caught;
  }
  long const after = Faults::allocated;
  CHECK(caught == 1);
  CHECK(after == before);
  CHECK(member.segments == nullptr);
}
