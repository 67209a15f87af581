// In order: blocks that many threads compute at once, while something passes through them one after the other.
//
// A prefix sum, and every algorithm that must know where its results go (copy_if, unique, set operations), is of this
// kind: what a block adds up to can be computed by itself, where it begins depends on all blocks before it. Each block
// goes three ways:
//
//   compute(b)   at any time, many at once: reads the block's input, notes what follows from it
//   step(b)      in order of the blocks, one at a time: what comes before b is known, tells what comes before b + 1
//   emit(b)      after step(b), many at once: writes the block's output
//
// Whoever runs a position of the pass takes the next ticket, so that blocks are begun in order, and a block's input is
// still in the thread's cache when its turn comes. (Chained prefixes after D. Merrill and M. Garland, "Single-pass
// parallel prefix scan with decoupled look-back", 2016; what is left and taken over is new here.)
//
// Nobody waits for a thread that has lost its core. Who has computed a block whose turn has not come looks for some
// microseconds, then leaves it: the step is done by whoever does the one before, the rest in a second pass, when all is
// known. As long as the same step is being waited for, others leave at once.
//
// States of a block, and who brings it there:
//
//   waiting --> turn      who has done step b - 1; compute(b) has not ended: who computes it will do step b
//      |          +--> (computed: nobody reads it any more)
//      +--> computed      who computes it; its turn has not come
//              +--> turn --> stepped    who has done step b - 1 does step b as well; who computed it may emit it
//
// Invariants: each block is computed by whoever has its ticket. Of two that meet at a state the later does the step, so
// it is done once, and never while another one runs. A block is emitted or left by whoever computed it; `left` is read
// when the pass is over. A block that fails, or that is never begun because the pass was stopped, has no step: nothing
// behind it has one, and the pass throws.
// Pairings: `state` by exchange (acquire and release): the computed block -> its step; step b - 1 -> step b. `stepped`
// (release) -> the look (acquire): step b -> emit(b). `ticket`, `head`, `stuck` are relaxed: they carry nothing.
#pragma once

#include <parallel_task/algorithm/passes.hpp>
#include <parallel_task/platform/atomic.hpp>
#include <parallel_task/platform/owner.hpp>
#include <parallel_task/platform/wait.hpp>

#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <vector>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// For algorithms of which nothing is left to do after the step: blocks need not be looked at again.
struct NothingToEmit {
  void operator()(std::size_t) const noexcept {}
};

class InOrder {
 public:
  /// Throws std::bad_alloc; nothing has been called then.
  explicit InOrder(std::size_t blocks) : count_(blocks), blocks_(new Block[blocks]) {
    if (blocks != 0) blocks_[0].state.store(turn, detail::memory_order_relaxed);  // relaxed: the pass publishes it
  }

  /// Runs all blocks. `per_block` is how many items of the report's one of them stands for. Throws the first exception
  /// in time, and `cancelled` if the settings stop it: some blocks have been emitted then, and some not.
  template <class Compute, class Step, class Emit>
  void run(Passes& passes, std::size_t per_block, Compute const& compute, Step const& step, Emit const& emit) {
    auto const block = [&](std::size_t) { one(compute, step, emit); };
    passes.each(count_, block, per_block);
    std::size_t const left = left_.load(detail::memory_order_relaxed);
    if (left != 0) emit_left(passes, left, per_block, emit);
  }
  /// The same, but stop token and deadline are looked at before it begins, and not any more: for blocks whose steps
  /// move items in place. Nothing is emitted.
  template <class Compute, class Step>
  void run_to_the_end(Passes& passes, std::size_t per_block, Compute const& compute, Step const& step, NothingToEmit) {
    if (passes.settings().stop_requested != nullptr || passes.settings().deadline != 0) {
      passes.each(1, [](std::size_t) {});
    }
    auto const block = [&](std::size_t) { one(compute, step, NothingToEmit{}); };
    passes.each_to_the_end(count_, block, per_block);
  }
  /// How many blocks had to be left, for tests.
  [[nodiscard]] std::size_t left() const noexcept { return left_.load(detail::memory_order_relaxed); }

 private:
  enum State : std::uint32_t { waiting, computed, turn, stepped };
  struct Block {
    atomic<std::uint32_t> state{waiting};
    bool left = false;
  };
  static constexpr unsigned looks = 512;  // with a pause each: some 10 us, about what a block takes

  /// The block whose turn it is to be begun.
  template <class Compute, class Step, class Emit>
  void one(Compute const& compute, Step const& step, Emit const& emit) {
    // relaxed: who gets which block does not matter
    std::size_t const b = ticket_.fetch_add(1, detail::memory_order_relaxed);
    compute(b);
    if (has_turn(b)) {
      advance(b, step);
    } else if constexpr (std::is_same_v<Emit, NothingToEmit>) {
      return;
    } else if (!is_stepped_soon(b)) {
      blocks_[b].left = true;
      left_.fetch_add(1, detail::memory_order_relaxed);  // relaxed: read when the pass is over
      return;
    }
    emit(b);
  }
  /// The block has been computed. Whether its turn has come, so that the step is this thread's.
  [[nodiscard]] bool has_turn(std::size_t b) {
    // acquire: what the step before has told; release: what compute has noted
    return blocks_[b].state.exchange(computed, detail::memory_order_acq_rel) == turn;
  }
  /// Does the step of `b`, and those of blocks behind it that were waiting for it.
  template <class Step>
  void advance(std::size_t b, Step const& step) {
    step(b);
    for (;;) {
      std::size_t const next = b + 1;
      if (next == count_) return;
      head_.store(next, detail::memory_order_relaxed);
      // release: what the step has told; acquire: what compute(next) has noted
      if (blocks_[next].state.exchange(turn, detail::memory_order_acq_rel) != computed) return;
      step(next);
      // release: pairs with the look of whoever computed it
      blocks_[next].state.store(stepped, detail::memory_order_release);
      b = next;
    }
  }
  /// Looks for a while whether another thread does the step of `b`.
  [[nodiscard]] bool is_stepped_soon(std::size_t b) {
    for (unsigned i = 0; i != looks; ++i) {
      // acquire: what the step has told
      if (blocks_[b].state.load(detail::memory_order_acquire) == stepped) return true;
      if (head_.load(detail::memory_order_relaxed) == stuck_.load(detail::memory_order_relaxed)) break;
      detail::relax();
    }
    stuck_.store(head_.load(detail::memory_order_relaxed), detail::memory_order_relaxed);
    return false;
  }
  template <class Emit>
  void emit_left(Passes& passes, std::size_t left, std::size_t per_block, Emit const& emit) {
    std::vector<std::size_t> those;
    those.reserve(left);
    for (std::size_t b = 0; b != count_; ++b) {
      if (blocks_[b].left) those.push_back(b);
    }
    passes.each(
        those.size(), [&](std::size_t i) { emit(those[i]); }, per_block);
  }

  std::size_t count_;
  Owner<Block[]> blocks_;
  atomic<std::size_t> ticket_{0};
  atomic<std::size_t> head_{0};                 // the block whose step comes next
  atomic<std::size_t> stuck_{~std::size_t{0}};  // the head for which somebody has looked in vain
  atomic<std::size_t> left_{0};
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
