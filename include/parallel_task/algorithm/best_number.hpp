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

/// The best value from `first` to `last`, which begins with `start`. As `std::min_element` does, a NaN is never taken,
/// and never given up: lanes begin with the same value, and each takes what the loop would.
template <class Which, class N>
N best_value(N const* first, N const* last, N start) {
  constexpr std::size_t lanes = sizeof(N) >= 64 ? 1 : 128 / sizeof(N);
  N lane[lanes];
  for (N& best : lane) best = start;
  for (; static_cast<std::size_t>(last - first) >= lanes; first += lanes) {
    for (std::size_t j = 0; j != lanes; ++j) lane[j] = Which::better(first[j], lane[j]) ? first[j] : lane[j];
  }
  for (; first != last; ++first) lane[0] = Which::better(*first, lane[0]) ? *first : lane[0];
  for (N const& best : lane) start = Which::better(best, start) ? best : start;
  return start;
}

/// The position of the best of `n` numbers, the first of several; 0 if there are none.
template <class Which, class N>
std::size_t best_number(Passes& passes, N const* numbers, std::size_t n) {
  struct Best {
    N value;
    std::size_t first, last;
  };
  auto const best = detail::joined_in(
      passes, n,
      [numbers](std::size_t begin, std::size_t end) {
        N const start = begin == 0 ? numbers[0] : Which::template worst<N>;
        return Best{detail::best_value<Which>(numbers + begin, numbers + end, start), begin, end};
      },
      [](Best& so_far, Best&& later) {
        if (Which::better(later.value, so_far.value)) so_far = later;
      });
  if (!best) return 0;
  std::size_t at = best->first;
  while (at != best->last && !(numbers[at] == best->value)) ++at;
  return at == best->last ? best->first : at;  // the first one is NaN
}

struct Extremes {
  std::size_t smallest, largest;
};
/// The positions of the smallest, the first of several, and of the largest, the last of several.
template <class N>
Extremes extreme_numbers(Passes& passes, N const* numbers, std::size_t n) {
  struct Best {
    N smallest, largest;
    std::size_t first_of_smallest, last_of_smallest, first_of_largest, last_of_largest;
  };
  auto const of_stretch = [numbers](std::size_t begin, std::size_t end) {
    N const* const first = numbers + begin;
    // In pieces that stay in the nearest cache, since they are read twice.
    constexpr std::size_t piece = 16384 / sizeof(N);
    N smallest = begin == 0 ? numbers[0] : SmallestNumber::worst<N>;
    N largest = begin == 0 ? numbers[0] : LargestNumber::worst<N>;
    for (std::size_t i = 0; i != end - begin;) {
      std::size_t const stop = end - begin - i < piece ? end - begin : i + piece;
      smallest = detail::best_value<SmallestNumber>(first + i, first + stop, smallest);
      largest = detail::best_value<LargestNumber>(first + i, first + stop, largest);
      i = stop;
    }
    return Best{smallest, largest, begin, end, begin, end};
  };
  auto const best = detail::joined_in(passes, n, of_stretch, [](Best& so_far, Best&& later) {
    if (later.smallest < so_far.smallest) {
      so_far.smallest = later.smallest;
      so_far.first_of_smallest = later.first_of_smallest;
      so_far.last_of_smallest = later.last_of_smallest;
    }
    if (so_far.largest <= later.largest) {
      so_far.largest = later.largest;
      so_far.first_of_largest = later.first_of_largest;
      so_far.last_of_largest = later.last_of_largest;
    }
  });
  if (!best) return {0, 0};
  std::size_t smallest = best->first_of_smallest;
  while (smallest != best->last_of_smallest && !(numbers[smallest] == best->smallest)) ++smallest;
  std::size_t largest = best->last_of_largest;
  while (largest != best->first_of_largest && !(numbers[largest - 1] == best->largest)) --largest;
  // What is not found is NaN, the first number.
  return {smallest == best->last_of_smallest ? 0 : smallest, largest == best->first_of_largest ? 0 : largest - 1};
}

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
