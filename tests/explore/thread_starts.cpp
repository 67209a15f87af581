// A system that has no thread to give: once, a few times, now and then, never. Calls then do with the threads there
// are, the caller alone if need be, and the pool asks again later.
#define PARALLEL_TASK_SEAM "support/thread_starts.hpp"
#include "stress/calls.hpp"

#include <parallel_task/parallel_task.hpp>

#include <list>
#include <numeric>
#include <optional>
#include <thread>
#include <vector>

using namespace stress;
using support::ThreadStarts;

namespace {

struct Numbers {
  int at = 0;
  std::optional<int> next() { return at == 500 ? std::nullopt : std::optional<int>(at++); }
};

/// One call of each kind; false if a result is not exact.
bool calls_are_exact() {
  static std::vector<int> const v = [] {
    std::vector<int> made(500);
    std::iota(made.begin(), made.end(), 0);
    return made;
  }();
  static std::list<int> const list(v.begin(), v.end());
  auto const same = [](int x) {
    support::spin_for(microseconds(1));
    return x;
  };
  bool exact = pt::parallel_iter(v).map(same).sum() == 124'750;
  exact = exact && pt::parallel_iter(list).map(same).filter([](int) { return true; }).collect<std::vector>() == v;
  exact = exact && pt::par_bridge(Numbers{}).map(same).collect<std::vector>() == v;
  std::vector<int> ordered;
  pt::parallel_iter(v).map(same).for_each_ordered([&](int x) { ordered.push_back(x); });
  exact = exact && ordered == v;
  exact = exact && pt::indices(20).map([&](int) { return pt::parallel_iter(v).map(same).sum(); }).sum() == 20 * 124'750;
  exact = exact && pt::parallel_iter(v).map(same).find_first([](int x) { return x >= 300; }) == 300;
  return exact;
}

/// The pool counts as many threads as were started. Whoever runs the monitor may be about to try once more: waits for
/// it.
void check_count() {
  while (pt::detail::thread_manager.starter.made.load() != ThreadStarts::succeeded) std::this_thread::yield();
}

/// After a failure the pool asks no more for 10 ms.
void calls_until_started() {
  while (ThreadStarts::succeeded == 0) {
    if (!calls_are_exact()) FAIL("not exact");
  }
}

}  // namespace

TEST_CASE("no thread can ever be started") {
  support::Eager const eager(4);
  ThreadStarts::fail([](unsigned) { return true; });
  for (int round = 0; round != 10; ++round) {
    if (!calls_are_exact()) FAIL("round " << round);
  }
  CHECK(ThreadStarts::asked != 0);
  CHECK(ThreadStarts::succeeded == 0);
  check_count();
}

TEST_CASE("the first starts fail, then the pool gets its threads") {
  for (unsigned failing : {1U, 2U, 5U}) {
    support::Eager const eager(4);
    static unsigned first;
    first = failing;
    ThreadStarts::fail([](unsigned number) { return number <= first; });
    calls_until_started();
    CHECK(ThreadStarts::asked >= failing + 1);
    check_count();
  }
}

TEST_CASE("each start of a thread fails once") {
  // The pool may make eight here, and makes those that its calls ask for: at most three beside the caller.
  for (unsigned failing = 1; failing <= 4; ++failing) {
    support::Eager const eager(4);
    static unsigned which;
    which = failing;
    ThreadStarts::fail([](unsigned number) { return number == which; });
    calls_until_started();
    for (int round = 0; round != 10; ++round) {
      if (!calls_are_exact()) FAIL("round " << round);
    }
    check_count();
  }
}

TEST_CASE("starts fail now and then, while pools come and go") {
  for (unsigned round = 0; round != 10; ++round) {
    support::Eager const eager(3);
    static unsigned seed;
    seed = round;
    ThreadStarts::fail([](unsigned number) { return ((number * 2654435761U + seed * 40503U) >> 13 & 1U) != 0; });
    for (int calls = 0; calls != 3; ++calls) {
      if (!calls_are_exact()) FAIL("round " << round);
    }
    check_count();
  }
}

TEST_CASE("shutdown works where no thread could be started") {
  support::Eager const eager(4);
  ThreadStarts::fail([](unsigned) { return true; });
  CHECK(calls_are_exact());
  pt::shutdown();
  ThreadStarts::fail([](unsigned) { return false; });
  calls_until_started();
  pt::shutdown();
  CHECK(pt::detail::thread_manager.starter.made.load() == 0);
}
