// What a report says of why is true: for each reason a run that has it, and its neighbours that have not. No times: the
// cost model is told what things cost.
#include <parallel_task/controller/run_report.hpp>

#include "catch.hpp"
#include "support/eager.hpp"

#include <parallel_task/parallel_task.hpp>

#include <forward_list>
#include <list>
#include <optional>
#include <ranges>
#include <thread>
#include <vector>

namespace pt = parallel_task;
using pt::RunReason;

namespace {

struct Gives {
  int left;
  std::optional<int> next() { return left == 0 ? std::nullopt : std::optional<int>(--left); }
};

/// check(reason) of a run over n items of every kind of source.
template <class F>
void of_every_source(int n, F check) {
  auto const why = [](auto pipe) {
    pt::RunReport report;
    (void)std::move(pipe).report(report).count();
    return report.reason;
  };
  std::vector<int> const v(static_cast<std::size_t>(n));
  std::list<int> const list(v.begin(), v.end());
  std::forward_list<int> const forward(v.begin(), v.end());
  auto some = v | std::views::filter([](int x) { return x == 0; });
  check(why(pt::parallel_iter(v)));
  check(why(pt::parallel_iter(list)));
  check(why(pt::parallel_iter(forward)));
  check(why(pt::parallel_iter(some)));
  check(why(pt::par_bridge(Gives{n})));
}

/// The calling thread is inside an item of another call, and all cores compute.
class Crowded {
 public:
  Crowded() {
    ++pt::detail::this_thread.depth;
    crowd();
  }
  Crowded(Crowded const&) = delete;
  Crowded& operator=(Crowded const&) = delete;
  ~Crowded() {
    --pt::detail::this_thread.depth;
    disperse();
  }
  void crowd() {
    if (!crowded_) manager().places.computing.fetch_add(100, pt::detail::memory_order_relaxed);
    crowded_ = true;
  }
  void disperse() {
    if (crowded_) manager().places.computing.fetch_sub(100, pt::detail::memory_order_relaxed);
    crowded_ = false;
  }

 private:
  static pt::detail::ThreadManager& manager() { return pt::detail::thread_manager; }
  bool crowded_ = false;
};

}  // namespace

TEST_CASE("of no items and of one a report says so, also where the source has to be asked") {
  auto const nothing = [] { of_every_source(0, [](RunReason why) { CHECK(why == RunReason::nothing_to_do); }); };
  nothing();
  support::Eager const eager(4);
  nothing();
  of_every_source(1, [](RunReason why) { CHECK(why == RunReason::one_item); });
  of_every_source(100, [](RunReason why) { CHECK((why == RunReason::shared || why == RunReason::nobody_came)); });
}

TEST_CASE("of one thread a report says that only one is allowed") {
  support::Eager const eager(4);
  std::vector<int> const v(100);
  pt::RunReport report;
  (void)pt::parallel_iter(v).threads(1).report(report).count();
  CHECK(report.reason == RunReason::one_thread_only);
  pt::thread_limit const alone(1);
  of_every_source(100, [](RunReason why) { CHECK(why == RunReason::one_thread_only); });
}

TEST_CASE("what never pays is too cheap, also in a crowd, which made no difference") {
  support::Eager const eager(4);
  auto& costs = pt::detail::thread_manager.costs;
  costs.least_shared = 1e30F;
  costs.few = 0;
  costs.probe = 1;
  std::vector<int> const v(100);
  std::list<int> const list(v.begin(), v.end());
  auto const never = [&] {
    pt::RunReport report;
    (void)pt::parallel_iter(v).report(report).count();
    CHECK(report.reason == RunReason::too_cheap);
    (void)pt::parallel_iter(list).report(report).count();
    CHECK(report.reason == RunReason::too_cheap);
  };
  never();
  Crowded const crowded;
  never();
}

TEST_CASE("a crowd is the reason where it kept a run from being shared, also if it has gone since") {
  support::Eager const eager(4);
  Crowded crowd;
  std::vector<int> const v(100);
  for (bool goes : {false, true}) {
    crowd.crowd();
    pt::RunReport report;
    int ran = 0;
    pt::parallel_iter(v).report(report).for_each([&](int) {
      if (++ran == 100 && goes) crowd.disperse();
    });
    CHECK(report.reason == RunReason::no_free_core);
  }
}

TEST_CASE("a run of which a helper had a part was shared, even if no item of it came to its end there") {
  support::Eager const eager(4);
  std::vector<int> const v(64);
  std::thread::id const caller = std::this_thread::get_id();
  bool thrown = false;
  // Nobody can be made to come, but of many runs one will be helped.
  for (int round = 0; round != 2000 && !thrown; ++round) {
    pt::RunReport report;
    try {
      pt::parallel_iter(v).threads(2).report(report).for_each([&](int) {
        std::this_thread::yield();
        if (std::this_thread::get_id() != caller) throw 1;
      });
    } catch (int) {
      thrown = true;
      CHECK(report.reason == RunReason::shared);
    }
  }
  CHECK(thrown);
}
