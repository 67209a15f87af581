// What a rank does with the messages of a call, of whichever kind: it answers them, waits for them, and says for whom.
// exchange.hpp is what the program's threads ask of it.
//
// Rank 0 deals the positions of a loop out (dealer.hpp), the others ask (asking.hpp); messages.hpp tells what is said.
// Who waits looks for messages itself (waiting.hpp); who computes does so between items, whichever thread comes to it
// (Exchange::poll), and a watchdog does where an item is long. So rank 0 needs no thread of its own.
#pragma once

#include <parallel_task/machines/asking.hpp>
#include <parallel_task/machines/call_end.hpp>
#include <parallel_task/machines/chunk_rule.hpp>
#include <parallel_task/machines/dealer.hpp>
#include <parallel_task/machines/errors.hpp>
#include <parallel_task/machines/link.hpp>
#include <parallel_task/machines/messages.hpp>
#include <parallel_task/machines/post.hpp>
#include <parallel_task/machines/roll.hpp>
#include <parallel_task/machines/waiting.hpp>
#include <parallel_task/machines/watchdog.hpp>
#include <parallel_task/machines/wire.hpp>
#include <parallel_task/platform/atomic.hpp>
#include <parallel_task/platform/clock.hpp>
#include <parallel_task/platform/code.hpp>
#include <parallel_task/platform/exceptions.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// A call as all ranks must make it.
struct CallLine {
  std::string where;         ///< file:line, and what is there
  std::uint64_t length = 0;  ///< of a loop
  [[nodiscard]] std::string text() const { return where + ", over " + std::to_string(length); }
};

/// All is called under the mutex, but for what locks it itself: begin, end, wait and what only reads.
class Conversation {
 public:
  Conversation(Conversation const&) = delete;
  Conversation& operator=(Conversation const&) = delete;

  [[nodiscard]] int rank() const noexcept { return rank_; }
  [[nodiscard]] int size() const noexcept { return static_cast<int>(roll_.size()); }
  [[nodiscard]] Link& link() noexcept { return post_.link(); }
  void set_threads(std::vector<unsigned> threads) { threads_ = std::move(threads); }
  [[nodiscard]] std::vector<unsigned> const& threads() const noexcept { return threads_; }

  static constexpr char const* end_of_world = "the end of the world (its destructor)";

 protected:
  Conversation(std::unique_ptr<Link> link, long patience_seconds)
      : rank_(link->rank()), post_(std::move(link)), roll_(post_.ranks()) {
    if (patience_seconds > 0) patience_ns_ = patience_seconds * 1'000'000'000;
  }
  ~Conversation() = default;

  [[nodiscard]] unsigned my_threads() const noexcept {
    return threads_.empty() ? 1 : threads_[static_cast<std::size_t>(rank_)];
  }

  void begin(CallLine line) {
    std::lock_guard const lock(mutex_);
    if (over_) {
      detail::throw_error(rank_mismatch("parallel_task: " + line.text() +
                                        ": another rank has destroyed this world already"));
    }
    if (roll_[0].lost) throw_root_lost();
    line_ = std::move(line);
    caller_ = std::this_thread::get_id();
    post_.begin_call();
    roll_.begin_call();
    end_.reset();
    dealer_.reset();
    mine_.clear();
    asking_.reset();
    in_loop_ = false;
    positions_ = 0;
  }
  void end() noexcept {
    std::lock_guard const lock(mutex_);
    in_loop_ = false;
    dealer_.close();
  }

  // --- messages; under the mutex ---------------------------------------------------------------------------------------

  void serve(std::int64_t now) {
    looked_.store(now, detail::memory_order_relaxed);
    post_.receive([this](Letter& letter) { handle(letter); });
    for (std::size_t r = rank_ == 0 ? 1 : 0; r != (rank_ == 0 ? roll_.size() : 1); ++r) {
      if (!roll_[r].lost && post_.link().is_lost(static_cast<int>(r))) lose(r);
    }
  }
  /// What came while this rank was not yet here.
  void take_early() {
    post_.receive_early([this](Letter& letter) { handle(letter); });
  }

  void handle(Letter& letter) {
    switch (letter.kind) {
      case MessageKind::want:
        return on_want(static_cast<std::size_t>(letter.from), letter.as<WantMessage>());
      case MessageKind::done:
        return dealer_.note(static_cast<std::size_t>(letter.from), letter.as<DoneMessage>());
      case MessageKind::chunk: {
        RankPart const chunk = letter.as<ChunkMessage>().chunk;
        if (chunk.last > positions_) letter.in.refuse("there are no such positions");
        mine_.push_back(chunk);
        return asking_.answered(detail::steady_ns());
      }
      case MessageKind::bound:
        return dealer_.lower_bound(letter.as<BoundMessage>().bound);
      case MessageKind::verdict: {
        end_.come(letter.as<VerdictMessage>());
        return dealer_.lower_bound(0);
      }
    }
  }

  void send_want(Bytes value) {
    post_.send(0, WantMessage{line_.where, line_.length, asking_.cost(), std::move(value)});
    asking_.asked(detail::steady_ns());
  }
  void on_want(std::size_t from, WantMessage want) {
    Peer& peer = roll_[from];
    peer.value = std::move(want.value);
    peer.has_come = peer.asks = true;
    peer.seen = want.where;
    dealer_.book().note_cost(want.cost);
    if (want.where != line_.where || want.length != line_.length) {
      differ(from, CallLine{std::move(want.where), want.length});
    } else if (in_loop_) {
      dealer_.grant();
    }
  }
  void ask_ahead(std::int64_t now) {
    bool const may = rank_ != 0 && in_loop_ && !end_.has_come() && mine_.empty();
    if (may && asking_.is_due(my_threads(), now)) send_want({});
  }

  void differ(std::size_t other, CallLine const& line) {
    // A rank that could not begin has no length. Its failure is what all throw.
    dealer_.book().forget(other);  // it will never run what it was dealt
    if (end_.is_decided()) return;
    bool const ends = line.where == end_of_world || line_.where == end_of_world;
    Writer out;
    out("parallel_task: the ranks are not at the same call: rank 0 is at " + line_.text() + ", rank " +
        std::to_string(other) + " is at " + line.text());
    dealer_.end(ends ? Verdict::over : Verdict::differs, out.bytes);
  }
  void fail_here(std::exception_ptr const& error) { dealer_.end(Verdict::failed, saved_here(error)); }
  Bytes saved_here(std::exception_ptr const& error) { return end_.saved(error, rank_); }

  [[nodiscard]] bool take_mine(RankPart& chunk) {
    chunk = {};
    if (!mine_.empty()) {
      chunk = mine_.front();
      mine_.pop_front();
      return true;
    }
    return rank_ == 0 && dealer_.take(chunk);
  }

  // --- ranks that die --------------------------------------------------------------------------------------------------

  void lose(std::size_t rank) {
    roll_[rank].lost = true;
    if (rank_ != 0) {
      dealer_.lower_bound(0);  // whoever waits throws
    } else if (in_loop_) {
      dealer_.deal_again(rank, line_.text());
    }
  }
  [[noreturn]] void throw_root_lost() const {
    detail::throw_error(rank_lost("parallel_task: rank 0 has died, and with it the common work"));
  }

  // --- waiting ---------------------------------------------------------------------------------------------------------

  /// Until `ready()`, which is asked under the mutex.
  template <class Ready, class Idle>
  void wait(Ready const& ready, Idle const& idle) {
    std::int64_t const begun = detail::steady_ns();
    bool told = false;
    for (;;) {
      std::int64_t const now = detail::steady_ns();
      {
        std::lock_guard const lock(mutex_);
        serve(now);
        if (unreadable_) std::rethrow_exception(std::exchange(unreadable_, nullptr));
        if (ready()) return;
        if (rank_ != 0 && roll_[0].lost) throw_root_lost();
      }
      std::int64_t const waited = now - begun;
      if (waited > patience_ns_ && !told) {
        told = true;
        tell_whom();
      }
      idle();
      if (std::int64_t const nap = detail::nap_after(waited); nap != 0) {
        std::this_thread::sleep_for(std::chrono::nanoseconds(nap));
      } else if (detail::yields_after(waited)) {
        std::this_thread::yield();
      }
    }
  }
  template <class Ready>
  void wait(Ready const& ready) {
    wait(ready, [] {});
  }
  void tell_whom() {
    std::lock_guard const lock(mutex_);
    if (rank_ != 0) {
      std::fprintf(stderr, "parallel_task: rank %d waits at %s for rank 0\n", rank_, line_.text().c_str());
      return;
    }
    for (std::size_t r = 1; r != roll_.size(); ++r) {
      if (roll_[r].lost || (roll_[r].has_come && !dealer_.book().has_open(r))) continue;
      std::fprintf(stderr, "parallel_task: rank 0 waits at %s for rank %d, last seen at %s\n", line_.text().c_str(),
                   static_cast<int>(r), roll_[r].seen.c_str());
    }
  }

  /// Where an item is so long that nobody else looks for messages.
  void start_watchdog() {
    if (post_.link().is_for_caller_alone()) return;
    watchdog_.wake([this] { return in_loop_; },
                   [this] {
                     std::int64_t const now = detail::steady_ns();
                     if (now - looked_.load(detail::memory_order_relaxed) < 1'000'000) return false;
                     // What can't be read is for the thread that waits.
                     detail::guarded([&] { serve(now), ask_ahead(now); },
                                     [this](std::exception_ptr error) { unreadable_ = std::move(error); });
                     return true;
                   });
  }

  int rank_;
  std::vector<unsigned> threads_;
  std::int64_t patience_ns_ = 30'000'000'000;
  atomic<std::int64_t> looked_{0};

  std::mutex mutex_;
  // the call
  Post post_;
  Roll roll_;
  CallEnd end_;
  std::thread::id caller_;
  CallLine line_;
  bool over_ = false;  // the world
  std::exception_ptr unreadable_;
  // the loop
  Dealer dealer_{post_, roll_, end_};
  bool in_loop_ = false;
  std::uint64_t positions_ = 0;
  std::deque<RankPart> mine_;
  Asking asking_;

  Watchdog watchdog_{mutex_};  // the last one: its thread uses all others
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
