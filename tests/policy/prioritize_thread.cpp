#include <parallel_task/policy/prioritize_thread.hpp>

#include "catch.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace pt = parallel_task;

namespace {

// The workers in the order in which a strategy has them robbed.
template <pt::PrioritizeThread Strategy>
std::vector<std::size_t> order(Strategy const& strategy, std::vector<pt::QueueLoad> loads) {
  std::erase_if(loads, [&](pt::QueueLoad const& load) { return strategy(load) <= 0; });
  std::ranges::stable_sort(loads, [&](auto const& a, auto const& b) { return strategy(a) > strategy(b); });
  std::vector<std::size_t> workers;
  for (pt::QueueLoad const& load : loads) workers.push_back(load.worker);
  return workers;
}

using Order = std::vector<std::size_t>;

struct OnlyTheCaller {
  double operator()(pt::QueueLoad const& load) const noexcept { return load.worker == 0 ? 1 : 0; }
};
struct MayThrow {
  double operator()(pt::QueueLoad const&) const { return 1; }
};
struct GivesText {
  std::string operator()(pt::QueueLoad const&) const noexcept { return ""; }
};
struct ChangesItself {
  double operator()(pt::QueueLoad const&) noexcept { return ++calls; }
  int calls = 0;
};

}  // namespace

static_assert(pt::PrioritizeThread<OnlyTheCaller>);
static_assert(!pt::PrioritizeThread<MayThrow>);
static_assert(!pt::PrioritizeThread<GivesText>);
static_assert(!pt::PrioritizeThread<ChangesItself>);

TEST_CASE("Remaining: most work left, in time") {
  CHECK(order(pt::Remaining{}, {{0, 10, 100, 0, 0}, {1, 5, 1000, 0, 0}, {2, 100, 1, 0, 0}}) == Order{1, 0, 2});
  CHECK(order(pt::Remaining{}, {{0, 10, 0, 0, 0}, {1, 20, 0, 0, 0}}) == Order{1, 0});  // costs not known: items
  CHECK(order(pt::Remaining{}, {{0, 0, 100, 0, 0}}).empty());                          // nothing to rob
}

TEST_CASE("RateOfChange: what would take longest at the rate since the last poll") {
  // 0 emptied half of its queue in 1 us; 1 did a tenth of a shorter one.
  CHECK(order(pt::RateOfChange{}, {{0, 50, 0, 100, 1000}, {1, 45, 0, 50, 1000}}) == Order{1, 0});
  // Nothing done since the last poll: the slowest of all, the longer one first.
  CHECK(order(pt::RateOfChange{}, {{0, 50, 0, 100, 1000}, {1, 5, 0, 5, 1000}, {2, 6, 0, 6, 1000}}) == Order{2, 1, 0});
  // First poll: by length.
  CHECK(order(pt::RateOfChange{}, {{0, 3, 0, 3, 0}, {1, 9, 0, 9, 0}}) == Order{1, 0});
  CHECK(order(pt::RateOfChange{}, {{0, 0, 0, 10, 1000}}).empty());
}

TEST_CASE("ChangeFromLastPoll: what changed least by its share") {
  CHECK(order(pt::ChangeFromLastPoll{}, {{0, 50, 0, 100, 1}, {1, 9, 0, 10, 1}, {2, 80, 0, 100, 1}}) == Order{1, 2, 0});
  CHECK(order(pt::ChangeFromLastPoll{}, {{0, 10, 0, 10, 1}, {1, 20, 0, 20, 1}}) == Order{1, 0});  // the longer one
  CHECK(order(pt::ChangeFromLastPoll{}, {{0, 30, 0, 10, 1}, {1, 40, 0, 40, 1}}) == Order{1, 0});  // grown is not more
  CHECK(order(pt::ChangeFromLastPoll{}, {{0, 0, 0, 10, 1}}).empty());
}

TEST_CASE("a user's strategy may leave queues alone") {
  CHECK(order(OnlyTheCaller{}, {{1, 100, 1, 100, 1}, {0, 1, 1, 1, 1}, {2, 50, 1, 50, 1}}) == Order{0});
}

TEST_CASE("an erased strategy is the user's own object") {
  struct Weighted {
    double weight;
    double operator()(pt::QueueLoad const& load) const noexcept { return weight * static_cast<double>(load.items); }
  } mine{2};
  auto const erased = pt::detail::Strategy::of(mine);
  REQUIRE(erased);
  CHECK(erased.priority(erased.self, {0, 10, 0, 0, 0}) == 20);
  mine.weight = 3;
  CHECK(erased.priority(erased.self, {0, 10, 0, 0, 0}) == 30);
  CHECK_FALSE(pt::detail::Strategy{});
}
