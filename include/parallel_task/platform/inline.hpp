// An attribute for lambdas that must be inlined: so a backtrace from a user's closure shows few of the library's
// frames, and the same ones with every compiler.
#pragma once

// Goes between the parameters and the body of a lambda, where a standard attribute would apply to its type.
#if defined(__GNUC__) || defined(__clang__)
#define PARALLEL_TASK_INLINE_BODY __attribute__((always_inline))
#elif defined(_MSC_VER)
#define PARALLEL_TASK_INLINE_BODY [[msvc::forceinline]]
#else
#define PARALLEL_TASK_INLINE_BODY
#endif
