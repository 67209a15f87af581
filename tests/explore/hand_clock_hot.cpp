// How long a thread of the library stays hot, and what ends that, pause by pause (support/hand_pool.hpp).
#define PARALLEL_TASK_SEAM "support/hand_pool.hpp"
#include "explore/played_pool.hpp"

using namespace played;

namespace {

/// How often it has paused, on a pool whose threads stay hot for 50 us.
std::uint64_t pauses(bool worked = false) {
  Hand::relaxed = 0;
  stay_hot(worked);
  CHECK(thread_manager.wakeups.spinning == 0);
  return Hand::relaxed;
}

}  // namespace

TEST_CASE("a thread spins for 50 us of its own time, of which a gap in the clock counts as 2 us") {
  struct Case {
    std::int64_t pause;
    std::uint64_t pauses;
    float spent;
  };
  // The clock is looked at once in sixteen pauses.
  for (Case const each : {Case{10, 5'008, 50'080}, Case{125, 416, 52'000}, Case{126, 416, 52'000},
                          Case{31'250, 416, 52'000}, Case{31'251, 16, 2'000}}) {
    CAPTURE(each.pause);
    Scene const scene;
    Hand::relax_takes = each.pause;
    CHECK(pauses() == each.pauses);
    bool const has_lost_its_core = each.pause == 31'251;
    CHECK(this_thread.spins.spent == (has_lost_its_core ? 0 : each.spent));
    CHECK(this_thread.spins.pause == (has_lost_its_core ? Costs::spin_pause : 0));
    CHECK((this_thread.spins_stopped == ticks()) == has_lost_its_core);
    CHECK(thread_manager.wakeups.patience == 2);
  }
}

TEST_CASE("while a call is open there is a look at the clock after each look round") {
  Scene const scene;
  FakeCall call(40);
  call.slot.pull = CallSlot::ended;
  call.offer();
  CHECK(pauses() == 5'001);
  CHECK(call.entered == 0);
}

TEST_CASE("who has spun too much in vain, or has lost its core, parks at once for as long as it was told") {
  Scene const scene;
  this_thread.spins.pause = 100;
  this_thread.spins_stopped = ticks() - 99;
  CHECK(pauses() == 0);
  CHECK(thread_manager.wakeups.patience == 1);
  this_thread.spins_stopped = ticks() - 100;
  CHECK(pauses() == 5'008);
}

TEST_CASE("no more spin than there are cores but for one, or one on a single core") {
  for (std::uint32_t const others : {2U, 3U}) {
    CAPTURE(others);
    Scene const scene;
    thread_manager.wakeups.spinning = others;
    stay_hot(false);
    CHECK(Hand::relaxed == (others == 2 ? 5'008U : 0U));
    CHECK(thread_manager.wakeups.spinning == others);
    CHECK(thread_manager.wakeups.patience == (others == 2 ? 2U : 1U));
  }
  Scene const scene(1);
  thread_manager.wakeups.spinning = 1;
  stay_hot(false);
  CHECK(Hand::relaxed == 5'008);
}

TEST_CASE("a hot thread looks whether all cores are in use at first and then once in as many pauses as cores") {
  for (unsigned const cores : {1U, 4U, 5U}) {
    for (std::uint64_t const at : {1U, 2U}) {
      CAPTURE(cores, at);
      Scene const scene(cores);
      Hand::on_relax = [&] {
        if (Hand::relaxed == at) thread_manager.places.computing = static_cast<int>(cores);
      };
      CHECK(pauses() == (cores == 1 ? at : cores));
      CHECK(pauses() == 0);
    }
  }
}

TEST_CASE("a hot thread stops at once where threads are being ended, or a call waits in the background") {
  for (bool const ended : {false, true}) {
    CAPTURE(ended);
    Scene const scene;
    BackgroundRun run;
    Hand::on_relax = [&] {
      if (Hand::relaxed != 3) return;
      if (ended) {
        thread_manager.starter.stopping = true;
      } else {
        CHECK(background.add(run));
      }
    };
    CHECK(pauses() == 3);
    thread_manager.starter.stopping = false;
    if (!ended) {
      CHECK(background.begin(4) == &run);
      background.end();
    }
  }
}

TEST_CASE("after 10 us of spinning a thread takes no more signals for its last caller") {
  Scene const scene;
  this_thread.takes_signals = true;
  std::uint64_t until = 0;
  Hand::on_relax = [&] {
    if (this_thread.takes_signals) until = Hand::relaxed;
  };
  (void)pauses();
  CHECK(until == 1'008);  // 10'080 ns
}

TEST_CASE("who was served spins anew, is patient again, and its spinning has saved a wake") {
  Scene const scene;
  thread_manager.wakeups.patience = 4;
  FakeCall call(40);
  std::uint32_t patience = 0;
  Hand::on_relax = [&] {
    if (Hand::relaxed == 100) call.offer();
    if (Hand::relaxed == 101) patience = thread_manager.wakeups.patience;
  };
  call.in_it = [&] {
    HandClock::ns += 600'000;  // longer than what says that a core was lost
    thread_manager.places.close_call(40);
  };
  // The looks at the clock after it come at the pauses of before, less the round in which it was in the call.
  CHECK(pauses() == 100 + 11 + 16 * 312);
  CHECK(call.entered == 1);
  CHECK(call.spinning == 0);
  CHECK(patience == 1);
  CHECK(thread_manager.wakeups.patience == 1);
  CHECK(this_thread.spins.saved == thread_manager.wake_latency_ns());
}

TEST_CASE("patience is doubled up to four times by who was not served, and not by who has worked before") {
  Scene const scene;
  (void)pauses(true);
  CHECK(thread_manager.wakeups.patience == 1);
  for (std::uint32_t const patience : {2U, 4U, 4U}) {
    (void)pauses();
    CHECK(thread_manager.wakeups.patience == patience);
  }
}
