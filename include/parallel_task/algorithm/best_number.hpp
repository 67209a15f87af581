// Where the smallest and the largest of numbers in memory are: the values of a stretch are compared in several lanes,
// and the place is looked for in the best stretch only.
#pragma once

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
    (std::is_same_v<L, std::ranges::less> || std::is_same_v<L, std::less<>> ||
     std::is_same_v<L, std::less<std::ranges::range_value_t<R>>>);

/// Whether a number is to be taken instead of the best so far, and one that every other is taken instead of.
struct SmallestNumber {
  template <class N>
  [[gnu::always_inline]] static constexpr bool better(N x, N best) noexcept {
    return x < best;
  }
  template <class N>
  static constexpr N worst =
      std::numeric_limits<N>::has_infinity ? std::numeric_limits<N>::infinity() : (std::numeric_limits<N>::max)();
};
struct LargestNumber {
  template <class N>
  [[gnu::always_inline]] static constexpr bool better(N x, N best) noexcept {
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

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
