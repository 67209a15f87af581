// A run that is alone, of a job that remembers its steps, on the hand clock (support/hand_clock.hpp).
#pragma once

#include <parallel_task/controller/probe.hpp>
#include <parallel_task/controller/run_call.hpp>
#include <parallel_task/controller/worker.hpp>
#include <parallel_task/worker/process.hpp>

#include "catch.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

namespace timed {

namespace pt = parallel_task;
using pt::detail::Probe;
using pt::detail::SoloRun;
using pt::detail::this_thread;
using pt::detail::thread_manager;
using support::HandClock;

using Sizes = std::vector<std::size_t>;

/// Four cores, of which nobody computes and nobody is hot; what the thread has learnt is forgotten.
struct Quiet {
  pt::Options options = thread_manager.options();
  pt::detail::Costs costs = thread_manager.costs;
  pt::detail::ThreadState self = this_thread;

  Quiet() {
    pt::Options four;
    four.cores = 4;
    pt::set_options(four);
  }
  Quiet(Quiet const&) = delete;
  Quiet& operator=(Quiet const&) = delete;
  ~Quiet() {
    pt::set_options(options);
    thread_manager.costs = costs;
    thread_manager.wakeups.spinning = 0;
    thread_manager.places.computing = 0;
    this_thread = self;
  }
};

/// A job that remembers its steps. Positions take what `takes` says, by the hand clock.
struct Timed {
  std::size_t total = 0;
  std::function<std::int64_t(std::size_t)> takes = [](std::size_t) { return 100; };
  std::size_t cut_at = pt::unknown;
  std::int64_t pull_takes = 0;
  Sizes steps{};
  Sizes wanted{};
  bool in_order = true;
  std::size_t next = 0;
  std::size_t given = 0;

  static bool run(void* self, void*, pt::Block block) {
    Timed& timed = *static_cast<Timed*>(self);
    timed.in_order = timed.in_order && block.first == timed.next;
    std::size_t const last = block.last < timed.total ? block.last : timed.total;
    for (std::size_t i = block.first; i < last; ++i) HandClock::ns += timed.takes(i);
    timed.steps.push_back(last - block.first);
    timed.next = last;
    return block.last <= timed.cut_at;
  }
  static pt::Known pull(void* self, std::size_t want) {
    Timed& timed = *static_cast<Timed*>(self);
    timed.wanted.push_back(want);
    HandClock::ns += timed.pull_takes;
    if (timed.given < timed.next) timed.given = timed.next;  // of one that is open-ended, what was tried
    std::size_t const left = timed.total - timed.given;
    timed.given += want < left ? want : left;
    return {timed.given, timed.given == timed.total};
  }
  pt::Job known_job() {
    pt::Job job;
    job.self = this;
    job.run = &Timed::run;
    job.known = {total, true};
    return job;
  }
  pt::Job pulled_job() {
    pt::Job job = known_job();
    job.pull = &Timed::pull;
    job.known = {0, false};
    return job;
  }
  [[nodiscard]] std::size_t ran() const {
    std::size_t sum = 0;
    for (std::size_t const step : steps) sum += step;
    return sum;
  }
};

inline Timed constant(std::size_t total, std::int64_t ns) {
  Timed timed;
  timed.total = total;
  timed.takes = [ns](std::size_t) { return ns; };
  return timed;
}

inline Sizes first_of(Sizes const& all, std::size_t count) {
  return {all.begin(), all.begin() + static_cast<std::ptrdiff_t>(count < all.size() ? count : all.size())};
}

/// A run that has begun.
struct Begun : SoloRun {
  explicit Begun(pt::Job const& what, pt::Settings const& chosen = {}) : SoloRun(chosen) { begin(what, nullptr); }
};

/// What a place remembers where a loop of so many items has run alone, at so many ns each.
struct Learnt : pt::Memo {
  Learnt(std::size_t items, float each) { learn(items, each, 0); }
};

/// Probes it where nothing is known; how far it came.
inline std::size_t probe(Timed& timed, pt::Job const& job, SoloRun& run) {
  run.begin(job, nullptr);
  Probe(run).run<false>();
  CHECK(timed.in_order);
  CHECK(timed.next == timed.ran());
  return run.next();
}

}  // namespace timed
