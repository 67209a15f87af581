// Output of unknown length: a list of chunks that never move, joined with another list by one pointer.
#pragma once

#include <parallel_task/platform/code.hpp>
#include <parallel_task/platform/pointers.hpp>

#include <cstddef>
#include <new>
#include <type_traits>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// A sequence that grows without moving its items. The first chunk is small, since a stolen block may yield little. The
/// next has 64 KiB, and sizes double up to 1 MiB: large enough that the cost of a chunk per item is negligible, small
/// enough that the allocator reuses chunks that are freed while the rest is still being copied. Where there are many
/// lists, they can be told to begin smaller.
template <class T, std::size_t FirstBytes = std::size_t{4} << 10, std::size_t SecondBytes = std::size_t{64} << 10>
class ChunkList {
 public:
  ChunkList() noexcept = default;
  ChunkList(ChunkList&& other) noexcept
      : cursor_(std::exchange(other.cursor_, nullptr)),
        limit_(std::exchange(other.limit_, nullptr)),
        head_(std::exchange(other.head_, nullptr)),
        tail_(std::exchange(other.tail_, nullptr)) {}
  ChunkList& operator=(ChunkList&& other) noexcept {
    std::swap(cursor_, other.cursor_);
    std::swap(limit_, other.limit_);
    std::swap(head_, other.head_);
    std::swap(tail_, other.tail_);
    return *this;
  }
  ~ChunkList() {
    if (head_ != nullptr) free_all();
  }

  /// Constructs an item at the end.
  template <class... Arguments>
  void emplace(Arguments&&... arguments) {
    if (cursor_ == limit_) [[unlikely]]
      grow();
    ::new (static_cast<void*>(cursor_)) T(std::forward<Arguments>(arguments)...);
    ++cursor_;
  }

  /// Makes room for `count` items at the end, side by side, which the caller copies there: they are there from here on.
  [[nodiscard]] T* extend(std::size_t count)
    requires std::is_trivially_copyable_v<T>
  {
    if (static_cast<std::size_t>(limit_ - cursor_) < count) add_chunk(header + count * sizeof(T));
    T* const first = cursor_;
    cursor_ += count;
    return first;
  }

  /// Appends `later`, without touching an item.
  void join(ChunkList&& later) noexcept {
    if (later.head_ != nullptr) take_all(later);
  }

  [[nodiscard]] bool empty() const noexcept { return head_ == nullptr || (head_ == tail_ && cursor_ == items(head_)); }
  /// The number of items. Linear in the number of chunks.
  [[nodiscard]] std::size_t size() noexcept {
    seal();
    std::size_t count = 0;
    for (Chunk* chunk = head_; chunk != nullptr; chunk = chunk->next) {
      count += static_cast<std::size_t>(chunk->last - items(chunk));
    }
    return count;
  }

  /// Up to `count` items are about to come. Where nothing is in the list yet, they go into a chunk of their own size,
  /// which is neither smaller than the first one nor larger than the second.
  void expect(std::size_t count) {
    if (head_ != nullptr && static_cast<std::size_t>(limit_ - cursor_) >= count) return;
    if (!empty() || count <= (FirstBytes - header) / sizeof(T)) return;
    if (head_ != nullptr) free_head();
    tail_ = nullptr;
    constexpr std::size_t most = (second_bytes - header) / sizeof(T);
    add_chunk(header + (count < most ? count : most) * sizeof(T));
  }

  /// Destroys all items, but keeps the last chunk for new ones, if it has no more than 4 KiB.
  void clear() noexcept {
    if (head_ == nullptr) return;
    seal();
    bool const keeps = tail_->bytes <= most_kept;
    while (head_ != (keeps ? tail_ : nullptr)) free_head();
    if (!keeps) {
      tail_ = nullptr;
      cursor_ = limit_ = nullptr;
      return;
    }
    std::destroy(items(head_), head_->last);
    head_->last = cursor_ = items(head_);
  }

  /// f(item) for every item in order.
  template <class F>
  void for_each(F f) {
    seal();
    for (Chunk* chunk = head_; chunk != nullptr; chunk = chunk->next) {
      for (T* item = items(chunk); item != chunk->last; ++item) f(*item);
    }
  }

  /// f(first, last) for the items of each chunk, in order.
  template <class F>
  void for_each_chunk(F f) {
    seal();
    for (Chunk* chunk = head_; chunk != nullptr; chunk = chunk->next) f(items(chunk), chunk->last);
  }

  /// Calls f(first, last) for the items of each chunk, in order. f may move from them; the chunk is freed when f
  /// returns.
  template <class F>
  void drain(F f) {
    seal();
    for (; head_ != nullptr; free_head()) f(items(head_), head_->last);
    tail_ = nullptr;
    cursor_ = limit_ = nullptr;
  }

 private:
  struct Chunk {
    Chunk* next;
    T* last;  // the end of its items; for the tail, only cursor_ knows it until the tail is sealed
    std::size_t bytes;
  };
  static constexpr std::size_t alignment = alignof(T) > alignof(Chunk) ? alignof(T) : alignof(Chunk);
  static constexpr std::size_t header = (sizeof(Chunk) + alignment - 1) / alignment * alignment;
  static constexpr std::size_t most_kept = std::size_t{4} << 10;
  static constexpr std::size_t second_bytes = SecondBytes;
  static constexpr std::size_t most_bytes = std::size_t{1} << 20;

  static T* items(Chunk* chunk) noexcept {
    return reinterpret_cast<T*>(reinterpret_cast<unsigned char*>(chunk) + header);
  }

  void seal() noexcept {
    if (tail_ != nullptr) tail_->last = cursor_;
  }

  // Not inlined, like everything that is not done for each item: pipelines that keep the same type share it.
  PARALLEL_TASK_NOINLINE void grow() {
    std::size_t bytes = tail_ == nullptr ? FirstBytes : tail_->bytes < second_bytes ? second_bytes : 2 * tail_->bytes;
    if (bytes > most_bytes) bytes = most_bytes;
    add_chunk(bytes);
  }

  /// A chunk of `bytes`, or as many as one item needs.
  void add_chunk(std::size_t bytes) {
    if (bytes < header + sizeof(T)) bytes = header + sizeof(T);
    auto* const chunk = ::new (::operator new(bytes, std::align_val_t{alignment})) Chunk{nullptr, nullptr, bytes};
    seal();
    (tail_ != nullptr ? tail_->next : head_) = chunk;
    tail_ = chunk;
    cursor_ = chunk->last = items(chunk);
    limit_ = cursor_ + (bytes - header) / sizeof(T);
  }

  PARALLEL_TASK_NOINLINE void take_all(ChunkList& later) noexcept {
    if (head_ == nullptr) {
      *this = std::move(later);
      return;
    }
    seal();
    tail_->next = std::exchange(later.head_, nullptr);
    tail_ = std::exchange(later.tail_, nullptr);
    cursor_ = std::exchange(later.cursor_, nullptr);
    limit_ = std::exchange(later.limit_, nullptr);
  }

  PARALLEL_TASK_NOINLINE void free_all() noexcept {
    seal();
    while (head_ != nullptr) free_head();
  }

  void free_head() noexcept {
    Chunk* const chunk = head_;
    head_ = chunk->next;
    std::destroy(items(chunk), chunk->last);
    ::operator delete(static_cast<void*>(chunk), std::align_val_t{alignment});
  }

  T* cursor_ = nullptr;
  T* limit_ = nullptr;
  Chunk* head_ = nullptr;
  Chunk* tail_ = nullptr;
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
