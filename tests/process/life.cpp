// Before main, after it, and all the ways to end: a process, a thread, the pool.
#include "process/scenario.hpp"

#include <parallel_task/parallel_task.hpp>
#include <parallel_task/worker/process.hpp>

#include <sys/mman.h>
#include <memory>
#include <stdexcept>
#include <vector>

using namespace process;

namespace {

auto& pool = detail::thread_manager;

/// What must have happened by the time the process is gone; the last handler of all looks.
std::atomic<int> ends_that_worked{0};
int ends_expected = -1;

void look_at_ends() {
  if (ends_expected < 0) return;
  expect(ends_that_worked == ends_expected, "so many calls after main have worked", ends_that_worked);
}

struct Static {
  bool worked_before_main = a_call_is_right(2000);
  Static() { std::atexit(look_at_ends); }  // registered before this object is complete: runs after its destructor
  ~Static() { ends_that_worked += a_call_is_right(2000) ? 1 : 0; }
} const static_object;

void at_exit() { ends_that_worked += a_call_is_right(2000) ? 1 : 0; }

/// Threads of the user's that call until the process ends.
void keep_calling(int threads) {
  static std::atomic<int> calls{0};
  for (int t = 0; t != threads; ++t) {
    std::thread([] {
      for (;; ++calls) {
        if (!a_call_is_right(500)) std::abort();
      }
    }).detach();
  }
  until([&] { return calls > 3 * threads; });
}

void stay_hot() {
  pt::Options options = pool.options();
  options.hot_time = std::chrono::seconds(20);
  pt::set_options(options);
}

void make_eager(unsigned cores) { new support::Eager(cores); }  // stays, also behind main

void returns_while_threads_are_hot() {
  expect(static_object.worked_before_main, "a call before main is wrong");
  make_eager(3);
  stay_hot();
  engage();
  std::atexit(at_exit);
  ends_expected = 2;
}

void returns_after_shutdown() {
  make_eager(3);
  engage();
  pt::shutdown();
  std::atexit(at_exit);
  ends_expected = 2;
}

void exits_while_others_call() {
  make_eager(4);
  keep_calling(3);
  std::atexit(at_exit);
  ends_expected = 2;
  std::exit(0);
}

void exits_while_another_ends_the_pool() {
  make_eager(3);
  keep_calling(2);
  std::thread([] {
    for (;;) pt::shutdown();
  }).detach();
  std::atexit(at_exit);
  ends_expected = 2;
  std::exit(0);
}

void exits_quickly_while_others_call() {
  make_eager(4);
  keep_calling(3);
  std::at_quick_exit([] { expect(a_call_is_right(2000), "a call in a handler of quick_exit is wrong"); });
  std::quick_exit(0);
}

void exits_at_once_while_others_call() {
  make_eager(4);
  keep_calling(3);
  ::_exit(0);
}

// An item ends the process: on the calling thread, or on one of the library's.
void exit_in_an_item(bool on_library_thread) {
  make_eager(3);
  std::atexit(at_exit);
  ends_expected = 2;
  for (;;) {
    each(200, [&](std::size_t) {
      static std::atomic<bool> once{false};
      if ((pt::current_worker() != 0) == on_library_thread && pool.places.busy() > 1 && !once.exchange(true))
        std::exit(0);
      if (once) ::pause();  // exit is for one thread only
      std::this_thread::yield();
    });
  }
}
void exits_in_an_item() { exit_in_an_item(false); }
void exits_in_an_item_on_a_library_thread() { exit_in_an_item(true); }

// The main thread goes, the process stays.
void main_thread_ends_first() {
  make_eager(3);
  engage();
  std::thread([] {
    for (int i = 0; i != 20; ++i) breathe();
    expect_a_working_pool();
    std::exit(0);
  }).detach();
  ::pthread_exit(nullptr);
}

// Destructors of thread_local objects call: on threads of the user's that end, and on the library's at shutdown.
void thread_locals() {
  support::Eager const eager(3);
  static std::atomic<int> alive{0};
  static std::atomic<int> right{0};
  struct AtEnd {
    AtEnd() { ++alive; }
    ~AtEnd() {
      --alive;
      right += a_call_is_right() ? 1 : 0;
      try {
        pt::shutdown();
      } catch (std::logic_error const&) {  // a thread of the library may not
      }
    }
    void touch() const {}
  };
  int made = 0;
  for (int round = 0; round != 20; ++round) {
    auto const item = [](std::size_t) {
      thread_local AtEnd at_end;
      at_end.touch();
      std::this_thread::yield();
    };
    std::thread([&] {
      thread_local AtEnd at_end;
      at_end.touch();
      each(200, item);
    }).join();
    engage();
    std::thread([] { pt::shutdown(); }).join();
    made += 1;
  }
  pt::shutdown();
  expect(right >= made && alive <= 1, "calls of thread_local destructors that were right", right);
}

// --- shutdown -------------------------------------------------------------------------------------------------------

void shut_down_again_and_again() {
  support::Eager const eager(3);
  std::vector<std::thread> users;
  for (int t = 0; t != 4; ++t) {
    users.emplace_back([t] {
      for (int round = 0; round != 150; ++round) {
        expect(a_call_is_right(50), "a call is wrong");
        if ((round + t) % 2 == 0) pt::shutdown();
      }
    });
  }
  for (std::thread& user : users) user.join();
  pt::shutdown();
  expect(pool.starter.made.load() == 0, "threads are left", pool.starter.made.load());
  expect(support::threads_left("pt-") == 0, "the system still has threads", support::threads_left("pt-"));
  expect_no_trace();
  expect_a_working_pool();
}

bool is_refused() {
  try {
    pt::shutdown();
  } catch (std::logic_error const&) {
    return true;
  }
  return false;
}

void shut_down_inside() {
  support::Eager const eager(3);
  std::atomic<int> refused{0};
  std::atomic<bool> on_both{false};
  while (!on_both) {
    refused = 0;
    std::atomic<int> on_library_threads{0};
    each(100, [&](std::size_t) {
      each(2, [&](std::size_t) { refused += is_refused() ? 1 : 0; });
      on_library_threads += pt::current_worker() != 0 ? 1 : 0;
      std::this_thread::yield();
    });
    expect(refused == 200, "calls of shutdown inside items that were refused", refused);
    on_both = on_library_threads > 0 && on_library_threads < 100;
  }
  pt::shutdown();

  // An item of a call that is not shared yet may; and what is offered only after that is right as ever.
  detail::thread_manager.costs.probe = 2'000;
  std::atomic<std::size_t> sum{0};
  each(1000, [&](std::size_t i) {
    if (i == 0) (void)is_refused();
    sum.fetch_add(i, std::memory_order_relaxed);
    support::spin_for(microseconds(5));
  });
  expect(sum == 499'500, "a call whose first item ends the threads is wrong");
}

void shut_down_in_hooks() {
  static std::atomic<int> refused{0};
  static std::atomic<int> hooks{0};
  pt::Options options;
  options.on_thread_start = options.on_thread_stop = [] {
    ++hooks;
    refused += is_refused() ? 1 : 0;
    if (!a_call_is_right()) std::abort();
  };
  support::WithOptions const with(options);
  support::Eager const eager(3);
  for (int round = 0; round != 10; ++round) {
    engage();
    pt::shutdown();
  }
  expect(hooks >= 20 && hooks == refused, "hooks in which shutdown was refused", refused);
}

// --- cores ----------------------------------------------------------------------------------------------------------

void as_if_on_64_cores() {
  support::Eager const eager(64);
  expect(pt::max_threads() == 128, "threads that may compute", pt::max_threads());
  std::vector<std::thread> users;
  for (int t = 0; t != 3; ++t) {
    users.emplace_back([] {
      // Till there are many threads, however slowly a busy machine lets them come.
      for (int round = 0; round < 3 || pool.starter.made.load() <= 16; ++round) {
        std::atomic<int> calls{0};
        each(300, [&](std::size_t) {
          ++calls;
          std::this_thread::sleep_for(milliseconds(2));
        });
        expect(calls == 300, "items are missing", calls);
      }
    });
  }
  for (std::thread& user : users) user.join();
  std::uint32_t const made = pool.starter.made.load();
  expect(made > 16 && made <= 128, "threads made", made);
  expect(a_call_is_right(20'000), "a call is wrong");
  pt::shutdown();
  expect_no_trace();
}

// --- stacks ---------------------------------------------------------------------------------------------------------

/// As with a C library that gives threads 128 kB: items need more, and get it.
void small_default_stacks() {
#if defined(__GLIBC__)
  pt::shutdown();
  ::pthread_attr_t small;
  ::pthread_attr_init(&small);
  ::pthread_attr_setstacksize(&small, std::size_t{128} << 10);
  expect(::pthread_setattr_default_np(&small) == 0, "the default can't be set");
  support::Eager const eager(4);
  std::atomic<bool> elsewhere{false};
  while (!elsewhere) {
    each(64, [&](std::size_t) {
      char volatile large[std::size_t{700} << 10];
      for (std::size_t i = sizeof large; i >= 1024; i -= 1024) large[i - 1] = 1;  // page by page, as a stack grows
      if (pt::current_worker() != 0) elsewhere = true;
      std::this_thread::yield();
    });
  }
#endif
}

/// Calls until the pool counts on so many cores; whoever waits for ever is ended by ctest.
void until_cores(std::uint32_t count) {
  until([count] {
    expect(a_call_is_right(20), "a call is wrong");
    std::this_thread::sleep_for(milliseconds(20));
    return pool.places.cores() == count;
  });
}

void affinity_changes() {
  pt::shutdown();  // the object before main has called; no thread may read the costs meanwhile
  detail::Costs& costs = pool.costs;
  costs.tiny = -1;
  costs.probe = 0;
  costs.wake = costs.start = costs.least_shared = -1;
  ::cpu_set_t all;
  expect(::sched_getaffinity(0, sizeof all, &all) == 0, "no affinity to be had");
  std::uint32_t const before = detail::available_cores();
  until_cores(before);
  ::cpu_set_t one;
  CPU_ZERO(&one);
  for (std::size_t core = 0; core != CPU_SETSIZE; ++core) {
    if (CPU_ISSET(core, &all) && CPU_COUNT(&one) == 0) CPU_SET(core, &one);
  }
  // Another thread that binds itself to a core does not speak for the process.
  std::thread([&] {
    expect(::sched_setaffinity(0, sizeof one, &one) == 0, "affinity can't be set");
    expect(detail::affinity_cores() == static_cast<unsigned>(CPU_COUNT(&all)), "a bound thread changes the cores",
           detail::affinity_cores());
  }).join();
  expect(::sched_setaffinity(0, sizeof one, &one) == 0, "affinity can't be set");
  until_cores(1);
  expect(::sched_setaffinity(0, sizeof all, &all) == 0, "affinity can't be set");
  until_cores(before);
  // Where the user has said how many, nobody looks.
  pt::Options options;
  options.cores = 7;
  pt::set_options(options);
  expect(a_call_is_right(), "a call is wrong");
  expect(pool.places.cores() == 7, "not the cores that were asked for", pool.places.cores());
}

/// Kilobytes that the process has in memory.
long resident_kb() {
  std::FILE* const file = std::fopen("/proc/self/status", "r");
  if (file == nullptr) return 0;
  long kb = 0;
  for (char line[256]; kb == 0 && std::fgets(line, sizeof line, file) != nullptr;) {
    if (std::strncmp(line, "VmRSS:", 6) == 0) kb = std::strtol(line + 6, nullptr, 10);
  }
  std::fclose(file);
  return kb;
}

// A program that has locked its memory does not pay for the whole stack of each thread, 8 MB as a rule; and what items
// use of it is there.
void locked_memory() {
  if (::mlockall(MCL_CURRENT | MCL_FUTURE) != 0) {
    std::puts("memory may not be locked here: not tested");
    return;
  }
  support::Eager const eager(4);
  long const before = resident_kb();
  until([] {
    engage();
    return pool.starter.made.load() >= 4 && pool.wakeups.parked.load() == pool.starter.made.load();
  });
  long const more = resident_kb() - before;
  expect(more < 4000, "so many kilobytes for four threads:", more);
  std::atomic<int> right{0};
  pt::indices(0, 500).for_each([&](int i) {
    char volatile deep[300'000];
    for (std::size_t k = 0; k < sizeof deep; k += 1000) deep[k] = static_cast<char>(i);
    if (deep[299'000] == static_cast<char>(i)) ++right;
  });
  expect(right == 500, "items that use much of the stack went wrong:", 500 - right);
}

}  // namespace

int main(int argc, char* argv[]) {
  return run_scenario(argc, argv,
                      {{"returns_while_threads_are_hot", returns_while_threads_are_hot},
                       {"returns_after_shutdown", returns_after_shutdown},
                       {"exits_while_others_call", exits_while_others_call},
                       {"exits_while_another_ends_the_pool", exits_while_another_ends_the_pool},
                       {"exits_quickly_while_others_call", exits_quickly_while_others_call},
                       {"exits_at_once_while_others_call", exits_at_once_while_others_call},
                       {"exits_in_an_item", exits_in_an_item},
                       {"exits_in_an_item_on_a_library_thread", exits_in_an_item_on_a_library_thread},
                       {"main_thread_ends_first", main_thread_ends_first},
                       {"thread_locals", thread_locals},
                       {"shut_down_again_and_again", shut_down_again_and_again},
                       {"shut_down_inside", shut_down_inside},
                       {"shut_down_in_hooks", shut_down_in_hooks},
                       {"as_if_on_64_cores", as_if_on_64_cores},
                       {"small_default_stacks", small_default_stacks},
                       {"locked_memory", locked_memory},
                       {"affinity_changes", affinity_changes}});
}
