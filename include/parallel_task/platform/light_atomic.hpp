// Atomics for sources, stages and terminals. Where the engine is compiled they are those of the seam (atomic.hpp). In
// compiled mode <atomic>, which brings mutexes, errors of the system and strings with it, would be a twentieth of what
// a file costs the compiler: there they are a class upon what <atomic> itself is made of, of the same layout.
#pragma once

#include <parallel_task/platform/code.hpp>

#if defined(PARALLEL_TASK_ENGINE) || defined(PARALLEL_TASK_SEAM) || !defined(__GNUC__)
#include <parallel_task/platform/atomic.hpp>

#include <atomic>
#define PARALLEL_TASK_ORDER(name, number) inline constexpr auto memory_order_##name = std::memory_order::name;
#else
#define PARALLEL_TASK_ORDER(name, number) inline constexpr memory_order memory_order_##name{number};
#endif

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

#if defined(PARALLEL_TASK_ENGINE) || defined(PARALLEL_TASK_SEAM) || !defined(__GNUC__)

template <class T>
using light_atomic = atomic<T>;

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

/// What std::atomic is for integers, truth values and pointers. Memory orders have to be constants.
template <class T>
class light_atomic {
 public:
  constexpr light_atomic() noexcept = default;
  constexpr light_atomic(T value) noexcept : value_(value) {}  // NOLINT: as std::atomic
  light_atomic(light_atomic const&) = delete;
  light_atomic& operator=(light_atomic const&) = delete;

  [[nodiscard]] PARALLEL_TASK_ALWAYS_INLINE T load(memory_order order) const noexcept {
    return __atomic_load_n(&value_, static_cast<int>(order));
  }
  PARALLEL_TASK_ALWAYS_INLINE void store(T value, memory_order order) noexcept {
    __atomic_store_n(&value_, value, static_cast<int>(order));
  }
  PARALLEL_TASK_ALWAYS_INLINE T exchange(T value, memory_order order) noexcept {
    return __atomic_exchange_n(&value_, value, static_cast<int>(order));
  }
  PARALLEL_TASK_ALWAYS_INLINE T fetch_add(T value, memory_order order) noexcept {
    return __atomic_fetch_add(&value_, value, static_cast<int>(order));
  }
  PARALLEL_TASK_ALWAYS_INLINE T fetch_sub(T value, memory_order order) noexcept {
    return __atomic_fetch_sub(&value_, value, static_cast<int>(order));
  }
  PARALLEL_TASK_ALWAYS_INLINE bool compare_exchange_weak(T& seen, T value, memory_order then,
                                                         memory_order otherwise) noexcept {
    return __atomic_compare_exchange_n(&value_, &seen, value, true, static_cast<int>(then),
                                       static_cast<int>(otherwise));
  }
  PARALLEL_TASK_ALWAYS_INLINE bool compare_exchange_strong(T& seen, T value, memory_order then,
                                                           memory_order otherwise) noexcept {
    return __atomic_compare_exchange_n(&value_, &seen, value, false, static_cast<int>(then),
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
