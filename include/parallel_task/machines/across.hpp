// A pipeline on the ranks of a world: each chunk of positions that a rank is given is a run of its own, on all threads
// of the rank. Here is what all such loops have in common; shared_loop.hpp and ordered_loop.hpp tell what becomes of
// what a chunk gives.
#pragma once

#include <parallel_task/core/concepts.hpp>
#include <parallel_task/core/lasting.hpp>
#include <parallel_task/core/run.hpp>
#include <parallel_task/core/stage_base.hpp>
#include <parallel_task/machines/exchange.hpp>
#include <parallel_task/machines/shared_item.hpp>
#include <parallel_task/platform/atomic.hpp>
#include <parallel_task/platform/clock.hpp>
#include <parallel_task/platform/exceptions.hpp>
#include <parallel_task/platform/pointers.hpp>

#include <cstddef>
#include <cstdint>
#include <exception>
#include <optional>
#include <type_traits>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// What the two stand-ins below say by type, as the source does.
template <source S>
struct TypesOf {
  using Item = typename S::Item;
  using Value = typename S::Value;
  using State = typename S::State;
  static constexpr Cut cut = S::cut;
  static constexpr bool whole_segments = S::whole_segments;
};

/// What a terminal is shown in place of the source: its types, but nothing by which it could write items in place, or
/// keep pointers to them.
template <source S>
struct SourceShape : TypesOf<S> {
  static constexpr bool pulls = true;
  S* shown;

  explicit SourceShape(S& source) noexcept : shown(std::addressof(source)) {}

  void start() noexcept {}
  [[nodiscard]] Known known() const noexcept { return {0, false}; }
  [[nodiscard]] std::size_t total() const noexcept { return unknown; }
  /// Of a source of leaves (terminal/deterministic.hpp), each of which opens what it opens without ranks.
  [[nodiscard]] auto& base() noexcept
    requires requires(S& leaves) { leaves.base(); }
  {
    return shown->base();
  }
  /// Of two ranges side by side (terminal/equal.hpp).
  [[nodiscard]] bool differ_by_total() const
    requires requires(S& sides) { sides.differ_by_total(); }
  {
    return shown->differ_by_total();
  }
};

/// A chunk of positions of a source that has started, as a source of its own.
template <source S>
class RankChunk : public TypesOf<S> {
 public:
  using State = typename S::State;
  static constexpr bool pulls = false;
  static constexpr bool lasting = lasting_items<S>;

  RankChunk(S const& base, Exchange& exchange, RankPart part) noexcept
      : base_(std::addressof(base)),
        exchange_(std::addressof(exchange)),
        first_(static_cast<std::size_t>(part.first)),
        size_(static_cast<std::size_t>(part.size())) {}
  RankChunk(RankChunk&& other) noexcept  // the concept asks for it; never moved once started
      : base_(other.base_), exchange_(other.exchange_), first_(other.first_), size_(other.size_) {}

  void start() noexcept {}
  [[nodiscard]] Known known() const noexcept { return {size_, true}; }
  [[nodiscard]] std::size_t total() const noexcept { return size_; }
  [[nodiscard]] State open() const { return base_->open(); }

  /// In strips of about 40 us, and looks for messages behind each.
  template <class K>
  bool feed(State& state, Block block, K& k) const {
    SharedItem const inside;
    std::size_t at = first_ + block.first;
    std::size_t const last = first_ + block.last;
    std::int64_t since = detail::steady_ns();
    while (at != last) {
      if (!exchange_->wants(at)) {
        abandoned_.store(true, detail::memory_order_relaxed);
        return false;
      }
      // relaxed: a guess at how many items take so long
      std::size_t const strip = strip_.load(detail::memory_order_relaxed);
      std::size_t const n = last - at < strip ? last - at : strip;
      exchange_->begin_items(n, size_);
      if constexpr (requires { k.seek(at); }) k.seek(at);
      if (!run_strip(state, Block{at, at + n}, k)) {
        // relaxed: read when all threads have left
        cut_.store(true, detail::memory_order_relaxed);
        return false;
      }
      at += n;
      std::int64_t const now = detail::steady_ns();
      if (now - since < 20'000 && n == strip) strip_.store(2 * strip, detail::memory_order_relaxed);
      if (now - since > 80'000 && strip > 1) strip_.store(strip / 2, detail::memory_order_relaxed);
      exchange_->poll(now);
      since = now;
    }
    return true;
  }
  template <class K>
  bool close(State& state, K& k) const {
    SharedItem const inside;
    if (base_close(state, k)) return true;
    cut_.store(true, detail::memory_order_relaxed);
    return false;
  }

  [[nodiscard]] ChunkEnd ended() const noexcept {
    return abandoned_.load(detail::memory_order_relaxed) ? ChunkEnd::abandoned
           : cut_.load(detail::memory_order_relaxed)     ? ChunkEnd::cut
                                                         : ChunkEnd::whole;
  }

 private:
  // A function of its own: inside of the loop over strips GCC 12 keeps in memory what belongs into registers.
  template <class K>
  PARALLEL_TASK_NOINLINE bool run_strip(State& state, Block block, K& k) const {
    return kept_by(k, [&] { return base_->feed(state, block, k); });
  }
  template <class K>
  bool base_close(State& state, K& k) const {
    return kept_by(k, [&] { return base_->close(state, k); });
  }
  /// What `run()` says. An accumulator that wants what comes before an exception takes that as well, and it is the end.
  template <class K, class F>
  PARALLEL_TASK_ALWAYS_INLINE static bool kept_by(K& k, F const& run) {
    if constexpr (requires { k.thrown(std::exception_ptr()); }) {
      bool more = false;
      detail::guarded([&] { more = run(); }, [&](std::exception_ptr error) { k.thrown(std::move(error)); });
      return more;
    } else {
      return run();
    }
  }

  S const* base_;
  Exchange* exchange_;
  std::size_t first_;
  std::size_t size_;
  mutable atomic<std::size_t> strip_{1};
  mutable atomic<bool> cut_{false};
  mutable atomic<bool> abandoned_{false};
};

/// A loop that all ranks share, from its line to its end: what is the same whatever they gather.
class RankLoop {
 public:
  /// `prepare()` may throw, and so may looking at the range; then all ranks throw that.
  template <source S, class Prepare>
  RankLoop(S& source, Exchange& exchange, CallLine line, LoopPlan plan, Prepare const& prepare,
           Placer* placer = nullptr)
      : exchange_(exchange) {
    std::exception_ptr refused;
    detail::guarded(
        [&] {
          source.start();
          if constexpr (S::pulls) source.index_first(unknown);
          prepare();
        },
        [&](std::exception_ptr error) { refused = std::move(error); });
    line.length = plan.positions = refused ? 0 : source.known().positions;
    call_.emplace(exchange, std::move(line));
    if (refused) {
      exchange.refuse_loop(refused);
    } else {
      exchange.begin_loop(plan, placer);
    }
  }

  /// Runs the chunks of this rank: `run(chunk)`, which ends in Exchange::done. `deliver()`, on rank 0, uses up the next
  /// result of a loop with a window. `look()` is called between them, and while there is nothing to do.
  template <class Run, class Deliver, class Look>
  void run(Run const& run, Deliver const& deliver, Look const& look) {
    bool looks = true;
    auto const idle = [&] {
      if (!looks) return;
      detail::guarded([&] { look(); },
                      [&](std::exception_ptr const& error) {
                        looks = false;
                        exchange_.fail_between(error);
                      });
    };
    for (RankPart chunk;;) {
      idle();
      LoopTurn const turn = exchange_.next(chunk, idle);
      if (turn == LoopTurn::end) return;
      if (turn == LoopTurn::run) run(chunk);
      if (turn == LoopTurn::deliver) deliver();
    }
  }

 private:
  Exchange& exchange_;
  std::optional<Exchange::Call> call_;
};

/// Runs a chunk and tells what became of it: `run(payload)` says how it has ended, and leaves in `payload` what it has
/// given, for another rank.
template <class Run>
void run_part(Exchange& exchange, RankPart chunk, Run const& run) {
  Payload payload;
  ChunkEnd how = ChunkEnd::whole;
  detail::guarded([&] { how = run(payload); },
                  [&](std::exception_ptr const& error) {
                    how = ChunkEnd::failed;
                    payload = Payload::copy_of(exchange.saved(error));
                  });
  exchange.done(chunk, how, std::move(payload));
}

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
