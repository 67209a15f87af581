// reduce(init, op), reduce(op): joins the items by an associative operation, in order.
#pragma once

#include <parallel_task/core/closure.hpp>
#include <parallel_task/core/concepts.hpp>
#include <parallel_task/core/maybe.hpp>
#include <parallel_task/core/number.hpp>
#include <parallel_task/platform/inline.hpp>
#include <parallel_task/platform/pointers.hpp>

#include <concepts>
#include <cstdint>
#include <limits>
#include <optional>
#include <type_traits>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// The number of binary digits of the type N.
template <class N>
inline constexpr int digits_of = [] {
  if constexpr (is_integer<N> && sizeof(N) > sizeof(std::int64_t)) {  // numeric_limits may not know it
    return static_cast<int>(8 * sizeof(N)) - (is_signed<N> ? 1 : 0);
  } else {
    return std::numeric_limits<N>::digits;
  }
}();

/// Whether some values of the number type `From`, or of the enumerators of an enumeration, can't be represented as
/// `To`.
template <class From, class To>
inline constexpr bool narrows = [] {
  if constexpr (std::is_enum_v<From> && whole_number<From> && !std::is_same_v<From, To>) {
    return narrows<decltype(detail::number(From{})), To>;
  } else if constexpr (!is_number<From> || !is_number<To> || std::is_same_v<From, To>) {
    return false;
  } else if constexpr (std::is_same_v<To, bool>) {
    return true;
  } else if constexpr (std::is_floating_point_v<From> && is_integer<To>) {
    return true;
  } else if constexpr (is_integer<To> && is_signed<From> && !is_signed<To>) {
    return true;
  } else {
    return digits_of<From> > digits_of<To>;
  }
}();

/// The joined value of the items so far, or none yet.
template <class T, class Op>
struct Reduction {
  Op const* op;
  Maybe<T> value;

  template <class X>
  PARALLEL_TASK_ALWAYS_INLINE bool operator()(X&& x) {
    if (value) [[likely]] {
      add(static_cast<X&&>(x));
    } else {
      value.put([&]() PARALLEL_TASK_INLINE_BODY -> T { return static_cast<T>(static_cast<X&&>(x)); });
    }
    return true;
  }
  void join(Reduction&& later) {
    if (later.value) (void)(*this)(std::move(*later.value));
  }
  template <class Archive>
  void carry(Archive& ar) {
    ar(value);
  }

 private:
  template <class X>
  PARALLEL_TASK_ALWAYS_INLINE void add(X&& x) {
    using Made = std::invoke_result_t<Op const&, T, X>;
    if constexpr (std::is_reference_v<Made> && std::is_assignable_v<T&, Made>) {
      // A reference, mostly to the value itself, which is then not copied.
      detail::become(*value, [&]() PARALLEL_TASK_INLINE_BODY -> Made {
        return detail::invoke(*op, std::move(*value), static_cast<X&&>(x));
      });
    } else {
      value.replace([&]() PARALLEL_TASK_INLINE_BODY -> T {
        return static_cast<T>(detail::invoke(*op, std::move(*value), static_cast<X&&>(x)));
      });
    }
  }
};

/// Why `op` can't join `T`s and items.
template <class T, class Op, class Item>
consteval Problem reduce_problem() {
  if constexpr (!std::convertible_to<Item, T>) {
    return Problem::reduce_other_items;
  } else if constexpr (narrows<std::remove_cvref_t<Item>, T>) {
    return Problem::reduce_narrows;
  } else if constexpr (!std::invocable<Op const&, T, Item> || !std::invocable<Op const&, T, T>) {
    return Problem::reduce_not_callable;
  } else {
    using Next = std::invoke_result_t<Op const&, T, Item>;
    using Joined = std::invoke_result_t<Op const&, T, T>;
    constexpr bool ok =
        std::constructible_from<T, Next> && std::constructible_from<T, Joined> && std::assignable_from<T&, T>;
    constexpr bool digits_lost = loses<std::remove_cvref_t<Next>, T> || loses<std::remove_cvref_t<Joined>, T>;
    return !ok ? Problem::reduce_other_result : digits_lost ? Problem::reduce_loses : Problem::none;
  }
}

/// Joins `init` with all items from left to right. `init` is used exactly once and need not be an identity. `op` must
/// be associative; it need not be commutative.
template <class T, class Op>
struct ReduceFrom {
  template <class S>
  static constexpr bool rounds = true;  // op may round
  HeapIfLarge<T> init;
  PARALLEL_TASK_NO_UNIQUE_ADDRESS Op op;

  template <class S>
  static consteval Problem problem() {
    using Item = typename S::Item;
    constexpr Problem problem = detail::reduce_problem<T, Op, Item>();
    if constexpr (problem == Problem::none) {
      return problem;
    } else if constexpr (std::invocable<T const&, Item, Item>) {
      return Problem::reduce_turned_round;
    } else {
      return std::invocable<T const&> ? Problem::reduce_from_closure : problem;
    }
  }
  template <class S>
  Reduction<T, Op> open(S const&) const {
    return {std::addressof(op), {}};
  }
  T finish(Reduction<T, Op>&& all) {
    if (!all.value) return std::move(*init);
    return static_cast<T>(detail::invoke(std::as_const(op), std::move(*init), std::move(*all.value)));
  }
};

/// Joins all items from left to right; nothing if there are none.
template <class Op>
struct Reduce {
  template <class S>
  static constexpr bool rounds = true;
  PARALLEL_TASK_NO_UNIQUE_ADDRESS Op op;

  template <class S>
  static consteval Problem problem() {
    return detail::reduce_problem<typename S::Value, Op, typename S::Item>();
  }
  template <class S>
  Reduction<typename S::Value, Op> open(S const&) const {
    return {std::addressof(op), {}};
  }
  template <class T>
  std::optional<T> finish(Reduction<T, Op>&& all) const {
    if (!all.value) return std::nullopt;
    return std::optional<T>(std::move(*all.value));
  }
};

template <class T, class Op>
ReduceFrom(T, Op) -> ReduceFrom<T, Op>;
template <class Op>
Reduce(Op) -> Reduce<Op>;

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
