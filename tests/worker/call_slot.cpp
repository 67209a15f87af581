#include <parallel_task/worker/call_slot.hpp>

#include "catch.hpp"

using parallel_task::detail::CallSlot;

TEST_CASE("a slot lets in as many as its call may have, and counts nobody who was refused") {
  CallSlot slot;
  slot.most_joined.store(2);
  slot.word.store(CallSlot::open);
  CHECK(slot.join());
  CHECK(slot.join());
  CHECK_FALSE(slot.join());
  CHECK(slot.word.load() == (CallSlot::open | 2));
  slot.leave();
  slot.leave();
  CHECK(slot.word.load() == CallSlot::open);
}

TEST_CASE("nobody joins a slot that is free or reserved") {
  CallSlot slot;
  slot.most_joined.store(2);
  CHECK_FALSE(slot.join());
  slot.word.store(CallSlot::reserved);
  CHECK_FALSE(slot.join());
  CHECK(slot.word.load() == CallSlot::reserved);
}

TEST_CASE("the last one to leave clears the mark of a caller that sleeps, those before it don't") {
  CallSlot slot;
  slot.word.store(CallSlot::open | CallSlot::waiting | 2);
  slot.leave();
  CHECK(slot.word.load() == (CallSlot::open | CallSlot::waiting | 1));
  slot.leave();
  CHECK(slot.word.load() == CallSlot::open);
}

TEST_CASE("where members end is exact up to sixteen, then rises by sixteens, and never beyond the table") {
  CHECK(CallSlot::high_for(0, 20) == 1);
  CHECK(CallSlot::high_for(15, 20) == 16);
  CHECK(CallSlot::high_for(16, 20) == 20);
  CHECK(CallSlot::high_for(16, 400) == 32);
  CHECK(CallSlot::high_for(47, 400) == 48);
  CHECK(CallSlot::high_for(48, 400) == 64);
}

TEST_CASE("a thread has the member again that it had last, if that was dealt a part and is free") {
  CallSlot slot;
  slot.taken_members[0].store(1);
  slot.high.store(4);
  CHECK(slot.take_member(20, 3) == 3);
  CHECK(slot.take_member(20, 3) == 1);  // taken
  CHECK(slot.take_member(20, 7) == 2);  // not dealt out
  slot.give_member(3);
  CHECK(slot.take_member(20) == 3);
}
