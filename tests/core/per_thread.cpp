// per_thread: a value for each thread, which stays with it.
#include <parallel_task/core/per_thread.hpp>
#include <parallel_task/parallel_task.hpp>

#include "catch.hpp"
#include "support/eager.hpp"

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <stdexcept>
#include <thread>
#include <vector>

namespace {

namespace pt = parallel_task;

struct PerThreadCounted {
  static inline std::atomic<int> alive{0};
  PerThreadCounted() { alive.fetch_add(1); }
  PerThreadCounted(PerThreadCounted const&) = delete;
  PerThreadCounted& operator=(PerThreadCounted const&) = delete;
  ~PerThreadCounted() { alive.fetch_sub(1); }
  std::size_t uses = 0;
};

}  // namespace

TEST_CASE("per_thread has a value for each thread, which stays from call to call") {
  for (unsigned cores : {1U, 2U, 8U}) {
    support::Eager const eager(cores);
    pt::per_thread<PerThreadCounted> counts;
    std::atomic<int> elsewhere{0};
    std::size_t calls = 0;
    while (calls < 20 || (cores > 1 && elsewhere.load() == 0)) {
      pt::indices(100).for_each([&](auto) {
        ++counts.local().uses;
        if (pt::current_worker() != 0) elsewhere.fetch_add(1);
      });
      ++calls;
    }
    std::size_t uses = 0;
    for (PerThreadCounted const& count : counts) uses += count.uses;
    CHECK(uses == 100 * calls);
    CHECK(counts.size() == static_cast<std::size_t>(PerThreadCounted::alive.load()));
    CHECK(counts.size() >= (cores > 1 ? 2U : 1U));
    CHECK(counts.size() <= 2 * cores + 1);
    CHECK(&counts.local() == &counts.local());
    counts.clear();
    CHECK(PerThreadCounted::alive.load() == 0);
    CHECK(counts.size() == 0);
    CHECK(counts.begin() == counts.end());
  }
}

TEST_CASE("per_thread makes values as it was told, and combines them") {
  std::atomic<int> made{0};
  pt::per_thread sums([&made] { return 1000 * ++made; });
  static_assert(std::is_same_v<decltype(sums.local()), int&>);
  CHECK(!sums.combine(std::plus<>()).has_value());
  sums.local() += 5;
  std::thread([&] { sums.local() += 7; }).join();
  CHECK(sums.combine(std::plus<>()) == 3012);
  for (int& sum : sums) sum = 1;
  CHECK(sums.combine(std::plus<>()) == static_cast<int>(sums.size()));
}

TEST_CASE("a copy of a per_thread has the maker and no values, a moved one has both") {
  pt::per_thread<std::vector<int>> first;
  first.local().push_back(1);
  pt::per_thread<std::vector<int>> const copy(first);
  CHECK(copy.size() == 0);
  CHECK(first.size() == 1);
  pt::per_thread<std::vector<int>> moved(std::move(first));
  CHECK(moved.local().size() == 1);
}

TEST_CASE("a maker that throws leaves no value") {
  bool fails = true;
  pt::per_thread value([&fails]() -> int {
    if (fails) throw std::runtime_error("no value");
    return 3;
  });
  CHECK_THROWS_AS(value.local(), std::runtime_error);
  CHECK(value.size() == 0);
  fails = false;
  CHECK(value.local() == 3);
}

TEST_CASE("per_thread puts values where they are aligned") {
  struct alignas(256) Wide {
    int x = 2;
  };
  pt::per_thread<Wide> wide;
  CHECK(reinterpret_cast<std::uintptr_t>(&wide.local()) % 256 == 0);
}
