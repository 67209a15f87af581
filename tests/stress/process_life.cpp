// Before main, after it, and on threads that come and go.
#include "stress/calls.hpp"

#include <parallel_task/parallel_task.hpp>

#include <cstdlib>
#include <memory>
#include <thread>
#include <vector>

#if defined(__linux__)
#include <sys/wait.h>
#include <unistd.h>
#endif

using namespace stress;

namespace {

std::size_t sum_of_calls(std::size_t n) {
  std::atomic<std::size_t> sum{0};
  each(n, [&](std::size_t i) {
    support::spin_for(microseconds(2));
    sum.fetch_add(i, std::memory_order_relaxed);
  });
  return sum;
}

// A call before main.
std::size_t const before_main = sum_of_calls(1000);

}  // namespace

TEST_CASE("a call before main works") { CHECK(before_main == 499'500); }

TEST_CASE("calls of thread_local destructors work") {
  for (int round = 0; round != 10; ++round) {
    static std::atomic<std::size_t> sum{0};
    sum = 0;
    struct AtEnd {
      ~AtEnd() { sum = sum_of_calls(500); }
      void touch() const {}
    };
    std::thread([] {
      thread_local AtEnd at_end;
      at_end.touch();
      (void)sum_of_calls(500);
    }).join();
    CHECK(sum == 124'750);
  }
}

TEST_CASE("hundreds of threads that call once and end leave nothing behind") {
  support::Eager const eager(3);
  for (int round = 0; round != 30; ++round) {
    std::vector<std::thread> users;
    std::atomic<int> wrong{0};
    for (int t = 0; t != 10; ++t) {
      users.emplace_back([&] {
        std::atomic<std::size_t> sum{0};
        each(100, [&](std::size_t i) { sum.fetch_add(i, std::memory_order_relaxed); });
        if (sum != 4950) ++wrong;
      });
    }
    for (std::thread& user : users) user.join();
    if (wrong != 0) FAIL(wrong);
  }
  auto& manager = pt::detail::thread_manager;
  CHECK(manager.places.wanting.load() == 0);
  for (pt::detail::CallSlot& slot : manager.call_slots) {
    if (slot.word.load() != 0) FAIL("a slot is taken");
  }
}

#if defined(__linux__)
namespace {

std::atomic<int> calls_that_worked{0};

struct Static {
  ~Static() { calls_that_worked += sum_of_calls(2000) == 1'999'000 ? 1 : 0; }
};

}  // namespace

TEST_CASE("calls from static destructors and atexit work, with and without threads alive") {
  for (bool shut_down : {false, true}) {
    pt::shutdown();  // no thread is alive when the process forks
    pid_t const child = ::fork();
    if (child == 0) {
      // Registered first, it runs last, and says how the others went.
      std::atexit([] { ::_exit(calls_that_worked == 2 ? 42 : calls_that_worked.load()); });
      static Static const object;
      std::atexit([] { calls_that_worked += sum_of_calls(2000) == 1'999'000 ? 1 : 0; });
      if (sum_of_calls(2000) != 1'999'000) ::_exit(50);
      if (shut_down) pt::shutdown();
      std::exit(0);
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    CHECK(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == 42);
  }
}

TEST_CASE("a process that ends while helpers compute for another thread ends") {
  pt::shutdown();
  pid_t const child = ::fork();
  if (child == 0) {
    std::atomic<int> ran{0};
    std::thread([&] {
      each(10'000'000, [&](std::size_t) {
        support::spin_for(microseconds(20));
        ++ran;
      });
    }).detach();
    while (ran < 1000) std::this_thread::sleep_for(milliseconds(1));
    ::_exit(43);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(WEXITSTATUS(status) == 43);
}
#endif
