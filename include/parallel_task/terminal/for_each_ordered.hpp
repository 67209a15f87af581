// for_each_ordered(f, window): f in input order, one call at a time, while the workers compute ahead.
#pragma once

#include <parallel_task/core/call.hpp>
#include <parallel_task/core/concepts.hpp>
#include <parallel_task/core/run.hpp>
#include <parallel_task/platform/atomic.hpp>
#include <parallel_task/platform/exceptions.hpp>
#include <parallel_task/platform/owner.hpp>
#include <parallel_task/terminal/chunks.hpp>

#include <concepts>
#include <cstddef>
#include <exception>
#include <optional>
#include <stdexcept>
#include <type_traits>
#include <utility>

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

// How it works. The turn is the position whose items f gets next. A source around the pipeline hands out positions in
// order and never more than `window` beyond the turn. A block that is the turn's own feeds f directly: on one thread
// that is all there is, the plain loop. Any other block computes its items into a batch, puts the batch into a ring of
// `window` entries under its first position, and then whoever gets the consumer's role drains the ring from the turn
// on. The role is only ever tried: a thread that finds it taken goes on.
//
// Nothing finished stays undrained. Publishing is (1) entry = batch, (2) try the role; ending a role is (3) give it
// back, (4) look at the turn's entry again. All four are seq_cst, so either (2) comes after (3) and gets the role, or
// (4) comes after (1) and sees the batch.
//
// | what             | written by                                   | read by                                        |
// |------------------|----------------------------------------------|------------------------------------------------|
// | turn             | the role, release: entries below are free    | pull, acquire: their entries may be used again |
// | ring[i].ready    | the block, seq_cst; the role, back to false  | the role, seq_cst: the rest of the entry       |
// | role             | everybody, seq_cst exchange and store        | the same: one holder's calls of f see the last |
// | failure          | the role, which is then never given back     | finish, when all have left                     |

/// An entry of the ring: items of a block that had to wait for their turn, and how the block ended. From the moment in
/// which the block's first position was handed out until it has been drained, the entry is the block's.
template <class T>
struct Batch {
  detail::atomic<bool> ready{false};
  ChunkList<T, 256> items;     // keeps a chunk from turn to turn
  std::size_t last = 0;        // behind the block
  bool more = true;            // false: the pipeline wants nothing later (take_while)
  std::exception_ptr failure;  // thrown behind these items
};

/// How an item waits: by value, except that a reference to something that f may change must stay one.
template <class Item, class Value>
struct Waiting {
  using Stored = Value;
  template <class X>
  [[nodiscard]] static X&& wrap(X&& x) noexcept {
    return static_cast<X&&>(x);
  }
  [[nodiscard]] static decltype(auto) unwrap(Value& stored) noexcept {
    if constexpr (std::is_lvalue_reference_v<Item> && std::is_same_v<std::remove_cvref_t<Item>, Value>) {
      return static_cast<Value const&>(stored);
    } else {
      return static_cast<Value&&>(stored);
    }
  }
};
template <class T, class Value>
  requires(!std::is_const_v<T>)
struct Waiting<T&, Value> {
  using Stored = T*;
  [[nodiscard]] static T* wrap(T& x) noexcept { return std::addressof(x); }
  [[nodiscard]] static T& unwrap(T* stored) noexcept { return *stored; }
};

/// The pipeline `S`, with `f` behind it, as a source of blocks that give nothing: `f` has had the items.
template <class S, class F>
class Windowed {
 public:
  using Item = typename S::Item;
  using Value = typename S::Value;
  static constexpr bool pulls = true;
  static constexpr Cut cut = Cut::later;
  static constexpr bool whole_segments = true;
  /// Nanoseconds an item: cheaper ones cost more to keep in order than a second thread could save.
  static constexpr float least_cost = 40;
  using Wait = Waiting<Item, Value>;
  using Stored = typename Wait::Stored;

  struct State {
    [[no_unique_address]] typename S::State base;
  };

  Windowed(S& base, F const& f, std::size_t window) : base_(base), f_(f), window_(window) {}
  Windowed(Windowed&&) = default;  // for the concept; it is never moved once it has started

  void start() {
    base_.start();
    std::size_t const total = base_.total();
    if (window_ > most_ahead) window_ = most_ahead;
    if (total < window_) window_ = total == 0 ? 1 : total;
    shared_ = Owner<Shared>(new Shared);
    handed_ = limited(base_.known());
  }
  [[nodiscard]] Pulled known() const { return handed_; }
  [[nodiscard]] std::size_t total() const { return base_.total(); }

  Pulled pull(std::size_t want) {
    // relaxed: only saves work; whoever stopped has said `false` to the controller as well
    if (shared_->stopped.load(std::memory_order_relaxed)) return handed_ = {handed_.positions, true};
    // acquire: pairs with the release in advance; the ring's entries below the turn have been emptied
    std::size_t const turn = shared_->turn.load(std::memory_order_acquire);
    std::size_t const room = turn + window_ - handed_.positions;
    if (room == 0) return handed_;
    if (want > room) want = room;
    Pulled known = base_.known();
    if constexpr (S::pulls) {
      if (!failed_ && !known.ended && known.positions < handed_.positions + want) {
        detail::guarded([&] { known = base_.pull(handed_.positions + want - known.positions); },
                        [&](std::exception_ptr failure) {
                          failed_ = std::move(failure);
                          known = base_.known();
                        });
      }
      // What the source gave before it threw comes first: the exception is for whoever asks again.
      if (failed_) {
        known.ended = false;
#if defined(__cpp_exceptions)
        if (known.positions == handed_.positions) std::rethrow_exception(failed_);
#endif
      }
    }
    std::size_t const most = handed_.positions + want;
    handed_ = known.positions <= most ? known : Pulled{most, false};
    return handed_;
  }
  Pulled share(State& state, std::size_t ran) {
    // From here on somebody else may finish first, so that batches have to wait.
    shared_->ring = Owner<Batch<Stored>[]>(new Batch<Stored>[window_]);
    if constexpr (S::pulls) handed_ = limited(base_.share(state.base, ran));
    return handed_;
  }
  [[nodiscard]] State open() const { return State{base_.open()}; }

  template <class K>
  bool feed(State& state, Block block, K&) const {
    Shared& shared = *shared_;
    if (shared.stopped.load(std::memory_order_relaxed)) return false;  // relaxed: only saves work
    // Only the role moves the turn, and not past this block, which nobody else has: what is equal stays equal.
    // acquire: as the role's exchange, which settles everything else
    if (shared.turn.load(std::memory_order_acquire) == block.first && take_role()) {
      return feed_directly(state, block);
    }
    Batch<Stored>& batch = entry(block.first);
    batch.last = block.last;
    bool more = false;
    detail::guarded(
        [&] {
          Collector collector{batch.items};
          more = base_.feed(state.base, block, collector);
        },
        [&](std::exception_ptr failure) { batch.failure = std::move(failure); });
    batch.more = more;
    batch.ready.store(true, std::memory_order_seq_cst);  // (1) above; from here on it is the role's
    if (take_role()) drain();
    return more && !shared.stopped.load(std::memory_order_relaxed);
  }

  /// What stages kept back to the end of a segment (fold) comes behind all else, in order, on the calling thread.
  template <class K>
  bool close(State& state, K&) const {
    if (shared_->failure) return false;
    Consumer consumer{f_};
    return base_.close(state.base, consumer);
  }

  void rethrow() const {
    if (shared_->failure) std::rethrow_exception(shared_->failure);
  }

 private:
  static constexpr std::size_t most_ahead = std::size_t{1} << 16;  // the ring is allocated whole

  struct Consumer {
    F const& f;
    template <class X>
    [[gnu::always_inline]] bool operator()(X&& x) const {
      static_cast<void>(detail::call(f, static_cast<X&&>(x)));
      return true;
    }
  };
  struct Collector {
    ChunkList<Stored, 256>& items;
    template <class X>
    bool operator()(X&& x) const {
      items.emplace(Wait::wrap(static_cast<X&&>(x)));
      return true;
    }
  };
  struct Shared {
    detail::atomic<std::size_t> turn{0};
    detail::atomic<unsigned> role{0};
    detail::atomic<bool> stopped{false};
    std::exception_ptr failure;
    Owner<Batch<Stored>[]> ring;  // made when a second thread is let in
  };

  [[nodiscard]] Pulled limited(Pulled known) const noexcept {
    // relaxed: the thread that asks is the only one
    std::size_t const most = shared_->turn.load(std::memory_order_relaxed) + window_;
    return known.positions <= most ? known : Pulled{most, false};
  }
  [[nodiscard]] Batch<Stored>& entry(std::size_t position) const noexcept { return shared_->ring[position % window_]; }
  [[nodiscard]] bool take_role() const noexcept {
    // seq_cst: (2) above; acquire in it: what the last holder's calls of f have written
    return shared_->role.exchange(1, std::memory_order_seq_cst) == 0;
  }
  void advance(std::size_t to) const noexcept {
    // release: pairs with the acquire in pull; the entries below `to` are free
    shared_->turn.store(to, std::memory_order_release);
  }
  /// For the rest of the run the role is nobody's: f is not called again.
  bool stop(std::exception_ptr failure) const noexcept {
    shared_->failure = std::move(failure);
    shared_->stopped.store(true, std::memory_order_relaxed);  // relaxed: only a hint; the role says it for certain
    return false;
  }

  bool feed_directly(State& state, Block block) const {
    bool more = false;
    std::exception_ptr failed;
    detail::guarded(
        [&] {
          Consumer consumer{f_};
          more = base_.feed(state.base, block, consumer);
        },
        [&](std::exception_ptr failure) { failed = std::move(failure); });
    if (!more) return stop(std::move(failed));
    advance(block.last);
    drain();
    return true;
  }

  /// Called with the role. Gives f what is ready from the turn on, and the role back, until neither is left to do.
  void drain() const {
    Shared& shared = *shared_;
    if (!shared.ring) {  // one thread, so far
      shared.role.store(0, std::memory_order_seq_cst);
      return;
    }
    do {
      // relaxed: the role is ours, and only the role writes it
      std::size_t turn = shared.turn.load(std::memory_order_relaxed);
      for (;;) {
        Batch<Stored>& batch = entry(turn);
        if (!batch.ready.load(std::memory_order_seq_cst)) break;
        if (!consume(batch)) return;
        batch.ready.store(false,
                          std::memory_order_relaxed);  // relaxed: published by advance, with the rest of the entry
        turn = batch.last;
        advance(turn);
      }
      shared.role.store(0, std::memory_order_seq_cst);  // (3) above
      // (4). The turn may have moved on since, but then somebody else has had the role and looks himself.
      if (!entry(turn).ready.load(std::memory_order_seq_cst)) return;
    } while (take_role());
  }

  [[nodiscard]] bool consume(Batch<Stored>& batch) const {
    std::exception_ptr failed;
    detail::guarded(
        [&] {
          batch.items.for_each([this](Stored& item) { static_cast<void>(detail::call(f_, Wait::unwrap(item))); });
          batch.items.clear();
        },
        [&](std::exception_ptr failure) { failed = std::move(failure); });
    if (failed) return stop(std::move(failed));
    if (!batch.more) return stop(std::move(batch.failure));
    return true;
  }

  S& base_;
  F const& f_;
  std::size_t window_;
  Owner<Shared> shared_;
  Pulled handed_{0, false};    // the pull role's
  std::exception_ptr failed_;  // what the source has thrown; the pull role's
};

/// The end of a pipeline whose items have gone where they should.
template <class S, class F>
struct Consumed {
  Windowed<S, F> const& windowed;

  struct Accumulator {
    template <class X>
    bool operator()(X&&) const noexcept {
      return true;
    }
    void join(Accumulator&&) const noexcept {}
  };
  Accumulator open(Windowed<S, F> const&) const noexcept { return {}; }
  void finish(Accumulator&&) const { windowed.rethrow(); }
};

/// Calls `f` with every item in input order, one call at a time, on changing threads. Workers compute at most `window`
/// positions beyond the one that `f` is at, so memory is bounded. As in the loop: when a closure or `f` throws, `f` has
/// had all items before that and no other. Items that wait are moved or, if they are references to const, copied.
template <class F>
struct ForEachOrdered {
  [[no_unique_address]] F f;
  std::size_t window;

  ForEachOrdered(F closure, std::size_t ahead) : f(std::move(closure)), window(ahead) {
    if (window == 0) {
      detail::throw_error(
          std::invalid_argument("parallel_task::for_each_ordered: a window of 0 items lets no item be computed"));
    }
  }

  template <class S>
  static consteval Problem problem() {
    using Wait = Waiting<typename S::Item, typename S::Value>;
    if constexpr (detail::closure_problem<F, typename S::Item>() != Problem::none) {
      return detail::closure_problem<F, typename S::Item>();
    } else {
      constexpr bool waits =
          std::constructible_from<typename Wait::Stored, decltype(Wait::wrap(std::declval<typename S::Item>()))>;
      if constexpr (!waits) {
        return Problem::ordered_not_copyable;
      } else {
        constexpr bool ok = concurrently_callable<F, decltype(Wait::unwrap(std::declval<typename Wait::Stored&>()))>;
        return ok ? Problem::none : Problem::ordered_takes_reference;
      }
    }
  }

  template <class S>
  void operator()(S& source, Settings const& settings) {
    Windowed<S, F> windowed(source, f, window);
    Consumed<S, F> end{windowed};
    detail::run_terminal(windowed, end, settings);
  }
};

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task
