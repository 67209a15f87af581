#include <parallel_task/worker/places.hpp>

#include "catch.hpp"

#include <atomic>
#include <thread>
#include <vector>

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
}

TEST_CASE("a budget of threads holds whoever is blocked, and is at most twice the cores") {
  Places places;
  set_cores(places, 4, 3).blocked.store(2);
  CHECK(places.limit() == 3);
  CHECK(places.most_computing() == 3);
  CHECK(set_cores(places, 4, 100).most_computing() == 8);
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
  set_cores(places, 1);
  CHECK(places.fair_share() == 1);
  for (std::uint32_t i = 0; i != 3; ++i) slots[i + 1].parent.store(before[i]);
}

TEST_CASE("a call whose slot has no bit is counted, and found") {
  Places places;
  set_cores(places, 200);
  places.open_call(3);
  places.note_reserved(70);
  places.open_call(70);
  CHECK(places.busy() == 2);
  CHECK(places.any_wants());
  for (std::uint32_t offset : {0U, 3U, 60U}) {
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
