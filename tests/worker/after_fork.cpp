#include <parallel_task/worker/after_fork.hpp>

#include "catch.hpp"

namespace pt = parallel_task;
using pt::detail::AfterFork;
using pt::detail::CallSlot;
using pt::detail::Member;
using pt::detail::Members;
using pt::detail::OpenCall;
using pt::detail::SlotSet;
using pt::detail::ThreadState;

namespace {

constexpr std::uint32_t first_filled = 62;  // of the slots that the test fills in: the last has no bit

struct Call : OpenCall {
  Call() {
    abandon = [](OpenCall& self) noexcept { ++static_cast<Call&>(self).abandoned; };
  }
  unsigned abandoned = 0;
};

/// Three slots of the table, as a child of fork finds them; freed in the end.
class Slots {
 public:
  Slots() {
    for (std::uint32_t i = 0; i != 3; ++i) {
      kept_[i] = slot(i).members.load();
      tables_[i].size = 2;
      tables_[i].all = members_[i];
      slot(i).members.store(&tables_[i]);
    }
  }
  ~Slots() {
    for (std::uint32_t i = 0; i != 3; ++i) {
      slot(i).members.store(kept_[i]);
      slot(i).word.store(0);
      slot(i).call.store(nullptr);
      slot(i).caller.store(nullptr);
      slot(i).parent.store(CallSlot::no_parent);
      slot(i).most_joined.store(0);
      for (auto& word : slot(i).taken_members) word.store(0);
    }
  }
  Slots(Slots const&) = delete;
  Slots& operator=(Slots const&) = delete;

  void fill(std::uint32_t i, Call& call, void const* caller, std::uint32_t word,
            std::uint32_t parent = CallSlot::no_parent) {
    slot(i).call.store(&call);
    slot(i).caller.store(caller);
    slot(i).parent.store(parent);
    slot(i).most_joined.store(3);
    slot(i).taken_members[0].store(3);
    slot(i).word.store(word);
    (void)members_[i][0].queue.secondary().push({4, 9});
    (void)members_[i][1].queue.secondary().push({4, 9});
  }
  [[nodiscard]] CallSlot& slot(std::uint32_t i) { return pt::detail::tables.call_slots[first_filled + i]; }
  [[nodiscard]] std::size_t load(std::uint32_t i, std::uint32_t member) { return members_[i][member].queue.load(); }

 private:
  Members* kept_[3];
  Members tables_[3];
  Member members_[3][2];
};

bool is_only(SlotSet const& set, std::uint32_t i) { return set.count() == 1 && set.has(first_filled + i); }

int another_thread = 0;  // its address is another thread's

}  // namespace

TEST_CASE("a child's own call that nobody had joined goes on whole") {
  Slots slots;
  Call call;
  ThreadState self;
  self.inside = first_filled;
  slots.fill(0, call, &self, CallSlot::open);
  CHECK(AfterFork::lose_joined_calls(self).count() == 0);
  CHECK(is_only(AfterFork::keep_own_calls(self, {}), 0));
  CHECK(slots.slot(0).word.load() == CallSlot::open);
  CHECK(slots.slot(0).most_joined.load() == 3);
  CHECK(call.abandoned == 0);
  CHECK(slots.load(0, 0) == 5);
}

TEST_CASE("a child's own call that others had joined is given up, and lets nobody in") {
  Slots slots;
  Call call;
  ThreadState self;
  self.inside = first_filled;
  slots.fill(0, call, &self, CallSlot::open | CallSlot::waiting | 1);
  for (int times = 0; times != 2; ++times) {  // two copies of the library share the pool
    CHECK(AfterFork::lose_joined_calls(self).count() == 0);
    CHECK(is_only(AfterFork::keep_own_calls(self, {}), 0));
    CHECK(slots.slot(0).word.load() == CallSlot::open);
    CHECK_FALSE(slots.slot(0).join());
    CHECK(slots.slot(0).taken_members[0].load() == 1);
    CHECK(call.abandoned == 1);
    CHECK(slots.load(0, 0) == 0);
    CHECK(slots.load(0, 1) == 0);
  }
}

TEST_CASE("a child's own slot that was being filled in stays taken by it, and counts nobody else") {
  Slots slots;
  Call call;
  ThreadState const self;
  slots.fill(0, call, &self, CallSlot::reserved | 1);
  CHECK(AfterFork::keep_own_calls(self, {}).count() == 0);
  CHECK(slots.slot(0).word.load() == CallSlot::reserved);
  CHECK(call.abandoned == 0);
}

TEST_CASE("a child frees the slots of other threads' calls") {
  Slots slots;
  Call call;
  ThreadState const self;
  slots.fill(0, call, &another_thread, CallSlot::open | 1);
  slots.fill(1, call, &another_thread, CallSlot::reserved);
  CHECK(AfterFork::keep_own_calls(self, AfterFork::lose_joined_calls(self)).count() == 0);
  CHECK(slots.slot(0).word.load() == 0);
  CHECK(slots.slot(0).taken_members[0].load() == 0);
  CHECK(slots.load(0, 0) == 0);
  CHECK(slots.slot(1).word.load() == 0);
  CHECK(call.abandoned == 0);  // the frame is not there: it is not touched
}

TEST_CASE("a call that the child's thread had joined stays taken until it leaves, and names its own call as parent") {
  Slots slots;
  Call own;
  Call foreign;
  Call joined;
  ThreadState self;
  self.inside = first_filled + 2;
  slots.fill(0, own, &self, CallSlot::open);
  slots.fill(1, foreign, &another_thread, CallSlot::open, first_filled);
  slots.fill(2, joined, &another_thread, CallSlot::open | 1, first_filled + 1);
  for (int times = 0; times != 2; ++times) {
    SlotSet const lost = AfterFork::lose_joined_calls(self);
    CHECK(is_only(lost, 2));
    CHECK(is_only(AfterFork::keep_own_calls(self, lost), 0));
    CHECK(slots.slot(2).word.load() == 1);
    CHECK(slots.slot(2).parent.load() == first_filled);
    CHECK(slots.slot(2).members.load() == nullptr);
    CHECK(slots.load(2, 1) == 5);  // left alone: this thread still uses it
    CHECK(slots.slot(1).word.load() == 0);
  }
  CHECK(joined.abandoned != 0);
  CHECK(foreign.abandoned == 0);
  CHECK(own.abandoned == 0);
  slots.slot(2).leave();
  CHECK(slots.slot(2).word.load() == 0);
}

TEST_CASE("a thread of the library is lost in a child, one of the user's is not") {
  ThreadState helper;
  helper.thread = 3;
  helper.blocked = true;
  AfterFork::forget(helper);
  CHECK(helper.lost);
  CHECK(helper.thread == 0);
  CHECK_FALSE(helper.blocked);
  ThreadState user;
  AfterFork::forget(user);
  CHECK_FALSE(user.lost);
}

TEST_CASE("a child knows nothing of its one thread but whether it was the library's") {
  for (std::uint32_t const thread : {0U, 3U}) {
    ThreadState self;
    self.thread = thread;
    self.in_vain = 5;
    self.looked_at = 6;
    self.blocked = true;
    AfterFork::forget(self);
    CHECK(self.lost == (thread != 0));
    CHECK(self.thread == 0);
    CHECK(self.in_vain == 0);
    CHECK(self.looked_at == 0);
    CHECK_FALSE(self.blocked);
  }
}

TEST_CASE(
    "a slot that another thread had reserved, or somebody had counted himself in for a moment, is free in the child") {
  Slots slots;
  Call call;
  ThreadState const self;
  slots.fill(0, call, &another_thread, CallSlot::reserved);
  slots.slot(0).members.store(nullptr);  // it had not come to make the table
  slots.fill(1, call, &another_thread, 1);
  CHECK(AfterFork::keep_own_calls(self, {}).count() == 0);
  CHECK(slots.slot(0).word.load() == 0);
  CHECK(slots.slot(1).word.load() == 0);
}

TEST_CASE("in a child the caller of an own call has another number of the system's") {
  Slots slots;
  Call call;
  ThreadState const self;
  slots.fill(0, call, &self, CallSlot::open);
  Members& members = *slots.slot(0).members.load();
  members.all[0].system_id.store(1);
  CHECK(is_only(AfterFork::keep_own_calls(self, {}), 0));
  CHECK(members.all[0].system_id.load() == pt::detail::this_thread_id());
  slots.fill(0, call, &self, 0);
}
