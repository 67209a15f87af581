// Calls inside calls, and many callers at once.
#include "stress/calls.hpp"

#include <parallel_task/parallel_task.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <memory>
#include <mutex>
#include <numeric>
#include <ranges>
#include <set>
#include <thread>
#include <vector>

using namespace stress;

TEST_CASE("a mutex held across a nested call does no harm") {
  // A thread that waits in the nested call must not run an item of the outer one: it would lock the mutex again.
  for (unsigned cores : {0U, 2U, 8U}) {
    auto const eager = cores == 0 ? nullptr : std::make_unique<support::Eager>(cores);
    for (int round = 0; round != 20; ++round) {
      std::mutex mutex;
      std::size_t total = 0;
      each(16, [&](std::size_t) {
        std::lock_guard const guard(mutex);
        std::atomic<std::size_t> inner{0};
        each(200, [&](std::size_t) {
          inner.fetch_add(1, std::memory_order_relaxed);
          if (cores == 0) support::spin_for(microseconds(5));
        });
        total += inner;
      });
      if (total != 16 * 200) FAIL(total);
    }
  }
  SUCCEED();
}

TEST_CASE("a nested call that begins while every core computes is shared as soon as one is free") {
  support::Eager const eager(2);
  auto& places = pt::detail::thread_manager.places;
  for (int round = 0; round != 20; ++round) {
    std::atomic<int> in{0};
    std::atomic<int> open_calls{0};
    std::atomic<std::size_t> total{0};
    each(2, [&](std::size_t outer) {
      ++in;
      while (in != 2) std::this_thread::yield();
      if (outer == 0) return;
      each(1000, [&](std::size_t i) {
        // While the first item runs, the other core becomes free. The next one may be anybody's already.
        while (i == 0 && places.busy() >= places.limit()) std::this_thread::yield();
        if (i == 1) open_calls = std::popcount(places.wanting.load(pt::detail::memory_order_relaxed));
        ++total;
      });
    });
    if (total != 1000 || open_calls != 2) FAIL(total << " items, calls open at the second: " << open_calls);
  }
  SUCCEED();
}

TEST_CASE("a mutex held across nested calls three deep, by many callers") {
  support::Eager const eager(4);
  std::mutex outer;
  std::mutex middle;
  std::atomic<std::size_t> total{0};
  std::vector<std::thread> users;
  for (int t = 0; t != 4; ++t) {
    users.emplace_back([&] {
      for (int round = 0; round != 10; ++round) {
        each(4, [&](std::size_t) {
          std::lock_guard const a(outer);
          each(4, [&](std::size_t) {
            std::lock_guard const b(middle);
            each(20, [&](std::size_t) { total.fetch_add(1, std::memory_order_relaxed); });
          });
        });
      }
    });
  }
  for (std::thread& user : users) user.join();
  CHECK(total == std::size_t{4} * 10 * 4 * 4 * 20);
}

namespace {

struct Tree {
  std::atomic<int> leaves{0};
  std::array<std::atomic<int>, 600> by{};  // leaves by worker

  void divide(int depth, microseconds work) {
    if (depth == 0) {
      ++by[pt::current_worker()];
      support::spin_for(work);
      ++leaves;
      return;
    }
    each(2, [&](std::size_t) { divide(depth - 1, work); });
  }
  [[nodiscard]] long workers() const {
    return std::ranges::count_if(by, [](std::atomic<int> const& count) { return count != 0; });
  }
};

}  // namespace

TEST_CASE("divide and conquer by nested calls, eight deep, computes on all cores") {
  if (!has_two_cores()) return;
  for (int round = 0; round != 3; ++round) {
    // A busy machine may give this process one core for a while.
    bool const shared = support::sooner_or_later([] {
      Tree tree;
      tree.divide(8, microseconds(100));
      CHECK(tree.leaves == 256);
      return tree.workers() >= 2;
    });
    CHECK(shared);
  }
}

TEST_CASE("divide and conquer by nested calls, as if on 2, 8 and 32 cores") {
  for (unsigned cores : {2U, 8U, 32U}) {
    support::Eager const eager(cores);
    INFO("as if on " << cores << " cores");
    int rounds = 0;
    bool shared = false;
    bool const came_off = support::sooner_or_later([&] {
      Tree tree;
      tree.divide(8, microseconds(2));
      if (tree.leaves != 256) FAIL(tree.leaves << " leaves");
      shared = shared || tree.workers() >= 2;
      return ++rounds >= 10 && shared;
    });
    CHECK(came_off);
  }
}

TEST_CASE("32 user threads at once: never more than twice the cores of library threads") {
  for (unsigned cores : {0U, 3U}) {
    auto const eager = cores == 0 ? nullptr : std::make_unique<support::Eager>(cores);
    unsigned const most = 2 * pt::detail::thread_manager.places.cores();
    pt::shutdown();
    REQUIRE(support::threads_left("pt-") == 0);  // or those of before would be counted too
    std::atomic<std::size_t> total{0};
    std::atomic<std::uint32_t> highest{0};
    std::atomic<bool> done{false};
    unsigned seen = 0;
    std::vector<std::thread> users;
    std::atomic<int> running{32};
    for (int t = 0; t != 32; ++t) {
      users.emplace_back([&] {
        for (int round = 0; round != 20; ++round) {
          each(100, [&](std::size_t) {
            raise(highest, pt::current_worker());
            support::spin_for(microseconds(3));
            total.fetch_add(1, std::memory_order_relaxed);
          });
        }
        if (--running == 0) done = true;
      });
    }
    while (!done) {
      seen = std::max(seen, support::threads_called("pt-"));
      std::this_thread::sleep_for(milliseconds(1));
    }
    for (std::thread& user : users) user.join();
    CHECK(total == 32 * 20 * 100);
    CHECK(seen <= most);
    CHECK(highest <= most);  // their numbers are 1 … as many as there are
    CHECK(pt::detail::thread_manager.starter.made.load() <= most);
  }
}

TEST_CASE("more callers at once than there are slots with a bit: all share") {
  support::Eager const eager(120);  // there are places for all
  constexpr int holders = 80;
  std::atomic<int> held{0};
  std::atomic<bool> done{false};
  std::vector<std::thread> users;
  for (int t = 0; t != holders; ++t) {
    users.emplace_back([&] {
      bool holds = false;
      while (!holds) {  // whoever helps may leave the caller no item
        each(2, [&](std::size_t) {
          if (pt::current_worker() != 0) return;
          if (!holds) ++held;
          holds = true;
          while (!done) std::this_thread::sleep_for(milliseconds(1));
        });
      }
    });
  }
  while (held != holders) std::this_thread::sleep_for(milliseconds(1));
  std::atomic<bool> elsewhere{false};
  std::uint32_t slot = 0;
  while (!elsewhere || slot == 0) {  // whoever helps may leave the caller no item
    std::atomic<int> calls{0};
    each(50, [&](std::size_t) {
      ++calls;
      if (pt::current_worker() == 0) slot = pt::detail::this_thread.inside;
      if (pt::current_worker() != 0) elsewhere = true;
      std::this_thread::sleep_for(microseconds(20));
    });
    CHECK(calls == 50);
  }
  CHECK(pt::detail::thread_manager.places.crowd.load() == holders - 64);
  CHECK(slot >= 64);
  done = true;
  for (std::thread& user : users) user.join();
  CHECK(pt::detail::thread_manager.places.crowd.load() == 0);
  CHECK(pt::detail::thread_manager.places.wanting.load() == 0);
}

TEST_CASE("calls inside map, filter, flat_map, fold, reduce, for_each_ordered and a comparison") {
  for (unsigned cores : {1U, 2U, 8U}) {
    support::Eager const eager(cores);
    std::vector<int> v(50);
    std::iota(v.begin(), v.end(), 0);
    auto const triangle = [](int n) {
      return pt::indices(n).map([](int x) { return static_cast<std::int64_t>(x); }).sum();
    };
    for (int round = 0; round != 5; ++round) {
      auto const mapped = pt::parallel_iter(v).map(triangle).collect<std::vector>();
      REQUIRE(mapped.size() == v.size());
      CHECK(mapped.back() == 49 * 48 / 2);
      CHECK(pt::parallel_iter(v).filter([&](int n) { return triangle(n) % 2 == 0; }).count() == 26);
      auto const flat = pt::parallel_iter(v)
                            .flat_map([](int n) { return pt::indices(n).collect<std::vector>(); })
                            .map([](int x) { return static_cast<std::int64_t>(x); })
                            .sum();
      CHECK(flat == 19600);
      auto const folded =
          pt::parallel_iter(v)
              .fold([] { return std::int64_t{0}; }, [&](std::int64_t sum, int n) { return sum + triangle(n); })
              .sum();
      CHECK(folded == 19600);
      auto const reduced = pt::parallel_iter(v).map(triangle).reduce([&](std::int64_t a, std::int64_t b) {
        return a + b + 0 * triangle(3);
      });
      CHECK(reduced == 19600);
      std::vector<int> ordered;
      pt::parallel_iter(v)
          .map([&](int n) {
            (void)triangle(n);
            return n;
          })
          .for_each_ordered(
              [&](int n) {
                (void)triangle(n);
                ordered.push_back(n);
              },
              8);
      CHECK(ordered == v);
      auto const largest = pt::parallel_iter(v).max([&](int a, int b) { return triangle(a) < triangle(b); });
      CHECK(largest == 49);
      CHECK(pt::parallel_iter(v).find_first([&](int n) { return triangle(n) > 100; }) == 15);
      auto const bridged =
          pt::parallel_iter(v).map([](int n) { return pt::par_bridge(std::views::iota(0, n)).sum(); }).sum();
      CHECK(bridged == 19600);
    }
  }
}
