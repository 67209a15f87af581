#include <parallel_task/worker/call_slot.hpp>

#include "catch.hpp"

#include <parallel_task/platform/wait.hpp>

#include <atomic>
#include <cstdint>
#include <thread>
#include <vector>

using parallel_task::detail::CallSlot;
using parallel_task::detail::Member;
using parallel_task::detail::Members;
using parallel_task::detail::members_of;

namespace {

/// A slot with a table of its own, which ends with it.
struct SlotOf {
  explicit SlotOf(std::uint32_t size) { (void)members_of(slot, size); }
  SlotOf(SlotOf const&) = delete;
  SlotOf& operator=(SlotOf const&) = delete;
  ~SlotOf() {
    for (Members* table = slot.members.load(); table != nullptr;) {
      Members* const older = table->older;
      for (std::uint32_t i = 0; i != table->size; ++i) table->all[i].~Member();
      ::operator delete(static_cast<void*>(table->all), std::align_val_t{alignof(Member)});
      delete table;
      table = older;
    }
  }
  [[nodiscard]] Member& operator[](std::uint32_t member) { return slot.members.load()->all[member]; }

  CallSlot slot;
};

}  // namespace

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

TEST_CASE("no member is had beyond the limit, nor one that is not dealt out, whatever was had last") {
  CallSlot slot;
  slot.high.store(4);
  CHECK(slot.take_member(3, 3) == 0);   // no member of this call
  CHECK(slot.take_member(20, 4) == 1);  // nobody was dealt that
  CHECK(slot.take_member(20, 2) == 2);
  slot.give_member(0);
  slot.give_member(1);
  CHECK(slot.take_member(20, 1) == 1);
  CHECK(slot.take_member(20, 1) == 0);
  CHECK(slot.take_member(3) == CallSlot::most_members);
  CHECK(slot.high.load() == 4);
  CHECK(slot.take_member(5) == 3);
  CHECK(slot.high.load() == 4);
  CHECK(slot.take_member(5) == 4);
  CHECK(slot.high.load() == 5);
}

TEST_CASE("members are had in turn, beyond one word of them too, and where they end is known") {
  CallSlot slot;
  bool in_turn = true;
  for (std::uint32_t i = 0; i != 130; ++i) {
    in_turn = in_turn && !slot.is_held(i) && slot.take_member(150) == i && slot.is_held(i);
    in_turn = in_turn && slot.high.load() == CallSlot::high_for(i, 150);
  }
  CHECK(in_turn);
  slot.give_member(0);
  slot.give_member(65);
  CHECK_FALSE(slot.is_held(65));
  CHECK(slot.is_held(64));
  CHECK(slot.is_held(66));
  CHECK(slot.take_member(150) == 0);
  CHECK(slot.take_member(150) == 65);
  CHECK(slot.take_member(130) == CallSlot::most_members);
}

TEST_CASE("a slot has work if a member's queue has, or if its source may be pulled from") {
  CallSlot without;
  CHECK_FALSE(without.has_work());
  without.high.store(1);  // as after a fork that has lost the table
  CHECK_FALSE(without.has_work());
  without.pull.store(CallSlot::ready);
  CHECK(without.has_work());
  for (auto other : {CallSlot::ended, CallSlot::taken, CallSlot::later}) {
    without.pull.store(other);
    CHECK_FALSE(without.has_work());
  }

  SlotOf with(3);
  with.slot.high.store(2);
  CHECK_FALSE(with.slot.has_work());
  with[2].queue.fill({0, 5});
  CHECK_FALSE(with.slot.has_work());  // nobody has taken that one
  with.slot.high.store(100);          // it may be seen before the table that has so many
  CHECK(with.slot.has_work());
  with[2].queue.fill({});
  with[0].queue.fill({7, 8});
  CHECK(with.slot.has_work());
}

TEST_CASE("a helper finds what was dealt to it and what lies in the other queue alike") {
  SlotOf with(3);
  with.slot.high.store(2);
  CHECK_FALSE(with.slot.has_work(1));
  with[1].queue.fill({5, 9});
  CHECK(with.slot.has_work(1));
  with[1].queue.fill({});
  with[0].queue.fill({0, 5});
  CHECK(with.slot.has_work(1));
  CHECK(with.slot.has_work(2));
  with[0].queue.fill({});
  CHECK_FALSE(with.slot.has_work(1));
}

TEST_CASE("a slot's table of members is made once, and again when it has to be larger") {
  SlotOf with(2);
  Members* const small = with.slot.members.load();
  REQUIRE(small != nullptr);
  CHECK(small->size == 2);
  CHECK(small->older == nullptr);
  CHECK(members_of(with.slot, 2) == small);
  CHECK(members_of(with.slot, 1) == small);
  Members* const large = members_of(with.slot, 5);
  REQUIRE(large != small);
  CHECK(with.slot.members.load() == large);
  CHECK(large->size == 5);
  CHECK(large->older == small);
  for (std::uint32_t i = 0; i != 5; ++i) CHECK(with[i].queue.load() == 0);
}

#if UINTPTR_MAX > 0xFFFFFFFF && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) && !defined(__clang__)
TEST_CASE("a slot keeps the table that it has if there is no memory for a larger one") {
  SlotOf with(2);
  Members* const small = with.slot.members.load();
  CHECK(members_of(with.slot, ~std::uint32_t{0}) == nullptr);  // some terabytes
  CHECK(with.slot.members.load() == small);
  CHECK(small->size == 2);
}
#endif

TEST_CASE("a caller that sleeps on its slot is woken, by name or by the last to leave") {
  for (bool by_name : {true, false}) {
    CallSlot slot;
    slot.word.store(CallSlot::open | CallSlot::waiting | 1);
    std::thread caller([&] {
      for (std::uint32_t seen = 0; ((seen = slot.word.load()) & CallSlot::waiting) != 0;) {
        parallel_task::detail::wait_on(slot.word, seen);
      }
    });
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    by_name ? slot.wake_caller() : slot.leave();
    caller.join();
    CHECK((slot.word.load() & CallSlot::waiting) == 0);
  }
}

TEST_CASE("threads that join a slot at once are never more than it lets in, nor in it before it opens") {
  CallSlot slot;
  slot.most_joined.store(2);
  std::atomic<int> inside{0};
  std::atomic<bool> too_many{false};
  std::atomic<bool> too_early{false};
  std::atomic<bool> is_open{false};
  std::atomic<int> joined{0};
  std::atomic<bool> over{false};
  std::vector<std::thread> threads;
  for (int t = 0; t != 4; ++t) {
    threads.emplace_back([&] {
      while (!over.load()) {
        std::this_thread::yield();
        if (!slot.join()) continue;
        if (inside.fetch_add(1) >= 2) too_many = true;
        if (!is_open.load()) too_early = true;
        joined.fetch_add(1);
        inside.fetch_sub(1);
        slot.leave();
      }
    });
  }
  for (int round = 0; round < 300 || joined.load() < 300; ++round) {
    is_open = true;
    slot.word.fetch_add(CallSlot::open);
    std::this_thread::yield();
    for (std::uint32_t alone = CallSlot::open;
         !slot.word.compare_exchange_weak(alone, CallSlot::reserved, parallel_task::detail::memory_order_seq_cst,
                                          parallel_task::detail::memory_order_seq_cst);) {
      alone = CallSlot::open;
      std::this_thread::yield();
    }
    is_open = false;
    slot.word.fetch_sub(CallSlot::reserved);
  }
  over = true;
  for (std::thread& thread : threads) thread.join();
  CHECK_FALSE(too_many);
  CHECK_FALSE(too_early);
  CHECK((slot.word.load() & CallSlot::count) == 0);
}
