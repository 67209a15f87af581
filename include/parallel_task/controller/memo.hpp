// What a pipeline remembers of its last runs.
#pragma once

#include <parallel_task/controller/comparison.hpp>
#include <parallel_task/platform/atomic.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>

namespace parallel_task {
inline namespace v0_1 {

/// What a pipeline at one place has shown: its cost per item in nanoseconds (0: not run yet), and how its small loops
/// compare, shared and alone. Like is compared with like: loops of 2^k to 2^(k+1) positions, four such octaves. Shared
/// by all threads; relaxed, since any recent values will do, also of different runs.
class Memo {
 public:
  detail::atomic<float> cost{0.0F};

  [[nodiscard]] detail::Comparison comparison(std::size_t positions) const noexcept {
    std::uint32_t const width = width_of(positions);
    Octave const& from = octaves_[width % 4];
    detail::Comparison seen;
    if (from.width.load(std::memory_order_relaxed) != width) return seen;
    seen.alone_ns = from.alone_ns.load(std::memory_order_relaxed);
    seen.alone_items = from.alone_items.load(std::memory_order_relaxed);
    seen.since_trial = from.since_trial.load(std::memory_order_relaxed);
    seen.saved = from.saved.load(std::memory_order_relaxed);
    seen.alone_for = from.alone_for.load(std::memory_order_relaxed);
    seen.penalty = from.penalty.load(std::memory_order_relaxed);
    return seen;
  }
  void remember(std::size_t positions, detail::Comparison const& now) noexcept {
    std::uint32_t const width = width_of(positions);
    Octave& to = octaves_[width % 4];
    to.width.store(width, std::memory_order_relaxed);
    to.alone_ns.store(now.alone_ns, std::memory_order_relaxed);
    to.alone_items.store(now.alone_items, std::memory_order_relaxed);
    to.since_trial.store(now.since_trial, std::memory_order_relaxed);
    to.saved.store(now.saved, std::memory_order_relaxed);
    to.alone_for.store(now.alone_for, std::memory_order_relaxed);
    to.penalty.store(now.penalty, std::memory_order_relaxed);
  }

 private:
  [[nodiscard]] static std::uint32_t width_of(std::size_t positions) noexcept {
    return static_cast<std::uint32_t>(std::bit_width(positions));
  }

  // A Comparison, and of which lengths it is: bits of the number of positions, 0 for none.
  struct Octave {
    detail::atomic<std::uint32_t> width{0};
    detail::atomic<float> alone_ns{0.0F};
    detail::atomic<float> alone_items{0.0F};
    detail::atomic<float> since_trial{0.0F};
    detail::atomic<float> saved{0.0F};
    detail::atomic<float> alone_for{0.0F};
    detail::atomic<float> penalty{0.0F};
  };
  Octave octaves_[4];
};

}  // namespace v0_1
}  // namespace parallel_task
