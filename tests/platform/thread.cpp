#include <parallel_task/platform/thread.hpp>

#include "catch.hpp"

#include <thread>

namespace detail = parallel_task::detail;

TEST_CASE("a mark is the thread's own, and not of those that it starts") {
  bool can = false;
  bool before = true;
  bool marked = false;
  bool inherited = true;
  std::thread([&] {
#if defined(__linux__)
    can = ::prctl(PR_GET_TIMERSLACK, 0UL, 0UL, 0UL, 0UL) > 0;
#endif
    before = detail::marked_as_runner();
    detail::mark_as_runner();
    marked = detail::marked_as_runner();
    std::thread([&] { inherited = detail::marked_as_runner(); }).join();
  }).join();
  CHECK_FALSE(before);
  CHECK(marked == can);
  CHECK_FALSE(inherited);
}
