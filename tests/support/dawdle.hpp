// A pause now and then, so that small inputs take long enough for helpers to come.
#pragma once

#include <atomic>
#include <cstdint>
#include <thread>

namespace support {

/// Pauses at about every fourth item, for about a microsecond, or until another thread had its turn.
inline void dawdle() {
  thread_local std::uint32_t state = 2463534242U;
  state ^= state << 13;
  state ^= state >> 17;
  state ^= state << 5;
  if ((state & 3U) != 0) return;
  if ((state & 12U) == 0) {
    std::this_thread::yield();
  } else {
    for (std::uint32_t left = state >> 4 & 1023U; left != 0; --left)
      std::atomic_signal_fence(std::memory_order_seq_cst);
  }
}

}  // namespace support
