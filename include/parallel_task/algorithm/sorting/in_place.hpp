// Sorts without memory: slowly, but always, and stable.
#pragma once

#include <parallel_task/platform/code.hpp>
#include <parallel_task/platform/ranges.hpp>

#include <algorithm>
#include <cstddef>
#include <iterator>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// A merge sort by swaps and rotations, n log^2 n of them (symmetric merges: Kim and Kutzner 2004). Needs nothing of
/// the items but that they can be swapped, so all of them are there whatever throws, and whatever the comparison says.
template <class I, class O>
class InPlace {
 public:
  InPlace(I first, O const& less) : first_(first), less_(less) {}

  void sort(std::size_t n) const {
    constexpr std::size_t run = 12;
    for (std::size_t i = 0; i < n; i += run) insert(i, n - i < run ? n : i + run);
    for (std::size_t width = run; width < n; width *= 2) {
      for (std::size_t i = 0; n - i > width; i += 2 * width) {
        std::size_t const last = n - i < 2 * width ? n : i + 2 * width;
        merge(i, i + width, last);
        if (last == n) break;
      }
    }
  }

 private:
  [[nodiscard]] I at(std::size_t i) const { return first_ + static_cast<std::iter_difference_t<I>>(i); }
  [[nodiscard]] bool less(std::size_t a, std::size_t b) const { return less_(*at(a), *at(b)); }

  void insert(std::size_t first, std::size_t last) const {
    for (std::size_t i = first + 1; i < last; ++i) {
      for (std::size_t k = i; k != first && less(k, k - 1); --k) std::ranges::iter_swap(at(k), at(k - 1));
    }
  }
  /// Merges [first, middle) and [middle, last): half of the result is found by a binary search, and swapped by
  /// rotation.
  void merge(std::size_t first, std::size_t middle, std::size_t last) const {
    while (first < middle && middle < last) {
      if (!less(middle, middle - 1)) return;
      std::size_t const half = first + (last - first) / 2;
      std::size_t const sum = half + middle;
      std::size_t low = middle > half ? sum - last : first;
      std::size_t high = middle > half ? half : middle;
      std::size_t const mirror = sum - 1;
      while (low < high) {
        std::size_t const c = low + (high - low) / 2;
        if (!less(mirror - c, c)) {
          low = c + 1;
        } else {
          high = c;
        }
      }
      std::size_t const end = sum - low;
      if (low < middle && middle < end) rotate(low, middle, end);
      merge(first, low, half);
      first = half;  // and the upper half
      middle = end;
    }
  }
  void rotate(std::size_t first, std::size_t middle, std::size_t last) const {
    reverse(first, middle);
    reverse(middle, last);
    reverse(first, last);
  }
  void reverse(std::size_t first, std::size_t last) const {
    for (; first + 1 < last; ++first, --last) std::ranges::iter_swap(at(first), at(last - 1));
  }

  I first_;
  O const& less_;
};

template <class I, class O>
void sort_in_place(I first, std::size_t n, O const& less) {
  InPlace<I, O>(first, less).sort(n);
}

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
