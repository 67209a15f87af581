#include <parallel_task/worker/process.hpp>
#include <parallel_task/worker/thread_runner.hpp>

#include "catch.hpp"

namespace pt = parallel_task;
using pt::detail::Places;
using pt::detail::thread_manager;
using pt::detail::ThreadStarter;
using pt::detail::WorkerThread;
namespace waking = pt::detail::waking;

namespace {

/// What a caller has seen of a pool that is in need of many threads.
waking::Pool short_of_threads() {
  waking::Pool pool;
  pool.limit = 100;
  return pool;
}

bool start_one(Places& places, waking::Pool pool = short_of_threads()) {
  return thread_manager.starter.start_one(places, thread_manager.wakeups, pool, waking::Purpose::compute,
                                          pt::detail::ticks());
}

unsigned running() {
  unsigned count = 0;
  for (WorkerThread const& thread : ThreadStarter::threads) count += thread.state.load() == WorkerThread::running;
  return count;
}

}  // namespace

TEST_CASE("threads are started up to twice the cores, and a shutdown ends them all") {
  pt::shutdown();
  Places places;
  pt::Options options;
  options.cores = 1;
  places.set(options);
  CHECK(start_one(places));
  CHECK(start_one(places));
  CHECK_FALSE(start_one(places));
  CHECK(thread_manager.starter.made.load() == 2);
  CHECK(running() == 2);
  pt::shutdown();
  CHECK(thread_manager.starter.made.load() == 0);
  CHECK(running() == 0);
}

TEST_CASE("no thread is started for a pool that has enough, or that stops") {
  pt::shutdown();
  Places places;
  pt::Options options;
  options.cores = 4;
  places.set(options);
  SECTION("enough") { CHECK_FALSE(start_one(places, waking::Pool{})); }
  SECTION("stops") {
    std::uint32_t const before = thread_manager.wakeups.in_flight();
    thread_manager.starter.stopping.store(true);
    CHECK_FALSE(start_one(places));
    thread_manager.starter.stopping.store(false);
    CHECK(thread_manager.wakeups.in_flight() == before);
  }
  CHECK(thread_manager.starter.made.load() == 0);
  for (WorkerThread const& thread : ThreadStarter::threads) {
    if (thread.state.load() != WorkerThread::free) FAIL("a record is not given back");
  }
}

TEST_CASE("a starter keeps the options for threads") {
  ThreadStarter starter;
  pt::Options options;
  options.thread_name_prefix = "named-";
  options.stack_size = 1 << 20;
  options.on_thread_start = +[] {};
  options.on_thread_stop = +[] {};
  starter.set(options);
  pt::Options got;
  starter.get(got);
  CHECK(got.thread_name_prefix == options.thread_name_prefix);
  CHECK(got.stack_size == options.stack_size);
  CHECK(got.on_thread_start == options.on_thread_start);
  CHECK(got.on_thread_stop == options.on_thread_stop);
}
