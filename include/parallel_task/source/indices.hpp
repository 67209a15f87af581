// Sources of evenly spaced whole numbers.
#pragma once

#include <parallel_task/core/number.hpp>
#include <parallel_task/core/stage_base.hpp>
#include <parallel_task/platform/errors.hpp>

#include <cstddef>
#include <type_traits>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// The type of the numbers between two bounds: their common type in C++. If that is unsigned but one of the bounds is
/// signed, as in indices(-3, 3u), it is std::ptrdiff_t if that is wider and so holds both. Otherwise it stays unsigned,
/// as in indices(0, v.size()), and a range with negative numbers is an error (see count_between).
template <integer A, integer B, class Common = std::common_type_t<A, B>>
using BetweenType =
    std::conditional_t<!is_signed<Common> && (is_signed<A> || is_signed<B>)&&sizeof(Common) < sizeof(std::ptrdiff_t),
                       std::ptrdiff_t, Common>;

/// The type in which numbers are computed: unsigned, so that it wraps instead of overflowing. Not narrower than int, to
/// which narrower types would be promoted before a multiplication, and int overflows.
template <integer... N>
using Wrapping = std::common_type_t<unsigned, typename UnsignedOf<N>::type...>;

/// How many numbers there are from `first` up to but excluding `last`, in steps of `step`. Bounds are compared by
/// value, so `last` need not be representable as `I`: indices(v.size() - 1, -1, -1) counts down to 0. Items must be.
template <integer I, integer A, integer B, integer C>
[[nodiscard]] std::size_t count_between(A first, B last, C step) {
  using U = Wrapping<I, A, B, C>;
  bool const down = detail::is_negative(step);
  if (down ? !detail::is_less(last, first) : !detail::is_less(first, last)) return 0;
  auto const apart = [down](auto from, auto to) {  // in the direction of the step
    return static_cast<U>(down ? static_cast<U>(from) - static_cast<U>(to) : static_cast<U>(to) - static_cast<U>(from));
  };
  auto const stride = static_cast<U>(down ? U{0} - static_cast<U>(step) : static_cast<U>(step));
  bool all_fit = detail::fits<I>(first);
  bool too_many = false;
  U count = 0;
  if (detail::fits<I>(last)) {
    count = (apart(first, last) - 1) / stride + 1;
  } else {
    // The bound is beyond the last value of I, so items may be too.
    constexpr I least = is_signed<I> ? static_cast<I>(U{1} << (8 * sizeof(I) - 1)) : I{0};
    I const end = down ? least : static_cast<I>(~static_cast<U>(least));
    U const room = apart(first, end);
    all_fit = all_fit && stride - room % stride >= apart(end, last);
    too_many = room / stride == static_cast<U>(~U{0});
    count = room / stride + 1;
  }
  if (!all_fit) {
    detail::throw_invalid_argument(
        "parallel_task: indices and parallel_for: some of the numbers don't fit into the items' type, "
        "which is the common type of both bounds: make both signed, as in (-3, std::ssize(v))");
  }
  if (too_many || !detail::fits<std::size_t>(count)) {
    detail::throw_length_error("parallel_task: indices: more than std::size_t can count");
  }
  return static_cast<std::size_t>(count);
}

/// `first, first + 1, ...`
///
/// Not a special case of SteppedIndices: with a step known only at run time GCC sees strides instead of neighbours, and
/// does not vectorise loops over arrays.
template <integer I>
struct Indices : ByIndex<Indices<I>> {
  using Item = I;
  using Value = I;
  static constexpr bool owns = true;

  template <integer A, integer B>
  Indices(A first, B last) : first_(static_cast<I>(first)), size_(detail::count_between<I>(first, last, 1)) {}

  [[nodiscard]] std::size_t total() const { return size_; }
  template <class Next>
  PARALLEL_TASK_ALWAYS_INLINE bool at(Stateless&, std::size_t i, Next&& next) const {
    return next(number(i));
  }
  /// Counts in the caller's type, as the loop would. If each item were converted, compilers could not see that none
  /// wraps.
  template <class K>
  PARALLEL_TASK_ALWAYS_INLINE bool feed(Stateless&, Block block, K& k) const {
    return detail::feed_by_number(Itself{}, number(block.first), number(block.last), block.size(), k);
  }

 private:
  struct Itself {
    using Item = I;
    static constexpr bool counting = true;
    template <class Next>
    PARALLEL_TASK_ALWAYS_INLINE bool operator()(I i, Next&& next) const {
      return next(static_cast<I&&>(i));
    }
  };
  PARALLEL_TASK_ALWAYS_INLINE I number(std::size_t i) const {
    return static_cast<I>(static_cast<Wrapping<I>>(static_cast<Wrapping<I>>(first_) + static_cast<Wrapping<I>>(i)));
  }
  I first_;
  std::size_t size_;
};

/// `first, first + step, ...`
template <integer I>
struct SteppedIndices : ByIndex<SteppedIndices<I>> {
  using Item = I;
  using Value = I;
  static constexpr bool owns = true;

  template <integer A, integer B, integer C>
  SteppedIndices(A first, B last, C step)
      : first_(static_cast<I>(first)), step_(static_cast<Wrapping<I>>(step)), size_(checked_count(first, last, step)) {}

  [[nodiscard]] std::size_t total() const { return size_; }
  template <class Next>
  PARALLEL_TASK_ALWAYS_INLINE bool at(Stateless&, std::size_t i, Next&& next) const {
    return next(static_cast<I>(static_cast<Wrapping<I>>(static_cast<Wrapping<I>>(first_) +
                                                        static_cast<Wrapping<I>>(i) * step_)));
  }

 private:
  template <integer A, integer B, integer C>
  static std::size_t checked_count(A first, B last, C step) {
    if (step == C{0}) {
      detail::throw_invalid_argument("parallel_task: step of indices(first, last, step) is 0");
    }
    return detail::count_between<I>(first, last, step);
  }

  I first_;
  Wrapping<I> step_;
  std::size_t size_;
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
