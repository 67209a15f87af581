// The seam for time: a cheap counter for costs, and the monotonic clock that it is measured against.
#pragma once

#include <parallel_task/platform/atomic.hpp>
#include <parallel_task/platform/chrono.hpp>
#include <parallel_task/platform/cold.hpp>

#include <cstdint>

#if defined(_MSC_VER) && (defined(_M_X64) || defined(_M_IX86))
#include <intrin.h>
#endif

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

#if !defined(PARALLEL_TASK_SEAM_CLOCK)

/// Nanoseconds of std::chrono::steady_clock (30–45 ns a call).
[[nodiscard]] inline std::int64_t steady_ns() noexcept {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

/// The cheapest counter there is (10–20 ns); `ns_per_tick` says how long one tick is.
[[nodiscard]] inline std::uint64_t ticks() noexcept {
#if defined(__GNUC__) && (defined(__x86_64__) || defined(__i386__))
  return __builtin_ia32_rdtsc();
#elif defined(_MSC_VER) && (defined(_M_X64) || defined(_M_IX86))
  return __rdtsc();
#elif defined(__GNUC__) && defined(__aarch64__)
  std::uint64_t count;
  asm volatile("mrs %0, cntvct_el0" : "=r"(count));
  return count;
#else
  return static_cast<std::uint64_t>(steady_ns());
#endif
}

namespace clock {

#if defined(__GNUC__) && (defined(__x86_64__) || defined(__i386__))
inline constexpr float first_guess = 0.4F;  // right within a factor of two on all that is sold
inline constexpr bool counter_is_steady_clock = false;
#elif defined(_MSC_VER) && (defined(_M_X64) || defined(_M_IX86))
inline constexpr float first_guess = 0.4F;
inline constexpr bool counter_is_steady_clock = false;
#elif defined(__GNUC__) && defined(__aarch64__)
inline constexpr float first_guess = 16.0F;  // anything from 1 to 41 is sold; the counter itself says, see first_rate
inline constexpr bool counter_is_steady_clock = false;
#else
inline constexpr float first_guess = 1.0F;
inline constexpr bool counter_is_steady_clock = true;
#endif

/// Nanoseconds a tick before anything was measured.
[[nodiscard]] inline float first_rate() noexcept {
#if defined(__GNUC__) && defined(__aarch64__)
  std::uint64_t hertz;
  asm volatile("mrs %0, cntfrq_el0" : "=r"(hertz));
  return hertz == 0 ? first_guess : 1e9F / static_cast<float>(hertz);
#else
  return first_guess;
#endif
}

inline constinit atomic<float> rate{first_guess};  // nanoseconds a tick
inline constinit atomic<std::uint64_t> base_ticks{0};
inline constinit atomic<std::int64_t> base_ns{0};
inline constinit atomic<bool> settled{counter_is_steady_clock};

/// Compares the counter with the steady clock, ever more exactly, without waiting: called now and then until a tenth
/// of a second lies between two looks. Costs decide nothing that a rate wrong by a factor of two would spoil.
PARALLEL_TASK_COLD inline void calibrate() noexcept {
  if (settled.load(std::memory_order_relaxed)) return;
  // relaxed throughout: two threads at once both write a base, or both a rate, and either will do; a base torn between
  // two writers differs by the microseconds between them and is forgotten in the long window.
  std::int64_t const first = base_ns.load(std::memory_order_relaxed);
  std::int64_t const now = steady_ns();
  std::uint64_t const count = ticks();
  if (first == 0) {
    rate.store(first_rate(), std::memory_order_relaxed);
    base_ticks.store(count, std::memory_order_relaxed);
    base_ns.store(now, std::memory_order_relaxed);
    return;
  }
  std::uint64_t const start = base_ticks.load(std::memory_order_relaxed);
  if (now - first < 200'000 || start == 0 || count <= start) return;
  rate.store(static_cast<float>(static_cast<double>(now - first) / static_cast<double>(count - start)),
             std::memory_order_relaxed);
  if (now - first > 100'000'000) settled.store(true, std::memory_order_relaxed);
}

}  // namespace clock

#endif

/// Nanoseconds between two counts; counts of different cores may run backwards by a little: then 0.
[[nodiscard]] inline float elapsed_ns(std::uint64_t from, std::uint64_t to) noexcept {
  auto const difference = static_cast<std::int64_t>(to - from);
  return difference > 0 ? static_cast<float>(difference) * clock::rate.load(std::memory_order_relaxed) : 0.0F;
}

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task
