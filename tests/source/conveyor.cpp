#include <parallel_task/source/conveyor.hpp>

#include "catch.hpp"

#include <cstddef>
#include <utility>

namespace {

using parallel_task::Block;
using parallel_task::detail::Conveyor;

/// Counts those that live, which is as many as have room in chunks that are in use.
struct Carried {
  static inline int alive = 0;
  static inline int throws_at = -1;
  int number = 0;
  explicit Carried(int n) : number(n) { ++alive; }
  Carried(Carried&& other) : number(other.number) {
    if (number == throws_at) throw number;
    ++alive;
  }
  ~Carried() { --alive; }
};

}  // namespace

TEST_CASE("what a conveyor holds depends on what waits, not on what has come") {
  {
    Conveyor<Carried, 4, 2> conveyor;
    for (int i = 0; i != 1000; ++i) {
      conveyor.add(Carried(i));
      if (i >= 10) CHECK(conveyor.take(static_cast<std::size_t>(i) - 10).number == i - 10);
      REQUIRE(Carried::alive <= 16);
    }
    CHECK(conveyor.size() == 1000);
  }
  CHECK(Carried::alive == 0);
}

TEST_CASE("a value that is stuck keeps its place while thousands pass it by") {
  {
    Conveyor<Carried, 4, 2> conveyor;
    for (int i = 0; i != 5000; ++i) {
      conveyor.add(Carried(i));
      if (i != 2 && i != 77) CHECK(conveyor.take(static_cast<std::size_t>(i)).number == i);
    }
    CHECK(Carried::alive == 8);
    CHECK(conveyor.take(77).number == 77);
    CHECK(Carried::alive == 4);
  }
  CHECK(Carried::alive == 0);
}

TEST_CASE("a block is fed across chunks, and what a sink does not want is destroyed with the conveyor") {
  {
    Conveyor<Carried, 4, 1> conveyor;
    for (int i = 0; i != 30; ++i) conveyor.add(Carried(i));
    int next = 3;
    auto const all = [&](Carried&& each) { return each.number == next++; };
    CHECK(conveyor.feed(Block{3, 18}, all));
    auto const until_20 = [](Carried&& each) { return each.number != 20; };
    CHECK_FALSE(conveyor.feed(Block{18, 30}, until_20));
  }
  CHECK(Carried::alive == 0);
}

TEST_CASE("a value that could not be moved in is no part of a conveyor") {
  {
    Conveyor<Carried, 4, 2> conveyor;
    for (int i = 0; i != 4; ++i) conveyor.add(Carried(i));
    Carried::throws_at = 4;
    CHECK_THROWS(conveyor.add(Carried(4)));
    Carried::throws_at = -1;
    conveyor.add(Carried(5));
    CHECK(conveyor.size() == 5);
    CHECK(conveyor.take(4).number == 5);
  }
  CHECK(Carried::alive == 0);
}
