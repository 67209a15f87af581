#include <parallel_task/controller/worker_controller.hpp>

#include "catch.hpp"
#include "support/eager.hpp"
#include "support/threads.hpp"

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#if defined(__linux__)
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>
#endif

#if defined(__has_feature)
#if __has_feature(thread_sanitizer) && !defined(__SANITIZE_THREAD__)
#define __SANITIZE_THREAD__ 1  // NOLINT: as GCC calls it
#endif
#endif

namespace pt = parallel_task;

namespace {

template <class F>
void each(std::size_t n, F const& f, pt::RunReport* report = nullptr) {
  pt::WorkerController controller;
  if (report != nullptr) controller.set_report(*report);
  controller.for_each_position(n, f);
}

/// How many threads are inside at once.
class Inside {
 public:
  void enter() {
    unsigned const now = now_.fetch_add(1) + 1;
    unsigned seen = most_.load();
    while (seen < now && !most_.compare_exchange_weak(seen, now)) {
    }
  }
  void leave() { now_.fetch_sub(1); }
  [[nodiscard]] unsigned most() const { return most_.load(); }

 private:
  std::atomic<unsigned> now_{0};
  std::atomic<unsigned> most_{0};
};

// Calls until some item has run on another thread.
void engage(std::size_t items = 64) {
  std::atomic<bool> elsewhere{false};
  while (!elsewhere) {
    each(items, [&](std::size_t) {
      if (pt::current_worker() != 0) elsewhere = true;
      std::this_thread::yield();
    });
  }
}

}  // namespace

TEST_CASE("wrong options are refused by name") {
  pt::Options options;
  options.hot_time = std::chrono::nanoseconds(-1);
  CHECK_THROWS_AS(pt::set_options(options), std::invalid_argument);
  options = {};
  options.thread_name_prefix = "twelve chars";
  CHECK_THROWS_AS(pt::set_options(options), std::invalid_argument);
  options.thread_name_prefix = nullptr;
  CHECK_THROWS_AS(pt::set_options(options), std::invalid_argument);
  try {
    pt::set_options(options);
  } catch (std::invalid_argument const& error) {
    CHECK(std::string(error.what()).find("thread_name_prefix") != std::string::npos);
  }
}

TEST_CASE("threads may be told not to stay hot at all") {
  pt::Options const before = pt::detail::thread_manager.options();
  pt::Options options = before;
  options.hot_time = std::chrono::nanoseconds(0);
  CHECK_NOTHROW(pt::set_options(options));
  CHECK(pt::detail::thread_manager.wakeups.hot_ns() == 0);
  pt::set_options(before);
}

TEST_CASE("cores and threads say how many may compute") {
  pt::Options options;
  options.cores = 5;
  {
    support::WithOptions const with(options);
    CHECK(pt::max_threads() == 10);  // twice the cores, where they are blocked
  }
  options.threads = 3;
  {
    support::WithOptions const with(options);
    CHECK(pt::max_threads() == 3);
  }
  options.threads = 1;
  {
    support::WithOptions const with(options);
    CHECK(pt::max_threads() == 1);
    pt::RunReport report;
    each(
        1000, [](std::size_t) { support::spin_for(std::chrono::microseconds(5)); }, &report);
    CHECK(report.threads == 1);
    CHECK(report.reason == pt::RunReason::one_thread_only);
  }
  options.threads = 1000;
  {
    support::WithOptions const with(options);
    CHECK(pt::max_threads() == 10);
  }
}

TEST_CASE("a budget bounds all that compute in a call, the caller included") {
  for (unsigned threads : {2U, 3U}) {
    support::Eager const eager(8, support::Claims::single, threads);
    for (int round = 0; round != 30; ++round) {
      Inside inside;
      each(500, [&](std::size_t i) {
        inside.enter();
        if (i % 50 == 0) std::this_thread::sleep_for(std::chrono::microseconds(100));
        std::this_thread::yield();
        inside.leave();
      });
      if (inside.most() > threads) FAIL(inside.most() << " threads at once instead of " << threads);
    }
  }
  SUCCEED();
}

TEST_CASE("a thread that can't be started is no error") {
  pt::Options options;
  options.stack_size = std::size_t{0xFFFFF} << (sizeof(std::size_t) == 8 ? 32 : 12);  // no system has that
  support::WithOptions const with(options);
  support::Eager const eager(4);
  pt::RunReport report;
  std::atomic<int> calls{0};
  each(
      1000, [&](std::size_t) { calls.fetch_add(1, std::memory_order_relaxed); }, &report);
  CHECK(calls == 1000);
  CHECK(report.threads == 1);
  CHECK(report.reason == pt::RunReason::nobody_came);
  CHECK(pt::detail::thread_manager.starter.made.load() == 0);
  CHECK(report.wakes == 0);
}

// A thread that spins, but whose core somebody else has, looks hot.
TEST_CASE("calls too short to find out one by one that a hot thread does not come do so together") {
  support::Eager const eager(4);
  pt::detail::ThreadManager& pool = pt::detail::thread_manager;
  pool.costs.hot_comes = 1e6F;
  pool.wakeups.spinning.fetch_add(1);
  std::size_t calls = 0;
  for (; calls != 1'000'000 && pool.starter.made.load() == 0; ++calls) each(2, [](std::size_t) {});
  pool.wakeups.spinning.fetch_sub(1);
  CHECK(calls > 2);
  CHECK(pool.starter.made.load() != 0);
}

TEST_CASE("shutdown ends every thread, and a later call starts anew") {
  support::Eager const eager(4);
  for (int round = 0; round != 5; ++round) {
    engage();
    CHECK(pt::detail::thread_manager.starter.made.load() > 0);
    pt::shutdown();
    CHECK(pt::detail::thread_manager.starter.made.load() == 0);
    CHECK(support::threads_left("pt-") == 0);
  }
  pt::shutdown();  // there is nothing to end
}

TEST_CASE("shutdown while other threads call ends, and their calls end") {
  support::Eager const eager(4);
  std::atomic<bool> stop{false};
  std::atomic<int> wrong{0};
  std::vector<std::thread> users;
  for (int t = 0; t != 3; ++t) {
    users.emplace_back([&] {
      while (!stop) {
        std::atomic<int> calls{0};
        each(500, [&](std::size_t) { calls.fetch_add(1, std::memory_order_relaxed); });
        if (calls != 500) ++wrong;
      }
    });
  }
  std::thread another([] {
    for (int i = 0; i != 30; ++i) pt::shutdown();
  });
  for (int i = 0; i != 30; ++i) pt::shutdown();
  another.join();
  stop = true;
  for (std::thread& user : users) user.join();
  CHECK(wrong == 0);
}

TEST_CASE("shutdown from inside a parallel call is refused") {
  support::Eager const eager(2);
  std::atomic<int> refused{0};
  each(100, [&](std::size_t) {
    try {
      pt::shutdown();
    } catch (std::logic_error const&) {
      ++refused;
    }
  });
  CHECK(refused == 100);
}

TEST_CASE("current_worker tells the library's threads from each other and from the user's") {
  CHECK(pt::current_worker() == 0);
  support::Eager const eager(4);
  std::mutex mutex;
  std::set<std::uint32_t> workers;
  std::set<std::thread::id> threads;
  while (workers.size() < 3) {
    each(200, [&](std::size_t) {
      std::lock_guard const guard(mutex);
      workers.insert(pt::current_worker());
      threads.insert(std::this_thread::get_id());
    });
  }
  CHECK(workers.size() == threads.size());
  CHECK(*workers.rbegin() <= 8);  // 1 … 2 × cores
  CHECK(pt::current_worker() == 0);
}

TEST_CASE("the hooks run on each thread as it starts and as it ends") {
  static std::atomic<int> started{0};
  static std::atomic<int> stopped{0};
  static thread_local int here = 0;
  started = stopped = 0;
  pt::Options options;
  options.cores = 3;
  options.thread_name_prefix = "hooked-";
  options.stack_size = std::size_t{1} << 20;
  options.on_thread_start = [] {
    ++started;
    here = 1;
  };
  options.on_thread_stop = [] { stopped += here; };
  {
    support::WithOptions const with(options);
    support::Eager const eager(3);
    engage();
    CHECK(started > 0);
    CHECK(stopped == 0);
#if defined(__linux__)
    CHECK(support::threads_called("hooked-") > 0);
#endif
  }
  CHECK(started == stopped);
}

TEST_CASE("thread_limit refuses 0, says what holds, and nests") {
  support::Eager const eager(8);
  CHECK_THROWS_AS(pt::thread_limit(0), std::invalid_argument);
  std::uint32_t const before = pt::max_threads();
  {
    pt::thread_limit const four(4);
    CHECK(pt::max_threads() == 4);
    {
      pt::thread_limit const two(2);
      CHECK(pt::max_threads() == 2);
      pt::thread_limit const many(100);
      CHECK(pt::max_threads() == 2);  // the tightest holds
    }
    CHECK(pt::max_threads() == 4);
  }
  CHECK(pt::max_threads() == before);
}

TEST_CASE("more than 256 thread_limits at once are refused, and those before it are given back") {
  std::vector<std::unique_ptr<pt::thread_limit>> guards;
  for (int i = 0; i != 256; ++i) guards.push_back(std::make_unique<pt::thread_limit>(3));
  CHECK_THROWS_AS(pt::thread_limit(2), std::length_error);
  while (!guards.empty()) guards.pop_back();
  pt::thread_limit const again(2);
  CHECK(pt::max_threads() <= 2);
}

TEST_CASE("thread_limit bounds all calls in its extent together: nested ones and those on workers too") {
  support::Eager const eager(8);
  for (std::uint32_t most : {1U, 2U, 3U}) {
    for (int round = 0; round != 20; ++round) {
      pt::thread_limit const limit(most);
      Inside inside;
      std::atomic<int> calls{0};
      each(20, [&](std::size_t) {
        each(20, [&](std::size_t) {
          each(3, [&](std::size_t) {
            inside.enter();
            calls.fetch_add(1, std::memory_order_relaxed);
            std::this_thread::yield();
            inside.leave();
          });
        });
      });
      if (inside.most() > most) FAIL(inside.most() << " threads at once instead of " << most);
      if (calls != 1200) FAIL(calls);
    }
  }
  SUCCEED();
}

TEST_CASE("a tighter thread_limit inside an item bounds what the item calls") {
  support::Eager const eager(8);
  for (int round = 0; round != 20; ++round) {
    std::atomic<unsigned> highest{0};
    each(8, [&](std::size_t) {
      pt::thread_limit const two(2);
      Inside inside;
      each(100, [&](std::size_t) {
        inside.enter();
        std::this_thread::yield();
        inside.leave();
      });
      unsigned seen = highest.load();
      while (seen < inside.most() && !highest.compare_exchange_weak(seen, inside.most())) {
      }
    });
    if (highest > 2) FAIL(highest << " threads at once instead of 2");
  }
  SUCCEED();
}

TEST_CASE("thread_limits that come and go on many threads never let more in than they say") {
  // A helper that leaves a call late must not count itself out of a guard that has the same place by then.
  support::Eager const eager(8);
  std::atomic<int> wrong{0};
  std::vector<std::thread> users;
  for (int t = 0; t != 4; ++t) {
    users.emplace_back([&] {
      for (int round = 0; round != 500; ++round) {
        pt::thread_limit const two(2);
        Inside inside;
        each(30, [&](std::size_t) {
          inside.enter();
          std::this_thread::yield();
          inside.leave();
        });
        if (inside.most() > 2) ++wrong;
      }
    });
  }
  for (std::thread& user : users) user.join();
  CHECK(wrong == 0);
  std::uint32_t left = 0;
  pt::shutdown();
  for (pt::detail::ThreadGroup& group : pt::detail::thread_manager.thread_groups.table)
    left += group.used.load() > 1 ? 1U : 0U;
  CHECK(left == 0);
}

#if defined(__linux__)
namespace {

// What `body` returns, in a child process that has no thread of the library.
template <class F>
int in_child(F const& body) {
  pt::shutdown();
  pid_t const child = ::fork();
  if (child == 0) ::_exit(body());
  int status = 0;
  if (child < 0 || ::waitpid(child, &status, 0) != child || !WIFEXITED(status)) return -1;
  return WEXITSTATUS(status);
}

}  // namespace

TEST_CASE("PARALLEL_TASK_THREADS sets the budget, options win over it, nonsense is ignored") {
  auto const with_variable = [](char const* value, unsigned threads) {
    return in_child([&] {
      ::setenv("PARALLEL_TASK_THREADS", value, 1);
      if (std::freopen("/dev/null", "w", stderr) == nullptr) return 255;
      pt::Options options;
      options.cores = 4;
      options.threads = threads;
      pt::set_options(options);
      return static_cast<int>(pt::max_threads());
    });
  };
  CHECK(with_variable("3", 0) == 3);
  CHECK(with_variable("1", 0) == 1);
  CHECK(with_variable("100", 0) == 8);
  CHECK(with_variable("3", 2) == 2);
  for (char const* nonsense : {"", "0", "-1", "three", "3x", "99999999999999999999"}) {
    INFO(nonsense);
    CHECK(with_variable(nonsense, 0) == 8);
  }
}

TEST_CASE("a child of fork has a fresh pool") {
  support::Eager const eager(3);
  int const status = in_child([] {
    engage();
    return pt::detail::thread_manager.starter.made.load() > 0 ? 7 : 1;
  });
  CHECK(status == 7);
}

#if !defined(__SANITIZE_THREAD__)  // which starts no thread in the child of a process that had several
TEST_CASE("a child of fork abandons the threads of its parent") {
  support::Eager const eager(3);
  engage();
  // One that starts may hold a lock of AddressSanitizer's allocator, which a child would wait for as long as it lives:
  // GCC 12 and Clang 16 do not mend that. tests/process/fork.cpp forks wherever the threads are.
  pt::detail::ThreadManager const& pool = pt::detail::thread_manager;
  while (pool.wakeups.parked.load() != pool.starter.made.load()) std::this_thread::yield();
  pid_t const child = ::fork();
  if (child == 0) {
    engage();
    pt::shutdown();
    ::_exit(pt::detail::thread_manager.starter.made.load() == 0 ? 7 : 1);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 7);
  engage();  // and the parent goes on
}
#endif
#endif

TEST_CASE("PARALLEL_TASK_HOT_TIME sets for how long threads spin, an option of one's own wins over it") {
  auto const with_variable = [](char const* value, std::chrono::nanoseconds hot_time) {
    return in_child([&] {
      ::setenv("PARALLEL_TASK_HOT_TIME", value, 1);
      if (std::freopen("/dev/null", "w", stderr) == nullptr) return 255;
      pt::Options options;
      options.cores = 4;
      options.hot_time = hot_time;
      pt::detail::Wakeups wakeups;  // the pool's may have been asked by now
      wakeups.set(options);
      wakeups.read_environment();
      return static_cast<int>(wakeups.hot_ns() / 1000);
    });
  };
  auto const by_default = pt::Options{}.hot_time;
  CHECK(with_variable("0", by_default) == 0);
  CHECK(with_variable("120", by_default) == 120);
  CHECK(with_variable("120", std::chrono::microseconds(7)) == 7);
  for (char const* nonsense : {"", "-1", "3us", "99999999999999999999"}) {
    INFO(nonsense);
    CHECK(with_variable(nonsense, by_default) == 50);
  }
}
