// How far a source that may pause is read ahead.
#pragma once

#include <parallel_task/policy/costs.hpp>

#include <cstddef>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// Reads a source that may pause: what it has given waits while it does, so that little is asked for before the rest
/// has been run. Each item by itself at first, and for a while after each pause, then the more, the longer none has
/// come.
class ReadAhead {
 public:
  /// Items, of which the first so many are read and run each by itself.
  static constexpr std::size_t one_by_one = 32;

  [[nodiscard]] constexpr std::size_t most() const noexcept { return quick_ < trusted ? 1 : quick_ / 4; }
  /// `items` came after `took` ns.
  constexpr void note(std::size_t items, float took, Costs const& costs) noexcept {
    auto const count = static_cast<float>(items);
    if (took > 2 * costs.pull && took > 4 * pace_ * count) {
      quick_ = 0;
    } else if (items != 0) {
      quick_ += items;
      pace_ = took / count;
    }
  }
  /// Whether they come one by one, but so many of them without a pause that there are more to come.
  [[nodiscard]] constexpr bool flows() const noexcept { return quick_ > 16 && quick_ < trusted; }

 private:
  static constexpr std::size_t trusted = 1024;
  std::size_t quick_ = trusted - one_by_one;  // in a row, without a pause
  float pace_ = 0;                            // of the last of them, ns each
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
