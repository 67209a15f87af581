#include "machine.hpp"

#include <setjmp.h>
#include <sys/mman.h>
#include <ucontext.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <memory>
#include <queue>
#include <unordered_map>

namespace simulate {

namespace {

constexpr std::size_t stack_bytes = 128 << 10;
constexpr unsigned no_core = ~0U;
constexpr double slice = 3e6;  // of a core that several threads want

struct Thread {
  ucontext_t context;  // for the first entry
  jmp_buf at;          // and from then on: without a system call
  bool entered = false;
  void* stack = nullptr;
  void* (*body)(void*) = nullptr;
  void* argument = nullptr;
  double time = 0;
  unsigned core = no_core;
  unsigned last_core = 0;
  bool finished = false;
  std::vector<unsigned> joiners;
  unsigned char local[1024] = {};  // its `this_thread`, while another runs
};

struct Core {
  double speed = 1;
  unsigned runs = no_core;  // a thread
  double since = 0;
  double next_preemption = 0;
  std::deque<unsigned> queue;  // threads that want it
};

struct Line {
  unsigned owner = no_core;
  double free_at = 0;
  std::uint64_t sharers[4] = {};
  [[nodiscard]] bool has(unsigned core) const { return (sharers[core / 64] >> core % 64 & 1) != 0; }
  void only(unsigned core) {
    for (auto& word : sharers) word = 0;
    add(core);
  }
  void add(unsigned core) { sharers[core / 64] |= std::uint64_t{1} << core % 64; }
  [[nodiscard]] bool alone(unsigned core) const {
    for (unsigned w = 0; w != 4; ++w) {
      if (sharers[w] != (w == core / 64 ? std::uint64_t{1} << core % 64 : 0)) return false;
    }
    return true;
  }
};

struct Event {
  double time;
  unsigned thread;
  bool wants_core;  // it is awake, and needs a core first
  bool operator<(Event const& other) const {
    return time != other.time ? time > other.time : thread > other.thread;  // the earliest on top
  }
};

struct State {
  Machine machine;
  std::vector<std::unique_ptr<Thread>> threads;
  std::vector<Core> cores;
  std::priority_queue<Event> events;
  std::unordered_map<std::uintptr_t, Line> lines;
  std::unordered_map<void const*, std::deque<unsigned>> sleepers;
  std::vector<void*> free_stacks;
  unsigned current = 0;
  double last_start = 0;
  double memory_free_at = 0;
  std::uint64_t random = 1;
  void* local = nullptr;
  std::size_t local_size = 0;
  ucontext_t driver;
  bool over = false;
};
State state;

Thread& self() { return *state.threads[state.current]; }

void fiber_main();

void switch_to(unsigned next) {
  if (next == state.current) return;
  Thread& from = self();
  Thread& to = *state.threads[next];
  std::memcpy(from.local, state.local, state.local_size);
  std::memcpy(state.local, to.local, state.local_size);
  state.current = next;
  if (_setjmp(from.at) != 0) return;
  if (to.entered) _longjmp(to.at, 1);
  to.entered = true;
  ::setcontext(&to.context);
}

double uniform() { return static_cast<double>(random() >> 11) * 0x1.0p-53; }

double until_preemption() {
  if (state.machine.preempted_every <= 0) return 1e300;
  return state.machine.preempted_every * 2 * uniform();
}

/// Gives `core` to `thread` from `time` on.
void occupy(unsigned core, unsigned thread, double time) {
  state.cores[core].runs = thread;
  state.cores[core].since = time;
  Thread& t = *state.threads[thread];
  t.core = core;
  t.last_core = core;
  if (t.time < time) t.time = time;
  state.events.push({t.time, thread, false});
}

/// The running thread needs its core no more. With nobody in its queue, the core takes the thread that has waited
/// longest in another's.
void vacate(double time) {
  unsigned const index = self().core;
  Core& core = state.cores[index];
  self().core = no_core;
  core.runs = no_core;
  if (!core.queue.empty()) {
    unsigned const next = core.queue.front();
    core.queue.pop_front();
    return occupy(index, next, time);
  }
  Core* longest = nullptr;
  for (Core& other : state.cores) {
    if (other.queue.empty()) continue;
    if (longest == nullptr || state.threads[other.queue.front()]->time < state.threads[longest->queue.front()]->time) {
      longest = &other;
    }
  }
  if (longest == nullptr) return;
  unsigned const next = longest->queue.front();
  longest->queue.pop_front();
  occupy(index, next, time + state.machine.pull);
}

/// Finds a core for a thread that has woken: its last one, any idle one, else a place in a queue.
void place(unsigned thread, double time) {
  unsigned const last = state.threads[thread]->last_core;
  if (state.cores[last].runs == no_core) return occupy(last, thread, time);
  for (unsigned c = 0; c != state.cores.size(); ++c) {
    if (state.cores[c].runs == no_core) return occupy(c, thread, time);
  }
  state.cores[last].queue.push_back(thread);
}

/// Runs whoever is earliest, until that is the running thread again (`goes_on`: it is among them).
void yield(bool goes_on) {
  if (goes_on) state.events.push({self().time, state.current, false});
  for (;;) {
    if (state.events.empty()) {
      std::fprintf(stderr, "simulate: nobody can go on\n");
      std::abort();
    }
    Event const event = state.events.top();
    state.events.pop();
    if (event.wants_core) {
      place(event.thread, event.time);
      continue;
    }
    switch_to(event.thread);
    return;
  }
}

/// In the order of virtual time: before anything shared is touched.
void in_order() {
  Thread& me = self();
  Core& core = state.cores[me.core];
  if (!core.queue.empty() && me.time - core.since > slice) {
    unsigned const index = me.core;
    core.queue.push_back(state.current);
    unsigned const next = core.queue.front();
    core.queue.pop_front();
    me.core = no_core;
    occupy(index, next, me.time);
    yield(false);
    return in_order();
  }
  if (!state.events.empty() && state.events.top().time < me.time) yield(true);
}

void fiber_main() {
  Thread& me = self();
  (void)me.body(me.argument);
  in_order();
  me.finished = true;
  for (unsigned const joiner : me.joiners) state.events.push({me.time + state.machine.wake, joiner, true});
  if (state.current == 0) {
    state.over = true;
    ::setcontext(&state.driver);
  }
  vacate(me.time);
  yield(false);
  std::abort();
}

unsigned make_thread(void* (*body)(void*), void* argument) {
  auto made = std::make_unique<Thread>();
  made->body = body;
  made->argument = argument;
  if (state.free_stacks.empty()) {
    made->stack = ::mmap(nullptr, stack_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  } else {
    made->stack = state.free_stacks.back();
    state.free_stacks.pop_back();
  }
  ::getcontext(&made->context);
  made->context.uc_stack.ss_sp = made->stack;
  made->context.uc_stack.ss_size = stack_bytes;
  made->context.uc_link = nullptr;
  ::makecontext(&made->context, fiber_main, 0);
  state.threads.push_back(std::move(made));
  return static_cast<unsigned>(state.threads.size() - 1);
}

/// Moves the running thread's clock on by `ns`, and by what its core was taken away for.
void pass(double ns) {
  Thread& me = self();
  Core& core = state.cores[me.core];
  me.time += ns;
  while (me.time >= core.next_preemption) {
    double const gone = state.machine.preempted_for * uniform();
    me.time += gone;
    core.next_preemption += gone + until_preemption();
  }
}

}  // namespace

double transfer_between(unsigned from, unsigned to) noexcept {
  Machine const& m = state.machine;
  return from / m.group == to / m.group ? m.transfer_near : m.transfer_far;
}

std::uint64_t random() noexcept {
  std::uint64_t& s = state.random;
  s ^= s << 13;
  s ^= s >> 7;
  s ^= s << 17;
  return s;
}

double run(Machine const& machine, void (*body)(void*), void* argument) {
  state.machine = machine;
  state.cores.assign(machine.cores, Core{});
  state.random = machine.seed * 0x9E3779B97F4A7C15U | 1U;
  for (int i = 0; i != 8; ++i) (void)random();
  auto const slow = static_cast<unsigned>(machine.slow_part * machine.cores);
  for (unsigned c = 0; c != machine.cores; ++c) {
    if (c >= machine.cores - slow) state.cores[c].speed = machine.slow_speed;
    state.cores[c].next_preemption = until_preemption();
  }
  for (auto& thread : state.threads) state.free_stacks.push_back(thread->stack);
  state.threads.clear();
  state.events = {};
  state.lines.clear();
  state.sleepers.clear();
  state.last_start = 0;
  state.memory_free_at = 0;
  state.over = false;

  struct Start {
    void (*body)(void*);
    void* argument;
  } start{body, argument};
  unsigned const first = make_thread(
      [](void* both) -> void* {
        auto const& s = *static_cast<Start*>(both);
        s.body(s.argument);
        return nullptr;
      },
      &start);
  std::memcpy(state.threads[first]->local, state.local, state.local_size);
  state.cores[0].runs = first;
  state.threads[first]->core = 0;
  state.current = first;
  bool volatile entered = false;
  ::getcontext(&state.driver);
  if (!entered) {
    entered = true;
    state.threads[first]->entered = true;
    ::setcontext(&state.threads[first]->context);
  }
  return state.threads[0]->time;
}

void access(void const* address, Access kind) noexcept {
  Machine const& m = state.machine;
  // A line that the core has may be read a little late: what another core writes takes as long to be seen.
  std::uintptr_t const place = reinterpret_cast<std::uintptr_t>(address) / 64;
  if (kind == Access::load && state.lines[place].has(self().core) &&
      (state.events.empty() || state.events.top().time > self().time - m.transfer_far)) {
    return pass(m.hit);
  }
  in_order();
  Thread& me = self();
  Line& line = state.lines[place];
  unsigned const core = me.core;
  double cost = m.hit + (kind == Access::update ? m.update : 0);
  bool const there = line.owner == no_core || (kind == Access::load ? line.has(core) : line.alone(core));
  if (!there) {
    // Transfers of one line come one after the other.
    double const begin = line.free_at > me.time ? line.free_at : me.time;
    cost += begin - me.time + transfer_between(line.owner, core);
    line.free_at = begin + transfer_between(line.owner, core) * (kind == Access::load ? 0.5 : 1.0);
  }
  if (kind == Access::load) {
    if (line.owner == no_core) line.owner = core;
    line.add(core);
  } else {
    line.owner = core;
    line.only(core);
  }
  pass(cost);
}

void compute(double ns) noexcept { pass(ns / state.cores[self().core].speed); }

void stream(double bytes) noexcept {
  in_order();
  Thread& me = self();
  double const begin = state.memory_free_at > me.time ? state.memory_free_at : me.time;
  state.memory_free_at = begin + bytes / state.machine.bytes_per_ns;
  double const alone = me.time + bytes / state.machine.core_bytes_per_ns;
  pass((state.memory_free_at > alone ? state.memory_free_at : alone) - me.time);
}

double now() noexcept { return self().time; }
unsigned cores() noexcept { return state.machine.cores; }

double look_at_clock() noexcept {
  pass(state.machine.clock_look);
  return self().time;
}

void relax() noexcept { pass(state.machine.pause); }

void wait_on(std::uint32_t const& word, std::uint32_t seen) noexcept {
  in_order();
  pass(state.machine.ring_nobody);  // a system call
  in_order();
  if (word != seen) return;
  state.sleepers[&word].push_back(state.current);
  vacate(self().time);
  yield(false);
}

void wake(std::uint32_t const& word, unsigned most) noexcept {
  in_order();
  auto& asleep = state.sleepers[&word];
  if (asleep.empty()) return pass(state.machine.ring_nobody);
  for (; most != 0 && !asleep.empty(); --most) {
    unsigned const woken = asleep.front();
    asleep.pop_front();
    double delay = state.machine.wake * (0.5 + uniform());
    if (uniform() < state.machine.late_wake) delay += state.machine.late_wake_ns * uniform();
    Thread& thread = *state.threads[woken];
    thread.time = self().time + delay;
    state.events.push({thread.time, woken, true});
    pass(state.machine.ring);
  }
}

void sleep_for(double ns) noexcept {
  in_order();
  Thread& me = self();
  vacate(me.time);
  me.time += ns;
  state.events.push({me.time, state.current, true});
  yield(false);
}

std::uint32_t start_thread(void* (*body)(void*), void* argument) noexcept {
  in_order();
  unsigned const made = make_thread(body, argument);
  Thread& me = self();
  double const begin = state.last_start > me.time ? state.last_start : me.time;
  state.last_start = begin + state.machine.start / 2;  // the part that holds the process's lock
  pass(state.last_start - me.time);
  state.threads[made]->time = begin + state.machine.start;
  state.threads[made]->last_core = made % state.machine.cores;
  state.events.push({state.threads[made]->time, made, true});
  return made;
}

void join_thread(std::uint32_t thread) noexcept {
  in_order();
  if (state.threads[thread]->finished) return;
  state.threads[thread]->joiners.push_back(state.current);
  vacate(self().time);
  yield(false);
}

unsigned current_core() noexcept { return self().core; }

void leave_core() noexcept {
  in_order();
  for (unsigned c = 0; c != state.cores.size(); ++c) {
    if (state.cores[c].runs != no_core) continue;
    Thread& me = self();
    unsigned const who = state.current;
    vacate(me.time);
    occupy(c, who, me.time + 2'000);
    yield(false);
    return;
  }
}

void set_local(void* place, std::size_t size) noexcept {
  if (size > sizeof(Thread::local)) {
    std::fprintf(stderr, "simulate: the thread_local record has grown to %zu bytes; Thread::local holds %zu\n", size,
                 sizeof(Thread::local));
    std::abort();
  }
  state.local = place;
  state.local_size = size;
}

}  // namespace simulate
