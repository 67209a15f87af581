// Calls that all ranks make together: loops that they share, and values that they exchange. All but the types: those
// are shared_loop.hpp's and its neighbours', and world.hpp's.
//
// Invariants, also of conversation.hpp. `mutex_` guards all but the atomics; who polls tries it and never waits, so
// that threads that compute don't queue up. Pairings, which are none that an order of memory decides: what one thread
// leaves for another is under the mutex, and what a chunk's threads leave is joined by its run.
//   Dealer's bound_      relaxed: only falls during a call; a thread that reads an old one runs an item too many
//   Dealer's elsewhere_  relaxed: only told to the user
//   looked_              relaxed: a hint, for when to look
//   Asking's begun_, RankChunk's strip_, cut_, abandoned_   relaxed: hints, or read when the run has been joined
// But for who makes the next call: one_at_a_time.hpp.
#pragma once

#include <parallel_task/machines/bytes.hpp>
#include <parallel_task/machines/chunk_rule.hpp>
#include <parallel_task/machines/conversation.hpp>
#include <parallel_task/machines/deal_book.hpp>
#include <parallel_task/machines/dealer.hpp>
#include <parallel_task/machines/errors.hpp>
#include <parallel_task/machines/link.hpp>
#include <parallel_task/machines/messages.hpp>
#include <parallel_task/machines/one_at_a_time.hpp>
#include <parallel_task/machines/shared_item.hpp>
#include <parallel_task/platform/atomic.hpp>
#include <parallel_task/platform/clock.hpp>
#include <parallel_task/platform/code.hpp>
#include <parallel_task/platform/exceptions.hpp>

#include <cstddef>
#include <cstdint>
#include <exception>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// What a rank is to do next in a loop.
enum class LoopTurn : std::uint8_t { run, deliver, end };

class Exchange : public Conversation {
 public:
  using Bytes = detail::Bytes;

  Exchange(std::unique_ptr<Link> link, long patience_seconds) : Conversation(std::move(link), patience_seconds) {}

  /// One call of this rank. Only one at a time, and not in an item.
  class Call {
   public:
    explicit Call(Exchange& exchange, CallLine line) : exchange_(exchange) {
      if (inside_shared_item) {
        detail::throw_error(std::logic_error("parallel_task: " + line.where +
                                             ": ranks can't exchange values inside of an item of their common loop"));
      }
      if (!exchange.calls_.enter()) {
        detail::throw_error(std::logic_error("parallel_task: " + line.where + ": two threads use one world at once"));
      }
      detail::guarded([&] { exchange.begin(std::move(line)); },
                      [&](std::exception_ptr const& error) {
                        exchange.calls_.leave();
                        std::rethrow_exception(error);
                      });
    }
    Call(Call const&) = delete;
    Call& operator=(Call const&) = delete;
    ~Call() {
      exchange_.end();
      exchange_.calls_.leave();
    }

   private:
    Exchange& exchange_;
  };

  // --- collectives: what each rank gives goes to rank 0, which makes of all what each is given -------------------------

  /// `combine(all)`: the bytes of each rank, in order, become what each rank is given, or one for all. On rank 0.
  template <class Combine>
  Payload collective(Bytes mine, Combine const& combine) {
    {
      std::lock_guard const lock(mutex_);
      take_early();
      if (rank_ != 0) send_want(std::move(mine));
    }
    if (rank_ != 0) {
      wait([this] { return end_.has_come(); });
      return take_verdict();
    }
    wait([this] { return roll_.all_have_come(); });
    std::vector<Bytes> given;
    if (!is_failing()) {
      std::vector<Bytes> all(roll_.size());
      all[0] = std::move(mine);
      bool lost = false;
      for (std::size_t r = 1; r != roll_.size(); ++r) {
        lost = lost || roll_[r].lost;
        all[r] = std::move(roll_[r].value);
      }
      detail::guarded(
          [&] {
            if (lost) detail::throw_error(rank_lost("parallel_task: a rank has died: no values can be exchanged"));
            given = combine(std::move(all));
          },
          [&](std::exception_ptr const& error) { fail(error); });
    }
    if (given.empty()) given.resize(1);
    std::vector<Payload> told;
    for (Bytes const& one : given) told.push_back(Payload::copy_of(one));
    return tell(std::move(told), Payload::copy_of(given[0]));
  }

  // --- loops -----------------------------------------------------------------------------------------------------------

  /// `placer`, of rank 0: who takes results as they come, if they need not be kept to the end.
  void begin_loop(LoopPlan const& plan, Placer* placer) {
    std::lock_guard const lock(mutex_);
    positions_ = plan.positions;
    RankPart const first = plan.first_part(threads_, static_cast<std::size_t>(rank_));
    if (first.size() != 0) mine_.push_back(first);
    in_loop_ = true;
    if (rank_ == 0) {
      dealer_.begin(plan, threads_, placer);
      for (std::size_t r = 1; r != roll_.size(); ++r) {
        if (roll_[r].lost) dealer_.deal_again(r, line_.text());
      }
    }
    take_early();
    if (rank_ == 0) dealer_.grant();
    start_watchdog();
  }
  /// Instead of `begin_loop`, where the loop can't begin here.
  void refuse_loop(std::exception_ptr const& error) {
    std::lock_guard const lock(mutex_);
    in_loop_ = true;
    if (rank_ == 0) {
      fail_here(error);
    } else {
      post_.send(0, DoneMessage{{}, ChunkEnd::failed, 0, Payload::copy_of(saved_here(error))});
    }
    take_early();
  }

  /// What this rank does next: `run` positions, or on rank 0, in a loop with a window, `deliver` the next result
  /// (take_due). The end is for rank 0 when all ranks are done.
  /// `idle()` is called now and then while it waits.
  template <class Idle>
  LoopTurn next(RankPart& chunk, Idle const& idle) {
    LoopTurn turn = LoopTurn::end;
    auto const is_next = [&] {
      if (rank_ == 0 && dealer_.has_due()) {
        turn = LoopTurn::deliver;
        return true;
      }
      if ((rank_ == 0 || !end_.has_come()) && take_mine(chunk)) {
        asking_.begin(chunk, detail::steady_ns());
        turn = LoopTurn::run;
        return true;
      }
      if (rank_ == 0) return roll_.all_have_come() && dealer_.book().is_complete();
      if (end_.has_come()) return true;
      if (!asking_.is_under_way()) send_want({});
      return false;
    };
    wait(is_next, idle);
    return turn;
  }
  /// On rank 0, in a loop with a window: the next result in order, and where it begins.
  [[nodiscard]] std::pair<std::uint64_t, ChunkResult> take_due() {
    std::lock_guard const lock(mutex_);
    return dealer_.book().take_due();
  }
  /// All results before `up_to` have been used up, so that others may be computed.
  void delivered(std::uint64_t up_to) {
    std::lock_guard const lock(mutex_);
    dealer_.delivered(up_to);
  }
  /// Whether positions from `first` on are still wanted.
  [[nodiscard]] bool wants(std::uint64_t first) const noexcept { return dealer_.wants(first); }
  /// So many of the chunk's `all` positions begin. With the last of them it is time to ask for more: where items are
  /// long, behind them would be too late.
  void begin_items(std::uint64_t n, std::uint64_t all) {
    if (asking_.begin_items(n) != all || rank_ == 0) return;
    if (post_.link().is_for_caller_alone() && std::this_thread::get_id() != caller_) return;
    std::unique_lock const lock(mutex_, std::try_to_lock);
    if (lock.owns_lock()) ask_ahead(detail::steady_ns());
  }

  /// Looks for messages, unless somebody has just done so or is doing so. `now`: steady_ns.
  void poll(std::int64_t now) {
    if (now - looked_.load(detail::memory_order_relaxed) < between_looks) return;
    if (post_.link().is_for_caller_alone() && std::this_thread::get_id() != caller_) return;
    std::unique_lock const lock(mutex_, std::try_to_lock);
    if (!lock.owns_lock()) return;
    serve(now);
    ask_ahead(now);
  }

  /// The chunk from `next` has ended. Of rank 0, `payload` is only of failures.
  void done(RankPart chunk, ChunkEnd how, Payload payload) {
    std::lock_guard const lock(mutex_);
    asking_.end(chunk, my_threads(), detail::steady_ns());
    double const cost = asking_.cost();
    if (rank_ == 0) {
      dealer_.note(0, DoneMessage{chunk, how, cost, std::move(payload)});
    } else {
      post_.send(0, DoneMessage{chunk, how, cost, std::move(payload)});
    }
  }

  /// On rank 0, behind the loop: what the chunks have given, by their first position.
  [[nodiscard]] std::map<std::uint64_t, ChunkResult>& results() noexcept { return dealer_.book().results(); }
  /// How many positions the loop has; known once it has begun.
  [[nodiscard]] std::uint64_t positions() const noexcept { return positions_; }
  /// On rank 0: how many of them other ranks have told to be done.
  [[nodiscard]] std::uint64_t done_elsewhere() const noexcept { return dealer_.done_elsewhere(); }
  [[nodiscard]] bool is_failing() const noexcept { return end_.is_decided(); }
  /// On any rank, between chunks: the loop ends by this exception.
  void fail_between(std::exception_ptr const& error) {
    std::lock_guard const lock(mutex_);
    if (rank_ == 0) return fail_here(error);
    mine_.clear();
    if (!end_.has_come()) post_.send(0, DoneMessage{{}, ChunkEnd::failed, 0, Payload::copy_of(saved_here(error))});
  }
  /// On rank 0: the call ends by this exception.
  void fail(std::exception_ptr const& error) {
    std::lock_guard const lock(mutex_);
    fail_here(error);
  }
  void fail_with(std::span<std::byte const> failure) {
    std::lock_guard const lock(mutex_);
    dealer_.end(Verdict::failed, failure);
  }
  /// An exception of this rank as bytes. It is kept, in case it is the one that all throw.
  Bytes saved(std::exception_ptr const& error) {
    std::lock_guard const lock(mutex_);
    return saved_here(error);
  }

  /// On rank 0: sends what each rank is given (or one for all), and returns its own; throws if the call has failed.
  Payload tell(std::vector<Payload> given, Payload own = {}) {
    {
      std::lock_guard const lock(mutex_);
      bool const has_value = end_.decide_value();
      for (std::size_t r = 1; r != roll_.size(); ++r) {
        if (roll_[r].lost) continue;
        Payload one;
        if (has_value && given.size() == 1 && r + 1 != roll_.size()) {
          one = Payload::copy_of(given[0].bytes());
        } else if (has_value) {
          one = std::move(given[given.size() == 1 ? 0 : r]);
        }
        post_.send(r, end_.message(std::move(one)));
      }
      end_.come(end_.message(std::move(own)));
    }
    wait([this] { return post_.link().is_idle(); });
    return take_verdict();
  }
  /// Behind the loop, on the others: the result, or what all throw.
  Payload take_verdict() {
    std::lock_guard const lock(mutex_);
    if (end_.is_last()) over_ = true;
    return end_.take();
  }
  [[nodiscard]] bool is_over() const noexcept { return over_; }

 private:
  static constexpr std::int64_t between_looks = 20'000;

  OneAtATime calls_;
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
