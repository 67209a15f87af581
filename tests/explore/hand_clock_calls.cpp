// Whom a worker calls to help it, and when, on a clock that stands still but for what its items take.
#define PARALLEL_TASK_SEAM "support/hand_clock.hpp"
#include "explore/lone_worker.hpp"

#include <stdexcept>

using namespace lone;

TEST_CASE("a worker calls another before its first claim, and again at boundaries 4 us apart while it pays") {
  Calling alone(2'000);
  alone.give(1, {0, 2'000});
  // Claims of 10, 20, 40, ... units, of at most an eighth; not while no more than 40 us wait, which is twice a wake.
  CHECK(alone.work_at(100) ==
        Sizes{0, 7'000, 15'000, 31'000, 52'100, 70'500, 86'600, 100'700, 113'100, 123'900, 133'400, 141'700, 148'900});
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
  for (bool const room : {true, false}) {
    CAPTURE(room);
    Calling alone(2'000);
    alone.between = [&] {
      bool const hot = alone.ran.size() != 3 && alone.ran.size() != 4;
      thread_manager.wakeups.spinning = hot ? 1 : 0;
      alone.call.slot->most_joined = hot || room ? 3 : 0;
    };
    thread_manager.wakeups.spinning = 1;
    alone.give(1, {0, 2'000});
    Sizes const called = alone.work_at(100);
    CHECK(called == (room ? Sizes{7'000, 52'100, 100'700, 133'400} : Sizes{52'100, 100'700, 133'400}));
  }
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
    CHECK(alone.work_at(100'000) ==
          (busy == 15 ? Sizes{0, 100'000, 200'000} : Sizes{0, 0, 100'000, 100'000, 200'000, 200'000}));
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

TEST_CASE("a worker looks for others where 2.5 us of work wait for them, of units of known cost") {
  struct Case {
    float cost;
    std::uint32_t units;
    bool looks;
  };
  // The first claim is of 10 units of 100 ns, or of 2000 of half a nanosecond.
  for (Case const each : {Case{100, 34, false}, Case{100, 35, true}, Case{0.5F, 3'000, false}}) {
    CAPTURE(each.cost, each.units);
    Calling alone(10'000);
    alone.each = 0;
    pt::detail::this_thread.hot_looked = 0;
    bool looked = false;
    alone.between = [&] { looked = looked || pt::detail::this_thread.hot_looked != 0; };
    alone.takes = [&](pt::Block) {
      alone.between();
      return 0;
    };
    alone.give(1, {0, each.units});
    (void)alone.work_at(each.cost);
    CHECK(looked == each.looks);
    CHECK(pt::detail::this_thread.hot_since == 0);
  }
}

TEST_CASE("a helper that is hot has 20 us to come, also from one call to the next") {
  for (std::uint64_t const ago : {19'999U, 20'000U}) {
    CAPTURE(ago);
    Calling alone(100);
    thread_manager.wakeups.spinning = 1;
    alone.each = 20'000;
    pt::detail::this_thread.hot_looked = pt::detail::ticks() - ago;
    pt::detail::this_thread.hot_since = pt::detail::ticks() - 30'000;
    alone.give(1, {0, 8});
    // Later ones have as much time, and a boundary at which it is not over yet does not count.
    CHECK(alone.work_at(20'000) == (ago == 19'999 ? Sizes{0, 60'000} : Sizes{40'000}));
  }
}

TEST_CASE("a thief looks at once whether to call another, for what it has just taken and what it has left") {
  Calling alone(10'000);
  thread_manager.costs.least_pause = 30'000;
  alone.member(0).cost = 100;
  alone.call.slot->taken_members[0].store(1);
  alone.give(0, {0, 801});
  alone.give(1, {1'000, 1'040});
  CHECK(alone.work_at(100) == Sizes{4'000});
  Calling few(10);
  few.each = 50'000;
  few.member(0).cost = 50'000;
  few.call.slot->taken_members[0].store(1);
  few.give(0, {0, 2});
  CHECK(few.work_at(50'000) == Sizes{0});  // one is taken, and runs; the other waits there
}

// --- pulling --------------------------------------------------------------------------------------------------------

namespace {

/// The same of a call whose source is pulled, which takes no time.
struct Pulling : Calling {
  std::size_t total;
  std::size_t given = 0;
  Sizes wanted{};
  std::size_t throws_at = pt::unknown;

  explicit Pulling(std::size_t positions) : Calling(0), total(positions) {
    call.job.known = {0, false};
    call.job.pull = [](void* self, std::size_t want) -> pt::Known {
      auto& source = *static_cast<Pulling*>(static_cast<Alone*>(self));
      source.wanted.push_back(want);
      if (source.given >= source.throws_at) throw std::runtime_error("of the source");
      std::size_t const left = source.total - source.given;
      source.given += want < left ? want : left;
      return {source.given, source.given == source.total};
    };
    begin_with(0);
  }
  void begin_with(std::size_t position) {
    given = position;
    (void)call.pull_role.begin_sharing({}, {position, false}, position, 0, pt::detail::thread_manager.costs);
    call.slot->pull = CallSlot::ready;
  }
};

}  // namespace

TEST_CASE("who has pulled calls another for what waits and what is left, which is worth half a wake") {
  Pulling alone(3'000);
  CHECK(alone.work_at(100) == Sizes{0,       7'000,   15'000,  25'600,  34'900,  43'000,  50'100,  77'400,
                                    82'600,  86'600,  90'900,  95'000,  99'000,  106'000, 114'000, 124'700,
                                    134'100, 142'300, 149'500, 177'200, 182'500, 186'500, 190'800, 194'900,
                                    198'900, 203'000, 212'600, 223'500, 233'000, 241'300, 248'600});
  Sizes const slice{1, 2, 4, 8, 16, 32, 64, 128, 256, 489};  // 100 us
  CHECK(head(alone.wanted, 10) == slice);
  CHECK(tail(alone.wanted, 10) == slice);
  CHECK(alone.wanted.size() == 30);
}

TEST_CASE("items that come one by one are worth a call while they flow") {
  Pulling alone(300);
  alone.call.job.may_pause = true;
  Sizes called;
  for (std::size_t i = 0; i != 31; ++i) called.push_back(100 * i);
  called.push_back(3'200);  // what is left then: no more than 20 us wait, and none comes
  CHECK(alone.work_at(100) == called);
  Sizes wanted(33, 1);
  for (std::size_t const more : {2U, 4U, 8U, 16U, 32U, 64U, 128U, 1U, 1U, 2U, 4U, 8U}) wanted.push_back(more);
  CHECK(alone.wanted == wanted);
  CHECK(alone.has_run(0, 300));
}

TEST_CASE("nobody is called to pull where the source has ended, or where it has given nothing") {
  Pulling all_at_once(300);  // 30 us: not worth a whole wake
  CHECK(all_at_once.work_at(100).empty());
  CHECK(all_at_once.member(1).counts.pulls == 1);
  Pulling none(300);
  none.call.job.pull = [](void*, std::size_t) -> pt::Known { return {0, false}; };
  CHECK(none.work_at(100).empty());
  CHECK(none.member(1).counts.pulls == 0);
  CHECK(none.call.slot->pull == CallSlot::later);
}

TEST_CASE("what was pulled before says nothing of what waits now") {
  Pulling alone(2'000);
  alone.call.job.pull = [](void* self, std::size_t want) -> pt::Known {
    auto& source = *static_cast<Pulling*>(static_cast<Alone*>(self));
    if (source.given >= 1'000) HandClock::ns += 6'000;  // each ends its slice
    std::size_t const left = source.given < 1'000 ? 1'000 - source.given : 1;
    source.given += want < left ? want : left;
    return {source.given, source.given == 1'010};
  };
  Sizes const called = alone.work_at(100);
  CHECK(alone.has_run(0, 1'010));
  CHECK(called.back() < 100'000);
}

TEST_CASE("of more than sixteen members a thief looks at a sample, and at all before it gives up") {
  Calling alone(100);
  alone.call.slot->high = 17;
  alone.give(0, {0, 40});
  alone.work(1);
  CHECK(alone.member(1).counts.items == 40);
}

TEST_CASE(
    "a source is left alone while somebody pulls, once there is a bound, and where what waits is too far behind") {
  for (int const kind : {0, 1, 2, 3}) {
    CAPTURE(kind);
    Pulling alone(std::size_t{1} << 33);
    std::size_t const far = std::size_t{1} << 31;
    if (kind == 0) alone.call.slot->pull = CallSlot::taken;
    if (kind == 1) alone.call.ending.lower_bound_to(0);
    if (kind >= 2) {
      alone.begin_with(far + 10);
      alone.total = far + 20;
      alone.call.settings.strategy.priority = [](void const*, pt::QueueLoad const&) noexcept { return 0.0; };
      alone.call.slot->taken_members[0].store(1);
      auto const first = static_cast<std::uint32_t>(kind == 2 ? 10 : 11);
      alone.give(0, {first, first + 1});
    }
    (void)alone.work_at(100);
    CHECK(alone.wanted.empty() == (kind != 3));
    CHECK(alone.call.slot->pull == (kind == 0 ? CallSlot::taken : kind == 2 ? CallSlot::later : CallSlot::ended));
    if (kind == 3) CHECK(alone.ran.back().last == far + 20);
  }
}

TEST_CASE("a source that throws has ended, and what came before runs where the run cuts by order") {
  Pulling alone(3'000);
  alone.call.job.cut = pt::Cut::later;
  alone.throws_at = 7;
  (void)alone.work_at(100);
  CHECK(alone.has_run(0, 7));
  CHECK(alone.call.slot->pull == CallSlot::ended);
  CHECK(alone.member(1).error);
  alone.member(1).error = nullptr;
}

TEST_CASE("a call that asked for few threads asks for twice as many after each 30 us behind which as much waits") {
  for (std::uint32_t const units : {600U, 2'000U}) {
    CAPTURE(units);
    Calling alone(2'000);
    alone.call.may_join = 63;
    alone.call.slot->most_joined = 9;
    thread_manager.wakeups.parked = 0;
    Sizes asked;
    std::int64_t const begun = HandClock::ns;
    Sizes asked_at;
    alone.between = [&] {
      std::uint32_t const now = alone.call.slot->most_joined.load();
      if (!asked.empty() && asked.back() == now) return;
      asked.push_back(now);
      asked_at.push_back(static_cast<std::size_t>(HandClock::ns - begun));
    };
    alone.give(1, {0, units});
    alone.work_at(100);
    CHECK(asked == (units == 600 ? Sizes{9} : Sizes{9, 18, 36, 63}));
    CHECK(asked_at == (units == 600 ? Sizes{0} : Sizes{0, 31'000, 70'500, 100'700}));
  }
}
