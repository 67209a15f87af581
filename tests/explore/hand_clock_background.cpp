// Who makes a call in the background, who waits for it and how, and what a host's callables do (support/hand_pool.hpp).
#define PARALLEL_TASK_SEAM "support/hand_pool.hpp"
#include <parallel_task/async.hpp>
#include <parallel_task/executor.hpp>

#include "explore/played_pool.hpp"
#include "support/allocations.cpp"
#include "support/faults.hpp"

#include <atomic>
#include <cfenv>
#include <thread>

using namespace played;
using support::Faults;

namespace {

struct Made : AsyncRun {
  static inline int runs;
  static inline int destroyed;
  static inline std::function<void()> does;
  Made() : AsyncRun(&Made::act) {
    runs = destroyed = 0;
    does = [] {};
  }
  static void act(AsyncRun& self, Do what) {
    if (what == Do::run) {
      ++runs;
      does();
    } else {
      ++destroyed;
      delete static_cast<Made*>(&self);
    }
  }
};

/// What a thread of the pool does: takes up what waits, and makes it.
bool make_one() {
  BackgroundRun* const run = background.begin(100);
  if (run == nullptr) return false;
  run->make(*run);
  background.end();
  return true;
}
struct Full {
  BackgroundRun runs[Background::size];
  Full() {
    for (BackgroundRun& run : runs) CHECK(background.add(run));
  }
  ~Full() {
    while (background.begin(1) != nullptr) background.end();
  }
};

}  // namespace

TEST_CASE("a call in the background waits once, however often it is asked for, and is made by whoever comes first") {
  Scene const scene;
  auto* const run = new Made;
  run->launch();
  CHECK(Hand::started.size() == 1);
  CHECK_FALSE(run->is_done());
  CHECK_FALSE(run->is_done());
  CHECK(make_one());
  CHECK_FALSE(make_one());
  CHECK(Made::runs == 1);
  CHECK(run->is_done());
  run->wait();
  CHECK(Made::destroyed == 0);
  run->let_go();
  CHECK(Made::destroyed == 1);
}

TEST_CASE("where there is no room in the background who waits makes it, and it is freed as every other") {
  Scene const scene;
  Full const full;
  auto* const run = new Made;
  run->launch();
  CHECK_FALSE(run->is_done());
  CHECK(Hand::started.empty());
  run->wait();
  CHECK(Made::runs == 1);
  CHECK(run->is_done());
  run->let_go();
  CHECK(Made::destroyed == 1);
}

namespace {

/// Another thread that makes the call, as soon as it is there, and ends it when it is told.
struct Maker {
  std::atomic<bool> entered{false};
  std::atomic<bool> ends{false};
  std::thread thread;

  Maker() {
    Made::does = [this] {
      entered = true;
      while (!ends.load()) std::this_thread::yield();
    };
    thread = std::thread([] { (void)make_one(); });
    while (!entered.load()) std::this_thread::yield();
  }
  void end() {
    ends = true;
    thread.join();
  }
};

}  // namespace

TEST_CASE("who waits for a call that another makes spins for 20 us, then sleeps, and is counted so in an item") {
  for (std::uint32_t const depth : {0U, 1U}) {
    for (std::int64_t const pause : {10, 200}) {
      CAPTURE(depth, pause);
      Scene const scene;
      Hand::relax_takes = pause;
      auto* const run = new Made;
      run->launch();
      Maker maker;
      this_thread.depth = depth;
      int const computing = thread_manager.places.computing;
      int times = 0;
      Hand::on_wait = [&] {
        CHECK(thread_manager.places.asleep == depth);
        CHECK(thread_manager.places.computing == computing - static_cast<int>(depth));
        if (++times == 2) maker.end();  // the first time it wakes for no reason
      };
      run->wait();
      this_thread.depth = 0;
      CHECK(times == 2);
      CHECK(Hand::relaxed == 20'000 / static_cast<std::uint64_t>(pause));
      CHECK(thread_manager.places.asleep == 0);
      CHECK(thread_manager.places.computing == computing);
      CHECK(Hand::woken.size() == 1);
      CHECK(Made::runs == 1);
      run->let_go();
      CHECK(Made::destroyed == 1);
    }
  }
}

TEST_CASE("who asks to be called when it is done is, once, by who has made it, or makes it where nobody would") {
  static int resumed;
  auto const resume = +[](void* address) { resumed += *static_cast<int*>(address); };
  int one = 1;
  for (bool const has_threads : {true, false}) {
    CAPTURE(has_threads);
    Scene const scene;
    Hand::starts = has_threads;
    resumed = 0;
    auto* const run = new Made;
    run->launch();
    CHECK(run->call_when_done(resume, &one) == has_threads);
    CHECK(Made::runs == (has_threads ? 0 : 1));
    CHECK(make_one());  // which finds nothing to do if it has been made
    CHECK(Made::runs == 1);
    CHECK(resumed == (has_threads ? 1 : 0));
    CHECK_FALSE(run->call_when_done(resume, &one));
    CHECK(resumed == (has_threads ? 1 : 0));
    run->let_go();
  }
  Scene const scene;
  resumed = 0;
  auto* run = new Made;
  run->launch();
  Maker maker;  // it is being made: whether the pool has threads is no question
  thread_manager.starter.made = 0;
  CHECK(run->call_when_done(resume, &one));
  CHECK(resumed == 0);
  maker.end();
  CHECK(resumed == 1);
  run->let_go();
  Full const full;
  thread_manager.starter.made = 1;
  run = new Made;
  run->launch();
  CHECK_FALSE(run->call_when_done(resume, &one));
  CHECK(Made::runs == 1);
  CHECK(resumed == 1);
  run->let_go();
}

TEST_CASE("what is made in the background finds its caller's rounding") {
  Scene const scene;
  auto* const run = new Made;
  int const before = std::fegetround();
  REQUIRE(std::fesetround(FE_UPWARD) == 0);
  run->launch();
  CHECK(std::fesetround(before) == 0);
  int found = before;
  Made::does = [&] { found = std::fegetround(); };
  CHECK(make_one());
  CHECK(found == FE_UPWARD);
  CHECK(std::fegetround() == before);
  run->let_go();
}

TEST_CASE("nobody is woken who does not sleep, nor resumed who has not asked") {
  Scene const scene;
  auto* const run = new Made;
  run->launch();
  CHECK(make_one());
  CHECK(Hand::woken.empty());
  run->let_go();
  CHECK(Made::destroyed == 1);
}

// --- on a host's threads --------------------------------------------------------------------------------------------

TEST_CASE("a host's callable works in the call that it was started for, and what told it so is freed with the last") {
  Scene const scene;
  long const before = Faults::allocated;
  {
    FakeCall fake(40);
    fake.has_work = false;
    pt::detail::Call call;
    call.slot = &fake.slot;
    call.index = 40;
    call.members = fake.slot.members;
    call.job.pull = [](void*, std::size_t) -> pt::Known { return {0, true}; };
    struct Starts : pt::detail::HostedCall {
      Starts() : HostedCall([](HostedCall const&, pt::HostWork work) { work(); }) {}
    };
    {
      Starts const host;
      host.publish(host, call);
      host.open(host, call);
      CHECK(fake.entered == 1);  // there is one place
    }
    call.slot = nullptr;
  }
  CHECK(Faults::allocated == before);
}

TEST_CASE("without memory for what tells callables that they are late, or for a task, a host is asked for nobody") {
  Scene const scene;
  long const before = Faults::allocated;
  FakeCall fake(40);
  pt::detail::Call call;
  call.slot = &fake.slot;
  call.index = 40;
  call.members = fake.slot.members;
  call.may_join = 2;
  struct Counts : pt::detail::HostedCall {
    mutable int started = 0;
    Counts() : HostedCall([](HostedCall const& self, pt::HostWork) { ++static_cast<Counts const&>(self).started; }) {}
  };
  {
    Counts const host;
    Faults::arm(Faults::Kind::allocation, 1);
    host.publish(host, call);
    CHECK(Faults::disarm());
    host.open(host, call);
    CHECK(host.started == 0);
    CHECK(call.may_join == 0);
    CHECK(call.refuses_helpers());
  }
  CHECK(Faults::allocated == before);
}
