// How many frames lie between a closure and the function that runs its pipeline, and between it and a worker's start.
// usage: frames
//
// For optimised builds: without optimisation every function is a frame.
#include <parallel_task/parallel_task.hpp>

#include <unwind.h>

#include <atomic>
#include <cstdint>
#include <cstdio>
#include <list>
#include <optional>
#include <vector>

namespace {

using Function = void*;

template <class F>
Function address(F* f) {
  return reinterpret_cast<Function>(reinterpret_cast<std::uintptr_t>(f));
}

struct Walk {
  Function caller;  // the user's function that runs the pipeline
  int frames = 0;   // of the library
  enum { going, at_the_caller, at_a_workers_start } state = going;
};

_Unwind_Reason_Code step(_Unwind_Context* context, void* argument) {
  Walk& walk = *static_cast<Walk*>(argument);
  int before = 0;
  std::uintptr_t const at = _Unwind_GetIPInfo(context, &before);
  Function const function = _Unwind_FindEnclosingFunction(reinterpret_cast<void*>(before != 0 ? at : at - 1));
  if (function == walk.caller) {
    walk.state = Walk::at_the_caller;
    return _URC_END_OF_STACK;
  }
  ++walk.frames;
  if (function == address(&pt::detail::run_thread)) {
    walk.state = Walk::at_a_workers_start;
    return _URC_END_OF_STACK;
  }
  return _URC_NO_REASON;
}

Function running = nullptr;  // the user's function
std::atomic<int> on_callers{0};
std::atomic<int> on_workers{0};
std::atomic<bool> lost{false};

void at_most(std::atomic<int>& most, int frames) {
  int seen = most.load();
  while (frames > seen && !most.compare_exchange_weak(seen, frames)) {
  }
}

// Three frames are the user's: this one, the item and the closure.
[[gnu::noinline]] void look() {
  Walk walk{running, -3};
  _Unwind_Backtrace(&step, &walk);
  if (walk.state == Walk::at_the_caller) at_most(on_callers, walk.frames);
  if (walk.state == Walk::at_a_workers_start) at_most(on_workers, walk.frames);
  if (walk.state == Walk::going) lost = true;
}

// Slow enough for others to come.
[[gnu::noinline]] void item() {
  look();
  volatile int spin = 0;
  for (int i = 0; i != 20'000; ++i) spin = spin + 1;
}

// Closures that the compiler may not take into the loop around them.
struct Look {
  [[gnu::noinline]] void operator()(int) const {
    item();
    asm volatile("");
  }
};
struct Same {
  [[gnu::noinline]] int operator()(int x) const {
    item();
    asm volatile("");
    return x;
  }
};
struct Yes {
  [[gnu::noinline]] bool operator()(int) const {
    item();
    asm volatile("");
    return true;
  }
};
struct Numbers {
  int at = 0;
  std::optional<int> next() { return at == 200 ? std::nullopt : std::optional<int>(at++); }
};

std::vector<int> const numbers(200, 1);
std::list<int> const list(numbers.begin(), numbers.end());

#define RUNS(name, ...)                        \
  [[gnu::noinline]] void name(unsigned most) { \
    static_cast<void>(__VA_ARGS__);            \
    asm volatile("");                          \
  }
RUNS(for_each, pt::parallel_iter(numbers).threads(most).for_each(Look{}))
RUNS(map_sum, pt::parallel_iter(numbers).threads(most).map(Same{}).sum())
RUNS(filter_collect, pt::parallel_iter(numbers).threads(most).filter(Yes{}).collect<std::vector>())
RUNS(walked, list | pt::parallel_iter | pt::threads(most) | pt::for_each(Look{}))
RUNS(owned, pt::into_parallel_iter(std::vector<int>(numbers)).threads(most).for_each(Look{}))
RUNS(bridged, pt::par_bridge(Numbers{}).threads(most).for_each(Look{}))
RUNS(find_first, pt::parallel_iter(numbers).threads(most).map(Same{}).find_first([](int x) { return x == 2; }))
RUNS(reported, pt::parallel_iter(numbers).threads(most).report(*new pt::RunReport).for_each(Look{}))

bool within(char const* name, void (*run)(unsigned), unsigned most, int allowed) {
  running = address(run);
  on_callers = on_workers = 0;
  // Others may come late, or be the only ones to run an item, on a busy machine.
  for (int i = 0; i != 2000 && (on_callers == 0 || (most != 1 && on_workers == 0)); ++i) run(most);
  bool const good =
      !lost && on_callers > 0 && on_callers <= allowed && on_workers <= 4 && (most == 1 || on_workers > 0);
  std::printf("%-15s threads(%u): %d on the caller (%d allowed), %d on a worker (4)%s%s\n", name, most,
              on_callers.load(), allowed, on_workers.load(), lost ? ", one walk was lost" : "",
              good ? "" : "  TOO MANY");
  return good;
}

}  // namespace

int main() {
  pt::Options options;
  options.cores = 4;
  pt::set_options(options);
  struct {
    char const* name;
    void (*run)(unsigned);
    int alone;
    int shared;
  } const runs[] = {
      {"for_each", for_each, 3, 4},     {"map_sum", map_sum, 3, 4},  {"filter_collect", filter_collect, 3, 4},
      {"walked", walked, 3, 4},         {"owned", owned, 3, 4},      {"bridged", bridged, 3, 4},
      {"find_first", find_first, 3, 4}, {"reported", reported, 4, 5}};
  bool good = true;
  for (auto const& each : runs) {
    good = within(each.name, each.run, 1, each.alone) && good;
    good = within(each.name, each.run, 4, each.shared) && good;
  }
  return good ? 0 : 1;
}
