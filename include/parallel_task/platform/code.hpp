// The namespace of the library's code, named after the flags that it is compiled with.
//
// One program may be made of files with different flags: one without exceptions, one for newer processors. Each has a
// copy of the same inline functions. Were they called the same, the linker would keep any one of them for all files. So
// what is compiled differently is called differently:
//
//   inline namespace PARALLEL_TASK_VALUES   v0_1: what files hand to each other, of one type in all of them (Options,
//                                           RunReport, Progress, cancelled, buffer). Their functions, which are code,
//                                           are PARALLEL_TASK_BY_FLAGS: the type has one name, they have several
//   inline namespace PARALLEL_TASK_CODE     all else. With the flags of an ordinary release this is v0_1, too
//
// All code works on one pool: a variable of which a process has one is PARALLEL_TASK_ONE. Its layout depends on no
// flag, and of code it holds pointers only.
//
// Compiled mode. Where PARALLEL_TASK_COMPILED is defined, the engine is in a library (compiled.cpp), and templates
// reach it by functions that are declared PARALLEL_TASK_FUNCTION and PARALLEL_TASK_SYMBOL. These have one name whatever
// the flags of who calls, so that a library that was compiled once serves all files. All else of such files is in a
// namespace of their own, ..._compiled: files of both modes in one program share no function, and where data is
// PARALLEL_TASK_ONE, one pool.
//
//   PARALLEL_TASK_ENGINE    defined where the engine is compiled: in every file but in compiled mode, and in
//   compiled.cpp
#pragma once

#include <parallel_task/platform/attributes.hpp>
#include <parallel_task/platform/instructions.hpp>
#include <parallel_task/version.hpp>

#define PARALLEL_TASK_TEXT_(x) #x
#define PARALLEL_TASK_TEXT(x) PARALLEL_TASK_TEXT_(x)

#define PARALLEL_TASK_VERSIONED_(a, b) v##a##_##b
#define PARALLEL_TASK_VERSIONED(a, b) PARALLEL_TASK_VERSIONED_(a, b)
#define PARALLEL_TASK_VALUES PARALLEL_TASK_VERSIONED(PARALLEL_TASK_VERSION_MAJOR, PARALLEL_TASK_VERSION_MINOR)

#if defined(PARALLEL_TASK_COMPILED)
#define PARALLEL_TASK_MODE _compiled
#else
#define PARALLEL_TASK_MODE
#endif
#if !defined(PARALLEL_TASK_COMPILED) || defined(PARALLEL_TASK_BUILDING)
#define PARALLEL_TASK_ENGINE
#endif

// Names are given to the assembler, which is known to work where object files are ELF.
#if defined(__GNUC__) && defined(__ELF__)

#if !defined(__has_feature)
#define PARALLEL_TASK_FEATURE(x) 0
#else
#define PARALLEL_TASK_FEATURE(x) __has_feature(x)
#endif
#if defined(__SANITIZE_ADDRESS__) || PARALLEL_TASK_FEATURE(address_sanitizer)
#define PARALLEL_TASK_SANITIZER _asan
#elif defined(__SANITIZE_THREAD__) || PARALLEL_TASK_FEATURE(thread_sanitizer)
#define PARALLEL_TASK_SANITIZER _tsan
#elif PARALLEL_TASK_FEATURE(memory_sanitizer)
#define PARALLEL_TASK_SANITIZER _msan
#endif

#if defined(__cpp_exceptions) && defined(NDEBUG) && !defined(PARALLEL_TASK_COMPILED) && \
    !defined(PARALLEL_TASK_INSTRUCTIONS) && !defined(PARALLEL_TASK_SANITIZER) &&        \
    !(defined(__FINITE_MATH_ONLY__) && __FINITE_MATH_ONLY__)
// An ordinary release. Most files are of this kind, and no letter is spent on it.
#define PARALLEL_TASK_CODE PARALLEL_TASK_VALUES
#define PARALLEL_TASK_BY_FLAGS
#else
#if !defined(PARALLEL_TASK_INSTRUCTIONS)
#define PARALLEL_TASK_INSTRUCTIONS
#endif
#if !defined(PARALLEL_TASK_SANITIZER)
#define PARALLEL_TASK_SANITIZER
#endif
#if defined(__cpp_exceptions)
#define PARALLEL_TASK_EXCEPTIONS
#else
#define PARALLEL_TASK_EXCEPTIONS _no_exceptions
#endif
#if defined(NDEBUG)
#define PARALLEL_TASK_CHECKS
#else
#define PARALLEL_TASK_CHECKS _checked
#endif
#if defined(__FINITE_MATH_ONLY__) && __FINITE_MATH_ONLY__
#define PARALLEL_TASK_MATH _finite_math
#else
#define PARALLEL_TASK_MATH
#endif
#define PARALLEL_TASK_JOINED_(a, b, c, d, e, f, g) a##b##c##d##e##f##g
#define PARALLEL_TASK_JOINED(a, b, c, d, e, f, g) PARALLEL_TASK_JOINED_(a, b, c, d, e, f, g)
#define PARALLEL_TASK_CODE                                                                         \
  PARALLEL_TASK_JOINED(PARALLEL_TASK_VALUES, PARALLEL_TASK_INSTRUCTIONS, PARALLEL_TASK_EXCEPTIONS, \
                       PARALLEL_TASK_CHECKS, PARALLEL_TASK_MATH, PARALLEL_TASK_SANITIZER, PARALLEL_TASK_MODE)
#define PARALLEL_TASK_BY_FLAGS [[gnu::abi_tag(PARALLEL_TASK_TEXT(PARALLEL_TASK_CODE))]]
#endif

/// Behind the name of a variable in a declaration: it is the same one whatever the flags.
#define PARALLEL_TASK_ONE(name) \
  __asm__(PARALLEL_TASK_TEXT(__USER_LABEL_PREFIX__) "parallel_task_" PARALLEL_TASK_TEXT(PARALLEL_TASK_VALUES) "_" name)

#elif defined(PARALLEL_TASK_COMPILED)
#define PARALLEL_TASK_CODE PARALLEL_TASK_IN_MODE(PARALLEL_TASK_VALUES, PARALLEL_TASK_MODE)
#define PARALLEL_TASK_IN_MODE_(a, b) a##b
#define PARALLEL_TASK_IN_MODE(a, b) PARALLEL_TASK_IN_MODE_(a, b)
#define PARALLEL_TASK_ONE(name)
#define PARALLEL_TASK_BY_FLAGS
#else
#define PARALLEL_TASK_CODE PARALLEL_TASK_VALUES
#define PARALLEL_TASK_ONE(name)
#define PARALLEL_TASK_BY_FLAGS
#endif

// Before and behind the declaration of a function that compiled mode finds in the library.
#if !defined(PARALLEL_TASK_COMPILED)
#define PARALLEL_TASK_FUNCTION inline
#define PARALLEL_TASK_SYMBOL(name)
#else
#define PARALLEL_TASK_SYMBOL(name) PARALLEL_TASK_ONE(name)
#if !defined(_WIN32)
#define PARALLEL_TASK_FUNCTION __attribute__((visibility("default")))
#elif !defined(PARALLEL_TASK_DLL)
#define PARALLEL_TASK_FUNCTION
#elif defined(PARALLEL_TASK_BUILDING)
#define PARALLEL_TASK_FUNCTION __declspec(dllexport)
#else
#define PARALLEL_TASK_FUNCTION __declspec(dllimport)
#endif
#endif
