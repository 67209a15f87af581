// The queue of one worker: an atomic ring of blocks, reached only through its two accessors.
//
// Pairings. Every word holds one block, and every transfer is one compare-and-swap on one word.
//   push  : release on the word      → steal, pop : acquire   what the pusher wrote before (the items' iterators) is
//                                                              seen by whoever takes them
//   give_back : release, as push → steal, pop : acquire
//   pop, steal : their compare-and-swaps are read-modify-writes, so they carry the pusher's release on to the next reader
//                            of the word (release sequence); they publish nothing of their own
//   put an accessor back : release   → take it : acquire       one user of an end after the other
// A word's value is its whole meaning (the positions of a call are unique), so a word that was emptied and filled with
// the same block again, unseen, is the same word: no ABA. Head and tail are hints; a wrong hint costs a look.
#pragma once

#include <parallel_task/platform/atomic.hpp>

#include <cstddef>
#include <cstdint>
#include <utility>

namespace parallel_task {
inline namespace v0_1 {

/// A block as a queue holds it: positions [first, last) in units, modulo 2³². Empty: both are the same.
struct QueueBlock {
  std::uint32_t first = 0;
  std::uint32_t last = 0;

  [[nodiscard]] constexpr std::uint32_t size() const noexcept { return last - first; }
  [[nodiscard]] constexpr bool empty() const noexcept { return last == first; }
  friend constexpr bool operator==(QueueBlock, QueueBlock) = default;
};

class PrimaryAccessor;
class SecondaryAccessor;
namespace detail {
class StateDump;
}  // namespace detail

/// A lock-free queue of blocks for exactly two users: its worker, who holds the `SecondaryAccessor` and takes from the
/// front, and whoever holds the `PrimaryAccessor` and may steal from the back.
///
/// Eight words on one cache line; no allocation, ever. The queue itself does nothing: `primary()` and `secondary()`
/// lend its two ends, each to one holder at a time. The idea of two limited accessors is the Rust crate
/// `parallel_task`'s; the packed word goes back to the interval of Blumofe and Leiserson's split deques and is settled
/// by one compare-and-swap.
///
///     pt::LimitedAccessQueue queue;
///     pt::SecondaryAccessor worker = queue.secondary();
///     pt::PrimaryAccessor controller = queue.primary();
///     worker.push({0, 100});
///     pt::QueueBlock mine = worker.pop(8);           // [0, 8)
///     pt::QueueBlock stolen = controller.steal_half();  // [54, 100)
///
/// Thread-safety: both ends at the same time; each accessor by one thread at a time. Must outlive its accessors.
class alignas(128) LimitedAccessQueue {
 public:
  /// How many blocks fit.
  static constexpr unsigned capacity = 8;

  constexpr LimitedAccessQueue() noexcept = default;
  LimitedAccessQueue(LimitedAccessQueue const&) = delete;
  LimitedAccessQueue& operator=(LimitedAccessQueue const&) = delete;

  /// Lends the controller's end; the accessor is empty (false) while somebody else holds it. Never waits.
  [[nodiscard]] PrimaryAccessor primary() noexcept;
  /// Lends the worker's end; the accessor is empty (false) while somebody else holds it. Never waits.
  [[nodiscard]] SecondaryAccessor secondary() noexcept;

  /// Units that wait in the queue; a glance, by any thread, that may be old when it is read.
  [[nodiscard]] std::size_t load() const noexcept {
    std::size_t sum = 0;
    for (auto const& word : words_) sum += unpack(word.load(std::memory_order_relaxed)).size();
    return sum;
  }

 private:
  friend class PrimaryAccessor;
  friend class SecondaryAccessor;
  friend class detail::StateDump;

  static constexpr std::uint64_t pack(QueueBlock block) noexcept {
    return static_cast<std::uint64_t>(block.first) << 32 | block.last;
  }
  static constexpr QueueBlock unpack(std::uint64_t word) noexcept {
    return {static_cast<std::uint32_t>(word >> 32), static_cast<std::uint32_t>(word)};
  }

  /// Stores a block in an empty word, the first from the tail hint on; false when all eight are taken.
  bool push(QueueBlock block) noexcept {
    if (block.empty()) return true;
    std::uint32_t const tail = tail_.load(std::memory_order_relaxed);
    for (std::uint32_t i = 0; i != capacity; ++i) {
      auto& word = words_[(tail + i) % capacity];
      std::uint64_t seen = word.load(std::memory_order_relaxed);
      if (!unpack(seen).empty()) continue;
      // release: pairs with the acquire in pop and steal; publishes what makes the block's positions usable.
      if (word.compare_exchange_strong(seen, pack(block), std::memory_order_release, std::memory_order_relaxed)) {
        tail_.store(tail + i + 1, std::memory_order_relaxed);
        return true;
      }
    }
    return false;
  }

  // The words fill the first cache line, the rest lies on the second.
  detail::atomic<std::uint64_t> words_[capacity]{};
  detail::atomic<std::uint32_t> head_{0};
  detail::atomic<std::uint32_t> tail_{0};
  detail::atomic<std::uint32_t> primary_taken_{0};
  detail::atomic<std::uint32_t> secondary_taken_{0};
};

/// The controller's end of a queue: `push`, `load`, `steal`, `steal_half`. Move-only; destroyed, it goes back.
class PrimaryAccessor {
 public:
  PrimaryAccessor() noexcept = default;
  PrimaryAccessor(PrimaryAccessor&& other) noexcept : queue_(std::exchange(other.queue_, nullptr)) {}
  PrimaryAccessor& operator=(PrimaryAccessor&& other) noexcept {
    if (this != &other) {
      put_back();
      queue_ = std::exchange(other.queue_, nullptr);
    }
    return *this;
  }
  ~PrimaryAccessor() { put_back(); }

  /// Whether this accessor holds its queue's end.
  [[nodiscard]] explicit operator bool() const noexcept { return queue_ != nullptr; }

  /// Adds a block behind all others; false when the ring is full. An empty block is taken as added.
  bool push(QueueBlock block) noexcept { return queue_->push(block); }
  /// Units that wait in the queue.
  [[nodiscard]] std::size_t load() const noexcept { return queue_->load(); }
  /// Takes the last block whole; empty if there is none.
  [[nodiscard]] QueueBlock steal() noexcept {
    return steal_from_back([](std::uint32_t size) { return size; });
  }
  /// Takes half of the last block, its upper half, rounded up: of a single unit, all of it; empty if there is none.
  /// Where several blocks wait, the last one is taken whole once it is no more than half of all.
  [[nodiscard]] QueueBlock steal_half() noexcept {
    std::size_t const all = queue_->load();
    return steal_from_back([all](std::uint32_t size) {
      std::size_t const half = all / 2 + all % 2;
      return size < all && size <= half ? size : size / 2 + size % 2;
    });
  }

 private:
  friend class LimitedAccessQueue;
  explicit PrimaryAccessor(LimitedAccessQueue* queue) noexcept : queue_(queue) {}

  void put_back() noexcept {
    // release: pairs with the acquire of the next taker.
    if (queue_ != nullptr) queue_->primary_taken_.store(0, std::memory_order_release);
  }

  /// Takes `part(size)` units off the end of the last block.
  template <class Part>
  QueueBlock steal_from_back(Part part) noexcept {
    std::uint32_t const tail = queue_->tail_.load(std::memory_order_relaxed);
    for (std::uint32_t i = 1; i <= LimitedAccessQueue::capacity; ++i) {
      auto& word = queue_->words_[(tail - i) % LimitedAccessQueue::capacity];
      std::uint64_t seen = word.load(std::memory_order_relaxed);
      for (;;) {
        QueueBlock const block = LimitedAccessQueue::unpack(seen);
        if (block.empty()) break;
        std::uint32_t const middle = block.last - part(block.size());
        // acquire: pairs with the release in push, so that the thief may use the positions.
        if (word.compare_exchange_weak(seen, LimitedAccessQueue::pack({block.first, middle}), std::memory_order_acquire,
                                       std::memory_order_relaxed)) {
          return {middle, block.last};
        }
      }
    }
    return {};
  }

  LimitedAccessQueue* queue_ = nullptr;
};

/// The worker's end of a queue: `push`, `pop` (claim), `give_back`. Move-only; destroyed, it goes back.
class SecondaryAccessor {
 public:
  SecondaryAccessor() noexcept = default;
  SecondaryAccessor(SecondaryAccessor&& other) noexcept : queue_(std::exchange(other.queue_, nullptr)) {}
  SecondaryAccessor& operator=(SecondaryAccessor&& other) noexcept {
    if (this != &other) {
      put_back();
      queue_ = std::exchange(other.queue_, nullptr);
    }
    return *this;
  }
  ~SecondaryAccessor() { put_back(); }

  /// Whether this accessor holds its queue's end.
  [[nodiscard]] explicit operator bool() const noexcept { return queue_ != nullptr; }

  /// Adds a block behind all others; false when the ring is full. An empty block is taken as added.
  bool push(QueueBlock block) noexcept { return queue_->push(block); }
  /// Claims at most `most` units from the front; empty when nothing waits.
  [[nodiscard]] QueueBlock pop(std::uint32_t most) noexcept {
    return claim([most](std::uint32_t) { return most; });
  }
  /// Claims from the front block as many units as `size_of_claim(units in it)` says (at least one, at most all).
  template <class Size>
  [[nodiscard]] QueueBlock claim(Size size_of_claim) noexcept {
    std::uint32_t const head = queue_->head_.load(std::memory_order_relaxed);
    for (std::uint32_t i = 0; i != LimitedAccessQueue::capacity; ++i) {
      auto& word = queue_->words_[(head + i) % LimitedAccessQueue::capacity];
      std::uint64_t seen = word.load(std::memory_order_relaxed);
      for (;;) {
        QueueBlock const block = LimitedAccessQueue::unpack(seen);
        if (block.empty()) break;
        std::uint32_t const wanted = size_of_claim(block.size());
        std::uint32_t const taken = wanted == 0 ? 1 : wanted < block.size() ? wanted : block.size();
        // acquire: the block may have been pushed by the primary's holder; its release is in this word's sequence.
        if (word.compare_exchange_weak(seen, LimitedAccessQueue::pack({block.first + taken, block.last}),
                                       std::memory_order_acquire, std::memory_order_relaxed)) {
          if (i != 0) queue_->head_.store(head + i, std::memory_order_relaxed);
          return {block.first, block.first + taken};
        }
      }
    }
    return {};
  }
  /// Returns the end [unstarted, claim.last) of the last claim to the front, where it came from; false when the ring is
  /// full, because the primary's holder has filled it meanwhile: then the units are still the caller's.
  [[nodiscard]] bool give_back(QueueBlock claim, std::uint32_t unstarted) noexcept {
    if (unstarted == claim.last) return true;
    auto& word = queue_->words_[queue_->head_.load(std::memory_order_relaxed) % LimitedAccessQueue::capacity];
    std::uint64_t seen = word.load(std::memory_order_relaxed);
    for (;;) {
      QueueBlock const block = LimitedAccessQueue::unpack(seen);
      // Only this end moves `first`: the claim's word still begins where the claim ended, and is re-extended. Any other
      // empty word will do as well, since this one comes first in the ring: a claim that was stolen has no word here.
      // The front must stay the front, or dropping what waits behind a cut would drop what lies before it.
      bool const own = block.first == claim.last;
      if (!own && !block.empty()) return queue_->push({unstarted, claim.last});
      // release: pairs with the acquire in steal; the units may never have been in this word.
      if (word.compare_exchange_weak(seen, LimitedAccessQueue::pack({unstarted, own ? block.last : claim.last}),
                                     std::memory_order_release, std::memory_order_relaxed)) {
        return true;
      }
    }
  }
  /// Empties the queue.
  void discard() noexcept {
    for (auto& word : queue_->words_) word.store(0, std::memory_order_relaxed);
  }

 private:
  friend class LimitedAccessQueue;
  explicit SecondaryAccessor(LimitedAccessQueue* queue) noexcept : queue_(queue) {}

  void put_back() noexcept {
    // release: pairs with the acquire of the next taker.
    if (queue_ != nullptr) queue_->secondary_taken_.store(0, std::memory_order_release);
  }

  LimitedAccessQueue* queue_ = nullptr;
};

inline PrimaryAccessor LimitedAccessQueue::primary() noexcept {
  // acquire: pairs with the release of the holder before.
  bool const free = primary_taken_.exchange(1, std::memory_order_acquire) == 0;
  return PrimaryAccessor(free ? this : nullptr);
}

inline SecondaryAccessor LimitedAccessQueue::secondary() noexcept {
  // acquire: pairs with the release of the holder before.
  bool const free = secondary_taken_.exchange(1, std::memory_order_acquire) == 0;
  return SecondaryAccessor(free ? this : nullptr);
}

}  // namespace v0_1
}  // namespace parallel_task
