// What rank 0 does in a loop: it deals positions to ranks that ask, notes what comes back, ends the loop where an
// exception or a hit does, and deals again what a rank has died with. deal_book.hpp is where it writes that down.
#pragma once

#include <parallel_task/machines/call_end.hpp>
#include <parallel_task/machines/chunk_rule.hpp>
#include <parallel_task/machines/deal_book.hpp>
#include <parallel_task/machines/errors.hpp>
#include <parallel_task/machines/messages.hpp>
#include <parallel_task/machines/post.hpp>
#include <parallel_task/machines/roll.hpp>
#include <parallel_task/platform/atomic.hpp>
#include <parallel_task/platform/clock.hpp>
#include <parallel_task/platform/code.hpp>

#include <cstddef>
#include <cstdint>
#include <exception>
#include <optional>
#include <span>
#include <string>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// Takes what a chunk of another rank has given, at once.
class Placer {
 public:
  virtual void place(RankPart chunk, std::span<std::byte const> items) = 0;

 protected:
  ~Placer() = default;
};

/// Used by one thread at a time, which its owner's mutex sees to (exchange.hpp), but for `wants` and `done_elsewhere`.
/// Other ranks than 0 have it for the loop's bound alone.
class Dealer {
 public:
  /// All three must outlive it.
  Dealer(Post& post, Roll& roll, CallEnd& end) noexcept : post_(post), roll_(roll), end_(end) {}

  /// Another call begins, perhaps no loop.
  void reset() {
    close();
    // relaxed, here and below: a thread that reads an old one runs an item too many
    bound_.store(DealBook::no_bound, detail::memory_order_relaxed);
    // relaxed, here and below: only told to the user
    elsewhere_.store(0, detail::memory_order_relaxed);
  }
  /// The loop is over.
  void close() {
    placer_ = nullptr;
    book_.close(roll_.size());
  }
  /// On rank 0: a loop begins. `threads`, of each rank, must outlive it. `placer`: who takes results as they come, if
  /// they need not be kept to the end.
  void begin(LoopPlan const& plan, std::span<unsigned const> threads, Placer* placer) {
    placer_ = placer;
    begun_ = detail::steady_ns();
    book_.begin(plan, threads);
  }

  [[nodiscard]] DealBook& book() noexcept { return book_; }
  /// Whether positions from `first` on are still wanted.
  [[nodiscard]] bool wants(std::uint64_t first) const noexcept {
    return first < bound_.load(detail::memory_order_relaxed);
  }
  /// How many positions other ranks have told to be done.
  [[nodiscard]] std::uint64_t done_elsewhere() const noexcept { return elsewhere_.load(detail::memory_order_relaxed); }

  /// Positions from `bound` on are no longer wanted. Rank 0 tells those that may have such.
  void lower_bound(std::uint64_t bound) {
    if (bound >= bound_.load(detail::memory_order_relaxed)) return;
    bound_.store(bound, detail::memory_order_relaxed);
    if (!post_.is_root()) return;
    book_.lower_bound(bound);
    for (std::size_t r = 1; r != roll_.size(); ++r) {
      if (!roll_[r].lost && book_.has_open(r)) post_.send(r, BoundMessage{bound});
    }
  }

  // --- on rank 0 -------------------------------------------------------------------------------------------------------

  /// The call ends without a result, unless that has been decided.
  void end(Verdict how, std::span<std::byte const> why) {
    if (end_.is_decided()) return;
    end_.decide(how, why);
    lower_bound(0);
  }
  /// Deals positions to those that ask.
  void grant() {
    double const elapsed = this->elapsed();
    for (std::size_t r = 1; r != roll_.size(); ++r) {
      RankPart chunk;
      if (!roll_[r].asks || roll_[r].lost || !book_.deal(r, chunk, elapsed)) continue;
      roll_[r].asks = false;
      post_.send(r, ChunkMessage{chunk});
    }
  }
  /// Deals itself some.
  [[nodiscard]] bool take(RankPart& chunk) { return book_.deal(0, chunk, elapsed()); }
  /// The next result is due to be used up, in a loop with a window.
  [[nodiscard]] bool has_due() const noexcept { return book_.has_window() && !end_.is_decided() && book_.is_due(); }
  /// All results before `up_to` have been used up, so that others may be computed.
  void delivered(std::uint64_t up_to) {
    book_.delivered(up_to);
    grant();
  }

  /// A chunk has ended, on whichever rank.
  void note(std::size_t rank, DoneMessage done) {
    book_.note_cost(done.cost);
    if (done.chunk.size() == 0) {  // it could not begin
      book_.forget(rank);
      end(Verdict::failed, done.payload.bytes());
      return;
    }
    // Else it comes from another loop, whose line tells so: see Exchange::differ.
    if (!book_.take_back(rank, done.chunk) || done.how == ChunkEnd::abandoned) return;
    if (done.how == ChunkEnd::failed && book_.cuts_all()) {
      end(Verdict::failed, done.payload.bytes());
      return;
    }
    if (rank != 0) elsewhere_.fetch_add(done.chunk.size(), detail::memory_order_relaxed);
    if (done.how != ChunkEnd::whole) lower_bound(book_.cuts_all() ? 0 : done.chunk.last);
    if (placer_ != nullptr && done.how == ChunkEnd::whole) {
      if (rank != 0) placer_->place(done.chunk, done.payload.bytes());
    } else {
      book_.keep(done.chunk, done.how, std::move(done.payload));
    }
    grant();
  }

  /// `rank` has died: others run what it had. If the same positions have ended three, the call fails, and names `loop`.
  void deal_again(std::size_t rank, std::string const& loop) {
    if (std::optional<RankPart> const deadly = book_.lose(rank)) {
      std::exception_ptr const error =
          std::make_exception_ptr(rank_lost("parallel_task: three workers have died in positions " +
                                            std::to_string(deadly->first) + " to " + std::to_string(deadly->last) +
                                            " of " + loop));
      end(Verdict::failed, end_.saved(error, 0));
    }
    grant();
  }

 private:
  /// Nanoseconds since this loop has begun here.
  [[nodiscard]] double elapsed() const noexcept { return static_cast<double>(detail::steady_ns() - begun_); }

  Post& post_;
  Roll& roll_;
  CallEnd& end_;
  DealBook book_;
  Placer* placer_ = nullptr;
  std::int64_t begun_ = 0;  // the loop
  atomic<std::uint64_t> bound_{DealBook::no_bound};
  atomic<std::uint64_t> elsewhere_{0};
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
