// fork: the child has a pool of its own, wherever the parent's threads were; and a child that comes back from an item
// never hangs.
#include "process/scenario.hpp"

#include <parallel_task/worker/process.hpp>

#include <spawn.h>
#include <sys/resource.h>
#include <memory>
#include <vector>

using namespace process;

extern char** environ;

namespace {

auto& pool = detail::thread_manager;

/// The first thing in a child that was made inside an item.
void begin_as_child() {
  ::alarm(120);
  expect(pt::current_worker() == 0, "the child's thread believes that it is the library's");
  expect(pool.places.busy() == 1, "not one thread computes, in the child's view, but", pool.places.busy());
}

void parked() {
  support::Eager const eager(3);
  engage();
  until([] { return pool.wakeups.parked.load() == pool.starter.made.load(); });
  expect_ended_well(fork_child([] {
    expect(pool.starter.made.load() == 0, "the child counts threads that it has not", pool.starter.made.load());
    expect_a_working_pool();
  }));
  engage();  // and the parent goes on
}

void hot() {
  pt::Options options;
  options.hot_time = std::chrono::seconds(20);
  support::WithOptions const with(options);
  support::Eager const eager(3);
  // Again and again: a helper that loses its core as it spins parks at once for a while.
  do engage();
  while (pool.wakeups.spinning.load() == 0);
  expect_ended_well(fork_child(expect_a_working_pool));
}

// Other threads of the user's are inside calls, and hold guards.
void running() {
  support::Eager const eager(4);
  std::atomic<bool> stop{false};
  std::vector<std::thread> users;
  for (std::uint32_t t = 0; t != 2; ++t) {
    users.emplace_back([&stop, t] {
      while (!stop) {
        pt::thread_limit const limit(2 + t);
        pt::thread_limit const another(2);
        expect(a_call_is_right(), "a call in the parent is wrong");
      }
    });
  }
  for (std::uint32_t round = 0; round != 20; ++round) {
    pt::thread_limit const limit(2 + round % 3);
    breathe();
    expect_ended_well(fork_child([round] {
      expect_no_trace();
      expect(pt::max_threads() == 2 + round % 3, "the guard around the fork does not hold", pt::max_threads());
      std::vector<std::unique_ptr<pt::thread_limit>> guards;
      for (std::uint32_t i = 1; i != pool.thread_groups.count; ++i)
        guards.push_back(std::make_unique<pt::thread_limit>(2));
      while (!guards.empty()) guards.pop_back();
      if (round % 2 == 0) {
        expect_a_working_pool();
      } else {
        expect(a_call_is_right(), "a call in the child is wrong");
      }
    }));
  }
  stop = true;
  for (std::thread& user : users) user.join();
}

// Threads cannot start; other threads of the user's have opened calls that nobody joins.
void running_alone() {
  pt::Options options;
  options.stack_size = std::size_t{1} << 52;
  support::WithOptions const with(options);
  support::Eager const eager(3);
  std::atomic<bool> inside{false};
  std::atomic<bool> stop{false};
  std::thread user([&] {
    each(2, [&](std::size_t) {
      inside = true;
      until([&] { return stop.load(); });
    });
  });
  until([&] { return inside.load(); });
  expect_ended_well(fork_child([] {
    expect_no_trace();
    pt::Options with_threads = pool.options();
    with_threads.stack_size = 0;
    pt::set_options(with_threads);
    expect_a_working_pool();
  }));
  stop = true;
  user.join();
}

// No call has been made yet, but another thread has a guard.
void guards_alone() {
  std::atomic<bool> limited{false};
  std::atomic<bool> stop{false};
  std::thread user([&] {
    pt::thread_limit const limit(2);
    limited = true;
    until([&] { return stop.load(); });
  });
  until([&] { return limited.load(); });
  expect_ended_well(fork_child(expect_no_trace));
  stop = true;
  user.join();
}

/// Calls `on_caller()` once, in an item on the calling thread, while a thread of the library is inside another.
template <class F>
void with_a_helper_inside(F const& on_caller) {
  std::atomic<bool> done{false};
  while (!done) {
    std::atomic<bool> helper_inside{false};
    std::atomic<bool> over{false};
    each(1000, [&](std::size_t) {
      if (over) return;
      if (pt::current_worker() != 0) {
        helper_inside = true;
        until([&] { return over.load(); });
        return;
      }
      // Nobody has promised to come: then once more.
      for (int wait = 0; wait != 200 && !helper_inside; ++wait) breathe();
      struct Over {
        std::atomic<bool>& over;
        ~Over() { over = true; }
      } const at_end{over};
      if (!helper_inside) return;
      done = true;
      on_caller();
    });
  }
}

template <class F>
bool is_told_of_the_fork(F const& call) {
  try {
    call();
  } catch (pt::cancelled const& error) {
    return error.reason() == pt::StopReason::forked;
  }
  return false;
}

// In the child others' items are lost: the call says so.
void item_of_a_shared_call() {
  support::Eager const eager(2);
  for (int round = 0; round != 5; ++round) {
    pid_t child = 0;
    bool in_child = false;
    bool const told = is_told_of_the_fork([&] {
      with_a_helper_inside([&] {
        std::fflush(nullptr);
        child = ::fork();
        in_child = child == 0;
        if (!in_child) return;
        begin_as_child();
        if (round % 2 == 0) expect_a_working_pool_inside();
      });
    });
    if (in_child) {
      expect(told, "a call that has lost its threads looks finished");
      expect_no_trace();
      expect_a_working_pool();
      ::_exit(0);
    }
    expect(!told, "the parent's call was stopped");
    expect_ended_well(child);
  }
  expect_no_trace();
}

// What an item throws in the child does not hide that the run is lost.
void item_that_throws_in_the_child() {
  support::Eager const eager(2);
  pid_t child = 0;
  bool in_child = false;
  bool const told = is_told_of_the_fork([&] {
    with_a_helper_inside([&] {
      std::fflush(nullptr);
      child = ::fork();
      in_child = child == 0;
      if (!in_child) return;
      begin_as_child();
      throw 1;
    });
  });
  if (in_child) {
    expect(told, "a call that has lost its threads looks finished");
    expect_no_trace();
    ::_exit(0);
  }
  expect_ended_well(child);
}

// A call in an item: the inner one is the child's own, and whole if nobody shares it; the outer one is lost.
void nested_item() {
  support::Eager const eager(4);
  for (std::uint32_t inner_threads : {1U, 3U}) {
    pid_t child = 0;
    bool in_child = false;
    bool const told = is_told_of_the_fork([&] {
      with_a_helper_inside([&] {
        pt::thread_limit const limit(inner_threads);
        std::atomic<bool> forked{false};
        while (!forked) {
          std::atomic<int> inner{0};
          each(100, [&](std::size_t) {
            ++inner;
            support::spin_for(microseconds(20));
            if (inner < 50 || pt::current_worker() != 0 || forked.exchange(true)) return;
            std::fflush(nullptr);
            child = ::fork();
            in_child = child == 0;
            if (in_child) begin_as_child();
          });
          expect(inner == 100, "a call that nobody shared is not whole", inner);
        }
      });
    });
    if (in_child) {
      expect(told, "a call that has lost its threads looks finished");
      expect_no_trace();
      expect_a_working_pool();
      ::_exit(0);
    }
    expect_ended_well(child);
  }
}

// An open call that nobody has joined goes on in the child, where others may join it.
void item_that_nobody_shares() {
  pt::Options options;
  options.stack_size = std::size_t{1} << 52;  // no thread can start
  support::WithOptions const with(options);
  support::Eager const eager(3);
  for (std::size_t at : {std::size_t{0}, std::size_t{7}, std::size_t{299}}) {
    pid_t child = -1;
    std::vector<std::atomic<int>> runs(300);
    each(300, [&](std::size_t i) {
      ++runs[i];
      if (i != at) {
        if (child == 0) breathe();
        return;
      }
      std::fflush(nullptr);
      child = ::fork();
      if (child != 0) return;
      begin_as_child();
      pt::Options with_threads = pool.options();
      with_threads.stack_size = 0;
      pt::set_options(with_threads);
    });
    for (auto const& run : runs) expect(run == 1, "an item has run so many times", run);
    expect_no_trace();
    if (child == 0) {
      expect_a_working_pool();
      ::_exit(0);
    }
    expect_ended_well(child);
  }
}

/// What the child said on its standard error, and how it ended.
struct Ended {
  int status = 0;
  std::string said;
};

/// In an item on a thread of the library: forks once; the child calls `in_child()` and goes on.
template <class F>
Ended fork_on_a_library_thread(F const& in_child) {
  int ends[2] = {};
  expect(::pipe(ends) == 0, "no pipe to be had");
  std::atomic<pid_t> child{0};
  std::atomic<bool> done{false};
  while (!done) {
    each(500, [&](std::size_t) {
      if (pt::current_worker() == 0 || done.exchange(true)) return std::this_thread::yield();
      std::fflush(nullptr);
      pid_t const forked = ::fork();
      if (forked != 0) {
        child = forked;
        return;
      }
      begin_as_child();
      ::dup2(ends[1], 2);
      in_child();
    });
  }
  ::close(ends[1]);
  Ended ended;
  char text[512];
  for (ssize_t got = 0; (got = ::read(ends[0], text, sizeof text)) > 0;)
    ended.said.append(text, static_cast<std::size_t>(got));
  ::close(ends[0]);
  ended.status = status_of(child);
  return ended;
}

// On the library's thread there is nobody to come back to: said, never a hang.
void item_on_a_library_thread() {
  support::Eager const eager(3);
  for (bool calls : {false, true}) {
    Ended const ended = fork_on_a_library_thread([calls] {
      if (calls) expect_a_working_pool_inside();
    });
    expect(WIFSIGNALED(ended.status) && WTERMSIG(ended.status) == SIGABRT, "the child did not abort, but ended with",
           ended.status);
    expect(ended.said.find("came back from an item") != std::string::npos, "the child did not say why it aborts");
  }
  Ended const ended = fork_on_a_library_thread([] {
    expect_a_working_pool_inside();
    ::_exit(0);
  });
  expect(ended.status == 0, "a child that ends by itself did not end well");
  expect_ended_well(fork_child(expect_a_working_pool));
}

// The child starts threads before it comes back: the C library gives them the stacks of those that are not there, or
// gives these back to the system.
void item_on_a_library_thread_that_starts_threads() {
  support::Eager const eager(3);
  for (std::size_t threads : {std::size_t{1}, std::size_t{4}, std::size_t{8}, std::size_t{8}}) {
    std::thread([threads] {
      Ended const ended = fork_on_a_library_thread([threads] {
        std::vector<std::thread> started;
        for (std::size_t i = 0; i != threads; ++i) {
          started.emplace_back([] {
            char volatile large[100000];
            for (auto& c : large) c = 0x55;
          });
        }
        for (std::thread& thread : started) thread.join();
      });
      expect(WIFSIGNALED(ended.status) && WTERMSIG(ended.status) == SIGABRT, "the child did not abort, but ended with",
             ended.status);
      expect(ended.said.find("came back from an item") != std::string::npos, "the child did not say why it aborts");
    }).join();
  }
}

// A caller waits for its helpers, joins a call made by an item of its own, and forks there.
void item_of_a_joined_call() {
  support::Eager const eager(3);
  pool.costs.caller_spin = 1e8F;  // asleep, it would be woken last of all
  pid_t child = -1;
  bool in_child = false;
  bool const told = is_told_of_the_fork([&] {
    std::atomic<bool> forked{false};
    while (!forked) {
      std::atomic<bool> inner_is_open{false};
      each(2, [&](std::size_t) {
        if (pt::current_worker() == 0) {
          // Nobody has promised to come: then once more.
          for (int wait = 0; wait != 200 && !inner_is_open; ++wait) breathe();
          return;
        }
        each(300, [&](std::size_t) {
          inner_is_open = true;
          support::spin_for(microseconds(20));
          if (pt::current_worker() != 0) return std::this_thread::yield();
          if (forked.exchange(true)) return;
          std::fflush(nullptr);
          child = ::fork();
          in_child = child == 0;
          if (!in_child) return;
          begin_as_child();
          expect_a_working_pool_inside();
        });
      });
    }
  });
  if (in_child) {
    expect(told, "a call that has lost its threads looks finished");
    expect_no_trace();
    expect_a_working_pool();
    ::_exit(0);
  }
  expect(!told, "the parent's call was stopped");
  expect_ended_well(child);
}

// The caller's frame, which items refer to, stays what it was while the child starts threads, though the caller is
// gone.
void frame_of_a_lost_caller() {
  support::Eager const eager(3);
  std::thread([] {
    std::vector<int> const expected(4096, 42);
    int frame[4096];
    for (int& number : frame) number = 42;
    Ended const ended = fork_on_a_library_thread([&frame, &expected] {
      int const* const numbers = frame;
      std::vector<int> const before(numbers, numbers + 4096);
      for (int round = 0; round != 3; ++round) expect_a_working_pool_inside();
      ::_exit(std::vector<int>(numbers, numbers + 4096) == before && before == expected ? 0 : 3);
    });
    expect(ended.status == 0, "the frame of the caller was overwritten", ended.status);
  }).join();
}

void generations(int left) {
  engage();
  if (left == 0) return;
  expect_ended_well(fork_child([left] {
    generations(left - 1);
    expect_a_working_pool();
  }));
}
void child_of_a_child() {
  support::Eager const eager(3);
  generations(3);
}

// In an item of the child's own call, again.
void generations_in_items(int left) {
  if (left == 0) return;
  pid_t child = 0;
  bool in_child = false;
  bool const told = is_told_of_the_fork([&] {
    with_a_helper_inside([&] {
      std::fflush(nullptr);
      child = ::fork();
      in_child = child == 0;
      if (!in_child) return;
      begin_as_child();
      generations_in_items(left - 1);
    });
  });
  if (in_child) {
    expect(told, "a call that has lost its threads looks finished");
    if (detail::this_thread.depth == 0) expect_no_trace();
    ::_exit(0);
  }
  expect_ended_well(child);
}
void item_of_a_childs_item() {
  support::Eager const eager(2);
  generations_in_items(3);
}

// Other programs are started as ever, inside an item and outside.
void other_programs() {
  support::Eager const eager(3);
  auto const spawn = [] {
    char name[] = "true";
    char* arguments[] = {name, nullptr};
    pid_t child = 0;
    expect(::posix_spawnp(&child, name, nullptr, nullptr, arguments, environ) == 0, "no program could be started");
    expect_ended_well(child);
  };
  engage();
  std::uint32_t const made = pool.starter.made.load();
  spawn();
  pid_t const child = ::vfork();
  if (child == 0) ::_exit(0);
  expect_ended_well(child);
  expect(pool.starter.made.load() == made, "the parent has lost threads");
  std::atomic<int> programs{0};
  each(20, [&](std::size_t) {
    spawn();
    ++programs;
  });
  expect(programs == 20, "items are missing", programs);
  expect_a_working_pool();
}

// What the library does in a child touches few pages, each of which is copied or made. Handlers run in the order in
// which they were registered, the library's at the first call. A page of the program that is only read may be mapped or
// not, as the kernel likes: all of them are read before anything is counted.
extern "C" char __executable_start;
extern "C" char end;
void read_the_program() {
  for (char const volatile* at = &__executable_start; at < &end; at += 1024) (void)*at;
}
long faults() {
  ::rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  return used.ru_minflt;
}
long before_the_library = 0;
long after_the_library = 0;
void few_page_faults() {
  (void)faults();
  auto const begin_counting = [] {
    read_the_program();
    before_the_library = faults();
  };
  expect(::pthread_atfork(nullptr, nullptr, begin_counting) == 0, "no handler");
  {
    support::Eager const eager(8);
    engage();
    engage();
    expect(::pthread_atfork(nullptr, nullptr, [] { after_the_library = faults(); }) == 0, "no handler");
    expect_ended_well(fork_child([] {
      long const more = after_the_library - before_the_library;
      expect(more <= 10, "the library's handler takes so many page faults in a child:", more);
      expect_a_working_pool();
    }));
  }
}

// Another thread ends and starts the library's threads meanwhile.
void while_threads_end_and_start() {
  support::Eager const eager(3);
  std::atomic<bool> stop{false};
  std::vector<std::thread> users;
  for (int t = 0; t != 2; ++t) {
    users.emplace_back([&stop] {
      while (!stop) {
        expect(a_call_is_right(50), "a call in the parent is wrong");
        pt::shutdown();
      }
    });
  }
  for (int round = 0; round != 40; ++round) expect_ended_well(fork_child(expect_a_working_pool));
  stop = true;
  for (std::thread& user : users) user.join();
}

}  // namespace

int main(int argc, char* argv[]) {
  return run_scenario(argc, argv,
                      {{"parked", parked},
                       {"hot", hot},
                       {"running", running},
                       {"running_alone", running_alone},
                       {"guards_alone", guards_alone},
                       {"item_of_a_shared_call", item_of_a_shared_call},
                       {"item_that_throws_in_the_child", item_that_throws_in_the_child},
                       {"nested_item", nested_item},
                       {"item_that_nobody_shares", item_that_nobody_shares},
                       {"item_on_a_library_thread", item_on_a_library_thread},
                       {"item_on_a_library_thread_that_starts_threads", item_on_a_library_thread_that_starts_threads},
                       {"item_of_a_joined_call", item_of_a_joined_call},
                       {"frame_of_a_lost_caller", frame_of_a_lost_caller},
                       {"child_of_a_child", child_of_a_child},
                       {"item_of_a_childs_item", item_of_a_childs_item},
                       {"other_programs", other_programs},
                       {"few_page_faults", few_page_faults},
                       {"while_threads_end_and_start", while_threads_end_and_start}});
}
