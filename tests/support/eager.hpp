// Real concurrency for small inputs: tells the cost model that waking is free, on as many cores as a test likes.
#pragma once

#include <parallel_task/controller/worker_controller.hpp>

namespace support {

namespace pt = parallel_task;

/// How an eager pool claims.
enum class Claims {
  single,      ///< one item each: the most steals
  given_back,  ///< as usual, but after every single item the rest goes back to the queue
  probed       ///< one item each, after a private run as of a call that nothing is known of
};

/// While it lives, every call that may be shared is shared at once, as if on `cores` cores. The pool is shut down
/// before the cost model is changed and before it is restored, so that none of its threads reads it meanwhile.
class Eager {
 public:
  explicit Eager(unsigned cores, Claims claims = Claims::single, unsigned threads = 0)
      : options_(pt::detail::thread_manager.options()), costs_(pt::detail::thread_manager.costs) {
    pt::shutdown();
    pt::Options options = options_;
    options.cores = cores;
    options.threads = threads;
    pt::set_options(options);
    pt::detail::Costs& costs = pt::detail::thread_manager.costs;
    costs.tiny = -1;
    costs.probe = 0;
    costs.wake = -1;
    costs.start = -1;
    costs.least_shared = -1;
    costs.rewake = 0;
    costs.least_pause = 0;
    costs.trial = costs.trial_pause = 0;  // helpers are refused and admitted all the time
    if (claims != Claims::given_back) {
      costs.most_claimed = 1;
      if (claims == Claims::probed) {
        costs.probe = 200;
        costs.few = 0;
        costs.use_memo = false;
      }
    } else {
      costs.strip = 1e-3F;
      costs.give_back = 0;
    }
  }
  Eager(Eager const&) = delete;
  Eager& operator=(Eager const&) = delete;
  ~Eager() {
    pt::shutdown();
    pt::set_options(options_);
    pt::detail::thread_manager.costs = costs_;
  }

 private:
  pt::Options options_;
  pt::detail::Costs costs_;
};

inline pt::Options four_cores() {
  pt::Options options;
  options.cores = 4;
  return options;
}

/// While it lives, the pool has other options, and the cost model may be told other things.
class WithOptions {
 public:
  explicit WithOptions(pt::Options const& options)
      : before_(pt::detail::thread_manager.options()), costs_(pt::detail::thread_manager.costs) {
    pt::shutdown();
    pt::set_options(options);
  }
  WithOptions(WithOptions const&) = delete;
  WithOptions& operator=(WithOptions const&) = delete;
  ~WithOptions() {
    pt::shutdown();
    pt::set_options(before_);
    pt::detail::thread_manager.costs = costs_;
  }

 private:
  pt::Options before_;
  pt::detail::Costs costs_;
};

}  // namespace support
