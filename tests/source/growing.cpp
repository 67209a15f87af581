#include <parallel_task/source/growing.hpp>

#include "parts.hpp"
#include "shuffle.hpp"

#include <algorithm>
#include <atomic>
#include <memory>
#include <random>
#include <span>
#include <stdexcept>

TEST_CASE("for_each_growing calls the closure with what was given and what was added, each once") {
  for_each_schedule([] {
    for (int depth : {0, 1, 5, 12}) {
      std::atomic<int> calls{0};
      pt::for_each_growing(std::vector<int>{depth, depth}, [&calls](int left, pt::Feeder<int>& feeder) {
        ++calls;
        for (int i = 0; i != 2 && left != 0; ++i) feeder.add(left - 1);
      });
      CHECK(calls == 2 * ((2 << depth) - 1));
    }
    std::atomic<int> none{0};
    pt::for_each_growing(std::vector<int>(), [&none](int, pt::Feeder<int>&) { ++none; });
    CHECK(none == 0);
  });
}

TEST_CASE("for_each_growing: breadth-first search meets each vertex once") {
  constexpr std::size_t side = 40;
  for_each_schedule([] {
    std::vector<std::atomic<bool>> met(side * side);
    std::atomic<int> visits{0};
    met[0] = true;
    pt::for_each_growing(std::vector<std::size_t>{0}, [&](std::size_t at, auto& feeder) {
      ++visits;
      auto const visit = [&](std::size_t to) {
        if (!met[to].exchange(true)) feeder.add(to);
      };
      if (at % side != side - 1) visit(at + 1);
      if (at / side != side - 1) visit(at + side);
    });
    CHECK(visits == side * side);
  });
}

TEST_CASE("for_each_growing: quicksort") {
  for_each_schedule([] {
    std::vector<int> v(20'000);
    std::mt19937 random(7);
    for (int& x : v) x = static_cast<int>(random() % 1000);
    using Part = std::span<int>;
    pt::for_each_growing(std::vector<Part>{Part(v)}, [](Part part, pt::Feeder<Part>& feeder) {
      if (part.size() < 32) return std::ranges::sort(part), void();
      int const pivot = part[part.size() / 2];
      auto const below = std::partition(part.begin(), part.end(), [pivot](int x) { return x < pivot; });
      auto const above = std::partition(below, part.end(), [pivot](int x) { return x == pivot; });
      feeder.add(Part(part.begin(), below));
      feeder.add(Part(above, part.end()));
    });
    CHECK(std::ranges::is_sorted(v));
  });
}

TEST_CASE("for_each_growing moves items, and adds many at once") {
  for_each_schedule([] {
    std::vector<std::unique_ptr<int>> first;
    first.push_back(std::make_unique<int>(3000));
    std::atomic<int> sum{0};
    pt::for_each_growing(std::move(first), [&sum](std::unique_ptr<int> x, auto& feeder) {
      sum += *x == 1 ? 1 : 0;
      for (int i = 0; *x != 1 && i != *x; ++i) feeder.add(std::make_unique<int>(1));
    });
    CHECK(sum == 3000);
  });
}

TEST_CASE("for_each_growing rethrows, and destroys what was not begun") {
  struct Counted {
    std::atomic<int>* alive;
    int left;
    Counted(std::atomic<int>& a, int l) : alive(&a), left(l) { ++*alive; }
    Counted(Counted const& other) : alive(other.alive), left(other.left) { ++*alive; }
    Counted& operator=(Counted const&) = default;
    ~Counted() { --*alive; }
  };
  for_each_schedule([] {
    std::atomic<int> alive{0};
    auto const grow = [&alive](Counted const& x, pt::Feeder<Counted>& feeder) {
      if (x.left == 3) throw std::runtime_error("three");
      feeder.add(Counted(alive, x.left - 1));
      feeder.add(Counted(alive, x.left - 1));
    };
    CHECK_THROWS_AS(pt::for_each_growing(std::vector<Counted>{Counted(alive, 9)}, grow), std::runtime_error);
    CHECK(alive == 0);
  });
}
