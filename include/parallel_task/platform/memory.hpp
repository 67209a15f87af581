// Hints to the system about large memory, since touching fresh pages first costs more than filling them.
#pragma once

#include <parallel_task/platform/code.hpp>
#include <parallel_task/platform/cold.hpp>

#include <cerrno>
#include <cstddef>
#include <cstdint>

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// Results of this size or more are worth a hint to the system (figures in bench/notes/collect.md).
inline constexpr std::size_t large_memory = std::size_t{4} << 20;

/// The size of a huge page, and of the pieces in which memory is populated.
inline constexpr std::size_t huge_page = std::size_t{2} << 20;

#if defined(__linux__)
/// Gives a hint; a failure is not an error. Affects only pages that are completely inside, since others are shared with
/// neighbouring memory.
PARALLEL_TASK_COLD inline void advise(void* memory, std::size_t bytes, int advice) noexcept {
  constexpr std::uintptr_t page = 4096;
  auto const first = (reinterpret_cast<std::uintptr_t>(memory) + page - 1) / page * page;
  auto const last = (reinterpret_cast<std::uintptr_t>(memory) + bytes) / page * page;
  if (last <= first) return;
  auto const kept = errno;
  static_cast<void>(::madvise(reinterpret_cast<void*>(first), last - first, advice));
  errno = kept;
}
#endif

/// Asks for huge pages for [memory, memory + bytes). Does nothing if the system has none.
inline void advise_huge([[maybe_unused]] void* memory, [[maybe_unused]] std::size_t bytes) noexcept {
#if defined(__linux__) && defined(MADV_HUGEPAGE)
  advise(memory, bytes, MADV_HUGEPAGE);
#endif
}

/// Makes the system allocate the pages of [memory, memory + bytes) now; their content stays. Several threads may do so
/// at once for parts of one allocation. Does nothing if the system can't: then the first write allocates.
inline void populate([[maybe_unused]] void* memory, [[maybe_unused]] std::size_t bytes) noexcept {
#if defined(__linux__) && defined(MADV_POPULATE_WRITE)
  advise(memory, bytes, MADV_POPULATE_WRITE);
#endif
}

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
