// What a caller does while it waits: spin, help calls made by its items, sleep; and who waits for a call that is made
// in the background. Played step by step (support/hand_pool.hpp).
#define PARALLEL_TASK_SEAM "support/hand_pool.hpp"
#include <parallel_task/async.hpp>
#include <parallel_task/executor.hpp>

#include "controller/published_run.hpp"
#include "explore/played_pool.hpp"
#include "explore/timed_run.hpp"
#include "support/allocations.cpp"
#include "support/faults.hpp"

#include <atomic>
#include <cfenv>
#include <thread>

using namespace played;
using published::Published;
using support::Faults;

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

// --- a caller without work ------------------------------------------------------------------------------------------

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

// --- publishing -----------------------------------------------------------------------------------------------------

TEST_CASE("the slots without a bit are taken when all others are, and have places for twice the cores and some more") {
  Scene const scene(8);
  auto& slots = thread_manager.call_slots;
  constexpr std::uint32_t bits = ThreadManager::bit_count;
  for (std::uint32_t i = 0; i != bits; ++i) slots[i].word.fetch_add(CallSlot::reserved);
  {
    Published call(1'000);
    REQUIRE(call.is_published());
    CHECK(call.run.index == bits);
    CHECK(call.run.members->size == 2 * 8 + Costs::spare_members);
    CHECK(thread_manager.places.crowd_end == bits + 1);
  }
  CHECK(slots[bits].word == 0);
  for (std::uint32_t i = 0; i != bits; ++i) slots[i].word.fetch_sub(CallSlot::reserved);
}

TEST_CASE("a thread's calls begin to look for a slot where its last one was, those in its items do not move that") {
  Scene const scene;
  for (std::uint32_t const depth : {0U, 1U}) {
    CAPTURE(depth);
    this_thread.hint = 50;
    this_thread.depth = depth;
    thread_manager.call_slots[50].word.fetch_add(CallSlot::reserved);
    Published const call(1'000);
    thread_manager.call_slots[50].word.fetch_sub(CallSlot::reserved);
    REQUIRE(call.is_published());
    CHECK(call.run.index == 51);
    CHECK(this_thread.hint == (depth == 0 ? 51U : 50U));
  }
}

TEST_CASE("a call says in whose item and by which thread it was made, and its slot says nothing of it any more") {
  Scene const scene;
  this_thread.inside = 3;
  this_thread.thread = 5;
  CallSlot* slot = nullptr;
  {
    Published call(1'000);
    REQUIRE(call.is_published());
    slot = call.run.slot;
    CHECK(slot->parent == 3);
    CHECK(call.run.published == ticks());
    CHECK(call.member(0).counts.thread == 5);
    CHECK(call.member(0).segments == &call.run.home);
  }
  CHECK(slot->parent == CallSlot::no_parent);
}

TEST_CASE("a call looks how many cores there are, once in a second, unless that was chosen") {
  Scene const scene;
  pt::set_options(pt::Options());
  HandClock::ns += 2'000'000'000;
  for (unsigned const cores : {6U, 3U}) {
    Hand::cores = cores;
    HandClock::ns += 1'000'000'001;
    Published const call(1'000);
    CHECK(thread_manager.places.cores() == cores);
  }
}

TEST_CASE("without memory for its members a call is not published, and its slot is free") {
  for (std::uint32_t const fails : {1U, 2U}) {
    CAPTURE(fails);
    Scene const scene;
    this_thread.hint = 55;
    REQUIRE(thread_manager.call_slots[55].members.load() == nullptr);
    prepare();  // the test itself writes down what that asks for
    long const before = Faults::allocated;
    Faults::arm(Faults::Kind::allocation, fails);
    bool published = true;
    {
      Published const call(1'000);
      published = call.is_published();
      Faults::disarm();
      CHECK(call.run.slot == nullptr);
    }
    CHECK_FALSE(published);
    CHECK(thread_manager.call_slots[55].word == 0);
    CHECK(Faults::allocated == before);
  }
}

TEST_CASE("where helpers are hot each that may join is dealt a part, unless one of them has lost its core") {
  struct Case {
    std::uint32_t hot;
    unsigned threads;
    bool lost;
    bool strategy;
    std::uint32_t parts;
  };
  for (Case const& each : {Case{0, 0, false, false, 1}, Case{1, 0, false, false, 2}, Case{2, 0, false, false, 3},
                           Case{2, 2, false, false, 2}, Case{2, 3, false, false, 3}, Case{2, 0, true, false, 1},
                           Case{2, 0, false, true, 1}}) {
    CAPTURE(each.hot, each.threads, each.lost, each.strategy);
    Scene const scene;
    timed::Learnt memo(10'000, 100);
    timed::Timed timed = timed::constant(10'000, 100);
    pt::Settings settings;
    settings.max_threads = each.threads;
    if (each.strategy) settings.strategy.priority = [](void const*, pt::QueueLoad const&) noexcept { return 1.0; };
    timed::Begun run(timed.known_job(), settings);
    REQUIRE_FALSE(run.run_by_memo<false>(memo));
    thread_manager.wakeups.spinning = each.hot;
    this_thread.hot_since = each.lost ? 1 : 0;
    SharedRun shared(run);
    REQUIRE(shared.publish());
    CHECK(run.slot->high == each.parts);
    CHECK(run.slot->left_behind == (each.parts > 1 ? 1U : 0U));
    std::size_t units = 0;
    for (std::uint32_t i = 0; i != each.parts; ++i) {
      units += run.members->all[i].queue.load();
      CHECK(run.members->all[i].queue.load() >= 10'000 / each.parts - 2);
      CHECK(run.members->all[i].cost == 100);
    }
    CHECK(units == 10'000);
    CallSlot const& slot = *run.slot;
    SharedRun::put_slot_back(run);
    CHECK(run.slot == nullptr);
    CHECK(slot.high == 0);
  }
}

TEST_CASE("a run for which there is no slot runs alone, and says so") {
  Scene const scene;
  auto& slots = thread_manager.call_slots;
  for (auto& slot : slots) slot.word.fetch_add(CallSlot::reserved);
  pt::RunReport report;
  int ran = 0;
  pt::indices(200).report(report).for_each([&](int) { ++ran; });
  CHECK(ran == 200);
  CHECK(report.reason == pt::RunReason::no_free_slot);
  CHECK(report.threads == 1);
  for (auto& slot : slots) slot.word.fetch_sub(CallSlot::reserved);
}

TEST_CASE("a segment whose accumulator throws as it is made leaves no memory behind") {
  Scene const scene;
  Member member;
  pt::Job job;
  job.bytes = 1'000;
  job.alignment = 64;
  job.open = [](void*, void*) { throw 1; };
  long const before = Faults::allocated;
  int caught = 0;
  try {
    (void)open_segment(member, job, 0);
  } catch (int) {
    ++caught;
  }
  long const after = Faults::allocated;
  CHECK(caught == 1);
  CHECK(after == before);
  CHECK(member.segments == nullptr);
}

// --- in the background ----------------------------------------------------------------------------------------------

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

TEST_CASE("who asks to be called when it is done is, once, by who has made it; or makes it where nobody would") {
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
