// Whom a worker calls to help it, and when, on a clock that stands still but for what its items take.
#define PARALLEL_TASK_SEAM "support/hand_clock.hpp"
#include "explore/lone_worker.hpp"

using namespace lone;

TEST_CASE("a worker calls another before its first claim, and again at boundaries 4 us apart while it pays") {
  Calling alone(2'000);
  alone.give(1, {0, 2'000});
  // Claims of 10, 20, 40, ... units, of at most an eighth; not while no more than 40 us wait, which is twice a wake.
  CHECK(alone.work_at(100) == Sizes{0, 7'000, 15'000, 31'000, 52'100, 70'500, 86'600, 100'700, 113'100, 123'900, 133'400,
                                    141'700, 148'900});
}

TEST_CASE("a worker that knows no cost calls another whatever waits, and nobody where nothing does") {
  for (std::uint32_t const units : {1U, 2U}) {
    CAPTURE(units);
    Calling alone(units);
    alone.give(1, {0, units});
    CHECK(alone.work_at(0) == (units == 1 ? Sizes{} : Sizes{0}));
  }
}

TEST_CASE("what waits elsewhere counts where a worker has just robbed somebody, but for what it has taken") {
  for (std::uint32_t const units : {410U, 411U}) {
    CAPTURE(units);
    Calling alone(2'000);
    alone.member(0).cost = 100;
    alone.call.slot->taken_members[0].store(1);
    alone.give(0, {0, units});
    alone.give(1, {1'000, 1'001});
    // Of 411 it takes 206 and claims 10 of these: 196 wait here and 205 there, more than 40 us.
    CHECK(alone.work_at(100) == (units == 411 ? Sizes{100} : Sizes{}));
  }
}

TEST_CASE("the more threads compute, the longer a worker waits before it looks whether to call another") {
  for (int const busy : {40, 70, 71, 72, 80}) {
    CAPTURE(busy);
    Calling alone(1'000);
    pt::Options many;
    many.cores = 100;
    pt::set_options(many);
    thread_manager.places.computing = busy;
    alone.give(1, {0, 1'000});
    Sizes const often{0, 7'000, 15'000, 25'600, 34'900, 43'000, 50'100};
    Sizes const fewer{0, 15'000, 25'600, 34'900, 43'000, 50'100};
    Sizes const seldom{0, 15'000, 25'600, 34'900, 43'000};
    CHECK(alone.work_at(100) == (busy <= 70 ? often : busy == 71 ? fewer : seldom));
  }
}

TEST_CASE("who was called and does not come is called again after a while") {
  Calling alone(10'000);
  alone.arrives = false;
  thread_manager.costs.rewake = 159'000;  // the last bit of the time of a wake is no time
  alone.give(1, {0, 10'000});
  CHECK(alone.work_at(100) == Sizes{0, 191'000, 351'000, 511'000, 671'000, 843'800});
}

TEST_CASE("nobody is called while as many compute as may, nor where the call has no room") {
  for (int const busy : {3, 4}) {
    for (std::uint32_t const room : {0U, 1U}) {
      CAPTURE(busy, room);
      Calling alone(2'000);
      thread_manager.places.computing = busy;
      alone.call.slot->most_joined = room;
      alone.give(1, {0, 2'000});
      CHECK(alone.work_at(100).empty() == (busy == 4 || room == 0));
    }
  }
}

TEST_CASE("while a helper is hot nobody is called, but one who has left the work alone for 20 us has lost its core") {
  Calling alone(2'000);
  thread_manager.wakeups.spinning = 1;
  Sizes since;  // when it was seen first, after each look
  alone.between = [&] {
    std::size_t const seen = pt::detail::this_thread.hot_since;
    if (since.empty() || since.back() != seen) since.push_back(seen);
  };
  alone.give(1, {0, 2'000});
  std::size_t const begun = pt::detail::ticks();
  CHECK(alone.work_at(100) == Sizes{31'000, 86'600, 123'900});
  CHECK(since == Sizes{begun, 0, begun + 52'100, 0, begun + 100'700, 0, begun + 133'400});
  CHECK(pt::detail::this_thread.hot_looked == begun + 194'900);
}

TEST_CASE("a helper that is hot no more is forgotten, and the next one has 20 us of its own") {
  Calling alone(2'000);
  thread_manager.wakeups.spinning = 1;
  alone.between = [&] { thread_manager.wakeups.spinning = alone.ran.size() == 3 || alone.ran.size() == 4 ? 0 : 1; };
  alone.give(1, {0, 2'000});
  CHECK(alone.work_at(100) == Sizes{7'000, 52'100, 100'700, 133'400});
}

TEST_CASE("where a claim is dearer than a wake two are called at once, if there are places for both") {
  for (int const busy : {4, 14, 15}) {
    CAPTURE(busy);
    Calling alone(20);
    pt::Options many;
    many.cores = 16;
    pt::set_options(many);
    thread_manager.places.computing = busy;
    alone.each = 100'000;
    alone.give(1, {0, 4});
    CHECK(alone.work_at(100'000) == (busy == 15 ? Sizes{0, 100'000, 200'000} : Sizes{0, 0, 100'000, 100'000, 200'000, 200'000}));
  }
}

TEST_CASE("a caller that sleeps is woken by whoever looks and has work for others") {
  for (std::uint32_t const asleep : {0U, 1U}) {
    CAPTURE(asleep);
    Calling alone(2'000);
    thread_manager.places.asleep = asleep;
    alone.call.slot->word = CallSlot::open | CallSlot::waiting | 1;
    alone.give(1, {0, 2'000});
    (void)alone.work_at(100);
    CHECK(((alone.call.slot->word & CallSlot::waiting) == 0) == (asleep == 1));
  }
}

TEST_CASE("the monitor is asked for before an item of more than half a millisecond, where every core has a thread") {
  for (float const cost : {5e5F, 5.1e5F}) {
    CAPTURE(cost);
    Calling alone(20);
    thread_manager.places.computing = 4;
    thread_manager.costs.blocked_window = 1e15F;
    alone.each = 1;
    bool asked = false;
    alone.between = [&] { asked = asked || thread_manager.monitor_wanted != 0; };
    alone.give(1, {0, 4});
    (void)alone.work_at(cost);
    CHECK(asked == (cost > 5e5F));
  }
}
