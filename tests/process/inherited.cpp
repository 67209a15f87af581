// What a thread has for itself: items find their caller's, and the library's threads have nothing of whoever made them.
#include "process/scenario.hpp"

#include <parallel_task/worker/process.hpp>

#include <cfenv>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <linux/futex.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>

using namespace process;

namespace {

auto& pool = detail::thread_manager;

/// The system's numbers of the library's threads.
std::vector<int> threads_of_the_library() {
  std::vector<int> ids;
  for (auto const& thread : pool.starter.threads) {
    if (int const id = thread.system_id.load(); id != 0) ids.push_back(id);
  }
  return ids;
}

/// Calls until `enough` items have run on threads of the library; in each item `look()`.
template <class F>
void look_elsewhere(int enough, F const& look) {
  for (std::atomic<int> elsewhere{0}; elsewhere < enough;) {
    each(50, [&](std::size_t) {
      look();
      support::spin_for(microseconds(20));
      if (pt::current_worker() != 0) ++elsewhere;
    });
  }
}

volatile double tiny = 1e-308;
volatile float third = 3.0F;

/// What tells of a mode: the direction of rounding, and whether tiny numbers are flushed to zero.
bool computes_with(int rounding, bool flushes) {
  double const quotient = tiny / 16.0;
  float const expected = rounding == FE_TOWARDZERO ? 0x1.555554p-2F : 0x1.555556p-2F;
  return std::fegetround() == rounding && 1.0F / third == expected && (quotient == 0.0) == flushes;
}

void flush_to_zero(bool on) {
#if defined(__SSE2__)
  unsigned word = __builtin_ia32_stmxcsr();
  __builtin_ia32_ldmxcsr(on ? word | 0x8040U : word & ~0x8040U);
#else
  (void)on;
#endif
}
#if defined(__SSE2__)
constexpr bool can_flush = true;
#else
constexpr bool can_flush = false;
#endif

// Whoever calls first, and whatever others do: the caller's rounding and flushing, also around nested calls.
void floats_are_the_callers() {
  support::Eager const eager(4);
  std::atomic<int> wrong{0};
  std::vector<std::thread> users;
  for (int t = 0; t != 3; ++t) {
    users.emplace_back([&, t] {
      int const rounding = t == 0 ? FE_UPWARD : t == 1 ? FE_TOWARDZERO : FE_TONEAREST;
      bool const flushes = can_flush && t != 2;
      std::fesetround(rounding);
      flush_to_zero(flushes);
      std::atomic<int> round{0};
      look_elsewhere(200, [&] {
        if (!computes_with(rounding, flushes)) ++wrong;
        if (++round % 16 != 0) return;
        std::fesetround(FE_DOWNWARD);
        each(8, [&](std::size_t) {
          if (std::fegetround() != FE_DOWNWARD) ++wrong;
          support::spin_for(microseconds(10));
        });
        if (std::fegetround() != FE_DOWNWARD) ++wrong;
        std::fesetround(rounding);
      });
      if (!computes_with(rounding, flushes)) ++wrong;
    });
  }
  for (std::thread& user : users) user.join();
  expect(wrong == 0, "items compute in another mode than their caller", wrong);
  look_elsewhere(100, [&] {
    if (!computes_with(FE_TONEAREST, false)) ++wrong;
  });
  // An item that leaves another mode behind: the next call knows nothing of it.
  each(200, [](std::size_t) {
    support::spin_for(microseconds(20));
    if (pt::current_worker() != 0) std::fesetround(FE_UPWARD);
  });
  std::atomic<int> upward{0};
  each(200, [&](std::size_t) {
    support::spin_for(microseconds(20));
    if (std::fegetround() != FE_TONEAREST) ++upward;
  });
  expect(wrong == 0 && upward == 0, "a thread of the library keeps the mode that it was lent", upward);
}

// A caller that has errors trap finds them in every item, and none in the library's own sums.
void traps_are_the_callers() {
#if defined(__SSE2__)
  support::Eager const eager(3);
  constexpr int trapped = FE_DIVBYZERO | FE_INVALID | FE_OVERFLOW;
  std::atomic<int> wrong{0};
  std::thread([&] {
    ::feenableexcept(trapped);
    look_elsewhere(100, [&] { wrong += ::fegetexcept() == trapped ? 0 : 1; });
  }).join();
  look_elsewhere(100, [&] { wrong += ::fegetexcept() == 0 ? 0 : 1; });
  expect(wrong == 0, "errors trap in other items than the caller's", wrong);
#endif
}

void timers_are_as_late_as_the_callers() {
  support::Eager const eager(3);
  std::atomic<int> wrong{0};
  for (int slack : {1000, 200'000, 50'000}) {
    std::thread([&, slack] {
      ::prctl(PR_SET_TIMERSLACK, static_cast<unsigned long>(slack), 0UL, 0UL, 0UL);
      look_elsewhere(100, [&] {
        if (::prctl(PR_GET_TIMERSLACK, 0UL, 0UL, 0UL, 0UL) != slack) ++wrong;
      });
      if (::prctl(PR_GET_TIMERSLACK, 0UL, 0UL, 0UL, 0UL) != slack) ++wrong;
    }).join();
  }
  expect(wrong == 0, "timers of items are late by other times than their caller's", wrong);
}

::cpu_set_t cores_of(int id) {
  ::cpu_set_t cores;
  CPU_ZERO(&cores);
  expect(::sched_getaffinity(id, sizeof cores, &cores) == 0 || errno == ESRCH, "no affinity is told");
  return cores;
}

/// A set of the first core of `cores`.
::cpu_set_t first_of(::cpu_set_t const& cores) {
  ::cpu_set_t one;
  CPU_ZERO(&one);
  for (std::size_t i = 0; i != CPU_SETSIZE && CPU_COUNT(&one) == 0; ++i) {
    if (CPU_ISSET(i, &cores)) CPU_SET(i, &one);
  }
  return one;
}

void engage_beside_others() {
  for (std::atomic<bool> elsewhere{false}; !elsewhere;) {
    each(64, [&](std::size_t) {
      if (pt::current_worker() != 0) elsewhere = true;
      std::this_thread::sleep_for(microseconds(100));
    });
  }
}

// The first caller is bound to a core, and urgent, or humble, or in no hurry.
void first_caller_leaves_nothing() {
  ::cpu_set_t const all = cores_of(0);
  ::cpu_set_t const one = first_of(all);
  for (int policy : {SCHED_OTHER, SCHED_BATCH, SCHED_IDLE, SCHED_FIFO}) {
    support::Eager const eager(3);
    std::thread([&] {
      ::sched_setaffinity(0, sizeof one, &one);
      ::sched_param urgency = {};
      if (policy == SCHED_FIFO) urgency.sched_priority = 1;
      if (policy == SCHED_OTHER) {
        ::setpriority(PRIO_PROCESS, 0, -5);
      } else {
        ::sched_setscheduler(0, policy, &urgency);
      }
      ::prctl(PR_SET_TIMERSLACK, 1000UL, 0UL, 0UL, 0UL);
      engage_beside_others();
      ::cpu_set_t const mine = cores_of(0);
      expect(CPU_EQUAL(&mine, &one), "the caller was unbound");
    }).join();
    auto const ids = threads_of_the_library();
    expect(!ids.empty(), "no thread of the library was seen");
    for (int id : ids) {
      // For a moment it may have left a core, and until it is idle it is as urgent as who it has helped; one that is
      // bound as the first caller was stays so, and urgent.
      until([&] {
        ::cpu_set_t const theirs = cores_of(id);
        return CPU_EQUAL(&theirs, &all) != 0 && ::getpriority(PRIO_PROCESS, static_cast<::id_t>(id)) == 0;
      });
      expect(::sched_getscheduler(id) == SCHED_OTHER, "a thread has a policy", ::sched_getscheduler(id));
    }
  }
}

/// What of the calling thread's urgency the system tells.
bool is_ordinary() { return ::sched_getscheduler(0) == SCHED_OTHER && ::getpriority(PRIO_PROCESS, 0) == 0; }

// Without privileges a thread that was made by a humble one stays humble: it helps nobody who is not.
void humble_threads_help_nobody_else() {
  expect_ended_well(fork_child([] {
    if (::getuid() == 0) expect(::setuid(65534) == 0, "privileges can't be given up");
    for (int policy : {SCHED_IDLE, SCHED_OTHER}) {
      support::Eager const eager(3);
      std::atomic<bool> stop{false};
      std::atomic<int> humble{0};
      std::thread background([&] {
        if (policy == SCHED_OTHER) {
          ::setpriority(PRIO_PROCESS, 0, 19);
        } else {
          ::sched_param const none = {};
          ::sched_setscheduler(0, policy, &none);
        }
        while (!stop) {
          each(64, [&](std::size_t) {
            if (pt::current_worker() != 0 && !is_ordinary()) ++humble;
            std::this_thread::sleep_for(microseconds(100));
          });
        }
      });
      until([&] { return humble > 20; });
      std::atomic<int> wrong{0};
      for (bool alone : {false, true}) {
        stop = alone;
        if (alone) background.join();
        for (std::atomic<int> elsewhere{0}; elsewhere < 50;) {
          each(64, [&](std::size_t) {
            if (!is_ordinary()) ++wrong;
            std::this_thread::sleep_for(microseconds(100));
            if (pt::current_worker() != 0) ++elsewhere;
          });
        }
      }
      expect(wrong == 0, "items run on threads that are more humble than their caller", wrong);
    }
  }));
}

// Who helps an urgent caller is as urgent meanwhile; if it may be, else it does not help.
void helpers_are_as_urgent_as_their_caller() {
  support::Eager const eager(3);
  std::atomic<int> wrong{0};
  std::thread([&] {
    if (::setpriority(PRIO_PROCESS, 0, -10) != 0) return;
    for (std::atomic<int> elsewhere{0}; elsewhere < 50;) {
      each(64, [&](std::size_t) {
        if (::getpriority(PRIO_PROCESS, 0) != -10) ++wrong;
        std::this_thread::sleep_for(microseconds(100));
        if (pt::current_worker() != 0) ++elsewhere;
      });
    }
  }).join();
  engage_beside_others();
  each(64, [&](std::size_t) {
    if (!is_ordinary()) ++wrong;
    std::this_thread::sleep_for(microseconds(100));
  });
  expect(wrong == 0, "items run on threads that are not as urgent as their caller", wrong);
  until([] { return pool.wakeups.parked.load() == pool.starter.made.load(); });
  for (int id : threads_of_the_library()) {
    expect(::getpriority(PRIO_PROCESS, static_cast<::id_t>(id)) == 0, "an idle thread is urgent");
  }
}

/// The priority by which the system chooses the calling thread now: below 0 if it is a real-time one, also on loan.
int priority_now() {
  std::ifstream file("/proc/thread-self/stat");
  std::string text;
  std::getline(file, text);
  std::istringstream fields(text.substr(text.rfind(')') + 2));
  std::string field;
  for (int i = 0; i != 16; ++i) fields >> field;
  return std::stoi(field);
}

bool can_lend() {
  std::uint32_t word = 0;
  if (::syscall(SYS_futex, &word, FUTEX_LOCK_PI_PRIVATE, 0, nullptr, nullptr, 0) != 0) return false;
  return ::syscall(SYS_futex, &word, FUTEX_UNLOCK_PI_PRIVATE, 0, nullptr, nullptr, 0) == 0;
}

// A real-time caller that waits for a thread of the library makes it as urgent as itself, until it has left.
void real_time_callers_lend_their_priority() {
  support::Eager const eager(2);
  std::atomic<bool> over{false};
  std::thread([&] {
    ::sched_param urgency = {};
    urgency.sched_priority = 1;
    if (::sched_setscheduler(0, SCHED_FIFO, &urgency) != 0 || !can_lend()) return;
    while (!over) {
      each(2, [&](std::size_t) {
        // The caller waits, once it has run its item. Nobody has promised to come: then once more.
        if (pt::current_worker() == 0) return std::this_thread::sleep_for(milliseconds(1));
        expect(::sched_getscheduler(0) == SCHED_OTHER, "a thread of the library has a policy");
        until([] { return priority_now() < 0; });
        over = true;
      });
    }
    over = false;
    // It does not keep what it was lent.
    while (!over) {
      each(20, [&](std::size_t) {
        std::this_thread::sleep_for(microseconds(100));
        if (pt::current_worker() != 0 && priority_now() >= 0) over = true;
      });
    }
  }).join();
  engage();
}

// The cores of the process grow: its threads come to run on all of them. Of a thread that was bound by hand they don't.
void cores_that_grow() {
  ::cpu_set_t const all = cores_of(0);
  ::cpu_set_t const one = first_of(all);
  if (CPU_COUNT(&all) == 1) return;
  ::sched_setaffinity(0, sizeof one, &one);
  support::Eager const eager(3);
  engage_beside_others();
  for (int id : threads_of_the_library()) {
    ::cpu_set_t const theirs = cores_of(id);
    expect(CPU_EQUAL(&theirs, &one), "a thread is not bound as its process");
  }
  ::sched_setaffinity(0, sizeof all, &all);
  until([&] {
    engage_beside_others();
    for (int id : threads_of_the_library()) {
      ::cpu_set_t const theirs = cores_of(id);
      if (!CPU_EQUAL(&theirs, &all)) return false;
    }
    return true;
  });
}

// Somebody binds all threads, as `taskset -a` does, while threads are woken, which leave the core of their waker.
void binding_is_kept() {
  ::cpu_set_t const all = cores_of(0);
  ::cpu_set_t const one = first_of(all);
  if (CPU_COUNT(&all) == 1) return;
  pt::Options options;
  options.hot_time = std::chrono::nanoseconds(0);
  support::WithOptions const with(options);
  support::Eager const eager(2);
  std::atomic<bool> stop{false};
  std::thread user([&] {
    while (!stop) {
      each(40, [](std::size_t) { support::spin_for(microseconds(5)); });
      std::this_thread::sleep_for(microseconds(100));
    }
  });
  until([] { return !threads_of_the_library().empty(); });
  for (int round = 0; round != 300; ++round) {
    for (::cpu_set_t const* cores : {&one, &all}) {
      ::sched_setaffinity(::getpid(), sizeof *cores, cores);
      auto const ids = threads_of_the_library();
      for (int id : ids) ::sched_setaffinity(id, sizeof *cores, cores);
      breathe();
      breathe();
      // A thread that was just about to write what it had read before reads once more, when it has a core again. One
      // that has lost what it was told would never be right.
      for (int id : ids) {
        until([&] {
          ::cpu_set_t const theirs = cores_of(id);
          return cores != &one || CPU_EQUAL(&theirs, cores);
        });
      }
    }
  }
  stop = true;
  user.join();
}

}  // namespace

int main(int argc, char* argv[]) {
  return run_scenario(argc, argv,
                      {{"floats_are_the_callers", floats_are_the_callers},
                       {"traps_are_the_callers", traps_are_the_callers},
                       {"timers_are_as_late_as_the_callers", timers_are_as_late_as_the_callers},
                       {"first_caller_leaves_nothing", first_caller_leaves_nothing},
                       {"humble_threads_help_nobody_else", humble_threads_help_nobody_else},
                       {"helpers_are_as_urgent_as_their_caller", helpers_are_as_urgent_as_their_caller},
                       {"real_time_callers_lend_their_priority", real_time_callers_lend_their_priority},
                       {"cores_that_grow", cores_that_grow},
                       {"binding_is_kept", binding_is_kept}});
}
