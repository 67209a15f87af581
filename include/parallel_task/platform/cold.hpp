// For functions that run seldom, or wait for the system: what they take to compile is more than they will ever take to run.
#pragma once

// Small, and a function of its own: inlined into several callers it would be optimised in each of them. Without it the
// engine costs every program a third more.
#if defined(__clang__)
#define PARALLEL_TASK_COLD [[gnu::noinline, clang::minsize]]
#elif defined(__GNUC__)
#define PARALLEL_TASK_COLD [[gnu::noinline, gnu::cold]]
#else
#define PARALLEL_TASK_COLD
#endif
