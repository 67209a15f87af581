// Memory that a sort needs besides the items: fresh pages cost more than the sort, so each thread keeps some.
#pragma once

#include <parallel_task/container/populate.hpp>
#include <parallel_task/controller/settings.hpp>
#include <parallel_task/platform/cold.hpp>
#include <parallel_task/platform/memory.hpp>

#include <cstddef>
#include <new>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// What a thread keeps: two of them, for the order and for the items. Trivially destructible: it may be asked for when
/// the thread's other variables have ended.
struct KeptScratch {
  void* memory;
  std::size_t bytes;
  bool taken;  ///< by a sort that is under way on this thread
  bool ended;  ///< the thread ends: nothing is kept any more
};
inline thread_local constinit KeptScratch kept_scratch[2]{};

/// Memory for one sort, aligned for vectors; none if there is none. Twice up to `most_kept` bytes are kept by the
/// thread until it ends, those of the library's threads until `shutdown`; a sort inside of another's comparison gets
/// memory of its own. Larger memory is fresh, and its pages are populated by all threads that the settings allow.
class ScratchMemory {
 public:
  static constexpr std::size_t most_kept = std::size_t{24} << 20;

  ScratchMemory(std::size_t bytes, Settings const& settings) : bytes_(bytes) {
    if (bytes == 0) return;
    for (KeptScratch& kept : kept_scratch) {
      if (bytes > most_kept || kept.taken || kept.ended || !ScratchMemory::keep(kept, bytes)) continue;
      kept.taken = true;
      kept_ = &kept;
      memory_ = static_cast<unsigned char*>(kept.memory);
      return;
    }
    memory_ = ScratchMemory::fresh(bytes);
    if (memory_ != nullptr && bytes >= large_memory) populate(settings);
  }
  ScratchMemory(ScratchMemory const&) = delete;
  ScratchMemory& operator=(ScratchMemory const&) = delete;
  ~ScratchMemory() {
    if (kept_ != nullptr) {
      kept_->taken = false;
      if (kept_->ended) ScratchMemory::drop(*kept_);
    } else if (memory_ != nullptr) {
      ScratchMemory::free(memory_, bytes_);
    }
  }

  [[nodiscard]] explicit operator bool() const noexcept { return memory_ != nullptr; }
  /// The next `n` items of it; null if there are not so many left.
  template <class T>
  [[nodiscard]] T* carve(std::size_t n) noexcept {
    std::size_t const first = (used_ + line - 1) / line * line;
    if (memory_ == nullptr || first > bytes_ || n > (bytes_ - first) / sizeof(T)) return nullptr;
    used_ = first + n * sizeof(T);
    return reinterpret_cast<T*>(memory_ + first);
  }
  /// Bytes to ask for, for `n` items to be carved.
  template <class T>
  [[nodiscard]] static constexpr std::size_t bytes_for(std::size_t n) noexcept {
    constexpr std::size_t most = ~std::size_t{0} / 8;
    return n > most / sizeof(T) ? most : n * sizeof(T) + line;
  }
  [[nodiscard]] std::size_t used() const noexcept { return used_; }
  /// Forgets what was carved since `used()` was `mark`.
  void release(std::size_t mark) noexcept { used_ = mark; }

 private:
  static constexpr std::size_t line = 64;
  static constexpr std::align_val_t alignment(std::size_t bytes) noexcept {
    return std::align_val_t{bytes >= large_memory ? huge_page : line};
  }
  [[nodiscard]] static unsigned char* fresh(std::size_t bytes) noexcept {
    if (bytes > ~std::size_t{0} / 8) return nullptr;
    void* const memory = ::operator new(bytes, ScratchMemory::alignment(bytes), std::nothrow);
    if (memory != nullptr && bytes >= large_memory) detail::advise_huge(memory, bytes);
    return static_cast<unsigned char*>(memory);
  }
  static void free(void* memory, std::size_t bytes) noexcept {
    ::operator delete(memory, ScratchMemory::alignment(bytes));
  }
  static void drop(KeptScratch& kept) noexcept {
    if (kept.memory != nullptr) ScratchMemory::free(kept.memory, kept.bytes);
    kept.memory = nullptr;
    kept.bytes = 0;
  }
  /// Whether `kept` has `bytes` now.
  PARALLEL_TASK_COLD static bool grow(KeptScratch& kept, std::size_t bytes) noexcept {
    struct AtEnd {
      ~AtEnd() {
        for (KeptScratch& kept : kept_scratch) {
          kept.ended = true;
          if (!kept.taken) ScratchMemory::drop(kept);
        }
      }
      void touch() noexcept {}
    };
    static thread_local AtEnd at_end;
    at_end.touch();
    ScratchMemory::drop(kept);
    std::size_t const unit = bytes >= large_memory ? huge_page : std::size_t{4096};
    std::size_t const rounded = (bytes + bytes / 4 + unit - 1) / unit * unit;
    kept.memory = ScratchMemory::fresh(rounded);
    kept.bytes = kept.memory != nullptr ? rounded : 0;
    return kept.memory != nullptr;
  }
  static bool keep(KeptScratch& kept, std::size_t bytes) noexcept {
    return kept.bytes >= bytes || ScratchMemory::grow(kept, bytes);
  }
  void populate(Settings settings) const {
    settings.stop_requested = nullptr;
    settings.deadline = 0;
    Populate(memory_, bytes_).run(settings);
  }

  unsigned char* memory_ = nullptr;
  std::size_t bytes_;
  std::size_t used_ = 0;
  KeptScratch* kept_ = nullptr;
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
