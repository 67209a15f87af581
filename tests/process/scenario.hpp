// Programs of scenarios: one is run by name, in a process of its own, and says why it failed.
#pragma once

#include "support/eager.hpp"
#include "support/threads.hpp"

#include <parallel_task/controller/worker_controller.hpp>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <initializer_list>
#include <string>
#include <thread>

#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

namespace process {

namespace pt = parallel_task;
namespace detail = parallel_task::detail;
using std::chrono::microseconds;
using std::chrono::milliseconds;

struct Scenario {
  char const* name;
  void (*run)();
};

/// Ends the process with a sentence unless `fact` holds. `_exit`: no destructor can hide it.
inline void expect(bool fact, char const* sentence, long long figure = 0) {
  if (fact) return;
  std::fprintf(stderr, "FAILED in process %d: %s (%lld)\n", static_cast<int>(::getpid()), sentence, figure);
  std::fflush(stderr);
  ::_exit(1);
}

/// Runs the scenario that is named first on the command line.
inline int run_scenario(int argc, char* argv[], std::initializer_list<Scenario> scenarios) {
  for (Scenario const& scenario : scenarios) {
    if (argc > 1 && std::strcmp(argv[1], scenario.name) == 0) {
      scenario.run();
      return 0;
    }
  }
  std::fprintf(stderr, "no such scenario; there are:");
  for (Scenario const& scenario : scenarios) std::fprintf(stderr, " %s", scenario.name);
  std::fputc('\n', stderr);
  return 2;
}

template <class F>
void each(std::size_t n, F const& f) {
  pt::WorkerController controller;
  controller.for_each_position(n, f);
}

inline void breathe() { std::this_thread::sleep_for(microseconds(200)); }

/// Waits until `fact()` holds. Who waits for ever is ended by ctest, and hangs: that is the failure.
template <class F>
void until(F const& fact) {
  while (!fact()) breathe();
}

/// Calls until an item has run on a thread of the library.
inline void engage() {
  std::atomic<bool> elsewhere{false};
  while (!elsewhere) {
    each(64, [&](std::size_t) {
      if (pt::current_worker() != 0) elsewhere = true;
      std::this_thread::yield();
    });
  }
}

/// A call whose result can be checked: every item once.
inline bool a_call_is_right(std::size_t n = 200) {
  std::atomic<std::size_t> sum{0};
  each(n, [&](std::size_t i) {
    sum.fetch_add(i + 1, std::memory_order_relaxed);
    if (i % 16 == 0) std::this_thread::yield();
  });
  return sum.load() == n * (n + 1) / 2;
}

/// Nothing is left of any call: for a moment in which none runs.
inline void expect_no_trace() {
  auto& pool = detail::thread_manager;
  until([&] { return pool.places.computing.load() <= 0; });  // helpers may be on their way out
  expect(pool.places.wanting.load() == 0, "an open call is left in the mask",
         static_cast<long long>(pool.places.wanting.load()));
  expect(pool.places.computing.load() == 0, "places to compute in are not given back", pool.places.computing.load());
  for (auto const& slot : pool.call_slots) expect(slot.word.load() == 0, "a slot is taken", slot.word.load());
  std::uint32_t guards = 0;
  for (auto const& group : pool.thread_groups.table) guards += group.taken.load();
  std::uint32_t own = 0;
  for (std::uint32_t g = detail::this_thread.group; g < pool.thread_groups.count;
       g = pool.thread_groups.table[g].outer.load())
    ++own;
  expect(guards == own, "places of thread_limit guards are not given back", guards);
  expect(detail::this_thread.depth == 0, "the thread believes that it is inside a call", detail::this_thread.depth);
}

/// What a process must be able to do at any time: calls of its own, helpers, their end.
inline void expect_a_working_pool() {
  engage();
  expect(a_call_is_right(), "a call is wrong");
  auto& pool = detail::thread_manager;
  expect(pool.starter.made.load() <= 2 * pool.places.cores(), "more threads than 2 x cores", pool.starter.made.load());
  pt::shutdown();
  expect(pool.starter.made.load() == 0, "threads are left after shutdown", pool.starter.made.load());
  engage();
  expect(a_call_is_right(), "a call after shutdown is wrong");
}

/// The same inside an item, where `shutdown` is refused.
inline void expect_a_working_pool_inside() {
  engage();
  expect(a_call_is_right(), "a call inside an item is wrong");
  auto& pool = detail::thread_manager;
  expect(pool.starter.made.load() <= 2 * pool.places.cores(), "more threads than 2 x cores", pool.starter.made.load());
}

/// Forks; the child runs `body` and ends. A child that hangs is ended by a signal after a while, so that none is left.
template <class F>
pid_t fork_child(F const& body) {
  std::fflush(nullptr);
  pid_t const child = ::fork();
  expect(child >= 0, "no process to be had");
  if (child == 0) {
    ::alarm(120);
    body();
    ::_exit(0);
  }
  return child;
}

inline int status_of(pid_t child) {
  int status = 0;
  pid_t got = 0;
  do got = ::waitpid(child, &status, 0);
  while (got < 0 && errno == EINTR);
  expect(got == child, "the child is nobody's");
  return status;
}

inline void expect_ended_well(pid_t child) {
  int const status = status_of(child);
  expect(!(WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM), "the child hangs");
  expect(status == 0, "the child ended with status", status);
}

}  // namespace process
