// Attributes that Microsoft's compiler spells otherwise. Another one ignores what it does not know.
#pragma once

// Inlined whatever the compiler's own judgement: of the loops over items not one call may be left.
#if defined(_MSC_VER) && !defined(__clang__)
#define PARALLEL_TASK_ALWAYS_INLINE [[msvc::forceinline]]
#define PARALLEL_TASK_NOINLINE [[msvc::noinline]]
#else
#define PARALLEL_TASK_ALWAYS_INLINE [[gnu::always_inline]]
#define PARALLEL_TASK_NOINLINE [[gnu::noinline]]
#endif

// In front of a loop over a few places of an array whose number is known: written out, the places are registers. With
// -O2, GCC 12 would keep the loop, and the array in memory, where each step waits for what the last round has stored.
// In front of a loop that does so little with each item that it takes a cycle: four items a round, since a round takes
// two cycles where its instructions lie badly. Clang does both by itself.
#if defined(__GNUC__) && !defined(__clang__)
#define PARALLEL_TASK_WRITTEN_OUT _Pragma("GCC unroll 16")
#define PARALLEL_TASK_BY_FOURS _Pragma("GCC unroll 4")
#else
#define PARALLEL_TASK_WRITTEN_OUT
#define PARALLEL_TASK_BY_FOURS
#endif

// A member without state takes no room. Compilers that keep to Microsoft's layout ignore the standard's word for it,
// and Clang among them, up to version 17, has no other.
#if !defined(_MSC_VER)
#define PARALLEL_TASK_NO_UNIQUE_ADDRESS [[no_unique_address]]
#elif !defined(__clang__) || __clang_major__ >= 18
#define PARALLEL_TASK_NO_UNIQUE_ADDRESS [[msvc::no_unique_address]]
#else
#define PARALLEL_TASK_NO_UNIQUE_ADDRESS
#endif

// Around types whose members are aligned to lines of the cache: that they are padded for it is what was asked for, and
// no reason for a warning (C4324).
#if defined(_MSC_VER)
#define PARALLEL_TASK_PADDED_BEGIN __pragma(warning(push)) __pragma(warning(disable : 4324))
#define PARALLEL_TASK_PADDED_END __pragma(warning(pop))
#else
#define PARALLEL_TASK_PADDED_BEGIN
#define PARALLEL_TASK_PADDED_END
#endif
