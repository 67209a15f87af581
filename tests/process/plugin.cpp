// A shared object that computes in parallel; `host.cpp` loads several of it. PLUGIN_COMPUTES_AT_LOAD: its constructor
// does. PLUGIN_JOINS_AT_LOAD: it waits for a thread that does.
#include "support/eager.hpp"
#include "support/threads.hpp"

#include <parallel_task/controller/worker_controller.hpp>

#include <atomic>
#include <cstdlib>
#include <thread>

#define EXPORTED extern "C" __attribute__((visibility("default")))

namespace pt = parallel_task;

/// Calls `item` n times in parallel; how often on a thread of the library.
EXPORTED unsigned call(unsigned n, void (*item)()) {
  std::atomic<unsigned> calls{0};
  std::atomic<unsigned> elsewhere{0};
  pt::WorkerController controller;
  controller.for_each_position(n, [&](std::size_t) {
    item();
    ++calls;
    if (pt::current_worker() != 0) ++elsewhere;
  });
  if (calls != n) std::abort();
  return elsewhere;
}
EXPORTED void* pool() { return &pt::detail::thread_manager; }
EXPORTED unsigned made() { return pt::detail::thread_manager.starter.made.load(); }
EXPORTED void end() { pt::shutdown(); }
EXPORTED void set_up(unsigned cores) { new support::Eager(cores); }
EXPORTED void set_options(unsigned cores) {
  pt::Options options;
  options.cores = cores;
  pt::set_options(options);
}

#if defined(PLUGIN_JOINS_AT_LOAD)
// Its constructor waits for threads: one that calls here for the first time, and what the host has others do meanwhile.
extern "C" void (*meanwhile)();  // the host's
namespace {
struct JoinsAtLoad {
  JoinsAtLoad() {
    std::thread([] {
      set_up(3);
      while (call(50, [] { support::spin_for(std::chrono::microseconds(20)); }) == 0) {
      }
    }).join();
    meanwhile();
  }
} const joins_at_load;
}  // namespace
#endif

#if defined(PLUGIN_COMPUTES_AT_LOAD)
// In its constructor, items of a call make calls in another shared object, on whatever threads there are.
extern "C" unsigned (*call_at_load)(unsigned n, void (*item)());  // the host's
namespace {
struct AtLoad {
  AtLoad() {
    set_up(3);
    while (call(50, [] { (void)call_at_load(20, [] { support::spin_for(std::chrono::microseconds(20)); }); }) == 0) {
    }
  }
} const at_load;
}  // namespace
#endif
