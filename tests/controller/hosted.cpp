// on(executor): the host's threads help in a call, in time or late, all of them or none.
#include <parallel_task/executor.hpp>

#include "catch.hpp"
#include "support/eager.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <numeric>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace {

namespace pt = parallel_task;

/// A host's pool.
class HostPool {
 public:
  explicit HostPool(unsigned n) {
    for (unsigned i = 0; i != n; ++i) threads_.emplace_back([this] { work(); });
  }
  HostPool(HostPool const&) = delete;
  HostPool& operator=(HostPool const&) = delete;
  ~HostPool() {
    {
      std::lock_guard const lock(mutex_);
      ended_ = true;
    }
    changed_.notify_all();
    for (std::thread& thread : threads_) thread.join();
  }
  template <class F>
  void execute(F f) {
    {
      std::lock_guard const lock(mutex_);
      waiting_.emplace_back(std::move(f));
    }
    changed_.notify_one();
  }

 private:
  void work() {
    for (std::unique_lock lock(mutex_);;) {
      changed_.wait(lock, [&] { return ended_ || !waiting_.empty(); });
      if (waiting_.empty()) return;
      std::function<void()> const f = std::move(waiting_.front());
      waiting_.pop_front();
      lock.unlock();
      f();
      lock.lock();
    }
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> waiting_;
  bool ended_ = false;
  std::vector<std::thread> threads_;
};

/// A hosted call that is published and opened by nobody else: how many callables its host has been asked to start.
class HostScene {
 public:
  pt::detail::Call call;
  pt::detail::CallSlot slot;

  explicit HostScene(std::uint32_t members)
      : all_(new pt::detail::Member[members]), table_{members, nullptr, all_.get()} {
    call.slot = &slot;
    call.members = &table_;
    slot.high.store(3, pt::detail::memory_order_relaxed);
    slot.group.store(pt::detail::ThreadGroups::none, pt::detail::memory_order_relaxed);
    call.may_join = 20;
    slot.most_joined.store(20, pt::detail::memory_order_relaxed);
  }
  void give(std::uint32_t member, pt::QueueBlock block) { all_[member].queue.fill(block); }
  int starts() {
    struct Counting : pt::detail::HostedCall {
      mutable int started = 0;
      Counting()
          : HostedCall([](HostedCall const& self, pt::HostWork) { ++static_cast<Counting const&>(self).started; }) {}
    } const host;
    host.publish(host, call);
    group = slot.group.load(pt::detail::memory_order_relaxed);
    has_room = pt::detail::has_room(slot);
    host.open(host, call);
    return host.started;
  }
  std::uint32_t group = 0;  // as it was opened
  bool has_room = false;    // for the pool's threads

 private:
  std::unique_ptr<pt::detail::Member[]> all_;
  pt::detail::Members table_;
};

pt::Known pulls_nothing(void*, std::size_t) { return {0, true}; }

}  // namespace

static_assert(pt::executor<HostPool> && pt::executor<HostPool&>);
static_assert(pt::executor<decltype([](pt::HostWork) {})>);
static_assert(!pt::executor<int> && !pt::executor<std::thread>);

TEST_CASE("executor: only the host's threads and the caller run items") {
  CHECK(pt::Settings().host == nullptr);  // unless it is told
  HostPool host(3);
  for (unsigned cores : {2U, 4U, 8U}) {
    support::Eager const eager(cores);
    std::atomic<int> elsewhere{0};
    std::atomic<int> on_pool{0};
    std::thread::id const caller = std::this_thread::get_id();
    std::vector<std::size_t> order;
    for (int round = 0; round < 20 || elsewhere.load() == 0; ++round) {
      order = pt::indices(std::size_t{300})
                  .on(host)
                  .map([&](std::size_t i) {
                    if (std::this_thread::get_id() != caller) ++elsewhere;
                    if (pt::current_worker() != 0) ++on_pool;
                    std::this_thread::yield();
                    return i;
                  })
                  .collect<std::vector>();
      REQUIRE(order.size() == 300);
      CHECK(std::is_sorted(order.begin(), order.end()));
    }
    CHECK(on_pool.load() == 0);
    std::int64_t const sum = pt::parallel_iter(order).map([](std::size_t i) { return std::int64_t(i); }).sum();
    CHECK(sum == 44'850);  // the pool's own go on as before
  }
}

TEST_CASE("executor: who starts nothing or fewer or throws is as good") {
  support::Eager const eager(8);
  std::vector<std::thread> threads;
  auto const square = [](int i) { return i * i; };
  CHECK(pt::indices(100).on([](pt::HostWork) {}).map(square).sum() == 328'350);
  int left = 2;
  CHECK(pt::indices(100)
            .on([&](pt::HostWork work) {
              if (left-- == 0) throw std::runtime_error("no thread");
              threads.emplace_back(work);
            })
            .map(square)
            .sum() == 328'350);
  for (std::thread& thread : threads) thread.join();
  CHECK(threads.size() <= 2);
  // One that runs it on the spot.
  CHECK(pt::indices(100).on([](pt::HostWork const& work) { work(); }).map(square).sum() == 328'350);
}

TEST_CASE("executor: who comes late finds nothing to do") {
  support::Eager const eager(4);
  std::vector<pt::HostWork> late;
  for (int round = 0; round != 50; ++round) {
    std::atomic<int> ran{0};
    pt::indices(20).on([&](pt::HostWork work) { late.push_back(work); }).for_each([&](int) { ++ran; });
    CHECK(ran.load() == 20);
  }
  REQUIRE(late.size() == 150);
  std::atomic<bool> ended{false};
  std::thread stale([&] {
    while (!ended.load()) {
      for (pt::HostWork const& work : late) work();
    }
  });
  std::vector<pt::HostWork> const copies(late);
  for (int round = 0; round != 200; ++round) {  // in the slots that those were for
    std::atomic<int> ran{0};
    std::atomic<bool> strange{false};
    std::thread::id const other = stale.get_id();
    pt::parallel_for(50, [&](int) {
      if (std::this_thread::get_id() == other) strange = true;
      ++ran;
    });
    CHECK(ran.load() == 50);
    CHECK_FALSE(strange.load());
  }
  ended = true;
  stale.join();
}

TEST_CASE("executor: threads and errors and stops are as on the pool's threads") {
  support::Eager const eager(8);
  HostPool host(6);
  pt::RunReport report;
  std::atomic<int> started{0};
  auto const counting = [&](pt::HostWork work) {
    ++started;
    host.execute(work);
  };
  pt::indices(200).threads(3).on(counting).report(report).for_each([](int) { std::this_thread::yield(); });
  CHECK(started.load() == 2);
  CHECK(report.threads <= 3);
  CHECK(report.items == 200);
  CHECK_THROWS_AS(pt::indices(200).on(host).for_each([](int i) {
    if (i == 150) throw std::out_of_range("150");
  }),
                  std::out_of_range);
  struct Stop {
    bool stop_requested() const { return true; }
  };
  CHECK_THROWS_AS(pt::indices(200).stop_token(Stop()).on(host).for_each([](int) {}), pt::cancelled);
  std::atomic<int> entered{0};
  pt::indices(200).with_context([] { return 7; }, [&](int seven) { entered += seven; }).on(host).for_each([](int) {
    std::this_thread::yield();
  });
  CHECK(entered.load() % 7 == 0);
  std::vector<int> v(100);
  std::iota(v.begin(), v.end(), 0);
  pt::for_each(pt::with(pt::on(host), pt::threads(2)), v, [](int& x) { ++x; });
  CHECK(v.front() == 1);
  CHECK((pt::parallel_iter(v) | pt::on(host) | pt::sum()) == 5050);
}

TEST_CASE("executor: as many are started as could help, the caller being one: by cores, settings, room and work") {
  struct Case {
    unsigned threads;
    std::uint32_t most;
    std::uint32_t members;
    std::uint32_t units;
    bool pulls;
    int starts;
  };
  support::Eager const eager(8);
  for (Case const& each :
       {Case{0, 20, 20, 100, false, 7}, Case{3, 20, 20, 100, false, 2}, Case{0, 5, 20, 100, false, 5},
        Case{0, 0, 20, 100, false, 0}, Case{0, 1, 20, 100, false, 1}, Case{0, 1, 20, 100, false, 1},
        Case{0, 20, 4, 100, false, 3}, Case{0, 20, 20, 8, false, 7}, Case{0, 20, 20, 7, false, 6},
        Case{0, 20, 20, 1, false, 0}, Case{0, 20, 20, 0, false, 0}, Case{0, 20, 20, 0, true, 7}}) {
    CAPTURE(each.threads, each.most, each.members, each.units, each.pulls);
    HostScene scene(each.members);
    scene.call.settings.max_threads = each.threads;
    scene.slot.most_joined.store(each.most, pt::detail::memory_order_relaxed);
    if (each.pulls) scene.call.job.pull = &pulls_nothing;
    scene.give(0, {0, each.units / 2});
    scene.give(2, {each.units / 2, each.units});
    scene.give(3, {200, 300});  // not one of the call's
    CHECK(scene.starts() == each.starts);
    CHECK(scene.group != pt::detail::ThreadGroups::none);
    CHECK(pt::detail::ThreadGroups::table[scene.group].taken.load() == 0);  // it is given back
    CHECK_FALSE(scene.has_room);
    CHECK(scene.call.may_join == 20);
  }
}

TEST_CASE("executor: where the pool cannot be kept away nobody may join, nor may be admitted, and nobody is started") {
  support::Eager const eager(8);
  auto& groups = pt::detail::thread_manager.thread_groups;
  std::vector<std::uint32_t> taken;
  for (std::uint32_t group = 0;
       (group = groups.take(1, pt::detail::ThreadGroups::none)) != pt::detail::ThreadGroups::none;) {
    taken.push_back(group);
  }
  HostScene scene(20);
  scene.give(0, {0, 100});
  CHECK(scene.starts() == 0);
  CHECK_FALSE(scene.has_room);
  CHECK(scene.call.may_join == 0);
  scene.call.ask_for_more();
  scene.call.admit_helpers();
  CHECK(scene.call.refuses_helpers());
  int ran = 0;
  pt::indices(100).on([](pt::HostWork const& work) { work(); }).for_each([&](int) { ++ran; });
  CHECK(ran == 100);
  for (std::uint32_t const group : taken) groups.give_back(group);
}

TEST_CASE("executor: calls in its items use the pool and those in turn") {
  HostPool host(2);
  for (unsigned cores : {2U, 4U}) {
    support::Eager const eager(cores);
    for (int round = 0; round != 10; ++round) {
      std::int64_t const sum =
          pt::indices(20)
              .on(host)
              .map([&](int i) {
                std::int64_t const here = pt::indices(20).map([](int k) { return std::int64_t{k}; }).sum();
                return here + pt::indices(i).on(host).map([](int k) { return std::int64_t{k}; }).sum();
              })
              .sum();
      CHECK(sum == 20 * 190 + 1140);
    }
  }
}

TEST_CASE("executor: who helps has entered the caller's context, each time that it comes, and the caller is in it") {
  support::Eager const eager(8);
  int entered = 0;
  int started = 0;
  pt::indices(300)
      .with_context([] { return 7; }, [&](int seven) { entered += seven; })
      .on([&](pt::HostWork const& work) {
        ++started;
        work();
      })
      .for_each([](int) {});
  CHECK(started == 7);
  CHECK(entered == 7 * 7);
}
