// The queue of one worker: an atomic ring of blocks, reached only through its two accessors.
//
// Invariant: every word holds one block, and every transfer of units is one compare-and-swap on one word.
//
// | release                   | acquire              | what it carries                                                |
// |---------------------------|----------------------|----------------------------------------------------------------|
// | push, give_back: the word | steal, pop: the word | what makes the block's positions usable (the items' iterators) |
// | an accessor is given back | the next is taken    | what the last holder of this end has read and written          |
//
// The compare-and-swaps of pop and steal publish nothing of their own. As read-modify-writes they continue the release
// sequence of the push, so the next reader of the word still sees what the pusher wrote.
//
// No ABA: a word's value is its whole meaning, since the positions of a call are unique. A word that was emptied and
// filled with the same block again is the same word. Head and tail are hints; a wrong hint costs another look.
#pragma once

#include <parallel_task/platform/atomic.hpp>
#include <parallel_task/platform/attributes.hpp>
#include <parallel_task/policy/cost_model.hpp>

#include <cstddef>
#include <cstdint>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {

PARALLEL_TASK_PADDED_BEGIN

/// A block as a queue holds it: positions [first, last) in units, modulo 2^32. It is empty if both are equal.
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
enum class QueueEnd : unsigned char { primary, secondary };
template <QueueEnd>
class QueueAccessor;
}  // namespace detail

/// A lock-free queue of blocks for exactly two users: its worker, which holds the `SecondaryAccessor` and takes from
/// the front, and the thread that holds the `PrimaryAccessor` and may steal from the back.
///
/// Eight words on one cache line; it never allocates. The queue itself does nothing: `primary()` and `secondary()` lend
/// its two ends, each to one holder at a time. The idea of two limited accessors is that of the Rust crate
/// `parallel_task`. That a thief takes from the end opposite to the owner's goes back to Blumofe and Leiserson
/// (doi:10.1145/324133.324234); here a range of positions is packed into one word, and split by one compare-and-swap.
///
///     pt::LimitedAccessQueue queue;
///     pt::SecondaryAccessor worker = queue.secondary();
///     pt::PrimaryAccessor controller = queue.primary();
///     worker.push({0, 100});
///     pt::QueueBlock mine = worker.pop(8);           // [0, 8)
///     pt::QueueBlock stolen = controller.steal_half();  // [54, 100)
///
/// Thread-safety: both ends may be used at the same time, each accessor by one thread at a time. The queue must outlive
/// its accessors.
class alignas(128) LimitedAccessQueue {
 public:
  /// How many blocks fit.
  static constexpr unsigned capacity = 8;

  constexpr LimitedAccessQueue() noexcept = default;
  LimitedAccessQueue(LimitedAccessQueue const&) = delete;
  LimitedAccessQueue& operator=(LimitedAccessQueue const&) = delete;

  /// Lends the controller's end. Never waits: the accessor is empty (false) while another thread holds that end.
  [[nodiscard]] PrimaryAccessor primary() noexcept;
  /// Lends the worker's end. Never waits: the accessor is empty (false) while another thread holds that end.
  [[nodiscard]] SecondaryAccessor secondary() noexcept;

  /// Makes `block` all that waits in the queue. For whoever owns the queue alone: nobody holds one of its ends, and who
  /// takes one later has acquired what was done before.
  void fill(QueueBlock block) noexcept {
    for (auto& word : words_) {
      if (word.load(detail::memory_order_relaxed) != 0) word.store(0, detail::memory_order_relaxed);
    }
    if (block.empty()) return;
    std::uint32_t const head = head_.load(detail::memory_order_relaxed) % capacity;
    words_[head].store(pack(block), detail::memory_order_relaxed);
    tail_.store(head + 1, detail::memory_order_relaxed);
  }
  /// Units that wait in the queue. Any thread may ask; the answer may be out of date when it is read.
  [[nodiscard]] std::size_t load() const noexcept {
    std::size_t sum = 0;
    for (auto const& word : words_) sum += unpack(word.load(detail::memory_order_relaxed)).size();
    return sum;
  }

  /// How far the block that begins farthest behind `position` does so, modulo 2^32; 0: nothing waits. A glance, as
  /// `load`.
  [[nodiscard]] std::uint32_t farthest_behind(std::uint32_t position) const noexcept {
    std::uint32_t farthest = 0;
    for (auto const& word : words_) {
      QueueBlock const block = unpack(word.load(detail::memory_order_relaxed));
      if (!block.empty() && position - block.first > farthest) farthest = position - block.first;
    }
    return farthest;
  }

 private:
  friend class PrimaryAccessor;
  friend class SecondaryAccessor;
  template <detail::QueueEnd>
  friend class detail::QueueAccessor;
  friend class detail::StateDump;

  static constexpr std::uint64_t pack(QueueBlock block) noexcept {
    return static_cast<std::uint64_t>(block.first) << 32 | block.last;
  }
  static constexpr QueueBlock unpack(std::uint64_t word) noexcept {
    return {static_cast<std::uint32_t>(word >> 32), static_cast<std::uint32_t>(word)};
  }

  /// Stores a block in the first empty word from the tail hint on; false when all eight are taken.
  bool push(QueueBlock block) noexcept {
    if (block.empty()) return true;
    std::uint32_t const tail = tail_.load(detail::memory_order_relaxed);
    for (std::uint32_t i = 0; i != capacity; ++i) {
      auto& word = words_[(tail + i) % capacity];
      std::uint64_t seen = word.load(detail::memory_order_relaxed);
      if (!unpack(seen).empty()) continue;
      // release: pairs with the acquire in pop and steal; publishes what makes the block's positions usable
      if (word.compare_exchange_strong(seen, pack(block), detail::memory_order_release, detail::memory_order_relaxed)) {
        tail_.store(tail + i + 1, detail::memory_order_relaxed);
        return true;
      }
    }
    return false;
  }

  // The words fill the first cache line; the rest is on the second.
  detail::atomic<std::uint64_t> words_[capacity]{};
  detail::atomic<std::uint32_t> head_{0};
  detail::atomic<std::uint32_t> tail_{0};
  detail::atomic<std::uint32_t> primary_taken_{0};
  detail::atomic<std::uint32_t> secondary_taken_{0};
};

namespace detail {

/// Holds one end of a queue, or none. Move-only; its destructor gives the end back.
template <QueueEnd end>
class QueueAccessor {
 public:
  QueueAccessor() noexcept = default;
  QueueAccessor(QueueAccessor&& other) noexcept : queue_(std::exchange(other.queue_, nullptr)) {}
  QueueAccessor& operator=(QueueAccessor&& other) noexcept {
    if (this != &other) {
      give_end_back();
      queue_ = std::exchange(other.queue_, nullptr);
    }
    return *this;
  }
  ~QueueAccessor() { give_end_back(); }

  [[nodiscard]] explicit operator bool() const noexcept { return queue_ != nullptr; }

 protected:
  explicit QueueAccessor(LimitedAccessQueue* queue) noexcept : queue_(take_end(*queue) ? queue : nullptr) {}

  LimitedAccessQueue* queue_ = nullptr;

 private:
  static auto& taken(LimitedAccessQueue& queue) noexcept {
    return end == QueueEnd::primary ? queue.primary_taken_ : queue.secondary_taken_;
  }
  static bool take_end(LimitedAccessQueue& queue) noexcept {
    // acquire: pairs with the release of the last holder
    return taken(queue).exchange(1, detail::memory_order_acquire) == 0;
  }
  void give_end_back() noexcept {
    // release: pairs with the acquire of the next holder
    if (queue_ != nullptr) taken(*queue_).store(0, detail::memory_order_release);
  }
};

}  // namespace detail

/// The controller's end of a queue: `push`, `load`, `steal`, `steal_half`. Move-only; its destructor gives the end
/// back.
class PrimaryAccessor : public detail::QueueAccessor<detail::QueueEnd::primary> {
 public:
  PrimaryAccessor() noexcept = default;

  /// Whether this accessor holds its queue's end.
  using QueueAccessor::operator bool;

  /// Adds a block at the back; false if the ring is full. An empty block counts as added.
  bool push(QueueBlock block) noexcept { return queue_->push(block); }
  /// Units that wait in the queue.
  [[nodiscard]] std::size_t load() const noexcept { return queue_->load(); }
  /// Takes the last block whole; empty if there is none.
  [[nodiscard]] QueueBlock steal() noexcept {
    return steal([](std::uint32_t units) { return units; });
  }
  /// Takes the upper half of the last block, rounded up, so a single unit whole; empty if there is none. Where several
  /// blocks wait, the last one is taken whole if it is no more than half of all. See `steal_size`.
  [[nodiscard]] QueueBlock steal_half() noexcept {
    std::size_t const waiting = load();
    return steal([waiting](std::uint32_t units) { return detail::cost_model::steal_size(units, waiting); });
  }
  /// Takes `size_of_theft(units in it)` units off the end of the last block (at least one, at most all); empty if there
  /// is none.
  template <class Size>
  [[nodiscard]] QueueBlock steal(Size size_of_theft) noexcept {
    std::uint32_t const tail = queue_->tail_.load(detail::memory_order_relaxed);
    for (std::uint32_t i = 1; i <= LimitedAccessQueue::capacity; ++i) {
      auto& word = queue_->words_[(tail - i) % LimitedAccessQueue::capacity];
      std::uint64_t seen = word.load(detail::memory_order_relaxed);
      for (;;) {
        QueueBlock const block = LimitedAccessQueue::unpack(seen);
        if (block.empty()) break;
        std::uint32_t const wanted = size_of_theft(block.size());
        std::uint32_t const taken = wanted == 0 ? 1 : wanted < block.size() ? wanted : block.size();
        std::uint32_t const middle = block.last - taken;
        // acquire: pairs with the release in push, so that the thief may use the positions
        if (word.compare_exchange_weak(seen, LimitedAccessQueue::pack({block.first, middle}),
                                       detail::memory_order_acquire, detail::memory_order_relaxed)) {
          return {middle, block.last};
        }
      }
    }
    return {};
  }

 private:
  friend class LimitedAccessQueue;
  explicit PrimaryAccessor(LimitedAccessQueue* queue) noexcept : QueueAccessor(queue) {}
};

/// The worker's end of a queue: `push`, `pop`, `claim`, `give_back`. Move-only; its destructor gives the end back.
class SecondaryAccessor : public detail::QueueAccessor<detail::QueueEnd::secondary> {
 public:
  SecondaryAccessor() noexcept = default;

  /// Whether this accessor holds its queue's end.
  using QueueAccessor::operator bool;

  /// Adds a block at the back; false if the ring is full. An empty block counts as added.
  bool push(QueueBlock block) noexcept { return queue_->push(block); }
  /// Claims at most `most` units from the front; empty if nothing waits.
  [[nodiscard]] QueueBlock pop(std::uint32_t most) noexcept {
    return claim([most](std::uint32_t) { return most; });
  }
  /// Claims `size_of_claim(units in it)` units from the front block (at least one, at most all); empty if nothing
  /// waits.
  template <class Size>
  [[nodiscard]] PARALLEL_TASK_ALWAYS_INLINE QueueBlock claim(Size size_of_claim) noexcept {
    // Mostly the front block is where it was, and nobody interferes.
    std::uint32_t const head = queue_->head_.load(detail::memory_order_relaxed);
    auto& front = queue_->words_[head % LimitedAccessQueue::capacity];
    std::uint64_t seen = front.load(detail::memory_order_relaxed);
    QueueBlock const block = LimitedAccessQueue::unpack(seen);
    if (!block.empty()) {
      std::uint32_t taken = size_of_claim(block.size());
      if (taken - 1 >= block.size()) taken = taken == 0 ? 1 : block.size();
      // acquire: pairs with the release in push; the holder of the primary accessor may have pushed the block
      if (front.compare_exchange_strong(seen, LimitedAccessQueue::pack({block.first + taken, block.last}),
                                        detail::memory_order_acquire, detail::memory_order_relaxed)) {
        return {block.first, block.first + taken};
      }
    }
    return claim_any(size_of_claim);
  }
  /// Puts the rest [unstarted, claim.last) of the last claim back to the front, where it came from. False if the holder
  /// of the primary accessor has filled the ring in the meantime: then the units are still the caller's.
  [[nodiscard]] bool give_back(QueueBlock claim, std::uint32_t unstarted) noexcept {
    if (unstarted == claim.last) return true;
    auto& word = queue_->words_[queue_->head_.load(detail::memory_order_relaxed) % LimitedAccessQueue::capacity];
    std::uint64_t seen = word.load(detail::memory_order_relaxed);
    for (;;) {
      QueueBlock const block = LimitedAccessQueue::unpack(seen);
      // Only this end moves `first`, so the claim's word still begins where the claim ended, and is extended again. A
      // word that has become empty will do as well, since it comes first in the ring. The front must stay the front, or
      // dropping what waits after a cut would drop what comes before it.
      bool const own = block.first == claim.last;
      if (!own && !block.empty()) return queue_->push({unstarted, claim.last});
      // release: pairs with the acquire in steal; the units may never have been in this word
      if (word.compare_exchange_weak(seen, LimitedAccessQueue::pack({unstarted, own ? block.last : claim.last}),
                                     detail::memory_order_release, detail::memory_order_relaxed)) {
        return true;
      }
    }
  }
  /// Empties the queue.
  void discard() noexcept {
    for (auto& word : queue_->words_) word.store(0, detail::memory_order_relaxed);
  }

 private:
  friend class LimitedAccessQueue;
  explicit SecondaryAccessor(LimitedAccessQueue* queue) noexcept : QueueAccessor(queue) {}

  template <class Size>
  [[nodiscard]] QueueBlock claim_any(Size size_of_claim) noexcept {
    std::uint32_t const head = queue_->head_.load(detail::memory_order_relaxed);
    for (std::uint32_t i = 0; i != LimitedAccessQueue::capacity; ++i) {
      auto& word = queue_->words_[(head + i) % LimitedAccessQueue::capacity];
      std::uint64_t seen = word.load(detail::memory_order_relaxed);
      for (;;) {
        QueueBlock const block = LimitedAccessQueue::unpack(seen);
        if (block.empty()) break;
        std::uint32_t const wanted = size_of_claim(block.size());
        std::uint32_t const taken = wanted == 0 ? 1 : wanted < block.size() ? wanted : block.size();
        // acquire: pairs with the release in push; the holder of the primary accessor may have pushed the block
        if (word.compare_exchange_weak(seen, LimitedAccessQueue::pack({block.first + taken, block.last}),
                                       detail::memory_order_acquire, detail::memory_order_relaxed)) {
          if (i != 0) queue_->head_.store(head + i, detail::memory_order_relaxed);
          return {block.first, block.first + taken};
        }
      }
    }
    return {};
  }
};

inline PrimaryAccessor LimitedAccessQueue::primary() noexcept { return PrimaryAccessor(this); }

inline SecondaryAccessor LimitedAccessQueue::secondary() noexcept { return SecondaryAccessor(this); }

PARALLEL_TASK_PADDED_END

}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
