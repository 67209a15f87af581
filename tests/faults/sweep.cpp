// Every scenario with its first, second, … allocation or operation failing, until it needs no more: on one thread, and
// shared at once among many. What is thrown comes out or the result is exact, nothing is leaked, nothing is destroyed
// twice, what was lent is as it was, and the library works on.
//
// The first sweeps take each step on one thread and, shared, steps ever farther apart; PARALLEL_TASK_LONG=1 takes each.
#include "faults/scenarios.hpp"
#include "stress/calls.hpp"

#include <cstdlib>
#include <new>

namespace faults {

void Input::refill() {
  given = items;
  set = std::set<Item>(items.begin(), items.end());
  map.clear();
  for (Item const& x : items) map.emplace(x, x);
}

bool Input::whole() const {
  if (items.size() != static_cast<std::size_t>(n_) || list.size() != items.size()) return false;
  auto listed = list.begin();
  for (int i = 0; i != n_; ++i, ++listed) {
    if (items[static_cast<std::size_t>(i)].value() != i || listed->value() != i) return false;
  }
  return true;
}

}  // namespace faults

using namespace faults;

namespace {

bool const sweeps_are_long = std::getenv("PARALLEL_TASK_LONG") != nullptr;
constexpr int n = 40;

#if defined(PARALLEL_TASK_SEAM)
// Before the first test, while no thread of the library lives.
[[maybe_unused]] bool const dawdling = [] {
  support::Delays::per_1024 = 16;
  return true;
}();
#endif

std::vector<Scenario> const& scenarios() {
  static std::vector<Scenario> const all = [] {
    std::vector<Scenario> made;
    for (List const list : lists()) list(made);
    return made;
  }();
  return all;
}

/// Allocations that the pool keeps: the workers' places of each slot, two for each time that they were made.
long kept_by_the_pool() {
  long kept = 0;
  for (auto const& slot : pt::detail::thread_manager.call_slots) {
    for (pt::detail::Members const* members = slot.members.load(); members != nullptr; members = members->older)
      kept += 2;
  }
  return kept;
}

struct State {
  long items = Item::alive;
  long allocations = Faults::allocated - kept_by_the_pool();
};

struct Run {
  Digest result = 0;
  bool fired = false;
  bool threw = false;   // what was armed
  bool helped = false;  // a thread of the library's met it
};

Run run_with_fault(Scenario const& scenario, Input& input, Faults::Kind kind, std::uint32_t number) {
  Run run;
  Faults::arm(kind, number);
  try {
    run.result = scenario.run(input);
  } catch (support::Fault const& fault) {
    run.threw = kind == Faults::Kind::operation && fault.number == number;
  } catch (std::bad_alloc const&) {
    run.threw = kind == Faults::Kind::allocation;
  }
  run.fired = Faults::disarm();
  run.helped = run.fired && Faults::where() != 0;
  return run;
}

struct Count {
  std::uint32_t faults = 0;
  std::uint32_t by_helpers = 0;
};

/// One scenario, until it needs no more. `shared`: a call that finds no memory for its workers' places goes on alone.
void sweep(Scenario const& scenario, Faults::Kind kind, bool shared, Count& count) {
  Input input(n);
  Digest const expected = scenario.run(input);
  if (scenario.consumes) input.refill();
  State const before;
  for (std::uint32_t number = 1;; number += shared && !sweeps_are_long ? 1 + number / 8 : 1) {
    Run const run = run_with_fault(scenario, input, kind, number);
    if (scenario.consumes) input.refill();
    State const after;
    bool const may_succeed = !run.fired || scenario.may_hide || (shared && kind == Faults::Kind::allocation);
    // Nothing of Catch2's before the end: it allocates, too.
    auto const fail = [&](std::string const& what) {
      FAIL(scenario.name << (kind == Faults::Kind::allocation ? ", allocation " : ", operation ") << number << ": "
                         << what);
    };
    if (run.threw && !run.fired) fail("thrown by nobody");
    if (!run.threw && !may_succeed) fail("nothing was thrown");
    if (!run.threw && run.result != expected) fail("another result");
    if (after.items != before.items) fail(std::to_string(after.items - before.items) + " items leaked");
    if (after.allocations != before.allocations) {
      fail(std::to_string(after.allocations - before.allocations) + " allocations leaked");
    }
    if (Item::wrong != 0) fail(std::to_string(Item::wrong.exchange(0)) + " things are not as they should be");
    if (!input.whole()) fail("what was lent has changed");
    if (!run.fired) return;
    ++count.faults;
    count.by_helpers += run.helped ? 1 : 0;
  }
}

void sweep_all(Faults::Kind kind, bool shared) {
  Count count;
  for (Scenario const& scenario : scenarios()) sweep(scenario, kind, shared, count);
  CHECK(Item::alive == 0);
  CHECK(count.faults > 3 * scenarios().size());
  if (shared && stress::has_two_cores()) CHECK(count.by_helpers != 0);
}

void sweep_all_shared(Faults::Kind kind) {
  for (support::Claims const claims : {support::Claims::single, support::Claims::given_back}) {
    support::Eager const eager(4, claims);
    sweep_all(kind, true);
  }
}

}  // namespace

#if !defined(PARALLEL_TASK_SEAM)
TEST_CASE("on one thread every allocation may fail") {
  support::Eager const eager(1);
  sweep_all(Faults::Kind::allocation, false);
}

TEST_CASE("on one thread every operation of a user's code may throw") {
  support::Eager const eager(1);
  sweep_all(Faults::Kind::operation, false);
}
#endif

TEST_CASE("among many threads every allocation may fail", "[long]") { sweep_all_shared(Faults::Kind::allocation); }

TEST_CASE("among many threads every operation of a user's code may throw", "[long]") {
  sweep_all_shared(Faults::Kind::operation);
}

TEST_CASE("a call that has no memory for its workers is run by its caller, and the next one is shared") {
  unsigned cores = 9;
  for (std::uint32_t const number : {1U, 2U}) {
    support::Eager const eager(cores++);  // more than before: the places are made anew
    pt::RunReport report;
    auto const sum = [&report] { return pt::indices(100).report(report).map([](int x) { return 2 * x; }).sum(); };
    State const before;
    Faults::arm(Faults::Kind::allocation, number);
    auto const alone = sum();
    bool const fired = Faults::disarm();
    pt::RunReason const reason = report.reason;
    report = {};
    State const after;
    CHECK(fired);
    CHECK(alone == 9900);
    CHECK(reason == pt::RunReason::no_free_slot);
    CHECK(after.allocations == before.allocations);
    for (auto const& slot : pt::detail::thread_manager.call_slots) {
      if (slot.word.load() != 0) FAIL("a slot is taken");
    }
    CHECK(sum() == 9900);
    CHECK(report.reason != pt::RunReason::no_free_slot);
  }
}
