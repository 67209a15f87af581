// Merges of items that may be copied at no price, in one thread: in several places at once, without branches.
//
// Each step waits for the comparison of the one before: 8 cycles or so, of which the step's work is two. So what is to
// be merged is cut into halves, and each half is merged from both ends: four chains of steps that don't wait for each
// other. A chain is one number, how many of its items were taken from b, lest processors run out of registers.
#pragma once

#include <parallel_task/algorithm/sorting/items.hpp>
#include <parallel_task/platform/code.hpp>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <type_traits>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// What is left to merge: items of two ranges, and the places for them.
template <class T>
struct ToMerge {
  T const* a;
  T const* end_of_a;
  T const* b;
  T const* end_of_b;
  T* out;

  [[nodiscard]] std::ptrdiff_t size() const noexcept { return (end_of_a - a) + (end_of_b - b); }
  /// How many steps both ends can go without either range being at its end, whatever comparisons say.
  [[nodiscard]] std::ptrdiff_t steps() const noexcept { return (std::min)(end_of_a - a, end_of_b - b) / 2; }
};

/// `second ? y : x` without a branch, which would be mispredicted half of the time.
template <class T>
PARALLEL_TASK_ALWAYS_INLINE inline T one_of(bool second, T const& x, T const& y) noexcept {
  if constexpr (std::is_arithmetic_v<T>) {
    return detail::either(second, y, x);
  } else {
    return *detail::select(second, std::addressof(y), std::addressof(x));
  }
}

/// A merge from both ends, step by step.
template <class T>
class BothEnds {
 public:
  explicit BothEnds(ToMerge<T> const& all) noexcept
      : all_(all), last_of_a_(all.end_of_a - 1), last_of_b_(all.end_of_b - 1), last_(all.out + (all.size() - 1)) {}

  /// The step after `step` others: an item to the front, and one to the back.
  template <class Less>
  PARALLEL_TASK_ALWAYS_INLINE void take(std::ptrdiff_t step, Less const& b_first) {
    T const& x = all_.a[step - from_b_];
    T const& y = all_.b[from_b_];
    bool const is_of_b = b_first(y, x);
    T const first = detail::one_of(is_of_b, x, y);
    T const& u = last_of_a_[last_from_b_ - step];
    T const& v = last_of_b_[-last_from_b_];
    bool const is_of_a = b_first(v, u);
    T const last = detail::one_of(is_of_a, v, u);
    all_.out[step] = first;
    last_[-step] = last;
    from_b_ += is_of_b;
    last_from_b_ += !is_of_a;
  }
  [[nodiscard]] ToMerge<T> rest_after(std::ptrdiff_t steps) const noexcept {
    return {all_.a + (steps - from_b_), last_of_a_ + 1 - (steps - last_from_b_), all_.b + from_b_,
            last_of_b_ + 1 - last_from_b_, all_.out + steps};
  }

 private:
  ToMerge<T> all_;
  T const* last_of_a_;
  T const* last_of_b_;
  T* last_;
  std::ptrdiff_t from_b_ = 0;
  std::ptrdiff_t last_from_b_ = 0;
};

/// From both ends, as long as either range has some items; then one by one.
template <class T, class Less>
void merge_from_both_ends(ToMerge<T> all, Less const& b_first) {
  for (std::ptrdiff_t steps = all.steps(); steps >= 4; steps = all.steps()) {
    BothEnds<T> ends(all);
    for (std::ptrdiff_t step = 0; step != steps; ++step) ends.take(step, b_first);
    all = ends.rest_after(steps);
  }
  while (all.a != all.end_of_a && all.b != all.end_of_b) {
    bool const is_of_b = b_first(*all.b, *all.a);
    *all.out++ = detail::one_of(is_of_b, *all.a, *all.b);
    all.b += is_of_b;
    all.a += !is_of_b;
  }
  all.out = std::copy(all.a, all.end_of_a, all.out);
  std::copy(all.b, all.end_of_b, all.out);
}

/// Merges both, which may be halves of one, side by side.
template <class T, class Less>
void merge_two(ToMerge<T> one, ToMerge<T> other, Less const& b_first) {
  auto const shorter = [&] { return (std::min)(one.steps(), other.steps()); };
  for (std::ptrdiff_t steps = shorter(); steps >= 8; steps = shorter()) {
    BothEnds<T> ends(one);
    BothEnds<T> others(other);
    for (std::ptrdiff_t step = 0; step != steps; ++step) {
      ends.take(step, b_first);
      others.take(step, b_first);
    }
    one = ends.rest_after(steps);
    other = others.rest_after(steps);
  }
  detail::merge_from_both_ends(one, b_first);
  detail::merge_from_both_ends(other, b_first);
}

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
