#include <parallel_task/algorithm/in_order.hpp>

#include "catch.hpp"
#include "support/dawdle.hpp"
#include "support/eager.hpp"

#include <parallel_task/algorithm.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <thread>
#include <vector>

namespace pt = parallel_task;

namespace {

/// What has become of the blocks of one run.
struct Log {
  explicit Log(std::size_t n) : computed(n), stepped(n), emitted(n) {}
  std::vector<int> computed;  // plain: the run orders compute(b), step(b) and emit(b)
  std::vector<int> stepped;
  std::vector<int> emitted;
  std::size_t next = 0;  // plain: steps are one at a time, in order
  std::size_t wrong = 0;
  std::atomic<std::size_t> wrong_elsewhere{0};
  std::atomic<std::size_t> helped{0};

  void compute(std::size_t b) {
    if (computed[b]++ != 0) ++wrong_elsewhere;
    if (pt::current_worker() != 0) ++helped;
  }
  void step(std::size_t b) {
    if (b != next++ || computed[b] != 1 || stepped[b]++ != 0) ++wrong;
  }
  void emit(std::size_t b) {
    if (stepped[b] != 1 || emitted[b]++ != 0) ++wrong_elsewhere;
  }
  [[nodiscard]] bool complete() const {
    for (std::size_t b = 0; b != computed.size(); ++b) {
      if (computed[b] != 1 || stepped[b] != 1 || emitted[b] != 1) return false;
    }
    return wrong == 0 && wrong_elsewhere == 0 && next == computed.size();
  }
};

template <class Pause>
void run_logged(std::size_t blocks, Log& log, std::size_t* left, Pause const& pause) {
  pt::detail::Passes passes(pt::detail::Context<>{}, blocks);
  pt::detail::InOrder in_order(blocks);
  in_order.run(
      passes, 1,
      [&](std::size_t b) {
        pause(b, 0);
        log.compute(b);
      },
      [&](std::size_t b) {
        pause(b, 1);
        log.step(b);
      },
      [&](std::size_t b) {
        log.emit(b);
        pause(b, 2);
      });
  if (left != nullptr) *left += in_order.left();
}

}  // namespace

TEST_CASE("blocks in order are computed, stepped in order and emitted, each once") {
  std::size_t helped = 0;
  std::size_t left = 0;
  for (unsigned cores : {1U, 2U, 3U, 8U, 32U}) {
    support::Eager const eager(cores);
    for (std::size_t blocks : {0U, 1U, 2U, 3U, 7U, 64U}) {
      for (int round = 0; round != 60; ++round) {
        Log log(blocks);
        run_logged(blocks, log, &left, [](std::size_t, int) { support::dawdle(); });
        REQUIRE(log.complete());
        helped += log.helped;
        if (cores == 1) REQUIRE(log.helped == 0);
      }
    }
  }
  CHECK(helped > 0);
}

TEST_CASE("a block whose turn does not come soon is left and emitted later") {
  support::Eager const eager(4);
  std::size_t left = 0;
  for (int round = 0; round != 100 && left < 20; ++round) {
    Log log(40);
    run_logged(40, log, &left, [](std::size_t b, int what) {
      if (b == 3 && what == 0) std::this_thread::sleep_for(std::chrono::milliseconds(5));
      support::dawdle();
    });
    REQUIRE(log.complete());
  }
  CHECK(left >= 20);
}

TEST_CASE("an exception in a block in order ends the run and leaves nobody waiting") {
  for (unsigned cores : {1U, 2U, 8U}) {
    support::Eager const eager(cores);
    for (int what = 0; what != 3; ++what) {
      for (std::size_t at : {0U, 5U, 39U}) {
        Log log(40);
        CHECK_THROWS_AS(run_logged(40, log, nullptr,
                                   [&](std::size_t b, int now) {
                                     support::dawdle();
                                     if (b == at && now == what) throw std::runtime_error("as wished");
                                   }),
                        std::runtime_error);
        CHECK(log.wrong == 0);
        CHECK(log.wrong_elsewhere == 0);
        CHECK(log.next <= (what == 2 ? 40 : at));
      }
    }
  }
}

TEST_CASE("a stop ends blocks in order between two blocks") {
  struct After {
    std::shared_ptr<std::atomic<int>> asked = std::make_shared<std::atomic<int>>(0);
    bool stop_requested() const { return ++*asked > 10; }
  };
  for (unsigned cores : {1U, 2U, 8U}) {
    support::Eager const eager(cores);
    auto const context = pt::with(pt::stop_token(After{}));
    pt::detail::Passes passes(context, 1000);
    pt::detail::InOrder in_order(1000);
    Log log(1000);
    CHECK_THROWS_AS(in_order.run(
                        passes, 1, [&](std::size_t b) { log.compute(b); }, [&](std::size_t b) { log.step(b); },
                        [&](std::size_t b) { log.emit(b); }),
                    pt::cancelled);
    CHECK(log.wrong == 0);
    CHECK(log.wrong_elsewhere == 0);
    CHECK(log.next < 1000);
  }
}

TEST_CASE("blocks in order inside blocks in order") {
  support::Eager const eager(3);
  Log outer(12);
  std::vector<std::unique_ptr<Log>> inner;
  for (int i = 0; i != 36; ++i) inner.push_back(std::make_unique<Log>(9));
  run_logged(12, outer, nullptr, [&](std::size_t b, int what) {
    run_logged(9, *inner[3 * b + static_cast<std::size_t>(what)], nullptr, [](std::size_t, int) { support::dawdle(); });
  });
  CHECK(outer.complete());
  std::size_t complete = 0;
  for (auto const& log : inner) complete += log->complete() ? 1U : 0U;
  CHECK(complete == 36);
}
