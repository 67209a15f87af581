// Sorts by numbers in cache: each item goes straight to about its place. Stable.
#pragma once

#include <parallel_task/algorithm/sorting/items.hpp>
#include <parallel_task/algorithm/sorting/small.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// Copies back to `home` the items from `next` on, if an exception passes by while parts of a stretch are being sorted.
template <class T>
class RestComesHome {
 public:
  RestComesHome(T* home, T const* items, std::size_t n) noexcept : home_(home), items_(items), n_(n) {}
  RestComesHome(RestComesHome const&) = delete;
  RestComesHome& operator=(RestComesHome const&) = delete;
  ~RestComesHome() { detail::copy_items(home_ + next, items_ + next, n_ - next); }
  std::size_t next = 0;

 private:
  T* home_;
  T const* items_;
  std::size_t n_;
};

/// By the number of an item less the smallest, divided into as many slots as there are items: where keys are spread
/// evenly, a slot has one. One pass of insertion ends it; where a slot has too many, each slot is sorted the same way.
template <class T, class O>
class Interpolation {
 public:
  explicit Interpolation(O const& order) noexcept : order_(order) {}

  /// Sorts the items of from[0, n) into to[0, n). `home` is one of the two: there the items are if a projection throws,
  /// and there they are in the end.
  void sort(T* from, T* to, std::size_t n, T* home) const {
    if (n <= most_small) {
      if (from != home) detail::copy_items(home, from, n);
      return detail::small_sort(home, n, order_);
    }
    CopiesBack<T> back(home, from, from == home ? 0 : n);
    Number lowest = order_.key(from[0]);
    Number highest = lowest;
    bool sorted = true;
    Number last = lowest;
    for (std::size_t i = 1; i != n; ++i) {
      Number const key = order_.key(from[i]);
      lowest = key < lowest ? key : lowest;
      highest = key > highest ? key : highest;
      sorted &= !(key < last);
      last = key;
    }
    if (sorted) return;
    if (n <= most_short) {
      sort_by_slots<std::uint16_t, 13>(from, to, n, home, lowest, highest, back);
    } else {
      sort_by_slots<std::uint32_t, 12>(from, to, n, home, lowest, highest, back);
    }
  }

 private:
  using Number = std::remove_cvref_t<decltype(std::declval<O const&>().key(std::declval<T&>()))>;
  static constexpr std::size_t most_short = 65535;
  static constexpr std::size_t crowded = 16;

  template <class Count, unsigned most_bits>
  void sort_by_slots(T* from, T* to, std::size_t n, T* home, Number lowest, Number highest, CopiesBack<T>& back) const {
    auto const width = static_cast<unsigned>(std::bit_width(static_cast<Number>(highest - lowest)));
    auto bits = static_cast<unsigned>(std::bit_width(n - n / 4));
    bits = bits > most_bits ? most_bits : bits;
    unsigned const shift = width > bits ? width - bits : 0;
    auto const slots = static_cast<std::size_t>(static_cast<Number>(highest - lowest) >> shift) + 1;
    Count ends[(std::size_t{1} << most_bits) + 1];
    std::size_t const most = distribute(from, to, n, lowest, shift, slots, ends);
    back.forget();
    if (shift != 0 && most > crowded) return sort_slots(from, to, n, home, slots, ends);
    CopiesBack<T> const in_the_end(home, to, to == home ? 0 : n);
    if (shift != 0) detail::insertion_sort(to, n, order_);
  }
  /// Scatters by slots; how many the fullest has. Then ends[j] is where slot j ends.
  template <class Count>
  std::size_t distribute(T* from, T* to, std::size_t n, Number lowest, unsigned shift, std::size_t slots,
                         Count* ends) const {
    std::memset(ends, 0, (slots + 1) * sizeof(*ends));
    for (std::size_t i = 0; i != n; ++i) ++ends[((order_.key(from[i]) - lowest) >> shift) + 1];
    Count most = 0;
    Count at = 0;
    for (std::size_t j = 1; j <= slots; ++j) {
      most = ends[j] > most ? ends[j] : most;
      at = static_cast<Count>(at + ends[j]);
      ends[j] = at;
    }
    for (std::size_t i = 0; i != n; ++i) {
      T item(from[i]);
      detail::put(to + ends[(order_.key(item) - lowest) >> shift]++, item);
    }
    return most;
  }
  template <class Count>
  void sort_slots(T* from, T* to, std::size_t n, T* home, std::size_t slots, Count const* ends) const {
    RestComesHome<T> rest(home, to, to == home ? 0 : n);
    std::size_t first = 0;
    for (std::size_t j = 0; j != slots; ++j) {
      std::size_t const last = ends[j];
      if (to != home) rest.next = last;
      if (last != first) sort(to + first, from + first, last - first, home + first);
      first = last;
    }
  }

  O const& order_;
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
