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

/// `first, first + step, …`; computed in unsigned numbers, which wrap instead of overflowing.
template <std::integral I>
struct Indices : ByIndex<Indices<I>> {
  using Item = I;
  using Value = I;
  using Unsigned = std::make_unsigned_t<I>;

  Indices(I first, I last) : first_(first), size_(first < last ? count(distance(first, last), 1) : 0) {}
  Indices(I first, I last, I step) : first_(first), step_(step) {
    if (step == 0) detail::throw_error(std::invalid_argument("parallel_task: step of indices(first, last, step) is 0"));
    if (step > 0 && first < last) size_ = count(distance(first, last), static_cast<Unsigned>(step));
    if (step < 0 && last < first) size_ = count(distance(last, first), distance(step, 0));
  }

  [[nodiscard]] std::size_t total() const { return size_; }
  [[gnu::always_inline]] I at(Stateless&, std::size_t i) const {
    return static_cast<I>(static_cast<Unsigned>(static_cast<Unsigned>(first_) +
                                                static_cast<Unsigned>(i) * static_cast<Unsigned>(step_)));
  }

 private:
  static Unsigned distance(I from, I to) {
    return static_cast<Unsigned>(static_cast<Unsigned>(to) - static_cast<Unsigned>(from));
  }
  static std::size_t count(Unsigned distance, Unsigned step) {
    auto const result = static_cast<Unsigned>((distance - 1) / step + 1);
    if constexpr (sizeof(Unsigned) > sizeof(std::size_t)) {
      if (result > ~std::size_t{0}) {
        detail::throw_error(std::length_error("parallel_task: indices: more than std::size_t can count"));
      }
    }
    return static_cast<std::size_t>(result);
  }
  I first_;
  I step_ = 1;
  std::size_t size_ = 0;
};

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task
