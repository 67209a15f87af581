#include <parallel_task/policy/cost_model.hpp>

#include "catch.hpp"

#include <initializer_list>
#include <utility>

namespace detail = parallel_task::detail;
namespace model = parallel_task::detail::cost_model;

namespace {
constexpr detail::Costs costs{};

/// A claim of `remaining` units at `cost`, as large as it may be.
std::uint32_t claim(std::uint32_t remaining, float cost, std::uint32_t threads = 8) {
  model::Pace const pace = model::pace_of(cost, costs);
  return model::claim_size(remaining, pace.most, model::claim_part(threads), pace);
}
}  // namespace

TEST_CASE("a loop that may not be shared yet asks after each claim's work, and begins with one item") {
  detail::Costs const costs;
  CHECK(model::step_by_time(1, 5, costs) == 4);
  CHECK(model::step_by_time(100, 0, costs) == 400);
  CHECK(model::step_by_time(100, costs.step, costs) == 100);
  CHECK(model::step_by_time(100, 10 * costs.step, costs) == 10);
  CHECK(model::step_by_time(1, 1e9F, costs) == 1);
}

TEST_CASE("a claim is one unit as long as the cost is not known") {
  CHECK(claim(1000, 0) == 1);
  CHECK(claim(1, 0) == 1);
}

TEST_CASE("a claim is 32 us of work where enough waits") {
  CHECK(claim(500'000, 10) == 3200);
  CHECK(claim(5'000'000, 1) == 32'000);
  CHECK(claim(1'000'000, 5000) == 6);
  CHECK(claim(1'000'000, 50'000) == 1);
}

TEST_CASE("a claim is an eighth of the queue, on two cores a quarter, but not below a microsecond") {
  CHECK(claim(160, 100) == 20);
  CHECK(claim(160, 100, 2) == 40);
  CHECK(claim(16, 100) == 10);  // 1 us
  CHECK(claim(16, 1000) == 2);
  CHECK(claim(3, 1000) == 1);
  CHECK(claim(0xFFFFFFFFU, 2e-6F) == 0x1FFFFFFFU);
}

TEST_CASE("a claim is no more than twice the last, until it is as large as it may be") {
  model::Pace const pace = model::pace_of(10, costs);
  CHECK(model::claim_size(1'000'000, 10, 3, pace) == 10);
  CHECK(model::next_limit(10, pace) == 20);
  CHECK(model::next_limit(1600, pace) == 3200);
  CHECK(model::next_limit(3000, pace) == 3200);
  CHECK(model::next_limit(0xFFFFFFFFU, pace) == 3200);
}

TEST_CASE("a cost that is a fifth lower or a quarter higher is another pace") {
  model::Pace const pace = model::pace_of(100, costs);
  CHECK((pace.least_cost > 79 && pace.least_cost < 81));
  CHECK((pace.most_cost > 124 && pace.most_cost < 126));
}

TEST_CASE("units are dealt out in equal parts, but for the head start of the caller") {
  model::Deal const two = model::deal(1015, 1, 10, costs);
  CHECK(two.parts == 2);
  CHECK(two.each == 500);
  CHECK(two.callers == 515);
  model::Deal const four = model::deal(1018, 3, 10, costs);
  CHECK(four.parts == 4);
  CHECK(four.each == 250);
  CHECK(four.callers == 268);
  CHECK(model::deal(100'000, 100, 10, costs).parts == detail::Costs::most_dealt + 1);
}

TEST_CASE("nothing is dealt out to nobody, nor of an unknown cost, nor too little to be worth it") {
  for (model::Deal const none : {model::deal(1000, 0, 10, costs), model::deal(1000, 1, 0, costs),
                                 model::deal(30, 1, 10, costs), model::deal(0, 1, 10, costs)}) {
    CHECK(none.parts == 1);
    CHECK(none.each == 0);
  }
  CHECK(model::deal(1000, 0, 10, costs).callers == 1000);
}

TEST_CASE("a thief takes half of the last block, rounded up, and all of it once that is no more than half of all") {
  CHECK(model::steal_size(100, 100) == 50);
  CHECK(model::steal_size(7, 7) == 4);
  CHECK(model::steal_size(1, 1) == 1);
  CHECK(model::steal_size(10, 110) == 10);
  CHECK(model::steal_size(10, 20) == 10);
  CHECK(model::steal_size(10, 19) == 10);
  CHECK(model::steal_size(10, 18) == 5);
  CHECK(model::steal_size(0xFFFFFFFFU, 0xFFFFFFFFU) == 0x80000000U);
  CHECK(model::steal_size(100, 60) == 50);  // the load was read before the worker gave back
}

TEST_CASE("tests can have claims of one unit") {
  detail::Costs single;
  single.most_claimed = 1;
  CHECK(model::pace_of(1, single).most == 1);
  CHECK(model::pace_of(1, single).floor == 1);
}

TEST_CASE("a worker's first claim is a microsecond") {
  CHECK(model::first_limit(model::pace_of(10, costs), costs) == 100);
  CHECK(model::first_limit(model::pace_of(0, costs), costs) == 1);
  CHECK(model::first_limit(model::pace_of(5000, costs), costs) == 1);
}

TEST_CASE("claims go down to one as a queue runs out, whatever they cost") {
  for (float cost : {0.1F, 1.0F, 30.0F, 1000.0F, 1e6F}) {
    model::Pace const pace = model::pace_of(cost, costs);
    std::uint32_t left = 100'000;
    std::uint32_t limit = model::first_limit(pace, costs);
    while (left != 0) {
      std::uint32_t const wanted = model::claim_size(left, limit, 3, pace);
      std::uint32_t const size = wanted < left ? wanted : left;
      if (wanted == 0) FAIL("a claim of nothing, of " << left);
      if (static_cast<float>(size) * cost > costs.claim * 1.01F && size != 1) FAIL("a claim of more than 32 us");
      limit = model::next_limit(size, pace);
      left -= size;
    }
  }
  SUCCEED();
}

TEST_CASE("the bound is looked at every two microseconds or so") {
  model::Pace const pace = model::pace_of(10, costs);
  CHECK(model::strip_size(10, pace) == 10);    // 0.1 us: at once
  CHECK(model::strip_size(290, pace) == 290);  // below 1.5 strips
  CHECK(model::strip_size(400, pace) == 200);
  CHECK(model::strip_size(4, model::pace_of(5000, costs)) == 1);
  CHECK(model::strip_size(3200, pace) == 800);  // of a large claim, a quarter
  CHECK(model::strip_size(8, model::pace_of(0, costs)) == 8);
}

TEST_CASE("a window is 100 us of work, or a part of the time so far, and one position where nothing is known") {
  CHECK(model::window_size(0, 1e9F, costs) == 1);
  CHECK(model::window_size(10, 0, costs) == 10'000);
  CHECK(model::window_size(1e6F, 0, costs) == 1);
  CHECK(model::window_size(10, 1e6F, costs) == 10'000);    // 1 ms
  CHECK(model::window_size(10, 32e6F, costs) == 100'000);  // 32 ms
  CHECK(model::window_size(1e-3F, 1e12F, costs) == 1'000'000'000);
}

TEST_CASE("many units speak for themselves, few are averaged in") {
  CHECK(model::learn(0, 1, 70) == 70);
  CHECK(model::learn(100, 16, 1600 * 4) == 400);
  CHECK(model::learn(100, 1, 500) == 200);
  CHECK(model::learn_privately(0, 1, 70) == 70);
  CHECK(model::learn_privately(100, 1, 500) == 500);  // a jump
  CHECK(model::learn_privately(100, 1, 200) == 150);
}

TEST_CASE("a forecast fails if its trial takes eight times as long") {
  CHECK_FALSE(model::forecast_failed(500, 1500));
  CHECK(model::forecast_failed(500, 5000));
}

TEST_CASE("a tiny loop tries its forecast on an eighth, or on one item of less than eight, and learns a little of it") {
  CHECK(model::tiny_trial(800) == 100);
  CHECK(model::tiny_trial(7) == 1);
  CHECK(model::tiny_trial(2) == 1);
  CHECK(model::tiny_trial(1) == 0);
  CHECK(model::learn_tiny(10, 18) == 11);
  CHECK(model::learn_tiny(10, 50) == 50);  // something new
  CHECK(model::learn_tiny(10, 2) == 2);
}

TEST_CASE("the fewer threads there are, the longer a loop must be to be worth sharing") {
  CHECK(model::least_shared(2, costs) > 5'700);
  CHECK(model::least_shared(2, costs) < 5'800);
  CHECK(model::least_shared(4, costs) < 3'700);
  CHECK(model::least_shared(64, costs) < 2'800);
}

TEST_CASE("a doubtful step is followed by smaller ones, but of no less than what tells something") {
  CHECK(model::confirming_step(1600) == 100);
  CHECK(model::confirming_step(20) == 16);
}

TEST_CASE(
    "a position of a shared run costs as much as before if it costs as much as in the last one, and not much more than "
    "alone") {
  CHECK(model::is_the_same_shared(100, 100, 0));
  CHECK(model::is_the_same_shared(1599, 100, 0));
  CHECK_FALSE(model::is_the_same_shared(1600, 100, 0));
  CHECK(model::is_the_same_shared(26, 100, 0));
  CHECK_FALSE(model::is_the_same_shared(25, 100, 0));
  CHECK(model::is_the_same_shared(399, 100, 100));
  CHECK_FALSE(model::is_the_same_shared(400, 100, 100));
  CHECK(model::is_the_same_shared(400, 100, 101));
}

TEST_CASE("a loop that took far less than its forecast tells nothing of what sharing brings") {
  CHECK(model::is_comparable(26, 100));
  CHECK_FALSE(model::is_comparable(25, 100));
}

TEST_CASE("where sharing cheap items does harm, a cold first step says nothing, and an interrupted one is doubted") {
  CHECK(model::has_probed(1, 2100, 2100, 0, costs));
  CHECK_FALSE(model::has_probed(1, 2100, 2100, 20, costs));
  CHECK_FALSE(model::has_probed(1, 19'000, 19'000, 20, costs));
  CHECK(model::has_probed(1, 21'000, 21'000, 20, costs));  // dear, or late enough
  CHECK(model::has_probed(16, 2100, 500, 20, costs));
  CHECK_FALSE(model::has_probed(16, 1900, 500, 20, costs));
  CHECK(model::is_doubtful(2, 30, 20));
  CHECK_FALSE(model::is_doubtful(2, 19, 20));
  CHECK_FALSE(model::is_doubtful(25, 30, 20));
  CHECK_FALSE(model::is_doubtful(0, 30, 20));  // nothing was known
  CHECK_FALSE(model::is_doubtful(2, 30, 0));
}

TEST_CASE("a walked source is shared if walking ahead and again takes all threads less than one") {
  CHECK(model::pays_to_walk_ahead({500, 20, 500}, 10, 2));
  CHECK_FALSE(model::pays_to_walk_ahead({150, 130, 20}, 10, 2));  // walking is all that it takes
  CHECK_FALSE(model::pays_to_walk_ahead({150, 130, 20}, 10, 64));
  CHECK(model::pays_to_walk_ahead({150, 100, 20}, 10, 64));
  CHECK_FALSE(model::pays_to_walk_ahead({26, 0, 0}, 10, 64));  // the trail
  CHECK_FALSE(model::pays_to_walk_ahead({0, 0, 0}, 10, 2));    // nothing was seen
  // Half of 65 ahead, 48 again and 20, and a quarter of 65: 82.75.
  CHECK_FALSE(model::pays_to_walk_ahead({88, 40, 48}, 10, 2));
  CHECK(model::pays_to_walk_ahead({89, 40, 48}, 10, 2));
}

TEST_CASE("a slice of pulling takes 20 us, later a part of the time so far, and 300 us at most") {
  parallel_task::detail::Costs costs;
  CHECK(model::slice_time(0, costs) == 20'000);
  CHECK(model::slice_time(640'000, costs) == 20'000);
  CHECK(model::slice_time(3'200'000, costs) == 100'000);
  CHECK(model::slice_time(1e9F, costs) == 300'000);
  costs.pull = 1e12F;
  CHECK(model::slice_time(1e9F, costs) == 1e12F);
  costs.pull = -1;  // an item a slice, as tests want it
  CHECK(model::slice_time(1e9F, costs) == -1);
}

TEST_CASE("sharing pays from 2.5 us with a hot helper, else from twice the cost of engaging one") {
  model::Surroundings around;
  around.wake_cost = 20'000;
  CHECK_FALSE(model::pays_to_share(39'000, around, costs));
  CHECK(model::pays_to_share(41'000, around, costs));
  around.helper_is_hot = true;
  CHECK(model::pays_to_share(2'700, around, costs));
  CHECK_FALSE(model::pays_to_share(2'600, around, costs));  // what it costs besides, and a sixteenth
  around.helper_is_hot = false;
  around.kept_hot = true;
  CHECK(model::pays_to_share(2'700, around, costs));
}

TEST_CASE("nobody is woken while somebody spins, nor for less than twice what it costs") {
  model::Surroundings around;
  around.wake_cost = 20'000;
  CHECK(model::pays_to_wake(41'000, around, costs));
  CHECK_FALSE(model::pays_to_wake(39'000, around, costs));
  around.helper_is_hot = true;
  CHECK_FALSE(model::pays_to_wake(1e9F, around, costs));
}

TEST_CASE("a private step is one unit at first, then at most four times as many, and at most half") {
  CHECK(model::private_step(1000, 0, 1, 0, 250, costs) == 1);
  CHECK(model::private_step(1000, 1, 1, 0, 250, costs) == 4);
  CHECK(model::private_step(1000, 1, 1000, 0, 250, costs) == 500);  // 500 ns, and half
  CHECK(model::private_step(300, 1, 1000, 0, 250, costs) == 150);
  CHECK(model::private_step(200, 1, 1000, 0, 250, costs) == 200);  // too little to look at the clock for
  CHECK(model::private_step(200, 1, 1000, 0, 0, costs) == 100);    // unless the last ones may be dear
  CHECK(model::private_step(1, 1, 1000, 0, 250, costs) == 1);
  CHECK(model::private_step(1000, 1e6F, 1, 0, 250, costs) == 1);
  CHECK(model::private_step(100'000, 1, 1e6F, 5'000, 250, costs) == 2000);  // the probe is over: a claim's worth
}

TEST_CASE("a forecast is tried on an eighth of a loop at most, then on three quarters of the rest") {
  CHECK(model::forecast_step(1000, 0, 0, costs) == 1);
  CHECK(model::forecast_step(1000, 1, 0, costs) == 125);
  CHECK(model::forecast_step(100'000, 1, 0, costs) == 500);  // a quarter of the probe
  CHECK(model::forecast_step(100, 1, 0, costs) == 12);
  CHECK(model::forecast_step(3, 1e6F, 0, costs) == 1);
  CHECK(model::forecast_step(1000, 1, 125, costs) == 500);
  CHECK(model::forecast_step(1000, 1, 1000, costs) == 750);
  CHECK(model::forecast_step(200, 1, 1000, costs) == 200);  // too little to look at the clock for
  CHECK(model::forecast_step(1'000'000, 1, 1e6F, costs) == 16'000);
  CHECK(model::forecast_step(1000, 1e6F, 1, costs) == 1);
  CHECK(model::forecast_step(1, 1e6F, 1, costs) == 1);
}

TEST_CASE("private steps come to an end") {
  for (auto const& [cost, known] : std::initializer_list<std::pair<float, bool>>{
           {0.0F, false}, {0.1F, false}, {10.0F, false}, {1e5F, false}, {0.1F, true}, {10.0F, true}, {1e5F, true}}) {
    std::size_t left = 100'000;
    float last = known ? 0.0F : 1.0F;
    float elapsed = 0;
    int steps = 0;
    while (left != 0) {
      std::size_t const size = known ? model::forecast_step(left, cost, last, costs)
                                     : model::private_step(left, cost, last, elapsed, 250, costs);
      if (size == 0 || size > left) FAIL("a step of " << size << " of " << left);
      left -= size;
      last = static_cast<float>(size);
      elapsed += last * cost;
      ++steps;
    }
    CHECK(steps <= 100'000);
  }
}

TEST_CASE("a loop that ran alone owes half of what sharing does not cost, debts are due above the cost of a wake") {
  CHECK(model::debt_of(2400, costs) == 0);
  CHECK(model::debt_of(6500, costs) == 2000);
  CHECK_FALSE(model::debt_is_due(19'000, 1, 20'000));
  CHECK(model::debt_is_due(21'000, 1, 20'000));
  CHECK_FALSE(model::debt_is_due(21'000, 2, 20'000));  // a wake that nobody used makes patient
  CHECK(model::debt_is_due(81'000, 4, 20'000));
}

TEST_CASE("a thread is blocked if it computed less than half of the time and went to sleep by itself") {
  using model::Verdict;
  CHECK(model::judge({1e6F, 1e5F, 3, 1000}) == Verdict::blocked);
  CHECK(model::judge({1e6F, 6e5F, 3, 1000}) == Verdict::computes);
  CHECK(model::judge({1e6F, 1e5F, 0, 1000}) == Verdict::computes);  // preempted, or throttled
  CHECK(model::judge({1e6F, 1e5F, 3, 60'000}) == Verdict::drop);    // preempted between the two readings
}

TEST_CASE("threads beyond the cores must bring a tenth of what they cost") {
  CHECK(model::extra_threads_pay(1.0F, 2, 2.0F, 4));
  CHECK(model::extra_threads_pay(1.0F, 2, 1.2F, 4));
  CHECK_FALSE(model::extra_threads_pay(1.0F, 2, 1.0F, 4));
  CHECK_FALSE(model::extra_threads_pay(1.0F, 2, 0.5F, 4));
  CHECK(model::extra_threads_pay(1.0F, 4, 0.5F, 4));  // there are none
  CHECK(model::extra_threads_pay(0.0F, 2, 0.5F, 4));  // nothing is known
}

TEST_CASE("the more threads compute, the less often each looks whether others should be called") {
  CHECK(model::look_pause(2, costs) == costs.least_pause);  // by time, not at each claim
  CHECK(model::look_pause(64, costs) > costs.least_pause);
  CHECK(model::look_pause(128, costs) == 2 * model::look_pause(64, costs));
}

TEST_CASE("before a long item two threads are called, if there is work and room for both") {
  CHECK(model::calls_at_once(1e6F, 50'000, 5'000, 10, 64) == 2);
  CHECK(model::calls_at_once(1e6F, 2'000, 5'000, 10, 64) == 1);     // back soon
  CHECK(model::calls_at_once(15'000, 50'000, 5'000, 10, 64) == 1);  // work for one
  CHECK(model::calls_at_once(1e6F, 50'000, 5'000, 63, 64) == 1);    // a place for one
}

TEST_CASE("as many threads are asked to join as save more than their coming costs") {
  float const price = detail::Costs::joining;
  // Few always, and so whatever the machine has where nobody knows how much there is to do.
  CHECK(model::joiners_worth(1, 3) == 3);
  CHECK(model::joiners_worth(1, detail::Costs::few_joiners) == detail::Costs::few_joiners);
  CHECK(model::joiners_worth(1, 63) == detail::Costs::few_joiners);
  CHECK(model::joiners_worth(detail::Costs::worth_any_wake, 63) == 63);
  CHECK(model::joiners_worth(detail::Costs::worth_any_wake, 1000) == 1000);
  for (std::uint32_t const root : {10U, 16U, 25U, 62U}) {
    float const left = static_cast<float>(root * root) * price / 2;
    CHECK(model::joiners_worth(left * 1.001F, 63) == root);
    CHECK(model::joiners_worth(left * 0.97F, 63) == root - 1);
    CHECK(model::joiners_worth(left * 1.001F, root) == root);
    CHECK(model::joiners_worth(left * 1.001F, 511) == root);
  }
  for (float left = 1; left < 1e9F; left *= 1.7F) {
    CHECK(model::joiners_worth(left, 511) <= 511);
    CHECK(model::joiners_worth(left, 511) <= model::joiners_worth(left * 1.7F, 511));
  }
}

TEST_CASE("more are asked to join where as much waits behind a worker as it computes between two looks") {
  detail::Costs const costs;
  CHECK_FALSE(model::wants_more_joiners(0, costs));
  CHECK_FALSE(model::wants_more_joiners(costs.long_claim, costs));
  CHECK(model::wants_more_joiners(costs.long_claim * 1.01F, costs));
}
