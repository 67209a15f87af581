// For functions that are to be no frame of their own: a backtrace from within a user's closure shows few of ours, and
// the same ones from every compiler.
#pragma once

// Between a lambda's parameters and its body: standard attributes there would belong to its type.
#if defined(__GNUC__)
#define PARALLEL_TASK_INLINE_BODY __attribute__((always_inline))
#else
#define PARALLEL_TASK_INLINE_BODY
#endif
