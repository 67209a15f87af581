// What is thrown of a program's mistakes, by functions. <stdexcept>, which brings strings with it, is a tenth of what a
// file in compiled mode costs the compiler. There the library alone has it; libstdc++ has such functions itself, for
// its own headers, which can't include it either.
#pragma once

#include <parallel_task/platform/code.hpp>
#include <parallel_task/platform/cold.hpp>
#include <parallel_task/platform/exceptions.hpp>

#include <cstddef>  // tells which library it is

#if defined(PARALLEL_TASK_ENGINE)
#if defined(__GLIBCXX__)
#include <bits/functexcept.h>
#else
#include <stdexcept>
#endif
#endif

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

enum class Mistake : int { invalid_argument, length_error, out_of_range, logic_error };

[[noreturn]] PARALLEL_TASK_FUNCTION void throw_mistake(Mistake mistake, char const* what)
    PARALLEL_TASK_SYMBOL("throw_mistake");

#if defined(PARALLEL_TASK_ENGINE) && defined(__GLIBCXX__)
PARALLEL_TASK_FUNCTION void throw_mistake(Mistake mistake, char const* what) {
  switch (mistake) {
    case Mistake::invalid_argument:
      std::__throw_invalid_argument(what);
    case Mistake::length_error:
      std::__throw_length_error(what);
    case Mistake::out_of_range:
      std::__throw_out_of_range(what);
    case Mistake::logic_error:
      break;
  }
  std::__throw_logic_error(what);
}
#elif defined(PARALLEL_TASK_ENGINE)
PARALLEL_TASK_FUNCTION void throw_mistake(Mistake mistake, char const* what) {
  switch (mistake) {
    case Mistake::invalid_argument:
      throw_error(std::invalid_argument(what));
    case Mistake::length_error:
      throw_error(std::length_error(what));
    case Mistake::out_of_range:
      throw_error(std::out_of_range(what));
    case Mistake::logic_error:
      break;
  }
  throw_error(std::logic_error(what));
}
#endif

/// A build without exceptions prints `what` and aborts.
[[noreturn]] PARALLEL_TASK_COLD inline void refuse(Mistake mistake, char const* what) {
#if defined(__cpp_exceptions)
  throw_mistake(mistake, what);
#else
  (void)mistake;
  abort_for(what);
#endif
}

[[noreturn]] inline void throw_invalid_argument(char const* what) { refuse(Mistake::invalid_argument, what); }
[[noreturn]] inline void throw_length_error(char const* what) { refuse(Mistake::length_error, what); }
[[noreturn]] inline void throw_out_of_range(char const* what) { refuse(Mistake::out_of_range, what); }
[[noreturn]] inline void throw_logic_error(char const* what) { refuse(Mistake::logic_error, what); }

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
