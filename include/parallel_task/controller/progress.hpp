// How far a run has come, for whoever waits for it.
#pragma once

#include <parallel_task/platform/chrono.hpp>

#include <cstddef>
#include <optional>

namespace parallel_task {
inline namespace v0_1 {

/// What the callback of `.progress(f)` is told.
struct Progress {
  std::size_t done = 0;                ///< positions of the source that have run
  std::optional<std::size_t> total;    ///< how many there are; empty while a source that is walked or pulled goes on
  std::chrono::nanoseconds elapsed{};  ///< since the terminal was called
  /// An estimate: what is left will take as long an item as what is done. Empty where nothing is known.
  std::optional<std::chrono::nanoseconds> left;
  bool finished = false;  ///< the last call: the run has ended, and nothing was thrown
};

}  // namespace v0_1
}  // namespace parallel_task
