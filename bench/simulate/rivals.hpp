// Two other schedulers on the same machine, written for the comparison: what victims at random do, and what splitting a
// range as oneTBB's auto_partitioner does. Both begin with all their threads awake and spinning.
#pragma once

#include "machine.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

namespace rival {

using Items = std::function<void(std::size_t, std::size_t)>;
namespace pt = parallel_task;

/// Starts one worker a core, and runs `work(me)` on each at once.
class Team {
 public:
  Team(simulate::Machine const& machine, std::function<void(unsigned)> work)
      : size_(machine.cores), work_(std::move(work)) {
    (void)simulate::run(
        machine, [](void* self) { static_cast<Team*>(self)->lead(); }, this);
  }
  [[nodiscard]] double took() const { return took_; }

 private:
  struct Start {
    Team* team;
    unsigned me;
  };
  void lead() {
    std::vector<Start> starts(size_);
    std::vector<std::uint32_t> threads;
    for (unsigned i = 1; i < size_; ++i) {
      starts[i] = {this, i};
      threads.push_back(simulate::start_thread(
          [](void* start) -> void* {
            auto const& s = *static_cast<Start*>(start);
            s.team->arrived_.fetch_add(1);
            while (s.team->go_.load() == 0) simulate::relax();
            s.team->work_(s.me);
            s.team->arrived_.fetch_sub(1);
            return nullptr;
          },
          &starts[i]));
    }
    while (arrived_.load() != size_ - 1) simulate::relax();
    double const begin = simulate::now();
    go_.store(1);
    work_(0);
    while (arrived_.load() != 0) simulate::relax();
    took_ = simulate::now() - begin;
    for (auto const thread : threads) simulate::join_thread(thread);
  }

  template <class T>
  using atomic = pt::detail::atomic<T>;
  unsigned size_;
  std::function<void(unsigned)> work_;
  alignas(128) atomic<unsigned> arrived_{0};
  alignas(128) atomic<unsigned> go_{0};
  double took_ = 0;
};

/// Idle workers are counted; when all are, the work is done.
struct Idle {
  alignas(128) pt::detail::atomic<unsigned> count{0};
};

/// This library's queues and claims; whom to rob is drawn by lot.
inline double random_victims(simulate::Machine const& machine, std::size_t n, Items const& items) {
  struct alignas(128) Worker {
    pt::LimitedAccessQueue queue;
    pt::detail::atomic<float> cost{0};
  };
  std::vector<Worker> workers(machine.cores);
  Idle idle;
  pt::detail::Costs const costs;
  Team const team(machine, [&](unsigned me) {
    Worker& own = workers[me];
    auto queue = own.queue.secondary();
    if (me == 0) (void)queue.push({0, static_cast<std::uint32_t>(n)});
    float cost = 0;
    float last = 0.5F;
    bool counted = false;
    for (;;) {
      pt::QueueBlock claim = queue.claim([&](std::uint32_t waiting) {
        return pt::detail::cost_model::claim_size(waiting, cost, last, costs);
      });
      if (claim.empty()) {
        unsigned const victim = static_cast<unsigned>(simulate::random() % machine.cores);
        if (victim != me && workers[victim].queue.load() != 0) {
          if (counted) idle.count.fetch_sub(1);
          counted = false;
          if (auto primary = workers[victim].queue.primary()) {
            claim = primary.steal_half();
            cost = workers[victim].cost.load();
          }
        }
        if (claim.empty()) {
          if (!counted) idle.count.fetch_add(1);
          counted = true;
          if (idle.count.load() == machine.cores) return;
          simulate::relax();
          continue;
        }
        last = pt::detail::cost_model::first_claim(cost, costs);
        std::uint32_t const size = pt::detail::cost_model::claim_size(claim.size(), cost, last, costs);
        (void)queue.push({claim.first + size, claim.last});
        claim.last = claim.first + size;
      }
      double const before = simulate::look_at_clock();
      items(claim.first, claim.last);
      auto const spent = static_cast<float>(simulate::look_at_clock() - before);
      cost = pt::detail::cost_model::learn(cost, claim.size(), spent);
      own.cost.store(cost);
      last = static_cast<float>(claim.size());
    }
  });
  return team.took();
}

/// Ranges are halved until there are four for each worker; what was stolen is halved on, as demand is seen. Each worker
/// has a deque: its own end is last in, first out, thieves take the oldest of a victim drawn by lot.
inline double splitting(simulate::Machine const& machine, std::size_t n, Items const& items) {
  struct Task {
    std::size_t first;
    std::size_t last;
    std::size_t divisor;  // parts that it is still to be cut into
    bool stolen;
  };
  struct alignas(128) Worker {
    pt::detail::atomic<unsigned> lock{0};
    std::vector<Task> tasks;
    bool pop(Task& task, bool oldest) {
      if (lock.load() != 0 || lock.exchange(1) != 0) return false;
      bool const any = !tasks.empty();
      if (any) {
        task = oldest ? tasks.front() : tasks.back();
        tasks.erase(oldest ? tasks.begin() : tasks.end() - 1);
      }
      lock.store(0);
      return any;
    }
    void push(Task const& task) {
      while (lock.exchange(1) != 0) simulate::relax();
      tasks.push_back(task);
      lock.store(0);
    }
  };
  std::vector<Worker> workers(machine.cores);
  Idle idle;
  Team const team(machine, [&](unsigned me) {
    Worker& own = workers[me];
    if (me == 0) own.push({0, n, 4 * std::size_t{machine.cores}, false});
    bool counted = false;
    for (;;) {
      Task task{};
      bool got = !own.tasks.empty() && own.pop(task, false);
      if (!got) {
        unsigned const victim = static_cast<unsigned>(simulate::random() % machine.cores);
        if (victim != me && !workers[victim].tasks.empty()) {
          if (counted) idle.count.fetch_sub(1);
          counted = false;
          got = workers[victim].pop(task, true);
          task.stolen = true;
          if (got && task.divisor < 4) task.divisor = 4;  // demand: cut it on
        }
      }
      if (!got) {
        if (!counted) idle.count.fetch_add(1);
        counted = true;
        if (idle.count.load() == machine.cores) return;
        simulate::relax();
        continue;
      }
      while (task.divisor > 1 && task.last - task.first > 1) {
        std::size_t const middle = task.first + (task.last - task.first) / 2;
        simulate::compute(40);  // makes a task
        own.push({middle, task.last, task.divisor / 2, false});
        task.last = middle;
        task.divisor /= 2;
      }
      items(task.first, task.last);
    }
  });
  return team.took();
}

}  // namespace rival
