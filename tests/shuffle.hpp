// Schedules under which a test's pipelines run: `for_each_schedule(f)` calls f under several.
//
// In a binary whose controller is the shuffled one (tests/explore/shuffle_*.cpp) that means blocks of random size, in
// random order, in many segments, on one thread: what a join gets wrong shows at once, and again, by its seed.
// Elsewhere it is the real engine: alone, then with eager helpers that claim one item at a time.
#pragma once

#include <parallel_task/core/run.hpp>

#if defined(PARALLEL_TASK_SEAM_CONTROLLER)

template <class F>
void for_each_schedule(F f) {
  auto& shuffle = parallel_task::detail::shuffle;
  shuffle.on = false;
  f();
  shuffle.on = true;
  for (int round = 0; round != 5; ++round) f();
}

#else

#include <parallel_task/worker/pool.hpp>

/// While it lives, helpers cost nothing and take one item at a time.
class Eager {
 public:
  Eager() : costs_(manager().costs), options_(manager().options()) {
    parallel_task::Options as_if = options_;
    as_if.cores = 4;
    parallel_task::set_options(as_if);
    auto& costs = manager().costs;
    costs.wake = costs.start = costs.least_shared = costs.tiny = costs.probe = costs.first_claim = costs.claim =
        costs.big_claim = 0;
    costs.claim_floor = 0;
    costs.most_claimed = 1;
    costs.use_memo = false;
  }
  Eager(Eager const&) = delete;
  Eager& operator=(Eager const&) = delete;
  ~Eager() {
    parallel_task::set_options(options_);
    manager().costs = costs_;
  }

 private:
  static parallel_task::detail::ThreadManager& manager() { return parallel_task::detail::thread_manager; }
  parallel_task::detail::Costs costs_;
  parallel_task::Options options_;
};

template <class F>
void for_each_schedule(F f) {
  {
    parallel_task::thread_limit const alone(1);
    f();
  }
  Eager const eager;
  f();
}

#endif
