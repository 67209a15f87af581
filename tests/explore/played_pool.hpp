// A pool of four cores that the test plays by itself, on the platform of support/hand_pool.hpp.
#pragma once

#include <parallel_task/controller/blocked.hpp>
#include <parallel_task/controller/worker_controller.hpp>
#include <parallel_task/worker/process.hpp>
#include <parallel_task/worker/thread_runner.hpp>

#include "catch.hpp"
#include "worker/fake_call.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {
inline ThreadUsage this_thread_usage() noexcept {
  return {support::Hand::cpu_ns, support::Hand::switches, support::Hand::knows_usage};
}
}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task

namespace played {

namespace pt = parallel_task;
using namespace pt::detail;
using fake::FakeCall;
using support::Hand;
using support::HandClock;

/// Nobody computes, nobody spins, and nothing was ever asked.
struct Scene {
  ThreadState before = this_thread;
  Costs costs = thread_manager.costs;
  pt::Options options = thread_manager.options();

  explicit Scene(unsigned cores = 4) {
    Hand::reset();
    pt::Options chosen;
    chosen.cores = cores;
    pt::set_options(chosen);
    this_thread = ThreadState{};
  }
  Scene(Scene const&) = delete;
  Scene& operator=(Scene const&) = delete;
  ~Scene() {
    ThreadManager& pool = thread_manager;
    Hand::reset();
    pool.starter.forget_others(false);
    pool.wakeups.forget_others();
    pool.wakeups.patience = 1;
    pool.wakeups.waker_core = -1;
    pool.places.computing = 0;
    pool.places.blocked = 0;
    pool.places.asleep = 0;
    pool.monitor_wanted = 0;
    pool.monitor_on = 0;
    pool.monitor = nullptr;
    pt::set_options(options);
    pool.costs = costs;
    this_thread = before;
  }
};

/// Runs thread `number` of the library until `parks` has been called so many times; what it does then.
struct Thread {
  WorkerThread& own;
  std::vector<std::function<void()>> parks;  ///< in place of sleeping; after the last one threads are being ended
  std::size_t times = 0;

  explicit Thread(std::uint32_t number = 7) : own(ThreadStarter::threads[number - 1]) { own.number = number; }
  void run() {
    ThreadManager& pool = thread_manager;
    Hand::on_wait = [&] {
      if (times < parks.size()) {
        parks[times++]();
      } else {
        pool.starter.stopping = true;
      }
    };
    CHECK(run_thread(&own) == nullptr);
    pool.starter.stopping = false;
    Hand::on_wait = nullptr;
  }
};

}  // namespace played
