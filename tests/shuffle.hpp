// Schedules under which a test's pipelines run: `for_each_schedule(f)` calls f under several.
//
// On the real engine: alone, then with eager helpers that claim one item at a time. In a binary that has the shuffled
// controller too (tests/explore/shuffled_controller.hpp), also on that: blocks of random size, in random order, in many
// segments, on one thread. What a join gets wrong shows at once, and again, by its seed.
#pragma once

#include <parallel_task/core/run.hpp>
#include <parallel_task/worker/process.hpp>

/// While it lives, helpers cost nothing and take one item at a time. The pool is shut down before the cost model is
/// changed and before it is restored, so that none of its threads reads it meanwhile.
class Eager {
 public:
  Eager() : costs_(manager().costs), options_(manager().options()) {
    parallel_task::shutdown();
    parallel_task::Options as_if = options_;
    as_if.cores = 4;
    parallel_task::set_options(as_if);
    auto& costs = manager().costs;
    costs.wake = costs.start = costs.least_shared = costs.tiny = costs.probe = costs.first_claim = costs.claim =
        costs.claim_floor = costs.least_pause = 0;
    costs.most_claimed = 1;
    costs.use_memo = false;
  }
  Eager(Eager const&) = delete;
  Eager& operator=(Eager const&) = delete;
  ~Eager() {
    parallel_task::shutdown();
    parallel_task::set_options(options_);
    manager().costs = costs_;
  }

 private:
  static parallel_task::detail::ThreadManager& manager() { return parallel_task::detail::thread_manager; }
  parallel_task::detail::Costs costs_;
  parallel_task::Options options_;
};

/// While it lives, only the real engine is used: for what is its own business, and for calls in which a thread waits
/// for another.
class EngineOnly {
 public:
  EngineOnly() : before_(on) { on = true; }
  EngineOnly(EngineOnly const&) = delete;
  EngineOnly& operator=(EngineOnly const&) = delete;
  ~EngineOnly() { on = before_; }
  static inline bool on = false;

 private:
  bool before_;
};

/// A test's closure by its address, so that the schedules are compiled once and not for each closure.
class Scheduled {
 public:
  template <class F>
  explicit Scheduled(F& f) : f_(&f), call_([](void* of) { (*static_cast<F*>(of))(); }) {}
  void operator()() const { call_(f_); }

 private:
  void* f_;
  void (*call_)(void* of);
};

#if defined(PARALLEL_TASK_SEAM_CONTROLLER)
inline void on_the_shuffled_controller(Scheduled f, int rounds) {
  using parallel_task::detail::Controllers;
  struct Back {
    ~Back() { parallel_task::detail::shuffle.controller = Controllers::real; }
  } const back;  // also where an assertion throws
  parallel_task::detail::shuffle.controller = Controllers::in_order;
  f();
  parallel_task::detail::shuffle.controller = Controllers::shuffled;
  for (int round = 0; round != rounds; ++round) f();
}
#endif

inline void on_each_schedule(Scheduled f, [[maybe_unused]] int shuffled) {
  {
    parallel_task::thread_limit const alone(1);
    f();
  }
  {
    Eager const eager;
    f();
  }
#if defined(PARALLEL_TASK_SEAM_CONTROLLER)
  if (!EngineOnly::on) on_the_shuffled_controller(f, shuffled);
#endif
}

/// `shuffled`: how often on the controller that shuffles. What takes long is content with fewer.
template <class F>
void for_each_schedule(F f, int shuffled = 5) {
  on_each_schedule(Scheduled(f), shuffled);
}
