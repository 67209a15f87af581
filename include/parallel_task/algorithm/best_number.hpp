// Where the smallest and the largest of numbers in memory are: the values of a stretch are compared in several lanes,
// and the place is looked for in the best stretch only.
#pragma once

#include <parallel_task/algorithm/algorithm_object.hpp>
#include <parallel_task/algorithm/gather.hpp>
#include <parallel_task/algorithm/passes.hpp>
#include <parallel_task/platform/ranges.hpp>

#include <cstddef>
#include <functional>
#include <limits>
#include <type_traits>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

template <class R, class L, class Proj>
inline constexpr bool best_by_value =
    std::ranges::contiguous_range<R> && std::ranges::sized_range<R> &&
    std::is_arithmetic_v<std::ranges::range_value_t<R>> && !std::is_same_v<std::ranges::range_value_t<R>, bool> &&
    std::is_same_v<Proj, std::identity> &&
    (std::is_same_v<L, ByLess> || std::is_same_v<L, std::ranges::less> || std::is_same_v<L, std::less<>> ||
     std::is_same_v<L, std::less<std::ranges::range_value_t<R>>>);

/// Whether a number is to be taken instead of the best so far, and one that every other is taken instead of.
struct SmallestNumber {
  template <class N>
  PARALLEL_TASK_ALWAYS_INLINE static constexpr bool better(N x, N best) noexcept {
    return x < best;
  }
  template <class N>
  static constexpr N worst =
      std::numeric_limits<N>::has_infinity ? std::numeric_limits<N>::infinity() : (std::numeric_limits<N>::max)();
};
struct LargestNumber {
  template <class N>
  PARALLEL_TASK_ALWAYS_INLINE static constexpr bool better(N x, N best) noexcept {
    return best < x;
  }
  template <class N>
  static constexpr N worst =
      std::numeric_limits<N>::has_infinity ? -std::numeric_limits<N>::infinity() : std::numeric_limits<N>::lowest();
};

/// In how many lanes numbers are compared: as many as fill vectors, or, where the target has no comparison of integers
/// of 64 bits in vectors, as few as stay in registers.
template <class N>
inline constexpr std::size_t lanes_to_compare = [] {
  if constexpr (sizeof(N) > 16) return 1;
#if (defined(__x86_64__) || defined(__i386__)) && !defined(__SSE4_2__)
  if constexpr (std::is_integral_v<N> && sizeof(N) >= 8) return 4;
#endif
  return static_cast<int>(128 / sizeof(N));
}();

/// The best value from `first` to `last`, which begins with `start`. As `std::min_element` does, a NaN is never taken,
/// and never given up: lanes begin with the same value, and each takes what the loop would.
template <class Which, class N>
N best_value(N const* first, N const* last, N start) {
  constexpr std::size_t lanes = lanes_to_compare<N>;
  N lane[lanes];
  for (N& best : lane) best = start;
  for (; static_cast<std::size_t>(last - first) >= lanes; first += lanes) {
    PARALLEL_TASK_WRITTEN_OUT
    for (std::size_t j = 0; j != lanes; ++j) lane[j] = Which::better(first[j], lane[j]) ? first[j] : lane[j];
  }
  for (; first != last; ++first) lane[0] = Which::better(*first, lane[0]) ? *first : lane[0];
  for (N const& best : lane) start = Which::better(best, start) ? best : start;
  return start;
}

/// Calls f(first, last) for pieces of [begin, end): they are read twice, or looked through for what was found in one,
/// so they stay in the nearest cache, and looking costs little beside finding.
template <class N, class F>
void for_pieces(std::size_t begin, std::size_t end, F const& f) {
  constexpr std::size_t most = 4096 / sizeof(N);
  for (; end - begin > most; begin += most) f(begin, begin + most);
  f(begin, end);
}

/// What the best of a stretch's numbers, or of a piece's, is at least: the first number, which may be NaN.
template <class Which, class N>
N first_or_worst(N const* numbers, std::size_t begin) {
  return begin == 0 ? numbers[0] : Which::template worst<N>;
}

/// The first position from `at` on that has `value`, which is not NaN; 0 if there is none.
template <class N>
std::size_t next_with(N value, N const* numbers, std::size_t at, std::size_t n) {
  while (at != n && !(numbers[at] == value)) ++at;
  return at == n ? 0 : at;
}
/// The last position before `end` that has `value`; 0 if there is none.
template <class N>
std::size_t last_with(N value, N const* numbers, std::size_t end) {
  while (end != 0 && !(numbers[end - 1] == value)) --end;
  return end == 0 ? 0 : end - 1;
}

/// The position of the best of `n` numbers, the first of several; 0 if there are none.
template <class Which, class N>
std::size_t best_number(Passes& passes, N const* numbers, std::size_t n) {
  struct Best {
    N value;
    std::size_t from;  // where its piece begins
  };
  auto const of_stretch = [numbers](std::size_t begin, std::size_t end) {
    Best best{detail::first_or_worst<Which>(numbers, begin), begin};
    detail::for_pieces<N>(begin, end, [&](std::size_t first, std::size_t last) {
      N const value = detail::best_value<Which>(numbers + first, numbers + last, best.value);
      if (Which::better(value, best.value)) best = {value, first};
    });
    return best;
  };
  auto const best = detail::joined_in_plain<N>(passes, n, of_stretch, [](Best& so_far, Best&& later) {
    if (Which::better(later.value, so_far.value)) so_far = later;
  });
  if (!best || !(best->value == best->value)) return 0;  // none, or the first is NaN
  return detail::next_with(best->value, numbers, best->from, n);
}

struct Extremes {
  std::size_t smallest, largest;
};
/// The positions of the smallest, the first of several, and of the largest, the last of several.
template <class N>
Extremes extreme_numbers(Passes& passes, N const* numbers, std::size_t n) {
  struct Best {
    N smallest, largest;
    std::size_t from, to;  // where the piece of the smallest begins, and where that of the largest ends
  };
  auto const of_stretch = [numbers](std::size_t begin, std::size_t end) {
    Best best{detail::first_or_worst<SmallestNumber>(numbers, begin),
              detail::first_or_worst<LargestNumber>(numbers, begin), begin, begin};
    detail::for_pieces<N>(begin, end, [&](std::size_t first, std::size_t last) {
      N const low = detail::best_value<SmallestNumber>(numbers + first, numbers + last, best.smallest);
      if (low < best.smallest) {
        best.smallest = low;
        best.from = first;
      }
      N const high = detail::best_value<LargestNumber>(numbers + first, numbers + last,
                                                       detail::first_or_worst<LargestNumber>(numbers, first));
      if (best.largest <= high) {
        best.largest = high;
        best.to = last;
      }
    });
    return best;
  };
  auto const best = detail::joined_in_plain<N>(passes, n, of_stretch, [](Best& so_far, Best&& later) {
    if (later.smallest < so_far.smallest) {
      so_far.smallest = later.smallest;
      so_far.from = later.from;
    }
    if (so_far.largest <= later.largest) {
      so_far.largest = later.largest;
      so_far.to = later.to;
    }
  });
  if (!best || !(best->smallest == best->smallest)) return {0, 0};  // none, or the first is NaN
  return {detail::next_with(best->smallest, numbers, best->from, n),
          detail::last_with(best->largest, numbers, best->to)};
}

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
