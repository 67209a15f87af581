// Whether threads beyond the cores, granted because others are blocked, earn their keep in one call.
//
// Who does what: any worker of the call asks, at most once a millisecond each; nobody else touches it.
// Pairings: none, all relaxed. What is compared are figures of throughput; two workers that ask at once judge by nearly
// the same ones, and whichever writes last has the next comparison begin at its own.
// Invariant: once they are denied they stay denied.
#pragma once

#include <parallel_task/platform/atomic.hpp>
#include <parallel_task/platform/clock.hpp>
#include <parallel_task/policy/cost_model.hpp>

#include <cstdint>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// Where tasks fight for one mutex, more threads do not run more of them, and are withdrawn. Compares units per second
/// before and after they came, each over enough units to tell; until then they are granted.
class ExtraThreads {
 public:
  [[nodiscard]] bool denied() const noexcept { return denied_.load(detail::memory_order_relaxed) != 0; }

  /// `threads` have run `done` units of a call that was published at `published`; it is `now`.
  [[nodiscard]] bool pay(std::uint32_t threads, std::uint64_t done, std::uint64_t published,
                         std::uint64_t now) noexcept {
    if (denied()) return false;
    std::uint64_t const then = judged_at_.load(detail::memory_order_relaxed);
    float const passed = elapsed_ns(then == 0 ? published : then, now);
    std::uint64_t const gained = done - done_then_.load(detail::memory_order_relaxed);
    if (passed < Costs::judged_time || gained < Costs::judged_items * std::uint64_t{threads}) return true;
    float const rate = static_cast<float>(gained) / passed;
    std::uint32_t const before = threads_before_.load(detail::memory_order_relaxed);
    float const rate_before = rate_before_.load(detail::memory_order_relaxed);
    if (before != 0 && threads > before && !cost_model::extra_threads_pay(rate_before, before, rate, threads)) {
      denied_.store(1, detail::memory_order_relaxed);
      return false;
    }
    threads_before_.store(threads, detail::memory_order_relaxed);
    rate_before_.store(rate, detail::memory_order_relaxed);
    done_then_.store(done, detail::memory_order_relaxed);
    judged_at_.store(now, detail::memory_order_relaxed);
    return true;
  }

 private:
  atomic<std::uint32_t> denied_{0};
  // What the grant was based on.
  atomic<std::uint32_t> threads_before_{0};
  atomic<float> rate_before_{0.0F};
  atomic<std::uint64_t> done_then_{0};
  atomic<std::uint64_t> judged_at_{0};
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
