// The line between templates and threads: all that the controller ever sees of a pipeline.
#pragma once

#include <parallel_task/platform/attributes.hpp>
#include <parallel_task/platform/vector_registers.hpp>
#include <parallel_task/queue/block.hpp>

#include <cstddef>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {

/// What is no longer wanted once a block's run has said `false`, or has thrown.
enum class Cut : unsigned char {
  everything,  ///< all that has not run yet: `any`, errors of `for_each`
  later        ///< the positions after that block: `find_first`, `take_while`, `try_for_each`
};

/// What a source knows of its own length.
struct Known {
  std::size_t positions = 0;  ///< how many are known now
  bool ended = true;          ///< there will be no more
};

inline constexpr std::size_t unknown = ~std::size_t{0};

/// One run of one pipeline, erased. Functions get `self`; a segment lives at `where`, `bytes` large.
struct Job {
  void* self = nullptr;
  std::size_t bytes = 0;
  std::size_t alignment = 0;
  /// Makes at most about `want` more positions known. Only one thread at a time is in it. Null: all are known.
  /// Positions that did not grow although `ended` is false: none can be had now, ask again after a block has run.
  Known (*pull)(void* self, std::size_t want) = nullptr;
  /// Called once on the calling thread before the first position is shared with another thread. Up to then one
  /// thread has run the first `ran` positions in order; `segment` is the one that ran them. Returns what is known from
  /// now on: never less than `ran`. Null where nothing changes.
  Known (*begin_sharing)(void* self, void* segment, std::size_t ran) = nullptr;
  void (*open)(void* self, void* where) = nullptr;
  /// Runs a block into a segment; `false`: what `cut` says is no longer wanted. May throw.
  bool (*run)(void* self, void* where, Block) = nullptr;
  /// The same, as it is called.
  [[nodiscard]] PARALLEL_TASK_ALWAYS_INLINE bool run_block(void* where, Block block) const {
    detail::clear_vector_registers();
    return run(self, where, block);
  }
  /// Ends what a segment keeps for the sake of more blocks, since none comes; on the thread that ran it, before it
  /// waits for the end of the run. `whole`: what stages have kept back is flushed first, else it is not wanted.
  /// May throw what they throw; the state has ended all the same. Null where there is nothing to end.
  bool (*retire)(void* self, void* where, bool whole) = nullptr;
  /// Whether the join would find nothing in a segment that has been retired: it is closed at once then, or a stream
  /// would leave one for each of its blocks. Null: never.
  bool (*is_void)(void* where) noexcept = nullptr;
  void (*close)(void* where) noexcept = nullptr;
  Known known;  ///< at the start
  Cut cut = Cut::everything;
  /// `pull` costs nothing and makes as many known as it is asked for: what it gives in one slice is cut to measure.
  bool in_windows = false;
  /// `pull` may wait for what is not there yet: what has come is run before much more is asked for.
  bool may_pause = false;
  /// Until `begin_sharing`, `run` takes blocks beyond what is known, in order, up to `unknown` for all the rest: what
  /// lies beyond the end gives nothing, and `pull` of 0 tells how many positions there were, and whether that was all.
  bool open_ended = false;
  bool ordered = true;  ///< false: a worker may put any blocks, in any order, into one segment
  /// Optional: makes up to `n` steps beyond what the caller has run, and forgets them; how many there were.
  std::size_t (*walk)(void* self, std::size_t n) = nullptr;
  /// Optional, where there is `walk`: runs up to `n` positions beyond those that were pulled, as the source is walked,
  /// into a segment that has come so far, if it holds anything. How many; 0: they have to be pulled. `more` is what
  /// `run` returns. By whoever may pull.
  std::size_t (*walk_on)(void* self, void* where, std::size_t n, bool& more) = nullptr;
  float least_cost = 0;  ///< nanoseconds a position below which sharing costs more than it brings
};

}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
