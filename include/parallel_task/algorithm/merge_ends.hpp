// Merges of items that may be copied at no price, in one thread: in several places at once, without branches.
//
// Each step waits for the comparison of the one before: 8 cycles or so, of which the step's work is two. So what is to
// be merged is cut into halves, and each half is merged from both ends: four chains of steps that don't wait for each
// other. A chain is one number, how many of its items were taken from b, lest processors run out of registers.
#pragma once

#include <parallel_task/algorithm/sorting/items.hpp>
#include <parallel_task/platform/code.hpp>

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <type_traits>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// What is left to merge: items of two ranges, and the places for them. Items of a `T const` are compared as such.
template <class T>
struct ToMerge {
  T* a;
  T* end_of_a;
  T* b;
  T* end_of_b;
  std::remove_const_t<T>* out;

  [[nodiscard]] std::ptrdiff_t size() const noexcept { return (end_of_a - a) + (end_of_b - b); }
  /// How many steps both ends can go without either range being at its end, whatever comparisons say.
  [[nodiscard]] std::ptrdiff_t steps() const noexcept { return (std::min)(end_of_a - a, end_of_b - b) / 2; }
};

/// `second ? y : x` without a branch, which would be mispredicted half of the time; small structs in one piece.
template <class T>
PARALLEL_TASK_ALWAYS_INLINE inline std::remove_const_t<T> one_of(bool second, T& x, T& y) noexcept {
  using Item = std::remove_const_t<T>;
  if constexpr (std::is_arithmetic_v<T>) {
    return detail::either<Item>(second, y, x);
  } else if constexpr (std::has_unique_object_representations_v<Item> && (sizeof(Item) == 8 || sizeof(Item) == 4)) {
    using Bits = std::conditional_t<sizeof(Item) == 8, std::uint64_t, std::uint32_t>;
    return std::bit_cast<Item>(detail::either(second, std::bit_cast<Bits>(y), std::bit_cast<Bits>(x)));
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
    T& x = all_.a[step - from_b_];
    T& y = all_.b[from_b_];
    bool const is_of_b = b_first(y, x);
    T const first = detail::one_of(is_of_b, x, y);
    T& u = last_of_a_[last_from_b_ - step];
    T& v = last_of_b_[-last_from_b_];
    bool const is_of_a = b_first(v, u);
    T const last = detail::one_of(is_of_a, v, u);
    detail::put(all_.out + step, first);
    detail::put(last_ - step, last);
    from_b_ += is_of_b;
    last_from_b_ += !is_of_a;
  }
  [[nodiscard]] ToMerge<T> rest_after(std::ptrdiff_t steps) const noexcept {
    return {all_.a + (steps - from_b_), last_of_a_ + 1 - (steps - last_from_b_), all_.b + from_b_,
            last_of_b_ + 1 - last_from_b_, all_.out + steps};
  }

 private:
  ToMerge<T> all_;
  T* last_of_a_;
  T* last_of_b_;
  std::remove_const_t<T>* last_;
  std::ptrdiff_t from_b_ = 0;
  std::ptrdiff_t last_from_b_ = 0;
};

/// Goes `steps` steps, for which there are items in both. Whether the next ones may be foreseen: in runs of 30 and
/// more.
template <class T, class Less>
bool look_ahead(ToMerge<T>& all, std::ptrdiff_t steps, Less const& b_first) {
  ToMerge<T> at = all;  // held in registers
  std::ptrdiff_t changes = 0;
  bool last = false;
  for (std::ptrdiff_t i = 0; i != steps; ++i) {
    bool const is_of_b = b_first(*at.b, *at.a);
    detail::put(at.out++, detail::one_of(is_of_b, *at.a, *at.b));
    at.b += is_of_b;
    at.a += !is_of_b;
    changes += is_of_b != last;
    last = is_of_b;
  }
  all = at;
  return changes * 16 < steps;
}

/// Goes `most` steps, or to the end of either range: by branches, each of which goes as the last one did, as a rule.
template <class T, class Less>
void merge_alike(ToMerge<T>& all, std::ptrdiff_t most, Less const& b_first) {
  ToMerge<T> at = all;
  auto const* const end = at.out + (std::min)({most, at.end_of_a - at.a, at.end_of_b - at.b});
  while (at.out != end) {  // two loops, lest a compiler take one item of two without a branch
    while (at.out != end && !b_first(*at.b, *at.a)) detail::put(at.out++, *at.a++);
    while (at.out != end && b_first(*at.b, *at.a)) detail::put(at.out++, *at.b++);
  }
  all = at;
}

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
    detail::put(all.out++, detail::one_of(is_of_b, *all.a, *all.b));
    all.b += is_of_b;
    all.a += !is_of_b;
  }
  auto const left_of_a = static_cast<std::size_t>(all.end_of_a - all.a);
  detail::copy_items(all.out, all.a, left_of_a);
  detail::copy_items(all.out + left_of_a, all.b, static_cast<std::size_t>(all.end_of_b - all.b));
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
