// equal(r), equal(r, p), compare(r), compare(r, f): the items of two ranges, side by side.
#pragma once

#include <parallel_task/core/closure.hpp>
#include <parallel_task/core/number.hpp>
#include <parallel_task/core/run.hpp>
#include <parallel_task/terminal/any.hpp>

#include <compare>
#include <concepts>
#include <cstddef>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>  // for std::addressof; see platform/owner.hpp

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

// An item of side `n` of a `Zip`, as closures see it.
template <class Pair, std::size_t n>
using side_t = look_t<std::tuple_element_t<n, std::remove_cvref_t<Pair>>>;

/// `f(a, b)` with the items of both sides.
template <class F, class Pair>
PARALLEL_TASK_ALWAYS_INLINE constexpr decltype(auto) call_with_sides(F const& f, Pair const& pair) {
  return detail::invoke(f, detail::look(std::get<0>(pair)), detail::look(std::get<1>(pair)));
}

/// Why `f` can't be called with the items of both sides: `otherwise`, or that it changes itself.
template <class F, class Pair>
consteval Problem sides_problem(Problem otherwise) {
  if constexpr (called_with<F const&, side_t<Pair, 0>, side_t<Pair, 1>>) {
    return Problem::none;
  } else {
    return called_with<F&, side_t<Pair, 0>, side_t<Pair, 1>> ? Problem::closure_changes_itself : otherwise;
  }
}

/// What `equal(r)` asks of two items.
struct EqualItems {
  template <class A, class B>
    requires requires(A const& a, B const& b) { static_cast<bool>(a == b); }
  PARALLEL_TASK_ALWAYS_INLINE constexpr bool operator()(A const& a, B const& b) const {
    return static_cast<bool>(a == b);
  }
};

/// Whether the two sides of a `Zip` have equal items, as `Same` has it, and end together. The answer or exception that
/// comes first in time wins.
template <class Same = EqualItems>
struct EqualSides {
  /// A hit is a pair whose parts differ, or any pair once the lengths are known to.
  struct Differ {
    Same const* same;
    bool lengths = false;
    template <class X>
    PARALLEL_TASK_ALWAYS_INLINE bool operator()(X const& pair) const {
      return lengths || !static_cast<bool>(detail::call_with_sides(*same, pair));
    }
    [[nodiscard]] bool skips_same() const noexcept
      requires std::is_same_v<Same, EqualItems>
    {
      return !lengths;
    }
  };
  struct AnyDifference : Any<Differ, true> {
    template <class S>
    void prepare(S& sides) {
      this->hit.lengths = sides.differ_by_total();
    }
  };

  PARALLEL_TASK_NO_UNIQUE_ADDRESS Same same;

  template <class S>
  static consteval Problem problem() {
    using Pair = typename S::Item;
    constexpr bool plain = std::is_same_v<Same, EqualItems>;
    constexpr Problem uncallable =
        detail::sides_problem<Same, Pair>(plain ? Problem::equal_without_equality : Problem::equal_does_not_fit);
    if constexpr (uncallable != Problem::none) {
      return uncallable;
    } else {
      using Answer = decltype(detail::call_with_sides(std::declval<Same const&>(), std::declval<Pair const&>()));
      return std::convertible_to<Answer, bool> ? Problem::none : Problem::equal_does_not_fit;
    }
  }
  /// `how`: settings, also of a run that has a place (core/run.hpp).
  template <class S, class How>
  bool operator()(S& sides, How const& how) const {
    AnyDifference end{{{std::addressof(same)}}};
    return !detail::run_terminal(sides, end, how) && sides.end_together();
  }
};

/// What `compare(r)` asks of two items: `a <=> b`, or, made of `<`, what that would be.
struct ThreeWay {
  template <class A, class B>
    requires requires(A const& a, B const& b) { a <=> b; } || requires(A const& a, B const& b) {
      static_cast<bool>(a < b);
      static_cast<bool>(b < a);
    }
  PARALLEL_TASK_ALWAYS_INLINE constexpr auto operator()(A const& a, B const& b) const {
    if constexpr (requires { a <=> b; }) {
      return a <=> b;
    } else {
      return static_cast<bool>(a < b)   ? std::weak_ordering::less
             : static_cast<bool>(b < a) ? std::weak_ordering::greater
                                        : std::weak_ordering::equivalent;
    }
  }
};

template <class T>
concept standard_ordering = std::same_as<T, std::strong_ordering> || std::same_as<T, std::weak_ordering> ||
                            std::same_as<T, std::partial_ordering>;

/// Whether both sides of a pair are numbers, which are either equal or in an order, or NaN is among them.
template <class Pair>
inline constexpr bool compares_numbers =
    is_number<std::remove_cvref_t<side_t<Pair, 0>>> && is_number<std::remove_cvref_t<side_t<Pair, 1>>>;

/// How the two sides of a `Zip` compare, as std::lexicographical_compare_three_way tells. `Order` returns an ordering,
/// or is a less-than. An exception thrown for items after the first difference is dropped.
template <class Order = ThreeWay>
struct CompareSides {
  template <class Pair>
  PARALLEL_TASK_ALWAYS_INLINE static constexpr auto ask(Order const& order, Pair const& pair) {
    if constexpr (standard_ordering<std::remove_cvref_t<decltype(detail::call_with_sides(order, pair))>>) {
      return detail::call_with_sides(order, pair);
    } else {
      auto const& a = detail::look(std::get<0>(pair));
      auto const& b = detail::look(std::get<1>(pair));
      return static_cast<bool>(detail::invoke(order, a, b))   ? std::weak_ordering::less
             : static_cast<bool>(detail::invoke(order, b, a)) ? std::weak_ordering::greater
                                                              : std::weak_ordering::equivalent;
    }
  }

  struct FirstDifference {
    static constexpr Cut cut = Cut::later;
    Order const* order;

    template <class Ordering>
    struct Accumulator {
      // What no closure is asked about may be asked about twice.
      static constexpr bool built_in = std::is_same_v<Order, ThreeWay>;
      Order const* order;
      Ordering found = std::strong_ordering::equal;
      template <class X>
      PARALLEL_TASK_ALWAYS_INLINE bool operator()(X const& pair) {
        Ordering const next = ask(*order, pair);
        if (next == 0) [[likely]]
          return true;
        if (found == 0) found = next;
        return false;
      }
      // Numbers are searched by blocks. An ordering says no more than `==` where it is equal, and that is one
      // comparison.
      template <class X>
        requires(built_in && compares_numbers<X>)
      PARALLEL_TASK_ALWAYS_INLINE bool wanted(X const& pair) const {
        return !detail::call_with_sides(EqualItems{}, pair);
      }
      template <class X>
        requires(built_in && compares_numbers<X>)
      PARALLEL_TASK_ALWAYS_INLINE bool take(X const& pair) {
        return (*this)(pair);
      }
      [[nodiscard]] bool skips_same() const noexcept
        requires(built_in)
      {
        return true;
      }
      void join(Accumulator&& later) noexcept {
        if (found == 0) found = later.found;
      }
      template <class Archive>
      void carry(Archive& ar) {
        ar(found);
      }
    };

    template <class S>
    auto open(S const&) const {
      return Accumulator<decltype(ask(*order, std::declval<look_t<typename S::Item>>()))>{order};
    }
    template <class Ordering>
    Ordering finish(Accumulator<Ordering>&& all) const noexcept {
      return all.found;
    }
  };

  PARALLEL_TASK_NO_UNIQUE_ADDRESS Order order;

  template <class S>
  static consteval Problem problem() {
    using Pair = typename S::Item;
    constexpr bool plain = std::is_same_v<Order, ThreeWay>;
    constexpr Problem uncallable =
        detail::sides_problem<Order, Pair>(plain ? Problem::compare_without_order : Problem::compare_does_not_fit);
    if constexpr (uncallable != Problem::none) {
      return uncallable;
    } else {
      using Answer = std::remove_cvref_t<decltype(detail::call_with_sides(std::declval<Order const&>(),
                                                                          std::declval<Pair const&>()))>;
      if constexpr (standard_ordering<Answer>) {
        return Problem::none;
      } else if constexpr (plain) {
        return Problem::compare_without_order;
      } else {
        // An int, as of strcmp, is no answer: as a less-than it would be taken for one that says yes to both.
        constexpr bool says_yes_or_no =
            std::convertible_to<Answer, bool> && (!is_number<Answer> || std::same_as<Answer, bool>);
        constexpr bool either_way = called_with<Order const&, side_t<Pair, 1>, side_t<Pair, 0>>;
        return says_yes_or_no && either_way ? Problem::none : Problem::compare_does_not_fit;
      }
    }
  }
  template <class S, class How>
  auto operator()(S& sides, How const& how) const {
    FirstDifference end{std::addressof(order)};
    auto found = detail::run_terminal(sides, end, how);
    if (found == 0)
      found = sides.template goes_on<0>()   ? std::strong_ordering::greater
              : sides.template goes_on<1>() ? std::strong_ordering::less
                                            : std::strong_ordering::equal;
    return found;
  }
};

template <class Same>
EqualSides(Same) -> EqualSides<Same>;
template <class Order>
CompareSides(Order) -> CompareSides<Order>;

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
