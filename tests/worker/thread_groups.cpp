#include <parallel_task/worker/thread_groups.hpp>

#include "catch.hpp"

#include <vector>

using parallel_task::detail::ThreadGroups;

namespace {
constexpr std::uint32_t none = ThreadGroups::none;
std::uint32_t used(std::uint32_t group) { return ThreadGroups::table[group].used.load(); }
}  // namespace

TEST_CASE("a group lets in as many as its guard allows, the guard's own thread being one") {
  ThreadGroups groups;
  std::uint32_t const two = groups.take(2, none);
  CHECK(groups.have_room(two));
  CHECK(groups.enter(two, none));
  CHECK_FALSE(groups.have_room(two));
  CHECK_FALSE(groups.enter(two, none));
  groups.leave(two, none);
  CHECK(groups.enter(two, none));
  groups.leave(two, none);
  groups.give_back(two);
}

TEST_CASE("whoever enters a group enters those around it, and none of them if one is full") {
  ThreadGroups groups;
  std::uint32_t const outer = groups.take(2, none);
  std::uint32_t const inner = groups.take(3, outer);
  CHECK(groups.limit_of(inner) == 2);
  CHECK(groups.enter(inner, none));
  CHECK(used(outer) == 2);
  CHECK(used(inner) == 2);
  CHECK_FALSE(groups.have_room(inner));
  CHECK_FALSE(groups.enter(inner, none));
  CHECK(used(outer) == 2);
  CHECK(used(inner) == 2);
  CHECK(groups.enter(inner, outer));  // a thread that is counted in the outer one already
  CHECK(used(outer) == 2);
  CHECK(used(inner) == 3);
  groups.leave(inner, outer);
  groups.leave(inner, none);
  CHECK(used(outer) == 1);
  CHECK(used(inner) == 1);
  groups.give_back(inner);
  groups.give_back(outer);
}

TEST_CASE("a thread in no group is bounded by none") {
  ThreadGroups groups;
  CHECK(groups.enter(none, none));
  CHECK(groups.have_room(none));
  CHECK(groups.limit_of(none) == ~std::uint32_t{0});
}

TEST_CASE("there are so many groups and no more, and one that is given back can be taken") {
  ThreadGroups groups;
  std::vector<std::uint32_t> taken;
  for (std::uint32_t group = groups.take(1, none); group != none; group = groups.take(1, none)) taken.push_back(group);
  CHECK(taken.size() == ThreadGroups::count);
  groups.give_back(17);
  CHECK(groups.take(1, none) == 17);
  for (std::uint32_t const group : taken) groups.give_back(group);
}

TEST_CASE("in a child of fork the guards around the fork hold on, with one thread in them, and others are gone") {
  ThreadGroups groups;
  std::uint32_t const outer = groups.take(4, none);
  std::uint32_t const other = groups.take(4, none);
  std::uint32_t const inner = groups.take(4, outer);
  CHECK(groups.enter(inner, none));
  groups.forget_others(inner);
  CHECK(used(inner) == 1);
  CHECK(used(outer) == 1);
  CHECK(groups.take(1, none) == other);
  groups.give_back(other);
  groups.give_back(inner);
  groups.give_back(outer);
}

TEST_CASE("in a child of fork groups of one thread are freed as well, and those behind one that is free") {
  ThreadGroups groups;
  std::vector<std::uint32_t> taken;
  for (int i = 0; i != 3; ++i) taken.push_back(groups.take(1, none));
  groups.give_back(taken[1]);
  groups.forget_others(none);
  for (std::uint32_t const group : taken) CHECK(groups.take(2, none) == group);
  for (std::uint32_t const group : taken) groups.give_back(group);
}
