// A call of `argv[1]` units that is open to others although nobody comes, so that its caller runs it claim by claim,
// one unit each. Two counts apart tell what a claim costs.
#define PARALLEL_TASK_SEAM "steady_clock.hpp"
#include <parallel_task/controller/worker_controller.hpp>

#include <cstdint>
#include <cstdio>
#include <cstdlib>

namespace pt = parallel_task;

namespace {

bool run_nothing(void*, void*, pt::Block) { return true; }

}  // namespace

/// callgrind counts in here.
extern "C" [[gnu::noinline, gnu::used]] void counted(pt::WorkerController& controller, pt::Job const& job,
                                                     pt::Memo& memo) {
  std::byte home{};
  controller.run(job, &home, memo);
}

int main(int, char** arguments) {
  pt::Options options;
  options.cores = 2;
  pt::set_options(options);
  auto& manager = pt::detail::thread_manager;
  manager.costs.most_claimed = 1;
  manager.costs.probe = 0;
  manager.costs.hot_comes = manager.costs.least_pause = manager.costs.long_claim = 1e15F;  // nothing is due
  manager.wakeups.spinning.store(1, pt::detail::memory_order_relaxed);  // so that nobody need be woken
  pt::Job job;
  job.bytes = 1;
  job.alignment = 1;
  job.open = [](void*, void*) {};
  job.run = &run_nothing;
  job.close = [](void*) noexcept {};
  job.known = {std::strtoul(arguments[1], nullptr, 10), true};
  pt::Memo memo;
  memo.cost.store(1'000, pt::detail::memory_order_relaxed);  // worth sharing
  pt::WorkerController controller;
  counted(controller, job, memo);
}
