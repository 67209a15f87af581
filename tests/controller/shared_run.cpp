// What the caller does around a shared call: the worker is a function of the test, and nobody else takes part.
#include <parallel_task/controller/shared_run.hpp>

#include "catch.hpp"
#include "controller/published_run.hpp"
#include "support/eager.hpp"

#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

namespace pt = parallel_task;
using pt::detail::CallSlot;
using published::Published;

namespace {

/// No thread is woken: as many compute as may.
struct AllBusy {
  AllBusy() { pt::detail::thread_manager.places.computing.fetch_add(100); }
  AllBusy(AllBusy const&) = delete;
  AllBusy& operator=(AllBusy const&) = delete;
  ~AllBusy() { pt::detail::thread_manager.places.computing.fetch_sub(100); }
};

}  // namespace

TEST_CASE("a published call is not open, but it is open to its worker, and closed and wanted by nobody afterwards") {
  support::WithOptions const four(support::four_cores());
  AllBusy const busy;
  CallSlot* slot = nullptr;
  {
    Published call(1000, 10);
    REQUIRE(call.is_published());
    slot = call.run.slot;
    CHECK(call.word() == CallSlot::reserved);
    CHECK_FALSE(call.is_wanting());
    CHECK(slot->has_work());
    CHECK(slot->call.load() == &call.run);
    CHECK(slot->is_held(0));
    call.work = [&](int) {
      CHECK(call.word() == CallSlot::open);
      CHECK(call.is_wanting());
      CHECK(call.take(0) == pt::QueueBlock{10, 1000});  // what the caller has not run
    };
    call.shared.run<false>();
    CHECK(call.entered() == 1);
    CHECK(call.word() == CallSlot::reserved);
    CHECK_FALSE(call.is_wanting());
    CHECK(pt::detail::this_thread.depth == 0);
  }
  CHECK(slot->word.load() == 0);
  CHECK_FALSE(slot->is_held(0));
  CHECK(slot->high.load() == 0);
}

#if SIZE_MAX > 0xFFFFFFFF  // fewer positions than fit into 32 bits are units of one
TEST_CASE("units of several positions begin where the caller has come to") {
  support::WithOptions const four(support::four_cores());
  AllBusy const busy;
  std::size_t const total = std::size_t{1} << 34;
  Published call(total, 1);
  REQUIRE(call.is_published());
  REQUIRE(call.run.units.size() > 1);
  CHECK(call.ran == std::vector<pt::Block>{{0, 1}});
  CHECK(call.run.alone == 1);
  CHECK(call.run.home.last == 1);
  call.work = [&](int) {
    pt::QueueBlock const rest = call.take(0);
    CHECK(call.run.positions_of(rest.first, rest.last) == pt::Block{1, total});
    call.member(0).counts.items = total - 1;
  };
  call.shared.run<false>();
}
#endif

TEST_CASE("as many helpers may join as max_threads leaves beside the caller") {
  support::WithOptions const four(support::four_cores());
  std::uint32_t const all = pt::detail::thread_manager.places.most_computing() - 1;
  for (std::uint32_t const most : {1U, 2U, all, all + 1, all + 2, 100U}) {
    Published call(1000, 0, most);
    REQUIRE(call.is_published());
    CHECK(call.run.slot->most_joined.load() == (most - 1 < all ? most - 1 : all));
    CHECK(call.run.slot->pull.load() == CallSlot::ended);  // nothing is pulled
  }
  Published call(1000);
  CHECK(call.run.slot->most_joined.load() == pt::detail::thread_manager.places.most_computing() - 1);
}

TEST_CASE("a call of which nothing is known asks for all threads") {
  pt::Options many;
  many.cores = 64;
  support::WithOptions const with(many);
  Published call(1000);
  REQUIRE(call.is_published());
  CHECK(call.run.may_join == pt::detail::thread_manager.places.most_computing() - 1);
  CHECK(call.run.slot->most_joined.load() == call.run.may_join);
}

TEST_CASE("segments of all members are in order of position after the close, the caller's first one in front") {
  support::WithOptions const four(support::four_cores());
  AllBusy const busy;
  Published call(1000);
  REQUIRE(call.is_published());
  call.work = [&](int) {
    (void)call.take(0);
    call.run.slot->high.store(3);
    for (std::size_t const first : {400U, 100U}) call.open_segment(0, first);
    for (std::size_t const first : {300U, 500U, 200U}) call.open_segment(2, first);
  };
  call.shared.run<false>();
  std::vector<std::size_t> firsts;
  for (auto const* segment = call.run.home.next; segment != nullptr; segment = segment->next) {
    firsts.push_back(segment->first);
  }
  CHECK(firsts == std::vector<std::size_t>{100, 200, 300, 400, 500});
  for (std::size_t i = 0; i != 3; ++i) CHECK(call.member(i).segments == nullptr);
}

TEST_CASE("a call is not closed over what a helper has left behind") {
  support::WithOptions const four(support::four_cores());
  AllBusy const busy;
  Published call(1000);
  REQUIRE(call.is_published());
  call.work = [&](int times) {
    if (times == 0) {
      pt::QueueBlock const all = call.take(0);
      call.member(0).counts.items = 600;
      call.run.slot->high.store(2);
      CHECK(call.member(1).queue.secondary().push({all.first + 600, all.last}));
      call.run.slot->left_behind.store(1);
    } else {
      CHECK(call.take(1) == pt::QueueBlock{600, 1000});
    }
  };
  call.shared.run<false>();
  CHECK(call.entered() == 2);
}

TEST_CASE("a caller that sleeps is counted so, its place is free meanwhile, and the last to leave wakes it") {
  support::WithOptions const four(support::four_cores());
  AllBusy const busy;
  auto& places = pt::detail::thread_manager.places;
  Published call(1000);
  REQUIRE(call.is_published());
  int const computing = places.computing.load();
  bool joined = false;
  bool counted = false;
  std::thread helper;
  call.work = [&](int times) {
    if (times != 0) return;
    (void)call.take(0);
    joined = call.run.slot->join();
    helper = std::thread([&] {
      while ((call.word() & CallSlot::waiting) == 0) std::this_thread::yield();
      counted = places.asleep.load() == 1 && places.computing.load() == computing - 1;
      call.run.slot->leave();
    });
  };
  call.shared.run<false>();
  helper.join();
  CHECK(joined);
  CHECK(counted);
  CHECK(places.asleep.load() == 0);
  CHECK(places.computing.load() == computing);
}

TEST_CASE("a call is not closed before its source has ended, unless the run was cut") {
  support::WithOptions const four(support::four_cores());
  AllBusy const busy;
  for (bool const cut : {false, true}) {
    Published call(1000);
    REQUIRE(call.is_published());
    call.run.slot->pull.store(CallSlot::later);
    call.work = [&](int times) {
      if (times == 0) (void)call.take(0);
      if (cut) call.run.ending.lower_bound_to(500);
      if (times == 2) call.run.slot->pull.store(CallSlot::ended);
    };
    call.shared.run<false>();
    CHECK(call.entered() == (cut ? 1 : 3));
  }
}

TEST_CASE("a place is given to the next call as clean as it was found") {
  support::WithOptions const four(support::four_cores());
  AllBusy const busy;
  auto held = std::make_shared<int>(1);
  std::weak_ptr<int> const seen = held;
  {
    Published call(1000);
    REQUIRE(call.is_published());
    call.work = [&](int) {
      (void)call.take(0);
      call.member(0).cost.store(5);
      call.member(0).done.store(5);
      call.member(0).polled_at.store(5);
      call.member(0).polled_load.store(5);
      call.member(0).counts.steals = 5;
      call.member(0).system_id.store(5);
      call.member(0).from.store(5);
      call.run.slot->high.store(2);
      call.run.slot->has_offers.store(1);
      call.member(1).system_id.store(5);
      call.member(1).storage_used = call.member(1).refused = true;
    };
    call.shared.run<false>();
    // What was cut, for example, is left in the queue.
    CHECK(call.member(0).queue.secondary().push({1, 2}));
    // An error that was not the one to be thrown is not kept until somebody else's call fails here.
    call.member(0).error = std::make_exception_ptr(std::move(held));
    held = nullptr;
  }
  CHECK(seen.expired());
  Published next(1000);
  REQUIRE(next.is_published());
  CHECK(next.member(0).queue.load() == 1000);  // what it offers
  CHECK(next.member(0).cost.load() == 0);
  CHECK(next.member(0).done.load() == 0);
  CHECK(next.member(0).polled_at.load() == 0);
  CHECK(next.member(0).polled_load.load() == 0);
  CHECK(next.member(0).error == nullptr);
  CHECK(next.member(0).from.load() == pt::detail::Member::nobody);
  CHECK(next.member(0).counts.items == 0);
  CHECK(next.member(0).counts.steals == 0);
  CHECK(next.run.slot->has_offers.load() == 0);
  CHECK(next.member(1).system_id.load() == 0);
  CHECK_FALSE(next.member(1).storage_used);
  CHECK_FALSE(next.member(1).refused);
}

TEST_CASE("without a free slot nothing is published, and what has run stays as it is") {
  support::WithOptions const four(support::four_cores());
  auto& slots = pt::detail::thread_manager.call_slots;
  for (std::uint32_t i = 0; i != pt::detail::ThreadManager::slot_count; ++i)
    slots[i].word.fetch_add(CallSlot::reserved);
  Published call(1000, 10);
  CHECK_FALSE(call.is_published());
  CHECK(call.run.slot == nullptr);
  CHECK(call.run.next() == 10);
  for (std::uint32_t i = 0; i != pt::detail::ThreadManager::slot_count; ++i)
    slots[i].word.fetch_sub(CallSlot::reserved);
}

TEST_CASE("who opens a call of unknown cost wakes a thread for it, if it has room and there is a place") {
  for (unsigned const threads : {1U, 2U}) {
    for (int const busy : {3, 4}) {
      CAPTURE(threads, busy);
      support::WithOptions const four(support::four_cores());
      auto& manager = pt::detail::thread_manager;
      manager.wakeups.parked.store(1);  // it never comes
      Published call(1000, 0, threads);
      REQUIRE(call.is_published());
      manager.places.computing.store(busy - 1);  // and the caller
      call.work = [&](int) { (void)call.take(0); };
      call.shared.run<false>();
      CHECK(call.member(0).counts.wakes == (threads == 2 && busy == 3 ? 1U : 0U));
      manager.wakeups.parked.store(0);
      manager.places.computing.store(0);
      while (manager.wakeups.in_flight() != 0) (void)manager.wakeups.expect_one_less();
    }
  }
}
