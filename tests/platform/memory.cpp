#include <parallel_task/platform/memory.hpp>

#include "catch.hpp"

#include <cerrno>
#include <memory>

TEST_CASE("hints about memory leave its content and errno alone") {
  auto const memory = std::make_unique<unsigned char[]>(100000);
  memory[5000] = 42;
  errno = 7;
  parallel_task::detail::advise_huge(memory.get(), 100000);
  parallel_task::detail::populate(memory.get() + 3, 99000);
  parallel_task::detail::populate(memory.get(), 0);
  parallel_task::detail::populate(memory.get() + 10, 1);
  CHECK(errno == 7);
  CHECK(memory[5000] == 42);
}
