// States that end with their segments, on whichever thread that is: each once, whether the run ends, is cut or throws.
#include "catch.hpp"
#include "support/eager.hpp"

#include <parallel_task/parallel_task.hpp>

#include <atomic>
#include <thread>
#include <utility>
#include <vector>

namespace pt = parallel_task;

namespace {

/// Writes to what it owns from birth to death, so that a sanitizer sees whoever does at the same time, or later.
class State {
 public:
  State() : used_(new int(0)) {
    int const now = ++alive;
    for (int seen = most; now > seen && !most.compare_exchange_weak(seen, now);) continue;
  }
  State(State&& other) noexcept : used_(std::exchange(other.used_, nullptr)) { ++alive; }
  State& operator=(State&&) = delete;
  ~State() {
    if (used_ != nullptr) ++*used_;
    delete used_;
    --alive;
  }
  int use(int x) {
    ++*used_;
    if (x % 16 == 0) std::this_thread::yield();
    return x;
  }
  int used() const { return *used_; }

  static inline std::atomic<int> alive{0};
  static inline std::atomic<int> most{0};

 private:
  int* used_;
};

constexpr int items_of_a_round = 200;

}  // namespace

TEST_CASE("states end once, and no more are alive than threads compute, in thousands of runs") {
  support::Eager const eager(4, support::Claims::single, 4);
  auto const make = [] { return State(); };
  std::vector<int> expected;
  for (int i = 0; i != items_of_a_round; ++i) expected.push_back(i);
  for (int round = 0; round != 1500; ++round) {
    State::most = 0;
    int const wanted = round % items_of_a_round;
    auto const scratch = [&](State& state, int x) { return state.use(x); };
    auto const scratch_that_throws = [&](State& state, int x) {
      if (x == wanted) throw x;
      return state.use(x);
    };
    auto const all = pt::indices(items_of_a_round).map_init(make, scratch).collect<std::vector>();
    if (all != expected) FAIL("round " << round);
    auto const first =
        pt::indices(items_of_a_round).map_init(make, scratch).find_first([&](int x) { return x >= wanted; });
    if (first != wanted) FAIL("round " << round);
    try {
      (void)pt::indices(items_of_a_round).map_init(make, scratch_that_throws).collect<std::vector>();
      FAIL("round " << round);
    } catch (int thrown) {
      if (thrown != wanted) FAIL("round " << round);
    }
    if (State::most > 4) FAIL(State::most << " alive in round " << round);
    if (State::alive != 0) FAIL("round " << round);
  }
  SUCCEED();
}

TEST_CASE("folds are flushed once, by whoever ran their segment, in thousands of runs") {
  support::Eager const eager(4, support::Claims::single, 4);
  auto const make = [] { return State(); };
  auto const add = [](State& state, int x) { (void)state.use(x); };
  for (int round = 0; round != 1500; ++round) {
    State::most = 0;
    int const wanted = round % items_of_a_round;
    int const used = pt::indices(items_of_a_round)
                         .fold(make, add)
                         .map([](State&& s) { return s.used(); })
                         .reduce(0, [](int a, int b) { return a + b; });
    if (used != items_of_a_round) FAIL(used << " in round " << round);
    int seen = 0;
    pt::indices(items_of_a_round).fold(make, add).map([](State&& s) { return s.used(); }).for_each_ordered([&](int n) {
      seen += n;
    });
    if (seen != items_of_a_round) FAIL(seen << " in round " << round);
    // The flush of a later segment may throw first; what comes out is the first by order.
    int before = 0;
    try {
      pt::indices(items_of_a_round)
          .fold([] { return std::pair(-1, -1); },
                [](std::pair<int, int>& part, int x) {
                  if (part.first == -1) part.first = x;
                  part.second = x;
                })
          .map([&](std::pair<int, int> part) {
            if (part.second >= wanted) throw part;
            return part;
          })
          .try_for_each([](std::pair<int, int>) { return true; });
      FAIL("round " << round);
    } catch (std::pair<int, int> part) {
      before = part.first;
    }
    if (before > wanted) FAIL("the segment from " << before << " in round " << round);
    if (State::most > 4) FAIL(State::most << " alive in round " << round);
    if (State::alive != 0) FAIL("round " << round);
  }
  SUCCEED();
}
