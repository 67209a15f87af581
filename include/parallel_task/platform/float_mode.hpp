// How a thread computes with floating-point numbers: rounding, flushing of tiny numbers to zero, which errors trap.
#pragma once

#include <parallel_task/platform/code.hpp>

#include <cstdint>

#if !defined(__GNUC__) && defined(_MSC_VER) && (defined(_M_X64) || (defined(_M_IX86_FP) && _M_IX86_FP >= 1))
#include <intrin.h>
#elif !defined(__x86_64__) && !defined(__i386__) && !defined(__aarch64__) && !(defined(__arm__) && defined(__ARM_FP))
#include <cfenv>
#endif

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// The control words of the processor, which each thread has for itself: read and written in a few cycles. Where there
/// is no such word, the direction of rounding.
struct FloatMode {
#if defined(__GNUC__) && (defined(__x86_64__) || defined(__i386__))
  std::uint32_t sse = ordinary_sse;  ///< without what has happened so far
  std::uint32_t x87 = ordinary_x87;

  [[nodiscard]] static FloatMode current() noexcept {
    FloatMode mode;
#if defined(__SSE__)
    std::uint32_t sse_word = 0;
    asm volatile("stmxcsr %0" : "=m"(sse_word));
    mode.sse = sse_word & sse_control;
#endif
    std::uint16_t x87_word = 0;
    asm volatile("fnstcw %0" : "=m"(x87_word));
    mode.x87 = x87_word;
    return mode;
  }
  void apply() const noexcept {
#if defined(__SSE__)
    std::uint32_t sse_word = 0;
    asm volatile("stmxcsr %0" : "=m"(sse_word));
    sse_word = (sse_word & ~sse_control) | sse;
    asm volatile("ldmxcsr %0" : : "m"(sse_word) : "memory");
#endif
    if (current_x87() == x87) return;
    auto const x87_word = static_cast<std::uint16_t>(x87);
    asm volatile("fnclex\n\tfldcw %0" : : "m"(x87_word) : "memory");  // an old error must not trap now
  }

 private:
  static constexpr std::uint32_t sse_control = 0xFFC0;
  static constexpr std::uint32_t ordinary_sse = 0x1F80;
  static constexpr std::uint32_t ordinary_x87 = 0x037F;
  [[nodiscard]] static std::uint32_t current_x87() noexcept {
    std::uint16_t word = 0;
    asm volatile("fnstcw %0" : "=m"(word));
    return word;
  }

 public:
#elif defined(_MSC_VER) && (defined(_M_X64) || (defined(_M_IX86_FP) && _M_IX86_FP >= 1))  // it has no __SSE__
  std::uint32_t sse = 0x1F80;
  [[nodiscard]] static FloatMode current() noexcept { return {_mm_getcsr() & 0xFFC0U}; }
  void apply() const noexcept { _mm_setcsr((_mm_getcsr() & ~0xFFC0U) | sse); }
#elif defined(__GNUC__) && defined(__aarch64__)
  std::uint64_t control = 0;
  [[nodiscard]] static FloatMode current() noexcept {
    FloatMode mode;
    asm volatile("mrs %0, fpcr" : "=r"(mode.control));
    return mode;
  }
  void apply() const noexcept { asm volatile("msr fpcr, %0" : : "r"(control) : "memory"); }
#elif defined(__GNUC__) && defined(__arm__) && defined(__ARM_FP)
  std::uint32_t control = 0;
  [[nodiscard]] static FloatMode current() noexcept {
    FloatMode mode;
    asm volatile("vmrs %0, fpscr" : "=r"(mode.control));
    mode.control &= control_bits;
    return mode;
  }
  void apply() const noexcept {
    std::uint32_t word = 0;
    asm volatile("vmrs %0, fpscr" : "=r"(word));
    asm volatile("vmsr fpscr, %0" : : "r"((word & ~control_bits) | control) : "memory");
  }

 private:
  static constexpr std::uint32_t control_bits = 0x07C09F00;

 public:
#else
  int rounding = FE_TONEAREST;
  [[nodiscard]] static FloatMode current() noexcept { return {std::fegetround()}; }
  void apply() const noexcept { (void)std::fesetround(rounding); }
#endif

  [[nodiscard]] bool operator==(FloatMode const&) const noexcept = default;
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
