// What a thread of the library does from its start to its end, played step by step (support/hand_pool.hpp).
#define PARALLEL_TASK_SEAM "support/hand_pool.hpp"
#include "explore/played_pool.hpp"

using namespace played;

namespace {

/// A run that waits in the background.
struct WaitingRun : BackgroundRun {
  std::function<void()> does = [] {};
  int made = 0;

  WaitingRun() {
    make = [](BackgroundRun& self) {
      auto& run = static_cast<WaitingRun&>(self);
      ++run.made;
      run.does();
    };
  }
};

}  // namespace

// --- beginning and ending -------------------------------------------------------------------------------------------

TEST_CASE("a thread begins as nobody else's, under its name, with the user's hook, and ends with the other one") {
  Scene const scene;
  static std::vector<std::string> hooks;
  static WorkerThread* record;
  hooks.clear();
  pt::Options options = thread_manager.options();
  options.on_thread_start = [] { hooks.push_back("start " + std::to_string(record->system_id.load())); };
  options.on_thread_stop = [] { hooks.push_back("stop " + std::to_string(record->system_id.load())); };
  options.thread_name_prefix = "p-";
  pt::set_options(options);
  this_thread.depth = 5;
  this_thread.inside = 3;
  std::uint64_t const random = ThreadState{}.random;
  Thread thread(12);
  record = &thread.own;
  thread.parks = {[&] {
    CHECK(hooks == std::vector<std::string>{"start 77"});
    CHECK(this_thread.thread == 12);
    CHECK(this_thread.depth == 0);
    CHECK(this_thread.inside == CallSlot::no_parent);
    CHECK(this_thread.random != random);
    CHECK(thread_manager.wakeups.parked == 1);
  }};
  thread.run();
  CHECK(thread.times == 1);
  CHECK(Hand::names == std::vector<std::string>{"p-12"});
  CHECK(hooks == std::vector<std::string>{"start 77", "stop 77"});
  CHECK(thread.own.system_id == 0);
  CHECK(thread_manager.wakeups.parked == 0);
  CHECK(thread_manager.wakeups.spinning == 0);
  CHECK(this_thread.woken_at >= this_thread.parked_at);
  CHECK(this_thread.parked_at != 0);
}

TEST_CASE("who comes is expected no more, and what the wake took is learnt, a start says nothing of that") {
  Scene const scene;
  thread_manager.wakeups.expect_start(ticks());
  CHECK(thread_manager.wakeups.in_flight() == 1);
  float const guess = thread_manager.wake_latency_ns();
  Thread thread;
  thread.parks = {[&] {
                    CHECK(thread_manager.wakeups.in_flight() == 0);
                    CHECK(thread_manager.wake_latency_ns() == guess);
                    CHECK(thread_manager.wakeups.wake_parked(ticks(), 3));
                    CHECK(thread_manager.wakeups.in_flight() == 1);
                    HandClock::ns += 15'000;
                  },
                  [&] {
                    CHECK(thread_manager.wakeups.in_flight() == 0);
                    CHECK(thread_manager.wake_latency_ns() == 14'999);  // the last bit says that it was a sleeper
                    CHECK(this_thread.woken_by == 3);
                  }};
  thread.run();
  CHECK(thread.times == 2);
}

TEST_CASE("a thread that was woken on its waker's core leaves that, and stays where it is on any other") {
  Scene const scene;
  Hand::core = 2;
  thread_manager.wakeups.waker_core = -1;
  Thread thread;
  thread.parks = {[] {
                    CHECK(Hand::left_cores.empty());
                    thread_manager.wakeups.waker_core = 1;
                  },
                  [] {
                    CHECK(Hand::left_cores.empty());
                    thread_manager.wakeups.waker_core = 2;
                  },
                  [] {
                    CHECK(Hand::left_cores == std::vector<int>{2});
                    thread_manager.wakeups.waker_core = 0;
                    Hand::core = 0;
                  },
                  [] {
                    CHECK(Hand::left_cores == std::vector<int>{2, 0});
                  }};
  thread.run();
  CHECK(thread.times == 4);
}

TEST_CASE("a thread that was asked to end before it began does nothing but its hooks") {
  Scene const scene;
  static int hooks;
  hooks = 0;
  pt::Options options = thread_manager.options();
  options.on_thread_start = options.on_thread_stop = [] { ++hooks; };
  pt::set_options(options);
  thread_manager.starter.stopping = true;
  Thread thread;
  thread.run();
  CHECK(hooks == 2);
  CHECK(Hand::relaxed == 0);
  CHECK(Hand::waited.empty());
}

// --- what it does between two sleeps --------------------------------------------------------------------------------

TEST_CASE("what waits in the background is made before calls are joined, one after the other, and before the end") {
  Scene const scene;
  WaitingRun first;
  WaitingRun second;
  WaitingRun last;
  std::vector<int> order;
  int computing = 0;
  first.does = [&] {
    order.push_back(1);
    computing = thread_manager.places.computing;
    CHECK(this_thread.depth == 1);
  };
  second.does = [&] { order.push_back(2); };
  last.does = [&] { order.push_back(4); };
  FakeCall call(40);
  Thread thread;
  thread.parks = {[&] {
    CHECK(background.add(first));
    CHECK(background.add(second));
    call.offer();
    thread_manager.places.computing = 0;
    Hand::on_relax = [&] {
      if (order.back() == 3) return;
      order.push_back(3);
      CHECK(call.entered > 0);
      call.has_work = false;
      call.slot.pull = CallSlot::ended;
      CHECK(background.add(last));
      thread_manager.starter.stopping = true;
    };
    call.has_work = false;
  }};
  thread.run();
  CHECK(order == std::vector<int>{1, 2, 3, 4});
  CHECK(computing == 1);
  CHECK(this_thread.depth == 0);
  CHECK(thread_manager.places.computing == 0);
  CHECK_FALSE(background.waits());
}

TEST_CASE("no more runs of the background are taken up than threads may compute, and each calls the next") {
  Scene const scene;
  thread_manager.wakeups.parked = 1;
  WaitingRun runs[2];
  std::uint32_t expected = 0;
  runs[0].does = [&] { expected = thread_manager.wakeups.in_flight(); };
  CHECK_FALSE(run_in_background());
  for (WaitingRun& run : runs) CHECK(background.add(run));
  CHECK(run_in_background());
  CHECK(expected == 1);  // somebody for the second
  thread_manager.wakeups.forget_others();
  CHECK(run_in_background());
  CHECK(thread_manager.wakeups.in_flight() == 0);
  CHECK_FALSE(run_in_background());
  WaitingRun five[5];
  for (WaitingRun& run : five) CHECK(background.add(run));
  for (int i = 0; i != 4; ++i) CHECK(background.begin(4) == &five[i]);
  CHECK_FALSE(run_in_background());  // four are under way
  for (int i = 0; i != 4; ++i) background.end();
  CHECK(run_in_background());
  CHECK(five[4].made == 1);
  thread_manager.wakeups.parked = 0;
}

TEST_CASE("a thread that finds nothing to do becomes the monitor where one is due, and one that has worked does not") {
  Scene const scene;
  static int monitored;
  static std::uint32_t on;
  static std::uint32_t asked;
  static bool takes_signals;
  monitored = 0;
  auto const monitor = +[]() noexcept {
    ++monitored;
    takes_signals = this_thread.takes_signals;
    thread_manager.wakeups.expect_start(ticks());  // somebody else is on the way
    on = thread_manager.monitor_on;
    asked = thread_manager.monitor_wanted;
    thread_manager.monitor_on = 0;
    thread_manager.places.computing = 0;
  };
  FakeCall call(40);
  call.slot.pull = CallSlot::ended;
  call.offer();
  auto const due = [&] {
    thread_manager.places.computing = 4;
    thread_manager.monitor_wanted = 1;
  };
  Thread thread;
  thread_manager.monitor = monitor;
  thread.parks = {[&] {
                    thread_manager.monitor_on = 1;  // somebody else
                    due();
                  },
                  [&] {
                    CHECK(monitored == 0);
                    thread_manager.monitor_on = 0;
                    this_thread.takes_signals = true;
                    due();
                  },
                  [&] {
                    CHECK(monitored == 1);
                    CHECK_FALSE(takes_signals);
                    CHECK(thread_manager.wakeups.in_flight() == 1);
                    CHECK(on == 1);
                    CHECK(asked == 0);
                  }};
  thread.run();
  CHECK(thread.times == 3);
}

TEST_CASE("a monitor that has found the others asleep joins in beyond the cores, as long as it computes") {
  Scene const scene;
  static bool blocked;
  blocked = true;
  FakeCall call(40);
  call.slot.pull = CallSlot::ended;
  call.offer();
  static FakeCall* of;
  of = &call;
  thread_manager.monitor = +[]() noexcept {
    thread_manager.monitor_on = 0;
    of->slot.pull = CallSlot::ready;
    thread_manager.places.computing = 3;
    if (blocked) call_blocked();
  };
  std::vector<int> entered;
  Thread thread;
  auto const due = [&] {
    of->slot.pull = CallSlot::ended;
    thread_manager.places.computing = 3;
    thread_manager.monitor_wanted = 1;
  };
  thread.parks = {due,
                  [&] {
                    entered.push_back(call.entered);
                    CHECK_FALSE(this_thread.blocked);
                    CHECK(thread_manager.places.blocked == 0);
                    blocked = false;
                    due();
                  },
                  [&] { entered.push_back(call.entered); }};
  thread.run();
  CHECK(entered == std::vector<int>{1, 1});
}

TEST_CASE("a thread that is ended in an item says so to the user and to the pool") {
  Scene const scene;
  static int stops;
  static int record;
  stops = 0;
  pt::Options options = thread_manager.options();
  options.on_thread_stop = [] {
    ++stops;
    record = ThreadStarter::threads[6].system_id.load();
  };
  pt::set_options(options);
  thread_manager.starter.made = 3;
  FakeCall call(40);
  call.throws = true;
  call.offer();
  Thread thread;
  thread.own.state = WorkerThread::running;
  this_thread.takes_signals = true;
  CHECK_THROWS_AS(run_thread(&thread.own), int);
  CHECK(stops == 1);
  CHECK(record == 77);
  CHECK(thread.own.system_id == 0);
  CHECK(thread.own.state == WorkerThread::ended);
  CHECK(thread_manager.starter.made == 2);
  thread.own.state = WorkerThread::free;
}
