// The source that for_each_ordered runs: a pipeline whose items are given to f in order, within a window.
//
// How it works. `next` is the position whose items f gets next. The source hands out positions in order and never more
// than `window` beyond `next`. A block that begins at `next` feeds f directly: on one thread that is always so, and the
// run is the plain loop. Any other block computes its items into a batch and puts the batch into a ring of `window`
// entries, under its first position. Then whichever thread gets the consumer's role drains the ring from `next` on. A
// thread only tries to get the role: if it is taken, the thread goes on.
//
// Invariant: no finished batch stays undrained. Publishing is (1) entry = batch, (2) try to get the role; ending a role
// is (3) give it back, (4) look at the entry of `next` again. All four are seq_cst, so either (2) comes after (3) and
// gets the role, or (4) comes after (1) and sees the batch.
//
// | what             | written by                                   | read by                                        |
// |------------------|----------------------------------------------|------------------------------------------------|
// | next             | the role, release: entries below are free    | pull, acquire: their entries may be used again |
// | ring[i].ready    | the block, seq_cst; the role, back to false  | the role, seq_cst: the rest of the entry       |
// | role             | all, by seq_cst exchange and store           | the same: a holder's calls of f see the last's |
// | failure          | the role, which is then never given back     | finish, when all threads have left             |
#pragma once

#include <parallel_task/container/chunk_list.hpp>
#include <parallel_task/core/closure.hpp>
#include <parallel_task/core/concepts.hpp>
#include <parallel_task/platform/atomic.hpp>
#include <parallel_task/platform/exceptions.hpp>
#include <parallel_task/platform/owner.hpp>
#include <parallel_task/terminal/waiting_item.hpp>

#include <cstddef>
#include <exception>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// An entry of the ring: the items of a block that had to wait, and how the block ended. The entry belongs to the block
/// from the moment its first position is handed out until it has been drained.
template <class T>
struct Batch {
  detail::atomic<bool> ready{false};
  ChunkList<T, 256> items;     // keeps at most 4 KiB when it is cleared
  std::size_t last = 0;        // where the block ends
  bool more = true;            // false: nothing later is wanted (take_while)
  std::exception_ptr failure;  // thrown after these items
};

/// The pipeline `S` followed by `f`, as a source whose blocks give no items: `f` has had them.
template <class S, class F>
class Windowed {
 public:
  using Item = typename S::Item;
  using Value = typename S::Value;
  static constexpr bool pulls = true;
  static constexpr Cut cut = Cut::later;
  static constexpr bool whole_segments = true;
  /// Nanoseconds per item. Keeping cheaper items in order costs more than a second thread could save.
  static constexpr float least_cost = 40;
  using Wait = Waiting<S>;
  using Stored = typename Wait::Stored;

  using State = typename S::State;

  Windowed(S& base, F const& f, std::size_t window) : base_(base), f_(f), window_(window) {}
  Windowed(Windowed&&) = default;  // the concept asks for it; never moved once started

  void start() {
    base_.start();
    std::size_t const total = base_.total();
    if (window_ > most_ahead) window_ = most_ahead;
    if (total < window_) window_ = total == 0 ? 1 : total;
    shared_ = Owner<Shared>(new Shared);
    handed_ = limited(base_.known());
  }
  [[nodiscard]] Known known() const { return handed_; }
  [[nodiscard]] std::size_t total() const { return base_.total(); }

  Known pull(std::size_t want) {
    // relaxed: only saves work; the thread that stopped has also told the controller, by returning `false`
    if (shared_->stopped.load(detail::memory_order_relaxed)) return handed_ = {handed_.positions, true};
    // acquire: pairs with the release in advance; the ring's entries below `next` have been emptied
    std::size_t const next = shared_->next.load(detail::memory_order_acquire);
    std::size_t const room = next + window_ - handed_.positions;
    if (room == 0) return handed_;
    if (want > room) want = room;
    Known known = base_.known();
    if constexpr (S::pulls) {
      if (!failed_ && !known.ended && known.positions < handed_.positions + want) {
        detail::guarded([&] { known = base_.pull(handed_.positions + want - known.positions); },
                        [&](std::exception_ptr failure) {
                          failed_ = std::move(failure);
                          known = base_.known();
                        });
      }
      // What the source gave before it threw comes first: the next pull throws.
      if (failed_) {
        known.ended = false;
#if defined(__cpp_exceptions)
        if (known.positions == handed_.positions) std::rethrow_exception(failed_);
#endif
      }
    }
    std::size_t const most = handed_.positions + want;
    handed_ = known.positions <= most ? known : Known{most, false};
    return handed_;
  }
  Known begin_sharing(State& state, std::size_t ran) {
    // From here on another thread may finish its block first, so batches have to wait.
    shared_->ring = Owner<Batch<Stored>[]>(new Batch<Stored>[window_]);
    if constexpr (S::pulls) handed_ = limited(base_.begin_sharing(state, ran));
    return handed_;
  }
  [[nodiscard]] State open() const { return base_.open(); }
  void release(Block block) const noexcept
    requires releasing<S>
  {
    base_.release(block);
  }

  template <class K>
  bool feed(State& state, Block block, K&) const {
    Shared& shared = *shared_;
    if (shared.stopped.load(detail::memory_order_relaxed)) return false;  // relaxed: only saves work
    // Only the holder of the role advances `next`, and not past this block, which is ours: once equal, it stays equal.
    // acquire: as in the exchange of the role, which decides everything else
    if (shared.next.load(detail::memory_order_acquire) == block.first && take_role()) {
      return feed_directly(state, block);
    }
    Batch<Stored>& batch = entry(block.first);
    batch.last = block.last;
    bool more = false;
    detail::guarded(
        [&] {
          batch.items.expect(block.last - block.first);
          Collector collector{batch.items};
          more = base_.feed(state, block, collector);
        },
        [&](std::exception_ptr failure) { batch.failure = std::move(failure); });
    batch.more = more;
    batch.ready.store(true, detail::memory_order_seq_cst);  // (1) above; the entry is now the role's
    if (take_role()) drain();
    // Not whether f has been stopped: a later block did that, and a cut at the end of this one would be too early.
    return more;
  }

  /// What stages keep back until the end of a segment (fold) comes after all other items, in order. It waits in the
  /// accumulator.
  template <class K>
  bool close(State& state, [[maybe_unused]] K& k) const {
    if constexpr (S::whole_segments) {
      bool more = false;
      detail::guarded(
          [&] {
            Collector collector{k.late.items};
            more = base_.close(state, collector);
          },
          [&](std::exception_ptr failure) { k.late.failure = std::move(failure); });
      return more;
    } else {
      return true;
    }
  }

  /// Items that wait until all threads have left; f gets them on the calling thread.
  struct Late {
    ChunkList<Stored, 256> items;
    std::exception_ptr failure;  // thrown after these items
  };
  void consume(Late& late) const {
    late.items.for_each([this](Stored& item) { static_cast<void>(detail::call(f_, Wait::unwrap(item))); });
#if defined(__cpp_exceptions)
    if (late.failure) std::rethrow_exception(late.failure);
#endif
  }
  void rethrow() const {
    if (shared_->failure) std::rethrow_exception(shared_->failure);
  }

 private:
  static constexpr std::size_t most_ahead = std::size_t{1} << 16;  // the whole ring is allocated at once

  struct Consumer {
    F const& f;
    template <class X>
    PARALLEL_TASK_ALWAYS_INLINE bool operator()(X&& x) const {
      if constexpr (std::is_lvalue_reference_v<typename Wait::Given>) {
        static_cast<void>(detail::call(f, static_cast<typename Wait::Given>(x)));
      } else {
        static_cast<void>(detail::call(f, static_cast<X&&>(x)));
      }
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
    detail::atomic<std::size_t> next{0};
    detail::atomic<unsigned> role{0};
    detail::atomic<bool> stopped{false};
    std::exception_ptr failure;
    Owner<Batch<Stored>[]> ring;  // allocated before a second thread joins
  };

  [[nodiscard]] Known limited(Known known) const noexcept {
    // relaxed: only one thread runs when this is asked
    std::size_t const most = shared_->next.load(detail::memory_order_relaxed) + window_;
    return known.positions <= most ? known : Known{most, false};
  }
  [[nodiscard]] Batch<Stored>& entry(std::size_t position) const noexcept { return shared_->ring[position % window_]; }
  [[nodiscard]] bool take_role() const noexcept {
    // seq_cst: (2) above; as an acquire it shows what the last holder's calls of f have written
    return shared_->role.exchange(1, detail::memory_order_seq_cst) == 0;
  }
  void advance(std::size_t to) const noexcept {
    // release: pairs with the acquire in pull; the entries below `to` are free
    shared_->next.store(to, detail::memory_order_release);
  }
  /// The role is not given back, so f is not called again in this run.
  bool stop(std::exception_ptr failure) const noexcept {
    shared_->failure = std::move(failure);
    shared_->stopped.store(
        true,
        detail::memory_order_relaxed);  // relaxed: only a hint; what stops f is that the role is taken
    return false;
  }

  bool feed_directly(State& state, Block block) const {
    bool more = false;
    std::exception_ptr failed;
    detail::guarded(
        [&] {
          Consumer consumer{f_};
          more = base_.feed(state, block, consumer);
        },
        [&](std::exception_ptr failure) { failed = std::move(failure); });
    if (!more) return stop(std::move(failed));
    advance(block.last);
    drain();
    return true;
  }

  /// Called with the role. Gives f the batches that are ready, from `next` on, then gives the role back; repeats both
  /// until no batch is ready.
  void drain() const {
    Shared& shared = *shared_;
    if (!shared.ring) {  // one thread so far
      shared.role.store(0, detail::memory_order_seq_cst);
      return;
    }
    do {
      // relaxed: only the holder of the role writes it, and that is this thread
      std::size_t next = shared.next.load(detail::memory_order_relaxed);
      for (;;) {
        Batch<Stored>& batch = entry(next);
        if (!batch.ready.load(detail::memory_order_seq_cst)) break;
        if (!consume(batch)) return;
        // relaxed: published by advance, with the rest of the entry
        batch.ready.store(false, detail::memory_order_relaxed);
        next = batch.last;
        advance(next);
      }
      shared.role.store(0, detail::memory_order_seq_cst);  // (3) above
      // (4) above. If `next` has moved on since, another thread has had the role and looked for itself.
      if (!entry(next).ready.load(detail::memory_order_seq_cst)) return;
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
  // The two belong to the pull role.
  Known handed_{0, false};     // what has been handed out
  std::exception_ptr failed_;  // what the source has thrown
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
