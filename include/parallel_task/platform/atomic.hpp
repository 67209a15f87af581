// The seam for atomics: all words that threads share are `detail::atomic`, and orders are `detail::memory_order_...`.
//
// <atomic> brings mutexes, errors of the system and strings with it in libstdc++, a twentieth of what a file costs the
// compiler. So where the compiler has what <atomic> itself is made of, and the system's own calls do the waiting
// (wait.hpp), `atomic` is a class upon that, of the same layout. Elsewhere it is std::atomic.
#pragma once

#include <parallel_task/platform/attributes.hpp>
#include <parallel_task/platform/code.hpp>

// Systems without threads, where every call runs on its caller: WebAssembly, unless -pthread was asked for.
#if (defined(__wasi__) || defined(__EMSCRIPTEN__)) && !defined(_REENTRANT)
#define PARALLEL_TASK_NO_THREADS 1
#endif

#if defined(PARALLEL_TASK_SEAM) || !defined(__GNUC__)
#define PARALLEL_TASK_STD_ATOMIC 1
#elif !defined(__linux__) && !defined(_WIN32) && !defined(__APPLE__) && !defined(__EMSCRIPTEN_PTHREADS__) && \
    !defined(PARALLEL_TASK_NO_THREADS)
#define PARALLEL_TASK_STD_ATOMIC 1
#endif

#if defined(PARALLEL_TASK_STD_ATOMIC)
#include <atomic>
#define PARALLEL_TASK_ORDER(name, number) inline constexpr auto memory_order_##name = std::memory_order::name;
#else
#define PARALLEL_TASK_ORDER(name, number) inline constexpr memory_order memory_order_##name{number};
#endif

// Tests replace parts of the platform by naming a header here. It is included before each part and defines
// PARALLEL_TASK_SEAM_ATOMIC, _CLOCK, _THREAD, _WAIT, _USAGE, _CORES for those that it provides.
#if defined(PARALLEL_TASK_SEAM)
#include PARALLEL_TASK_SEAM
#endif

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

#if defined(PARALLEL_TASK_STD_ATOMIC)

#if !defined(PARALLEL_TASK_SEAM_ATOMIC)
template <class T>
using atomic = std::atomic<T>;
#endif

PARALLEL_TASK_ORDER(relaxed, 0)
PARALLEL_TASK_ORDER(acquire, 0)
PARALLEL_TASK_ORDER(release, 0)
PARALLEL_TASK_ORDER(acq_rel, 0)
PARALLEL_TASK_ORDER(seq_cst, 0)

#else

enum class memory_order : int {};

PARALLEL_TASK_ORDER(relaxed, __ATOMIC_RELAXED)
PARALLEL_TASK_ORDER(acquire, __ATOMIC_ACQUIRE)
PARALLEL_TASK_ORDER(release, __ATOMIC_RELEASE)
PARALLEL_TASK_ORDER(acq_rel, __ATOMIC_ACQ_REL)
PARALLEL_TASK_ORDER(seq_cst, __ATOMIC_SEQ_CST)

/// What std::atomic is for numbers, enumerations, truth values and pointers. Memory orders have to be constants. The
/// library names each; tests need not.
template <class T>
class atomic {
 public:
  static constexpr memory_order strongest{__ATOMIC_SEQ_CST};

  constexpr atomic() noexcept = default;
  constexpr atomic(T value) noexcept : value_(value) {}  // NOLINT: as std::atomic
  atomic(atomic const&) = delete;
  atomic& operator=(atomic const&) = delete;

  [[nodiscard]] PARALLEL_TASK_ALWAYS_INLINE T load(memory_order order = strongest) const noexcept {
    T value;
    __atomic_load(&value_, &value, static_cast<int>(order));
    return value;
  }
  PARALLEL_TASK_ALWAYS_INLINE void store(T value, memory_order order = strongest) noexcept {
    __atomic_store(&value_, &value, static_cast<int>(order));
  }
  PARALLEL_TASK_ALWAYS_INLINE T exchange(T value, memory_order order = strongest) noexcept {
    T before;
    __atomic_exchange(&value_, &value, &before, static_cast<int>(order));
    return before;
  }
  PARALLEL_TASK_ALWAYS_INLINE T fetch_add(T value, memory_order order = strongest) noexcept {
    return __atomic_fetch_add(&value_, value, static_cast<int>(order));
  }
  PARALLEL_TASK_ALWAYS_INLINE T fetch_sub(T value, memory_order order = strongest) noexcept {
    return __atomic_fetch_sub(&value_, value, static_cast<int>(order));
  }
  PARALLEL_TASK_ALWAYS_INLINE T fetch_or(T value, memory_order order = strongest) noexcept {
    return __atomic_fetch_or(&value_, value, static_cast<int>(order));
  }
  PARALLEL_TASK_ALWAYS_INLINE T fetch_and(T value, memory_order order = strongest) noexcept {
    return __atomic_fetch_and(&value_, value, static_cast<int>(order));
  }
  PARALLEL_TASK_ALWAYS_INLINE bool compare_exchange_weak(T& seen, T value, memory_order then,
                                                         memory_order otherwise) noexcept {
    return __atomic_compare_exchange(&value_, &seen, &value, true, static_cast<int>(then), static_cast<int>(otherwise));
  }
  PARALLEL_TASK_ALWAYS_INLINE bool compare_exchange_strong(T& seen, T value, memory_order then,
                                                           memory_order otherwise) noexcept {
    return __atomic_compare_exchange(&value_, &seen, &value, false, static_cast<int>(then),
                                     static_cast<int>(otherwise));
  }

 private:
  alignas(sizeof(T)) T value_{};
};

#endif

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task

#undef PARALLEL_TASK_ORDER
