// Fibers, and what they do to each other: start, switch, sleep, wake, join, end.
#include "machine.hpp"

#include <cstdarg>
#include <cstdio>
#include <exception>

#include <bit>

#include <signal.h>
#if !defined(__x86_64__)
#include <ucontext.h>
#endif

// The C++ runtime's two words for the running thread: exceptions being handled, and how many are uncaught.
extern "C" void* __cxa_get_globals();

namespace explore {

constinit Machine machine;

// --- switching stacks -----------------------------------------------------------------------------------------------

namespace {

void fiber_main() noexcept;
void* driver = nullptr;  // the stack of `execute`

#if defined(__x86_64__)

// What a function must leave as it found it, pushed on the one stack and popped from the other.
extern "C" void explore_switch(void** from, void* to);
asm(R"(
.text
.globl explore_switch
.type explore_switch, @function
explore_switch:
  pushq %rbp
  pushq %rbx
  pushq %r12
  pushq %r13
  pushq %r14
  pushq %r15
  movq %rsp, (%rdi)
  movq %rsi, %rsp
  popq %r15
  popq %r14
  popq %r13
  popq %r12
  popq %rbx
  popq %rbp
  ret
.size explore_switch, .-explore_switch
)");

void* fresh_stack(std::uint32_t thread) noexcept {
  auto** top = reinterpret_cast<void**>(stack_of(thread) + stack_bytes);
  *--top = nullptr;  // keeps the stack aligned as behind a call
  *--top = reinterpret_cast<void*>(&fiber_main);
  for (int i = 0; i != 6; ++i) *--top = nullptr;
  return top;
}

#else

ucontext_t contexts[most_threads + 1];

void explore_switch(void** from, void* to) {
  auto* const here = from == &driver ? &contexts[most_threads] : static_cast<ucontext_t*>(*from);
  if (from == &driver) *from = here;
  ::swapcontext(here, static_cast<ucontext_t*>(to));
}

void* fresh_stack(std::uint32_t thread) noexcept {
  ucontext_t& context = contexts[thread];
  ::getcontext(&context);
  context.uc_stack.ss_sp = stack_of(thread);
  context.uc_stack.ss_size = stack_bytes;
  context.uc_link = nullptr;
  ::makecontext(
      &context, [] { fiber_main(); }, 0);
  return &context;
}

#endif

void* exceptions_of_this_thread() noexcept { return __cxa_get_globals(); }

void put_locals(Fiber const& thread) noexcept {
  if (machine.local != nullptr) std::memcpy(machine.local, thread.local, machine.local_size);
  std::memcpy(exceptions_of_this_thread(), thread.exceptions, sizeof thread.exceptions);
}
void take_locals(Fiber& thread) noexcept {
  if (machine.local != nullptr) std::memcpy(thread.local, machine.local, machine.local_size);
  std::memcpy(thread.exceptions, exceptions_of_this_thread(), sizeof thread.exceptions);
}

void switch_to(std::uint32_t next) noexcept {
  Machine& m = machine;
  if (next == m.current) return;
  Fiber& from = m.threads[m.current];
  Fiber& to = m.threads[next];
  take_locals(from);
  put_locals(to);
  m.current = next;
  explore_switch(&from.stack_pointer, to.stack_pointer);
}

/// Leaves the running fiber for good: the execution is over.
[[noreturn]] void back_to_driver() noexcept {
  machine.inside = false;
  void* nowhere = machine.threads[machine.current].stack_pointer;
  explore_switch(&nowhere, driver);
  std::abort();
}

[[nodiscard]] std::uint32_t eligible() noexcept {
  Machine const& m = machine;
  std::uint32_t result = m.ready;
  for (std::uint32_t rest = m.yielded & m.ready; rest != 0; rest &= rest - 1) {
    auto const thread = static_cast<std::uint32_t>(std::countr_zero(rest));
    if ((m.threads[thread].others_first & m.ready & ~bit_of(thread)) != 0) result &= ~bit_of(thread);
  }
  return result != 0 ? result : m.ready;
}

/// The running thread can't go on: somebody else does, or the execution is over.
void go_elsewhere() noexcept {
  Machine& m = machine;
  if (m.ready == 0) {
    for (std::uint32_t i = 0; i != m.thread_count; ++i) {
      Fiber const& thread = m.threads[i];
      if (!thread.user || thread.state == Fiber::finished) continue;
      char place[64] = "";
      if (thread.state == Fiber::asleep) name_place(thread.sleeps_on, place, sizeof place);
      fail_with("nobody can go on: thread %u %s %s", i,
                thread.state == Fiber::asleep ? "sleeps on" : "waits for a thread", place);
    }
    back_to_driver();
  }
  ++m.moment;
  std::uint32_t const candidates = eligible();
  switch_to((candidates & (candidates - 1)) == 0 ? static_cast<std::uint32_t>(std::countr_zero(candidates))
                                                 : choose_next(candidates, false));
}

void fiber_main() noexcept {
  Machine& m = machine;
  Fiber& self = m.threads[m.current];
  try {
    (void)self.body(self.argument);
  } catch (...) {
    fail_with("an exception has left thread %u", m.current);
  }
  log("ends");
  forget_below(__builtin_frame_address(0));
  self.state = Fiber::finished;
  rouse_all();
  m.ready &= ~bit_of(m.current);
  // What it did happens before whoever joins it goes on: `join_thread` reads its view.
  ++self.clock[m.current];
  for (std::uint32_t i = 0; i != m.thread_count; ++i) {
    Fiber& thread = m.threads[i];
    if (thread.state == Fiber::joining && thread.joins == m.current) {
      thread.state = Fiber::ready;
      m.ready |= bit_of(i);
    }
  }
  go_elsewhere();
  std::abort();
}

// --- the log --------------------------------------------------------------------------------------------------------

constexpr unsigned log_lines = 5'000;
char log_text[log_lines][256];
unsigned log_count = 0;

}  // namespace

void log(char const* format, ...) noexcept {
  if (!machine.logging) return;
  char* const line = log_text[log_count++ % log_lines];
  int const size = std::snprintf(line, 256, "%5u  thread %u  ", machine.steps, machine.current);
  std::va_list arguments;
  va_start(arguments, format);
  (void)std::vsnprintf(line + size, 256 - static_cast<std::size_t>(size), format, arguments);
  va_end(arguments);
}

void print_log(unsigned lines) noexcept {
  if (lines > log_lines) lines = log_lines;
  if (log_count > lines) std::printf("  … %u lines before\n", log_count - lines);
  for (unsigned i = log_count > lines ? log_count - lines : 0; i != log_count; ++i) {
    std::printf("  %s\n", log_text[i % log_lines]);
  }
}

void fail_with(char const* format, ...) noexcept {
  Ending& ending = machine.ending;
  if (!ending.failed) {
    ending.failed = true;
    std::va_list arguments;
    va_start(arguments, format);
    (void)std::vsnprintf(ending.text, sizeof ending.text, format, arguments);
    va_end(arguments);
  }
  back_to_driver();
}

void fail(char const* text) noexcept { fail_with("%s", text); }

// --- steps ----------------------------------------------------------------------------------------------------------

void rouse(Cell const* object, bool writes, bool orders) noexcept {
  Machine& m = machine;
  for (std::uint32_t rest = m.slept; rest != 0; rest &= rest - 1) {
    Fiber const& thread = m.threads[std::countr_zero(rest)];
    bool const same = thread.comes_to == object && (writes || thread.would_write);
    if (same || (orders && thread.would_order)) m.slept &= ~(rest & ~(rest - 1));
  }
}
void rouse_all() noexcept { machine.slept = 0; }

void give_up() noexcept { back_to_driver(); }

void point(bool shared) noexcept {
  Machine& m = machine;
  std::uint32_t const self = bit_of(m.current);
  ++m.moment;
  if (++m.steps > m.step_limit) fail_with("no end after %u steps: somebody loops for ever", m.step_limit);
  if (m.yielded != 0) {
    // One step, and nobody waits for it any more.
    m.threads[m.current].others_first = 0;
    m.yielded &= ~self;
    for (std::uint32_t rest = m.yielded; rest != 0; rest &= rest - 1) {
      auto const thread = static_cast<std::uint32_t>(std::countr_zero(rest));
      if ((m.threads[thread].others_first &= ~self) == 0) m.yielded &= ~bit_of(thread);
    }
  }
  if (!shared || (m.ready & ~self) == 0) return;
  std::uint32_t const candidates = eligible() | self;
  if ((candidates & ~self) == 0) return;
  std::uint32_t const next = choose_next(candidates, true);
  if (m.filtering && next != m.current && m.threads[m.current].comes_to != nullptr) m.slept |= self;
  switch_to(next);
  m.slept &= ~self;
}

void relax() noexcept {
  Machine& m = machine;
  rouse_all();
  m.time += 1'000;
  ++m.moment;
  if (++m.steps > m.step_limit) fail_with("no end after %u steps: somebody loops for ever", m.step_limit);
  std::uint32_t const self = bit_of(m.current);
  std::uint32_t const others = m.ready & ~self;
  if (others == 0) return;
  m.threads[m.current].others_first = others;
  m.yielded |= self;
  note_yield();
  std::uint32_t candidates = eligible() & ~self;
  if (candidates == 0) candidates = others;
  switch_to((candidates & (candidates - 1)) == 0 ? static_cast<std::uint32_t>(std::countr_zero(candidates))
                                                 : choose_next(candidates, false));
}

void sleep_for(std::int64_t ns) noexcept {
  log("sleeps for %lld ns", static_cast<long long>(ns));
  machine.time += static_cast<std::uint64_t>(ns > 0 ? ns : 0);
  relax();
}

std::uint64_t look_at_clock() noexcept {
  rouse_all();  // they may look at it, too
  return machine.time += machine.tick;
}

unsigned cores() noexcept { return machine.cores; }

std::uint32_t this_thread_number() noexcept { return machine.current; }

// --- futexes --------------------------------------------------------------------------------------------------------

void wait_on(Object object, Word seen, Where where) noexcept {
  Machine& m = machine;
  point(true);
  rouse_all();
  ++m.moment;
  Fiber& self = m.threads[m.current];
  Word const newest = newest_value(object);
  if (newest != seen) {
    log("does not sleep: %#llx is not %#llx, line %u", static_cast<unsigned long long>(newest),
        static_cast<unsigned long long>(seen), where.line());
    return;
  }
  if (choose('f', 2) != 0) {
    log("is awake again for no reason, line %u", where.line());
    return;
  }
  log("sleeps, line %u", where.line());
  self.state = Fiber::asleep;
  self.sleeps_on = &object.cell;
  m.ready &= ~bit_of(m.current);
  go_elsewhere();
  log("is awake");
}

void wake(Object object, unsigned most, Where where) noexcept {
  Machine& m = machine;
  point(true);
  rouse_all();
  for (; most != 0; --most) {
    ++m.moment;
    std::uint32_t sleepers = 0;
    for (std::uint32_t i = 0; i != m.thread_count; ++i) {
      if (m.threads[i].state == Fiber::asleep && m.threads[i].sleeps_on == &object.cell) sleepers |= bit_of(i);
    }
    if (sleepers == 0) {
      log("has nobody to wake, line %u", where.line());
      return;
    }
    for (std::uint32_t skip = choose('w', static_cast<std::uint32_t>(std::popcount(sleepers))); skip != 0; --skip) {
      sleepers &= sleepers - 1;
    }
    auto const woken = static_cast<std::uint32_t>(std::countr_zero(sleepers));
    m.threads[woken].state = Fiber::ready;
    m.ready |= bit_of(woken);
    log("wakes thread %u, line %u", woken, where.line());
  }
}

bool is_asleep(std::uint32_t thread) noexcept {
  return thread < machine.thread_count && machine.threads[thread].state != Fiber::ready;
}

// --- threads --------------------------------------------------------------------------------------------------------

std::uint32_t start_fiber(void* (*body)(void*), void* argument, bool user) noexcept {
  Machine& m = machine;
  if (m.thread_count == most_threads) fail_with("more than %u threads in one execution", most_threads);
  std::uint32_t const number = m.thread_count++;
  Fiber& thread = m.threads[number];
  thread.state = Fiber::ready;
  thread.user = user;
  thread.body = body;
  thread.argument = argument;
  thread.others_first = 0;
  thread.comes_to = nullptr;
  std::memcpy(thread.local, m.local_at_start, sizeof thread.local);
  std::memset(thread.exceptions, 0, sizeof thread.exceptions);
  thread.stack_pointer = fresh_stack(number);
  if (number != 0) {
    Fiber& parent = m.threads[m.current];
    inherit(thread, parent);
    ++parent.clock[m.current];
  } else {
    std::memset(thread.clock, 0, sizeof thread.clock);
  }
  thread.clock[number] = 1;
  thread.priority = 0;
  m.ready |= bit_of(number);
  return number;
}

bool start_thread(std::uint32_t& handle, void* (*body)(void*), void* argument) noexcept {
  point(true);
  rouse_all();
  if (machine.starts_left == 0) {
    log("starts no thread: there is none to be had");
    return false;
  }
  --machine.starts_left;
  handle = start_fiber(body, argument, false);
  log("starts thread %u", handle);
  return true;
}

void join_thread(std::uint32_t handle) noexcept {
  Machine& m = machine;
  point(true);
  rouse_all();
  log("joins thread %u", handle);
  Fiber& self = m.threads[m.current];
  if (m.threads[handle].state != Fiber::finished) {
    self.state = Fiber::joining;
    self.joins = handle;
    m.ready &= ~bit_of(m.current);
    go_elsewhere();
  }
  join_views(self, m.threads[handle]);
}

namespace {

/// A wild pointer is a finding as any other. On a stack of its own: the fiber's may be what is broken.
void catch_crashes() noexcept {
  static unsigned char stack[64 << 10];
  ::stack_t alternative{};
  alternative.ss_sp = stack;
  alternative.ss_size = sizeof stack;
  ::sigaltstack(&alternative, nullptr);
  struct ::sigaction action {};
  action.sa_handler = [](int) {
    if (!machine.inside) std::abort();
    fail_with("thread %u crashes", machine.current);
  };
  action.sa_flags = SA_ONSTACK | SA_NODEFER;
  ::sigaction(SIGSEGV, &action, nullptr);
  ::sigaction(SIGBUS, &action, nullptr);
}

}  // namespace

void execute(void (*body)()) noexcept {
  Machine& m = machine;
  if (m.execution == 0) catch_crashes();
  ++m.execution;
  m.thread_count = 0;
  m.current = 0;
  m.ready = 0;
  m.yielded = 0;
  m.slept = 0;
  m.steps = 0;
  m.moment = 0;
  m.time = 1'000'000;
  m.ending.failed = false;
  m.ending.text[0] = '\0';
  m.cores = 2;
  m.starts_left = ~0U;
  m.tick = 50;
  log_count = 0;
  (void)::unsetenv("PARALLEL_TASK_THREADS");
  begin_memory();
  begin_shadow();
  (void)start_fiber(
      [](void* what) -> void* {
        reinterpret_cast<void (*)()>(what)();
        return nullptr;
      },
      reinterpret_cast<void*>(body), true);
  unsigned char kept[sizeof(void*) * 2];
  std::memcpy(kept, exceptions_of_this_thread(), sizeof kept);
  put_locals(m.threads[0]);
  m.inside = true;
  explore_switch(&driver, m.threads[0].stack_pointer);
  m.inside = false;
  std::memcpy(exceptions_of_this_thread(), kept, sizeof kept);
}

}  // namespace explore

/// The library's own invariants, where it is compiled with assertions.
extern "C" void __assert_fail(char const* condition, char const* file, unsigned line, char const*) noexcept {
  if (!explore::machine.inside) std::abort();
  char const* const last = std::strrchr(file, '/');
  explore::fail_with("it does not hold that %s, %s:%u", condition, last != nullptr ? last + 1 : file, line);
}
