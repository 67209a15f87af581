// Numbers in the environment, for the user of a finished program.
#pragma once

#include <parallel_task/platform/code.hpp>
#include <parallel_task/platform/cold.hpp>

#include <cstdio>
#include <cstdlib>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// What the variable `name` says; -1 if it says nothing, or no number from `least` to a million: that is told, once for
/// each time it is asked for.
[[nodiscard]] PARALLEL_TASK_COLD inline long number_of_environment(char const* name, long least,
                                                                   char const* what) noexcept {
#if defined(_MSC_VER)
#pragma warning(suppress : 4996)  // as an error it is on by default there; the text is read at once
#endif
  char const* const text = std::getenv(name);
  if (text == nullptr || *text == '\0') return -1;
  char* end = nullptr;
  long const value = std::strtol(text, &end, 10);
  if (*end == '\0' && value >= least && value <= 1'000'000) return value;
  std::fprintf(stderr, "parallel_task: %s=%s is not a number of %s; ignored\n", name, text, what);
  return -1;
}

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
