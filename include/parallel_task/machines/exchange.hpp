// Calls that all ranks make together: loops that they share, and values that they exchange. All but the types.
//
// Rank 0 deals the positions out (deal_book.hpp), the others ask; messages.hpp tells what is said. Who waits looks for
// messages itself; who computes does so between items, whichever thread comes to it (`poll`), and a watchdog does where
// an item is long. So rank 0 needs no thread of its own.
//
// Invariants. `mutex_` guards all but the atomics; who polls tries it and never waits, so that threads that compute
// don't queue up.
// Pairings, which are none that an order of memory decides: what one thread leaves for another is under the mutex, and
// what a chunk's threads leave is joined by its run.
//   bound_      relaxed: only falls during a call; a thread that reads an old one runs an item too many
//   looked_     relaxed: a hint, for when to look
//   elsewhere_  relaxed: only told to the user
//   Asking's begun_, RankChunk's strip_, cut_, abandoned_   relaxed: hints, or read when the run has been joined
//   busy_       release at the end of a call -> acquire at the next one's beginning, perhaps of another thread
#pragma once

#include <parallel_task/machines/asking.hpp>
#include <parallel_task/machines/call_end.hpp>
#include <parallel_task/machines/chunk_rule.hpp>
#include <parallel_task/machines/deal_book.hpp>
#include <parallel_task/machines/errors.hpp>
#include <parallel_task/machines/link.hpp>
#include <parallel_task/machines/messages.hpp>
#include <parallel_task/machines/shared_item.hpp>
#include <parallel_task/machines/watchdog.hpp>
#include <parallel_task/machines/wire.hpp>
#include <parallel_task/platform/clock.hpp>
#include <parallel_task/platform/code.hpp>
#include <parallel_task/platform/exceptions.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <deque>
#include <exception>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <stdexcept>
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

/// What a rank is to do next in a loop.
enum class LoopTurn : std::uint8_t { run, deliver, end };

/// On rank 0: takes what a chunk of another rank has given, at once.
class Placer {
 public:
  virtual void place(RankPart chunk, std::span<std::byte const> items) = 0;

 protected:
  ~Placer() = default;
};

class Exchange {
 public:
  using Bytes = detail::Bytes;

  Exchange(std::unique_ptr<Link> link, long patience_seconds)
      : link_(std::move(link)), rank_(link_->rank()), peers_(static_cast<std::size_t>(link_->size())) {
    if (patience_seconds > 0) patience_ns_ = patience_seconds * 1'000'000'000;
  }
  Exchange(Exchange const&) = delete;
  Exchange& operator=(Exchange const&) = delete;

  [[nodiscard]] int rank() const noexcept { return rank_; }
  [[nodiscard]] int size() const noexcept { return static_cast<int>(peers_.size()); }
  [[nodiscard]] Link& link() noexcept { return *link_; }
  void set_threads(std::vector<unsigned> threads) { threads_ = std::move(threads); }
  [[nodiscard]] std::vector<unsigned> const& threads() const noexcept { return threads_; }

  /// One call of this rank. Only one at a time, and not in an item.
  class Call {
   public:
    explicit Call(Exchange& exchange, CallLine line) : exchange_(exchange) {
      if (inside_shared_item) {
        detail::throw_error(std::logic_error("parallel_task: " + line.where +
                                             ": ranks can't exchange values inside of an item of their common loop"));
      }
      if (exchange.busy_.exchange(true, std::memory_order_acquire)) {
        detail::throw_error(std::logic_error("parallel_task: " + line.where + ": two threads use one world at once"));
      }
      detail::guarded([&] { exchange.begin(std::move(line)); },
                      [&](std::exception_ptr const& error) {
                        exchange.busy_.store(false, std::memory_order_release);
                        std::rethrow_exception(error);
                      });
    }
    Call(Call const&) = delete;
    Call& operator=(Call const&) = delete;
    ~Call() {
      exchange_.end();
      exchange_.busy_.store(false, std::memory_order_release);
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
    wait([this] { return all_have_come(); });
    std::vector<Bytes> given;
    if (!is_failing()) {
      std::vector<Bytes> all(peers_.size());
      all[0] = std::move(mine);
      bool lost = false;
      for (std::size_t r = 1; r != peers_.size(); ++r) {
        lost = lost || peers_[r].lost;
        all[r] = std::move(peers_[r].value);
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
    placer_ = placer;
    begun_ = detail::steady_ns();
    positions_ = plan.positions;
    RankPart const first = plan.first_part(threads_, static_cast<std::size_t>(rank_));
    if (first.size() != 0) mine_.push_back(first);
    in_loop_ = true;
    if (rank_ == 0) {
      book_.begin(plan, threads_);
      for (std::size_t r = 1; r != peers_.size(); ++r) {
        if (peers_[r].lost) deal_again(r);
      }
    }
    take_early();
    if (rank_ == 0) grant();
    start_watchdog();
  }
  /// Instead of `begin_loop`, where the loop can't begin here.
  void refuse_loop(std::exception_ptr const& error) {
    std::lock_guard const lock(mutex_);
    in_loop_ = true;
    if (rank_ == 0) {
      fail_here(error);
    } else {
      send(0, DoneMessage{{}, ChunkEnd::failed, 0, Payload::copy_of(saved_here(error))});
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
      if (rank_ == 0 && has_due()) {
        turn = LoopTurn::deliver;
        return true;
      }
      if ((rank_ == 0 || !end_.has_come()) && take_mine(chunk)) {
        asking_.begin(chunk, detail::steady_ns());
        turn = LoopTurn::run;
        return true;
      }
      if (rank_ == 0) return all_have_come() && book_.is_complete();
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
    return book_.take_due();
  }
  /// All results before `up_to` have been used up, so that others may be computed.
  void delivered(std::uint64_t up_to) {
    std::lock_guard const lock(mutex_);
    book_.delivered(up_to);
    grant();
  }
  /// Whether positions from `first` on are still wanted.
  [[nodiscard]] bool wants(std::uint64_t first) const noexcept {
    return first < bound_.load(std::memory_order_relaxed);
  }
  /// So many of the chunk's `all` positions begin. With the last of them it is time to ask for more: where items are
  /// long, behind them would be too late.
  void begin_items(std::uint64_t n, std::uint64_t all) {
    if (asking_.begin_items(n) != all || rank_ == 0) return;
    if (link_->is_for_caller_alone() && std::this_thread::get_id() != caller_) return;
    std::unique_lock const lock(mutex_, std::try_to_lock);
    if (lock.owns_lock()) ask_ahead(detail::steady_ns());
  }

  /// Looks for messages, unless somebody has just done so or is doing so. `now`: steady_ns.
  void poll(std::int64_t now) {
    if (now - looked_.load(std::memory_order_relaxed) < between_looks) return;
    if (link_->is_for_caller_alone() && std::this_thread::get_id() != caller_) return;
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
      note(0, DoneMessage{chunk, how, cost, std::move(payload)});
    } else {
      send(0, DoneMessage{chunk, how, cost, std::move(payload)});
    }
  }

  /// On rank 0, behind the loop: what the chunks have given, by their first position.
  [[nodiscard]] std::map<std::uint64_t, ChunkResult>& results() noexcept { return book_.results(); }
  /// How many positions the loop has; known once it has begun.
  [[nodiscard]] std::uint64_t positions() const noexcept { return positions_; }
  /// On rank 0: how many of them other ranks have told to be done.
  [[nodiscard]] std::uint64_t done_elsewhere() const noexcept { return elsewhere_.load(std::memory_order_relaxed); }
  [[nodiscard]] bool is_failing() const noexcept { return end_.is_decided(); }
  /// On any rank, between chunks: the loop ends by this exception.
  void fail_between(std::exception_ptr const& error) {
    std::lock_guard const lock(mutex_);
    if (rank_ == 0) return fail_here(error);
    mine_.clear();
    if (!end_.has_come()) send(0, DoneMessage{{}, ChunkEnd::failed, 0, Payload::copy_of(saved_here(error))});
  }
  /// On rank 0: the call ends by this exception.
  void fail(std::exception_ptr const& error) {
    std::lock_guard const lock(mutex_);
    fail_here(error);
  }
  void fail_with(std::span<std::byte const> failure) {
    std::lock_guard const lock(mutex_);
    fail_here_with(failure);
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
      for (std::size_t r = 1; r != peers_.size(); ++r) {
        if (peers_[r].lost) continue;
        Payload one;
        if (has_value && given.size() == 1 && r + 1 != peers_.size()) {
          one = Payload::copy_of(given[0].bytes());
        } else if (has_value) {
          one = std::move(given[given.size() == 1 ? 0 : r]);
        }
        send(static_cast<int>(r), end_.message(std::move(one)));
      }
      end_.come(end_.message(std::move(own)));
    }
    wait([this] { return link_->is_idle(); });
    return take_verdict();
  }
  /// Behind the loop, on the others: the result, or what all throw.
  Payload take_verdict() {
    std::lock_guard const lock(mutex_);
    if (end_.is_last()) over_ = true;
    return end_.take();
  }
  [[nodiscard]] bool is_over() const noexcept { return over_; }

  static constexpr char const* end_of_world = "the end of the world (its destructor)";

 private:
  static constexpr std::int64_t between_looks = 20'000;
  static constexpr std::int64_t spin_ns = 150'000;

  /// What rank 0 knows of a rank.
  struct Peer {
    bool has_come = false;
    bool asks = false;
    bool lost = false;
    Bytes value;  // for a collective call
    std::string seen = "nowhere yet";
  };

  [[nodiscard]] unsigned my_threads() const noexcept {
    return threads_.empty() ? 1 : threads_[static_cast<std::size_t>(rank_)];
  }

  void begin(CallLine line) {
    std::lock_guard const lock(mutex_);
    if (over_) {
      detail::throw_error(rank_mismatch("parallel_task: " + line.text() +
                                        ": another rank has destroyed this world already"));
    }
    if (peers_[0].lost) throw_root_lost();
    line_ = std::move(line);
    caller_ = std::this_thread::get_id();
    ++call_;
    end_.reset();
    book_.close(peers_.size());
    mine_.clear();
    asking_.reset();
    bound_.store(DealBook::no_bound, std::memory_order_relaxed);
    in_loop_ = false;
    positions_ = 0;
    elsewhere_.store(0, std::memory_order_relaxed);
    for (Peer& peer : peers_) {
      peer.has_come = peer.asks = false;
      peer.value.clear();
    }
    peers_[0].has_come = true;
  }
  /// What came while this rank was not yet here.
  void take_early() {
    std::deque<Parcel> early;
    early.swap(early_);
    for (Parcel& parcel : early) handle(parcel);
  }
  void end() noexcept {
    std::lock_guard const lock(mutex_);
    placer_ = nullptr;
    in_loop_ = false;
    book_.close(peers_.size());
  }

  // --- messages; under the mutex ---------------------------------------------------------------------------------------

  void serve(std::int64_t now) {
    looked_.store(now, std::memory_order_relaxed);
    Parcel parcel;
    while (link_->receive(parcel)) handle(parcel);
    for (std::size_t r = rank_ == 0 ? 1 : 0; r != (rank_ == 0 ? peers_.size() : 1); ++r) {
      if (!peers_[r].lost && link_->is_lost(static_cast<int>(r))) lose(r);
    }
  }

  void handle(Parcel& parcel) {
    Reader in(parcel.bytes);
    MessageHead const head = detail::read_head(in);
    bool const is_for_root = head.kind == MessageKind::want || head.kind == MessageKind::done;
    if (is_for_root != (rank_ == 0)) in.refuse("it is a message for another rank");
    if (head.call > call_) {
      early_.push_back(std::move(parcel));
      return;
    }
    if (head.call < call_) return;  // of a call that has ended
    switch (head.kind) {
      case MessageKind::want:
        return on_want(parcel.from, detail::read_message<WantMessage>(in, parcel.bytes));
      case MessageKind::done:
        return note(parcel.from, detail::read_message<DoneMessage>(in, parcel.bytes));
      case MessageKind::chunk: {
        RankPart const chunk = detail::read_message<ChunkMessage>(in, parcel.bytes).chunk;
        if (chunk.last > positions_) in.refuse("there are no such positions");
        mine_.push_back(chunk);
        return asking_.answered(detail::steady_ns());
      }
      case MessageKind::bound:
        return lower_bound(detail::read_message<BoundMessage>(in, parcel.bytes).bound);
      case MessageKind::verdict: {
        end_.come(detail::read_message<VerdictMessage>(in, parcel.bytes));
        return lower_bound(0);
      }
    }
  }

  template <class M>
  void send(int to, M&& message) {
    link_->send(to, detail::message_bytes(call_, static_cast<M&&>(message)));
  }
  void send_want(Bytes value) {
    send(0, WantMessage{line_.where, line_.length, asking_.cost(), std::move(value)});
    asking_.asked(detail::steady_ns());
  }
  void on_want(int from, WantMessage want) {
    Peer& peer = peers_[static_cast<std::size_t>(from)];
    peer.value = std::move(want.value);
    peer.has_come = peer.asks = true;
    peer.seen = want.where;
    book_.note_cost(want.cost);
    if (want.where != line_.where || want.length != line_.length) {
      differ(from, CallLine{std::move(want.where), want.length});
    } else if (in_loop_) {
      grant();
    }
  }
  void ask_ahead(std::int64_t now) {
    bool const may = rank_ != 0 && in_loop_ && !end_.has_come() && mine_.empty();
    if (may && asking_.is_due(my_threads(), now)) send_want({});
  }

  void differ(int other, CallLine const& line) {
    // A rank that could not begin has no length. Its failure is what all throw.
    book_.forget(static_cast<std::size_t>(other));  // it will never run what it was dealt
    if (end_.is_decided()) return;
    bool const ends = line.where == end_of_world || line_.where == end_of_world;
    Writer out;
    out("parallel_task: the ranks are not at the same call: rank 0 is at " + line_.text() + ", rank " +
        std::to_string(other) + " is at " + line.text());
    end_.decide(ends ? Verdict::over : Verdict::differs, out.bytes);
    lower_bound(0);
  }

  void lower_bound(std::uint64_t bound) {
    if (bound >= bound_.load(std::memory_order_relaxed)) return;
    bound_.store(bound, std::memory_order_relaxed);
    if (rank_ != 0) return;
    book_.lower_bound(bound);
    for (std::size_t r = 1; r != peers_.size(); ++r) {
      if (!peers_[r].lost && book_.has_open(r)) send(static_cast<int>(r), BoundMessage{bound});
    }
  }

  void fail_here(std::exception_ptr const& error) { fail_here_with(saved_here(error)); }
  Bytes saved_here(std::exception_ptr const& error) { return end_.saved(error, rank_); }
  void fail_here_with(std::span<std::byte const> failure) {
    if (end_.is_decided()) return;
    end_.decide(Verdict::failed, failure);
    lower_bound(0);
  }

  // --- rank 0 deals; under the mutex -----------------------------------------------------------------------------------

  void note(int from, DoneMessage done) {
    auto const rank = static_cast<std::size_t>(from);
    book_.note_cost(done.cost);
    if (done.chunk.size() == 0) {  // it could not begin
      book_.forget(rank);
      fail_here_with(done.payload.bytes());
      return;
    }
    // Else it comes from another loop, whose line tells so: see differ.
    if (!book_.take_back(rank, done.chunk) || done.how == ChunkEnd::abandoned) return;
    if (done.how == ChunkEnd::failed && book_.cuts_all()) {
      fail_here_with(done.payload.bytes());
      return;
    }
    if (from != 0) elsewhere_.fetch_add(done.chunk.size(), std::memory_order_relaxed);
    if (done.how != ChunkEnd::whole) lower_bound(book_.cuts_all() ? 0 : done.chunk.last);
    if (placer_ != nullptr && done.how == ChunkEnd::whole) {
      if (from != 0) placer_->place(done.chunk, done.payload.bytes());
    } else {
      book_.keep(done.chunk, done.how, std::move(done.payload));
    }
    if (in_loop_) grant();
  }
  /// Nanoseconds since this loop has begun here.
  [[nodiscard]] double elapsed() const noexcept { return static_cast<double>(detail::steady_ns() - begun_); }
  void grant() {
    double const elapsed = this->elapsed();
    for (std::size_t r = 1; r != peers_.size(); ++r) {
      RankPart chunk;
      if (!peers_[r].asks || peers_[r].lost || !book_.deal(r, chunk, elapsed)) continue;
      peers_[r].asks = false;
      send(static_cast<int>(r), ChunkMessage{chunk});
    }
  }
  [[nodiscard]] bool take_mine(RankPart& chunk) {
    chunk = {};
    if (!mine_.empty()) {
      chunk = mine_.front();
      mine_.pop_front();
      return true;
    }
    return rank_ == 0 && book_.deal(0, chunk, elapsed());
  }
  [[nodiscard]] bool has_due() const noexcept { return book_.has_window() && !end_.is_decided() && book_.is_due(); }
  [[nodiscard]] bool all_have_come() const {
    for (Peer const& peer : peers_) {
      if (!peer.has_come && !peer.lost) return false;
    }
    return true;
  }

  // --- ranks that die --------------------------------------------------------------------------------------------------

  void lose(std::size_t rank) {
    peers_[rank].lost = true;
    if (rank_ != 0) {
      lower_bound(0);  // whoever waits throws
    } else if (in_loop_) {
      deal_again(rank);
    }
  }
  [[noreturn]] void throw_root_lost() const {
    detail::throw_error(rank_lost("parallel_task: rank 0 has died, and with it the common work"));
  }
  void deal_again(std::size_t rank) {
    if (std::optional<RankPart> const deadly = book_.lose(rank)) {
      fail_here(std::make_exception_ptr(rank_lost("parallel_task: three workers have died in positions " +
                                                  std::to_string(deadly->first) + " to " +
                                                  std::to_string(deadly->last) + " of " + line_.text())));
    }
    grant();
  }

  // --- waiting ---------------------------------------------------------------------------------------------------------

  /// Until `ready()`, which is asked under the mutex. Spins for 150 us, then sleeps a sixteenth of what it has waited.
  /// The shortest sleep takes some 60 us with the timer slack of Linux. Two ranks that spin for less than that make
  /// each other sleep, call after call: with 50 us, brief calls took 5 us or 300, by chance.
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
        if (rank_ != 0 && peers_[0].lost) throw_root_lost();
      }
      std::int64_t const waited = now - begun;
      if (waited > patience_ns_ && !told) {
        told = true;
        tell_whom();
      }
      idle();
      if (waited < spin_ns) continue;
      std::int64_t const most = waited < 20'000'000 ? 50'000 : 200'000;
      std::int64_t const nap = waited / 16;
      std::this_thread::sleep_for(std::chrono::nanoseconds(nap < 5'000 ? 5'000 : nap > most ? most : nap));
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
    for (std::size_t r = 1; r != peers_.size(); ++r) {
      if (peers_[r].lost || (peers_[r].has_come && !book_.has_open(r))) continue;
      std::fprintf(stderr, "parallel_task: rank 0 waits at %s for rank %d, last seen at %s\n", line_.text().c_str(),
                   static_cast<int>(r), peers_[r].seen.c_str());
    }
  }

  /// Where an item is so long that nobody else looks for messages.
  void start_watchdog() {
    if (link_->is_for_caller_alone()) return;
    watchdog_.wake([this] { return in_loop_; },
                   [this] {
                     std::int64_t const now = detail::steady_ns();
                     if (now - looked_.load(std::memory_order_relaxed) < 1'000'000) return false;
                     // What can't be read is for the thread that waits.
                     detail::guarded([&] { serve(now), ask_ahead(now); },
                                     [this](std::exception_ptr error) { unreadable_ = std::move(error); });
                     return true;
                   });
  }

  std::unique_ptr<Link> link_;
  int rank_;
  std::vector<unsigned> threads_;
  std::int64_t patience_ns_ = 30'000'000'000;
  std::atomic<bool> busy_{false};
  std::atomic<std::uint64_t> bound_{DealBook::no_bound};
  std::atomic<std::int64_t> looked_{0};
  std::atomic<std::uint64_t> elsewhere_{0};

  std::mutex mutex_;
  std::vector<Peer> peers_;
  std::thread::id caller_;
  std::uint64_t call_ = 0;
  CallLine line_;
  std::deque<Parcel> early_;
  bool over_ = false;
  bool in_loop_ = false;
  CallEnd end_;
  // of rank 0
  DealBook book_;
  Placer* placer_ = nullptr;
  std::int64_t begun_ = 0;  // the loop
  // of any
  std::uint64_t positions_ = 0;
  std::deque<RankPart> mine_;
  Asking asking_;
  std::exception_ptr unreadable_;

  Watchdog watchdog_{mutex_};  // the last one: its thread uses all others
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
