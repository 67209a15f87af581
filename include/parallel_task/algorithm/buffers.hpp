// Memory for what a block packs in cache: as many pieces as threads work at once, handed from one to the next.
#pragma once

#include <parallel_task/platform/atomic.hpp>
#include <parallel_task/worker/process.hpp>

#include <cstddef>
#include <new>
#include <type_traits>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// Pieces of memory for `count` items of trivial types each. Taken and given back by many threads at once: `free_` by
/// exchange (acquire and release), so who takes a piece sees that its last holder has done with it.
template <class T>
class Buffers {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  explicit Buffers(std::size_t count) noexcept : count_(count) {}
  Buffers(Buffers const&) = delete;
  Buffers& operator=(Buffers const&) = delete;
  ~Buffers() {
    for (auto& piece : free_) Buffers::release(piece.load(detail::memory_order_relaxed));  // relaxed: the pass is over
  }

  /// A piece, or null if there is no memory.
  [[nodiscard]] T* take() noexcept {
    std::size_t const from = current_worker();
    for (std::size_t i = 0; i != pieces; ++i) {
      T* const piece = free_[(from + i) % pieces].exchange(nullptr, detail::memory_order_acquire);
      if (piece != nullptr) return piece;
    }
    return static_cast<T*>(::operator new(count_ * sizeof(T), std::align_val_t{alignof(T)}, std::nothrow));
  }
  void give_back(T* piece) noexcept {
    std::size_t const from = current_worker();
    for (std::size_t i = 0; i != pieces && piece != nullptr; ++i) {
      piece = free_[(from + i) % pieces].exchange(piece, detail::memory_order_acq_rel);
    }
    Buffers::release(piece);
  }

 private:
  static void release(T* piece) noexcept {
    if (piece != nullptr) ::operator delete(static_cast<void*>(piece), std::align_val_t{alignof(T)});
  }
  static constexpr std::size_t pieces = 8;

  std::size_t count_;
  atomic<T*> free_[pieces]{};
};

/// A piece for the time of a block.
template <class T>
class LentBuffer {
 public:
  explicit LentBuffer(Buffers<T>& from) noexcept : from_(from), piece_(from.take()) {}
  LentBuffer(LentBuffer const&) = delete;
  LentBuffer& operator=(LentBuffer const&) = delete;
  ~LentBuffer() {
    if (piece_ != nullptr) from_.give_back(piece_);
  }
  [[nodiscard]] explicit operator bool() const noexcept { return piece_ != nullptr; }
  [[nodiscard]] T* get() const noexcept { return piece_; }
  /// Who holds it now gives it back.
  [[nodiscard]] T* keep() noexcept { return std::exchange(piece_, nullptr); }

 private:
  Buffers<T>& from_;
  T* piece_;
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
