// Random numbers of a seed that any thread can draw by itself: a stream for each number.
#pragma once

#include <parallel_task/platform/code.hpp>

#include <cstddef>
#include <cstdint>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// A stream of random bits. Two of one seed and number are the same; others have nothing to do with each other. Made of
/// SplitMix64 (G. L. Steele, D. Lea, C. H. Flood, "Fast splittable pseudorandom number generators", 2014), whose state
/// begins at a hash of both.
class RandomBits {
 public:
  RandomBits(std::uint64_t seed, std::uint64_t stream) noexcept
      : state_(mixed(mixed(seed) ^ mixed(stream * 2 + 0x5851f42d4c957f2dU))) {}

  [[nodiscard]] std::uint64_t next() noexcept { return mixed(state_ += 0x9e3779b97f4a7c15U); }
  /// A number below `bound`, which is not 0, each as likely as every other (D. Lemire, "Fast random integer generation
  /// in an interval", 2019).
  [[nodiscard]] std::uint32_t below(std::uint32_t bound) noexcept {
    return below(bound, static_cast<std::uint32_t>(next() >> 32));
  }
  /// The same by bits that have been drawn, and more where those would make some numbers likelier.
  [[nodiscard]] std::uint32_t below(std::uint32_t bound, std::uint32_t bits) noexcept {
    std::uint64_t product = std::uint64_t{bits} * bound;
    if (static_cast<std::uint32_t>(product) < bound) {
      std::uint32_t const least = (0U - bound) % bound;
      while (static_cast<std::uint32_t>(product) < least) product = (next() >> 32) * bound;
    }
    return static_cast<std::uint32_t>(product >> 32);
  }
  /// The same of a number that may need 64 bits.
  [[nodiscard]] std::uint64_t below_wide(std::uint64_t bound) noexcept {
    if (bound <= 0xffffffffU) return below(static_cast<std::uint32_t>(bound));
    std::uint64_t mask = bound - 1;
    for (unsigned shift = 1; shift != 64; shift *= 2) mask |= mask >> shift;
    for (;;) {
      std::uint64_t const number = next() & mask;
      if (number < bound) return number;
    }
  }

 private:
  static constexpr std::uint64_t mixed(std::uint64_t x) noexcept {
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9U;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebU;
    return x ^ (x >> 31);
  }
  std::uint64_t state_;
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
