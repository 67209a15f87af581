// One fault at a time: the k-th allocation, or the k-th operation of a user's code, fails, on whichever thread it
// comes.
//
// Allocations are counted by support/allocations.cpp, which replaces the global operator new; operations by whoever
// calls `Faults::operation()`: the closures, items, iterators and generators of tests/faults.
#pragma once

#include <parallel_task/worker/process.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace support {

/// What an operation throws.
struct Fault {
  std::uint32_t number;
};

class Faults {
 public:
  enum class Kind : unsigned char { allocation, operation };

  /// From now on the `number`-th step of that kind fails, once; the first is 1.
  static void arm(Kind kind, std::uint32_t number) noexcept {
    fired_.store(false, std::memory_order_relaxed);
    number_.store(number, std::memory_order_relaxed);
    left(kind).store(number, std::memory_order_relaxed);
  }
  /// Nothing fails any more. Whether something has.
  static bool disarm() noexcept {
    left(Kind::allocation).store(0, std::memory_order_relaxed);
    left(Kind::operation).store(0, std::memory_order_relaxed);
    return fired_.load(std::memory_order_relaxed);
  }

  /// The thread that met the last fault: 0 the user's, 1 … the library's.
  static std::uint32_t where() noexcept { return where_.load(std::memory_order_relaxed); }

  /// A step of a user's code.
  static void operation() {
    if (now(Kind::operation)) throw Fault{number_.load(std::memory_order_relaxed)};
  }
  /// Whether this allocation is the one that fails.
  [[nodiscard]] static bool allocation() noexcept { return now(Kind::allocation); }

  /// Allocations that have not been freed.
  static inline std::atomic<long> allocated{0};

 private:
  static std::atomic<long>& left(Kind kind) noexcept { return left_[static_cast<std::size_t>(kind)]; }
  static bool now(Kind kind) noexcept {
    std::atomic<long>& left = Faults::left(kind);
    if (left.load(std::memory_order_relaxed) <= 0 || left.fetch_sub(1, std::memory_order_relaxed) != 1) return false;
    where_.store(parallel_task::current_worker(), std::memory_order_relaxed);
    fired_.store(true, std::memory_order_relaxed);
    return true;
  }
  static inline std::atomic<long> left_[2]{};
  static inline std::atomic<std::uint32_t> number_{0};
  static inline std::atomic<bool> fired_{false};
  static inline std::atomic<std::uint32_t> where_{0};
};

}  // namespace support
