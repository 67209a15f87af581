#include <parallel_task/controller/blocked.hpp>

#include "catch.hpp"
#include "support/eager.hpp"

#include <parallel_task/worker/process.hpp>

#include <atomic>
#include <chrono>
#include <memory>
#include <thread>
#include <vector>

namespace of_blocked {

namespace {

using namespace parallel_task::detail;

/// The calling thread's look at itself after `doing` something, as often as the system leaves it in doubt.
template <class F>
cost_model::Verdict look_after(F const& doing) {
  for (;;) {
    forget_baseline();
    if (look_at_oneself() != cost_model::Verdict::drop) return cost_model::Verdict::drop;
    doing();
    if (auto const verdict = look_at_oneself(); verdict != cost_model::Verdict::drop) return verdict;
  }
}

/// An open call in a slot, in which threads of these numbers work.
struct Open {
  Open(std::uint32_t slot_index, std::vector<int> const& ids)
      : index(slot_index),
        slot(thread_manager.call_slots[slot_index]),
        all(new Member[ids.size() + 1]),
        before(slot.members.load()) {
    for (std::size_t i = 0; i != ids.size(); ++i) all[i].system_id.store(ids[i]);
    all[ids.size()].system_id.store(this_thread_id());  // not of this call: nobody has taken it
    members.all = all.get();
    members.size = static_cast<std::uint32_t>(ids.size());
    slot.members.store(&members);
    slot.high.store(members.size);
    thread_manager.places.open_call(index);
  }
  Open(Open const&) = delete;
  Open& operator=(Open const&) = delete;
  ~Open() {
    thread_manager.places.close_call(index);
    slot.high.store(0);
    slot.members.store(before);
  }
  std::uint32_t index;
  CallSlot& slot;
  std::unique_ptr<Member[]> all;
  Members members;
  Members* before;
};

}  // namespace

TEST_CASE("a thread that calls itself blocked makes room for one more, once, until it takes that back") {
  int const before = thread_manager.places.blocked.load();
  call_blocked();
  call_blocked();
  CHECK(this_thread.blocked);
  CHECK(thread_manager.places.blocked.load() == before + 1);
  clear_blocked();
  clear_blocked();
  CHECK_FALSE(this_thread.blocked);
  CHECK(thread_manager.places.blocked.load() == before);
}

#if defined(__linux__)

TEST_CASE("a thread that sleeps finds itself blocked, one that computes does not, and the first look only begins") {
  using std::chrono::milliseconds;
  auto const sleep = [] { std::this_thread::sleep_for(milliseconds(20)); };
  auto const compute = [] {
    std::int64_t const begun = this_thread_usage().cpu_ns;
    while (this_thread_usage().cpu_ns - begun < 2'000'000) {
    }
  };
  CHECK(look_after(sleep) == cost_model::Verdict::blocked);
  CHECK(look_after(compute) == cost_model::Verdict::computes);
  CHECK(look_after([&] {
          compute();
          compute();
        }) == cost_model::Verdict::computes);
  CHECK(look_after(sleep) == cost_model::Verdict::blocked);
  forget_baseline();
  sleep();
  CHECK(look_at_oneself() == cost_model::Verdict::drop);
}

TEST_CASE("each look is at what has been since the last one") {
  forget_baseline();
  (void)look_at_oneself();
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  (void)look_at_oneself();
  std::int64_t const begun = this_thread_usage().cpu_ns;
  while (this_thread_usage().cpu_ns - begun < 2'000'000) {
  }
  CHECK(look_at_oneself() != cost_model::Verdict::blocked);
}

TEST_CASE("a look leaves behind what the next one compares with") {
  forget_baseline();
  ThreadState const before = this_thread;
  std::this_thread::sleep_for(std::chrono::milliseconds(1));
  ThreadUsage const least = this_thread_usage();
  std::uint64_t const begun = ticks();
  CHECK(look_at_oneself() == cost_model::Verdict::drop);  // nothing to compare with
  CHECK(this_thread.looked_at >= begun);
  if (least.known) {
    CHECK(this_thread.cpu_ns >= least.cpu_ns);
    CHECK(this_thread.switches >= least.switches);
    CHECK(least.switches > before.switches);
  }
}

TEST_CASE("a census counts who works in open calls, once, and who of them sleeps") {
  parallel_task::shutdown();
  std::atomic<int> id{0};
  std::atomic<bool> over{false};
  std::thread sleeper([&] {
    id = thread_id();
    while (!over.load()) std::this_thread::sleep_for(std::chrono::milliseconds(50));
  });
  while (id.load() == 0) std::this_thread::yield();
  int const asleep = id.load();
  int const awake = thread_id();
  CHECK(take_census().inside == 0);
  {
    Open const outer(50, {awake, asleep, 0});
    Open const nested(51, {asleep, awake});
    Open const without(52, {});
    without.slot.members.store(nullptr);
    without.slot.high.store(1);
    Census census;
    for (int tries = 0; tries != 1000 && census.asleep == 0; ++tries) census = take_census();  // it may be waking up
    CHECK(census.inside == 2);
    CHECK(census.asleep == 1);
    without.slot.high.store(0);
    outer.slot.high.store(1);
    nested.slot.high.store(0);
    CHECK(take_census().inside == 1);
    CHECK(take_census().asleep == 0);
  }
  CHECK(take_census().inside == 0);
  over = true;
  sleeper.join();
}

#endif

TEST_CASE("the monitor is asked for where every core has a thread, once, and while nobody runs it") {
  parallel_task::shutdown();
  auto& pool = thread_manager;
  int const cores = static_cast<int>(pool.places.cores());
  pool.monitor_wanted.store(0);
  CHECK_FALSE(ask_for_monitor());
  CHECK(pool.monitor_wanted.load() == 0);
  pool.places.computing.fetch_add(cores - 1);
  CHECK_FALSE(ask_for_monitor());
  pool.places.computing.fetch_add(1);
  CHECK(ask_for_monitor());
  CHECK(pool.monitor_wanted.load() == 1);
  CHECK(pool.monitor.load() == &run_monitor);
  pool.monitor.store(nullptr);
  CHECK(ask_for_monitor());  // somebody is still to be woken
  CHECK(pool.monitor.load() == nullptr);
  pool.monitor_wanted.store(0);
  pool.monitor_on.store(1);
  CHECK_FALSE(ask_for_monitor());
  CHECK(pool.monitor_wanted.load() == 0);
  pool.monitor_on.store(0);
  pool.places.computing.fetch_sub(cores);
}

TEST_CASE("the monitor ends when no call is open, at once when threads are being ended") {
  auto& pool = thread_manager;
  parallel_task::Options options;
  options.cores = 2;
  support::WithOptions const with(options);
  pool.places.computing.fetch_add(2);
  pool.monitor_on.store(1);
  run_monitor();
  CHECK(pool.monitor_on.load() == 0);
  CHECK_FALSE(this_thread.blocked);
  Open const open(50, {});
  pool.starter.stopping.store(true);
  pool.monitor_on.store(1);
  run_monitor();
  pool.starter.stopping.store(false);
  CHECK(pool.monitor_on.load() == 0);
  CHECK_FALSE(this_thread.blocked);
  pool.places.computing.fetch_sub(2);
}

#if defined(__linux__)

namespace {

/// What the monitor comes to, of a pool of two cores that has no place to give, if in an open call so many threads
/// sleep and so many compute. The call is closed after a while, unless the monitor `ends` by itself.
struct Watched {
  bool blocked;
  bool wants_successor;
  std::int64_t ns;
};
Watched watch(bool ends, int sleepers, int spinners, unsigned budget = 0, bool place_is_free = false) {
  auto& pool = thread_manager;
  parallel_task::Options options;
  options.cores = 2;
  options.threads = budget;
  support::WithOptions const with(options);
  std::atomic<bool> over{false};
  std::vector<int> ids;
  std::vector<std::thread> threads;
  for (int i = 0; i != sleepers + spinners; ++i) {
    std::atomic<int> id{0};
    threads.emplace_back([&over, &id, sleeps = i < sleepers] {
      id = thread_id();
      while (!over.load()) {
        if (sleeps) std::this_thread::sleep_for(std::chrono::milliseconds(200));
      }
    });
    while (id.load() == 0) std::this_thread::yield();
    ids.push_back(id.load());
  }
  while (take_census().inside != 0) std::this_thread::yield();
  int const computing = place_is_free ? 0 : 2;
  pool.places.computing.fetch_add(computing);
  Open const open(50, ids);
  open.slot.most_joined.store(9);
  open.slot.group.store(ThreadGroups::none);
  open.slot.pull.store(place_is_free ? CallSlot::ready : CallSlot::ended);
  pool.monitor_on.store(1);
  pool.monitor_wanted.store(0);
  std::thread closer([&] {
    for (int i = 0; (i != 100 || ends) && pool.monitor_on.load() != 0; ++i) sleep_ns(1'000'000);
    pool.places.wanting.fetch_and(~Places::bit_of(open.index));
  });
  std::int64_t const begun = steady_ns();
  run_monitor();
  Watched const seen{this_thread.blocked, pool.monitor_wanted.load() != 0, steady_ns() - begun};
  clear_blocked();
  closer.join();
  over = true;
  for (std::thread& thread : threads) thread.join();
  open.slot.pull.store(CallSlot::ended);
  pool.monitor_wanted.store(0);
  pool.places.computing.fetch_sub(computing);
  return seen;
}

}  // namespace

TEST_CASE("the monitor joins in when all sleep who have the cores, after three looks, and another is to follow it") {
  Watched const seen = watch(true, 2, 0);
  CHECK(seen.blocked);
  CHECK(seen.wants_successor);
  CHECK(seen.ns >= 3 * Costs::monitor_pause);
  CHECK(watch(true, 3, 0).blocked);
}

TEST_CASE("the monitor joins in when fewer compute than there are cores, although enough are inside") {
  CHECK(watch(true, 1, 1).blocked);
}

TEST_CASE(
    "the monitor does not join in where threads compute, too few are inside, no more may be, or a place is free") {
  for (Watched const seen :
       {watch(false, 0, 2), watch(false, 1, 0), watch(false, 2, 0, 2), watch(true, 2, 0, 0, true)}) {
    CHECK_FALSE(seen.blocked);
    CHECK_FALSE(seen.wants_successor);
  }
}

#endif

}  // namespace of_blocked
