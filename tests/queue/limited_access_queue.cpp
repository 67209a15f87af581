#include <parallel_task/queue/limited_access_queue.hpp>

#include "catch.hpp"

#include <atomic>
#include <cstdint>
#include <memory>
#include <random>
#include <thread>
#include <type_traits>
#include <vector>

namespace pt = parallel_task;
using Block = pt::QueueBlock;

/// std::mt19937 returns more bits than it draws.
static std::uint32_t drawn(std::mt19937& random) { return static_cast<std::uint32_t>(random()); }

static_assert(!std::is_copy_constructible_v<pt::PrimaryAccessor> && std::is_move_constructible_v<pt::PrimaryAccessor>);
static_assert(!std::is_copy_constructible_v<pt::SecondaryAccessor> &&
              std::is_move_constructible_v<pt::SecondaryAccessor>);
static_assert(!std::is_copy_constructible_v<pt::LimitedAccessQueue> &&
              !std::is_move_constructible_v<pt::LimitedAccessQueue>);
static_assert(alignof(pt::LimitedAccessQueue) == 128);

TEST_CASE("a queue tells how far what has waited longest lies behind a position") {
  pt::LimitedAccessQueue queue;
  CHECK(queue.farthest_behind(7) == 0);
  pt::SecondaryAccessor worker = queue.secondary();
  (void)worker.push({20, 30});
  (void)worker.push({0xFFFFFFF0, 5});
  CHECK(queue.farthest_behind(40) == 56);
  CHECK(queue.farthest_behind(0xFFFFFFF0) == 0xFFFFFFF0 - 20);
  (void)worker.pop(4);
  CHECK(queue.farthest_behind(40) == 56);
}

TEST_CASE("a queue's documentation tells what it does") {
  pt::LimitedAccessQueue queue;
  pt::SecondaryAccessor worker = queue.secondary();
  pt::PrimaryAccessor controller = queue.primary();
  CHECK(worker.push({0, 100}));
  CHECK(worker.pop(8) == Block{0, 8});
  CHECK(controller.steal_half() == Block{54, 100});
  CHECK(queue.load() == 46);
  CHECK(controller.load() == 46);
}

TEST_CASE("each end of a queue is lent to one holder at a time") {
  pt::LimitedAccessQueue queue;
  pt::LimitedAccessQueue other;
  pt::PrimaryAccessor first = queue.primary();
  CHECK(first);
  CHECK_FALSE(queue.primary());
  CHECK(queue.secondary());  // and back at once
  pt::SecondaryAccessor worker = queue.secondary();
  CHECK(worker);
  CHECK_FALSE(queue.secondary());
  pt::PrimaryAccessor moved = std::move(first);
  CHECK_FALSE(first);  // NOLINT: that is the question
  CHECK(moved);
  CHECK_FALSE(queue.primary());
  moved = pt::PrimaryAccessor();
  CHECK(queue.primary());
  worker = other.secondary();
  CHECK(queue.secondary());
  CHECK_FALSE(other.secondary());
  pt::SecondaryAccessor& itself = worker;
  worker = std::move(itself);
  CHECK(worker);
  CHECK_FALSE(other.secondary());
}

TEST_CASE("blocks come out in the order in which they were pushed, however often the ring goes round") {
  pt::LimitedAccessQueue queue;
  auto worker = queue.secondary();
  REQUIRE(worker.push({0, 10}));
  for (std::uint32_t first = 10; first != 500; first += 10) {
    REQUIRE(worker.push({first, first + 10}));
    CHECK(worker.pop(100) == Block{first - 10, first});
  }
  REQUIRE_FALSE(worker.pop(100).empty());

  pt::LimitedAccessQueue full;
  auto owner = full.secondary();
  for (std::uint32_t first = 0; first != 80; first += 10) REQUIRE(owner.push({first, first + 10}));
  CHECK(owner.pop(100) == Block{0, 10});
  CHECK(owner.pop(100) == Block{10, 20});
  REQUIRE(owner.push({80, 90}));
  CHECK(owner.pop(100) == Block{20, 30});
}

TEST_CASE("an empty queue gives nothing") {
  pt::LimitedAccessQueue queue;
  auto worker = queue.secondary();
  auto controller = queue.primary();
  CHECK(worker.pop(5).empty());
  CHECK(controller.steal().empty());
  CHECK(controller.steal_half().empty());
  CHECK(queue.load() == 0);
  CHECK(worker.push({7, 7}));  // nothing to add
  CHECK(queue.load() == 0);
}

TEST_CASE("pop takes from the front, steal from the back") {
  pt::LimitedAccessQueue queue;
  auto worker = queue.secondary();
  auto controller = queue.primary();
  REQUIRE(worker.push({0, 10}));
  REQUIRE(worker.push({20, 30}));
  CHECK(queue.load() == 20);
  CHECK(worker.pop(3) == Block{0, 3});
  CHECK(controller.steal() == Block{20, 30});
  CHECK(controller.steal_half() == Block{6, 10});  // half of 7, rounded up
  CHECK(worker.pop(100) == Block{3, 6});
  CHECK(worker.pop(100).empty());
}

TEST_CASE("half of a single unit is all of it, and pop takes at least one") {
  pt::LimitedAccessQueue queue;
  auto worker = queue.secondary();
  auto controller = queue.primary();
  REQUIRE(worker.push({4, 5}));
  CHECK(controller.steal_half() == Block{4, 5});
  REQUIRE(worker.push({4, 6}));
  CHECK(worker.pop(0) == Block{4, 5});
  CHECK(worker.pop(1) == Block{5, 6});
  REQUIRE(worker.push({10, 40}));
  CHECK(worker.pop(5) == Block{10, 15});  // from here on the front is where it was
  CHECK(worker.pop(0) == Block{15, 16});
  CHECK(worker.pop(1) == Block{16, 17});
  CHECK(worker.pop(100) == Block{17, 40});
}

TEST_CASE("steal_half takes the last block whole once it is no more than half of all") {
  pt::LimitedAccessQueue queue;
  auto worker = queue.secondary();
  auto controller = queue.primary();
  REQUIRE(worker.push({0, 100}));
  REQUIRE(worker.push({200, 210}));
  CHECK(controller.steal_half() == Block{200, 210});
  CHECK(controller.steal_half() == Block{50, 100});
}

TEST_CASE("steal asks how many of the last block's units to take, at least one and at most all") {
  pt::LimitedAccessQueue queue;
  auto worker = queue.secondary();
  auto controller = queue.primary();
  REQUIRE(worker.push({0, 5}));
  REQUIRE(worker.push({10, 50}));
  std::uint32_t asked = 0;
  CHECK(controller.steal([&](std::uint32_t waiting) { return (asked = waiting) / 4; }) == Block{40, 50});
  CHECK(asked == 40);
  CHECK(controller.steal([](std::uint32_t) { return 0U; }) == Block{39, 40});
  CHECK(controller.steal([](std::uint32_t) { return 100U; }) == Block{10, 39});
  CHECK(controller.steal([](std::uint32_t waiting) { return waiting; }) == Block{0, 5});
  CHECK(controller.steal([](std::uint32_t) { return 1U; }).empty());
}

TEST_CASE("claim asks how many of the front block's units to take") {
  pt::LimitedAccessQueue queue;
  auto worker = queue.secondary();
  REQUIRE(worker.push({10, 50}));
  std::uint32_t asked = 0;
  CHECK(worker.claim([&](std::uint32_t waiting) { return (asked = waiting) / 4; }) == Block{10, 20});
  CHECK(asked == 40);
  CHECK(worker.claim([&](std::uint32_t) { return 1000U; }) == Block{20, 50});
}

TEST_CASE("what is given back comes out next") {
  pt::LimitedAccessQueue queue;
  auto worker = queue.secondary();
  auto controller = queue.primary();
  REQUIRE(worker.push({0, 100}));
  Block const claim = worker.pop(10);
  CHECK(worker.give_back(claim, 4));
  CHECK(queue.load() == 96);
  CHECK(worker.pop(3) == Block{4, 7});

  SECTION("also when all that was behind it has been stolen") {
    Block const next = worker.pop(10);
    while (!controller.steal().empty()) {
    }
    CHECK(worker.give_back(next, 9));
    CHECK(worker.pop(100) == Block{9, 17});
    CHECK(worker.pop(100).empty());
  }
  SECTION("nothing given back is nothing added") {
    Block const next = worker.pop(10);
    std::size_t const before = queue.load();
    CHECK(worker.give_back(next, next.last));
    CHECK(queue.load() == before);
  }
}

TEST_CASE("what is given back of a claim that is no longer in front waits before what is behind it") {
  // A thief runs the first part of what it stole and stores the rest; then it returns part of that first part.
  pt::LimitedAccessQueue queue;
  auto worker = queue.secondary();
  REQUIRE(worker.push({0, 4}));
  while (!worker.pop(1).empty()) {
  }
  Block const stolen{50, 60};
  REQUIRE(worker.push({53, stolen.last}));
  REQUIRE(worker.give_back({stolen.first, 53}, 51));
  CHECK(worker.pop(100).first == 51);
}

TEST_CASE("a full ring takes no more and loses nothing") {
  pt::LimitedAccessQueue queue;
  auto worker = queue.secondary();
  auto controller = queue.primary();
  for (std::uint32_t i = 0; i != pt::LimitedAccessQueue::capacity; ++i) {
    CHECK((i % 2 == 0 ? worker.push({10 * i, 10 * i + 5}) : controller.push({10 * i, 10 * i + 5})));
  }
  CHECK_FALSE(worker.push({1000, 1001}));
  CHECK_FALSE(controller.push({1000, 1001}));
  CHECK(worker.push({5, 5}));
  CHECK(queue.load() == 40);
  Block const claim = worker.pop(5);
  CHECK(claim == Block{0, 5});
  REQUIRE(controller.push({2000, 2001}));  // takes the word that the claim emptied
  CHECK_FALSE(worker.give_back(claim, 2));
  std::size_t units = 0;
  for (Block block = controller.steal(); !block.empty(); block = controller.steal()) units += block.size();
  CHECK(units == 36);
}

TEST_CASE("discard empties a queue") {
  pt::LimitedAccessQueue queue;
  auto worker = queue.secondary();
  REQUIRE(worker.push({0, 10}));
  REQUIRE(worker.push({10, 30}));
  worker.discard();
  CHECK(queue.load() == 0);
  CHECK(worker.pop(1).empty());
  CHECK(worker.push({1, 2}));
}

TEST_CASE("positions may wrap round 32 bits") {
  pt::LimitedAccessQueue queue;
  auto worker = queue.secondary();
  auto controller = queue.primary();
  REQUIRE(worker.push({0xFFFFFFF0U, 16}));
  CHECK(queue.load() == 32);
  CHECK(worker.pop(8) == Block{0xFFFFFFF0U, 0xFFFFFFF8U});
  CHECK(controller.steal_half() == Block{4, 16});
  CHECK(worker.pop(100) == Block{0xFFFFFFF8U, 4});
}

TEST_CASE("the ring goes round many times") {
  pt::LimitedAccessQueue queue;
  auto worker = queue.secondary();
  auto controller = queue.primary();
  std::mt19937 random(7);
  std::uint32_t next = 0;
  std::size_t in = 0;
  std::size_t out = 0;
  for (int i = 0; i != 20000; ++i) {
    switch (random() % 5) {
      case 0:
      case 1: {
        std::uint32_t const size = drawn(random) % 9;
        if (random() % 2 == 0 ? worker.push({next, next + size}) : controller.push({next, next + size})) in += size;
        next += size;
        break;
      }
      case 2: {
        Block const claim = worker.pop(drawn(random) % 6);
        std::uint32_t const ran = claim.empty() ? 0 : drawn(random) % claim.size();
        if (!claim.empty() && worker.give_back(claim, claim.first + ran)) {
          out += ran;
        } else {
          out += claim.size();
        }
        break;
      }
      case 3:
        out += controller.steal_half().size();
        break;
      default:
        out += controller.steal().size();
        break;
    }
    if (queue.load() != in - out) FAIL("after " << i << " steps " << queue.load() << " wait instead of " << in - out);
  }
  SUCCEED();
}

namespace {

// One worker and one thief at one queue until all is out; true if each unit came out exactly once, with what the pusher
// wrote for it before.
bool each_comes_out_once(std::uint32_t units, unsigned seed, std::size_t& stolen_units) {
  pt::LimitedAccessQueue queue;
  std::vector<int> payload(units, 0);  // plain: the queue's orders must publish it
  auto taken = std::make_unique<std::atomic<std::uint32_t>[]>(units);
  std::atomic<std::uint32_t> out{0};
  std::atomic<bool> ready{false};
  std::atomic<bool> go{false};
  std::atomic<bool> wrong{false};
  auto const take = [&](Block block) {
    for (std::uint32_t i = block.first; i != block.last; ++i) {
      if (payload[i] != static_cast<int>(i) + 1) wrong = true;
      taken[i].fetch_add(1, std::memory_order_relaxed);
    }
    out.fetch_add(block.size(), std::memory_order_relaxed);
  };
  std::size_t stolen = 0;
  std::thread thief([&] {
    std::mt19937 random(seed + 1);
    ready.store(true, std::memory_order_release);
    while (!go.load(std::memory_order_acquire)) std::this_thread::yield();
    while (out.load(std::memory_order_relaxed) != units) {
      pt::PrimaryAccessor controller = queue.primary();
      if (!controller) {
        wrong = true;
        break;
      }
      Block const block = random() % 4 == 0 ? controller.steal() : controller.steal_half();
      stolen += block.size();
      if (block.size() > 1 && random() % 4 == 0) {
        // The controller pushes too: half of the loot goes back.
        std::uint32_t const middle = block.first + block.size() / 2;
        if (controller.push({middle, block.last})) {
          take({block.first, middle});
          continue;
        }
      }
      take(block);
      if (block.empty()) std::this_thread::yield();
    }
  });
  {
    pt::SecondaryAccessor worker = queue.secondary();
    std::mt19937 random(seed);
    std::uint32_t next = 0;
    while (!ready.load(std::memory_order_acquire)) std::this_thread::yield();
    go.store(true, std::memory_order_release);
    while (out.load(std::memory_order_relaxed) != units) {
      if (next != units && (queue.load() < 8 || random() % 8 == 0)) {
        std::uint32_t const size = 1 + drawn(random) % (units - next < 40 ? units - next : 40);
        for (std::uint32_t i = next; i != next + size; ++i) payload[i] = static_cast<int>(i) + 1;
        if (worker.push({next, next + size})) next += size;
      }
      Block const claim = random() % 2 == 0 ? worker.pop(1 + random() % 8)
                                            : worker.claim([](std::uint32_t waiting) { return waiting / 8; });
      if (claim.size() > 1 && random() % 2 == 0) {
        std::uint32_t const ran = claim.first + 1 + drawn(random) % (claim.size() - 1);
        if (worker.give_back(claim, ran)) {
          take({claim.first, ran});
          continue;
        }
      }
      take(claim);
      if ((claim.empty() && next == units) || random() % 256 == 0) std::this_thread::yield();
    }
  }
  thief.join();
  stolen_units += stolen;
  for (std::uint32_t i = 0; i != units; ++i) {
    if (taken[i].load(std::memory_order_relaxed) != 1) return false;
  }
  return !wrong && queue.load() == 0;
}

}  // namespace

TEST_CASE("with a worker at one end and a thief at the other every unit comes out exactly once") {
  std::size_t stolen = 0;
  // Optimised, on a busy machine, all may be over before the thief gets a core: then on until it did.
  for (unsigned seed = 0; seed < 100 || (stolen == 0 && seed < 20'000); ++seed) {
    INFO("seed " << seed);
    REQUIRE(each_comes_out_once(seed % 10 == 0 ? 20000 : 500, seed, stolen));
  }
  CHECK(stolen > 0);
}

TEST_CASE("many threads that want the primary accessor get it one after the other") {
  pt::LimitedAccessQueue queue;
  std::size_t guarded = 0;  // plain: only who holds the accessor touches it
  std::atomic<std::size_t> got{0};
  std::vector<std::thread> threads;
  for (int t = 0; t != 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i != 5000; ++i) {
        if (pt::PrimaryAccessor const accessor = queue.primary()) {
          ++guarded;
          got.fetch_add(1, std::memory_order_relaxed);
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(guarded == got.load());
  CHECK(guarded > 0);
}

TEST_CASE("a queue that is filled holds that block alone, wherever it was before") {
  pt::LimitedAccessQueue queue;
  {
    auto worker = queue.secondary();
    for (std::uint32_t i = 0; i != 5; ++i) (void)worker.push({100 * i, 100 * i + 10});
    while (worker.pop(3).size() != 0 && queue.load() > 12) {
    }
  }
  queue.fill({7, 27});
  CHECK(queue.load() == 20);
  CHECK(queue.primary().steal_half() == pt::QueueBlock{17, 27});
  CHECK(queue.secondary().pop(100) == pt::QueueBlock{7, 17});
  queue.fill({0, 1});
  CHECK(queue.load() == 1);
  queue.fill({});
  CHECK(queue.load() == 0);
  queue.fill({0, 1});
  queue.fill({7, 9});
  CHECK(queue.load() == 2);
}
