// is_sorted(), is_partitioned(p): whether the items are in such an order.
#pragma once

#include <parallel_task/core/closure.hpp>
#include <parallel_task/core/concepts.hpp>
#include <parallel_task/core/lasting.hpp>
#include <parallel_task/platform/pointers.hpp>
#include <parallel_task/terminal/order.hpp>

#include <concepts>
#include <optional>
#include <type_traits>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// An item that is compared with its neighbour later: a pointer to one that lasts, a value of any other.
template <class S, bool as_pointer = lasting_reference<S>>
class Neighbour {
 public:
  using Value = typename S::Value;
  template <class X>
  PARALLEL_TASK_ALWAYS_INLINE void put(X&& x) {
    value_.emplace(static_cast<X&&>(x));
  }
  [[nodiscard]] explicit operator bool() const noexcept { return value_.has_value(); }
  [[nodiscard]] Value const& operator*() const noexcept { return *value_; }
  template <class Archive>
  void carry(Archive& ar) {
    ar(value_);
  }

 private:
  std::optional<Value> value_;
};
template <class S>
class Neighbour<S, true> {
 public:
  using Pointer = std::remove_reference_t<typename S::Item> const*;
  PARALLEL_TASK_ALWAYS_INLINE void put(std::remove_reference_t<typename S::Item> const& x) noexcept {
    at_ = std::addressof(x);
  }
  [[nodiscard]] explicit operator bool() const noexcept { return at_ != nullptr; }
  [[nodiscard]] auto const& operator*() const noexcept { return *at_; }

 private:
  Pointer at_ = nullptr;
};

/// Whether no item is less than the one before it. The answer or exception that comes first in time wins.
template <class Order>
struct IsSorted {
  PARALLEL_TASK_NO_UNIQUE_ADDRESS Order order;

  template <class S>
  struct Accumulator {
    Order const* order;
    Neighbour<S> first;
    Neighbour<S> last;
    bool sorted = true;

    template <class X>
    PARALLEL_TASK_ALWAYS_INLINE bool operator()(X&& x) {
      if (last) [[likely]] {
        if (order->less(detail::look(x), *last)) return sorted = false;
      } else {
        first.put(detail::look(x));
      }
      last.put(static_cast<X&&>(x));
      return true;
    }
    void join(Accumulator&& later) {
      sorted = sorted && later.sorted;
      if (!sorted || !later.last) return;
      if (last && order->less(*later.first, *last)) sorted = false;
      if (!last) first = std::move(later.first);
      last = std::move(later.last);
    }
    template <class Archive>
    void carry(Archive& ar) {
      ar(sorted, first, last);
    }
  };

  template <class S>
  static consteval Problem problem() {
    using V = typename S::Value;
    constexpr bool keeps = lasting_reference<S> || (std::copy_constructible<V> && std::movable<V> &&
                                                    std::constructible_from<V, typename S::Item>);
    if constexpr (!keeps) {
      return Problem::sorted_not_copyable;
    } else if constexpr (requires(Order const& o, V const& a) { o.less(a, a); }) {
      if constexpr (!std::is_same_v<Order, NaturalOrder>) {
        return Problem::none;
      } else {
        constexpr bool ok = requires(V const& a) { static_cast<bool>(a < a); };
        return ok ? Problem::none : Problem::extreme_without_order;
      }
    } else {
      return Problem::comparison_does_not_fit;
    }
  }
  template <class S>
  Accumulator<S> open(S const&) const {
    return {std::addressof(order), {}, {}};
  }
  template <class S>
  bool finish(Accumulator<S>&& all) const noexcept {
    return all.sorted;
  }
};

[[nodiscard]] inline auto make_is_sorted() { return IsSorted<NaturalOrder>{}; }
template <class Less>
[[nodiscard]] auto make_is_sorted(Less less) {
  return IsSorted<CustomOrder<Less>>{{std::move(less)}};
}

/// Whether all items that satisfy `predicate` come before all others. The answer or exception that comes first in time
/// wins.
template <class P>
struct IsPartitioned {
  PARALLEL_TASK_NO_UNIQUE_ADDRESS P predicate;

  struct Accumulator {
    P const* predicate;
    bool yes = false;  // some item satisfies it
    bool no = false;   // some item does not
    bool mixed = false;

    template <class X>
    PARALLEL_TASK_ALWAYS_INLINE bool operator()(X&& x) {
      if (static_cast<bool>(detail::call(*predicate, detail::look(x)))) {
        yes = true;
        mixed = no;
      } else {
        no = true;
      }
      return !mixed;
    }
    void join(Accumulator&& later) noexcept {
      mixed = mixed || later.mixed || (no && later.yes);
      yes = yes || later.yes;
      no = no || later.no;
    }
    template <class Archive>
    void carry(Archive& ar) {
      ar(yes, no, mixed);
    }
  };

  template <class S>
  static consteval Problem problem() {
    return detail::predicate_problem<P, typename S::Item>();
  }
  template <class S>
  Accumulator open(S const&) const {
    return {std::addressof(predicate)};
  }
  bool finish(Accumulator&& all) const noexcept { return !all.mixed; }
};

template <class P>
IsPartitioned(P) -> IsPartitioned<P>;

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
