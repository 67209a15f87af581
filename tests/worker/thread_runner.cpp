#include <parallel_task/worker/thread_runner.hpp>

#include "catch.hpp"
#include "support/eager.hpp"

#include <atomic>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#if defined(__linux__)
#include <pthread.h>
#endif

namespace {

using namespace parallel_task::detail;
constexpr std::uint32_t none = ThreadGroups::none;
constexpr std::uint32_t no_parent = CallSlot::no_parent;

/// An open call in a slot that nobody else uses; whoever enters it runs one claim, or none.
class FakeCall : public OpenCall {
 public:
  explicit FakeCall(std::uint32_t index, std::uint32_t parent = no_parent)
      : slot(thread_manager.call_slots[index]), index_(index) {
    enter = [](OpenCall& self, std::uint32_t member) { static_cast<FakeCall&>(self).run(member); };
    members_.size = 2;
    members_.all = all_;
    before_ = slot.members.load();
    slot.call.store(this);
    slot.members.store(&members_);
    slot.parent.store(parent);
    slot.group.store(none);
    slot.most_joined.store(2);
    slot.high.store(0);
    slot.pull.store(CallSlot::ready);
    slot.word.store(CallSlot::open);
  }
  ~FakeCall() {
    if (offered_) thread_manager.places.close_call(index_);
    slot.word.store(0);
    slot.pull.store(CallSlot::ended);
    slot.members.store(before_);
    slot.call.store(nullptr);
  }
  FakeCall(FakeCall const&) = delete;
  FakeCall& operator=(FakeCall const&) = delete;

  /// All threads find it from now on.
  FakeCall& offer() {
    thread_manager.places.open_call(index_);
    offered_ = true;
    return *this;
  }
  /// Work waits in a member's queue, and no source may be pulled from.
  void hold_units() {
    slot.pull.store(CallSlot::ended);
    all_[1].queue.fill({0, 5});
    slot.high.store(2);
  }
  void clear_units() { all_[1].queue.fill({}); }

  [[nodiscard]] bool is_left() const { return slot.word.load() == CallSlot::open && !slot.is_held(0); }

  CallSlot& slot;
  int entered = 0;
  bool has_work = true;
  std::uint32_t inside = 0;
  std::uint32_t group = 0;
  std::uint32_t depth = 0;
  std::uint32_t spinning = 0;
  int busy = 0;
  int turn = 0;          ///< of all that were entered
  bool refused = false;  ///< what it found may not be robbed
  bool throws = false;
  static inline int turns = 0;

 private:
  void run(std::uint32_t member) {
    ++entered;
    inside = this_thread.inside;
    group = this_thread.group;
    depth = this_thread.depth;
    spinning = thread_manager.wakeups.spinning.load();
    busy = thread_manager.places.computing.load();
    turn = ++turns;
    all_[member].counts.refused = refused;
    if (throws) throw 1;
    if (has_work) ++all_[member].counts.claims;
  }
  std::uint32_t index_;
  bool offered_ = false;

  Member all_[2];
  Members members_;
  Members* before_;
};

/// A pool of so many cores, in which nobody computes and nobody spins.
struct Quiet {
  explicit Quiet(unsigned cores, std::chrono::nanoseconds hot = std::chrono::microseconds(50)) : with(of(cores, hot)) {
    thread_manager.wakeups.patience.store(1);
  }
  static parallel_task::Options of(unsigned cores, std::chrono::nanoseconds hot) {
    parallel_task::Options options;
    options.cores = cores;
    options.hot_time = hot;
    return options;
  }
  /// The calling thread becomes again what it was.
  ~Quiet() {
    this_thread = before;
    thread_manager.wakeups.patience.store(1);
  }
  support::WithOptions with;
  ThreadState before = this_thread;
};

int computing() { return thread_manager.places.computing.load(); }

}  // namespace

TEST_CASE("a call descends from the calls in whose items it was made, and from no other") {
  FakeCall const outer(40);
  FakeCall const inner(41, 40);
  FakeCall const innermost(42, 41);
  FakeCall const other(43);
  CHECK(descends_from(41, 40));
  CHECK(descends_from(42, 40));
  CHECK(descends_from(42, 41));
  CHECK_FALSE(descends_from(40, 40));
  CHECK_FALSE(descends_from(40, 41));
  CHECK_FALSE(descends_from(43, 40));
}

TEST_CASE("who waits in a call does not work for another user's that has taken a slot in the meantime") {
  FakeCall const outer(40);
  FakeCall nested(41, 40);
  FakeCall others(42);
  CHECK(join_and_work(41, 40));
  CHECK(nested.entered == 1);
  CHECK(nested.is_left());
  CHECK_FALSE(join_and_work(42, 40));
  CHECK(others.entered == 0);
  CHECK(others.is_left());
}

TEST_CASE("while a thread works in a call it is inside it and in its group, and afterwards where it was") {
  FakeCall const outer(40);
  FakeCall nested(41, 40);
  std::uint32_t const group = thread_manager.thread_groups.take(3, none);
  nested.slot.group.store(group);
  ThreadState const before = this_thread;
  CHECK(join_and_work(41, 40));
  CHECK(nested.inside == 41);
  CHECK(nested.group == group);
  CHECK(nested.depth == before.depth + 1);
  CHECK(this_thread.inside == before.inside);
  CHECK(this_thread.group == before.group);
  CHECK(this_thread.depth == before.depth);
  CHECK(ThreadGroups::table[group].used.load() == 1);
  thread_manager.thread_groups.give_back(group);
}

TEST_CASE("who finds nothing to run has not worked, and who finds a full group or no place does not enter") {
  FakeCall const outer(40);
  FakeCall nested(41, 40);
  nested.has_work = false;
  CHECK_FALSE(join_and_work(41, 40));
  CHECK(nested.entered == 1);

  std::uint32_t const group = thread_manager.thread_groups.take(1, none);
  nested.slot.group.store(group);
  CHECK_FALSE(has_room(nested.slot));
  CHECK_FALSE(join_and_work(41, 40));
  CHECK(nested.entered == 1);
  CHECK(nested.is_left());
  CHECK(ThreadGroups::table[group].used.load() == 1);
  thread_manager.thread_groups.give_back(group);

  nested.slot.group.store(none);
  CHECK(has_room(nested.slot));
  nested.slot.most_joined.store(0);
  CHECK_FALSE(has_room(nested.slot));
  CHECK_FALSE(join_and_work(41, 40));
  CHECK(nested.entered == 1);
  CHECK(nested.is_left());

  nested.slot.most_joined.store(2);
  nested.slot.taken_members[0].store(3);  // all places are somebody's
  CHECK_FALSE(join_and_work(41, 40));
  CHECK(nested.entered == 1);
  nested.slot.taken_members[0].store(0);
  CHECK(nested.is_left());
}

TEST_CASE("a thread that came to compute gives its place back, whether it was let in or not") {
  Quiet const quiet(4);
  FakeCall call(40);
  REQUIRE(thread_manager.places.take());
  CHECK(join_and_work(40, no_parent));
  CHECK(call.busy == 1);
  CHECK(computing() == 0);
  call.slot.most_joined.store(0);
  REQUIRE(thread_manager.places.take());
  CHECK_FALSE(join_and_work(40, no_parent));
  CHECK(computing() == 0);
  FakeCall nested(41, 40);
  CHECK(join_and_work(41, 40));  // one that waits above has kept its own
  CHECK(computing() == 0);
  nested.slot.most_joined.store(0);
  CHECK_FALSE(join_and_work(41, 40));
  CHECK(computing() == 0);
}

TEST_CASE("what a thread is in is undone as its stack is unwound") {
  Quiet const quiet(4);
  std::uint32_t const group = thread_manager.thread_groups.take(3, none);
  FakeCall call(40);
  FakeCall nested(41, 40);
  for (FakeCall* each : {&call, &nested}) {
    each->slot.group.store(group);
    each->throws = true;
    ThreadState const before = this_thread;
    bool const takes_place = each == &call;
    if (takes_place) REQUIRE(thread_manager.places.take());
    CHECK_THROWS_AS(join_and_work(takes_place ? 40U : 41U, takes_place ? no_parent : 40U), int);
    CHECK(each->entered == 1);
    CHECK(each->is_left());
    CHECK(this_thread.inside == before.inside);
    CHECK(this_thread.group == before.group);
    CHECK(this_thread.depth == before.depth);
    CHECK(ThreadGroups::table[group].used.load() == 1);
    CHECK(computing() == 0);
  }
  thread_manager.thread_groups.give_back(group);
}

TEST_CASE("joins in vain are those that were refused all there was, in a row") {
  Quiet const quiet(4);
  FakeCall const outer(40);
  FakeCall call(41, 40);
  call.has_work = false;
  call.refused = true;
  this_thread.in_vain = 0;
  for (std::uint32_t times = 1; times != 4; ++times) {
    CHECK_FALSE(join_and_work(41, 40));
    CHECK(this_thread.in_vain == times);
  }
  call.refused = false;
  CHECK_FALSE(join_and_work(41, 40));
  CHECK(this_thread.in_vain == 0);
  this_thread.in_vain = 3;
  call.refused = true;
  call.has_work = true;
  CHECK(join_and_work(41, 40));
  CHECK(this_thread.in_vain == 0);
  CHECK(this_thread.member == 0);
  call.slot.high.store(2);
  this_thread.member = 1;
  CHECK(join_and_work(41, 40));
  CHECK(this_thread.member == 1);
  call.slot.taken_members[0].store(2);
  CHECK(join_and_work(41, 40));
  CHECK(this_thread.member == 0);
  call.slot.taken_members[0].store(0);
  // One that may not become as urgent as the caller does not help it.
  this_thread.thread = 1;
  this_thread.own_urgency = this_thread.urgency = most_humble;
  int const entered = call.entered;
  CHECK_FALSE(join_and_work(41, 40));
  CHECK(this_thread.in_vain == 1);
  CHECK(call.entered == entered);
  CHECK(call.is_left());
}

TEST_CASE("a thread joins each open call that wants help once, those with less than their share first") {
  Quiet const quiet(4);
  FakeCall with_share(40);
  FakeCall without(41);
  with_share.slot.word.fetch_add(1);
  with_share.offer();
  without.offer();
  CHECK(thread_manager.places.fair_share() == 2);
  CHECK(join_any());
  CHECK(with_share.entered == 1);
  CHECK(without.entered == 1);
  CHECK(without.turn < with_share.turn);
  CHECK(computing() == 0);
  with_share.slot.word.fetch_sub(1);
}

TEST_CASE("where each call has one thread as its share, all are joined, once") {
  Quiet const quiet(4);
  FakeCall calls[4] = {FakeCall(40), FakeCall(41), FakeCall(42), FakeCall(43)};
  for (FakeCall& call : calls) call.offer();
  thread_manager.places.computing.fetch_sub(2);  // two callers sleep
  CHECK(thread_manager.places.fair_share() == 1);
  CHECK(join_any());
  for (FakeCall const& call : calls) CHECK(call.entered == 1);
  CHECK(computing() == -2);
  thread_manager.places.computing.fetch_add(2);
}

TEST_CASE("a call without work, without room or without a place to compute is not joined") {
  Quiet const quiet(4);
  FakeCall call(40);
  CHECK_FALSE(join_any());
  CHECK(call.entered == 0);
  call.offer();
  call.slot.pull.store(CallSlot::ended);
  CHECK_FALSE(join_any());
  call.slot.pull.store(CallSlot::ready);
  call.slot.most_joined.store(0);
  CHECK_FALSE(join_any());
  call.slot.most_joined.store(2);
  thread_manager.places.computing.store(3);
  CHECK_FALSE(join_any());
  CHECK(computing() == 3);
  thread_manager.places.computing.store(2);
  CHECK(call.entered == 0);
  CHECK(join_any());
  CHECK(call.entered == 1);
  CHECK(computing() == 2);
  thread_manager.places.computing.store(0);
}

TEST_CASE("who has worked in any of the calls has worked, and goes no farther when threads are being ended") {
  for (bool first_has : {true, false}) {
    Quiet const quiet(4);
    FakeCall first(40);
    FakeCall second(41);
    first.offer().has_work = first_has;
    second.offer().has_work = !first_has;
    CHECK(join_any());
    CHECK(first.entered + second.entered == 2);
    first.has_work = second.has_work = false;
    CHECK_FALSE(join_any());
    CHECK(first.entered + second.entered == 4);
    thread_manager.starter.stopping.store(true);
    CHECK_FALSE(join_any());
    CHECK(first.entered + second.entered == 5);
    thread_manager.starter.stopping.store(false);
  }
}

TEST_CASE("a hot thread that works is not counted as hot meanwhile, another is as it was") {
  Quiet const quiet(4);
  FakeCall call(40);
  call.offer();
  thread_manager.wakeups.spinning.store(3);
  CHECK(join_any(true));
  CHECK(call.spinning == 2);
  CHECK(thread_manager.wakeups.spinning.load() == 3);
  CHECK(join_any(false));
  CHECK(call.spinning == 3);
  CHECK(thread_manager.wakeups.spinning.load() == 3);
  thread_manager.wakeups.spinning.store(0);
}

TEST_CASE("a thread is wanted where a call has work and room, and there is a place to compute in") {
  Quiet const quiet(2);
  CHECK_FALSE(wanted(false));
  FakeCall call(40);
  call.offer();
  CHECK(wanted(false));
  CHECK(wanted(true));
  thread_manager.places.computing.store(1);
  CHECK_FALSE(wanted(false));
  thread_manager.places.computing.store(0);
  call.slot.most_joined.store(0);
  CHECK_FALSE(wanted(false));
  call.slot.most_joined.store(2);
  for (auto pull : {CallSlot::taken, CallSlot::later, CallSlot::ended}) {
    call.slot.pull.store(pull);
    CHECK_FALSE(wanted(false));
    CHECK_FALSE(wanted(true));
  }
  call.hold_units();
  CHECK(wanted(false));
  CHECK_FALSE(wanted(true));
  call.clear_units();
}

TEST_CASE("a monitor is due where it is asked for, nobody is it, a call is open and every core has a thread") {
  Quiet const quiet(2);
  ThreadManager& pool = thread_manager;
  FakeCall call(40);
  call.offer();
  pool.places.computing.store(1);
  CHECK_FALSE(monitor_is_due());
  pool.monitor_wanted.store(1);
  CHECK(monitor_is_due());
  pool.monitor_on.store(1);
  CHECK_FALSE(monitor_is_due());
  pool.monitor_on.store(0);
  pool.places.computing.store(0);
  CHECK_FALSE(monitor_is_due());
  pool.places.close_call(40);
  pool.places.computing.store(2);
  CHECK_FALSE(monitor_is_due());
  pool.places.computing.store(0);
  pool.monitor_wanted.store(0);
}

TEST_CASE("a thread does not park while it is wanted, due as the monitor, or asked to end") {
  Quiet const quiet(2);
  ThreadManager& pool = thread_manager;
  this_thread.in_vain = 0;
  {
    FakeCall call(40);
    call.offer();
    CHECK_FALSE(park());
    call.hold_units();
    this_thread.in_vain = Costs::vain_tries - 1;
    CHECK_FALSE(park());
    call.clear_units();
    pool.places.computing.store(1);
    pool.monitor_wanted.store(1);
    CHECK_FALSE(park());
    pool.places.computing.store(0);
    pool.monitor_wanted.store(0);
  }
  pool.starter.stopping.store(true);
  CHECK_FALSE(park());
  pool.starter.stopping.store(false);
  CHECK(pool.wakeups.parked.load() == 0);
}

TEST_CASE(
    "a thread parks until it is woken, knows by whom, and also if all that there is was refused it time and again") {
  Quiet const quiet(2);
  ThreadManager& pool = thread_manager;
  FakeCall call(40);
  call.offer().hold_units();
  std::atomic<bool> over{false};
  bool slept = false;
  ThreadState after;
  std::thread sleeper([&] {
    this_thread.thread = 5;
    this_thread.in_vain = Costs::vain_tries;
    this_thread.takes_signals = true;
    slept = park();
    after = this_thread;
    over = true;
  });
  while (pool.wakeups.parked.load() == 0) std::this_thread::yield();
  std::uint64_t const before = ticks();
  while (!over.load()) {
    if (pool.wakeups.wake_parked(ticks(), 7)) std::this_thread::yield();
  }
  sleeper.join();
  CHECK(slept);
  CHECK(after.in_vain == 0);
  CHECK_FALSE(after.takes_signals);
  CHECK(after.woken_by == 7);
  CHECK(after.parked_at != 0);
  CHECK(after.woken_at >= before);
  CHECK(after.woken_at >= after.parked_at);
  CHECK(pool.wakeups.parked.load() == 0);
  call.clear_units();
  pool.wakeups.forget_others();
}

TEST_CASE("a thread stays hot for the time that was chosen, and is told to others meanwhile") {
  Quiet const quiet(2, std::chrono::microseconds(30));
  ThreadManager& pool = thread_manager;
  this_thread.spins = {};
  this_thread.spins_stopped = 0;
  stay_hot(false);
  CHECK(pool.wakeups.spinning.load() == 0);
  CHECK(pool.wakeups.patience.load() == 2);  // nobody was served
  bool const has_spun = this_thread.spins.spent > 0 || this_thread.spins_stopped != 0;
  CHECK(has_spun);
  this_thread.spins = {};
  this_thread.spins_stopped = 0;
  stay_hot(true);
  CHECK(pool.wakeups.patience.load() == 2);
  for (int i = 0; i != 5; ++i) {
    this_thread.spins = {};
    this_thread.spins_stopped = 0;
    stay_hot(false);
  }
  CHECK(pool.wakeups.patience.load() == Costs::most_patience);
}

TEST_CASE("a thread does not stay hot where that has cost too much lately, nor as the last of the cores' threads") {
  using std::chrono::hours;
  Quiet const quiet(2, hours(1));  // it would not come back
  ThreadManager& pool = thread_manager;
  this_thread.spins = {};
  this_thread.spins.pause = 1e15F;
  this_thread.spins_stopped = ticks();
  stay_hot(false);
  this_thread.spins_stopped = 0;
  CHECK(pool.wakeups.patience.load() == 1);
  pool.wakeups.spinning.store(1);
  stay_hot(false);
  CHECK(pool.wakeups.spinning.load() == 1);
  CHECK(pool.wakeups.patience.load() == 1);
  CHECK(this_thread.spins.spent == 0);
  pool.wakeups.spinning.store(0);
}

TEST_CASE("a thread is no longer hot once others compute on all cores or threads are being ended") {
  using std::chrono::hours;
  for (unsigned cores : {1U, 2U, 5U}) {
    Quiet const quiet(cores, hours(1));
    ThreadManager& pool = thread_manager;
    this_thread.spins = {};
    this_thread.spins_stopped = 0;
    pool.places.computing.store(static_cast<int>(cores));
    stay_hot(false);
    CHECK(pool.wakeups.patience.load() == 2);
    pool.places.computing.store(0);
    pool.starter.stopping.store(true);
    stay_hot(false);
    pool.starter.stopping.store(false);
    CHECK(pool.wakeups.patience.load() == 4);
    CHECK(pool.wakeups.spinning.load() == 0);
  }
}

TEST_CASE("a hot thread joins a call that opens, and one that was served is patient again") {
  Quiet const quiet(4, std::chrono::hours(1));
  ThreadManager& pool = thread_manager;
  pool.wakeups.patience.store(4);
  this_thread.spins = {};
  this_thread.spins_stopped = 0;
  {
    FakeCall call(40);
    call.offer();
    std::thread closer([&] {
      while (pool.wakeups.patience.load() != 1) std::this_thread::yield();
      pool.starter.stopping.store(true);
    });
    stay_hot(false);
    closer.join();
    pool.starter.stopping.store(false);
    CHECK(call.entered > 0);
    CHECK(call.spinning == 0);
  }
  CHECK(this_thread.spins.saved > 0);
  CHECK(pool.wakeups.patience.load() == 1);
  CHECK(pool.wakeups.spinning.load() == 0);
}

#if defined(__linux__)

TEST_CASE("a thread of the library is named by the prefix and its number") {
  auto const named = [](char const* prefix, std::uint32_t number) {
    char name[32] = "";
    std::thread([&] {
      name_runner(prefix, number);
      (void)::pthread_getname_np(::pthread_self(), name, sizeof name);
    }).join();
    return std::string(name);
  };
  CHECK(named("pt-", 1) == "pt-1");
  CHECK(named("pt-", 10) == "pt-10");
  CHECK(named("pt-", 507) == "pt-507");
  CHECK(named("pt-", 0) == "pt-0");
  CHECK(named("", 42) == "42");
  CHECK(named(nullptr, 42) == "42");
  CHECK(named("twelve chars", 42) == "twelve char42");
}

#endif
