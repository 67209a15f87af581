// A platform whose atomics dawdle: name this header as PARALLEL_TASK_SEAM, and every atomic step of the engine may be
// followed or preceded by a pause, so that threads meet where they hardly ever would.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <thread>

#define PARALLEL_TASK_SEAM_ATOMIC

namespace support {

/// How much the atomics dawdle. Set while no thread of the library lives.
struct Delays {
  /// Of 1024 atomic steps so many are delayed; 0: none.
  static inline std::atomic<std::uint32_t> per_1024{0};
  /// Threads draw their pauses from it and from the order in which they first came here.
  static inline std::atomic<std::uint64_t> seed{1};
  static inline std::atomic<std::uint64_t> threads{0};

  static void step() noexcept {
    std::uint32_t const often = per_1024.load(std::memory_order_relaxed);
    if (often == 0) return;
    thread_local std::uint64_t state = 0;
    if (state == 0) {
      state = (seed.load(std::memory_order_relaxed) + threads.fetch_add(1, std::memory_order_relaxed)) *
                  0x9E3779B97F4A7C15U |
              1U;
    }
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    if ((state & 1023U) >= often) return;
    std::uint64_t const kind = state >> 10 & 15U;
    if (kind < 8) {
      std::this_thread::yield();
    } else if (kind < 15) {
      for (std::uint64_t left = state >> 14 & 1023U; left != 0; --left) {
        std::atomic_signal_fence(std::memory_order_seq_cst);
      }
    } else {
      std::this_thread::sleep_for(std::chrono::microseconds(state >> 14 & 63U));
    }
  }
};

}  // namespace support

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// std::atomic, with a pause before and after each step.
template <class T>
class atomic {
 public:
  constexpr atomic() noexcept = default;
  constexpr atomic(T value) noexcept : value_(value) {}  // NOLINT: as std::atomic
  atomic(atomic const&) = delete;
  atomic& operator=(atomic const&) = delete;

  T load(std::memory_order order = std::memory_order_seq_cst) const noexcept {
    Pause const pause;
    return value_.load(order);
  }
  void store(T value, std::memory_order order = std::memory_order_seq_cst) noexcept {
    Pause const pause;
    value_.store(value, order);
  }
  T exchange(T value, std::memory_order order = std::memory_order_seq_cst) noexcept {
    Pause const pause;
    return value_.exchange(value, order);
  }
  template <class... Orders>
  bool compare_exchange_weak(T& expected, T value, Orders... orders) noexcept {
    Pause const pause;
    return value_.compare_exchange_weak(expected, value, orders...);
  }
  template <class... Orders>
  bool compare_exchange_strong(T& expected, T value, Orders... orders) noexcept {
    Pause const pause;
    return value_.compare_exchange_strong(expected, value, orders...);
  }
  T fetch_add(T value, std::memory_order order = std::memory_order_seq_cst) noexcept {
    Pause const pause;
    return value_.fetch_add(value, order);
  }
  T fetch_sub(T value, std::memory_order order = std::memory_order_seq_cst) noexcept {
    Pause const pause;
    return value_.fetch_sub(value, order);
  }
  T fetch_and(T value, std::memory_order order = std::memory_order_seq_cst) noexcept {
    Pause const pause;
    return value_.fetch_and(value, order);
  }
  T fetch_or(T value, std::memory_order order = std::memory_order_seq_cst) noexcept {
    Pause const pause;
    return value_.fetch_or(value, order);
  }

 private:
  struct Pause {
    Pause() noexcept { support::Delays::step(); }
    ~Pause() { support::Delays::step(); }
  };
  std::atomic<T> value_{};
};

static_assert(sizeof(atomic<std::uint32_t>) == 4, "threads sleep on its address");

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
