// Sorts by numbers in cache: each item goes straight to about its place. Stable.
#pragma once

#include <parallel_task/algorithm/sorting/items.hpp>
#include <parallel_task/algorithm/sorting/look.hpp>
#include <parallel_task/algorithm/sorting/order.hpp>
#include <parallel_task/algorithm/sorting/small.hpp>
#include <parallel_task/platform/inline.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
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

/// The smallest and the largest number of items, which are not none.
template <class T, class O>
auto extent_of(T* v, std::size_t n, O const& order) {
  auto lowest = order.key(v[0]);
  auto highest = lowest;
  for (std::size_t i = 1; i != n; ++i) {
    auto const key = order.key(v[i]);
    lowest = key < lowest ? key : lowest;
    highest = key > highest ? key : highest;
  }
  return std::pair(lowest, highest);
}

/// Neither infinite nor a NaN, by its bits: also where a program is compiled as if there were no such values.
template <class Value>
[[nodiscard]] inline bool is_finite(Value value) noexcept {
  using Bits = std::conditional_t<(sizeof(Value) > 4), std::uint64_t, std::uint32_t>;
  constexpr auto infinite = std::bit_cast<Bits>(std::numeric_limits<Value>::infinity());  // the exponent's bits
  return (std::bit_cast<Bits>(value) & infinite) != infinite;
}

/// By values of floating point, none of which is a NaN.
template <bool falls>
struct ByValue {
  template <class T>
  PARALLEL_TASK_ALWAYS_INLINE bool operator()(T a, T b) const noexcept {
    return falls ? b < a : a < b;
  }
};

/// Sorts items of which none is farther from its place than `rounds` neighbours: odd-even transposition (N. Habermann
/// 1972), which compilers make vectors of. Stable.
template <class T, class O>
void sort_neighbours(T* v, std::size_t n, std::size_t rounds, O const& less) {
  for (std::size_t round = 0; round != rounds; ++round) {
    T* at = v + round % 2;
    std::size_t const shorter = n - (n == 0 ? 0 : round % 2);
    for (std::size_t pairs = shorter / 2; pairs != 0; --pairs, at += 2) {
      T const left = at[0];
      T const right = at[1];
      bool const swaps = less(right, left);
      at[0] = detail::either(swaps, right, left);
      at[1] = detail::either(swaps, left, right);
    }
  }
}

/// The slot of an item: by the bits of its number.
template <class O, class Number>
struct SlotByBits {
  static constexpr bool is_by_value = false;
  O const& order;
  Number lowest;
  unsigned shift;
  template <class T>
  PARALLEL_TASK_ALWAYS_INLINE std::size_t operator()(T& item) const {
    return static_cast<std::size_t>(static_cast<Number>(order.key(item) - lowest) >> shift);
  }
};
/// By its value: the bits of floating-point numbers crowd where exponents are large, and leave the room between those
/// of both signs empty. Differences and products are rounded, but never the other way round.
template <class O, class Value>
struct SlotByValue {
  static constexpr bool is_by_value = true;
  O const& order;
  Value lowest;
  Value per_slot;
  template <class T>
  PARALLEL_TASK_ALWAYS_INLINE std::size_t operator()(T& item) const {
    return static_cast<std::size_t>(static_cast<std::int32_t>((order.value(item) - lowest) * per_slot));
  }
};

/// By the number of an item less the smallest, divided into as many slots as there are items: where keys are spread
/// evenly, a slot has one. Neighbours are sorted then; where a slot has too many, each slot is sorted the same way.
template <class T, class O>
class Interpolation {
 public:
  explicit Interpolation(O const& order) noexcept : order_(order) {}

  /// Sorts the items of from[0, n) into to[0, n). `home` is one of the two: there the items are if a projection throws,
  /// and there they are in the end.
  void sort(T* from, T* to, std::size_t n, T* home) const { sort(from, to, n, home, true); }

 private:
  using Number = std::remove_cvref_t<decltype(std::declval<O const&>().key(std::declval<T&>()))>;
  using Key = typename O::template Key<T&>;
  static constexpr std::size_t most_short = 65535;
  static constexpr std::size_t crowded = 16;
  /// Items that are what they are sorted by are compared many at once.
  static constexpr bool is_its_number = is_number_key<T> && O::is_of_item;

  /// `evenly`: floating-point values may be spread evenly, which is tried once.
  void sort(T* from, T* to, std::size_t n, T* home, bool evenly) const {
    if (n <= most_small) {
      if (from != home) detail::copy_items(home, from, n);
      return detail::small_sort(home, n, order_);
    }
    CopiesBack<T> back(home, from, from == home ? 0 : n);
    if (detail::run_end<false>(from, 0, n, order_) == n) return;
    auto const [lowest, highest] = detail::extent_of(from, n, order_);
    if (n <= most_short) {
      sort_by_slots<std::uint16_t, 13>(from, to, n, home, lowest, highest, evenly, back);
    } else {
      sort_by_slots<std::uint32_t, 12>(from, to, n, home, lowest, highest, evenly, back);
    }
  }
  template <class Count, unsigned most_bits>
  void sort_by_slots(T* from, T* to, std::size_t n, T* home, Number lowest, Number highest, bool evenly,
                     CopiesBack<T>& back) const {
    Count ends[(std::size_t{1} << most_bits) + 1];
    auto bits = static_cast<unsigned>(std::bit_width(n - n / 4));
    bits = bits > most_bits ? most_bits : bits;
    if constexpr (std::is_floating_point_v<Key>) {
      auto const low = O::template value_of<Key>(lowest);
      auto const high = O::template value_of<Key>(highest);
      auto const width = high - low;
      Key const per_slot = static_cast<Key>((std::size_t{1} << bits) - 1) / width;
      // Neither infinite nor a NaN, nor so close that all are one.
      bool const has_width = detail::is_finite(low) && detail::is_finite(high) && detail::is_finite(width) && width > 0;
      if (evenly && has_width && detail::is_finite(per_slot)) {
        SlotByValue<O, Key> const slot{order_, low, per_slot};
        if (spreads(from, n, slot, bits))
          return sort_slots(from, to, n, home, slot, std::size_t{1} << bits, false, ends, back);
      }
    }
    auto const width = static_cast<unsigned>(std::bit_width(static_cast<Number>(highest - lowest)));
    unsigned const shift = width > bits ? width - bits : 0;
    SlotByBits<O, Number> const slot{order_, lowest, shift};
    sort_slots(from, to, n, home, slot, static_cast<std::size_t>(static_cast<Number>(highest - lowest) >> shift) + 1,
               shift == 0, ends, back);
  }
  /// Whether no 64th of the slots has more than a fourth of 64 items.
  template <class Slot>
  static bool spreads(T* v, std::size_t n, Slot const& slot, unsigned bits) {
    unsigned char count[64] = {};
    unsigned char most = 0;
    for (std::size_t i = 0; i != 64; ++i) {
      std::size_t const part = slot(v[i * n / 64]) * 64 >> bits;
      most = ++count[part] > most ? count[part] : most;
    }
    return most <= 16;
  }
  /// `alike`: items of a slot have the same number.
  template <class Count, class Slot>
  void sort_slots(T* from, T* to, std::size_t n, T* home, Slot const& slot, std::size_t slots, bool alike, Count* ends,
                  CopiesBack<T>& back) const {
    std::size_t const most = distribute(from, to, n, slot, slots, ends);
    back.forget();
    if (!alike && most > crowded) return sort_each(from, to, n, home, slots, ends);
    CopiesBack<T> const in_the_end(home, to, to == home ? 0 : n);
    if (alike) return;
    if constexpr (is_its_number) {
      if constexpr (Slot::is_by_value) {
        finish(to, n, slots, ends, ByValue<O::is_falling>{});
      } else {
        finish(to, n, slots, ends, order_);
      }
    } else {
      detail::insertion_sort(to, n, order_);
    }
  }
  /// Scatters by slots; how many the fullest has. Then ends[j] is where slot j ends.
  template <class Count, class Slot>
  std::size_t distribute(T* from, T* to, std::size_t n, Slot const& slot, std::size_t slots, Count* ends) const {
    std::memset(ends, 0, (slots + 1) * sizeof(*ends));
    for (std::size_t i = 0; i != n; ++i) ++ends[slot(from[i]) + 1];
    Count most = 0;
    Count at = 0;
    for (std::size_t j = 1; j <= slots; ++j) {
      most = ends[j] > most ? ends[j] : most;
      at = static_cast<Count>(at + ends[j]);
      ends[j] = at;
    }
    for (std::size_t i = 0; i != n; ++i) {
      T item(from[i]);
      detail::put(to + ends[slot(item)]++, item);
    }
    return most;
  }
  /// Sorts the items of each slot, by many slots at once, as often as the fullest of them asks for.
  template <class Count, class Less>
  static void finish(T* v, std::size_t n, std::size_t slots, Count const* ends, Less const& less) {
    constexpr std::size_t at_once = 512;  // so that items stay in the nearest cache
    std::size_t first = 0;
    for (std::size_t j = 0; first != n; j += at_once) {
      std::size_t const count = slots - j < at_once ? slots - j : at_once;
      auto most = static_cast<Count>(ends[j] - first);
      for (std::size_t k = 1; k != count; ++k) {
        auto const here = static_cast<Count>(ends[j + k] - ends[j + k - 1]);
        most = here > most ? here : most;
      }
      std::size_t const last = ends[j + count - 1];
      if (most > 1) detail::sort_neighbours(v + first, last - first, most, less);
      first = last;
    }
  }
  template <class Count>
  void sort_each(T* from, T* to, std::size_t n, T* home, std::size_t slots, Count const* ends) const {
    RestComesHome<T> rest(home, to, to == home ? 0 : n);
    std::size_t first = 0;
    for (std::size_t j = 0; j != slots; ++j) {
      std::size_t const last = ends[j];
      if (to != home) rest.next = last;
      if (last != first) sort(to + first, from + first, last - first, home + first, false);
      first = last;
    }
  }

  O const& order_;
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
