// An attribute for functions that run rarely or wait for the system: compiling them takes longer than they will ever
// run.
#pragma once

// Optimised for size and not inlined, since it would be optimised again in each caller. Without this attribute the
// engine costs every program a third more to compile.
#if defined(__clang__)
#define PARALLEL_TASK_COLD [[gnu::noinline, clang::minsize]]
#elif defined(__GNUC__)
#define PARALLEL_TASK_COLD [[gnu::noinline, gnu::cold]]
#elif defined(_MSC_VER)
#define PARALLEL_TASK_COLD [[msvc::noinline]]
#else
#define PARALLEL_TASK_COLD
#endif
