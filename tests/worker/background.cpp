// The table of calls that wait for a thread: who takes which, how many at once, and nobody twice.
#include <parallel_task/worker/background.hpp>

#include "catch.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <thread>
#include <vector>

namespace {

using parallel_task::detail::Background;
using parallel_task::detail::BackgroundRun;

}  // namespace

TEST_CASE("what waits in the background is taken once and in the order in which it came") {
  auto const table = std::make_unique<Background>();
  std::vector<BackgroundRun> runs(Background::size + 1);
  CHECK(table->begin(1) == nullptr);
  CHECK_FALSE(table->waits());
  for (int round = 0; round != 3; ++round) {
    for (std::size_t i = 0; i != Background::size; ++i) CHECK(table->add(runs[i]));
    CHECK_FALSE(table->add(runs.back()));  // no room
    for (std::size_t i = 0; i != Background::size; ++i) {
      CHECK(table->begin(1) == &runs[i]);
      table->end();
    }
    CHECK(table->begin(1) == nullptr);
  }
}

TEST_CASE("no more are taken from the background than may be under way") {
  auto const table = std::make_unique<Background>();
  std::vector<BackgroundRun> runs(4);
  for (auto& run : runs) CHECK(table->add(run));
  CHECK(table->begin(2) != nullptr);
  CHECK(table->waits(2));
  CHECK(table->begin(2) != nullptr);
  CHECK_FALSE(table->waits(2));
  CHECK_FALSE(table->keeps_awake(2));
  CHECK(table->waits());
  CHECK(table->begin(2) == nullptr);
  table->end();
  CHECK(table->keeps_awake(2));
  CHECK(table->begin(2) != nullptr);
  CHECK(table->begin(3) != nullptr);
  CHECK_FALSE(table->waits());
}

TEST_CASE("in a child of fork nobody waits in the background") {
  auto const table = std::make_unique<Background>();
  std::vector<BackgroundRun> runs(4);
  std::uint32_t const before = table->forks();
  table->forget_others();
  CHECK(table->forks() != before);
  for (auto& run : runs) CHECK(table->add(run));
  CHECK(table->begin(4) != nullptr);
  table->forget_others();
  CHECK_FALSE(table->waits());
  CHECK(table->begin(4) == nullptr);
  CHECK(table->add(runs[2]));
  CHECK(table->begin(4) == &runs[2]);
}

TEST_CASE("what waits in the background is taken in the order in which it came also round the end of the table") {
  auto const table = std::make_unique<Background>();
  std::vector<BackgroundRun> runs(1000);
  std::size_t put = 0;
  std::size_t taken = 0;
  for (std::size_t const more : {300U, 400U, 300U}) {
    for (std::size_t i = 0; i != more; ++i) CHECK(table->add(runs[put++]));
    while (taken != put) {
      CHECK(table->begin(1) == &runs[taken++]);
      table->end();
    }
  }
}

TEST_CASE("in a child of fork a single one is forgotten as well") {
  auto const table = std::make_unique<Background>();
  BackgroundRun run;
  CHECK(table->add(run));
  table->forget_others();
  CHECK_FALSE(table->waits());
  CHECK(table->begin(1) == nullptr);
}

TEST_CASE("threads that add to the background and take from it lose and double nothing") {
  constexpr std::size_t each = 2000;
  auto const table = std::make_unique<Background>();
  std::vector<BackgroundRun> runs(2 * each);
  std::vector<std::atomic<int>> taken(2 * each);
  std::atomic<std::size_t> left{2 * each};
  std::atomic<int> under_way{0};
  std::atomic<bool> too_many{false};
  std::vector<std::thread> threads;
  for (std::size_t part = 0; part != 2; ++part) {
    threads.emplace_back([&, part] {
      for (std::size_t i = part * each; i != (part + 1) * each; ++i) {
        while (!table->add(runs[i])) std::this_thread::yield();
      }
    });
  }
  for (int i = 0; i != 3; ++i) {
    threads.emplace_back([&] {
      while (left.load() != 0) {
        BackgroundRun* const run = table->begin(2);
        if (run == nullptr) {
          std::this_thread::yield();
          continue;
        }
        if (under_way.fetch_add(1) >= 2) too_many = true;
        taken[static_cast<std::size_t>(run - runs.data())].fetch_add(1);
        under_way.fetch_sub(1);
        table->end();
        left.fetch_sub(1);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (auto const& count : taken) CHECK(count.load() == 1);
  CHECK_FALSE(too_many.load());
  CHECK_FALSE(table->waits());
}
