// A table that grows at its end and whose entries never move, so that other threads may read them meanwhile.
#pragma once

#include <parallel_task/platform/owner.hpp>

#include <bit>
#include <cstddef>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// One thread at a time adds. Any thread may read an entry once it has been told of it, which must order the two.
template <class T>
class GrowingTable {
 public:
  [[nodiscard]] T& operator[](std::size_t i) const noexcept {
    Place const p = place(i);
    return chunks_[p.chunk][p.offset];
  }
  void add(T const& value) {
    Place const p = place(size_);
    if (!chunks_[p.chunk]) chunks_[p.chunk] = Owner<T[]>(new T[first_chunk << p.chunk]);
    chunks_[p.chunk][p.offset] = value;
    ++size_;
  }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }

 private:
  static constexpr std::size_t first_chunk = 64;
  struct Place {
    std::size_t chunk;
    std::size_t offset;
  };
  // Chunk k holds 64 << k entries, the first of which is number 64 * (2^k - 1).
  static Place place(std::size_t i) noexcept {
    std::size_t const chunk = static_cast<std::size_t>(std::bit_width(i / first_chunk + 1)) - 1;
    return {chunk, i - first_chunk * ((std::size_t{1} << chunk) - 1)};
  }
  Owner<T[]> chunks_[58];
  std::size_t size_ = 0;
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
