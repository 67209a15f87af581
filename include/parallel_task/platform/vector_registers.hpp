// What a vectorised loop finds in registers that it does not write.
#pragma once

#include <parallel_task/platform/attributes.hpp>
#include <parallel_task/platform/code.hpp>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// To be called before a user's loop is. Compiled for AVX-512, `a[i] > 0 ? f(b[i]) : g(c[i])` loads `b` and `c` under
/// masks, computes with all lanes, and leaves those that were not loaded as they were: with whatever the last code has
/// left in the register. A single-precision number left by this library is a denormal in double precision, for which
/// a processor takes a hundred cycles: such a loop took ten times as long (42 us, 4.3). Nothing of that on others.
PARALLEL_TASK_ALWAYS_INLINE inline void clear_vector_registers() noexcept {
#if defined(__AVX512F__) && (defined(__GNUC__) || defined(__clang__))
  __asm__ volatile("vzeroall" ::
                       : "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10",
                         "xmm11", "xmm12", "xmm13", "xmm14", "xmm15");
#endif
}

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
