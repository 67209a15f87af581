// When a worker's segment ends, and when it reads ahead.
#include <parallel_task/controller/worker_base.hpp>

#include "catch.hpp"
#include "controller/asked_worker.hpp"

#include <cstddef>
#include <cstdint>

namespace asked {

TEST_CASE("a thread that is ended in an item leaves nothing in its queue, and ends the run") {
  Scene scene;
  for (std::uint32_t index : {0U, 1U}) {
    scene.members[index].queue.fill({0, 5});
    scene.members[index].system_id.store(9);
    this_thread.blocked = true;
    thread_manager.places.blocked.fetch_add(1);
    Asked(scene.call, index).end_unwound();
    CHECK(scene.members[index].queue.load() == 0);
    CHECK(scene.members[index].system_id.load() == (index == 0 ? 9 : 0));
    CHECK_FALSE(this_thread.blocked);
    CHECK(thread_manager.places.blocked.load() == 0);
    CHECK(scene.call.bound() == 0);
    CHECK(scene.call.ending.outcome() == Ending::left);
  }
}

namespace {

/// A job whose segments are retired and closed; it counts both.
struct Retiring {
  int retired = 0;
  int whole = 0;
  bool says_more = true;
  bool throws = false;
  static inline int closed = 0;
  static inline bool is_void = false;

  explicit Retiring(Call& call) {
    closed = 0;
    is_void = false;
    call.job.self = this;
    call.job.bytes = 1;
    call.job.alignment = 1;
    call.job.ordered = true;
    call.job.cut = pt::Cut::later;
    call.job.open = [](void*, void*) {};
    call.job.close = [](void*) noexcept { ++closed; };
    call.job.is_void = [](void*) noexcept { return is_void; };
    call.job.retire = [](void* self, void*, bool is_whole) {
      Retiring& job = *static_cast<Retiring*>(self);
      ++job.retired;
      job.whole += is_whole ? 1 : 0;
      if (job.throws) throw 1;
      return job.says_more;
    };
  }
};

}  // namespace

TEST_CASE("a segment is retired whole unless it lies beyond the bound, and where blocks come in any order not at all") {
  Scene scene;
  Retiring job(scene.call);
  Member& member = scene.members[1];
  Asked worker(scene.call, 1);
  worker.retire_segment(true);  // there is none
  CHECK(job.retired == 0);
  SegmentNode& segment = open_segment(member, scene.call.job, 10);
  scene.call.job.ordered = false;
  scene.call.job.cut = pt::Cut::everything;
  worker.retire_segment(true);
  CHECK(job.retired == 0);
  scene.call.job.cut = pt::Cut::later;
  worker.retire_segment(true);
  CHECK(job.retired == 1);
  CHECK(job.whole == 1);
  CHECK(segment.last == pt::unknown);
  CHECK(scene.call.bound() == pt::unknown);
  worker.retire_segment(false);
  CHECK(job.whole == 1);
  scene.call.ending.lower_bound_to(10);
  worker.retire_segment(true);
  CHECK(job.retired == 3);
  CHECK(job.whole == 1);
  CHECK(member.segments == &segment);
  member.segments = nullptr;
  member.storage_used = false;
}

TEST_CASE("what a segment says or throws as it is retired counts as if its first position had") {
  Scene scene;
  Retiring job(scene.call);
  Asked worker(scene.call, 1);
  (void)open_segment(scene.members[1], scene.call.job, 10);
  job.says_more = false;
  worker.retire_segment(true);
  CHECK(scene.call.bound() == 11);
  CHECK_FALSE(scene.members[1].error);
  scene.members[1].segments->first = 7;
  job.throws = true;
  worker.retire_segment(true);
  CHECK(scene.call.bound() == 8);
  CHECK(scene.members[1].error);
  CHECK(scene.members[1].error_at == 7);
  scene.members[1].segments = nullptr;
  scene.members[1].storage_used = false;
}

TEST_CASE("a segment with nothing in it is closed as it is retired, but for the caller's own") {
  Scene scene;
  Retiring const job(scene.call);
  Retiring::is_void = true;
  Member& member = scene.members[0];
  Asked worker(scene.call, 0);
  scene.call.home.where = &scene.call;
  member.segments = &scene.call.home;
  worker.retire_segment(true);
  CHECK(Retiring::closed == 0);
  CHECK(member.segments == &scene.call.home);
  (void)open_segment(member, scene.call.job, 10);
  CHECK(member.storage_used);
  SegmentNode& on_heap = open_segment(member, scene.call.job, 20);
  CHECK(on_heap.memory != nullptr);
  worker.retire_segment(true);
  CHECK(Retiring::closed == 1);
  CHECK(member.storage_used);  // the other is still in it
  worker.retire_segment(true);
  CHECK(Retiring::closed == 2);
  CHECK_FALSE(member.storage_used);
  CHECK(member.segments == &scene.call.home);
  (void)open_segment(member, scene.call.job, 30);
  Retiring::is_void = false;
  worker.retire_segment(true);
  scene.call.job.is_void = nullptr;
  worker.retire_segment(true);
  CHECK(Retiring::closed == 2);
  member.segments = nullptr;
  member.storage_used = false;
}

TEST_CASE("a worker reads ahead where the source may be pulled from and its own queue has but the rest of a block") {
  Scene scene;
  scene.call.job.pull = &pulls_none;
  scene.slot.pull.store(CallSlot::ready);
  Asked worker(scene.call, 1);
  worker.expect_cost(100);
  CHECK(worker.is_time_to_read_ahead(1));
  worker.expect_cost(0);
  CHECK_FALSE(worker.is_time_to_read_ahead(1));  // nobody knows how soon that has run
  worker.expect_cost(100);
  scene.slot.pull.store(CallSlot::taken);
  CHECK_FALSE(worker.is_time_to_read_ahead(1));
  scene.slot.pull.store(CallSlot::ready);
  scene.members[1].queue.fill({0, 2});
  CHECK_FALSE(worker.is_time_to_read_ahead(1));
  CHECK(worker.is_time_to_read_ahead(2));
}

}  // namespace asked
