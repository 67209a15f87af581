// The global operator new, replaced: it counts, and fails where support::Faults says so. For binaries of its own, since
// it serves all of a program.
#if !defined(PARALLEL_TASK_TESTS_ALLOCATIONS)  // files that include it may be compiled as one
#define PARALLEL_TASK_TESTS_ALLOCATIONS
#include "support/faults.hpp"

#include <cstdlib>
#include <new>

namespace {

void* allocate(std::size_t size, std::size_t alignment) noexcept {
  if (support::Faults::allocation()) return nullptr;
  if (size == 0) size = 1;
  void* const memory = alignment <= alignof(std::max_align_t)
                           ? std::malloc(size)
                           : std::aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment);
  if (memory != nullptr) support::Faults::allocated.fetch_add(1, std::memory_order_relaxed);
  return memory;
}

void* allocate_or_throw(std::size_t size, std::size_t alignment) {
  void* const memory = allocate(size, alignment);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

void deallocate(void* memory) noexcept {
  if (memory == nullptr) return;
  support::Faults::allocated.fetch_sub(1, std::memory_order_relaxed);
  std::free(memory);
}

std::size_t bytes(std::align_val_t alignment) noexcept { return static_cast<std::size_t>(alignment); }

}  // namespace

// All of them: those of a sanitizer's runtime would go their own way.
void* operator new(std::size_t size) { return allocate_or_throw(size, 1); }
void* operator new[](std::size_t size) { return allocate_or_throw(size, 1); }
void* operator new(std::size_t size, std::nothrow_t const&) noexcept { return allocate(size, 1); }
void* operator new[](std::size_t size, std::nothrow_t const&) noexcept { return allocate(size, 1); }
void* operator new(std::size_t size, std::align_val_t alignment) { return allocate_or_throw(size, bytes(alignment)); }
void* operator new[](std::size_t size, std::align_val_t alignment) { return allocate_or_throw(size, bytes(alignment)); }
void* operator new(std::size_t size, std::align_val_t alignment, std::nothrow_t const&) noexcept {
  return allocate(size, bytes(alignment));
}
void* operator new[](std::size_t size, std::align_val_t alignment, std::nothrow_t const&) noexcept {
  return allocate(size, bytes(alignment));
}
void operator delete(void* memory) noexcept { deallocate(memory); }
void operator delete[](void* memory) noexcept { deallocate(memory); }
void operator delete(void* memory, std::nothrow_t const&) noexcept { deallocate(memory); }
void operator delete[](void* memory, std::nothrow_t const&) noexcept { deallocate(memory); }
void operator delete(void* memory, std::size_t) noexcept { deallocate(memory); }
void operator delete[](void* memory, std::size_t) noexcept { deallocate(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { deallocate(memory); }
void operator delete[](void* memory, std::align_val_t) noexcept { deallocate(memory); }
void operator delete(void* memory, std::align_val_t, std::nothrow_t const&) noexcept { deallocate(memory); }
void operator delete[](void* memory, std::align_val_t, std::nothrow_t const&) noexcept { deallocate(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { deallocate(memory); }
void operator delete[](void* memory, std::size_t, std::align_val_t) noexcept { deallocate(memory); }

#endif
