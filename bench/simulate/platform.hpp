// The platform of the simulator: named as PARALLEL_TASK_SEAM, it has the library's own code run on a machine in virtual
// time (machine.hpp).
#pragma once

#include "machine.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>

#define PARALLEL_TASK_SEAM_ATOMIC
#define PARALLEL_TASK_SEAM_CLOCK
#define PARALLEL_TASK_SEAM_THREAD
#define PARALLEL_TASK_SEAM_WAIT
#define PARALLEL_TASK_SEAM_USAGE
#define PARALLEL_TASK_SEAM_CORES

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// A plain value: only one thread of the simulation runs at a time. What matters is what its line costs.
template <class T>
class atomic {
 public:
  constexpr atomic() noexcept = default;
  constexpr atomic(T value) noexcept : value_(value) {}  // NOLINT: as std::atomic
  atomic(atomic const&) = delete;
  atomic& operator=(atomic const&) = delete;

  T load(std::memory_order = std::memory_order_seq_cst) const noexcept {
    simulate::access(this, simulate::Access::load);
    return value_;
  }
  void store(T value, std::memory_order = std::memory_order_seq_cst) noexcept {
    simulate::access(this, simulate::Access::store);
    value_ = value;
  }
  T exchange(T value, std::memory_order = std::memory_order_seq_cst) noexcept {
    return update([value](T) { return value; });
  }
  template <class... Orders>
  bool compare_exchange_weak(T& expected, T value, Orders...) noexcept {
    return compare_exchange(expected, value);
  }
  template <class... Orders>
  bool compare_exchange_strong(T& expected, T value, Orders...) noexcept {
    return compare_exchange(expected, value);
  }
  T fetch_add(T value, std::memory_order = std::memory_order_seq_cst) noexcept {
    return update([value](T before) { return static_cast<T>(before + value); });
  }
  T fetch_sub(T value, std::memory_order = std::memory_order_seq_cst) noexcept {
    return update([value](T before) { return static_cast<T>(before - value); });
  }
  T fetch_and(T value, std::memory_order = std::memory_order_seq_cst) noexcept {
    return update([value](T before) { return before & value; });
  }
  T fetch_or(T value, std::memory_order = std::memory_order_seq_cst) noexcept {
    return update([value](T before) { return before | value; });
  }

  /// For the platform's own functions.
  [[nodiscard]] T const& plain() const noexcept { return value_; }

 private:
  template <class Change>
  T update(Change change) noexcept {
    simulate::access(this, simulate::Access::update);  // others may have had their turn when it returns
    T const before = value_;
    value_ = change(before);
    return before;
  }
  bool compare_exchange(T& expected, T value) noexcept {
    simulate::access(this, simulate::Access::update);
    if (value_ == expected) {
      value_ = value;
      return true;
    }
    expected = value_;
    return false;
  }

  T value_{};
};

[[nodiscard]] inline std::int64_t steady_ns() noexcept {
  return static_cast<std::int64_t>(simulate::look_at_clock()) + 1;
}
[[nodiscard]] inline std::uint64_t ticks() noexcept {
  return static_cast<std::uint64_t>(simulate::look_at_clock()) + 1;
}

namespace clock {
/// A tick is a nanosecond, for good.
struct Rate {
  [[nodiscard]] static float load(std::memory_order) noexcept { return 1.0F; }
};
inline constexpr Rate rate{};
inline void calibrate() noexcept {}
}  // namespace clock

using thread_handle = std::uint32_t;

[[nodiscard]] inline bool start_thread(thread_handle& handle, void* (*body)(void*), void* argument,
                                       std::size_t) noexcept {
  handle = simulate::start_thread(body, argument);
  return true;
}
inline void join_thread(thread_handle& handle) noexcept { simulate::join_thread(handle); }
inline void pin_object_file(void const*) noexcept {}
inline void on_fork(void (*)()) noexcept {}
inline void name_this_thread(char const*) noexcept {}
[[nodiscard]] inline int thread_id() noexcept { return 0; }
[[nodiscard]] inline int current_core() noexcept { return static_cast<int>(simulate::current_core()); }
inline void leave_core(int) noexcept { simulate::leave_core(); }

inline void relax() noexcept { simulate::relax(); }
inline void wait_on(atomic<std::uint32_t>& word, std::uint32_t seen) noexcept { simulate::wait_on(word.plain(), seen); }
inline void wake_one(atomic<std::uint32_t>& word) noexcept { simulate::wake(word.plain(), 1); }
inline void wake_all(atomic<std::uint32_t>& word) noexcept { simulate::wake(word.plain(), ~0U); }
// It may return for no reason.
inline void wait_on_for(atomic<std::uint32_t>& word, std::uint32_t seen, std::int64_t ns) noexcept {
  if (word.load(std::memory_order_relaxed) == seen) simulate::sleep_for(static_cast<double>(ns));
}
inline void sleep_ns(std::int64_t ns) noexcept { simulate::sleep_for(static_cast<double>(ns)); }

[[nodiscard]] inline unsigned affinity_cores() noexcept { return simulate::cores(); }
[[nodiscard]] inline unsigned available_cores() noexcept { return simulate::cores(); }

struct ThreadUsage;
[[nodiscard]] inline ThreadUsage this_thread_usage() noexcept;
[[nodiscard]] inline bool thread_sleeps(int) noexcept { return false; }

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
