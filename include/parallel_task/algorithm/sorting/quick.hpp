// A stable quicksort in cache, with memory for as many items: what a thread does alone with what it compares.
#pragma once

#include <parallel_task/algorithm/sorting/items.hpp>
#include <parallel_task/algorithm/sorting/small.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// Merges a[0, m) and b[0, n) into `to`, a's first among equals. `to` may not overlap them.
template <class T, class O>
void merge_plainly(T* a, std::size_t m, T* b, std::size_t n, T* to, O const& less) {
  T* const end_a = a + m;
  T* const end_b = b + n;
  while (a != end_a && b != end_b) {
    bool const from_b = less(*b, *a);
    detail::put(to++, *detail::select(from_b, b, a));
    a += !from_b;
    b += from_b;
  }
  detail::copy_items(to, a, static_cast<std::size_t>(end_a - a));
  detail::copy_items(to + (end_a - a), b, static_cast<std::size_t>(end_b - b));
}

/// A merge sort from the bottom up: n log n whatever the comparison says. `other` has room for n.
template <class T, class O>
PARALLEL_TASK_NOINLINE void merge_sort(T* v, std::size_t n, T* other, O const& less) {
  for (std::size_t i = 0; i < n; i += most_small)
    detail::small_sort(v + i, n - i < most_small ? n - i : most_small, less);
  T* from = v;
  T* to = other;
  for (std::size_t width = most_small; width < n; width *= 2) {
    CopiesBack<T> back(v, from, from == v ? 0 : n);
    for (std::size_t i = 0; i < n; i += 2 * width) {
      std::size_t const left = n - i < width ? n - i : width;
      std::size_t const right = n - i - left < width ? n - i - left : width;
      detail::merge_plainly(from + i, left, from + i + left, right, to + i, less);
    }
    back.forget();
    T* const merged = to;
    to = from;
    from = merged;
  }
  if (from != v) detail::copy_items(v, from, n);
}

template <class T, class O>
T* middle_of(T* a, T* b, T* c, O const& less) {
  bool const ab = less(*a, *b);
  bool const bc = less(*b, *c);
  if (ab == bc) return b;
  return less(*a, *c) == ab ? c : a;
}

/// Copies to the front of v what `is_left`, and to `other` what is not, then that behind; how many are left. Each item
/// is stored to both places, and one of two ends advances: no branch depends on an item.
template <class T, class F>
PARALLEL_TASK_ALWAYS_INLINE inline std::size_t stable_partition_into(T* v, std::size_t n, T* other, F const& is_left) {
  struct Parts {
    T* v;
    T* other;
    std::size_t left = 0;
    std::size_t i = 0;
    ~Parts() {
      detail::copy_items(v + left, other, i - left);
    }  // also if a comparison throws: then all lie before v[i]
  } parts{v, other};
  for (; parts.i != n; ++parts.i) {
    T item(v[parts.i]);
    bool const is = is_left(item);
    detail::put(other + (parts.i - parts.left), item);
    detail::put(v + parts.left, item);
    parts.left += is;
  }
  return parts.left;
}

/// Sorts v[0, n); `other` has room for n. Stable. O(n log n) comparisons whatever they say; O(n log k) for k distinct
/// items. If one throws, all items are in v, in some order.
template <class T, class O>
void quick_sort(T* v, std::size_t n, T* other, O const& less, unsigned depth, T* lowest = nullptr) {
  std::uint64_t random = n;
  for (;;) {
    if (n <= most_small) return detail::small_sort(v, n, less);
    if (depth-- == 0) return detail::merge_sort(v, n, other, less);
    // Drawn: at regular distances they would meet a saw's teeth at the same height.
    random = random * 6364136223846793005U + n;
    std::size_t const part = n / 8;
    auto const at = [&](unsigned k) { return v + k * part + static_cast<std::size_t>(random >> (8 + 7 * k)) % part; };
    T* chosen = nullptr;
    if (n > 256) {
      T* const a = detail::middle_of(at(0), at(1), at(2), less);
      T* const b = detail::middle_of(at(3), at(4), v + n / 2, less);
      chosen = detail::middle_of(a, b, detail::middle_of(at(5), at(6), at(7), less), less);
    } else {
      chosen = detail::middle_of(at(0), at(3), at(7), less);
    }
    T pivot(*chosen);
    bool const is_lowest = lowest != nullptr && !less(*lowest, pivot);
    std::size_t left = 0;
    if (!is_lowest) left = detail::stable_partition_into(v, n, other, [&](T& x) { return less(x, pivot); });
    if (left == 0) {  // nothing is smaller: those equal to it are in place once they are in front
      left = detail::stable_partition_into(v, n, other, [&](T& x) { return !less(pivot, x); });
      v += left;
      n -= left;
      lowest = nullptr;
      continue;
    }
    detail::quick_sort(v + left, n - left, other, less, depth, &pivot);
    n = left;
  }
}
template <class T, class O>
void quick_sort(T* v, std::size_t n, T* other, O const& less) {
  detail::quick_sort(v, n, other, less, 2 * static_cast<unsigned>(std::bit_width(n)));
}

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
