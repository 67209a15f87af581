// What a thread of the library does between two calls: it stays hot, parks, becomes the monitor.
#include <parallel_task/worker/thread_runner.hpp>

#include "catch.hpp"
#include "worker/fake_call.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>
#include <thread>

#if defined(__linux__)
#include <pthread.h>
#endif

namespace fake {

TEST_CASE("a thread is wanted where a call has work and room, and there is a place to compute in") {
  Quiet const quiet(2);
  CHECK_FALSE(wanted(false));
  FakeCall call(40);
  call.offer();
  CHECK(wanted(false));
  CHECK(wanted(true));
  thread_manager.places.computing.store(1);
  CHECK_FALSE(wanted(false));
  thread_manager.places.computing.store(0);
  call.slot.most_joined.store(0);
  CHECK_FALSE(wanted(false));
  call.slot.most_joined.store(2);
  for (auto pull : {CallSlot::taken, CallSlot::later, CallSlot::ended}) {
    call.slot.pull.store(pull);
    CHECK_FALSE(wanted(false));
    CHECK_FALSE(wanted(true));
  }
  call.hold_units();
  CHECK(wanted(false));
  CHECK_FALSE(wanted(true));
  call.clear_units();
}

TEST_CASE("a monitor is due where it is asked for, nobody is it, a call is open and every core has a thread") {
  Quiet const quiet(2);
  ThreadManager& pool = thread_manager;
  FakeCall call(40);
  call.offer();
  pool.places.computing.store(1);
  pool.monitor_wanted.store(0);
  CHECK_FALSE(monitor_is_due());
  pool.monitor_wanted.store(1);
  CHECK(monitor_is_due());
  pool.monitor_on.store(1);
  CHECK_FALSE(monitor_is_due());
  pool.monitor_on.store(0);
  pool.places.computing.store(0);
  CHECK_FALSE(monitor_is_due());
  pool.places.close_call(40);
  pool.places.computing.store(2);
  CHECK_FALSE(monitor_is_due());
  pool.places.computing.store(0);
  pool.monitor_wanted.store(0);
}

TEST_CASE("a thread does not park while it is wanted, due as the monitor, or asked to end") {
  Quiet const quiet(2);
  ThreadManager& pool = thread_manager;
  this_thread.in_vain = 0;
  {
    FakeCall call(40);
    call.offer();
    CHECK_FALSE(park());
    call.hold_units();
    this_thread.in_vain = Costs::vain_tries - 1;
    CHECK_FALSE(park());
    call.clear_units();
    pool.places.computing.store(1);
    pool.monitor_wanted.store(1);
    CHECK_FALSE(park());
    pool.places.computing.store(0);
    pool.monitor_wanted.store(0);
  }
  pool.starter.stopping.store(true);
  CHECK_FALSE(park());
  pool.starter.stopping.store(false);
  CHECK(pool.wakeups.parked.load() == 0);
}

TEST_CASE(
    "a thread parks until it is woken, knows by whom, and also if all that there is was refused it time and again") {
  Quiet const quiet(2);
  ThreadManager& pool = thread_manager;
  FakeCall call(40);
  call.offer().hold_units();
  std::atomic<bool> over{false};
  bool slept = false;
  ThreadState after;
  std::thread sleeper([&] {
    this_thread.thread = 5;
    this_thread.in_vain = Costs::vain_tries;
    this_thread.takes_signals = true;
    slept = park();
    after = this_thread;
    over = true;
  });
  while (pool.wakeups.parked.load() == 0) std::this_thread::yield();
  std::uint64_t const before = ticks();
  while (!over.load()) {
    if (pool.wakeups.wake_parked(ticks(), 7)) std::this_thread::yield();
  }
  sleeper.join();
  CHECK(slept);
  CHECK(after.in_vain == 0);
  CHECK_FALSE(after.takes_signals);
  CHECK(after.woken_by == 7);
  CHECK(after.parked_at != 0);
  CHECK(after.woken_at >= before);
  CHECK(after.woken_at >= after.parked_at);
  CHECK(pool.wakeups.parked.load() == 0);
  call.clear_units();
  pool.wakeups.forget_others();
}

TEST_CASE("a thread stays hot for the time that was chosen, and is told to others meanwhile") {
  Quiet const quiet(2, std::chrono::microseconds(30));
  ThreadManager& pool = thread_manager;
  this_thread.spins = {};
  this_thread.spins_stopped = 0;
  stay_hot(false);
  CHECK(pool.wakeups.spinning.load() == 0);
  CHECK(pool.wakeups.patience.load() == 2);  // nobody was served
  bool const has_spun = this_thread.spins.spent > 0 || this_thread.spins_stopped != 0;
  CHECK(has_spun);
  this_thread.spins = {};
  this_thread.spins_stopped = 0;
  stay_hot(true);
  CHECK(pool.wakeups.patience.load() == 2);
  for (int i = 0; i != 5; ++i) {
    this_thread.spins = {};
    this_thread.spins_stopped = 0;
    stay_hot(false);
  }
  CHECK(pool.wakeups.patience.load() == Costs::most_patience);
}

TEST_CASE("a thread does not stay hot where that has cost too much lately, nor as the last of the cores' threads") {
  using std::chrono::hours;
  Quiet const quiet(2, hours(1));  // it would not come back
  ThreadManager& pool = thread_manager;
  this_thread.spins = {};
  this_thread.spins.pause = 1e15F;
  this_thread.spins_stopped = ticks();
  stay_hot(false);
  this_thread.spins_stopped = 0;
  CHECK(pool.wakeups.patience.load() == 1);
  pool.wakeups.spinning.store(1);
  stay_hot(false);
  CHECK(pool.wakeups.spinning.load() == 1);
  CHECK(pool.wakeups.patience.load() == 1);
  CHECK(this_thread.spins.spent == 0);
  pool.wakeups.spinning.store(0);
}

TEST_CASE("a thread is no longer hot once others compute on all cores or threads are being ended") {
  using std::chrono::hours;
  for (unsigned cores : {1U, 2U, 5U}) {
    Quiet const quiet(cores, hours(1));
    ThreadManager& pool = thread_manager;
    this_thread.spins = {};
    this_thread.spins_stopped = 0;
    pool.places.computing.store(static_cast<int>(cores));
    stay_hot(false);
    CHECK(pool.wakeups.patience.load() == 2);
    pool.places.computing.store(0);
    pool.starter.stopping.store(true);
    stay_hot(false);
    pool.starter.stopping.store(false);
    CHECK(pool.wakeups.patience.load() == 4);
    CHECK(pool.wakeups.spinning.load() == 0);
  }
}

TEST_CASE("a hot thread joins a call that opens, and one that was served is patient again") {
  Quiet const quiet(4, std::chrono::hours(1));
  ThreadManager& pool = thread_manager;
  pool.wakeups.patience.store(4);
  this_thread.spins = {};
  this_thread.spins_stopped = 0;
  {
    FakeCall call(40);
    call.offer();
    std::thread closer([&] {
      while (pool.wakeups.patience.load() != 1) std::this_thread::yield();
      pool.starter.stopping.store(true);
    });
    stay_hot(false);
    closer.join();
    pool.starter.stopping.store(false);
    CHECK(call.entered > 0);
    CHECK(call.spinning == 0);
  }
  CHECK(this_thread.spins.saved > 0);
  CHECK(pool.wakeups.patience.load() == 1);
  CHECK(pool.wakeups.spinning.load() == 0);
}

#if defined(__linux__)

TEST_CASE("a thread of the library is named by the prefix and its number") {
  auto const named = [](char const* prefix, std::uint32_t number) {
    char name[32] = "";
    std::thread([&] {
      name_runner(prefix, number);
      (void)::pthread_getname_np(::pthread_self(), name, sizeof name);
    }).join();
    return std::string(name);
  };
  CHECK(named("pt-", 1) == "pt-1");
  CHECK(named("pt-", 10) == "pt-10");
  CHECK(named("pt-", 507) == "pt-507");
  CHECK(named("pt-", 0) == "pt-0");
  CHECK(named("", 42) == "42");
  CHECK(named(nullptr, 42) == "42");
  CHECK(named("twelve chars", 42) == "twelve char42");
}

#endif

}  // namespace fake
