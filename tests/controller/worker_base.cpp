// What a worker knows and decides, each decision alone: no thread of the pool takes part.
#include <parallel_task/controller/worker_base.hpp>

#include "catch.hpp"
#include "controller/asked_worker.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace asked {

TEST_CASE("a worker begins with what its member says that a unit costs") {
  Scene scene;
  CHECK(Asked(scene.call, 1).cost_ == 0);
  CHECK(Asked(scene.call, 1).limit_ == 1);
  scene.members[1].cost.store(100);
  Asked const worker(scene.call, 1);
  Costs const& costs = thread_manager.costs;
  CHECK(worker.cost_ == 100);
  CHECK(worker.pace_.most == cost_model::pace_of(100, costs).most);
  CHECK(worker.pace_.at_once == cost_model::pace_of(100, costs).at_once);
  CHECK(worker.limit_ == cost_model::first_limit(worker.pace_, costs));
  CHECK_FALSE(worker.has_long_items());
  scene.members[1].cost.store(costs.blocked_after);
  CHECK_FALSE(Asked(scene.call, 1).has_long_items());
  scene.members[1].cost.store(costs.blocked_after * 1.1F);
  Asked dear(scene.call, 1);
  CHECK(dear.has_long_items());
  dear.expect_cost(1);
  CHECK_FALSE(dear.has_long_items());
}

TEST_CASE("a worker looks into each claim where units are no positions, or somebody may stop the run") {
  Scene scene;
  CHECK_FALSE(Asked(scene.call, 1).looks_always());
  scene.call.settings.deadline = 1;
  CHECK(Asked(scene.call, 1).looks_always());
  scene.call.settings.deadline = 0;
  scene.call.job.pull = &pulls_none;
  CHECK(Asked(scene.call, 1).looks_always());
  scene.call.job.pull = nullptr;
  scene.call.units.shift = 3;
  Asked wide(scene.call, 1);
  CHECK(wide.looks_always());
  wide.expect_cost(1);
  CHECK(wide.pace_.at_once == 0);  // a unit is no small step
}

TEST_CASE("while a helper works, its member says which thread it is, the caller's is nobody's") {
  Scene scene;
  this_thread.thread = 3;
  Asked caller(scene.call, 0);
  caller.begin();
  CHECK(scene.members[0].system_id.load() == 0);
  CHECK(scene.members[0].counts.thread == 0);
  Asked helper(scene.call, 1);
  helper.begin();
  CHECK(scene.members[1].system_id.load() == this_thread_id());
  CHECK(scene.members[1].counts.thread == 3);
  helper.end();
  CHECK(scene.members[1].system_id.load() == 0);
  scene.members[0].system_id.store(9);
  caller.end();
  CHECK(scene.members[0].system_id.load() == 9);
}

TEST_CASE("that a hot helper leaves work alone is remembered from call to call, for a while") {
  Scene scene;
  thread_manager.costs.hot_comes = 1e9F;
  this_thread.hot_since = 77;
  this_thread.hot_looked = ticks();
  Asked soon(scene.call, 1);
  soon.begin();
  CHECK(soon.hot_since_ == 77);
  this_thread.hot_since = 0;
  Asked none(scene.call, 1);
  none.begin();
  CHECK(none.hot_since_ == 0);
  this_thread.hot_since = 77;
  this_thread.hot_looked = ticks() - ticks_in(2e9F);
  Asked late(scene.call, 1);
  late.begin();
  CHECK(late.hot_since_ == 0);
}

TEST_CASE("a worker learns what units cost when that has changed, and leaves the mean behind") {
  Scene scene;
  Asked worker(scene.call, 1);
  worker.begin();
  worker.run(100, 1000);
  worker.look_around(0);
  CHECK(worker.cost_ > 0);
  CHECK(scene.members[1].done.load() == 100);
  for (int i = 0; i != 40; ++i) {
    worker.run(100, 1000);
    worker.look_around(0);
  }
  CHECK(worker.cost_ > 700);
  CHECK(worker.cost_ < 1300);
  float const before = worker.cost_;
  worker.run(100, before * 1.05F);
  worker.look_around(0);
  CHECK(worker.cost_ == before);
  worker.run(1000, before * 4);
  worker.look_around(0);
  CHECK(worker.cost_ > before);
  CHECK(scene.members[1].cost.load() == worker.cost_);
  worker.look_around(0);  // nothing has run since
  CHECK(scene.members[1].done.load() == 5200);
  for (int i = 0; i != 40; ++i) {
    worker.run(1000, 2000);
    worker.look_around(0);
  }
  worker.run(10'000, 2000);
  worker.end();
  CHECK(scene.members[1].done.load() == 55'200);
  CHECK(scene.members[1].cost.load() > 1600);
  CHECK(scene.members[1].cost.load() < 2400);
  CHECK(scene.members[1].counts.busy_ns > 1e6F);
}

TEST_CASE("who leaves early leaves its queue to the others, and says so") {
  Scene scene;
  for (bool leaves : {false, true}) {
    for (bool has : {false, true}) {
      scene.slot.left_behind.store(0);
      scene.slot.word.store(CallSlot::open | CallSlot::waiting | 1);
      scene.members[1].queue.fill(has ? pt::QueueBlock{0, 5} : pt::QueueBlock{});
      Asked worker(scene.call, 1);
      worker.begin();
      worker.leaving_ = leaves;
      worker.end();
      CHECK((scene.slot.left_behind.load() != 0) == (leaves && has));
      CHECK((scene.slot.word.load() & CallSlot::waiting) == (leaves && has ? 0U : CallSlot::waiting));
    }
  }
}

TEST_CASE("a worker looks again whether to call others after the pause it was told, not before") {
  Scene scene;
  Asked worker(scene.call, 0);
  worker.begin();
  worker.note_look(1e15F);
  CHECK_FALSE(worker.is_to_look());
  worker.look_around(0);
  CHECK_FALSE(worker.is_to_look());
  worker.note_look(1000);
  worker.now_ += ticks_in(2000);
  worker.look_around(0);
  CHECK(worker.is_to_look());
}

TEST_CASE("a helper leaves when threads are being ended or more compute than should, the caller never") {
  auto const leaves = [](Scene& scene, std::uint32_t index, bool old) {
    Asked worker(scene.call, index);
    worker.begin();
    if (old) worker.age();
    worker.look_around(0);
    return worker.leaving_;
  };
  Scene scene(2);
  CHECK_FALSE(leaves(scene, 1, true));
  auto& pool = thread_manager;
  pool.starter.stopping.store(true);
  CHECK(leaves(scene, 1, true));
  CHECK_FALSE(leaves(scene, 1, false));  // it has just looked
  CHECK_FALSE(leaves(scene, 0, true));
  pool.starter.stopping.store(false);
  pool.places.computing.store(1);
  CHECK_FALSE(leaves(scene, 1, true));
  pool.places.computing.store(2);
  CHECK(leaves(scene, 1, true));
  this_thread.blocked = true;
  pool.places.blocked.store(1);
  pool.places.computing.store(3);
  CHECK_FALSE(leaves(scene, 1, true));
  clear_blocked();
  pool.places.blocked.store(0);
  pool.places.computing.store(0);
}

TEST_CASE("a helper leaves a call that has more than its share for one that has less and work") {
  Scene scene(4);
  auto& pool = thread_manager;
  CallSlot& other = pool.call_slots[31];
  auto const leaves = [&] {
    Asked worker(scene.call, 1);
    worker.begin();
    worker.age();
    worker.look_around(0);
    return worker.leaving_;
  };
  std::uint32_t const parent = other.parent.load();
  other.parent.store(CallSlot::no_parent);
  other.word.store(CallSlot::open);
  other.pull.store(CallSlot::ready);
  scene.slot.word.store(CallSlot::open | 2);
  CHECK_FALSE(leaves());  // no other is open
  pool.places.open_call(31);
  CHECK(pool.places.fair_share() == 2);
  CHECK(leaves());
  scene.slot.word.store(CallSlot::open | 1);
  CHECK_FALSE(leaves());  // the caller and this one
  scene.slot.word.store(CallSlot::open | 2);
  other.word.store(CallSlot::open | 1);
  CHECK_FALSE(leaves());  // the other has its share
  other.word.store(CallSlot::open);
  other.pull.store(CallSlot::ended);
  CHECK_FALSE(leaves());  // the other has nothing to do
  CallSlot& first = pool.call_slots[0];
  std::uint32_t const first_parent = first.parent.exchange(CallSlot::no_parent);
  first.word.store(CallSlot::open);
  pool.places.open_call(0);
  CHECK_FALSE(leaves());  // nor has the one in the first slot, and the look round ends
  pool.places.close_call(0);
  first.word.store(0);
  first.parent.store(first_parent);
  pool.places.close_call(31);
  other.word.store(0);
  other.parent.store(parent);
}

TEST_CASE("the heaviest queue is robbed, of those that were not tried and are not its own") {
  Scene scene;
  Asked worker(scene.call, 1);
  Asked::Tried tried;
  CHECK(worker.heaviest(tried, false) == CallSlot::most_members);
  scene.members[0].queue.fill({0, 10});
  scene.members[1].queue.fill({10, 100});
  scene.members[2].queue.fill({100, 120});
  CHECK(worker.heaviest(tried, false) == 2);
  CHECK(worker.elsewhere_ == 30);
  tried.add(2);
  CHECK(tried.has(2));
  CHECK_FALSE(tried.has(0));
  CHECK(worker.heaviest(tried, false) == 0);
  CHECK(worker.elsewhere_ == 10);
  tried.add(0);
  CHECK(worker.heaviest(tried, false) == CallSlot::most_members);
  CHECK(worker.elsewhere_ == 0);
  // By time: ten dear ones are more than twenty cheap ones.
  scene.members[0].cost.store(100);
  scene.members[2].cost.store(1);
  CHECK(worker.heaviest({}, false) == 0);
  scene.slot.high.store(1);
  CHECK(worker.heaviest({}, false) == 0);
  scene.slot.high.store(100);
  scene.members[0].queue.fill({});
  CHECK(worker.heaviest({}, false) == 2);
  std::uint32_t sampled = CallSlot::most_members;
  for (int i = 0; i != 100 && sampled == CallSlot::most_members; ++i) sampled = worker.heaviest({}, true);
  CHECK(sampled == 2);
  CHECK(worker.elsewhere_ >= 20);
}

TEST_CASE("queues beyond sixty-four are told apart by a thief") {
  Asked::Tried tried;
  for (std::uint32_t each : {1U, 64U, 70U, 128U, 511U}) tried.add(each);
  std::vector<std::uint32_t> found;
  for (std::uint32_t i = 0; i != 512; ++i) {
    if (tried.has(i)) found.push_back(i);
  }
  CHECK(found == std::vector<std::uint32_t>{1, 64, 70, 128, 511});
}

TEST_CASE("a strategy is asked with what was seen of a queue, and may refuse all but what nobody holds") {
  static std::vector<pt::QueueLoad> asked;
  static double answer = 1;
  struct Asks {
    static double ask(void const*, pt::QueueLoad const& load) noexcept {
      asked.push_back(load);
      return answer;
    }
  };
  asked.clear();
  answer = 1;
  Scene scene;
  scene.call.settings.strategy.priority = &Asks::ask;
  scene.call.units.shift = 2;
  scene.members[2].cost.store(40);
  scene.members[2].queue.fill({0, 10});
  Asked worker(scene.call, 1);
  CHECK(worker.heaviest({}, false) == 2);
  scene.members[2].queue.fill({0, 6});
  CHECK(worker.heaviest({}, false) == 2);
  REQUIRE(asked.size() == 2);
  CHECK(asked[0].worker == 2);
  CHECK(asked[0].items == 40);
  CHECK(asked[0].cost_per_item == 10);
  CHECK(asked[0].last_items == 40);
  CHECK(asked[0].since_last_poll == 0);
  CHECK(asked[1].items == 24);
  CHECK(asked[1].last_items == 40);
  CHECK(asked[1].since_last_poll > 0);
  CHECK_FALSE(scene.members[1].refused);
  answer = 0;
  CHECK(worker.heaviest({}, false) == CallSlot::most_members);
  CHECK(scene.members[1].refused);
  scene.members[1].refused = false;
  scene.slot.give_member(2);
  CHECK(worker.heaviest({}, false) == 2);
  CHECK_FALSE(scene.members[1].refused);
}

TEST_CASE("how far what waits lies behind what is known is that of the queue that waits longest") {
  Scene scene;
  scene.call.job.pull = &pulls_none;
  (void)scene.call.pull_role.begin_sharing({}, {1000, false}, 500, 0, thread_manager.costs);
  Asked const worker(scene.call, 1);
  CHECK(worker.farthest_behind() == 0);
  scene.members[0].queue.fill({900, 910});
  scene.members[2].queue.fill({700, 710});
  CHECK(worker.farthest_behind() == 300);
  scene.slot.high.store(2);
  CHECK(worker.farthest_behind() == 100);
  scene.slot.high.store(16);
  CHECK(worker.farthest_behind() == 300);
}

}  // namespace asked
