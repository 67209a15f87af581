// A heap by swaps only: no item is ever elsewhere when a comparison throws, whatever it says.
#pragma once

#include <parallel_task/algorithm/arguments.hpp>

#include <cstddef>
#include <functional>
#include <iterator>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// The items of `v` from `first` on as a heap: the largest in front.
template <class I, class Less, class Projection>
class SwapHeap {
 public:
  SwapHeap(ByNumber<I> const& v, std::size_t first, Less const& less, Projection const& projection) noexcept
      : v_(v), first_(first), less_(less), projection_(projection) {}

  /// Whether item i is less than item j, both counted from `first`.
  PARALLEL_TASK_ALWAYS_INLINE bool before(std::size_t i, std::size_t j) const {
    return static_cast<bool>(std::invoke(less_, detail::key_at(projection_, v_, first_ + i),
                                         detail::key_at(projection_, v_, first_ + j)));
  }
  void swap(std::size_t i, std::size_t j) const { std::ranges::iter_swap(v_.at(first_ + i), v_.at(first_ + j)); }
  /// Item i goes down to its place among the first n.
  void sift_down(std::size_t i, std::size_t n) const {
    for (;;) {
      std::size_t child = 2 * i + 1;
      if (child >= n) return;
      if (child + 1 < n && before(child, child + 1)) ++child;
      if (!before(i, child)) return;
      swap(i, child);
      i = child;
    }
  }
  void make(std::size_t n) const {
    for (std::size_t i = n / 2; i != 0; --i) sift_down(i - 1, n);
  }
  /// What was a heap is sorted: n log n comparisons.
  void sort(std::size_t n) const {
    for (std::size_t end = n; end > 1; --end) {
      swap(0, end - 1);
      sift_down(0, end - 1);
    }
  }

 private:
  ByNumber<I> v_;
  std::size_t first_;
  Less const& less_;
  Projection const& projection_;
};

/// Sorts [first, last) of `v` by a heap.
template <class I, class Less, class Projection>
void sort_by_heap(ByNumber<I> const& v, std::size_t first, std::size_t last, Less const& less,
                  Projection const& projection) {
  SwapHeap<I, Less, Projection> const heap(v, first, less, projection);
  heap.make(last - first);
  heap.sort(last - first);
}

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
