#include <parallel_task/worker/thread_runner.hpp>

#include "catch.hpp"
#include "worker/fake_call.hpp"

#include <cstdint>

namespace fake {

TEST_CASE("a call descends from the calls in whose items it was made, and from no other") {
  FakeCall const outer(40);
  FakeCall const inner(41, 40);
  FakeCall const innermost(42, 41);
  FakeCall const other(43);
  CHECK(descends_from(41, 40));
  CHECK(descends_from(42, 40));
  CHECK(descends_from(42, 41));
  CHECK_FALSE(descends_from(40, 40));
  CHECK_FALSE(descends_from(40, 41));
  CHECK_FALSE(descends_from(43, 40));
}

TEST_CASE("who waits in a call does not work for another user's that has taken a slot in the meantime") {
  FakeCall const outer(40);
  FakeCall nested(41, 40);
  FakeCall others(42);
  CHECK(join_and_work(41, 40));
  CHECK(nested.entered == 1);
  CHECK(nested.is_left());
  CHECK_FALSE(join_and_work(42, 40));
  CHECK(others.entered == 0);
  CHECK(others.is_left());
}

TEST_CASE("while a thread works in a call it is inside it and in its group, and afterwards where it was") {
  FakeCall const outer(40);
  FakeCall nested(41, 40);
  std::uint32_t const group = thread_manager.thread_groups.take(3, none);
  nested.slot.group.store(group);
  ThreadState const before = this_thread;
  CHECK(join_and_work(41, 40));
  CHECK(nested.inside == 41);
  CHECK(nested.group == group);
  CHECK(nested.depth == before.depth + 1);
  CHECK(this_thread.inside == before.inside);
  CHECK(this_thread.group == before.group);
  CHECK(this_thread.depth == before.depth);
  CHECK(ThreadGroups::table[group].used.load() == 1);
  thread_manager.thread_groups.give_back(group);
}

TEST_CASE("who finds nothing to run has not worked, and who finds a full group or no place does not enter") {
  FakeCall const outer(40);
  FakeCall nested(41, 40);
  nested.has_work = false;
  CHECK_FALSE(join_and_work(41, 40));
  CHECK(nested.entered == 1);

  std::uint32_t const group = thread_manager.thread_groups.take(1, none);
  nested.slot.group.store(group);
  CHECK_FALSE(has_room(nested.slot));
  CHECK_FALSE(join_and_work(41, 40));
  CHECK(nested.entered == 1);
  CHECK(nested.is_left());
  CHECK(ThreadGroups::table[group].used.load() == 1);
  thread_manager.thread_groups.give_back(group);

  nested.slot.group.store(none);
  CHECK(has_room(nested.slot));
  nested.slot.most_joined.store(0);
  CHECK_FALSE(has_room(nested.slot));
  CHECK_FALSE(join_and_work(41, 40));
  CHECK(nested.entered == 1);
  CHECK(nested.is_left());

  nested.slot.most_joined.store(2);
  nested.slot.taken_members[0].store(3);  // all places are somebody's
  CHECK_FALSE(join_and_work(41, 40));
  CHECK(nested.entered == 1);
  nested.slot.taken_members[0].store(0);
  CHECK(nested.is_left());
}

TEST_CASE("a thread that came to compute gives its place back, whether it was let in or not") {
  Quiet const quiet(4);
  FakeCall call(40);
  REQUIRE(thread_manager.places.take());
  CHECK(join_and_work(40, no_parent));
  CHECK(call.busy == 1);
  CHECK(computing() == 0);
  call.slot.most_joined.store(0);
  REQUIRE(thread_manager.places.take());
  CHECK_FALSE(join_and_work(40, no_parent));
  CHECK(computing() == 0);
  FakeCall nested(41, 40);
  CHECK(join_and_work(41, 40));  // one that waits above has kept its own
  CHECK(computing() == 0);
  nested.slot.most_joined.store(0);
  CHECK_FALSE(join_and_work(41, 40));
  CHECK(computing() == 0);
}

TEST_CASE("what a thread is in is undone as its stack is unwound") {
  Quiet const quiet(4);
  std::uint32_t const group = thread_manager.thread_groups.take(3, none);
  FakeCall call(40);
  FakeCall nested(41, 40);
  for (FakeCall* each : {&call, &nested}) {
    each->slot.group.store(group);
    each->throws = true;
    ThreadState const before = this_thread;
    bool const takes_place = each == &call;
    if (takes_place) REQUIRE(thread_manager.places.take());
    CHECK_THROWS_AS(join_and_work(takes_place ? 40U : 41U, takes_place ? no_parent : 40U), int);
    CHECK(each->entered == 1);
    CHECK(each->is_left());
    CHECK(this_thread.inside == before.inside);
    CHECK(this_thread.group == before.group);
    CHECK(this_thread.depth == before.depth);
    CHECK(ThreadGroups::table[group].used.load() == 1);
    CHECK(computing() == 0);
  }
  thread_manager.thread_groups.give_back(group);
}

TEST_CASE("joins in vain are those that were refused all there was, in a row") {
  Quiet const quiet(4);
  FakeCall const outer(40);
  FakeCall call(41, 40);
  call.has_work = false;
  call.refused = true;
  this_thread.in_vain = 0;
  for (std::uint32_t times = 1; times != 4; ++times) {
    CHECK_FALSE(join_and_work(41, 40));
    CHECK(this_thread.in_vain == times);
  }
  call.refused = false;
  CHECK_FALSE(join_and_work(41, 40));
  CHECK(this_thread.in_vain == 0);
  this_thread.in_vain = 3;
  call.refused = true;
  call.has_work = true;
  CHECK(join_and_work(41, 40));
  CHECK(this_thread.in_vain == 0);
  CHECK(this_thread.member == 0);
  call.slot.high.store(2);
  this_thread.member = 1;
  CHECK(join_and_work(41, 40));
  CHECK(this_thread.member == 1);
  call.slot.taken_members[0].store(2);
  CHECK(join_and_work(41, 40));
  CHECK(this_thread.member == 0);
  call.slot.taken_members[0].store(0);
  // One that may not become as urgent as the caller does not help it.
  this_thread.thread = 1;
  this_thread.own_urgency = this_thread.urgency = most_humble;
  int const entered = call.entered;
  CHECK_FALSE(join_and_work(41, 40));
  CHECK(this_thread.in_vain == 1);
  CHECK(call.entered == entered);
  CHECK(call.is_left());
}

TEST_CASE("a thread joins each open call that wants help once, those with less than their share first") {
  Quiet const quiet(4);
  FakeCall with_share(40);
  FakeCall without(41);
  with_share.slot.word.fetch_add(1);
  with_share.offer();
  without.offer();
  CHECK(thread_manager.places.fair_share() == 2);
  CHECK(join_any());
  CHECK(with_share.entered == 1);
  CHECK(without.entered == 1);
  CHECK(without.turn < with_share.turn);
  CHECK(computing() == 0);
  with_share.slot.word.fetch_sub(1);
}

TEST_CASE("where each call has one thread as its share, all are joined, once") {
  Quiet const quiet(4);
  FakeCall calls[4] = {FakeCall(40), FakeCall(41), FakeCall(42), FakeCall(43)};
  for (FakeCall& call : calls) call.offer();
  thread_manager.places.computing.fetch_sub(2);  // two callers sleep
  CHECK(thread_manager.places.fair_share() == 1);
  CHECK(join_any());
  for (FakeCall const& call : calls) CHECK(call.entered == 1);
  CHECK(computing() == -2);
  thread_manager.places.computing.fetch_add(2);
}

TEST_CASE("a call without work, without room or without a place to compute is not joined") {
  Quiet const quiet(4);
  FakeCall call(40);
  CHECK_FALSE(join_any());
  CHECK(call.entered == 0);
  call.offer();
  call.slot.pull.store(CallSlot::ended);
  CHECK_FALSE(join_any());
  call.slot.pull.store(CallSlot::ready);
  call.slot.most_joined.store(0);
  CHECK_FALSE(join_any());
  call.slot.most_joined.store(2);
  thread_manager.places.computing.store(3);
  CHECK_FALSE(join_any());
  CHECK(computing() == 3);
  thread_manager.places.computing.store(2);
  CHECK(call.entered == 0);
  CHECK(join_any());
  CHECK(call.entered == 1);
  CHECK(computing() == 2);
  thread_manager.places.computing.store(0);
}

TEST_CASE("who has worked in any of the calls has worked, and goes no farther when threads are being ended") {
  for (bool first_has : {true, false}) {
    Quiet const quiet(4);
    FakeCall first(40);
    FakeCall second(41);
    first.offer().has_work = first_has;
    second.offer().has_work = !first_has;
    CHECK(join_any());
    CHECK(first.entered + second.entered == 2);
    first.has_work = second.has_work = false;
    CHECK_FALSE(join_any());
    CHECK(first.entered + second.entered == 4);
    thread_manager.starter.stopping.store(true);
    CHECK_FALSE(join_any());
    CHECK(first.entered + second.entered == 5);
    thread_manager.starter.stopping.store(false);
  }
}

TEST_CASE("a hot thread that works is not counted as hot meanwhile, another is as it was") {
  Quiet const quiet(4);
  FakeCall call(40);
  call.offer();
  thread_manager.wakeups.spinning.store(3);
  CHECK(join_any(true));
  CHECK(call.spinning == 2);
  CHECK(thread_manager.wakeups.spinning.load() == 3);
  CHECK(join_any(false));
  CHECK(call.spinning == 3);
  CHECK(thread_manager.wakeups.spinning.load() == 3);
  thread_manager.wakeups.spinning.store(0);
}

}  // namespace fake
