// The seam for stacks: what a thread does not use of its stack takes no memory.
#pragma once

#include <parallel_task/platform/code.hpp>
#include <parallel_task/platform/cold.hpp>

#if defined(__linux__)
#include <pthread.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <cstddef>
#include <cstdint>
#endif

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// Called by a thread of the library as it begins. In a program that has locked its memory (mlockall) the system fills
/// all of a stack in advance, 8 MB for each thread; the part below the caller's frame is given back here. It stays
/// locked: what is touched later is in memory from then on. Elsewhere one system call is all it takes.
PARALLEL_TASK_COLD inline void give_back_stack() noexcept {
#if defined(__linux__) && defined(SYS_mlock2) && !defined(PARALLEL_TASK_SEAM_THREAD)
  constexpr std::uintptr_t kept = 64 << 10;  // for the frames of the next calls
  constexpr unsigned when_touched = 1;       // MLOCK_ONFAULT, which older C libraries don't name
  ::pthread_attr_t attributes;
  if (::pthread_getattr_np(::pthread_self(), &attributes) != 0) return;
  void* lowest = nullptr;
  std::size_t size = 0;
  bool const known = ::pthread_attr_getstack(&attributes, &lowest, &size) == 0;
  (void)::pthread_attr_destroy(&attributes);
  auto const page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
  std::uintptr_t const first = (reinterpret_cast<std::uintptr_t>(lowest) + page - 1) / page * page;
  std::uintptr_t const here = reinterpret_cast<std::uintptr_t>(&attributes) / page * page;
  if (!known || here < first || here - first >= size || here - first < 2 * kept) return;
  std::size_t const unused = here - kept / page * page - first;
  // In the middle of it nobody has ever been, so only the system can have filled that.
  unsigned char there = 0;
  void* const middle = reinterpret_cast<void*>(first + unused / 2 / page * page);
  if (::mincore(middle, page, &there) != 0 || (there & 1) == 0) return;
  void* const below = reinterpret_cast<void*>(first);
  if (::madvise(below, unused, MADV_DONTNEED) == 0) return;  // not locked: the stack of a thread that has ended
  if (::munlock(below, unused) != 0) return;
  (void)::madvise(below, unused, MADV_DONTNEED);
  (void)::syscall(SYS_mlock2, below, unused, when_touched);
#endif
}

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
