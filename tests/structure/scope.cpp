// scope: tasks that spawn tasks; all run, none on top of another.
#include <parallel_task/parallel_task.hpp>
#include <parallel_task/structure.hpp>

#include "catch.hpp"
#include "support/eager.hpp"

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace {

namespace pt = parallel_task;

struct ScopeTree {
  pt::Scope& s;
  std::atomic<std::uint64_t>& leaves;
  std::atomic<std::uint64_t>& elsewhere;
  void operator()(unsigned depth) const {
    if (depth == 0) {
      leaves.fetch_add(1, std::memory_order_relaxed);
      if (pt::current_worker() != 0) elsewhere.fetch_add(1, std::memory_order_relaxed);
      return;
    }
    for (int i = 0; i != 3; ++i) {
      s.spawn([self = *this, depth] { self(depth - 1); });
    }
  }
};

struct ScopeChain {
  pt::Scope& s;
  std::atomic<std::uint64_t>& links;
  void operator()(std::uint64_t left) const {
    links.fetch_add(1, std::memory_order_relaxed);
    if (left != 0) s.spawn([self = *this, left] { self(left - 1); });
  }
};

}  // namespace

TEST_CASE("scope returns what its closure returns when all tasks have ended") {
  std::atomic<int> sum{0};
  int const result = pt::scope([&](pt::Scope& s) {
    for (int i = 1; i <= 10; ++i) s.spawn([&sum, i] { sum += i; });
    return 7;
  });
  CHECK(result == 7);
  CHECK(sum == 55);
  int x = 3;
  static_assert(std::is_void_v<decltype(pt::scope([](auto&) {}))>);
  pt::scope([&](auto& s) { s.spawn([&] { x = 4; }); });
  CHECK(x == 4);
  auto const held = pt::scope([](auto&) { return std::make_unique<int>(5); });
  CHECK(*held == 5);
}

TEST_CASE("tasks spawn tasks, on any number of cores, and others take them") {
  for (unsigned cores : {1U, 2U, 3U, 8U, 32U}) {
    support::Eager const eager(cores);
    std::atomic<std::uint64_t> elsewhere{0};
    for (int round = 0; round < 20 || (cores > 1 && elsewhere.load() == 0); ++round) {
      std::atomic<std::uint64_t> leaves{0};
      pt::scope([&](pt::Scope& s) { ScopeTree{s, leaves, elsewhere}(7); });
      CHECK(leaves.load() == 2187);
    }
    CHECK((elsewhere.load() != 0) == (cores > 1));
  }
}

TEST_CASE("a chain of spawns takes no stack") {
  for (unsigned cores : {1U, 2U, 8U}) {
    support::Eager const eager(cores);
    std::atomic<std::uint64_t> links{0};
    pt::scope([&](pt::Scope& s) { ScopeChain{s, links}(200'000); });
    CHECK(links.load() == 200'001);
  }
}

TEST_CASE("many small tasks that wait are run") {
  std::atomic<std::uint64_t> sum{0};
  for (unsigned cores : {1U, 2U, 3U}) {
    support::Eager const eager(cores);
    sum = 0;
    pt::scope([&](pt::Scope& s) {
      for (std::uint64_t i = 0; i != 100'000; ++i) s.spawn([&sum, i] { sum.fetch_add(i, std::memory_order_relaxed); });
    });
    CHECK(sum == 4'999'950'000U);
  }
}

TEST_CASE("tasks run while the closure of the scope does") {
  for (unsigned cores : {2U, 3U, 8U}) {
    support::Eager const eager(cores);
    for (int round = 0; round != 30; ++round) {
      std::atomic<bool> begun{false};
      pt::scope([&](pt::Scope& s) {
        s.spawn([&] { begun = true; });
        // Where all cores seem busy nobody is woken: later steps of the scope ask again.
        while (!begun) {
          s.spawn([] {});
          std::this_thread::sleep_for(std::chrono::microseconds(50));
        }
      });
      CHECK(begun);
    }
  }
}

TEST_CASE("spawn takes closures that can only be moved, large ones, and lvalues") {
  struct alignas(128) Wide {
    std::array<std::uint64_t, 40> values{};
  };
  for (unsigned cores : {1U, 3U}) {
    support::Eager const eager(cores);
    for (int round = 0; round != 100; ++round) {
      std::atomic<std::uint64_t> sum{0};
      std::atomic<int> crooked{0};
      pt::scope([&](pt::Scope& s) {
        auto three = std::make_unique<int>(3);
        s.spawn([&sum, held = std::move(three)]() mutable {
          sum += static_cast<std::uint64_t>(*held);
          held.reset();
        });
        Wide wide;
        wide.values[39] = 40;
        s.spawn([&sum, &crooked, wide] {
          if (reinterpret_cast<std::uintptr_t>(&wide) % 128 != 0) crooked.fetch_add(1);
          sum += wide.values[39];
        });
        auto const named = [&sum] { sum += 500; };
        s.spawn(named);
        s.spawn(named);
      });
      CHECK(sum == 1043);
      CHECK(crooked == 0);
    }
  }
}

TEST_CASE("all tasks run though some throw, and the first exception is rethrown") {
  for (unsigned cores : {1U, 2U, 8U}) {
    support::Eager const eager(cores);
    for (int round = 0; round != 50; ++round) {
      std::atomic<int> ran{0};
      CHECK_THROWS_AS(pt::scope([&](pt::Scope& s) {
                        for (int i = 0; i != 40; ++i) {
                          s.spawn([&ran, &s, i] {
                            s.spawn([&ran] { ran.fetch_add(1); });
                            ran.fetch_add(1);
                            if (i % 7 == 3) throw std::runtime_error("task");
                          });
                        }
                      }),
                      std::runtime_error);
      CHECK(ran == 80);
    }
  }
}

TEST_CASE("of several exceptions of a scope the first in time is rethrown") {
  pt::thread_limit const alone(1);  // so that their order is known
  int thrown = 0;
  int first = -1;
  try {
    pt::scope([&](pt::Scope& s) {
      for (int i = 0; i != 5; ++i) s.spawn([&] { throw thrown++; });
    });
  } catch (int which) {
    first = which;
  }
  CHECK(thrown == 5);
  CHECK(first == 0);
}

TEST_CASE("what the closure of the scope throws is thrown when all tasks have ended") {
  for (unsigned cores : {1U, 3U}) {
    support::Eager const eager(cores);
    std::atomic<int> ran{0};
    CHECK_THROWS_AS(pt::scope([&](pt::Scope& s) -> int {
                      for (int i = 0; i != 40; ++i) s.spawn([&ran] { ran.fetch_add(1); });
                      throw std::logic_error("closure");
                    }),
                    std::logic_error);
    CHECK(ran == 40);
  }
}

TEST_CASE("a closure whose move throws leaves no task") {
  struct Throws {
    Throws() = default;
    Throws(Throws&&) { throw std::runtime_error("move"); }
    void operator()() const {}
  };
  std::atomic<int> ran{0};
  pt::scope([&](pt::Scope& s) {
    s.spawn([&] { ++ran; });
    try {
      s.spawn(Throws());
    } catch (std::runtime_error const&) {
      ++ran;
    }
    s.spawn([&] { ++ran; });
  });
  CHECK(ran == 3);
}

TEST_CASE("closures of tasks are destroyed once, by the end of the scope") {
  for (unsigned cores : {1U, 2U, 8U}) {
    support::Eager const eager(cores);
    auto const counted = std::make_shared<int>(0);
    for (int round = 0; round != 50; ++round) {
      try {
        pt::scope([&](pt::Scope& s) {
          for (int i = 0; i != 30; ++i) {
            s.spawn([counted, &s, i] {
              s.spawn([counted] {});
              if (i == 20) throw std::runtime_error("task");
            });
          }
        });
      } catch (std::runtime_error const&) {
      }
      CHECK(counted.use_count() == 1);
    }
  }
}

TEST_CASE("scopes nest, and a task may spawn into an outer scope") {
  for (unsigned cores : {1U, 2U, 8U}) {
    support::Eager const eager(cores);
    for (int round = 0; round != 30; ++round) {
      std::atomic<int> inner{0};
      std::atomic<int> outer{0};
      std::atomic<int> early{0};
      pt::scope([&](pt::Scope& s) {
        for (int i = 0; i != 8; ++i) {
          s.spawn([&] {
            std::atomic<int> mine{0};
            pt::scope([&](pt::Scope& t) {
              for (int k = 0; k != 8; ++k) {
                t.spawn([&] {
                  mine.fetch_add(1);
                  inner.fetch_add(1);
                  s.spawn([&outer] { outer.fetch_add(1); });
                });
              }
            });
            if (mine != 8) early.fetch_add(1);
          });
        }
      });
      CHECK(inner == 64);
      CHECK(outer == 64);
      CHECK(early == 0);
    }
  }
}

TEST_CASE("items of calls and other threads spawn into the scope around them") {
  for (unsigned cores : {1U, 2U, 8U}) {
    support::Eager const eager(cores);
    for (int round = 0; round != 10; ++round) {
      std::atomic<int> ran{0};
      pt::scope([&](pt::Scope& s) {
        s.spawn([&] {
          pt::indices(50).for_each([&](auto) { s.spawn([&ran] { ran.fetch_add(1); }); });
          std::thread([&] {
            for (int i = 0; i != 50; ++i) s.spawn([&ran] { ran.fetch_add(1); });
          }).join();
        });
        pt::join([&] { s.spawn([&ran] { ran.fetch_add(1); }); }, [&] { s.spawn([&ran] { ran.fetch_add(1); }); });
      });
      CHECK(ran == 102);
    }
  }
}

TEST_CASE("joins and calls run in tasks, and scopes in joins and items") {
  for (unsigned cores : {1U, 2U, 8U}) {
    support::Eager const eager(cores);
    for (int round = 0; round != 10; ++round) {
      std::atomic<std::uint64_t> sum{0};
      auto const tasks = [&] {
        pt::scope([&](pt::Scope& s) {
          for (int i = 0; i != 5; ++i) {
            s.spawn([&] {
              auto const [a, b] = pt::join([] { return 1U; }, [] { return pt::indices(10).count(); });
              sum += a + b;
            });
          }
        });
      };
      pt::join(tasks, tasks, tasks);
      pt::indices(4).for_each([&](auto) { tasks(); });
      CHECK(sum == 7U * 5 * 11);
    }
  }
}

TEST_CASE("thread_limit bounds the threads of a scope") {
  for (unsigned limit : {1U, 2U, 3U}) {
    support::Eager const eager(8);
    pt::thread_limit const guard(limit);
    std::atomic<unsigned> now{0};
    std::atomic<unsigned> most{0};
    pt::scope([&](pt::Scope& s) {
      for (int i = 0; i != 500; ++i) {
        s.spawn([&] {
          unsigned const count = now.fetch_add(1) + 1;
          unsigned seen = most.load();
          while (seen < count && !most.compare_exchange_weak(seen, count)) {
          }
          std::this_thread::yield();
          now.fetch_sub(1);
        });
      }
    });
    CHECK(most.load() <= limit);
  }
}

TEST_CASE("threads that are blocked in tasks make room for others") {
  support::Eager const eager(2);
  std::atomic<unsigned> now{0};
  std::atomic<unsigned> most{0};
  for (int round = 0; round != 50 && most.load() < 3; ++round) {
    pt::scope([&](pt::Scope& s) {
      for (int i = 0; i != 12; ++i) {
        s.spawn([&] {
          unsigned const count = now.fetch_add(1) + 1;
          unsigned seen = most.load();
          while (seen < count && !most.compare_exchange_weak(seen, count)) {
          }
          std::this_thread::sleep_for(std::chrono::milliseconds(20));
          now.fetch_sub(1);
        });
      }
    });
  }
  CHECK(most.load() >= 3);
  CHECK(most.load() <= 5);
}
