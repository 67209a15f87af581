// Sorts of a few items, in cache: stable, with few branches that depend on them. Whatever a comparison says, each is a
// permutation in the end; no address depends on it.
#pragma once

#include <parallel_task/algorithm/sorting/items.hpp>

#include <cstddef>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// An item in hand, and the place where it goes when that has been found, or when a comparison throws.
template <class T>
struct InHand {
  T item;
  T* place;
  explicit InHand(T* from) noexcept : item(*from), place(from) {}
  InHand(InHand const&) = delete;
  InHand& operator=(InHand const&) = delete;
  ~InHand() { detail::put(place, item); }
};

/// Sorts v[0, n) of which v[0, sorted) is sorted. Quadratic, linear if all are sorted.
template <class T, class O>
void insertion_sort(T* v, std::size_t n, O const& less, std::size_t sorted = 1) {
  for (std::size_t i = sorted; i < n; ++i) {
    if (!less(v[i], v[i - 1])) continue;
    InHand<T> hand(v + i);
    do {
      detail::put(hand.place, hand.place[-1]);
      --hand.place;
    } while (hand.place != v && less(hand.item, hand.place[-1]));
  }
}

/// Four items into `to`: a network, whose outcome is a permutation for any answers.
template <class T, class O>
PARALLEL_TASK_ALWAYS_INLINE inline void sort_four(T* v, T* to, O const& less) {
  bool const first = less(v[1], v[0]);
  bool const second = less(v[3], v[2]);
  T* const a = v + first;
  T* const b = v + !first;
  T* const c = v + 2 + second;
  T* const d = v + 2 + !second;
  bool const low = less(*c, *a);
  bool const high = less(*d, *b);
  T* const smallest = detail::select(low, c, a);
  T* const largest = detail::select(high, b, d);
  T* const left = detail::select(low, a, detail::select(high, c, b));
  T* const right = detail::select(high, d, detail::select(low, b, c));
  bool const middle = less(*right, *left);
  detail::put(to, *smallest);
  detail::put(to + 1, *detail::select(middle, right, left));
  detail::put(to + 2, *detail::select(middle, left, right));
  detail::put(to + 3, *largest);
}

/// Merges from[0, half) and from[half, n), half = n / 2, into `to`, from both ends at once: two chains of comparisons
/// that don't wait for each other, without branches (bidirectional merge, after driftsort and quadsort). Where the
/// comparison contradicts itself the ends don't meet, and the items are copied as they are.
template <class T, class O>
PARALLEL_TASK_ALWAYS_INLINE inline void merge_halves(T* from, std::size_t n, T* to, O const& less) {
  std::size_t const half = n / 2;
  T* left = from;
  T* right = from + half;
  T* left_end = from + half - 1;
  T* right_end = from + n - 1;
  T* low = to;
  T* high = to + n - 1;
  for (std::size_t i = 0; i != half; ++i) {
    bool const from_left = !less(*right, *left);
    detail::put(low++, *detail::select(from_left, left, right));
    left += from_left;
    right += !from_left;
    bool const from_right = !less(*right_end, *left_end);
    detail::put(high--, *detail::select(from_right, right_end, left_end));
    right_end -= from_right;
    left_end -= !from_right;
  }
  if (n % 2 != 0) {
    bool const from_left = left <= left_end;
    detail::put(low, *(from_left ? left : right));
    left += from_left;
    right += !from_left;
  }
  if (left != left_end + 1 || right != right_end + 1) detail::copy_items(to, from, n);
}

/// The longest input of `small_sort`.
inline constexpr std::size_t most_small = 32;

/// Copies up to 16 items to `to`, sorted. `room` has as many.
template <class T, class O>
void presort(T* from, std::size_t n, T* to, T* room, O const& less) {
  std::size_t done = 1;
  if (n >= 16) {
    detail::sort_four(from, room, less);
    detail::sort_four(from + 4, room + 4, less);
    detail::sort_four(from + 8, room + 8, less);
    detail::sort_four(from + 12, room + 12, less);
    T* const halves = room + 16;
    detail::merge_halves(room, 8, halves, less);
    detail::merge_halves(room + 8, 8, halves + 8, less);
    detail::merge_halves(halves, 16, to, less);
    return;
  }
  if (n >= 8) {
    detail::sort_four(from, room, less);
    detail::sort_four(from + 4, room + 4, less);
    detail::merge_halves(room, 8, to, less);
    done = 8;
  } else if (n >= 4) {
    detail::sort_four(from, to, less);
    done = 4;
  } else if (n != 0) {
    detail::put(to, *from);
  }
  for (std::size_t i = done; i < n; ++i) {
    T item(from[i]);  // `from` is whole all the time
    T* place = to + i;
    while (place != to && less(item, place[-1])) {
      detail::put(place, place[-1]);
      --place;
    }
    detail::put(place, item);
  }
}

/// Sorts up to `most_small` items. Stable.
template <class T, class O>
void small_sort(T* v, std::size_t n, O const& less) {
  if (n < 8) return detail::insertion_sort(v, n, less);
  Room<T, 2 * most_small> room;
  T* const halves = room.items();
  std::size_t const half = n / 2;
  detail::presort(v, half, halves, halves + most_small, less);
  detail::presort(v + half, n - half, halves + half, halves + most_small, less);
  CopiesBack<T> back(v, halves, n);
  detail::merge_halves(halves, n, v, less);
  back.forget();
}

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
