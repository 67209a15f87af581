// How far a run has come, for those who wait for it.
#pragma once

#include <parallel_task/platform/chrono.hpp>
#include <parallel_task/platform/code.hpp>

#include <cstddef>
#include <optional>

namespace parallel_task {
inline namespace PARALLEL_TASK_VALUES {

/// What the callback of `.progress(f)` is called with.
///
///     auto const tell = [&](pt::Progress const& p) { log << p.done << " done\n"; };
///     auto const all = pt::parallel_iter(v).map(f).progress(tell, std::chrono::seconds(1)).sum();
struct Progress {
  std::size_t done = 0;  ///< positions of the source that have run
  /// How many positions there are: known from the start if the source has a size, whatever the stages. Of a source
  /// without a size (a stream, a `filter` view, a `std::forward_list`) it is empty until its end has been reached.
  std::optional<std::size_t> total;
  std::chrono::nanoseconds elapsed{};  ///< since the terminal was called
  /// The time that is left, if its items take as long as those that are done. Empty if `total` is, or nothing is done.
  std::optional<std::chrono::nanoseconds> left;
  bool finished = false;  ///< whether this is the last call: the run has ended without an exception
};

}  // namespace PARALLEL_TASK_VALUES
}  // namespace parallel_task
