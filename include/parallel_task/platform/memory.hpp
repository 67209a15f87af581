// Hints about large memory: the first touch of fresh pages costs more than filling them.
#pragma once

#include <parallel_task/platform/cold.hpp>

#include <cerrno>
#include <cstddef>
#include <cstdint>

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

/// From this size on results are worth a hint to the system (PEERS.md, "Memory-bound").
inline constexpr std::size_t large_memory = std::size_t{4} << 20;

/// The size of a huge page, and of the pieces in which memory is populated.
inline constexpr std::size_t huge_page = std::size_t{2} << 20;

#if defined(__linux__)
/// Hints that fail are no errors. Only pages that lie wholly inside are touched: the others belong to a neighbour too.
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

/// Asks for huge pages behind [memory, memory + bytes). Where the system has none: nothing.
inline void advise_huge([[maybe_unused]] void* memory, [[maybe_unused]] std::size_t bytes) noexcept {
#if defined(__linux__) && defined(MADV_HUGEPAGE)
  advise(memory, bytes, MADV_HUGEPAGE);
#endif
}

/// Has the system put pages behind [memory, memory + bytes) now; what lies there stays. Several threads may do so at
/// once for parts of one allocation. Where the system can't: nothing, the first write will do it.
inline void populate([[maybe_unused]] void* memory, [[maybe_unused]] std::size_t bytes) noexcept {
#if defined(__linux__) && defined(MADV_POPULATE_WRITE)
  advise(memory, bytes, MADV_POPULATE_WRITE);
#endif
}

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task
