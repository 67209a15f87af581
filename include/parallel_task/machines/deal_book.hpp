// What rank 0 notes of a loop: which positions it has dealt to whom, what has come back, and what is to be dealt again.
//
// Book-keeping only: it sends nothing and locks nothing; its owner does (exchange.hpp).
#pragma once

#include <parallel_task/machines/chunk_rule.hpp>
#include <parallel_task/machines/messages.hpp>
#include <parallel_task/platform/code.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <limits>
#include <map>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// What a chunk has given. Of a chunk that rank 0 has run itself there is no payload but that of a failure.
struct ChunkResult {
  std::uint64_t last = 0;
  ChunkEnd how = ChunkEnd::whole;
  Payload payload;
};

/// How a loop is dealt, as all ranks know it.
struct LoopPlan {
  std::uint64_t positions = 0;
  std::uint64_t least = 1;   ///< never fewer at once
  bool cut_all = true;       ///< a hit, or a failure, ends everything; else what lies behind it
  bool split = false;        ///< each rank has its share, whatever it costs
  std::uint64_t window = 0;  ///< not 0: results are used up in order, and none is computed further ahead

  /// What `rank` begins with, without a message.
  [[nodiscard]] RankPart first_part(std::span<unsigned const> threads, std::size_t rank) const noexcept {
    if (window != 0) return {};  // an eighth of the loop may be further ahead
    if (split) return rank_share(positions, rank, threads.size());
    return ChunkRule(positions, threads, least).first_part(rank);
  }
};

class DealBook {
 public:
  static constexpr std::uint64_t no_bound = (std::numeric_limits<std::uint64_t>::max)();
  static constexpr unsigned most_deaths = 3;

  /// A new loop. `threads`, of each rank, must outlive it.
  void begin(LoopPlan const& plan, std::span<unsigned const> threads) {
    close(threads.size());
    plan_ = plan;
    rule_.emplace(plan.positions, threads, plan.least);
    next_ = plan.window != 0 ? 0 : plan.split ? plan.positions : rule_->first_dealt_by_message();
    for (std::size_t rank = 0; rank != threads.size(); ++rank) {
      RankPart const first = plan.first_part(threads, rank);
      if (first.size() != 0) open_[rank].push_back(first);
    }
  }
  /// No loop, of so many ranks.
  void close(std::size_t ranks) {
    plan_ = {};
    rule_.reset();
    next_ = delivered_ = 0;
    bound_ = no_bound;
    dearest_ = 0;
    open_.assign(ranks, {});
    returned_.clear();
    deaths_.clear();
    results_.clear();
  }

  /// Deals `rank` positions; false if there are none for it now. `elapsed`: see ChunkRule::grant.
  [[nodiscard]] bool deal(std::size_t rank, RankPart& chunk, double elapsed = 0) {
    if (!take(rank, chunk, elapsed)) return false;
    open_[rank].push_back(chunk);
    return true;
  }
  /// A rank has told what an item costs.
  void note_cost(double cost) noexcept {
    if (cost > 0 && rule_) dearest_ = rule_->dearest_after(dearest_, cost);
  }
  /// Positions from there on are no longer wanted.
  void lower_bound(std::uint64_t bound) noexcept {
    if (bound < bound_) bound_ = bound;
  }
  /// Takes a chunk back, done or given up; false if `rank` had no such chunk.
  bool take_back(std::size_t rank, RankPart chunk) {
    std::vector<RankPart>& open = open_[rank];
    for (std::size_t i = 0; i != open.size(); ++i) {
      if (open[i] != chunk) continue;
      open.erase(open.begin() + static_cast<std::ptrdiff_t>(i));
      return true;
    }
    return false;
  }
  void keep(RankPart chunk, ChunkEnd how, Payload payload) {
    results_.insert_or_assign(chunk.first, ChunkResult{chunk.last, how, std::move(payload)});
  }
  /// What `rank` had will never be run by it, and by nobody else.
  void forget(std::size_t rank) noexcept { open_[rank].clear(); }
  /// `rank` has died: what it had is dealt again. Returns positions that have ended too many ranks, if there are such.
  std::optional<RankPart> lose(std::size_t rank) {
    std::optional<RankPart> deadly;
    for (RankPart const& part : open_[rank]) {
      if (++deaths_[part.first] == most_deaths) deadly = part;
      returned_.push_back(part);
    }
    open_[rank].clear();
    return deadly;
  }

  [[nodiscard]] bool has_open(std::size_t rank) const noexcept { return !open_[rank].empty(); }
  /// Whether all that is wanted has been dealt and has come back.
  [[nodiscard]] bool is_complete() const noexcept {
    if (next_ < plan_.positions && next_ < bound_) return false;
    for (RankPart const& part : returned_) {
      if (part.first < bound_) return false;
    }
    for (std::vector<RankPart> const& open : open_) {
      if (!open.empty()) return false;
    }
    return true;
  }
  [[nodiscard]] bool cuts_all() const noexcept { return plan_.cut_all; }
  [[nodiscard]] bool has_window() const noexcept { return plan_.window != 0; }

  /// What the chunks have given, by their first position.
  [[nodiscard]] std::map<std::uint64_t, ChunkResult>& results() noexcept { return results_; }
  /// Whether the next result in order is there.
  [[nodiscard]] bool is_due() const noexcept {
    return !results_.empty() && results_.begin()->first == delivered_ && delivered_ < bound_;
  }
  /// Takes it out. The window moves on once it has been used up: `delivered`.
  [[nodiscard]] std::pair<std::uint64_t, ChunkResult> take_due() {
    auto const due = results_.extract(results_.begin());
    return {due.key(), std::move(due.mapped())};
  }
  void delivered(std::uint64_t up_to) noexcept { delivered_ = up_to; }

 private:
  bool take(std::size_t rank, RankPart& chunk, double elapsed) {
    while (!returned_.empty()) {
      chunk = returned_.front();
      returned_.pop_front();
      if (chunk.first < bound_) return true;
    }
    if (!rule_ || next_ >= bound_) return false;
    std::uint64_t size = rule_->grant(rank, next_, dearest_, elapsed);
    if (plan_.window != 0) size = within_window(size);
    if (size == 0) return false;
    chunk = {next_, next_ + size};
    next_ += size;
    return true;
  }
  /// Each rank has two chunks in the window: one that is run, and one that waits to be used up.
  [[nodiscard]] std::uint64_t within_window(std::uint64_t size) const noexcept {
    std::uint64_t const ahead = next_ - delivered_;
    std::uint64_t const room = plan_.window > ahead ? plan_.window - ahead : 0;
    std::uint64_t const part = plan_.window / (2 * open_.size());
    std::uint64_t const most = part == 0 ? 1 : part;
    if (size > most) size = most;
    return size < room ? size : room;
  }

  LoopPlan plan_;
  std::optional<ChunkRule> rule_;
  std::uint64_t next_ = 0;       // the first position that was not dealt
  std::uint64_t delivered_ = 0;  // with a window: all results before it have been used up
  std::uint64_t bound_ = no_bound;
  double dearest_ = 0;
  std::vector<std::vector<RankPart>> open_;  // what each rank has
  std::deque<RankPart> returned_;            // of ranks that have died
  std::map<std::uint64_t, unsigned> deaths_;
  std::map<std::uint64_t, ChunkResult> results_;
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
