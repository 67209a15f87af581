// Whole numbers, evenly spaced.
#pragma once

#include <parallel_task/core/stage_base.hpp>
#include <parallel_task/platform/exceptions.hpp>

#include <concepts>
#include <cstddef>
#include <stdexcept>
#include <type_traits>

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

/// What whole numbers are computed in: it wraps instead of overflowing.
template <std::integral I>
using Wrapping = std::make_unsigned_t<I>;

template <std::integral I>
[[nodiscard]] constexpr Wrapping<I> distance(I from, I to) {
  return static_cast<Wrapping<I>>(static_cast<Wrapping<I>>(to) - static_cast<Wrapping<I>>(from));
}

/// How many numbers there are in `distance`, of which the first counts.
template <std::unsigned_integral U>
[[nodiscard]] std::size_t count_of(U distance, U step) {
  auto const result = static_cast<U>((distance - 1) / step + 1);
  if constexpr (sizeof(U) > sizeof(std::size_t)) {
    if (result > ~std::size_t{0}) {
      detail::throw_error(std::length_error("parallel_task: indices: more than std::size_t can count"));
    }
  }
  return static_cast<std::size_t>(result);
}

/// `first, first + 1, …`
///
/// Not a special case of steps: with a step that is known only at run time GCC sees strides instead of neighbours, and
/// leaves loops over arrays scalar.
template <std::integral I>
struct Indices : ByIndex<Indices<I>> {
  using Item = I;
  using Value = I;

  Indices(I first, I last)
      : first_(first), size_(first < last ? detail::count_of(detail::distance(first, last), Wrapping<I>{1}) : 0) {}

  [[nodiscard]] std::size_t total() const { return size_; }
  [[gnu::always_inline]] I at(Stateless&, std::size_t i) const {
    return static_cast<I>(static_cast<Wrapping<I>>(static_cast<Wrapping<I>>(first_) + static_cast<Wrapping<I>>(i)));
  }
  /// Counts in the caller's type, as the loop would: where each item is converted, compilers can't see that none wraps.
  template <class K>
  [[gnu::always_inline]] bool feed(Stateless& state, Block block, K& k) const {
    return detail::feed_by_number(Itself{}, at(state, block.first), at(state, block.last), block.size(), k);
  }

 private:
  struct Itself {
    static constexpr bool counting = true;
    [[gnu::always_inline]] I operator()(I i) const { return i; }
  };
  I first_;
  std::size_t size_;
};

/// `first, first + step, …`
template <std::integral I>
struct SteppedIndices : ByIndex<SteppedIndices<I>> {
  using Item = I;
  using Value = I;

  SteppedIndices(I first, I last, I step) : first_(first), step_(step) {
    if (step == 0) detail::throw_error(std::invalid_argument("parallel_task: step of indices(first, last, step) is 0"));
    if (step > 0 && first < last) {
      size_ = detail::count_of(detail::distance(first, last), static_cast<Wrapping<I>>(step));
    }
    if (step < 0 && last < first) size_ = detail::count_of(detail::distance(last, first), detail::distance(step, I{0}));
  }

  [[nodiscard]] std::size_t total() const { return size_; }
  [[gnu::always_inline]] I at(Stateless&, std::size_t i) const {
    return static_cast<I>(static_cast<Wrapping<I>>(static_cast<Wrapping<I>>(first_) +
                                                   static_cast<Wrapping<I>>(i) * static_cast<Wrapping<I>>(step_)));
  }

 private:
  I first_;
  I step_;
  std::size_t size_ = 0;
};

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task
