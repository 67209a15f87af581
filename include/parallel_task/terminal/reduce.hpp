// reduce(init, op), reduce(op): items joined by an associative operation, in order.
#pragma once

#include <parallel_task/core/call.hpp>
#include <parallel_task/core/concepts.hpp>

#include <concepts>
#include <limits>
#include <optional>
#include <type_traits>
#include <utility>

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

/// Some values of the arithmetic type `From` are no values of `To`.
template <class From, class To>
inline constexpr bool narrows = [] {
  if constexpr (!std::is_arithmetic_v<From> || !std::is_arithmetic_v<To> || std::is_same_v<From, To>) {
    return false;
  } else if constexpr (std::is_same_v<To, bool>) {
    return true;
  } else if constexpr (std::is_floating_point_v<From> && std::is_integral_v<To>) {
    return true;
  } else if constexpr (std::is_integral_v<To> && std::is_signed_v<From> && !std::is_signed_v<To>) {
    return true;
  } else {
    return std::numeric_limits<From>::digits > std::numeric_limits<To>::digits;
  }
}();

/// What may be missing: one value, or none yet.
template <class T, class Op>
struct Reduction {
  Op const* op;
  std::optional<T> value;

  template <class X>
  [[gnu::always_inline]] bool operator()(X&& x) {
    if (value) [[likely]] {
      *value = static_cast<T>(detail::invoke(*op, std::move(*value), static_cast<X&&>(x)));
    } else {
      value.emplace(static_cast<T>(static_cast<X&&>(x)));
    }
    return true;
  }
  void join(Reduction&& later) {
    if (!later.value) return;
    if (value) {
      *value = static_cast<T>(detail::invoke(*op, std::move(*value), std::move(*later.value)));
    } else {
      value.emplace(std::move(*later.value));
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
    constexpr bool ok = std::constructible_from<T, std::invoke_result_t<Op const&, T, Item>> &&
                        std::constructible_from<T, std::invoke_result_t<Op const&, T, T>> &&
                        std::assignable_from<T&, T>;
    return ok ? Problem::none : Problem::reduce_other_result;
  }
}

/// `init` joined with all items from the left to the right; it enters exactly once and need not be an identity. `op` must
/// be associative, need not commute.
template <class T, class Op>
struct ReduceFrom {
  T init;
  [[no_unique_address]] Op op;

  template <class S>
  static consteval Problem problem() {
    return detail::reduce_problem<T, Op, typename S::Item>();
  }
  template <class S>
  Reduction<T, Op> open(S const&) const {
    return {&op, {}};
  }
  T finish(Reduction<T, Op>&& all) {
    if (!all.value) return std::move(init);
    return static_cast<T>(detail::invoke(std::as_const(op), std::move(init), std::move(*all.value)));
  }
};

/// All items joined from the left to the right; nothing if there are none.
template <class Op>
struct Reduce {
  [[no_unique_address]] Op op;

  template <class S>
  static consteval Problem problem() {
    return detail::reduce_problem<typename S::Value, Op, typename S::Item>();
  }
  template <class S>
  Reduction<typename S::Value, Op> open(S const&) const {
    return {&op, {}};
  }
  template <class T>
  std::optional<T> finish(Reduction<T, Op>&& all) const {
    return std::move(all.value);
  }
};

template <class T, class Op>
ReduceFrom(T, Op) -> ReduceFrom<T, Op>;
template <class Op>
Reduce(Op) -> Reduce<Op>;

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task
