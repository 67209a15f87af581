// Joins and scopes in the corners of a process's life: fork in a task, and threads that end in one.
#include "process/scenario.hpp"

#include <parallel_task/structure.hpp>

#include <memory>

using namespace process;

namespace {

std::uint64_t fib(unsigned n) {
  if (n < 2) return n;
  auto const [a, b] = pt::join([n] { return fib(n - 1); }, [n] { return fib(n - 2); });
  return a + b;
}

void expect_tasks_that_work() {
  expect(fib(15) == 610, "a tree of joins is wrong");
  std::atomic<int> ran{0};
  pt::scope([&](pt::Scope& s) {
    for (int i = 0; i != 50; ++i) {
      s.spawn([&] {
        s.spawn([&] { ran.fetch_add(1); });
        ran.fetch_add(1);
      });
    }
  });
  expect(ran == 100, "a scope is wrong", ran.load());
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

// Nobody shares the tree: the child goes on with it, whole.
void fork_in_a_join_of_its_own() {
  support::Eager const eager(3);
  pt::thread_limit const one(1);
  pid_t child = -1;
  auto const [a, b, c] = pt::join([] { return fib(5); },
                                  [&] {
                                    std::fflush(nullptr);
                                    child = ::fork();
                                    if (child == 0) ::alarm(120);
                                    return fib(6);
                                  },
                                  [] { return fib(7); });
  expect(a + b + c == 5 + 8 + 13, "a join around a fork is wrong");
  if (child == 0) {
    expect_no_trace();
    expect_tasks_that_work();
    ::_exit(0);
  }
  expect_ended_well(child);
}

// A helper runs the other half, which is lost in the child: the join says so.
void fork_in_a_shared_join() {
  support::Eager const eager(2);
  for (int round = 0; round != 5; ++round) {
    pid_t child = -1;
    std::atomic<bool> inside{false};
    std::atomic<bool> over{false};
    bool const told = is_told_of_the_fork([&] {
      pt::join(
          [&] {
            until([&] { return inside.load(); });
            std::fflush(nullptr);
            child = ::fork();
            if (child == 0) {
              ::alarm(120);
              expect(fib(10) == 55, "a tree of joins in a lost one is wrong");
            }
            over = true;
          },
          [&] {
            inside = true;
            until([&] { return over.load(); });
          });
    });
    if (child == 0) {
      expect(told, "a join that has lost its other half looks finished");
      expect_no_trace();
      expect_tasks_that_work();
      expect_a_working_pool();
      ::_exit(0);
    }
    expect(!told, "the parent's join was stopped");
    expect_ended_well(child);
  }
}

// The same of a scope; tasks that wait are not begun in the child.
void fork_in_a_shared_scope() {
  support::Eager const eager(2);
  for (int round = 0; round != 5; ++round) {
    pid_t child = -1;
    std::atomic<bool> inside{false};
    std::atomic<bool> over{false};
    std::atomic<int> ran{0};
    bool const told = is_told_of_the_fork([&] {
      pt::scope([&](pt::Scope& s) {
        s.spawn([&] {
          inside = true;
          until([&] { return over.load(); });
        });
        until([&] { return inside.load(); });
        for (int i = 0; i != 20; ++i) s.spawn([&] { ran.fetch_add(1); });
        std::fflush(nullptr);
        child = ::fork();
        if (child == 0) ::alarm(120);
        over = true;
      });
    });
    if (child == 0) {
      expect(told, "a scope that has lost tasks looks finished");
      expect_no_trace();
      expect_tasks_that_work();
      expect_a_working_pool();
      ::_exit(0);
    }
    expect(!told, "the parent's scope was stopped");
    expect(ran == 20, "tasks are missing", ran.load());
    expect_ended_well(child);
  }
}

/// A thread of the user's that runs `body`, which may end it: how it ended is told by `ended`.
template <class F>
void in_a_thread(F body) {
  struct Given {
    F body;
    static void* run(void* self) {
      static_cast<Given*>(self)->body();
      return self;
    }
  } given{body};
  ::pthread_t thread{};
  expect(::pthread_create(&thread, nullptr, &Given::run, &given) == 0, "no thread to be had");
  void* result = nullptr;
  (void)::pthread_join(thread, &result);
  expect(result == nullptr, "a thread whose task has ended it came back");
}

struct CountsFrames {
  std::atomic<int>& left;
  ~CountsFrames() { left.fetch_add(1); }
};

// A task calls pthread_exit: the thread of the outermost join ends, wherever the task ran.
void exit_in_a_join() {
  support::Eager const eager(4);
  std::atomic<int> left{0};
  std::atomic<int> elsewhere{0};
  int rounds = 0;
  for (; rounds < 200 || elsewhere < 20; ++rounds) {
    in_a_thread([&] {
      CountsFrames const frame{left};
      std::atomic<int> leaves{0};
      struct Tree {
        std::atomic<int>& leaves;
        std::atomic<int>& elsewhere;
        void operator()(unsigned depth) const {
          if (depth == 0) {
            support::spin_for(microseconds(5));
            if (leaves.fetch_add(1) != 40) return;
            if (pt::current_worker() != 0) elsewhere.fetch_add(1);
            ::pthread_exit(nullptr);
          }
          pt::join([&] { (*this)(depth - 1); }, [&] { (*this)(depth - 1); });
        }
      };
      Tree{leaves, elsewhere}(7);
    });
    expect(left == rounds + 1, "the stack was not unwound", left.load());
  }
  expect_no_trace();
  expect_tasks_that_work();
  expect_a_working_pool();
}

/// Told by a frame that its thread leaves: nothing of it may be in use elsewhere then.
struct SaysThatItLeaves {
  std::atomic<bool>& left;
  ~SaysThatItLeaves() { left = true; }
};

// A thread waits for its second half, which is a helper's, runs a part of that, and ends in it: not before the helper
// has come back, which is still in the second half.
void exit_in_a_part_of_what_is_waited_for() {
  support::Eager const eager(4);
  int met = 0;
  for (int round = 0; met < 20; ++round) {
    std::atomic<bool> left{false};
    std::atomic<bool> inside{false};
    std::atomic<bool> lent{false};
    std::atomic<bool> kept{true};
    auto const part = [&] {  // the caller's, as a rule
      lent = true;
      if (pt::current_worker() != 0) return;
      ++met;
      ::pthread_exit(nullptr);
    };
    auto const second = [&] {
      inside = true;
      if (pt::current_worker() == 0) ::pthread_exit(nullptr);
      pt::join(
          [&] {
            until([&] { return lent.load(); });
            for (int i = 0; i != 20; ++i) breathe();
            if (left) kept = false;
          },
          part);
    };
    in_a_thread([&] {
      pt::thread_limit const two(2);  // no third may take the part
      pt::join(
          [&] {
            SaysThatItLeaves const frame{left};
            auto const is_taken = [&] {
              pt::join([] {}, [] {});  // offers what is older
              return inside.load();
            };
            pt::join([&] { until(is_taken); }, second);
            ::pthread_exit(nullptr);
          },
          [] {});
    });
    expect(kept, "a thread has left a frame that a helper works in", round);
  }
  expect_no_trace();
  expect_tasks_that_work();
  expect_a_working_pool();
}

void exit_in_a_scope() {
  support::Eager const eager(4);
  std::atomic<int> left{0};
  std::atomic<int> elsewhere{0};
  int rounds = 0;
  for (; rounds < 200 || elsewhere < 20; ++rounds) {
    auto const held = std::make_shared<int>(0);
    in_a_thread([&] {
      CountsFrames const frame{left};
      std::atomic<int> tasks{0};
      pt::scope([&](pt::Scope& s) {
        for (int i = 0; i != 100; ++i) {
          s.spawn([&, held] {
            support::spin_for(microseconds(5));
            if (tasks.fetch_add(1) != 40) return;
            if (pt::current_worker() != 0) elsewhere.fetch_add(1);
            ::pthread_exit(nullptr);
          });
        }
      });
    });
    expect(left == rounds + 1, "the stack was not unwound", left.load());
    expect(held.use_count() == 1, "a closure was not destroyed", held.use_count());
  }
  expect_no_trace();
  expect_tasks_that_work();
  expect_a_working_pool();
}

}  // namespace

int main(int argc, char* argv[]) {
  return run_scenario(argc, argv,
                      {{"fork_in_a_join_of_its_own", fork_in_a_join_of_its_own},
                       {"fork_in_a_shared_join", fork_in_a_shared_join},
                       {"fork_in_a_shared_scope", fork_in_a_shared_scope},
                       {"exit_in_a_join", exit_in_a_join},
                       {"exit_in_a_part_of_what_is_waited_for", exit_in_a_part_of_what_is_waited_for},
                       {"exit_in_a_scope", exit_in_a_scope}});
}
