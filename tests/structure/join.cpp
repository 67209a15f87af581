// join: results, exceptions, who runs what, deep recursion; on as many cores as a test likes.
#include <parallel_task/parallel_task.hpp>
#include <parallel_task/structure.hpp>

#include "catch.hpp"
#include "support/eager.hpp"

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <numeric>
#include <stdexcept>
#include <string>
#include <thread>
#include <tuple>
#include <variant>
#include <vector>

namespace {

namespace pt = parallel_task;

std::uint64_t join_fib(unsigned n) {
  if (n < 2) return n;
  auto const [a, b] = pt::join([n] { return join_fib(n - 1); }, [n] { return join_fib(n - 2); });
  return a + b;
}

/// Counts the leaves of a tree in which each join waits for the other half to have begun elsewhere, `meetings` times.
struct JoinMeeting {
  std::atomic<int> begun{0};
  void meet() {
    begun.fetch_add(1);
    while (begun.load() < 2) std::this_thread::yield();
  }
};

void join_sort(int* first, int* last, std::atomic<std::uint64_t>& elsewhere) {
  if (pt::current_worker() != 0) elsewhere.fetch_add(1, std::memory_order_relaxed);
  if (last - first < 16) return std::sort(first, last);
  int const pivot = first[(last - first) / 2];
  int* const low = std::partition(first, last, [=](int x) { return x < pivot; });
  int* const high = std::partition(low, last, [=](int x) { return x == pivot; });
  pt::join([&] { join_sort(first, low, elsewhere); }, [&] { join_sort(high, last, elsewhere); });
}

unsigned join_depth(unsigned n) {
  if (n == 0) return 0;
  auto const [deeper, one] = pt::join([n] { return join_depth(n - 1); }, [] { return 1U; });
  return deeper + one;
}

unsigned join_depth_right(unsigned n) {
  if (n == 0) return 0;
  auto const [one, deeper] = pt::join([] { return 1U; }, [n] { return join_depth_right(n - 1); });
  return deeper + one;
}

#if defined(__SANITIZE_ADDRESS__) || PARALLEL_TASK_FEATURE(address_sanitizer)
constexpr unsigned join_levels = 2'000;  // frames are several times as large
#else
constexpr unsigned join_levels = 10'000;
#endif

/// The nodes of a tree in whose joins a thread is.
thread_local std::vector<unsigned> joins_inside;

struct JoinNoDefault {
  explicit JoinNoDefault(int x) : value(std::make_unique<int>(x)) {}
  std::unique_ptr<int> value;
};

}  // namespace

TEST_CASE("join returns what its closures return") {
  auto const [a, b] = pt::join([] { return 1; }, [] { return std::string("two"); });
  CHECK(a == 1);
  CHECK(b == "two");
  auto const nothing = pt::join([] {}, [] { return 2; });
  static_assert(std::is_same_v<decltype(nothing), std::tuple<std::monostate, int> const>);
  CHECK(std::get<1>(nothing) == 2);
  auto const four = pt::join([] { return 1; }, [] {}, [] { return 3L; }, [] { return '4'; });
  static_assert(std::is_same_v<decltype(four), std::tuple<int, std::monostate, long, char> const>);
  CHECK(four == std::tuple(1, std::monostate{}, 3L, '4'));
  CHECK(std::get<0>(pt::join([] { return 7; })) == 7);
}

TEST_CASE("join takes closures and results that cannot be copied, and references") {
  int x = 1;
  int y = 2;
  auto held = std::make_unique<int>(5);
  auto const run = [&] {
    auto [a, b] = pt::join([held = std::make_unique<int>(3)] { return JoinNoDefault(*held); },
                           [&held] { return JoinNoDefault(*held); });
    CHECK(*a.value + *b.value == 8);
    auto refs = pt::join([&]() -> int& { return x; }, [&]() -> int& { return y; });
    static_assert(std::is_same_v<decltype(refs), std::tuple<int&, int&>>);
    CHECK(&std::get<0>(refs) == &x);
    CHECK(&std::get<1>(refs) == &y);
  };
  run();
  support::Eager const eager(3);
  for (int i = 0; i != 200; ++i) run();
}

TEST_CASE("join runs its closures at the same time where threads are idle") {
  for (unsigned cores : {2U, 3U, 8U}) {
    support::Eager const eager(cores);
    for (int round = 0; round != 50; ++round) {
      JoinMeeting two;
      auto const [a, b] = pt::join(
          [&] {
            two.meet();
            return pt::current_worker();
          },
          [&] {
            two.meet();
            return pt::current_worker();
          });
      CHECK(a == 0);
      CHECK(b != 0);
    }
  }
}

TEST_CASE("join computes what a recursion computes, on any number of cores") {
  for (unsigned cores : {1U, 2U, 3U, 8U, 32U}) {
    support::Eager const eager(cores);
    for (int round = 0; round != 20; ++round) CHECK(join_fib(15) == 610);
  }
}

TEST_CASE("others take tasks of a tree of joins, whoever makes them") {
  for (unsigned cores : {2U, 3U, 8U, 32U}) {
    support::Eager const eager(cores);
    std::atomic<std::uint64_t> elsewhere{0};
    for (int round = 0; round < 20 || elsewhere.load() == 0; ++round) {
      std::vector<int> v(20'000);
      std::uint32_t x = static_cast<std::uint32_t>(round) + 1;
      for (int& i : v) i = static_cast<int>((x = x * 1664525U + 1013904223U) >> 4);
      join_sort(v.data(), v.data() + v.size(), elsewhere);
      CHECK(std::is_sorted(v.begin(), v.end()));
    }
    CHECK(elsewhere.load() != 0);
  }
}

TEST_CASE("each closure of a join runs once, and all run though some throw") {
  for (unsigned cores : {1U, 2U, 3U, 8U}) {
    support::Eager const eager(cores);
    for (unsigned throwing = 0; throwing != 16; ++throwing) {
      for (int round = 0; round != 20; ++round) {
        std::atomic<int> ran[4]{};
        auto const closure = [&](unsigned i) {
          return [&, i] {
            ran[i].fetch_add(1);
            if ((throwing >> i & 1) != 0) throw std::runtime_error(std::to_string(i));
            return i;
          };
        };
        std::string first;
        try {
          auto const all = pt::join(closure(0), closure(1), closure(2), closure(3));
          CHECK(all == std::tuple(0U, 1U, 2U, 3U));
        } catch (std::runtime_error const& error) {
          first = error.what();
        }
        for (auto& count : ran) CHECK(count.load() == 1);
        std::string expected;
        for (unsigned i = 4; i-- != 0;) {
          if ((throwing >> i & 1) != 0) expected = std::to_string(i);
        }
        CHECK(first == expected);
      }
    }
  }
}

TEST_CASE("what was made before a closure throws is destroyed once") {
  struct Counted {
    explicit Counted(std::atomic<int>& n) : alive(&n) { n.fetch_add(1); }
    Counted(Counted const& other) : alive(other.alive) { alive->fetch_add(1); }
    ~Counted() { alive->fetch_sub(1); }
    std::atomic<int>* alive;
  };
  std::atomic<int> alive{0};
  support::Eager const eager(3);
  for (int round = 0; round != 300; ++round) {
    auto const makes = [&] { return Counted(alive); };
    auto const throws = [&]() -> Counted { throw std::runtime_error("none"); };
    CHECK_THROWS_AS(pt::join(makes, throws), std::runtime_error);
    CHECK_THROWS_AS(pt::join(throws, makes), std::runtime_error);
    { auto const both = pt::join(makes, makes); }
    CHECK(alive.load() == 0);
  }
}

TEST_CASE("joins nest ten thousand deep on an ordinary stack") {
  CHECK(join_depth(join_levels) == join_levels);
  CHECK(join_depth_right(join_levels) == join_levels);
  for (unsigned cores : {2U, 8U}) {
    support::Eager const eager(cores);
    CHECK(join_depth(join_levels) == join_levels);
    CHECK(join_depth_right(join_levels) == join_levels);
  }
}

TEST_CASE("a lock that is held around a join is safe") {
  for (unsigned cores : {2U, 3U, 8U}) {
    support::Eager const eager(cores);
    std::mutex lock;
    std::uint64_t sum = 0;
    struct Recursion {
      std::mutex& lock;
      std::uint64_t& sum;
      void operator()(unsigned depth) const {
        if (depth == 0) return;
        pt::join([&] { (*this)(depth - 1); }, [&] { (*this)(depth - 1); });
        std::lock_guard const guard(lock);
        // Whoever waits in here with the lock runs nothing that could want it.
        auto const [a, b] = pt::join([] { return join_fib(5); }, [] { return join_fib(6); });
        sum += a + b;
      }
    };
    for (int round = 0; round != 20; ++round) {
      sum = 0;
      Recursion{lock, sum}(6);
      CHECK(sum == 63U * (5 + 8));
    }
  }
}

TEST_CASE("a waiting thread runs nothing but what was made in the task that it waits for") {
  for (unsigned cores : {2U, 3U, 8U}) {
    support::Eager const eager(cores);
    std::atomic<int> strangers{0};
    std::atomic<int> elsewhere{0};
    struct Tree {
      std::atomic<int>& strangers;
      std::atomic<int>& elsewhere;
      // Nodes are numbered as in a heap: n is below m if n, shifted right, is m.
      void operator()(unsigned node) const {
        if (!joins_inside.empty()) {
          unsigned above = node;
          while (above > joins_inside.back()) above >>= 1;
          if (above != joins_inside.back()) strangers.fetch_add(1);
        } else if (node != 1) {
          elsewhere.fetch_add(1);
        }
        if (node >= 1U << 9) return;
        joins_inside.push_back(node);
        pt::join([&] { (*this)(2 * node); }, [&] { (*this)(2 * node + 1); });
        joins_inside.pop_back();
      }
    };
    for (int round = 0; round < 50 || elsewhere.load() == 0; ++round) Tree{strangers, elsewhere}(1);
    CHECK(strangers.load() == 0);
    CHECK(elsewhere.load() != 0);
  }
}

TEST_CASE("joins nest in parallel calls, and parallel calls in joins") {
  for (unsigned cores : {1U, 2U, 3U, 8U}) {
    support::Eager const eager(cores);
    for (int round = 0; round != 10; ++round) {
      std::uint64_t const sum = pt::indices(40).map([](auto) { return join_fib(8); }).sum();
      CHECK(sum == 40U * 21);
      auto const inner = [](std::uint64_t n) {
        return [n] { return pt::indices(n).map([](auto i) { return i + join_fib(5); }).sum(); };
      };
      auto const [a, b, c] = pt::join(inner(10), inner(20), inner(30));
      CHECK(a == 45U + 50);
      CHECK(b == 190U + 100);
      CHECK(c == 435U + 150);
    }
  }
}

TEST_CASE("thread_limit bounds the threads of a tree of joins") {
  for (unsigned limit : {1U, 2U, 3U}) {
    support::Eager const eager(8);
    pt::thread_limit const guard(limit);
    std::atomic<unsigned> now{0};
    std::atomic<unsigned> most{0};
    struct Tree {
      std::atomic<unsigned>& now;
      std::atomic<unsigned>& most;
      void operator()(unsigned depth) const {
        if (depth == 0) {
          unsigned const count = now.fetch_add(1) + 1;
          unsigned seen = most.load();
          while (seen < count && !most.compare_exchange_weak(seen, count)) {
          }
          std::this_thread::yield();
          now.fetch_sub(1);
          return;
        }
        pt::join([&] { (*this)(depth - 1); }, [&] { (*this)(depth - 1); });
      }
    };
    for (int round = 0; round < 20; ++round) Tree{now, most}(7);
    CHECK(most.load() <= limit);
    if (limit == 1) continue;
    JoinMeeting two;  // and as many do come
    pt::join([&] { two.meet(); }, [&] { two.meet(); });
  }
}

TEST_CASE("a guard inside a join bounds what is joined in its extent") {
  support::Eager const eager(8);
  for (int round = 0; round != 50; ++round) {
    pt::join(
        [] {
          pt::thread_limit const one(1);
          std::thread::id const own = std::this_thread::get_id();
          auto const [a, b] =
              pt::join([] { return std::this_thread::get_id(); }, [] { return std::this_thread::get_id(); });
          if (a != own || b != own) throw std::runtime_error("elsewhere");
        },
        [] { return join_fib(10); });
  }
}

TEST_CASE("joins of several threads are trees of their own") {
  support::Eager const eager(4);
  std::atomic<int> wrong{0};
  std::vector<std::thread> threads;
  for (int t = 0; t != 4; ++t) {
    threads.emplace_back([&] {
      for (int round = 0; round != 50; ++round) {
        if (join_fib(12) != 144) wrong.fetch_add(1);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(wrong.load() == 0);
}

TEST_CASE("shutdown is refused inside a shared join, and allowed before it is shared") {
  {
    support::Eager const eager(2);
    bool refused = false;
    JoinMeeting two;
    pt::join(
        [&] {
          two.meet();
          try {
            pt::shutdown();
          } catch (std::logic_error const&) {
            refused = true;
          }
        },
        [&] { two.meet(); });
    CHECK(refused);
  }
  pt::thread_limit const one(1);
  pt::join([] { pt::shutdown(); }, [] {});
}

TEST_CASE("a join that is known to be short runs on its own thread") {
  std::thread::id const own = std::this_thread::get_id();
  int elsewhere = 0;
  for (int i = 0; i != 100; ++i) {
    auto const [a, b] = pt::join([] { return std::this_thread::get_id(); }, [] { return std::this_thread::get_id(); });
    if (i != 0 && (a != own || b != own)) ++elsewhere;
  }
  // The first time nothing is known; and a thread that lost its core then makes it look long.
  CHECK(elsewhere < 50);
}

TEST_CASE("threads that are blocked in joins make room for others") {
  support::Eager const eager(2);
  // With two cores and eight tasks that sleep, more than two sleep at once.
  std::atomic<unsigned> now{0};
  std::atomic<unsigned> most{0};
  auto const sleeps = [&] {
    unsigned const count = now.fetch_add(1) + 1;
    unsigned seen = most.load();
    while (seen < count && !most.compare_exchange_weak(seen, count)) {
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    now.fetch_sub(1);
  };
  for (int round = 0; round != 50 && most.load() < 3; ++round) {
    pt::join(sleeps, sleeps, sleeps, sleeps, sleeps, sleeps, sleeps, sleeps);
  }
  CHECK(most.load() >= 3);
  CHECK(most.load() <= 5);
}
