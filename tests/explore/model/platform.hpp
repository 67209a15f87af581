// The platform of the schedule explorer: named as PARALLEL_TASK_SEAM, it has the library's own code run on the model's
// atomics, threads, clock and futexes (model.hpp).
#pragma once

#include "model.hpp"

#include <cstdint>
#include <cstring>

#define PARALLEL_TASK_SEAM_ATOMIC
#define PARALLEL_TASK_SEAM_CLOCK
#define PARALLEL_TASK_SEAM_THREAD
#define PARALLEL_TASK_SEAM_WAIT
#define PARALLEL_TASK_SEAM_USAGE
#define PARALLEL_TASK_SEAM_CORES

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// An atomic object of the model. Each operation knows the line that it was written in: its site.
template <class T>
class atomic {
 public:
  constexpr atomic() noexcept = default;
  constexpr atomic(T value) noexcept : initial_(value) {}  // NOLINT: as std::atomic
  atomic(atomic const&) = delete;
  atomic& operator=(atomic const&) = delete;

  T load(std::memory_order order = std::memory_order_seq_cst,
         explore::Where where = explore::Where::current()) const noexcept {
    return value_of(explore::load(object(), order, where));
  }
  void store(T value, std::memory_order order = std::memory_order_seq_cst,
             explore::Where where = explore::Where::current()) noexcept {
    explore::store(object(), word_of(value), order, where);
  }
  T exchange(T value, std::memory_order order = std::memory_order_seq_cst,
             explore::Where where = explore::Where::current()) noexcept {
    return value_of(explore::update(object(), explore::Update::exchange, word_of(value), order, where));
  }
  bool compare_exchange_weak(T& expected, T value, std::memory_order success, std::memory_order failure,
                             explore::Where where = explore::Where::current()) noexcept {
    return compare_exchange(expected, value, success, failure, true, where);
  }
  bool compare_exchange_strong(T& expected, T value, std::memory_order success, std::memory_order failure,
                               explore::Where where = explore::Where::current()) noexcept {
    return compare_exchange(expected, value, success, failure, false, where);
  }
  bool compare_exchange_weak(T& expected, T value, std::memory_order order = std::memory_order_seq_cst,
                             explore::Where where = explore::Where::current()) noexcept {
    return compare_exchange(expected, value, order, failure_of(order), true, where);
  }
  bool compare_exchange_strong(T& expected, T value, std::memory_order order = std::memory_order_seq_cst,
                               explore::Where where = explore::Where::current()) noexcept {
    return compare_exchange(expected, value, order, failure_of(order), false, where);
  }
  T fetch_add(T value, std::memory_order order = std::memory_order_seq_cst,
              explore::Where where = explore::Where::current()) noexcept {
    return value_of(explore::update(object(), explore::Update::add, word_of(value), order, where));
  }
  T fetch_sub(T value, std::memory_order order = std::memory_order_seq_cst,
              explore::Where where = explore::Where::current()) noexcept {
    return value_of(explore::update(object(), explore::Update::subtract, word_of(value), order, where));
  }
  T fetch_and(T value, std::memory_order order = std::memory_order_seq_cst,
              explore::Where where = explore::Where::current()) noexcept {
    return value_of(explore::update(object(), explore::Update::bit_and, word_of(value), order, where));
  }
  T fetch_or(T value, std::memory_order order = std::memory_order_seq_cst,
             explore::Where where = explore::Where::current()) noexcept {
    return value_of(explore::update(object(), explore::Update::bit_or, word_of(value), order, where));
  }

  /// For the platform's own functions.
  [[nodiscard]] explore::Object object() const noexcept { return {cell_, &initial_, sizeof(T)}; }

 private:
  static_assert(sizeof(T) <= sizeof(explore::Word));

  static explore::Word word_of(T value) noexcept {
    explore::Word word = 0;
    std::memcpy(&word, &value, sizeof value);
    return word;
  }
  static T value_of(explore::Word word) noexcept {
    T value;
    std::memcpy(&value, &word, sizeof value);
    return value;
  }
  static constexpr std::memory_order failure_of(std::memory_order order) noexcept {
    return order == std::memory_order_acq_rel   ? std::memory_order_acquire
           : order == std::memory_order_release ? std::memory_order_relaxed
                                                : order;
  }
  bool compare_exchange(T& expected, T value, std::memory_order success, std::memory_order failure, bool weak,
                        explore::Where where) noexcept {
    explore::Word seen = word_of(expected);
    bool const done = explore::compare_exchange(object(), seen, word_of(value), success, failure, weak, where);
    if (!done) expected = value_of(seen);
    return done;
  }

  mutable explore::Cell cell_;
  T initial_{};
};

// --- clock: virtual ------------------------------------------------------------------------------------------------

[[nodiscard]] inline std::int64_t steady_ns() noexcept { return static_cast<std::int64_t>(explore::look_at_clock()); }
[[nodiscard]] inline std::uint64_t ticks() noexcept { return explore::look_at_clock(); }

namespace clock {
/// A tick is a nanosecond, for good.
struct Rate {
  [[nodiscard]] static float load(std::memory_order) noexcept { return 1.0F; }
};
inline constexpr Rate rate{};
inline void calibrate() noexcept {}
}  // namespace clock

// --- threads ---------------------------------------------------------------------------------------------------------

using thread_handle = std::uint32_t;

[[nodiscard]] inline bool start_thread(thread_handle& handle, void* (*body)(void*), void* argument,
                                       std::size_t) noexcept {
  std::uint32_t number = 0;
  if (!explore::start_thread(number, body, argument)) return false;
  handle = number;  // here, so that who reads it unordered is found
  return true;
}
inline void join_thread(thread_handle& handle) noexcept { explore::join_thread(handle); }
inline void pin_object_file(void const*) noexcept {}
inline void on_fork(void (*)()) noexcept {}
inline void name_this_thread(char const*) noexcept {}
[[nodiscard]] inline int thread_id() noexcept { return static_cast<int>(explore::this_thread_number()) + 1; }
[[nodiscard]] inline int current_core() noexcept {
  return static_cast<int>(explore::this_thread_number() % explore::cores());
}
inline void leave_core(int) noexcept {}

// --- waiting ---------------------------------------------------------------------------------------------------------

inline void relax() noexcept { explore::relax(); }
inline void wait_on(atomic<std::uint32_t>& word, std::uint32_t seen,
                    explore::Where where = explore::Where::current()) noexcept {
  explore::wait_on(word.object(), seen, where);
}
inline void wake_one(atomic<std::uint32_t>& word, explore::Where where = explore::Where::current()) noexcept {
  explore::wake(word.object(), 1, where);
}
inline void wake_all(atomic<std::uint32_t>& word, explore::Where where = explore::Where::current()) noexcept {
  explore::wake(word.object(), ~0U, where);
}
// It may return for no reason.
inline void wait_on_for(atomic<std::uint32_t>& word, std::uint32_t seen, std::int64_t ns) noexcept {
  if (word.load(std::memory_order_relaxed) == seen) explore::sleep_for(ns);
}
inline void sleep_ns(std::int64_t ns) noexcept { explore::sleep_for(ns); }

// --- cores and usage ------------------------------------------------------------------------------------------------

[[nodiscard]] inline unsigned affinity_cores() noexcept { return explore::cores(); }
[[nodiscard]] inline unsigned available_cores() noexcept { return explore::cores(); }

struct ThreadUsage;
[[nodiscard]] inline ThreadUsage this_thread_usage() noexcept;
[[nodiscard]] inline bool thread_sleeps(int id) noexcept {
  return id > 0 && explore::is_asleep(static_cast<std::uint32_t>(id) - 1);
}

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
