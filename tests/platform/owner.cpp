#include "catch.hpp"

#include <parallel_task/platform/owner.hpp>

#include <utility>

namespace {

struct Counted {
  static inline int alive = 0;
  int value = 0;
  Counted() noexcept { ++alive; }
  Counted(Counted const&) = delete;
  Counted& operator=(Counted const&) = delete;
  ~Counted() { --alive; }
};

using parallel_task::detail::Owner;

TEST_CASE("an owner destroys what it holds, once", "[platform]") {
  REQUIRE(Counted::alive == 0);
  {
    Owner<Counted> owner;
    CHECK_FALSE(owner);
    owner = Owner(new Counted);
    owner->value = 7;
    Owner<Counted> other(std::move(owner));
    CHECK((*other).value == 7);
    CHECK(Counted::alive == 1);
    other = Owner(new Counted);
    CHECK(Counted::alive == 1);
  }
  CHECK(Counted::alive == 0);
}

TEST_CASE("an owner that has released an object leaves it alive", "[platform]") {
  Counted* left = nullptr;
  {
    Owner owner(new Counted);
    left = owner.release();
    CHECK_FALSE(owner);
  }
  CHECK(Counted::alive == 1);
  delete left;
}

TEST_CASE("an owner of an array destroys all of it, once", "[platform]") {
  REQUIRE(Counted::alive == 0);
  {
    Owner<Counted[]> owner(new Counted[3]);
    owner[2].value = 7;
    Owner<Counted[]> other(std::move(owner));
    CHECK_FALSE(owner);
    CHECK(other[2].value == 7);
    CHECK(Counted::alive == 3);
    other = Owner<Counted[]>(new Counted[2]);
    CHECK(Counted::alive == 2);
  }
  CHECK(Counted::alive == 0);
}

}  // namespace
