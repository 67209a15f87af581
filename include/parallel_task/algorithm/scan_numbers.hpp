// The loops of scans over numbers, on one thread.
//
// An addition of floating-point numbers takes 2 to 4 cycles, and each waits for the one before; so they are joined by
// fours, and only what four come to is waited for. `reduce` and `scan` join them in the same order. Integers come to
// the same in whatever order, and are joined before the next one is read: they are taken one after the other, eight in
// each round of the loop.
#pragma once

#include <parallel_task/core/number.hpp>
#include <parallel_task/platform/code.hpp>

#include <concepts>
#include <cstddef>
#include <functional>
#include <optional>
#include <type_traits>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

enum class ScanKind : unsigned char { inclusive, exclusive };

template <class Op>
inline constexpr bool is_addition = false;
template <class T>
inline constexpr bool is_addition<std::plus<T>> = true;  // of numbers: it commutes

/// Reads `f(i)`, writes `out[i]`. Loops run on a copy of both: what is somewhere in memory might be what is written,
/// for all that a compiler knows of bytes, and would be read again for each item.
template <ScanKind kind, class T, class F, class Out, class Op>
class ScanNumbers {
 public:
  using Item = std::remove_cvref_t<std::invoke_result_t<F const&, std::size_t>>;
  /// However they are grouped, they come to the same, and an operation takes no time to speak of.
  static constexpr bool exact = std::integral<T>;

  PARALLEL_TASK_ALWAYS_INLINE ScanNumbers(F const& f, Out const& out, Op const& op) : f_(f), out_(out), op_(op) {}

  /// What the items from `i` on come to; there is one at least.
  [[nodiscard]] T reduce(std::size_t i, std::size_t last) const { return copy().join_all(i, last); }
  /// Writes their results. `before` may be missing at the very first item of an inclusive scan.
  void scan(std::optional<T> const& before, std::size_t i, std::size_t last) const {
    NoTotal nobody;
    static_cast<void>(copy().scan_into(nobody, before, i, last));
  }
  /// The same, and what `reduce` returns for them; of integers what they come to with `before`.
  T scan_and_reduce(std::optional<T> const& before, std::size_t i, std::size_t last) const {
    if constexpr (exact) {
      NoTotal nobody;
      return copy().scan_into(nobody, before, i, last);
    } else {
      Total total(op_, item(i));
      static_cast<void>(copy().scan_into(total, before, i, last));
      return total.get();
    }
  }

 private:
  static constexpr bool adds = is_addition<Op>;
  static constexpr std::size_t at_once = 8;
  /// Of the sum of such an item only the lower digits are kept: the upper ones need not be computed.
  template <class X>
  static constexpr bool cuts = std::is_same_v<Op, std::plus<>> && is_integer<X> && is_integer<T> &&
                               sizeof(X) > sizeof(T);

  /// What numbers come to, of which the first is known. Additions commute, so that neighbours may go to accumulators
  /// side by side: a vector.
  class Total {
   public:
    PARALLEL_TASK_ALWAYS_INLINE Total(Op const& op, T first) : op_(op) { all_[0] = first; }
    /// `two_fours`: what the first four of `items` come to, and the others.
    PARALLEL_TASK_ALWAYS_INLINE void add(T const (&items)[at_once], T const (&two_fours)[2]) {
      if constexpr (adds) {
        PARALLEL_TASK_WRITTEN_OUT
        for (std::size_t j = 0; j != at_once; ++j) all_[j] = static_cast<T>(op_(all_[j], items[j]));
      } else {
        all_[0] = static_cast<T>(op_(all_[0], two_fours[0]));
        all_[0] = static_cast<T>(op_(all_[0], two_fours[1]));
      }
    }
    PARALLEL_TASK_ALWAYS_INLINE void add(T item) { all_[0] = static_cast<T>(op_(all_[0], item)); }
    [[nodiscard]] PARALLEL_TASK_ALWAYS_INLINE T get() const {
      T all = all_[0];
      if constexpr (adds) {
        PARALLEL_TASK_WRITTEN_OUT
        for (std::size_t j = 1; j != at_once; ++j) all = static_cast<T>(op_(all, all_[j]));
      }
      return all;
    }

   private:
    Op const& op_;
    T all_[at_once] = {};
  };
  struct NoTotal {
    PARALLEL_TASK_ALWAYS_INLINE void add(T const (&)[at_once], T const (&)[2]) const noexcept {}
    PARALLEL_TASK_ALWAYS_INLINE void add(T) const noexcept {}
  };

  [[nodiscard]] PARALLEL_TASK_ALWAYS_INLINE ScanNumbers copy() const { return *this; }
  PARALLEL_TASK_ALWAYS_INLINE T item(std::size_t i) const { return static_cast<T>(f_(i)); }
  template <class X>
  PARALLEL_TASK_ALWAYS_INLINE T join(T const& a, X const& b) const {
    if constexpr (cuts<X>) {
      using Wrapping = std::common_type_t<unsigned, typename UnsignedOf<T>::type>;
      return static_cast<T>(static_cast<Wrapping>(a) + static_cast<Wrapping>(b));
    } else {
      return static_cast<T>(op_(a, b));
    }
  }
  PARALLEL_TASK_ALWAYS_INLINE void take(T (&items)[at_once], std::size_t i) const {
    PARALLEL_TASK_WRITTEN_OUT
    for (std::size_t j = 0; j != at_once; ++j) items[j] = item(i + j);
  }
  PARALLEL_TASK_ALWAYS_INLINE T join_all(std::size_t i, std::size_t last) const {
    T all = item(i);
    if constexpr (exact) {  // compilers make vectors of that
      for (++i; i != last; ++i) all = join(all, f_(i));
      return all;
    } else {
      Total total(op_, all);
      for (++i; last - i >= at_once; i += at_once) {
        T items[at_once];
        take(items, i);
        T const two_fours[] = {four(items), four(items + 4)};
        total.add(items, two_fours);
      }
      for (; i != last; ++i) total.add(item(i));
      return total.get();
    }
  }
  PARALLEL_TASK_ALWAYS_INLINE T four(T const* x) const { return join(join(join(x[0], x[1]), x[2]), x[3]); }
  /// Returns what comes after the last.
  template <class Sum>
  PARALLEL_TASK_ALWAYS_INLINE T scan_into(Sum& total, std::optional<T> const& before, std::size_t i,
                                          std::size_t last) const {
    T all = item(i);
    if (before) {
      T const first = all;
      all = *before;
      scan_one(all, first, i);
    } else {  // the very first item: inclusive
      out_[i] = all;
    }
    for (++i; last - i >= at_once; i += at_once) {
      if constexpr (exact) {
        scan_in_turn(all, i);
        scan_in_turn(all, i + 4);
      } else {
        T items[at_once];
        take(items, i);
        T two_fours[2];
        two_fours[0] = scan_four(all, items, i);
        two_fours[1] = scan_four(all, items + 4, i + 4);
        total.add(items, two_fours);
      }
    }
    for (; i != last; ++i) {
      if constexpr (exact) {
        scan_one(all, f_(i), i);
      } else {
        T const next = item(i);
        scan_one(all, next, i);
        total.add(next);
      }
    }
    return all;
  }
  /// Writes the results of four items from `i` on, before which all come to `all`; what they come to by themselves.
  PARALLEL_TASK_ALWAYS_INLINE T scan_four(T& all, T const* x, std::size_t i) const {
    T const two = join(x[0], x[1]);
    T const three = join(two, x[2]);
    T const four = join(three, x[3]);
    T const before = all;
    all = join(all, four);
    write_four(i, before, join(before, x[0]), join(before, two), join(before, three), all);
    return four;
  }
  /// The same one after the other, as a loop does.
  PARALLEL_TASK_ALWAYS_INLINE void scan_in_turn(T& all, std::size_t i) const {
    T const before = all;
    T const one = join(before, f_(i));
    T const two = join(one, f_(i + 1));
    T const three = join(two, f_(i + 2));
    all = join(three, f_(i + 3));
    write_four(i, before, one, two, three, all);
  }
  PARALLEL_TASK_ALWAYS_INLINE void write_four(std::size_t i, T const& before, T const& one, T const& two,
                                              T const& three, T const& four) const {
    constexpr bool with_item = kind == ScanKind::inclusive;
    out_[i] = with_item ? one : before;
    out_[i + 1] = with_item ? two : one;
    out_[i + 2] = with_item ? three : two;
    out_[i + 3] = with_item ? four : three;
  }
  template <class X>
  PARALLEL_TASK_ALWAYS_INLINE void scan_one(T& all, X const& item, std::size_t i) const {
    T const next = join(all, item);
    out_[i] = kind == ScanKind::inclusive ? next : all;
    all = next;
  }

  F f_;
  Out out_;
  Op const& op_;
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
