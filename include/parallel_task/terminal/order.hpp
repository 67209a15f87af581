// By what min, max and minmax compare: the order of the items or keys, and the side of it that is looked for.
#pragma once

#include <parallel_task/core/closure.hpp>

#include <concepts>
#include <limits>
#include <type_traits>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// `<`. NaN is outside the order: it is skipped, as std::fmin does.
struct NaturalOrder {
  template <class K>
  PARALLEL_TASK_ALWAYS_INLINE static constexpr bool less(K const& a, K const& b) {
    return static_cast<bool>(a < b);
  }
  template <class K>
  PARALLEL_TASK_ALWAYS_INLINE static constexpr bool outside([[maybe_unused]] K const& key) {
    if constexpr (std::is_floating_point_v<K>) {
      return key != key;
    } else {
      return false;
    }
  }
};

/// The caller's own less-than.
template <class Less>
struct CustomOrder {
  PARALLEL_TASK_NO_UNIQUE_ADDRESS Less compare;
  template <class K>
    requires std::constructible_from<bool, std::invoke_result_t<Less const&, K const&, K const&>>
  PARALLEL_TASK_ALWAYS_INLINE bool less(K const& a, K const& b) const {
    return static_cast<bool>(detail::invoke(compare, a, b));
  }
  template <class K>
  static constexpr bool outside(K const&) {
    return false;
  }
};

/// The key of an item that is compared itself.
struct ItemItself {
  template <class X>
  PARALLEL_TASK_ALWAYS_INLINE constexpr X const& operator()(X const& x) const noexcept {
    return x;
  }
};

/// The side of min.
struct Smallest {
  template <class Order, class K>
  PARALLEL_TASK_ALWAYS_INLINE static constexpr bool better(Order const& order, K const& fresh, K const& best) {
    return order.less(fresh, best);
  }
  template <class K>
  PARALLEL_TASK_ALWAYS_INLINE static constexpr bool holds(K best, K fresh) {
    return best <= fresh;
  }
  template <class V>
  static constexpr V worst() {
    if constexpr (std::numeric_limits<V>::has_infinity) {
      return std::numeric_limits<V>::infinity();
    } else {
      return (std::numeric_limits<V>::max)();
    }
  }
};

/// The side of max.
struct Largest {
  template <class Order, class K>
  PARALLEL_TASK_ALWAYS_INLINE static constexpr bool better(Order const& order, K const& fresh, K const& best) {
    return order.less(best, fresh);
  }
  template <class K>
  PARALLEL_TASK_ALWAYS_INLINE static constexpr bool holds(K best, K fresh) {
    return best >= fresh;
  }
  template <class V>
  static constexpr V worst() {
    if constexpr (std::numeric_limits<V>::has_infinity) {
      return -std::numeric_limits<V>::infinity();
    } else {
      return (std::numeric_limits<V>::lowest)();
    }
  }
};

/// Whether `fresh` comes before `best` on this `Side` of the order, or `best` is outside the order and `fresh` is not.
///
/// It rarely does, so the branch is well predicted; a conditional move would make each item depend on the previous one.
/// That needs a single comparison of numbers, one that also fails for NaN.
template <class Side, class Order, class K>
PARALLEL_TASK_ALWAYS_INLINE constexpr bool beats(Order const& order, K const& fresh, K const& best) {
  if constexpr (std::is_floating_point_v<K> && std::is_same_v<Order, NaturalOrder>) {
    if (Side::holds(best, fresh)) [[likely]]
      return false;
  }
  if (Side::better(order, fresh, best)) [[unlikely]]
    return true;
  return order.outside(best) && !order.outside(fresh);
}

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
