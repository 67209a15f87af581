// nth_element(r, nth)
//
// A sample gives two items close below and above the one that is wanted. All items are parted by one, and what is left
// by the other: some per cent of them remain. (Floyd and Rivest, "Expected time bounds for selection", 1975.)
#pragma once

#include <parallel_task/algorithm/arguments.hpp>
#include <parallel_task/algorithm/few_smallest.hpp>
#include <parallel_task/algorithm/partition.hpp>
#include <parallel_task/algorithm/passes.hpp>
#include <parallel_task/algorithm/swap_heap.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <type_traits>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

template <class I, class Less, class Projection>
class Selection {
 public:
  Selection(ByNumber<I> const& v, Less const& less, Projection const& projection) noexcept
      : v_(v), less_(less), projection_(projection), parting_(v) {}

  /// Puts the item there that would be at `nth` if all were sorted; none before it is larger, none behind it smaller.
  /// Swaps only, so every item is somewhere when a comparison throws; linear for comparisons of any kind, in the mean.
  void select(Passes& passes, std::size_t nth) {
    std::size_t first = 0;
    std::size_t last = v_.size;
    unsigned rounds = 0;
    while (last - first > few) {
      if (++rounds > most_rounds) break;
      std::size_t const before = last - first;
      if (narrow(passes, first, nth, last)) return;
      if (before - (last - first) >= before / 4) --rounds;  // it comes nearer: that may go on
    }
    detail::sort_by_heap(v_, first, last, less_, projection_);
  }

 private:
  static constexpr std::size_t few = 48;
  static constexpr unsigned most_rounds = 12;
  static constexpr std::size_t most_samples = 2048;

  PARALLEL_TASK_ALWAYS_INLINE bool before(std::size_t i, std::size_t j) const {
    return static_cast<bool>(std::invoke(less_, detail::key_at(projection_, v_, i),
                                         detail::key_at(projection_, v_, j)));
  }
  /// Brings [first, last) closer to `nth`. True if the item there is the one.
  bool narrow(Passes& passes, std::size_t& first, std::size_t nth, std::size_t& last) {
    std::size_t const n = last - first;
    std::size_t const rank = nth - first;
    // A sample of s has the wanted rank within about sqrt(s) / 2 places; three times that is hardly ever missed.
    std::size_t const s = n < 600 ? 9 : n < 20'000 ? 63 : n < 200'000 ? 255 : n < 3'000'000 ? 511 : most_samples;
    gather_sample(first, n, s);
    std::size_t const middle =
        static_cast<std::size_t>(static_cast<double>(rank) / static_cast<double>(n) * static_cast<double>(s));
    auto const share = static_cast<double>(middle) / static_cast<double>(s);
    auto const spread =
        static_cast<std::size_t>(2.5 * std::sqrt(static_cast<double>(s) * share * (1 - share))) + (s < 100 ? 1 : 3);
    bool const has_low = middle > spread;
    bool const has_high = middle + spread + 1 < s;
    // The sample is sorted in place at the begin: the two wait at both ends.
    std::size_t const low_at = first + (has_low ? middle - spread : 0);
    std::size_t const high_at = first + (has_high ? middle + spread : s - 1);
    if (!has_low && !has_high) return part_low(passes, first, nth, last, first + s / 2);
    if (has_low && has_high && !before(low_at, high_at)) return part_low(passes, first, nth, last, low_at);
    if (has_high) {
      std::ranges::iter_swap(v_.at(high_at), v_.at(last - 1));
      if (!has_low) return cut_high(passes, first, nth, last);
      std::ranges::iter_swap(v_.at(low_at), v_.at(first));
      return part_both(passes, first, nth, last);
    }
    return part_low(passes, first, nth, last, low_at);
  }

  /// Swaps items from all over the range to its begin, and sorts them there.
  void gather_sample(std::size_t first, std::size_t n, std::size_t s) {
    for (std::size_t i = 0; i != s; ++i) {
      seed_ ^= seed_ << 13;
      seed_ ^= seed_ >> 7;
      seed_ ^= seed_ << 17;
      std::size_t const from = i + static_cast<std::size_t>(seed_ % (n - i));
      if (from != i) std::ranges::iter_swap(v_.at(first + i), v_.at(first + from));
    }
    detail::sort_by_heap(v_, first, first + s, less_, projection_);
  }

  // Parts [from, to) by item `than`, which is outside.
  std::size_t part_smaller(Passes& passes, std::size_t from, std::size_t to, std::size_t than) {
    return with_item(than, [&](auto const& key) {
      return parting_.part(passes, from, to, [&](std::size_t i) {
        return static_cast<bool>(std::invoke(less_, detail::key_at(projection_, v_, i), key()));
      });
    });
  }
  std::size_t part_not_larger(Passes& passes, std::size_t from, std::size_t to, std::size_t than) {
    return with_item(than, [&](auto const& key) {
      return parting_.part(passes, from, to, [&](std::size_t i) {
        return !static_cast<bool>(std::invoke(less_, key(), detail::key_at(projection_, v_, i)));
      });
    });
  }
  /// A cheap item is copied, or each comparison would load it.
  template <class F>
  std::size_t with_item(std::size_t at, F const& f) {
    if constexpr (cheap_to_store<I>) {
      std::iter_value_t<I> const item = v_[at];
      return f([&]() -> decltype(auto) { return std::invoke(projection_, item); });
    } else {
      return f([&]() -> decltype(auto) { return detail::key_at(projection_, v_, at); });
    }
  }

  // Each brings [first, last) closer and says whether `nth` is settled. What takes little away is followed by the items
  // that are equal to the pivot: there may be many.

  [[nodiscard]] static bool is_little(std::size_t gone, std::size_t of) noexcept { return gone < of / 8; }

  /// By the item at `pivot`: into smaller ones, it, the others.
  bool part_low(Passes& passes, std::size_t& first, std::size_t nth, std::size_t& last, std::size_t pivot) {
    std::ranges::iter_swap(v_.at(pivot), v_.at(first));
    return cut_low(passes, first, nth, last);
  }
  /// By the item at `first`.
  bool cut_low(Passes& passes, std::size_t& first, std::size_t nth, std::size_t& last) {
    std::size_t const low = part_smaller(passes, first + 1, last, first) - 1;
    std::ranges::iter_swap(v_.at(first), v_.at(low));
    if (nth < low) return last = low, false;
    if (nth == low) return true;
    bool const little = is_little(low - first, last - first);
    first = low + 1;
    if (!little) return false;
    std::size_t const high = part_not_larger(passes, first, last, low);
    if (nth < high) return true;
    return first = high, false;
  }
  /// By the item at `last - 1`: not larger ones, it, larger ones.
  bool cut_high(Passes& passes, std::size_t& first, std::size_t nth, std::size_t& last) {
    std::size_t const high = part_not_larger(passes, first, last - 1, last - 1);
    std::ranges::iter_swap(v_.at(high), v_.at(last - 1));
    if (nth > high) return first = high + 1, false;
    if (nth == high) return true;
    bool const little = is_little(last - high, last - first);
    last = high;
    if (!little) return false;
    std::size_t const low = part_smaller(passes, first, last, high);
    if (nth >= low) return true;
    return last = low, false;
  }
  /// By the items at both ends, first by the one that takes more away.
  bool part_both(Passes& passes, std::size_t& first, std::size_t nth, std::size_t& last) {
    std::size_t const before = last - first;
    if (nth - first < before / 2) {
      // The other pivot waits at `first`, and is not larger.
      if (cut_high(passes, first, nth, last)) return true;
      if (is_little(before - (last - first), before) || last - first < few) return false;
      return cut_low(passes, first, nth, last);
    }
    // The other pivot waits at the end, and is not smaller.
    if (cut_low(passes, first, nth, last)) return true;
    if (is_little(before - (last - first), before) || last - first < few) return false;
    return cut_high(passes, first, nth, last);
  }

  ByNumber<I> v_;
  Less const& less_;
  Projection const& projection_;
  Parting<I> parting_;
  std::uint64_t seed_ = 0x9E3779B97F4A7C15U;
};

/// Selects in all of `v`, on one thread if it is short.
template <class H, class I, class Less, class Projection>
void select_nth(Passes& passes, Context<H> const&, ByNumber<I> const& v, std::size_t nth, Less const& less,
                Projection const& projection) {
  if (nth >= v.size) return;
  if (FewSmallest<I, Less, Projection>::fits(nth + 1, v.size)) {
    FewSmallest<I, Less, Projection> few(v, nth + 1, less, projection);
    if (few.run(passes)) return few.put_largest_behind();
  }
  Selection<I, Less, Projection> selection(v, less, projection);
  if (v.size <= Parting<I>::size) {
    passes.alone([&] { selection.select(passes, nth); });
  } else {
    selection.select(passes, nth);
  }
}

struct NthElement : AlgorithmObject<NthElement> {
  template <class H, rearranged R, class Less = std::less<>, class Projection = std::identity>
    requires orders<Less, key_of<R, Projection>>
  static std::ranges::borrowed_iterator_t<R> call(Context<H> const& context, R&& range, std::ranges::iterator_t<R> nth,
                                                  Less less = {}, Projection projection = {}) {
    auto const v = detail::numbered_of(range);
    Passes passes(context, v.size);
    detail::select_nth(passes, context, v, static_cast<std::size_t>(nth - v.first), std::as_const(less),
                       std::as_const(projection));
    return v.at(v.size);
  }
  template <class H, class I, bounds<I> S, class Less = std::less<>, class Projection = std::identity>
    requires rearranged<std::ranges::subrange<I, S>> && orders<Less, key_of<std::ranges::subrange<I, S>, Projection>>
  static I call(Context<H> const& context, I first, I nth, S last, Less less = {}, Projection projection = {}) {
    return NthElement::call(context, std::ranges::subrange<I, S>(std::move(first), std::move(last)), std::move(nth),
                            std::move(less), std::move(projection));
  }
  template <class... A>
  static constexpr Unusable refuse() {
    static_assert(
        never<A...>,
        "parallel_task: nth_element is called as nth_element(r, nth), nth_element(r, nth, less) or "
        "nth_element(r, nth, less, projection), or as nth_element(first, nth, last, ...): r has random access, "
        "its items can be moved, and less can be called as const with two of them");
    return {};
  }
};

}  // namespace detail

/// `nth_element(r, nth, less, projection)` and `nth_element(first, nth, last, less, projection)`: moves the items so
/// that at the iterator `nth` there is the one that would be there if all were sorted, with no larger one before it and
/// no smaller one behind it. Returns the end.
///
/// Linear, few distinct values included; items that few comparisons tell apart are sorted, n log n. The order of all
/// else is unspecified and may depend on the run. In place; memory: some numbers for each block of some thousand items,
/// and a buffer for each thread. By swaps only: when a comparison or a swap throws, or a stop token or deadline ends
/// it, every item is somewhere in `r`; likewise by a comparison that contradicts itself.
///
///     pt::nth_element(v, v.begin() + 50);
inline constexpr detail::NthElement nth_element{};

}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
