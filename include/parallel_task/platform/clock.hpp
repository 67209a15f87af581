// The seam for time: a cheap counter for costs, and the monotonic clock that calibrates it.
#pragma once

#include <parallel_task/platform/atomic.hpp>
#include <parallel_task/platform/cold.hpp>
#include <parallel_task/platform/monotonic.hpp>

#include <cstdint>

#if defined(_MSC_VER) && (defined(_M_X64) || defined(_M_IX86))
#include <intrin.h>
#endif

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

#if !defined(PARALLEL_TASK_SEAM_CLOCK)

/// The cheapest counter there is (10-20 ns); `ns_per_tick` says how long one tick is.
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
inline constexpr float first_guess = 0.4F;  // right within a factor of two on all current processors
inline constexpr bool counter_is_steady_clock = false;
#elif defined(_MSC_VER) && (defined(_M_X64) || defined(_M_IX86))
inline constexpr float first_guess = 0.4F;
inline constexpr bool counter_is_steady_clock = false;
#elif defined(__GNUC__) && defined(__aarch64__)
inline constexpr float first_guess = 16.0F;  // processors have 1 to 41; the counter itself tells, see first_rate
inline constexpr bool counter_is_steady_clock = false;
#else
inline constexpr float first_guess = 1.0F;
inline constexpr bool counter_is_steady_clock = true;
#endif

/// Nanoseconds per tick before anything has been measured.
[[nodiscard]] inline float first_rate() noexcept {
#if defined(__GNUC__) && defined(__aarch64__)
  std::uint64_t hertz;
  asm volatile("mrs %0, cntfrq_el0" : "=r"(hertz));
  return hertz == 0 ? first_guess : 1e9F / static_cast<float>(hertz);
#else
  return first_guess;
#endif
}

/// Finds out how long a tick is, by windows between two looks at both the counter and the steady clock.
///
/// The two may not go together: while a machine sleeps, the counter may go on and the steady clock stand still; a
/// virtual machine that is moved may find another counter. So a rate is settled only when two windows of a tenth of a
/// second agree, one after the other. Until then a rate that is far from what processors have is not used.
///
/// Accesses are relaxed: if two threads both write a rate, either will do. Who has won the race for `base_ns_` judges
/// the long window, alone. A base of which each thread wrote one half is wrong by the microseconds between them.
class Calibration {
 public:
  constexpr explicit Calibration(float guess, bool done) noexcept : rate(guess), settled(done) {}

  /// The counter was `count` when the steady clock was `now`, in nanoseconds. `first`: the rate that is expected.
  PARALLEL_TASK_COLD void look(std::uint64_t count, std::int64_t now, float first) noexcept {
    std::int64_t base = base_ns_.load(detail::memory_order_relaxed);
    std::uint64_t const start = base_ticks_.load(detail::memory_order_relaxed);
    if (base == 0) rate.store(first, detail::memory_order_relaxed);
    if (base == 0 || count <= start) {  // it has jumped back
      (void)begin(base, count, now);
      return;
    }
    if (now - base < 200'000 || start == 0) return;
    auto const measured = static_cast<float>(static_cast<double>(now - base) / static_cast<double>(count - start));
    bool const likely = measured < 10 * first && first < 10 * measured;
    float const before = last_.load(detail::memory_order_relaxed);
    if (now - base <= 100'000'000) {
      if (likely && before <= 0) rate.store(measured, detail::memory_order_relaxed);
      return;
    }
    if (!begin(base, count, now)) return;
    last_.store(measured, detail::memory_order_relaxed);
    bool const confirmed = before > measured * 0.9375F && before < measured * 1.0625F;
    if (likely || confirmed) rate.store(measured, detail::memory_order_relaxed);
    if (confirmed) settled.store(true, detail::memory_order_relaxed);
  }

  atomic<float> rate;  ///< nanoseconds per tick
  atomic<bool> settled;

 private:
  bool begin(std::int64_t& base, std::uint64_t count, std::int64_t now) noexcept {
    if (!base_ns_.compare_exchange_strong(base, now, detail::memory_order_relaxed, detail::memory_order_relaxed))
      return false;
    base_ticks_.store(count, detail::memory_order_relaxed);
    return true;
  }

  atomic<std::uint64_t> base_ticks_{0};
  atomic<std::int64_t> base_ns_{0};
  atomic<float> last_{0.0F};  // what the last long window has shown
};

inline constinit Calibration calibration{first_guess, counter_is_steady_clock};
inline constexpr atomic<float>& rate = calibration.rate;

/// Compares the counter with the steady clock, without waiting. It is called now and then, until the rate is settled.
/// No decision depends on costs so much that a rate which is wrong by a factor of two would spoil it.
PARALLEL_TASK_COLD inline void calibrate() noexcept {
  if (calibration.settled.load(detail::memory_order_relaxed)) return;
  std::int64_t const now = steady_ns();
  calibration.look(ticks(), now, first_rate());
}

}  // namespace clock

#endif

/// Nanoseconds between two counts. Counts of different cores may go backwards a little: then 0.
[[nodiscard]] inline float elapsed_ns(std::uint64_t from, std::uint64_t to) noexcept {
  auto const difference = static_cast<std::int64_t>(to - from);
  return difference > 0 ? static_cast<float>(difference) * clock::rate.load(detail::memory_order_relaxed) : 0.0F;
}

/// Whether `ns` have passed between two counts, or the counter has jumped back by more than those of different cores
/// differ: what was to be waited for would not come for as long as it has jumped.
[[nodiscard]] inline bool has_passed(std::uint64_t from, std::uint64_t to, float ns) noexcept {
  return elapsed_ns(from, to) >= ns || elapsed_ns(to, from) > 1e6F;
}

/// How many counts `ns` are.
[[nodiscard]] inline std::uint64_t ticks_in(float ns) noexcept {
  return static_cast<std::uint64_t>(static_cast<double>(ns) /
                                    static_cast<double>(clock::rate.load(detail::memory_order_relaxed)));
}

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
