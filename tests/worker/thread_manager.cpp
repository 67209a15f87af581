#include <parallel_task/worker/thread_runner.hpp>

#include "catch.hpp"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace pt = parallel_task;
using pt::detail::CallSlot;
using pt::detail::ThreadManager;

TEST_CASE("each group of the pool's words that is written together has cache lines of its own") {
  ThreadManager const& pool = pt::detail::thread_manager;
  void const* const groups[] = {
      &pool.costs,                    // read at claim boundaries, never written
      &pool.places.wanting,           // written with each call
      &pool.places.computing,         // written by each helper that comes and goes
      &pool.places.blocked,           // read at claim boundaries, seldom written
      &pool.wakeups.parked,           // written by threads that park
      &pool.wakeups.spinning,         // written as threads become hot
      &pool.wakeups.patience,         // written as hot threads turn to work
      &pool.wakeups.waker_core,       // written at each wake, read by woken threads
      &pool.starter.stopping,         // read at claim boundaries, seldom written
      &pool.starter.made,             // written at each start
      &pool.monitor_wanted,           // written where an item takes long
      &pt::detail::tables.call_slots  //
  };
  std::vector<std::uintptr_t> lines;
  for (void const* const word : groups) lines.push_back(reinterpret_cast<std::uintptr_t>(word) / 128);
  std::sort(lines.begin(), lines.end());
  CHECK(std::adjacent_find(lines.begin(), lines.end()) == lines.end());
}

TEST_CASE("where nobody is parked and nobody can be started, a caller is woken that waits around the call") {
  static ThreadManager pool;
  pt::Options options;
  options.cores = 2;
  pool.set(options);
  pool.starter.made.store(4);
  auto& slots = pt::detail::tables.call_slots;
  CallSlot nested;
  nested.parent.store(62);
  std::uint32_t const before = slots[62].parent.load();
  slots[62].parent.store(63);
  std::uint32_t const outermost = slots[63].parent.load();
  slots[63].parent.store(CallSlot::no_parent);
  CHECK_FALSE(pool.wake_one_more(nested));
  slots[63].word.store(CallSlot::open | CallSlot::waiting);
  CHECK(pool.wake_one_more(nested));
  CHECK(slots[63].word.load() == CallSlot::open);
  CHECK_FALSE(pool.wake_one_more(nested));
  slots[63].word.store(0);
  slots[63].parent.store(outermost);
  slots[62].parent.store(before);
}

TEST_CASE("a parked thread is woken before another is started") {
  static ThreadManager pool;
  pt::Options options;
  options.cores = 4;
  pool.set(options);
  (void)pool.wakeups.prepare_wait();
  CHECK(pool.wake_one_more(CallSlot{}));
  CHECK(pool.wakeups.in_flight() == 1);
  CHECK(pool.starter.made.load() == 0);
  CHECK_FALSE(pool.wake_one_more(CallSlot{}));  // one is on its way, and nobody computes
}

TEST_CASE("options that were set can be read again") {
  static ThreadManager pool;
  pt::Options options;
  options.cores = 3;
  options.threads = 5;
  options.hot_time = std::chrono::microseconds(7);
  options.stack_size = 1 << 20;
  pool.set(options);
  pt::Options const got = pool.options();
  CHECK(got.cores == 3);
  CHECK(got.threads == 5);
  CHECK(got.hot_time == options.hot_time);
  CHECK(got.stack_size == options.stack_size);
  CHECK(pool.wakeups.hot_ns() == 7000.0F);
}
