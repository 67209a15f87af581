// Where items add items: what stays with the worker that has added it, and what others get, on a clock that items move.
#define PARALLEL_TASK_SEAM "support/hand_clock.hpp"
#include "catch.hpp"

#include <parallel_task/parallel_task.hpp>

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace {

namespace pt = parallel_task;
using Ints = std::vector<int>;
using Growing = pt::detail::Growing<int>;

/// Item n takes `each` ns and adds `degree` items n - 1, unless it is 0.
struct Grower {
  std::int64_t each;
  int degree;
  Ints ran;

  bool operator()(Growing::Item&& item) {
    auto& [n, feeder] = item;
    ran.push_back(n);
    support::HandClock::ns += each;
    for (int i = 0; i != degree && n != 0; ++i) feeder.add(n - 1);
    return true;
  }
};

/// One worker and a source of which it has run the first block, of one item.
struct FirstBlock {
  Growing source;
  FirstBlock(int first, Grower& grower) : source(Ints{first}) {
    source.start();
    run({0, 1}, grower);
  }
  void run(pt::Block block, Grower& grower) {
    Growing::State state;
    CHECK(source.feed(state, block, grower));
  }
  [[nodiscard]] std::size_t pull(std::size_t want) { return source.pull(want).positions; }
};

}  // namespace

TEST_CASE("items that are cheap add to what their worker runs next, and nothing is put out") {
  Grower grower{100, 2, {}};
  FirstBlock run(5, grower);
  CHECK(grower.ran.size() == 63);
  CHECK(run.pull(100) == 1);
  CHECK(run.source.known().ended);
}

TEST_CASE("what a worker has added it runs from the last on, and more at once in the order in which it came") {
  struct Letters {
    Ints ran;
    bool operator()(Growing::Item&& item) {
      ran.push_back(item.first);
      for (int x = 1; item.first == 0 && x != 12; ++x) item.second.add(x);
      return true;
    }
  } letters;
  Growing source(Ints{0});
  source.start();
  Growing::State state;
  CHECK(source.feed(state, {0, 1}, letters));
  CHECK(letters.ran == Ints{0, 11, 9, 10, 5, 6, 7, 8, 1, 2, 3, 4});
}

TEST_CASE("what a dear item adds is put out before another is run") {
  Grower grower{1'001, 2, {}};
  FirstBlock run(5, grower);
  CHECK(grower.ran == Ints{5});
  CHECK(run.pull(100) == 3);
  CHECK(!run.source.known().ended);
  run.run({1, 3}, grower);
  CHECK(grower.ran == Ints{5, 4, 4});
  CHECK(run.pull(100) == 7);
}

TEST_CASE("of a dear item among cheap ones, no more than seven that wait with it stay with the worker") {
  struct Late {
    int ran = 0;
    bool operator()(Growing::Item&& item) {
      support::HandClock::ns += ++ran > 16 ? 1'000'000 : 10;
      for (int x = 0; item.first == 0 && x != 100; ++x) item.second.add(1);
      return true;
    }
  } late;
  Growing source(Ints{0});
  source.start();
  Growing::State state;
  CHECK(source.feed(state, {0, 1}, late));
  CHECK(late.ran == 24);  // 1, 1, 2, 4 and 8 cheap ones, and 8 of those that are dear
  CHECK(source.pull(100).positions == 1 + 77);
}

TEST_CASE("after 20 us what cheap items have added is put out") {
  Grower grower{500, 1, {}};
  FirstBlock run(1'000, grower);
  CHECK(grower.ran.size() == 40);  // the first, and 1, 2, 4, 8, 8, 8, 8
  CHECK(run.pull(100) == 2);
  CHECK(!run.source.known().ended);
}

TEST_CASE("what more than a few of a block have added is run before the block goes on") {
  struct Wide {
    Ints ran;
    bool operator()(Growing::Item&& item) {
      ran.push_back(item.first);
      for (int x = 0; item.first > 1 && x != item.first; ++x) item.second.add(1);
      return true;
    }
  } wide;
  Growing source(Ints{63, 64, 2, 3});
  source.start();
  Growing::State state;
  CHECK(source.feed(state, {0, 4}, wide));
  CHECK(wide.ran.size() == 4 + 63 + 64 + 2 + 3);
  CHECK(wide.ran[1] == 64);           // 63 are few
  CHECK(wide.ran[2 + 63 + 64] == 2);  // 127 are not
  CHECK(wide.ran[2 + 63 + 65] == 3);
}

TEST_CASE("who pulls takes batches until they are 4096 or as many as it wants, and leaves the rest to the next") {
  Grower grower{2'000, 11'000, {}};
  FirstBlock run(1, grower);
  // Put out by 256, and 248 in the end.
  CHECK(run.pull(0) == 1);
  CHECK(run.pull(1) == 1 + 4096);
  CHECK(run.pull(4'097) == 1 + 4096 + 4352);
  CHECK(run.pull(10'000) == 11'001);
  CHECK(!run.source.known().ended);
  run.run({1, 11'001}, grower);
  CHECK(run.pull(1) == 11'001);
  CHECK(run.source.known().ended);
}
