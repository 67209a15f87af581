// The values of a stream on their way from the thread that reads it to the threads that compute with them.
//
// A chunk of values is found by its number, in a ring. When all of its values have been taken it goes to a free list,
// from which the thread that adds makes the next chunks. So memory depends on how many values wait at once, however
// many have come; a value that is stuck for long costs one pointer for each chunk that has come since.
//
// Invariants.
//   A ring's word changes only when no thread holds a position in the chunk that it tells of: that chunk has come back
//   from the free list. A ring that is too small is not changed any more; it stays for those who still look into it.
// Pairings, beside the one that tells a thread of a position (the queue's).
//   taken + n (acq_rel) -> taken + n (acq_rel)   what others did to the values of a chunk, for who destroys them
//   freed_ <- chunk (release) -> freed_ <- nullptr (acquire) the chunk is nobody's: its values, its word in the ring
//   ring_ <- larger (release) -> ring_ (acquire)  the words that were copied into it
#pragma once

#include <parallel_task/platform/atomic.hpp>
#include <parallel_task/platform/attributes.hpp>
#include <parallel_task/platform/owner.hpp>
#include <parallel_task/queue/block.hpp>

#include <cstddef>
#include <new>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

PARALLEL_TASK_PADDED_BEGIN

/// Values in the order in which they came, in chunks that never move. One thread at a time adds. Any thread may take
/// values that it has been told of, each of them once. `first_ring`: chunks that the first ring can tell of, a power of
/// two.
template <class T,
          std::size_t chunk_size = sizeof(T) <= 16    ? 256
                                   : sizeof(T) <= 128 ? 32
                                                      : 8,
          std::size_t first_ring = 16>
class Conveyor {
 public:
  Conveyor() = default;
  Conveyor(Conveyor const&) = delete;
  Conveyor& operator=(Conveyor const&) = delete;
  ~Conveyor() {
    fetch_freed();
    while (made_ != nullptr) {
      Owner chunk(made_);
      made_ = chunk->made_before;
      if (chunk->number == none) continue;
      std::size_t const filled = size_ - chunk->number * chunk_size;
      std::destroy_n(chunk->slot(0), filled < chunk_size ? filled : chunk_size);
    }
    Ring* ring = ring_.load(detail::memory_order_relaxed);
    while (ring != nullptr) {
      Owner const last(ring);
      ring = ring->smaller;
    }
  }

  void add(T&& value) {
    std::size_t const number = size_ / chunk_size;
    if (last_ == nullptr || last_->number != number) begin_chunk(number);
    ::new (static_cast<void*>(last_->slot(size_ % chunk_size))) T(std::move(value));
    ++size_;
  }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }

  [[nodiscard]] T take(std::size_t i) {
    Chunk& chunk = chunk_of(i);
    T value(std::move(*chunk.slot(i % chunk_size)));
    taken(chunk, 1);
    return value;
  }

  /// Gives the values of a block to a sink. If the sink wants no more, the rest is destroyed with the conveyor.
  template <class K>
  bool feed(Block block, K& k) {
    for (std::size_t i = block.first; i < block.last;) {
      std::size_t const offset = i % chunk_size;
      std::size_t const n = chunk_size - offset < block.last - i ? chunk_size - offset : block.last - i;
      Chunk& chunk = chunk_of(i);
      T* const first = chunk.slot(offset);
      for (T* value = first; value != first + n; ++value) {
        if (!k(std::move(*value))) return false;
      }
      taken(chunk, n);
      i += n;
    }
    return true;
  }

 private:
  static constexpr std::size_t none = ~std::size_t{0};

  struct Chunk {
    detail::atomic<std::size_t> taken{0};
    std::size_t number = none;     // of the thread that adds, which knows it as free if it is none
    Chunk* next_free = nullptr;    // of who frees it
    Chunk* made_before = nullptr;  // of the thread that adds
    alignas(T) std::byte bytes[sizeof(T) * chunk_size];
    [[nodiscard]] T* slot(std::size_t i) noexcept { return reinterpret_cast<T*>(bytes) + i; }
  };
  struct Ring {
    explicit Ring(std::size_t words) : size(words), chunks(new Chunk* [words] {}) {}
    std::size_t const size;  // a power of two
    Owner<Chunk*[]> chunks;
    Ring* smaller = nullptr;

    [[nodiscard]] Chunk*& operator[](std::size_t number) const noexcept { return chunks[number & (size - 1)]; }
    /// Whether the word for chunk `number` still tells of another one.
    [[nodiscard]] bool is_full(std::size_t number) const noexcept {
      Chunk const* const there = (*this)[number];
      return there != nullptr && there->number == number - size;
    }
  };

  [[nodiscard]] Chunk& chunk_of(std::size_t i) const noexcept {
    // acquire: pairs with the release in grow. Who was told of a position sees at least the ring that it was put into.
    return *(*ring_.load(detail::memory_order_acquire))[i / chunk_size];
  }

  void begin_chunk(std::size_t number) {
    Ring* ring = ring_.load(detail::memory_order_relaxed);
    if (ring == nullptr || free_chunks_ == nullptr || ring->is_full(number)) fetch_freed();
    if (ring == nullptr || ring->is_full(number)) ring = &grow(ring, number);
    if (free_chunks_ == nullptr) {
      Chunk* const chunk = Owner(new Chunk).release();
      chunk->made_before = std::exchange(made_, chunk);
      free_chunks_ = chunk;
    }
    last_ = std::exchange(free_chunks_, free_chunks_->next_free);
    last_->number = number;
    last_->taken.store(0, detail::memory_order_relaxed);  // whoever takes from it has been told of it after this
    (*ring)[number] = last_;
  }

  /// A ring of twice the size, with the last `size` chunks before `number` in it.
  [[nodiscard]] Ring& grow(Ring* ring, std::size_t number) {
    Ring* const larger = Owner(new Ring(ring == nullptr ? first_ring : 2 * ring->size)).release();
    larger->smaller = ring;
    if (ring != nullptr) {
      for (std::size_t n = number - ring->size; n != number; ++n) (*larger)[n] = (*ring)[n];
    }
    // release: pairs with the acquire in chunk_of.
    ring_.store(larger, detail::memory_order_release);
    return *larger;
  }

  /// Chunks that have been taken whole are free to be filled again.
  void fetch_freed() noexcept {
    // acquire: pairs with the release in taken; each of its read-modify-writes carries on what came before.
    Chunk* freed = freed_.exchange(nullptr, detail::memory_order_acquire);
    while (freed != nullptr) {
      Chunk* const next = freed->next_free;
      freed->number = none;
      freed->next_free = std::exchange(free_chunks_, freed);
      freed = next;
    }
  }

  void taken(Chunk& chunk, std::size_t n) noexcept {
    // acq_rel: release, what this thread did to its values; acquire, for the thread that takes the last values and
    // destroys all of them, what the others did to theirs
    if (chunk.taken.fetch_add(n, detail::memory_order_acq_rel) + n != chunk_size) return;
    std::destroy_n(chunk.slot(0), chunk_size);
    Chunk* before = freed_.load(detail::memory_order_relaxed);
    do {
      chunk.next_free = before;
      // release: pairs with the acquire in fetch_freed.
    } while (!freed_.compare_exchange_weak(before, &chunk, detail::memory_order_release, detail::memory_order_relaxed));
  }

  detail::atomic<Ring*> ring_{nullptr};
  // On lines of their own: written at each chunk, and at each value by the thread that adds, while all read the ring.
  alignas(64) detail::atomic<Chunk*> freed_{nullptr};
  Chunk* free_chunks_ = nullptr;
  Chunk* made_ = nullptr;
  Chunk* last_ = nullptr;
  std::size_t size_ = 0;
};

PARALLEL_TASK_PADDED_END

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
