#include <parallel_task/controller/cost_model.hpp>

#include "catch.hpp"

#include <initializer_list>
#include <utility>

namespace detail = parallel_task::detail;
namespace model = parallel_task::detail::cost_model;

namespace {
constexpr detail::Costs costs{};
constexpr float any = 1e9F;  // as `last`: no bound
}  // namespace

TEST_CASE("a claim is one unit as long as the cost is not known") {
  CHECK(model::claim_size(1000, 0, any, costs) == 1);
  CHECK(model::claim_size(1, 0, any, costs) == 1);
}

TEST_CASE("a claim is 2 us of work, and up to 8 while that is less than a 256th of what waits") {
  CHECK(model::claim_size(50'000, 10, any, costs) == 200);
  CHECK(model::claim_size(500'000, 1, any, costs) == 2000);
  CHECK(model::claim_size(102'400, 10, any, costs) == 400);
  CHECK(model::claim_size(1'000'000, 10, any, costs) == 800);
  CHECK(model::claim_size(1'000'000, 5000, any, costs) == 1);
}

TEST_CASE("a claim is an eighth of the queue, but not below a microsecond") {
  CHECK(model::claim_size(80, 100, any, costs) == 10);
  CHECK(model::claim_size(800, 100, any, costs) == 20);  // 2 us
  CHECK(model::claim_size(16, 100, any, costs) == 10);   // 1 us
  CHECK(model::claim_size(16, 1000, any, costs) == 2);
  CHECK(model::claim_size(3, 1000, any, costs) == 1);
}

TEST_CASE("a claim is never more than what waits, nor more than twice the last") {
  CHECK(model::claim_size(3, 1, any, costs) == 3);
  CHECK(model::claim_size(1'000'000, 10, 5, costs) == 10);
  CHECK(model::claim_size(1'000'000, 10, 0.5F, costs) == 1);
  CHECK(model::claim_size(0xFFFFFFFFU, 2e-6F, any, costs) == 0x20000000U);  // an eighth
}

TEST_CASE("tests can have claims of one unit") {
  detail::Costs single;
  single.most_claimed = 1;
  CHECK(model::claim_size(1'000'000, 1, any, single) == 1);
}

TEST_CASE("a worker's first claim is a quarter of a microsecond") {
  float const last = model::first_claim(10, costs);
  CHECK(model::claim_size(1'000'000, 10, last, costs) == 25);
  CHECK(model::claim_size(1'000'000, 0, model::first_claim(0, costs), costs) == 1);
  CHECK(model::claim_size(1'000'000, 5000, model::first_claim(5000, costs), costs) == 1);
}

TEST_CASE("claims go down to one as a queue runs out, whatever they cost") {
  for (float cost : {0.1F, 1.0F, 30.0F, 1000.0F, 1e6F}) {
    std::uint32_t left = 100'000;
    float last = model::first_claim(cost, costs);
    while (left != 0) {
      std::uint32_t const size = model::claim_size(left, cost, last, costs);
      if (size == 0 || size > left) FAIL("a claim of " << size << " of " << left);
      if (static_cast<float>(size) * cost > costs.big_claim * 1.01F && size != 1) FAIL("a claim of more than 8 us");
      last = static_cast<float>(size);
      left -= size;
    }
  }
  SUCCEED();
}

TEST_CASE("the bound is looked at every microsecond or so") {
  CHECK(model::strip_size(10, 10, costs) == 10);    // 0.1 us: at once
  CHECK(model::strip_size(140, 10, costs) == 140);  // below 1.5
  CHECK(model::strip_size(200, 10, costs) == 100);
  CHECK(model::strip_size(8, 5000, costs) == 1);
  CHECK(model::strip_size(8, 0, costs) == 8);
  CHECK(model::strip_size(800, 10, costs) == 200);  // of a big claim, a quarter
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

TEST_CASE("a loop is tiny if it is known to be over in 1.5 us") {
  CHECK(model::is_tiny(10, 100, costs));
  CHECK_FALSE(model::is_tiny(10, 200, costs));
  CHECK_FALSE(model::is_tiny(0, 1, costs));  // not known
  CHECK_FALSE(model::forecast_failed(500, 1500));
  CHECK(model::forecast_failed(500, 5000));
}

TEST_CASE("sharing pays from 2.5 us with a hot helper, else from twice the cost of engaging one") {
  model::Surroundings around;
  around.engage = 20'000;
  CHECK_FALSE(model::pays_to_share(39'000, around, costs));
  CHECK(model::pays_to_share(41'000, around, costs));
  around.helper_is_hot = true;
  CHECK(model::pays_to_share(2'600, around, costs));
  CHECK_FALSE(model::pays_to_share(2'400, around, costs));
  around.helper_is_hot = false;
  around.kept_hot = true;
  CHECK(model::pays_to_share(2'600, around, costs));
}

TEST_CASE("nobody is woken while somebody spins, nor for less than twice what it costs") {
  model::Surroundings around;
  around.engage = 20'000;
  CHECK(model::pays_to_wake(41'000, around, costs));
  CHECK_FALSE(model::pays_to_wake(39'000, around, costs));
  around.helper_is_hot = true;
  CHECK_FALSE(model::pays_to_wake(1e9F, around, costs));
}

TEST_CASE("a private step is one unit at first, then at most four times as many, and at most half") {
  CHECK(model::private_step(1000, 0, 1, 0, costs) == 1);
  CHECK(model::private_step(1000, 1, 1, 0, costs) == 4);
  CHECK(model::private_step(1000, 1, 1000, 0, costs) == 500);  // 500 ns, and half
  CHECK(model::private_step(300, 1, 1000, 0, costs) == 150);
  CHECK(model::private_step(200, 1, 1000, 0, costs) == 200);  // too little to look at the clock for
  CHECK(model::private_step(1, 1, 1000, 0, costs) == 1);
  CHECK(model::private_step(1000, 1e6F, 1, 0, costs) == 1);
  CHECK(model::private_step(100'000, 1, 1e6F, 5'000, costs) == 2000);  // the probe is over: a claim's worth
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
                                     : model::private_step(left, cost, last, elapsed, costs);
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
  CHECK(model::look_pause(2, costs) < costs.claim_floor);  // a small machine looks at each claim
  CHECK(model::look_pause(64, costs) > costs.claim);
  CHECK(model::look_pause(128, costs) == 2 * model::look_pause(64, costs));
}

TEST_CASE("before a long item two threads are called, if there is work and room for both") {
  CHECK(model::calls_at_once(1e6F, 50'000, 5'000, 10, 64) == 2);
  CHECK(model::calls_at_once(1e6F, 2'000, 5'000, 10, 64) == 1);     // back soon
  CHECK(model::calls_at_once(15'000, 50'000, 5'000, 10, 64) == 1);  // work for one
  CHECK(model::calls_at_once(1e6F, 50'000, 5'000, 63, 64) == 1);    // a place for one
}
