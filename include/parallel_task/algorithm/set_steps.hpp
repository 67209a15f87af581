// What set operations do with two ranges, step by step: a step compares the next item of either.
#pragma once

#include <parallel_task/algorithm/co_rank.hpp>
#include <parallel_task/algorithm/sorting/items.hpp>
#include <parallel_task/platform/code.hpp>

#include <algorithm>
#include <cstddef>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

enum class SetKind : unsigned char { all, both, first_only, one_only };

/// Of two items one of which comes first, or neither, which is taken and from where.
template <SetKind kind>
struct Taking {
  static constexpr bool rest_of_a = kind != SetKind::both;
  static constexpr bool rest_of_b = kind == SetKind::all || kind == SetKind::one_only;
  PARALLEL_TASK_ALWAYS_INLINE static constexpr bool takes(bool a_first, bool b_first) {
    if constexpr (kind == SetKind::all) return true;
    if constexpr (kind == SetKind::both) return !a_first && !b_first;
    if constexpr (kind == SetKind::first_only) return a_first;
    return a_first || b_first;
  }
};

/// Compares the next item of either, which there are, and gives a result to `take(of_b, index)`. If that returns false,
/// it was not taken, and nothing is passed.
template <SetKind kind, class Two, class Take>
PARALLEL_TASK_ALWAYS_INLINE inline bool step_of_both(Two const& two, BothAt& at, Take const& take) {
  bool const a_first = two.a_first(at.a, at.b);
  bool const b_first = !a_first && two.b_first(at.b, at.a);
  if (Taking<kind>::takes(a_first, b_first) && !take(b_first, b_first ? at.b : at.a)) return false;
  at.a += b_first ? 0U : 1U;
  at.b += a_first ? 0U : 1U;
  return true;
}

/// Goes through [at, end), until `take` returns false.
template <SetKind kind, class Two, class Take>
bool walk_both(Two const& two, BothAt& at, BothAt end, Take const& take) {
  using Does = Taking<kind>;
  while (at.a != end.a && at.b != end.b) {
    if (!detail::step_of_both<kind>(two, at, take)) return false;
  }
  if constexpr (Does::rest_of_a) {
    for (; at.a != end.a; ++at.a) {
      if (!take(false, at.a)) return false;
    }
  }
  if constexpr (Does::rest_of_b) {
    for (; at.b != end.b; ++at.b) {
      if (!take(true, at.b)) return false;
    }
  }
  at = end;
  return true;
}

/// The same of cheap items: packs results from `to` on, where there is room for all of both.
template <SetKind kind, class T>
struct Packing {
  T const* a;
  T const* end_of_a;
  T const* b;
  T const* end_of_b;
  T* to;

  /// How many steps can be gone before either range is at its end, whatever comparisons say.
  [[nodiscard]] std::ptrdiff_t steps() const noexcept { return (std::min)(end_of_a - a, end_of_b - b); }
  /// Without branches. Returns which was first, to be compared with what the next step finds.
  template <class Two>
  PARALLEL_TASK_ALWAYS_INLINE int step(Two const& two) {
    bool const a_first = two.compare_a_b(*a, *b);
    bool const b_first = static_cast<bool>(static_cast<int>(two.compare_b_a(*b, *a)) & static_cast<int>(!a_first));
    *to = *detail::select(b_first, b, a);
    to += static_cast<std::ptrdiff_t>(Taking<kind>::takes(a_first, b_first));
    a += static_cast<std::ptrdiff_t>(!b_first);
    b += static_cast<std::ptrdiff_t>(!a_first);
    return static_cast<int>(a_first) - static_cast<int>(b_first);
  }
  template <class Two>
  void finish(Two const& two) {
    while (a != end_of_a && b != end_of_b) step(two);
    if constexpr (Taking<kind>::rest_of_a) to = std::copy(a, end_of_a, to);
    if constexpr (Taking<kind>::rest_of_b) to = std::copy(b, end_of_b, to);
  }
};

/// The same after steps by branches, each of which goes as the last one did, as a rule. Nothing but results is written.
template <SetKind kind, class Two, class T>
Packing<kind, T> after_steps_alike(Two const& two, Packing<kind, T> at, std::ptrdiff_t n) {
  for (; n != 0; --n) {
    if (two.compare_a_b(*at.a, *at.b)) {
      if constexpr (Taking<kind>::takes(true, false)) *at.to++ = *at.a;
      ++at.a;
    } else if (two.compare_b_a(*at.b, *at.a)) {
      if constexpr (Taking<kind>::takes(false, true)) *at.to++ = *at.b;
      ++at.b;
    } else {
      if constexpr (Taking<kind>::takes(false, false)) *at.to++ = *at.a;
      ++at.a;
      ++at.b;
    }
  }
  return at;
}

/// So many steps are gone without branches to see whether as many more as are believed may be foreseen, in long runs:
/// there branches cost less than to wait for what a step finds, elsewhere many times as much.
inline constexpr std::ptrdiff_t steps_looked_at = 32;
inline constexpr std::ptrdiff_t steps_believed = 480;

constexpr bool goes_alike(int changes, std::ptrdiff_t steps) noexcept { return changes * 5 < steps; }

/// Goes the steps that are looked at, all of which there are. Whether the next ones may be foreseen.
template <SetKind kind, class Two, class T>
bool look_ahead(Two const& two, Packing<kind, T>& at) {
  Packing<kind, T> x = at;  // held in registers
  int changes = 0;
  int last = x.step(two);
  for (std::ptrdiff_t i = 1; i != steps_looked_at; ++i) {
    int const now = x.step(two);
    changes += static_cast<int>(now != last);
    last = now;
  }
  at = x;
  return detail::goes_alike(changes, steps_looked_at);
}

/// Packs both until one of them has few left, side by side: each step waits for the loads of the one before.
template <SetKind kind, class Two, class T>
void pack_two(Two const& two, Packing<kind, T>& first, Packing<kind, T>& second) {
  Packing<kind, T> x = first;  // held in registers
  Packing<kind, T> y = second;
  for (;;) {
    std::ptrdiff_t left = (std::min)(x.steps(), y.steps());
    if (left < steps_looked_at) break;
    left = (std::min)(left - steps_looked_at, steps_believed);
    int changes = 0;
    int last_of_x = x.step(two);
    int last_of_y = y.step(two);
    for (std::ptrdiff_t i = 1; i != steps_looked_at; ++i) {
      int const now_of_x = x.step(two);
      int const now_of_y = y.step(two);
      changes += static_cast<int>(now_of_x != last_of_x) + static_cast<int>(now_of_y != last_of_y);
      last_of_x = now_of_x;
      last_of_y = now_of_y;
    }
    if (detail::goes_alike(changes, 2 * steps_looked_at)) {
      x = detail::after_steps_alike(two, x, left);
      y = detail::after_steps_alike(two, y, left);
    } else {
      for (; left != 0; --left) {
        x.step(two);
        y.step(two);
      }
    }
  }
  first = x;
  second = y;
}

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
