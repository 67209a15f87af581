#include "catch.hpp"

#include <parallel_task/platform/scheduling.hpp>

#include <cstddef>
#include <thread>

#if defined(__linux__)
#include <sched.h>
#include <unistd.h>

namespace detail = parallel_task::detail;

TEST_CASE("a thread that binds itself as the main thread was bound follows where that has been bound meanwhile") {
  ::cpu_set_t main;
  REQUIRE(detail::cores_of(::getpid(), main));
  ::cpu_set_t before = main;  // what somebody has read, and the main thread has no more
  if (CPU_COUNT(&main) > 1) {
    std::size_t first = 0;
    while (!CPU_ISSET(first, &main)) ++first;
    CPU_ZERO(&before);
    CPU_SET(first, &before);
  }
  bool bound = false;
  ::cpu_set_t own;
  CPU_ZERO(&own);
  std::thread([&] { bound = detail::bind_as(::getpid(), before) && detail::cores_of(0, own); }).join();
  CHECK(bound);
  CHECK(CPU_EQUAL(&own, &main));
  CHECK(CPU_EQUAL(&before, &main));
}
#endif
