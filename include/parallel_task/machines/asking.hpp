// What a rank knows of the chunk that it runs, and so when it asks rank 0 for the next one (AskRule in chunk_rule.hpp).
//
// `begin_items` is called by all threads that run the chunk. The count is a hint, so it is relaxed. All else is called
// by one thread at a time: its owner's mutex sees to that (exchange.hpp).
#pragma once

#include <parallel_task/machines/chunk_rule.hpp>
#include <parallel_task/platform/atomic.hpp>
#include <parallel_task/platform/code.hpp>

#include <cstdint>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// Times are those of steady_ns.
class Asking {
 public:
  /// A call begins: nothing is known, and nothing has been asked for.
  void reset() noexcept {
    chunk_ = {};
    asked_ = false;
    horizon_ = AskRule::first_horizon;
    cost_ = 0;
  }
  /// A chunk begins.
  void begin(RankPart chunk, std::int64_t now) noexcept {
    begun_.store(0, detail::memory_order_relaxed);
    chunk_ = chunk;
    since_ = now;
  }
  /// So many positions of it begin. Returns how many have begun.
  std::uint64_t begin_items(std::uint64_t n) noexcept { return begun_.fetch_add(n, detail::memory_order_relaxed) + n; }
  /// The chunk has ended.
  void end(RankPart chunk, unsigned threads, std::int64_t now) noexcept {
    cost_ = static_cast<double>(now - since_) * threads / static_cast<double>(chunk.size());
  }
  /// Nanoseconds of one thread for an item, as far as is known; 0: it is not.
  [[nodiscard]] double cost() const noexcept { return cost_; }

  [[nodiscard]] bool is_under_way() const noexcept { return asked_; }
  void asked(std::int64_t now) noexcept {
    asked_ = true;
    asked_since_ = now;
  }
  void answered(std::int64_t now) noexcept {
    asked_ = false;
    horizon_ = AskRule::next_horizon(static_cast<double>(now - asked_since_));
  }
  /// Whether it is time to ask.
  [[nodiscard]] bool is_due(unsigned threads, std::int64_t now) noexcept {
    std::uint64_t const begun = begun_.load(detail::memory_order_relaxed);
    AskRule rule;
    rule.granted = chunk_.size();
    if (rule.granted == 0 || begun == 0) return false;
    rule.not_begun = begun < rule.granted ? rule.granted - begun : 0;
    rule.threads = threads;
    rule.cost = static_cast<double>(now - since_) * threads / static_cast<double>(begun);
    rule.horizon = horizon_;
    rule.asked = asked_;
    if (!rule.asks()) return false;
    if (cost_ == 0) cost_ = rule.cost;
    return true;
  }

 private:
  atomic<std::uint64_t> begun_{0};
  RankPart chunk_;
  std::int64_t since_ = 0;
  bool asked_ = false;
  std::int64_t asked_since_ = 0;
  double horizon_ = AskRule::first_horizon;
  double cost_ = 0;
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
