#include <parallel_task/worker/thread_runner.hpp>

#include "catch.hpp"

#include <cstdint>

namespace {

using namespace parallel_task::detail;
constexpr std::uint32_t none = ThreadGroups::none;
constexpr std::uint32_t no_parent = CallSlot::no_parent;

/// An open call in a slot that nobody else uses; whoever enters it runs one claim, or none.
class FakeCall : public OpenCall {
 public:
  explicit FakeCall(std::uint32_t index, std::uint32_t parent = no_parent) : slot(thread_manager.call_slots[index]) {
    enter = [](OpenCall& self, std::uint32_t member) { static_cast<FakeCall&>(self).run(member); };
    members_.size = 2;
    members_.all = all_;
    before_ = slot.members.load();
    slot.call.store(this);
    slot.members.store(&members_);
    slot.parent.store(parent);
    slot.group.store(none);
    slot.most_joined.store(2);
    slot.high.store(0);
    slot.pull.store(CallSlot::ready);
    slot.word.store(CallSlot::open);
  }
  ~FakeCall() {
    slot.word.store(0);
    slot.pull.store(CallSlot::ended);
    slot.members.store(before_);
    slot.call.store(nullptr);
  }
  FakeCall(FakeCall const&) = delete;
  FakeCall& operator=(FakeCall const&) = delete;

  [[nodiscard]] bool is_left() const { return slot.word.load() == CallSlot::open && !slot.is_held(0); }

  CallSlot& slot;
  int entered = 0;
  bool has_work = true;
  std::uint32_t inside = 0;
  std::uint32_t group = 0;
  std::uint32_t depth = 0;

 private:
  void run(std::uint32_t member) {
    ++entered;
    inside = this_thread.inside;
    group = this_thread.group;
    depth = this_thread.depth;
    if (has_work) ++all_[member].counts.claims;
  }

  Member all_[2];
  Members members_;
  Members* before_;
};

}  // namespace

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
