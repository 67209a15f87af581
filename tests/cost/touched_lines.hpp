// Which cache lines change cores: every access of the code that is compiled with -fsanitize=thread is told to
// touched_lines.cpp, which stands in for ThreadSanitizer's runtime, on the simulated machine (bench/simulate).
//
// A line moves if a core reads it that has no copy of it, or writes it while another core has one: what a machine with
// coherent caches must ask another core for. First touches of a line are none.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace touched_lines {

struct Move {
  std::uintptr_t address = 0;  ///< what was touched when it moved
  unsigned to = 0;             ///< the core that it moved to
  bool had_copy = false;       ///< it had one before, and so had another
};

/// From here on, on a thread of the simulated machine, it is known who has which line. Leaves out the thread_local
/// record, which the simulator swaps with the threads: it is nobody else's.
void watch(void const* local, std::size_t size) noexcept;
void watch_no_more() noexcept;
/// Starts a list of moves, and ends it.
void begin() noexcept;
[[nodiscard]] std::vector<Move> end();

}  // namespace touched_lines
