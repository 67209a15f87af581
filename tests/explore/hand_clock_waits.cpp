// What a caller does while it waits, pause by pause: it spins, helps calls made by its items, sleeps
// (support/hand_pool.hpp).
#define PARALLEL_TASK_SEAM "support/hand_pool.hpp"
#include "controller/published_run.hpp"
#include "explore/played_pool.hpp"

using namespace played;
using published::Published;

namespace {

/// A call in which a helper is, and of which nothing is left for the caller to do.
struct Helped : Published {
  CallSlot& slot;

  Helped() : Published(1'000), slot(*run.slot) {
    work = [this](int times) {
      if (times != 0) return;
      (void)take(0);
      CHECK(slot.join());
    };
  }
};

}  // namespace

TEST_CASE("a caller spins for 20 us, looks at its word at each pause, and then sleeps until the last one leaves") {
  for (std::int64_t const pause : {10, 125, 126}) {
    CAPTURE(pause);
    Scene const scene;
    Helped call;
    Hand::relax_takes = pause;
    Hand::on_wait = [&] {
      CHECK(thread_manager.places.asleep == 1);
      CHECK(thread_manager.places.computing == -1);
      CHECK(call.word() == (CallSlot::open | CallSlot::waiting | 1));
      call.slot.leave();
    };
    call.shared.run<false>();
    CHECK(Hand::relaxed == (pause == 10 ? 63U * 32 : 5U * 32));
    CHECK(Hand::waited.size() == 1);
    CHECK(Hand::woken == std::vector<void const*>{&call.slot.word});
    CHECK(call.entered() == 2);
    CHECK(thread_manager.places.asleep == 0);
    CHECK(thread_manager.places.computing == 0);
  }
}

TEST_CASE("a caller whose last helper leaves while it spins closes the call at the next pause") {
  Scene const scene;
  Helped call;
  Hand::on_relax = [&] {
    if (Hand::relaxed == 50) call.slot.leave();
  };
  call.shared.run<false>();
  CHECK(Hand::relaxed == 50);
  CHECK(call.entered() == 1);
  CHECK(Hand::waited.empty());
}

TEST_CASE("a caller sleeps no more once it is woken for something else, and not at all if there is something by then") {
  Scene const scene;
  Helped call;
  auto& other = call.member(1).queue;
  thread_manager.costs.caller_spin = 0;  // it sleeps at once
  call.slot.high = 2;
  int waits = 0;
  Hand::on_wait = [&] {
    ++waits;
    call.slot.wake_caller();
    if (waits != 2) return;
    thread_manager.costs.caller_spin = 20'000;
    call.slot.leave();
  };
  std::vector<std::uint32_t> words;
  auto const first = call.work;
  call.work = [&](int times) {
    first(times);
    words.push_back(call.word());
    if (times == 1) {
      CHECK(waits == 1);
      other.fill({0, 5});  // left behind by who leaves
    }
    if (times == 2) CHECK(waits == 1);  // it was not slept for
    if (times == 2) other.fill({});
  };
  call.shared.run<false>();
  CHECK(waits == 2);
  CHECK(call.entered() == 4);
  for (std::uint32_t const word : words) CHECK((word & CallSlot::waiting) == 0);
}

TEST_CASE("a caller does not wait for the last one to wake it: that all have left is enough") {
  Scene const scene;
  Helped call;
  Hand::on_wait = [&] {
    call.slot.word.fetch_sub(1);  // and it has not come to clear `waiting`
  };
  call.shared.run<false>();
  CHECK(Hand::waited.size() == 1);
  CHECK(call.word() == CallSlot::reserved);
}

TEST_CASE("a caller that is refused what there is tries sixteen times in a row, and then sleeps") {
  for (bool const claims : {false, true}) {
    CAPTURE(claims);
    Scene const scene;
    Helped call;
    auto const first = call.work;
    int slept_after = 0;
    call.work = [&](int times) {
      first(times);
      if (times == 0) {
        call.slot.high = 2;
        call.member(1).queue.fill({0, 5});
      }
      call.member(0).refused = true;
      if (claims && times == 3) ++call.member(0).counts.claims;  // it was let in once
    };
    Hand::on_wait = [&] {
      slept_after = call.entered();
      call.member(1).queue.fill({});
      call.slot.leave();
    };
    call.shared.run<false>();
    CHECK(slept_after == (claims ? 20 : 16));
  }
}

TEST_CASE("a caller that waits works in calls made by its own items, and in no other") {
  for (bool const own : {false, true}) {
    CAPTURE(own);
    Scene const scene;
    Helped call;
    FakeCall other(40, own ? call.run.index : CallSlot::no_parent);
    other.offer();
    other.in_it = [&] {
      CHECK(this_thread.inside == 40);
      other.slot.pull = CallSlot::ended;
      thread_manager.places.close_call(40);
    };
    Hand::on_wait = [&] { call.slot.leave(); };
    call.shared.run<false>();
    CHECK(other.entered == (own ? 1 : 0));
    CHECK(call.entered() == (own ? 3 : 2));
    CHECK(this_thread.inside == CallSlot::no_parent);
  }
}

TEST_CASE("that a hot helper leaves work alone is forgotten when one has come") {
  for (bool const came : {false, true}) {
    CAPTURE(came);
    Scene const scene;
    Published call(1'000);
    REQUIRE(call.is_published());
    this_thread.hot_since = 5;
    call.work = [&](int) {
      (void)call.take(0);
      call.run.slot->high = 2;
      if (came) call.open_segment(1, 500);
    };
    call.shared.run<false>();
    CHECK(this_thread.hot_since == (came ? 0U : 5U));
  }
}

TEST_CASE("who opens a call for a debt has paid it, and one who finds a helper hot has called nobody") {
  for (bool const hot : {false, true}) {
    CAPTURE(hot);
    Scene const scene;
    Published call(1'000);
    REQUIRE(call.is_published());
    this_thread.debt = 5;
    thread_manager.wakeups.spinning = hot ? 1 : 0;
    call.work = [&](int) { (void)call.take(0); };
    call.shared.run<false>();
    CHECK(this_thread.debt == (hot ? 5 : 0));
    CHECK(Hand::started.size() == (hot ? 0U : 1U));
  }
}
