// The tasks of a scope, as one thread has them: closures that wait, the memory that they are in, and its list of them.
//
// One thread at a time: see scope_call.hpp, which says whose they are when.
#pragma once

#include <parallel_task/platform/atomic.hpp>
#include <parallel_task/platform/attributes.hpp>
#include <parallel_task/platform/cold.hpp>
#include <parallel_task/platform/inline.hpp>
#include <parallel_task/worker/task_state.hpp>

#include <cstddef>
#include <cstdint>
#include <new>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

PARALLEL_TASK_PADDED_BEGIN

/// A closure that waits. What it is made of follows.
struct ScopeTask {
  enum class Do : unsigned char { run, destroy };

  ScopeTask* newer = nullptr;
  ScopeTask* older = nullptr;  ///< of a chain's first task, which has none: the chain's last
  void (*act)(ScopeTask& self,
              Do what) = nullptr;  ///< runs the closure, which may throw, and destroys it; or only that
  std::uint32_t chained = 0;       ///< of a chain's first task: how many it has
  std::uint32_t alignment = 0;     ///< of memory of its own; 0: it is in a cell
};

/// Memory for tasks of ordinary size, by one thread at a time.
class ScopeCells {
 public:
  static constexpr std::size_t size = 64;
  static constexpr std::size_t alignment = 16;

  ScopeCells() = default;
  ScopeCells(ScopeCells const&) = delete;
  ScopeCells& operator=(ScopeCells const&) = delete;
  ~ScopeCells() {
    while (slabs_ != nullptr) delete std::exchange(slabs_, slabs_->next);
  }

  /// Takes over what is another's.
  void adopt(ScopeCells& other) noexcept {
    while (Slab* const slab = other.slabs_) {
      other.slabs_ = slab->next;
      slab->next = slabs_;
      slabs_ = slab;
    }
    other.free_ = nullptr;
  }
  [[nodiscard]] PARALLEL_TASK_ALWAYS_INLINE void* take() {
    if (free_ == nullptr) [[unlikely]]
      add_slab();
    Cell* const cell = free_;
    free_ = cell->next;
    return cell;
  }
  /// A cell of whatever member.
  PARALLEL_TASK_ALWAYS_INLINE void give(void* memory) noexcept {
    auto* const cell = ::new (memory) Cell;
    cell->next = free_;
    free_ = cell;
  }

 private:
  struct Cell {
    Cell* next;
  };
  struct Slab {
    static constexpr std::size_t cells = 63;
    Slab* next;
    alignas(64) std::byte memory[cells * size];
  };

  PARALLEL_TASK_COLD void add_slab() {
    auto* const slab = new Slab;
    slab->next = slabs_;
    slabs_ = slab;
    for (std::size_t i = Slab::cells; i-- != 0;) give(slab->memory + i * size);
  }

  Cell* free_ = nullptr;
  Slab* slabs_ = nullptr;
};

class ScopeCall;

/// What a thread has of a scope in which it is.
struct ScopeMember {
  ScopeMember(ScopeCall& of, std::uint32_t number) noexcept : call(&of), index(number) {}
  ScopeMember(ScopeMember const&) = delete;
  ScopeMember& operator=(ScopeMember const&) = delete;

  PARALLEL_TASK_ALWAYS_INLINE void push(ScopeTask& task) noexcept {
    task.older = newest;
    task.newer = nullptr;
    (newest != nullptr ? newest->newer : oldest) = &task;
    newest = &task;
    ++waiting;
  }
  PARALLEL_TASK_ALWAYS_INLINE ScopeTask* pop() noexcept {
    ScopeTask* const task = newest;
    if (task == nullptr) return nullptr;
    newest = task->older;
    (newest != nullptr ? newest->newer : oldest) = nullptr;
    --waiting;
    return task;
  }
  /// Cuts the oldest `n` tasks off, `n` >= 1 and no more than there are: a chain.
  [[nodiscard]] ScopeTask& cut_off(std::uint32_t n) noexcept;
  /// A chain becomes the oldest part of the list.
  void put_before(ScopeTask& chain) noexcept;

  ScopeTask* newest = nullptr;
  ScopeTask* oldest = nullptr;
  std::uint32_t waiting = 0;
  std::uint32_t countdown = 1;                ///< steps until it looks at the clock
  std::uint64_t ran = 0;                      ///< tasks that it has run
  atomic<std::uintptr_t>* offer = &no_offer;  ///< its word in the call, once that is open
  ScopeCall* call;
  std::uint32_t index;
  bool leaving = false;
  ScopeMember* outer = nullptr;  ///< of the same thread, in the scope around it
  LookPace pace;
  ScopeCells cells;
};

inline ScopeTask& ScopeMember::cut_off(std::uint32_t n) noexcept {
  ScopeTask& first = *oldest;
  ScopeTask* last = &first;
  for (std::uint32_t i = 1; i != n; ++i) last = last->newer;
  oldest = last->newer;
  (oldest != nullptr ? oldest->older : newest) = nullptr;
  last->newer = nullptr;
  first.older = last;
  first.chained = n;
  waiting -= n;
  return first;
}

inline void ScopeMember::put_before(ScopeTask& chain) noexcept {
  ScopeTask* const last = chain.older;
  chain.older = nullptr;
  last->newer = oldest;
  (oldest != nullptr ? oldest->older : newest) = last;
  oldest = &chain;
  waiting += chain.chained;
}

/// The memory of a task whose closure has been destroyed.
PARALLEL_TASK_ALWAYS_INLINE inline void give_back(ScopeMember& member, ScopeTask& task) noexcept {
  if (task.alignment != 0) [[unlikely]] {
    ::operator delete(static_cast<void*>(&task), std::align_val_t{task.alignment});
  } else {
    member.cells.give(&task);
  }
}

PARALLEL_TASK_PADDED_END

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
