// The trail that a walking thread leaves: iterators by which other threads find any position, freed once it has been
// run.
#pragma once

#include <parallel_task/core/growing_table.hpp>
#include <parallel_task/platform/atomic.hpp>
#include <parallel_task/platform/attributes.hpp>
#include <parallel_task/platform/owner.hpp>
#include <parallel_task/queue/block.hpp>

#include <cstddef>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

PARALLEL_TASK_PADDED_BEGIN

/// The iterator of every 2^`shift`-th position from `first` on, in chunks that never move. A chunk is freed when all of
/// its positions have been run, so memory depends on how far the walk is ahead, not on the length of the range.
///
/// One thread at a time adds positions. Any thread may look up and release positions that it has been told of and that
/// have not been released: the count of a chunk includes every position that may still be looked up in it. A position
/// that never runs, because the run was cut, keeps its chunk until the end.
template <class Iterator>
class Trail {
 public:
  Trail(std::size_t first, unsigned shift) noexcept : first_(first), shift_(shift) {}
  Trail(Trail const&) = delete;
  Trail& operator=(Trail const&) = delete;
  ~Trail() {
    for (std::size_t c = 0; c != chunks_.size(); ++c) delete chunks_[c];
  }

  /// Notes the iterator of the next position.
  void pass(Iterator const& it) {
    std::size_t const offset = passed_ & (span() - 1);
    if (offset == 0) add_chunk();
    if ((offset & (spacing() - 1)) == 0) last_->iterators[offset >> shift_] = it;
    ++passed_;
  }

  /// The next `count` positions are run by whoever walks, and nobody will look them up. What follows begins at a
  /// checkpoint.
  void skip(std::size_t count) {
    while (count != 0) {
      std::size_t const offset = passed_ & (span() - 1);
      std::size_t const n = count < span() - offset ? count : span() - offset;
      passed_ += n;
      count -= n;
      if (n == span()) {
        chunks_.add(nullptr);
        continue;
      }
      if (offset == 0) add_chunk();
      release({first_ + passed_ - n, first_ + passed_});
    }
  }

  /// The last position, not after `position`, whose iterator is kept.
  [[nodiscard]] std::size_t checkpoint(std::size_t position) const noexcept {
    return position - ((position - first_) & (spacing() - 1));
  }
  /// The iterator of a checkpoint.
  [[nodiscard]] Iterator const& operator[](std::size_t position) const noexcept {
    std::size_t const i = position - first_;
    return chunks_[i >> span_bits()]->iterators[(i & (span() - 1)) >> shift_];
  }

  /// Says that these positions have been run and will not be looked up again.
  PARALLEL_TASK_NOINLINE void release(Block block) noexcept {
    for (std::size_t i = block.first - first_, end = block.last - first_; i < end;) {
      std::size_t const rest = span() - (i & (span() - 1));
      std::size_t const n = rest < end - i ? rest : end - i;
      Chunk*& chunk = chunks_[i >> span_bits()];
      // acq_rel: release, so that this thread's reads of the chunk come before its deletion; acquire, for the thread
      // that releases the last positions, pairs with the releases of all others
      if (chunk->waiting.fetch_sub(n, detail::memory_order_acq_rel) == n) {
        delete chunk;
        chunk = nullptr;  // the destructor reads it next: no other thread has a position in it
      }
      i += n;
    }
  }

 private:
  static constexpr unsigned chunk_bits = sizeof(Iterator) <= 16 ? 8 : sizeof(Iterator) <= 128 ? 6 : 3;
  struct Chunk {
    explicit Chunk(std::size_t span) : waiting(span) {}
    Iterator iterators[std::size_t{1} << chunk_bits];
    alignas(64) detail::atomic<std::size_t> waiting;  // positions that have not been run; written while others look up
  };
  void add_chunk() {
    Owner chunk(new Chunk(span()));
    chunks_.add(&*chunk);
    last_ = chunk.release();
  }
  [[nodiscard]] std::size_t spacing() const noexcept { return std::size_t{1} << shift_; }
  [[nodiscard]] unsigned span_bits() const noexcept { return chunk_bits + shift_; }
  [[nodiscard]] std::size_t span() const noexcept { return std::size_t{1} << span_bits(); }  // positions in a chunk

  GrowingTable<Chunk*> chunks_;
  std::size_t const first_;
  unsigned const shift_;
  alignas(
      64) Chunk* last_ = nullptr;  // on a cache line of its own: written at each position, while others read the above
  std::size_t passed_ = 0;
};

PARALLEL_TASK_PADDED_END

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
