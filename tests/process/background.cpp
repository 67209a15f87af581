// Calls in the background in the corners of a process's life: fork, threads that end, exit, shutdown.
#include "process/scenario.hpp"

#include <parallel_task/async.hpp>

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

using namespace process;

namespace {

using Calls = std::vector<pt::Async<std::int64_t>>;

std::int64_t total(pt::Async<std::int64_t> call) { return call.get(); }
auto call_of(int n) {
  return pt::indices(n).async().map([](int i) { return std::int64_t{i}; }).sum();
}
void expect_calls_that_work() {
  Calls calls;
  for (int i = 0; i != 20; ++i) calls.push_back(call_of(100));
  std::int64_t sum = 0;
  for (auto& call : calls) sum += call.get();
  expect(sum == 20 * 4950, "calls in the background are wrong", sum);
  auto polled = call_of(10);
  until([&] { return polled.is_done(); });
  expect(polled.get() == 45, "a call in the background that is polled is wrong");
}

bool background_lost_by_fork(pt::Async<std::int64_t>& call) {
  try {
    (void)call.get();
  } catch (pt::cancelled const& error) {
    return error.reason() == pt::StopReason::forked;
  }
  return false;
}

// One call is under way in a thread of the pool, others wait.
void fork_beside_calls() {
  support::Eager const eager(2, support::Claims::single, 1);  // one thread, so one under way
  for (int round = 0; round != 5; ++round) {
    std::atomic<bool> inside{false};
    std::atomic<bool> over{false};
    std::atomic<int> ran{0};
    auto under_way = pt::indices(2)
                         .async()
                         .map([&](int i) {
                           inside = true;
                           until([&] { return over.load(); });
                           return std::int64_t{i};
                         })
                         .sum();
    until([&] { return inside.load(); });
    auto got = call_of(10);
    auto polled = call_of(11);
    auto dropped = std::optional(pt::indices(5).async().for_each([&](int) { ran.fetch_add(1); }));
    std::fflush(nullptr);
    pid_t const child = ::fork();
    if (child == 0) {
      ::alarm(120);
      expect(under_way.is_done(), "a call that is lost is never done");
      expect(background_lost_by_fork(under_way), "a call that is lost looks finished");
      expect(got.get() == 45, "a call that nobody had begun is wrong");
      until([&] { return polled.is_done(); });
      expect(polled.get() == 55, "a call that nobody had begun, and that is polled, is wrong");
      dropped.reset();
      expect(ran == 5, "a handle did not wait for its call", ran.load());
      expect_calls_that_work();
      expect(a_call_is_right(), "a call is wrong");
      ::_exit(0);
    }
    over = true;
    expect(under_way.get() == 1 && got.get() == 45 && polled.get() == 55, "the parent's calls are wrong");
    dropped.reset();
    expect(ran == 5, "the parent's call is wrong");
    expect_ended_well(child);
  }
  pt::shutdown();
  expect_no_trace();
}

// The child is the pool's thread, in an item. It ends there; if it returned, nobody would be there for whom.
void fork_in_a_call() {
  support::Eager const eager(2);
  for (bool returns : {false, true}) {
    std::atomic<pid_t> child{-1};
    bool forked_here = false;
    auto call = pt::indices(1).async().for_each([&](int) {
      std::fflush(nullptr);
      pid_t const made = ::fork();
      if (made == 0) {
        ::alarm(120);
        forked_here = true;
        expect(a_call_is_right(), "a call in the child is wrong");
        if (!returns) ::_exit(0);
        std::fclose(stderr);  // it says why it aborts
        return;
      }
      child = made;
    });
    until([&] { return call.is_done(); });
    call.get();
    expect(!forked_here, "this is the parent");
    int const status = status_of(child);
    if (returns) {
      expect(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT, "the child did not abort, but ended with", status);
    } else {
      expect(status == 0, "the child ended with status", status);
    }
  }
  expect_calls_that_work();
}

void exit_in_a_call() {
  support::Eager const eager(3);
  for (int round = 0; round != 50; ++round) {
    auto call = pt::indices(20).threads(1).async().for_each([&](int i) {
      if (i == 7) ::pthread_exit(nullptr);
    });
    until([&] { return call.is_done(); });  // so a thread of the pool makes it
    bool told = false;
    try {
      call.get();
    } catch (pt::cancelled const&) {
      told = true;
    }
    expect(told, "a call whose thread has ended looks finished", round);
  }
  pt::shutdown();
  expect_no_trace();
  expect_calls_that_work();
  expect_a_working_pool();
}

std::atomic<int> background_at_exit{0};
struct SaysWhatRan {
  ~SaysWhatRan() { expect(background_at_exit == 100, "a static handle did not wait for its call"); }
};

void statics_at_exit() {
  static SaysWhatRan const last;
  static auto const waits = pt::indices(100).async().for_each([](int) { background_at_exit.fetch_add(1); });
  expect(total(call_of(5)) == 10, "a call is wrong");
}

void shutdown_beside_calls() {
  support::Eager const eager(2, support::Claims::single, 1);
  for (int round = 0; round != 20; ++round) {
    Calls calls;
    for (int i = 0; i != 30; ++i) calls.push_back(call_of(10));
    pt::shutdown();
    expect_no_trace();
    for (auto& call : calls) {
      expect(call.is_done(), "shutdown has left a call that waited");
      expect(call.get() == 45, "a call is wrong");
    }
    expect_calls_that_work();
  }
}

}  // namespace

int main(int argc, char* argv[]) {
  return run_scenario(argc, argv,
                      {{"fork_beside_calls", fork_beside_calls},
                       {"fork_in_a_call", fork_in_a_call},
                       {"exit_in_a_call", exit_in_a_call},
                       {"statics_at_exit", statics_at_exit},
                       {"shutdown_beside_calls", shutdown_beside_calls}});
}
