// Items that know how often they ran, and what holds whatever the schedule.
#pragma once

#include "explore/model/explore.hpp"

#include <cstddef>
#include <cstdint>

namespace explore {

/// How often each item ran. Atomic, so that a second run does not show as a race first.
struct Runs {
  static constexpr std::uint32_t most = 8;
  atomic<std::uint32_t> of[most]{};

  void note(std::size_t item) { of[item].fetch_add(1, std::memory_order_relaxed); }
  void check_once(std::uint32_t items) {
    for (std::uint32_t i = 0; i != items; ++i) {
      check(of[i].load(std::memory_order_relaxed) != 0, "every item has run");
      check(of[i].load(std::memory_order_relaxed) == 1, "no item has run twice");
    }
  }
};

inline void note_block(Runs& runs, pt::QueueBlock block) {
  for (std::uint32_t i = block.first; i != block.last; ++i) runs.note(i);
}

/// Calls `f` from further down the stack: what lies where another call's frame lay is not the same.
template <class F>
[[gnu::noinline]] void deeper(F const& f) {
  unsigned char volatile room[640];
  room[0] = 0;
  f();
  check(room[0] == 0, "the frame has stayed as it was");
}

/// What the pool must be like when everybody has left.
inline void check_pool() {
  pt::detail::ThreadManager& pool = pt::detail::thread_manager;
  check(pool.starter.made.load(std::memory_order_relaxed) <= 2 * pool.places.cores(),
        "no more than twice as many threads as cores were made");
  check(pool.places.wanting.load(std::memory_order_relaxed) == 0, "no call is open");
}

}  // namespace explore
