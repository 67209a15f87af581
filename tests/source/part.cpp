// Parts of a range as items.
#include <parallel_task/source/part.hpp>

#include "catch.hpp"
#include "shuffle.hpp"

#include <parallel_task/parallel_task.hpp>

#include <deque>
#include <forward_list>
#include <list>
#include <ranges>

namespace pt = parallel_task;

namespace {

using DequePart = pt::part<std::deque<int>::iterator>;
using ListPart = pt::part<std::list<int>::iterator>;
using ForwardPart = pt::part<std::forward_list<int>::iterator>;

// std::ranges::enable_view<parallel_task::part<Iterator>> and
// std::ranges::enable_borrowed_range<parallel_task::part<Iterator>>:
static_assert(std::ranges::view<DequePart> && std::ranges::borrowed_range<DequePart>);
static_assert(std::ranges::random_access_range<DequePart> && std::ranges::sized_range<DequePart>);
static_assert(std::ranges::bidirectional_range<ListPart> && !std::ranges::sized_range<ListPart>);
static_assert(std::ranges::forward_range<ForwardPart>);

}  // namespace

TEST_CASE("a part of a range is what lies between two iterators, and can be written through") {
  std::deque<int> v{1, 2, 3, 4, 5};
  DequePart const part(v.begin() + 1, v.begin() + 4);
  CHECK(part.size() == 3);
  CHECK(part);
  CHECK(!part.empty());
  CHECK(part.front() == 2);
  CHECK(part.back() == 4);
  part[1] = 30;
  CHECK(v == std::deque<int>{1, 2, 30, 4, 5});
  CHECK(std::ranges::distance(part | std::views::reverse) == 3);
  CHECK(!DequePart(v.begin(), v.begin()));
  std::list<int> l{1, 2, 3};
  CHECK(ListPart(l.begin(), l.end()).back() == 3);
  std::forward_list<int> f{7, 8};
  CHECK(ForwardPart(f.begin(), f.end()).front() == 7);
}

TEST_CASE("parts of a deque are items that can be written through, in any order") {
  std::deque<int> v(1000, 1);
  int schedules = 0;
  for_each_schedule([&] {
    pt::chunk(v, 7).for_each([](auto part) {
      for (int& x : part) ++x;
    });
    ++schedules;
  });
  CHECK(v == std::deque<int>(1000, 1 + schedules));
}
