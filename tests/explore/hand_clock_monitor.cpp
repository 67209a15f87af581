// When a thread judges itself to be blocked, and what the monitor does that looks after the others, look by look
// (support/hand_pool.hpp).
#define PARALLEL_TASK_SEAM "support/hand_pool.hpp"
#include "explore/played_pool.hpp"

using namespace played;

namespace {

/// Four threads that the system knows by 1 … 4 are inside a call of five members, which has work, and all places are
/// taken.
struct Watched : Scene {
  FakeCall call{40};
  Member all[5];
  Members table{5, nullptr, all};
  Members* before;
  std::vector<std::int64_t> at;  // when it looked, since it began
  std::int64_t begun = HandClock::ns;

  Watched() : before(call.slot.members) {
    call.slot.members = &table;
    call.slot.high = 5;
    for (int i = 0; i != 4; ++i) all[i].system_id = i + 1;
    call.offer();
    thread_manager.places.computing = 3;
    thread_manager.monitor_on = 1;
  }
  ~Watched() { call.slot.members = before; }
  void watch(std::function<void(std::size_t)> const& each) {
    Hand::on_sleep = [this, &each] {
      at.push_back(HandClock::ns - begun);
      each(at.size());
    };
    run_monitor();
    CHECK(thread_manager.monitor_on == 0);
  }
};

}  // namespace

TEST_CASE("a thread judges itself by what it used since it looked last, where the system tells") {
  using cost_model::Verdict;
  for (bool const known : {true, false}) {
    Scene const scene;
    CHECK(look_at_oneself() == Verdict::drop);  // the first look only begins
    HandClock::ns += 2'000'000;
    Hand::cpu_ns += 1'900'000;
    Hand::knows_usage = known;
    CHECK(look_at_oneself() == (known ? Verdict::computes : Verdict::drop));
    HandClock::ns += 2'000'000;
    Hand::cpu_ns += 100'000;
    Hand::switches += 3;
    CHECK(look_at_oneself() == (known ? Verdict::blocked : Verdict::drop));
    CHECK(this_thread.looked_at == ticks());
  }
}

TEST_CASE("the monitor looks with a pause that grows from 1 ms to 16, while all compute, until a place is free") {
  Watched scene;
  scene.watch([&](std::size_t times) {
    if (times == 7) thread_manager.places.computing = 2;
  });
  std::vector<std::int64_t> const wanted{1, 3, 7, 15, 31, 47, 63};
  std::vector<std::int64_t> ms;
  for (std::int64_t const ns : scene.at) ms.push_back(ns / 1'000'000);
  CHECK(ms == wanted);
  CHECK_FALSE(this_thread.blocked);
  CHECK(Hand::woken.empty());
}

TEST_CASE("the monitor ends where no call is open, and where threads are being ended") {
  for (bool const ended : {false, true}) {
    CAPTURE(ended);
    Watched scene;
    scene.watch([&](std::size_t times) {
      if (times != 2) return;
      if (ended) {
        thread_manager.starter.stopping = true;
      } else {
        thread_manager.places.close_call(40);
      }
    });
    thread_manager.starter.stopping = false;
    CHECK(scene.at.size() == 2);
  }
}

TEST_CASE("when for three looks in a row fewer compute than there are cores, the monitor has another come and joins") {
  for (bool const always : {true, false}) {
    CAPTURE(always);
    Watched scene;
    Hand::sleeping = {2};
    scene.watch([&](std::size_t times) {
      if (!always && times == 3) Hand::sleeping = {};
      if (!always && times == 4) Hand::sleeping = {1, 2, 3, 4};
    });
    CHECK(scene.at.size() == (always ? 3U : 6U));
    CHECK(this_thread.blocked);
    CHECK(thread_manager.places.blocked == 1);
    CHECK(thread_manager.monitor_wanted == 1);
    CHECK(Hand::woken.size() == 1);
  }
}

TEST_CASE("no more threads are counted than there is room for, each once, and of those that are members of the call") {
  Scene const scene;
  FakeCall call(40);
  call.offer();
  std::vector<Member> all(300);
  Members table{300, nullptr, all.data()};
  Members* const before = call.slot.members.exchange(&table);
  for (int i = 0; i != 300; ++i) all[static_cast<std::size_t>(i)].system_id = i + 1;
  for (std::uint32_t const high : {0U, 3U, 256U, 300U, 400U}) {
    call.slot.high = high;
    CHECK(take_census().inside == (high < 256 ? high : 256));
  }
  Hand::sleeping = {2};
  all[3].system_id = 2;  // in two places
  call.slot.high = 4;
  CHECK(take_census().inside == 3);
  CHECK(take_census().asleep == 1);
  call.slot.members = before;
}

TEST_CASE("the monitor asks for nobody where all that may help are there, or fewer are inside than there are cores") {
  for (bool const all_there : {true, false}) {
    CAPTURE(all_there);
    Watched scene;
    Hand::sleeping = {1, 2, 3, 4};
    if (all_there) {
      pt::Options options = thread_manager.options();
      options.threads = 4;
      pt::set_options(options);
    } else {
      scene.all[0].system_id = 0;
    }
    scene.watch([&](std::size_t times) {
      if (times == 6) thread_manager.places.close_call(40);
    });
    CHECK_FALSE(this_thread.blocked);
    CHECK(thread_manager.monitor_wanted == 0);
    // As seldom as may be, since nothing would follow.
    CHECK(scene.at.back() / 1'000'000 == (all_there ? 3 + 3 * 16 : 1 + 2 + 4 + 8 + 16 + 16));
  }
}
