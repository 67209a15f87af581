#include <parallel_task/worker/places.hpp>

#include "catch.hpp"

#include <atomic>
#include <thread>
#include <vector>

#if defined(__linux__)
#include <sched.h>
#endif

namespace pt = parallel_task;
using pt::detail::Places;

namespace {

Places& set_cores(Places& places, unsigned cores, unsigned threads = 0) {
  pt::Options options;
  options.cores = cores;
  options.threads = threads;
  places.set(options);
  return places;
}

}  // namespace

TEST_CASE("a place can be had until all are taken, and again when one is given back") {
  Places places;
  set_cores(places, 2);
  CHECK(places.take());
  CHECK(places.take());
  CHECK_FALSE(places.take());
  CHECK(places.busy() == 2);
  places.give();
  CHECK(places.busy() == 1);
  CHECK(places.take());
}

TEST_CASE("the caller of an open call has a place, unless it sleeps") {
  Places places;
  set_cores(places, 2);
  places.wanting.store(1);
  CHECK(places.busy() == 1);
  CHECK(places.take());
  CHECK_FALSE(places.take());
  places.computing.fetch_sub(1);  // what a caller does that sleeps
  CHECK(places.take());
}

TEST_CASE("each blocked thread makes room for one more, up to twice the cores") {
  Places places;
  CHECK(set_cores(places, 4).limit() == 4);
  places.blocked.store(1);
  CHECK(places.limit() == 5);
  places.blocked.store(9);
  CHECK(places.limit() == 8);
  places.blocked.store(-1);
  CHECK(places.limit() == 4);
  CHECK(places.most_made() == 8);
  CHECK(places.most_computing() == 8);
}

TEST_CASE("a budget of threads holds whoever is blocked, and is at most twice the cores") {
  Places places;
  set_cores(places, 4, 3).blocked.store(2);
  CHECK(places.limit() == 3);
  CHECK(places.most_computing() == 3);
  CHECK(set_cores(places, 4, 100).most_computing() == 8);
  CHECK(places.limit() == 8);
  CHECK(set_cores(places, 4, 9).limit() == 8);
  CHECK(set_cores(places, 4, 1).most_computing() == 1);
}

TEST_CASE("no more cores are counted on than the table has threads for") {
  Places places;
  CHECK(set_cores(places, 100'000).cores() == Places::most_cores);
  CHECK(places.most_made() == pt::detail::Tables::most_threads);
}

TEST_CASE("threads that come for places all at once never get more than there are") {
  Places places;
  set_cores(places, 2);
  std::atomic<int> inside{0};
  std::atomic<bool> too_many{false};
  std::vector<std::thread> threads;
  for (int t = 0; t != 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i != 2000; ++i) {
        if (!places.take()) continue;
        if (inside.fetch_add(1) >= 2) too_many = true;
        inside.fetch_sub(1);
        places.give();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK_FALSE(too_many);
  CHECK(places.busy() == 0);
}

TEST_CASE("calls that are not nested share the threads evenly, and each has one at least") {
  auto& slots = pt::detail::tables.call_slots;
  std::uint32_t const before[] = {slots[1].parent.load(), slots[2].parent.load(), slots[3].parent.load()};
  slots[1].parent.store(pt::detail::CallSlot::no_parent);
  slots[2].parent.store(pt::detail::CallSlot::no_parent);
  slots[3].parent.store(2);
  Places places;
  set_cores(places, 6);
  CHECK(places.fair_share() == 6);
  places.wanting.store(0b0010);
  CHECK(places.fair_share() == 6);
  places.wanting.store(0b1110);
  CHECK(places.fair_share() == 3);
  places.wanting.store(0b1000);
  CHECK(places.fair_share() == 6);  // nested alone
  slots[2].parent.store(1);
  slots[1].parent.store(200);
  places.wanting.store(0b1100);
  CHECK(places.fair_share() == 6);
  slots[1].parent.store(pt::detail::CallSlot::no_parent);
  slots[2].parent.store(pt::detail::CallSlot::no_parent);
  places.wanting.store(0b0110);
  places.crowd.store(1);
  CHECK(places.fair_share() == 2);
  places.crowd.store(0);
  set_cores(places, 1);
  CHECK(places.fair_share() == 1);
  for (std::uint32_t i = 0; i != 3; ++i) slots[i + 1].parent.store(before[i]);
}

TEST_CASE("the share is that of all calls, the one in the first slot among them") {
  auto& first = pt::detail::tables.call_slots[0];
  auto& second = pt::detail::tables.call_slots[1];
  std::uint32_t const before[] = {first.parent.load(), second.parent.load()};
  first.parent.store(pt::detail::CallSlot::no_parent);
  second.parent.store(pt::detail::CallSlot::no_parent);
  Places places;
  set_cores(places, 6).wanting.store(0b0011);
  CHECK(places.fair_share() == 3);
  first.parent.store(before[0]);
  second.parent.store(before[1]);
}

TEST_CASE("a set of slots has those that were added, and no others") {
  pt::detail::SlotSet set;
  std::vector<std::uint32_t> const some{0, 1, 63, 64, 66, 129, 511};
  for (std::uint32_t slot : some) set.add(slot);
  std::vector<std::uint32_t> found;
  for (std::uint32_t slot = 0; slot != pt::detail::Tables::slot_count; ++slot) {
    if (set.has(slot)) found.push_back(slot);
  }
  CHECK(found == some);
  CHECK(set.count() == 7);
}

TEST_CASE("fewer than none compute for a moment, which is none") {
  Places places;
  set_cores(places, 2);
  places.computing.store(-1);
  CHECK(places.busy() == 0);
  places.wanting.store(1);
  CHECK(places.busy() == 0);
  places.wanting.store(3);
  CHECK(places.busy() == 1);
}

TEST_CASE("cores that were chosen are not counted anew") {
  Places places;
  set_cores(places, 77).refresh_cores(pt::detail::ticks());
  CHECK(places.cores() == 77);
  CHECK_FALSE(places.has_one_core());
  set_cores(places, 1).refresh_cores(pt::detail::ticks());
  CHECK(places.has_one_core());
  CHECK(places.cores() == 1);
}

#if defined(__linux__)

TEST_CASE("cores that come and go are noticed, at most once a second") {
  using pt::detail::ticks;
  using pt::detail::ticks_in;
  ::cpu_set_t all;
  REQUIRE(::sched_getaffinity(0, sizeof all, &all) == 0);
  std::uint32_t const before = pt::detail::available_cores();
  if (before < 2) return;
  ::cpu_set_t one;
  CPU_ZERO(&one);
  for (std::size_t core = 0; CPU_COUNT(&one) == 0; ++core) {
    if (CPU_ISSET(core, &all)) CPU_SET(core, &one);
  }
  auto const bind = [](::cpu_set_t const& cores) { return ::sched_setaffinity(0, sizeof cores, &cores) == 0; };
  Places places;
  places.set({});
  std::uint64_t const now = ticks();
  REQUIRE(bind(one));
  places.refresh_cores(now);
  bool const has_one = places.cores() == 1;
  REQUIRE(bind(all));
  CHECK(has_one);
  places.refresh_cores(now + ticks_in(0.5e9F));
  CHECK(places.cores() == 1);
  places.refresh_cores(now + ticks_in(1.5e9F));
  CHECK(places.cores() == before);

  Places alone;
  alone.set({});
  REQUIRE(bind(one));
  alone.refresh_cores(ticks() - ticks_in(2e9F));
  REQUIRE(bind(all));
  CHECK(alone.cores() == 1);
  CHECK_FALSE(alone.has_one_core());
  CHECK(alone.cores() == before);
}

#endif

TEST_CASE("slots without a bit have been used up to the last that was reserved") {
  Places places;
  CHECK(places.crowd_end.load() == 64);
  places.note_reserved(63);
  CHECK(places.crowd_end.load() == 64);
  places.note_reserved(64);
  CHECK(places.crowd_end.load() == 65);
  places.note_reserved(70);
  places.note_reserved(66);
  CHECK(places.crowd_end.load() == 71);
  places.open_call(64);
  CHECK(places.crowd.load() == 1);
  CHECK(places.wanting.load() == 0);
  CHECK(places.busy() == 1);
  places.close_call(64);
  CHECK_FALSE(places.any_wants());
  CHECK(places.busy() == 0);
}

TEST_CASE("a call whose slot has no bit is counted, and found") {
  Places places;
  set_cores(places, 200);
  places.open_call(3);
  places.note_reserved(70);
  places.open_call(70);
  CHECK(places.busy() == 2);
  CHECK(places.any_wants());
  for (std::uint32_t offset : {0U, 1U, 3U, 60U}) {
    std::vector<std::uint32_t> slots;
    std::uint32_t slot = 0;
    for (auto open = places.open_calls(offset); open.next(slot);) slots.push_back(slot);
    CHECK(slots == std::vector<std::uint32_t>{3, 64, 65, 66, 67, 68, 69, 70});
  }
  places.close_call(3);
  CHECK(places.busy() == 1);
  CHECK(places.any_wants());
  places.close_call(70);
  CHECK(places.busy() == 0);
  CHECK_FALSE(places.any_wants());
  std::uint32_t slot = 0;
  CHECK_FALSE(places.open_calls().next(slot));
}

TEST_CASE("in a child of fork one thread computes if it is inside a call, however many it has open") {
  Places places;
  set_cores(places, 2);
  CHECK(places.take());
  places.asleep.store(1);
  places.blocked.store(1);
  pt::detail::SlotSet open;
  for (std::uint32_t slot : {0U, 2U, 64U, 511U}) open.add(slot);
  places.forget_others(open, true);
  CHECK(places.busy() == 1);
  CHECK(places.crowd.load() == 2);
  CHECK(places.limit() == 2);
  CHECK(places.asleep.load() == 0);
  places.forget_others({}, false);
  CHECK(places.crowd.load() == 0);
  CHECK(places.busy() == 0);
}
