// How the pool starts threads, ends them and calls them: what is asked of the system, step by step
// (support/hand_pool.hpp).
#define PARALLEL_TASK_SEAM "support/hand_pool.hpp"
#include "explore/played_pool.hpp"

using namespace played;

namespace {

/// What a caller has seen of a pool that is in need of many threads.
waking::Pool short_of_threads() {
  waking::Pool pool;
  pool.limit = 100;
  return pool;
}
bool start_one(waking::Purpose purpose = waking::Purpose::compute) {
  return thread_manager.starter.start_one(thread_manager.places, thread_manager.wakeups, short_of_threads(), purpose,
                                          ticks());
}

}  // namespace

// --- starting -------------------------------------------------------------------------------------------------------

TEST_CASE("a thread that is started is on its way, counted, and told who it is and how large its stack is to be") {
  Scene const scene;
  pt::Options options = thread_manager.options();
  options.stack_size = 123'456;
  pt::set_options(options);
  Hand::core = 3;
  CHECK(start_one());
  CHECK(start_one());
  REQUIRE(Hand::started.size() == 2);
  auto& threads = ThreadStarter::threads;
  CHECK(Hand::started[1].body == &run_thread);
  CHECK(Hand::started[1].argument == &threads[1]);
  CHECK(Hand::started[1].stack == 123'456);
  CHECK(threads[1].number == 2);
  CHECK(threads[1].handle == 2);
  CHECK(threads[1].state == WorkerThread::running);
  CHECK(thread_manager.starter.made == 2);
  CHECK(thread_manager.wakeups.in_flight() == 2);
  CHECK(thread_manager.wakeups.waker_core == 3);
}

TEST_CASE("a system that has no thread to give is asked once, and not again for 10 ms") {
  Scene const scene;
  Hand::starts = false;
  CHECK_FALSE(start_one());
  CHECK(Hand::asked == 1);
  CHECK(thread_manager.starter.made == 0);
  CHECK(thread_manager.wakeups.in_flight() == 0);
  CHECK(ThreadStarter::threads[0].state == WorkerThread::free);
  Hand::starts = true;
  HandClock::ns += 9'999'999;
  CHECK_FALSE(start_one());
  CHECK(Hand::asked == 1);
  HandClock::ns += 1;
  CHECK(start_one());
  CHECK(Hand::asked == 2);
}

TEST_CASE("no more threads are made than twice the cores, whoever asks, and a record that is in use is passed over") {
  Scene const scene;
  ThreadStarter::threads[0].state = WorkerThread::joining;
  for (int i = 0; i != 8; ++i) CHECK(start_one());
  CHECK_FALSE(start_one());
  CHECK_FALSE(start_one(waking::Purpose::background));
  CHECK(Hand::asked == 8);
  CHECK(ThreadStarter::threads[8].state == WorkerThread::running);
  ThreadStarter::threads[0].state = WorkerThread::free;
}

TEST_CASE("the record of a thread that has ended by itself is joined and used again") {
  Scene const scene;
  CHECK(start_one());
  WorkerThread& first = ThreadStarter::threads[0];
  thread_manager.starter.end_early(first);
  CHECK(first.state == WorkerThread::ended);
  CHECK(thread_manager.starter.made == 0);
  CHECK(start_one());
  CHECK(Hand::joined == std::vector<std::uint32_t>{1});
  CHECK(first.state == WorkerThread::running);
  CHECK(first.handle == 2);
}

TEST_CASE("a child of fork frees all records that were used, also when one of the first was used again") {
  Scene const scene;
  for (int i = 0; i != 3; ++i) CHECK(start_one());
  thread_manager.starter.end_early(ThreadStarter::threads[0]);
  CHECK(start_one());
  thread_manager.starter.forget_others(false);
  for (int i = 0; i != 3; ++i) CHECK(ThreadStarter::threads[i].state == WorkerThread::free);
}

TEST_CASE("a caller that sleeps leaves room for one more thread") {
  for (std::uint32_t const asleep : {0U, 1U}) {
    CAPTURE(asleep);
    Scene const scene;
    waking::Pool one;
    one.limit = 1;
    thread_manager.places.asleep = asleep;
    auto const start = [&] {
      return thread_manager.starter.start_one(thread_manager.places, thread_manager.wakeups, one,
                                              waking::Purpose::compute, ticks());
    };
    CHECK(start());
    CHECK(start() == (asleep == 1));
  }
}

TEST_CASE("a thread that ends before its starter has said that it runs waits for that") {
  Scene const scene;
  WorkerThread& own = ThreadStarter::threads[0];
  thread_manager.starter.made = 1;
  own.state = WorkerThread::starting;
  Hand::on_sleep = [&] {
    if (Hand::slept.size() == 2) own.state = WorkerThread::running;
  };
  thread_manager.starter.end_early(own);
  CHECK(Hand::slept == std::vector<std::int64_t>(2, Costs::starting_pause));
  CHECK(own.state == WorkerThread::ended);
  CHECK(thread_manager.starter.made == 0);
  own.state = WorkerThread::joining;  // shut_down has come first
  thread_manager.starter.made = 1;
  thread_manager.starter.end_early(own);
  CHECK(own.state == WorkerThread::joining);
  CHECK(thread_manager.starter.made == 1);
  own.state = WorkerThread::free;
}

// --- ending ---------------------------------------------------------------------------------------------------------

TEST_CASE("a shutdown wakes and joins each thread once, waits for those that others start or join, and one at a time") {
  Scene const scene;
  auto& threads = ThreadStarter::threads;
  for (int i = 0; i != 5; ++i) CHECK(start_one());
  threads[1].state = WorkerThread::starting;
  threads[2].state = WorkerThread::joining;
  thread_manager.starter.end_early(threads[3]);
  Hand::woken.clear();
  std::vector<bool> stopping;
  Hand::on_sleep = [&] {
    stopping.push_back(thread_manager.starter.stopping);
    if (Hand::slept.size() == 2) threads[1].state = WorkerThread::running;
    if (Hand::slept.size() == 4) {
      threads[2].state = WorkerThread::free;
      thread_manager.starter.made.fetch_sub(1);
    }
  };
  pt::shutdown();
  CHECK(Hand::slept == std::vector<std::int64_t>(4, Costs::starting_pause));
  CHECK(stopping == std::vector<bool>(4, true));
  CHECK(Hand::joined == std::vector<std::uint32_t>{1, 2, 4, 5});
  CHECK(Hand::woken.size() == 3);  // but for the one that has ended
  CHECK(thread_manager.starter.made == 0);
  CHECK_FALSE(thread_manager.starter.stopping);
}

TEST_CASE("what waits in the background when a shutdown ends gets a thread, and nobody else does") {
  Scene const scene;
  pt::shutdown();
  CHECK(Hand::started.empty());
  BackgroundRun run;
  CHECK(background.add(run));
  pt::shutdown();
  CHECK(Hand::started.size() == 1);
  CHECK(background.begin(1) == &run);
  background.end();
}

TEST_CASE("a shutdown is refused inside a call, and on a thread of the library") {
  Scene const scene;
  this_thread.depth = 1;
  CHECK_THROWS_AS(pt::shutdown(), std::logic_error);
  this_thread.depth = 0;
  this_thread.thread = 3;
  CHECK_THROWS_AS(pt::shutdown(), std::logic_error);
}

// --- calling --------------------------------------------------------------------------------------------------------

TEST_CASE("who calls a thread wakes one that is parked, else starts one, on any thread, else wakes a caller above") {
  Scene const scene;
  FakeCall const outer(40);
  FakeCall const call(41, 40);
  outer.slot.word.fetch_or(CallSlot::waiting);
  this_thread.thread = 3;
  thread_manager.places.computing = 2;
  thread_manager.wakeups.parked = 1;
  CHECK(thread_manager.wake_one_more(call.slot));
  CHECK(Hand::started.empty());
  CHECK(thread_manager.wakeups.waker_thread == 3);
  CHECK(thread_manager.wakeups.in_flight() == 1);
  CHECK_FALSE(thread_manager.wake_one_more(call.slot));  // one is on its way
  thread_manager.wakeups.forget_others();
  CHECK(thread_manager.wake_one_more(call.slot));
  CHECK(Hand::started.size() == 1);
  thread_manager.wakeups.forget_others();
  Hand::starts = false;
  CHECK(thread_manager.wake_one_more(call.slot));
  CHECK((outer.slot.word & CallSlot::waiting) == 0);
  CHECK_FALSE(thread_manager.wake_one_more(call.slot));
}

TEST_CASE("a wake or a start that is not answered may be repeated after a while") {
  Scene const scene;
  FakeCall const call(40);
  thread_manager.wakeups.parked = 1;
  CHECK(thread_manager.wake_one_more(call.slot));
  HandClock::ns += 159'998;
  CHECK_FALSE(thread_manager.wake_one_more(call.slot));
  HandClock::ns += 3;
  CHECK(thread_manager.wake_one_more(call.slot));
}

TEST_CASE("all that are parked see that the pool stops, and who was about to park does not") {
  Scene const scene;
  std::uint32_t const seen = thread_manager.wakeups.prepare_wait();
  thread_manager.wakeups.notify_all();
  CHECK(thread_manager.wakeups.prepare_wait() != seen);
  thread_manager.wakeups.finish_wait();
  thread_manager.wakeups.finish_wait();
  CHECK(Hand::woken.size() == 1);
}

TEST_CASE("a waker tells on which core it is, so that who wakes there can leave it") {
  Scene const scene;
  Hand::core = 2;
  thread_manager.wakeups.parked = 1;
  CHECK(thread_manager.wakeups.wake_parked(ticks(), 0));
  CHECK(thread_manager.wakeups.waker_core == 2);
  Hand::core = 1;
  thread_manager.wakeups.expect_start(ticks());
  CHECK(thread_manager.wakeups.waker_core == 1);
}

TEST_CASE("options are told as they were chosen") {
  Scene const scene;
  pt::Options chosen;
  chosen.cores = 3;
  chosen.threads = 2;
  chosen.hot_time = std::chrono::microseconds(70);
  chosen.stack_size = 65'536;
  chosen.thread_name_prefix = "elevenchars";  // as many as may be
  pt::set_options(chosen);
  pt::Options const told = thread_manager.options();
  CHECK(told.cores == 3);
  CHECK(told.threads == 2);
  CHECK(told.hot_time == std::chrono::microseconds(70));
  CHECK(told.stack_size == 65'536);
  CHECK(std::string(told.thread_name_prefix) == "elevenchars");
  chosen.thread_name_prefix = "twelve chars";
  CHECK_THROWS_AS(pt::set_options(chosen), std::invalid_argument);
  CHECK(thread_manager.wakeups.hot_ns() == 70'000);
}

TEST_CASE("what options name stays loaded, once, and an object file that calls as well") {
  Scene const scene;
  pt::Options options = thread_manager.options();
  options.on_thread_start = [] {};
  options.on_thread_stop = [] { Hand::core = 0; };
  options.thread_name_prefix = "other-";
  Hand::pinned.clear();
  pt::set_options(options);
  CHECK(Hand::pinned == std::vector<void const*>{options.thread_name_prefix,
                                                 reinterpret_cast<void const*>(options.on_thread_start),
                                                 reinterpret_cast<void const*>(options.on_thread_stop)});
  pt::set_options(options);
  CHECK(Hand::pinned.size() == 3);
  options.on_thread_start = options.on_thread_stop = nullptr;
  pt::set_options(options);
  CHECK(Hand::pinned.size() == 3);
  kept_loaded = 0;
  prepare();
  prepare();
  CHECK(Hand::pinned.size() == 4);
  CHECK(Hand::pinned.back() == &kept_loaded);
  kept_loaded = 0;
  { pt::thread_limit const limit(2); }
  CHECK(kept_loaded == 1);
}

TEST_CASE("the handler of forks is registered once") {
  Scene const scene;
  AfterFork of_its_own;
  of_its_own.register_handler(&forget_threads);
  of_its_own.register_handler(&forget_threads);
  CHECK(Hand::handlers == 1);
}

TEST_CASE("in a child of fork there is no thread, no monitor, and another number of the one that is there") {
  Scene const scene;
  CHECK(start_one());
  this_thread.system_id = 5;
  this_thread.in_vain = 3;
  this_thread.looked_at = 9;
  this_thread.blocked = true;
  thread_manager.monitor_on = 1;
  thread_manager.monitor_wanted = 1;
  thread_manager.forget_others();
  CHECK(thread_manager.starter.made == 0);
  CHECK(ThreadStarter::threads[0].state == WorkerThread::free);
  CHECK(thread_manager.monitor_on == 0);
  CHECK(thread_manager.monitor_wanted == 0);
  CHECK(this_thread_id() == 77);
  CHECK(this_thread.in_vain == 0);
  CHECK(this_thread.looked_at == 0);
  CHECK_FALSE(this_thread.blocked);
}
