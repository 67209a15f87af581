// Positions of a source as the 32-bit units that queues hold, and back.
#pragma once

#include <parallel_task/queue/block.hpp>
#include <parallel_task/queue/limited_access_queue.hpp>

#include <cstddef>
#include <cstdint>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// Where all positions are known, a unit is 2^shift of them: one, up to 2^32 - 1 positions. Pure.
struct Units {
  std::size_t begin = 0;  ///< position of the first
  std::size_t total = 0;  ///< positions, those before `begin` included
  unsigned shift = 0;

  /// For `total` positions, of which those below `next` have run.
  [[nodiscard]] static constexpr Units of(std::size_t total, std::size_t next) noexcept {
    Units units{0, total, 0};
    while (total >> units.shift >= 0xFFFFFFFFU) ++units.shift;
    if (units.shift != 0) units.begin = next;
    return units;
  }

  /// Positions in a unit; the last one may have fewer.
  [[nodiscard]] constexpr std::size_t size() const noexcept { return std::size_t{1} << shift; }
  /// All units from `position` on, which is where one begins, and is not the end.
  [[nodiscard]] constexpr QueueBlock from(std::size_t position) const noexcept {
    return {static_cast<std::uint32_t>((position - begin) >> shift),
            static_cast<std::uint32_t>(((total - begin - 1) >> shift) + 1)};
  }
  /// The positions of units [first, last), at least one.
  [[nodiscard]] constexpr Block positions_of(std::uint32_t first, std::uint32_t last) const noexcept {
    std::size_t const end = (static_cast<std::size_t>(last - 1) << shift) + size();
    std::size_t const all = total - begin;
    return {begin + (static_cast<std::size_t>(first) << shift), begin + (end < all && end != 0 ? end : all)};
  }
};

/// Where the source is pulled, a unit is a position modulo 2^32. `known`, the number of positions that were handed out
/// so far, makes it whole again: what waits in queues lies less than 2^32 below that. One slice of pulling hands out at
/// most `most_handed_out`, and after as many somebody looks whether anything has waited for more than `reach`: then no
/// more is handed out. What a thief has in its hands between two queues is not seen; it would have to stay there while
/// others pull 2^30 positions.
struct PulledUnits {
  static constexpr std::size_t most_handed_out = std::size_t{1} << 30;
  static constexpr std::uint64_t reach = std::uint64_t{1} << 31;  // half of what 32 bits tell apart

  [[nodiscard]] static constexpr Block positions_of(std::uint32_t first, std::uint32_t last,
                                                    std::uint64_t known) noexcept {
    std::uint64_t const begin = known - (static_cast<std::uint32_t>(known) - first);
    return {static_cast<std::size_t>(begin), static_cast<std::size_t>(begin + (last - first))};
  }
  /// Whether `position` may be put into a queue: its lower 32 bits must tell which one it is for a while to come.
  [[nodiscard]] static constexpr bool may_wait(std::size_t position, std::uint64_t known) noexcept {
    return known - position < reach;
  }
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
