// Other schedulers on the same machine, written for the comparison: victims at random, splitting a range as oneTBB's
// auto_partitioner does, and OpenMP's static and guided. All begin with their threads awake and spinning.
//
// Each is a class for a team of threads: `run(me, n, items)` is what thread `me` does in one loop.
#pragma once

#include "work.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

namespace rival {

using Items = std::function<void(std::size_t, std::size_t)>;
namespace pt = parallel_task;
template <class T>
using atomic = pt::detail::atomic<T>;

struct Loop {
  std::size_t n;
  Items items;
};

/// Starts one worker a core, and runs loops on all of them, one after the other: a word says which loop has begun, a
/// counter how many threads have ended it.
template <class Rival>
class Team {
 public:
  /// The time of the loops from `timed` on.
  Team(simulate::Machine const& machine, std::vector<Loop> const& loops, std::size_t timed)
      : size_(machine.cores), loops_(loops), timed_(timed), rival_(machine.cores) {
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
            s.team->follow(s.me);
            return nullptr;
          },
          &starts[i]));
    }
    wait_for_all();
    double begin = 0;
    for (std::size_t k = 0; k != loops_.size(); ++k) {
      if (k == timed_) begin = simulate::now();
      rival_.begin(loops_[k].n);
      arrived_.store(0);
      began_.store(static_cast<unsigned>(k + 1));
      rival_.run(0, loops_[k].n, loops_[k].items);
      wait_for_all();
    }
    took_ = simulate::now() - begin;
    for (auto const thread : threads) simulate::join_thread(thread);
  }
  void follow(unsigned me) {
    arrived_.fetch_add(1);
    for (std::size_t k = 0; k != loops_.size(); ++k) {
      while (began_.load() <= k) simulate::relax();
      rival_.run(me, loops_[k].n, loops_[k].items);
      arrived_.fetch_add(1);
    }
  }
  void wait_for_all() {
    while (arrived_.load() != size_ - 1) simulate::relax();
  }

  unsigned size_;
  std::vector<Loop> const& loops_;
  std::size_t timed_;
  Rival rival_;
  alignas(128) atomic<unsigned> arrived_{0};
  alignas(128) atomic<unsigned> began_{0};
  double took_ = 0;
};

template <class Rival>
double time_of(simulate::Machine const& machine, std::vector<Loop> const& loops, std::size_t timed = 0) {
  auto const team = std::make_unique<Team<Rival>>(machine, loops, timed);
  return team->took();
}

/// Idle workers are counted; when all are, the work is done.
class Idle {
 public:
  explicit Idle(unsigned size) : size_(size) {}
  void begin() { count_.store(0); }
  void note(bool& counted, bool idle) {
    if (counted == idle) return;
    counted = idle;
    if (idle) {
      count_.fetch_add(1);
    } else {
      count_.fetch_sub(1);
    }
  }
  [[nodiscard]] bool all() { return count_.load() == size_; }

 private:
  unsigned size_;
  alignas(128) atomic<unsigned> count_{0};
};

/// This library's queues and claims; whom to rob is drawn by lot.
class RandomVictims {
 public:
  explicit RandomVictims(unsigned size) : workers_(size), idle_(size) {}
  void begin(std::size_t n) {
    idle_.begin();
    (void)workers_[0].queue.secondary().push({0, static_cast<std::uint32_t>(n)});
  }
  void run(unsigned me, std::size_t, Items const& items) {
    namespace model = pt::detail::cost_model;
    std::uint32_t const part = model::claim_part(static_cast<std::uint32_t>(workers_.size()));
    Worker& own = workers_[me];
    auto queue = own.queue.secondary();
    float cost = own.cost.load();
    model::Pace pace = model::pace_of(cost, costs_);
    std::uint32_t limit = model::first_limit(pace, costs_);
    bool counted = false;
    for (;;) {
      pt::QueueBlock claim =
          queue.claim([&](std::uint32_t waiting) { return model::claim_size(waiting, limit, part, pace); });
      if (claim.empty()) {
        unsigned const victim = static_cast<unsigned>(simulate::random() % workers_.size());
        if (victim != me && workers_[victim].queue.load() != 0) {
          idle_.note(counted, false);
          if (auto primary = workers_[victim].queue.primary()) {
            claim = primary.steal_half();
            cost = workers_[victim].cost.load();
          }
        }
        if (claim.empty()) {
          idle_.note(counted, true);
          if (idle_.all()) return;
          simulate::relax();
          continue;
        }
        pace = model::pace_of(cost, costs_);
        limit = model::first_limit(pace, costs_);
        std::uint32_t const wanted = model::claim_size(claim.size(), limit, part, pace);
        std::uint32_t const size = wanted < claim.size() ? wanted : claim.size();
        (void)queue.push({claim.first + size, claim.last});
        claim.last = claim.first + size;
      }
      idle_.note(counted, false);
      double const before = simulate::look_at_clock();
      items(claim.first, claim.last);
      auto const spent = static_cast<float>(simulate::look_at_clock() - before);
      cost = model::learn(cost, claim.size(), spent);
      own.cost.store(cost);
      pace = model::pace_of(cost, costs_);
      limit = model::next_limit(claim.size(), pace);
    }
  }

 private:
  struct alignas(128) Worker {
    pt::LimitedAccessQueue queue;
    atomic<float> cost{0};
  };
  std::vector<Worker> workers_;
  Idle idle_;
  pt::detail::Costs const costs_{};
};

/// Ranges are halved until there are four for each worker; what was stolen is halved on, as demand is seen. Each worker
/// has a deque: its own end is last in, first out, thieves take the oldest of a victim drawn by lot.
class Splitting {
 public:
  explicit Splitting(unsigned size) : workers_(size), idle_(size) {}
  void begin(std::size_t n) {
    idle_.begin();
    workers_[0].push({0, n, 4 * workers_.size()});
  }
  void run(unsigned me, std::size_t, Items const& items) {
    Worker& own = workers_[me];
    bool counted = false;
    for (;;) {
      Task task{};
      bool got = !own.tasks.empty() && own.pop(task, false);
      if (!got) {
        unsigned const victim = static_cast<unsigned>(simulate::random() % workers_.size());
        if (victim != me && !workers_[victim].tasks.empty()) {
          idle_.note(counted, false);
          got = workers_[victim].pop(task, true);
          if (got && task.divisor < 4) task.divisor = 4;  // demand: cut it on
        }
      }
      if (!got) {
        idle_.note(counted, true);
        if (idle_.all()) return;
        simulate::relax();
        continue;
      }
      idle_.note(counted, false);
      while (task.divisor > 1 && task.last - task.first > 1) {
        std::size_t const middle = task.first + (task.last - task.first) / 2;
        simulate::compute(40);  // makes a task
        own.push({middle, task.last, task.divisor / 2});
        task.last = middle;
        task.divisor /= 2;
      }
      items(task.first, task.last);
    }
  }

 private:
  struct Task {
    std::size_t first;
    std::size_t last;
    std::size_t divisor;  // parts that it is still to be cut into
  };
  struct alignas(128) Worker {
    atomic<unsigned> lock{0};
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
  std::vector<Worker> workers_;
  Idle idle_;
};

/// schedule(static): thread i always takes the i-th part.
class OmpStatic {
 public:
  explicit OmpStatic(unsigned size) : size_(size) {}
  void begin(std::size_t) {}
  void run(unsigned me, std::size_t n, Items const& items) {
    std::size_t const part = n / size_;
    std::size_t const more = n % size_;  // the first so many take one more
    std::size_t const first = me * part + (me < more ? me : more);
    std::size_t const last = first + part + (me < more ? 1 : 0);
    if (first != last) items(first, last);
  }

 private:
  std::size_t size_;
};

/// schedule(guided): of what is left each takes the part that one thread would get of it, by one counter.
class OmpGuided {
 public:
  explicit OmpGuided(unsigned size) : size_(size) {}
  void begin(std::size_t) { next_.store(0); }
  void run(unsigned, std::size_t n, Items const& items) {
    std::size_t first = next_.load();
    while (first < n) {
      std::size_t const size = (n - first + size_ - 1) / size_;
      if (!next_.compare_exchange_weak(first, first + size)) continue;
      items(first, first + size);
      first = next_.load();
    }
  }

 private:
  std::size_t size_;
  alignas(128) atomic<std::size_t> next_{0};
};

}  // namespace rival
