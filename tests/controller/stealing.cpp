// Who is robbed in a run, and of how much: item by item, as a test directs it.
#include "catch.hpp"
#include "support/eager.hpp"

#include <parallel_task/controller/worker_controller.hpp>

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <thread>
#include <vector>

namespace {

namespace pt = parallel_task;

/// While it lives, what the library starts by itself waits: whoever takes part does so because a test says so.
class NobodyElse {
 public:
  NobodyElse() {
    held_ = true;
    pt::Options options = pt::detail::thread_manager.options();
    options.on_thread_start = [] { held_.wait(true); };
    pt::set_options(options);
  }
  NobodyElse(NobodyElse const&) = delete;
  NobodyElse& operator=(NobodyElse const&) = delete;
  ~NobodyElse() {
    held_ = false;
    held_.notify_all();
  }

 private:
  static inline std::atomic<bool> held_{false};
};

/// A call over `positions` items, claimed one by one, whose workers wait in each item until they are told to go on.
/// Worker 0 is the caller. The others are threads of the test that look for work as the library's own do: each begins
/// by robbing somebody, and the item that it comes to tells whom, and of how much.
class Team {
 public:
  static constexpr std::size_t nowhere = ~std::size_t{0};

  template <class... Strategy>
  explicit Team(std::size_t positions, Strategy const&... strategy) {
    pt::detail::thread_manager.costs.use_memo = false;
    workers_.reserve(most);
    (void)add([this, positions, strategy...] {
      pt::WorkerController controller;
      (controller.set_priority_strategy(strategy), ...);
      controller.for_each_position(positions, [this](std::size_t i) { wait_in(i); });
    });
  }
  Team(Team const&) = delete;
  Team& operator=(Team const&) = delete;
  ~Team() {
    {
      std::lock_guard const lock(mutex_);
      over_ = true;
    }
    changed_.notify_all();
    for (Worker& worker : workers_) worker.thread.join();
  }

  /// One more worker; the item that it comes to.
  std::size_t join() {
    return add([] { (void)pt::detail::join_any(); });
  }
  /// Lets a worker end as many items; the item that it comes to then.
  std::size_t step(std::size_t worker, int items = 1) {
    std::unique_lock lock(mutex_);
    for (; items != 0; --items) {
      workers_[worker].at = nowhere;
      changed_.notify_all();
      wait_for(workers_[worker], lock);
    }
    return workers_[worker].at;
  }

 private:
  static constexpr std::size_t most = 8;
  struct Worker {
    std::thread thread;
    std::size_t at = nowhere;  // the item that it waits in
    bool gone = false;
  };

  template <class F>
  std::size_t add(F work) {
    std::unique_lock lock(mutex_);
    Worker& worker = workers_.emplace_back();
    worker.thread = std::thread([this, &worker, work] {
      own_ = &worker;
      work();
      std::lock_guard const gone(mutex_);
      worker.gone = true;
      changed_.notify_all();
    });
    wait_for(worker, lock);
    return worker.at;
  }
  void wait_for(Worker const& worker, std::unique_lock<std::mutex>& lock) {
    changed_.wait(lock, [&] { return worker.at != nowhere || worker.gone; });
  }
  void wait_in(std::size_t item) {
    std::unique_lock lock(mutex_);
    own_->at = item;
    changed_.notify_all();
    changed_.wait(lock, [&] { return own_->at == nowhere || over_; });
  }

  static inline thread_local Worker* own_ = nullptr;
  support::Eager const eager_{8};
  NobodyElse const nobody_else_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Worker> workers_;
  bool over_ = false;
};

/// A strategy to which all polls are as long apart: how long they are is for the machine to say.
template <class Strategy>
struct AtEvenPolls {
  double operator()(pt::QueueLoad load) const noexcept {
    if (load.since_last_poll > 0) load.since_last_poll = 1000;
    return Strategy{}(load);
  }
};

/// Who is robbed before anybody knows what an item costs: whoever has most of them, and of several the first.
void check_longest_is_robbed(Team& team) {
  CHECK(team.join() == 81);   // 1: of 160 items of worker 0
  CHECK(team.join() == 41);   // 2: of its 80; 1 has 79
  CHECK(team.join() == 121);  // 3: of 79 of worker 1; 0 has 40, and 2 has 39
  CHECK(team.join() == 21);   // 4: of 40 of worker 0; 1, 2 and 3 have 39
  CHECK(team.join() == 101);  // 5: of 39 of worker 1; 0 has 20, 2 and 3 have 39, and 4 has 19
}

/// Who is robbed then: whose items take longest. Worker 2 ends seven items while worker 1 is inside one. So it gets
/// known for at most a quarter of the time of that one: of the seven, none counts for more than that.
void check_longest_in_time_is_robbed(Team& team) {
  CHECK(team.step(2, 7) == 48);
  CHECK(team.step(1) == 82);
  CHECK(team.join() == 92);  // 6: of 18 of worker 1; 2 has 32, 3 has 39
}

}  // namespace

TEST_CASE("a thief takes half of what waits in the queue that it robs, rounded up") {
  Team team(8);
  CHECK(team.join() == 4);  // 4 … 7, of 1 … 7
  CHECK(team.join() == 2);  // 2 and 3, of 1 … 3; the other has 5 … 7
  CHECK(team.join() == 6);  // 6 and 7
  CHECK(team.join() == 1);  // the last one of worker 0
}

TEST_CASE("by default the longest queue in time is robbed first") {
  Team team(161);
  check_longest_is_robbed(team);
  check_longest_in_time_is_robbed(team);
}

TEST_CASE("Remaining has the longest queue in time robbed first, as by default") {
  Team team(161, pt::Remaining{});
  check_longest_is_robbed(team);
  check_longest_in_time_is_robbed(team);
}

TEST_CASE("RateOfChange has the queue robbed first that would take longest at the rate of late") {
  Team team(161, AtEvenPolls<pt::RateOfChange>{});
  CHECK(team.join() == 81);
  CHECK(team.join() == 41);     // of worker 0, which has lost half of its items; of 1 there is no rate yet
  CHECK(team.step(1) == 82);    // one in 79
  CHECK(team.join() == 122);    // of worker 1; 0 has lost half again
  CHECK(team.step(0, 3) == 3);  // three in 40
  CHECK(team.join() == 61);     // of worker 2, which has not moved; 0 needs a third of that time, 1 lost half
}

TEST_CASE("ChangeFromLastPoll has the queue robbed first that has kept most of its items") {
  Team team(161, AtEvenPolls<pt::ChangeFromLastPoll>{});
  CHECK(team.join() == 81);
  CHECK(team.join() == 121);  // of worker 1, which has all of its 79; 0 has half of its 160
  CHECK(team.step(0) == 1);   // one in 80
  CHECK(team.join() == 141);  // of worker 2, which has all of its 39
}
