// Checks that the compiler reads C++20. If not, one error says what to do, and PARALLEL_TASK_LANGUAGE stays undefined,
// so that the headers which users include leave out everything else instead of giving thousands of errors.
#pragma once

// clang-format off: an error is one line
#if !(defined(_MSVC_LANG) && _MSVC_LANG >= 202002L) && __cplusplus < 202002L
#error \
    "parallel_task needs C++20 (GCC 12, Clang 16 or later): compile with -std=c++20 (MSVC: /std:c++20; CMake: set(CMAKE_CXX_STANDARD 20), or link parallel_task::parallel_task)"
#else
#include <version>
#if !defined(__cpp_concepts) || !defined(__cpp_lib_concepts) || !defined(__cpp_lib_ranges) || \
    (defined(__clang__) && !defined(__apple_build_version__) &&                               \
     __clang_major__ < 16)  // which can't compile std::views
#error \
    "parallel_task needs all of C++20, concepts and ranges too: GCC 12, Clang 16 or later, and a standard library of the same age"
#else
#define PARALLEL_TASK_LANGUAGE 202002L
#endif
#endif
