// Two sorted ranges cut into blocks that can be merged each by itself.
#pragma once

#include <parallel_task/algorithm/arguments.hpp>
#include <parallel_task/algorithm/passes.hpp>
#include <parallel_task/platform/owner.hpp>

#include <algorithm>
#include <cstddef>
#include <functional>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// Where a block begins in both.
struct BothAt {
  std::size_t a = 0;
  std::size_t b = 0;
};

/// Two ranges, and which of their items come first.
template <class A, class B, class Less, class OfA, class OfB>
struct TwoSorted {
  ByNumber<A> a;
  ByNumber<B> b;
  Less const& less;
  OfA const& of_a;
  OfB const& of_b;

  PARALLEL_TASK_ALWAYS_INLINE bool a_first(std::size_t i, std::size_t j) const {
    return static_cast<bool>(std::invoke(less, detail::key_at(of_a, a, i), detail::key_at(of_b, b, j)));
  }
  PARALLEL_TASK_ALWAYS_INLINE bool b_first(std::size_t j, std::size_t i) const {
    return static_cast<bool>(std::invoke(less, detail::key_at(of_b, b, j), detail::key_at(of_a, a, i)));
  }
  /// Both of one range.
  [[nodiscard]] bool in_a(std::size_t i, std::size_t j) const {
    return static_cast<bool>(std::invoke(less, detail::key_at(of_a, a, i), detail::key_at(of_a, a, j)));
  }
  [[nodiscard]] bool in_b(std::size_t i, std::size_t j) const {
    return static_cast<bool>(std::invoke(less, detail::key_at(of_b, b, i), detail::key_at(of_b, b, j)));
  }
  /// Of items given as they are.
  template <class X, class Y>
  PARALLEL_TASK_ALWAYS_INLINE bool compare_a_b(X const& x, Y const& y) const {
    return static_cast<bool>(std::invoke(less, std::invoke(of_a, x), std::invoke(of_b, y)));
  }
  template <class X, class Y>
  PARALLEL_TASK_ALWAYS_INLINE bool compare_b_a(Y const& y, X const& x) const {
    return static_cast<bool>(std::invoke(less, std::invoke(of_b, y), std::invoke(of_a, x)));
  }
  [[nodiscard]] std::size_t total() const noexcept { return a.size + b.size; }

  /// How many of the first `k` items of the merged whole are of a; of equal items a's come first.
  [[nodiscard]] std::size_t co_rank(std::size_t k) const { return co_rank_in({0, 0}, {a.size, b.size}, k); }
  /// The same of the items between.
  [[nodiscard]] std::size_t co_rank_in(BothAt from, BothAt end, std::size_t k) const {
    std::size_t const left_of_b = end.b - from.b;
    std::size_t low = k > left_of_b ? k - left_of_b : 0;
    std::size_t high = (std::min)(k, end.a - from.a);
    while (low < high) {
      std::size_t const i = low + (high - low) / 2;
      if (!b_first(from.b + (k - i - 1), from.a + i)) {
        low = i + 1;
      } else {
        high = i;
      }
    }
    return low;
  }
};

/// The first position in [low, high) for which `before` is false.
template <class Before>
std::size_t first_not(std::size_t low, std::size_t high, Before const& before) {
  while (low < high) {
    std::size_t const i = low + (high - low) / 2;
    if (before(i)) {
      low = i + 1;
    } else {
      high = i;
    }
  }
  return low;
}

/// The same, which is likely to be near `high`.
template <class Before>
std::size_t first_not_near(std::size_t low, std::size_t high, Before const& before) {
  for (std::size_t step = 1; high - low > step; step *= 2) {
    if (before(high - step)) return detail::first_not(high - step + 1, high, before);
    high -= step;
  }
  return detail::first_not(low, high, before);
}

/// The begins of blocks of `size` items of the whole, or about so many, and its end. `cut(k)` may use a comparison that
/// contradicts itself: begins are made to rise.
template <class Find>
Owner<BothAt[]> cut_both(Passes& passes, std::size_t blocks, std::size_t size, BothAt end, Find const& cut) {
  Owner<BothAt[]> cuts(new BothAt[blocks + 1]);
  cuts[blocks] = end;
  if (blocks > 1) {
    passes.each(
        blocks - 1, [&](std::size_t i) { cuts[i + 1] = cut((i + 1) * size); }, size);
  }
  for (std::size_t i = 1; i < blocks; ++i) {
    cuts[i].a = (std::max)(cuts[i].a, cuts[i - 1].a);
    cuts[i].b = (std::max)(cuts[i].b, cuts[i - 1].b);
  }
  return cuts;
}

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
