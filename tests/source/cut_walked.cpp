#include <parallel_task/source/cut_walked.hpp>

#include "parts.hpp"
#include "shuffle.hpp"

#include <atomic>

TEST_CASE("a range that is walked in parts asks each item once, and keeps an index") {
  std::atomic<int> asked{0};
  std::forward_list<int> const list{1, 2, 3, 4, 5, 6, 7};
  for_each_schedule([&] {
    asked = 0;
    CHECK(pt::split(list, [&asked](int x) { return ++asked, x % 3 == 0; }).count() == 3);
    CHECK(asked == 7);
    CHECK(pt::slide(list, 3).enumerate().reverse().count() == 5);
    CHECK(pt::chunk(list, 3).drop(1).map(parts::as_vector).collect<std::vector>() == parts::Parts{{4, 5, 6}, {7}});
  });
}
