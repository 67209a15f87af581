// What every queue holds: a range of positions, never items.
#pragma once

#include <parallel_task/platform/code.hpp>

#include <cstddef>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {

/// Positions [first, last) of a pipeline's source. Two integers for every kind of source.
struct Block {
  std::size_t first = 0;
  std::size_t last = 0;

  [[nodiscard]] constexpr std::size_t size() const noexcept { return last > first ? last - first : 0; }
  [[nodiscard]] constexpr bool empty() const noexcept { return last <= first; }
  friend constexpr bool operator==(Block, Block) = default;
};

}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
