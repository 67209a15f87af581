// What a worker looks at at the boundaries of its claims, on a clock that stands still but for what its items take:
// itself, and what units cost.
#define PARALLEL_TASK_SEAM "support/hand_clock.hpp"
#include "explore/lone_worker.hpp"

#include <chrono>
#include <stdexcept>
#include <thread>

using namespace lone;
using pt::detail::this_thread;

namespace {

/// A worker whose looks at itself are written down: when, in ns since it began.
struct Looking : Calling {
  Sizes looks;
  bool sleeps = false;  // in each item, for a moment
  explicit Looking(std::size_t total) : Calling(total) {
    thread_manager.places.computing = 4;  // nobody is called but the monitor
    this_thread.looked_at = 0;
    call.published = pt::detail::ticks();
    between = [this] {
      note_look();
      if (sleeps) std::this_thread::sleep_for(std::chrono::microseconds(1));
    };
  }
  void work_by(std::int64_t item, std::uint32_t count) {
    each = item;
    began_ = pt::detail::ticks();
    give(1, {0, count});
    (void)work_at(static_cast<float>(item));
    note_look();
  }

 private:
  void note_look() {
    std::uint64_t const at = this_thread.looked_at;
    if (at == 0 || at < began_) return;
    if (looks.empty() || looks.back() != at - began_) looks.push_back(at - began_);
  }
  std::uint64_t began_ = 0;
};

}  // namespace

// --- looking at itself -----------------------------------------------------------------------------------------------

TEST_CASE("a worker looks at itself after a long claim, and then once in a millisecond") {
  Looking alone(100);
  alone.work_by(40'000, 80);
  CHECK(alone.looks == Sizes{40'000, 1'040'000, 2'040'000, 3'040'000});
}

TEST_CASE("where claims are short a worker looks at itself once the call is half a millisecond old, once in 30 us") {
  struct Case {
    std::int64_t item;
    std::size_t first;
  };
  for (Case const each : {Case{20'000, 520'000}, Case{25'000, 550'000}, Case{30'000, 540'000}, Case{30'001, 30'001}}) {
    CAPTURE(each.item);
    Looking alone(100);
    alone.work_by(each.item, 30);
    REQUIRE(alone.looks.size() == 1);
    CHECK(alone.looks[0] == each.first);
  }
}

TEST_CASE("the monitor is asked for after half a millisecond of the call, or of one claim") {
  struct Case {
    std::int64_t item;
    bool young;
    bool asked;
  };
  for (Case const each :
       {Case{40'000, false, true}, Case{40'000, true, false}, Case{500'000, true, false}, Case{500'001, true, true}}) {
    CAPTURE(each.item, each.young);
    Looking alone(100);
    alone.between = [&] {
      if (each.young) alone.call.published = pt::detail::ticks();
    };
    alone.each = each.item;
    alone.give(1, {0, 20});
    alone.member(1).cost = 40'000;  // not so much that each item is one to be stuck in
    bool asked = false;
    alone.takes = [&](pt::Block block) {
      alone.between();
      asked = asked || thread_manager.monitor_wanted != 0;
      return each.item * static_cast<std::int64_t>(block.size());
    };
    if (each.item > 40'000) thread_manager.costs.blocked_after = 500'000;
    alone.work(1);
    CHECK((asked || thread_manager.monitor_wanted != 0) == each.asked);
  }
}

TEST_CASE("a worker that sleeps in its items is counted as blocked until it computes, or leaves") {
  for (bool const to_the_end : {true, false}) {
    CAPTURE(to_the_end);
    Looking alone(200);
    alone.sleeps = true;
    this_thread.looked_at = pt::detail::ticks() - 2'000'000;  // of another call, and says nothing here
    this_thread.cpu_ns = 1'000'000'000'000'000;
    this_thread.switches = -1'000'000;
    std::vector<bool> blocked;  // in each item
    bool counted = true;
    auto const before = alone.between;
    alone.between = [&] {
      before();
      if (!to_the_end && blocked.size() == 30) alone.sleeps = false;
      blocked.push_back(this_thread.blocked);
      counted = counted && thread_manager.places.blocked.load() == (this_thread.blocked ? 1 : 0);
    };
    alone.work_by(400'000, 40);
    REQUIRE(blocked.size() == 40);
    // The first look, after 400 us, says nothing yet; the second comes 1.2 ms later.
    CHECK(std::vector<bool>(blocked.begin(), blocked.begin() + 6) ==
          std::vector<bool>{false, false, false, false, true, true});
    CHECK(blocked.back() == to_the_end);
    CHECK(counted);
    CHECK_FALSE(this_thread.blocked);
    CHECK(thread_manager.places.blocked.load() == 0);
  }
}

TEST_CASE("where more threads have run no more items a blocked worker asks for none") {
  Looking alone(200);
  alone.sleeps = true;
  std::uint64_t const then = pt::detail::ticks() - 10'000'000;
  CHECK(alone.call.extra_threads.pay(2, 1'000'000, then, then + 2'000'000));
  CHECK_FALSE(alone.call.extra_threads.pay(4, 1'000'100, then, then + 9'000'000));
  pt::detail::call_blocked();
  std::vector<bool> blocked;
  auto const before = alone.between;
  alone.between = [&] {
    before();
    blocked.push_back(this_thread.blocked);
  };
  alone.work_by(400'000, 20);
  REQUIRE(blocked.size() == 20);
  CHECK(blocked[3]);
  CHECK_FALSE(blocked[4]);
  CHECK(thread_manager.places.blocked.load() == 0);
}

// --- what units cost -------------------------------------------------------------------------------------------------

TEST_CASE("what units cost is looked at no sooner than after 4 us, from the first claim on") {
  struct Case {
    std::int64_t each;
    Sizes sizes;
  };
  // Known to cost 60 ns: 16 are claimed first. Those that take 4 us are found to cost 250.
  for (Case const& each : {Case{249, {16, 32}}, Case{250, {16, 8, 8, 8, 8}}}) {
    CAPTURE(each.each);
    Calling alone(10'000);
    alone.each = each.each;
    alone.give(1, {0, 10'000});
    (void)alone.work_at(60);
    CHECK(head(alone.sizes(), each.sizes.size()) == each.sizes);
  }
}

TEST_CASE("what is left behind of a cost is the mean of what was steady, or what has been learnt last") {
  struct Case {
    float known;
    std::int64_t each;
    std::int64_t last;  // of the last ten
    std::uint32_t count;
    float left;
  };
  for (Case const& each : {Case{100, 110, 110, 1'000, 110},                           // near enough to what was known
                           Case{0, 5'000, 5'000, 1, 5'000}, Case{100, 0, 0, 20, 75},  // the clock was too coarse
                           Case{100, 300, 300, 10, 150}}) {
    CAPTURE(each.known, each.each);
    Calling alone(10'000);
    alone.each = each.each;
    alone.give(1, {0, each.count});
    (void)alone.work_at(each.known);
    CHECK(alone.member(1).cost.load() == each.left);
    CHECK(alone.member(1).done.load() == each.count);
  }
}

TEST_CASE("the time of a worker is what its items take: not robbing, pulling, ending a segment, or what has thrown") {
  for (int const kind : {0, 1, 2, 3}) {
    CAPTURE(kind);
    Calling alone(1'000);
    pt::Job& job = alone.call.job;
    if (kind == 0) {
      alone.give(0, {0, 8});
      alone.call.settings.strategy = as([](void const*, pt::QueueLoad const& load) noexcept {
        HandClock::ns += 1'000'000;
        return static_cast<double>(load.items);
      });
      alone.call.slot->taken_members[0].store(1);
    } else if (kind == 1) {
      static int pulls;
      pulls = 0;
      job.known = {0, false};
      job.pull = [](void*, std::size_t) -> pt::Known {
        HandClock::ns += 1'000'000;
        ++pulls;
        return {static_cast<std::size_t>(pulls), pulls == 8};
      };
      (void)alone.call.pull_role.begin_sharing({}, {0, false}, 0, 0, pt::detail::thread_manager.costs);
      alone.call.slot->pull = CallSlot::ready;
    } else if (kind == 2) {
      job.retire = [](void*, void*, bool) {
        HandClock::ns += 1'000'000;
        return true;
      };
      for (std::uint32_t i = 0; i != 8; ++i) alone.give(1, {100 * i, 100 * i + 1});
    } else {
      job.cut = pt::Cut::later;
      alone.takes = [&](pt::Block block) -> std::int64_t {
        if (block.first != 500) return 100 * static_cast<std::int64_t>(block.size());
        HandClock::ns += 1'000'000;
        throw std::runtime_error("at 500");
      };
      alone.give(1, {500, 510});
      alone.give(2, {0, 8});
    }
    (void)alone.work_at(100);
    CHECK(alone.member(1).counts.busy_ns == 800);
    CHECK(alone.member(1).cost.load() == 100);
  }
}

TEST_CASE(
    "a thread looks at the clock once in about a microsecond: twice as many joins from look to look, or a quarter") {
  pt::detail::LookPace pace;
  std::uint64_t now = pt::detail::ticks();
  pace.begin(now);
  CHECK(pace.next(now += 500) == 1);  // half of it is soon enough
  for (std::uint32_t interval = 2; interval <= 256; interval *= 2) CHECK(pace.next(now += 499) == interval);
  CHECK(pace.next(now += 499) == 256);
  CHECK(pace.next(now += 2'000) == 256);
  CHECK(pace.next(now += 2'001) == 64);
  CHECK(pace.next(now += 2'001) == 16);
  CHECK(pace.next(now += 2'001) == 4);
  CHECK(pace.next(now += 499) == 8);
  CHECK(pace.next(now += 2'001) == 2);
  CHECK(pace.next(now += 2'001) == 1);
  CHECK(pace.next(now += 2'001) == 1);
  CHECK(pace.looked == now);
}
