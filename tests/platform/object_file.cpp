#include <parallel_task/platform/object_file.hpp>

#include "catch.hpp"

#include <cstdio>

namespace detail = parallel_task::detail;

namespace {
int here = 0;
int there = 0;
}  // namespace

#if defined(__linux__)
TEST_CASE("a program knows what lies in it, and what in a shared object") {
  auto const* const code = reinterpret_cast<void const*>(&detail::pin_object_file);
  CHECK(detail::is_in_program(&here));
  CHECK(detail::is_in_program(code));
  CHECK_FALSE(detail::is_in_program(nullptr));
  int on_the_stack = 0;
  CHECK_FALSE(detail::is_in_program(&on_the_stack));
  CHECK_FALSE(detail::is_in_program(stderr));
  CHECK(detail::is_in_one_object_file(&here, &there));
  CHECK(detail::is_in_one_object_file(&here, code));
  CHECK_FALSE(detail::is_in_one_object_file(&here, stderr));
  CHECK_FALSE(detail::is_in_one_object_file(&on_the_stack, &on_the_stack));
}
#endif
