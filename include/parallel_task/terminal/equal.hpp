// equal(r), compare(r): the items of two ranges, side by side.
#pragma once

#include <parallel_task/core/closure.hpp>
#include <parallel_task/core/run.hpp>
#include <parallel_task/terminal/any.hpp>

#include <compare>
#include <concepts>
#include <optional>
#include <type_traits>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// Whether the two sides of a `Zip` have equal items, and end together. The answer or exception that comes first in
/// time wins.
struct EqualSides {
  /// A hit is a pair whose parts differ, or any pair once the lengths are known to.
  struct Differ {
    bool lengths = false;
    template <class X>
    [[gnu::always_inline]] bool operator()(X const& pair) const {
      return lengths || !static_cast<bool>(std::get<0>(pair) == std::get<1>(pair));
    }
  };
  struct AnyDifference : Any<Differ, true> {
    template <class S>
    void prepare(S& sides) {
      this->hit.lengths = sides.differ_by_total();
    }
  };

  template <class S>
  static consteval Problem problem() {
    constexpr bool ok =
        requires(look_t<typename S::Item> pair) { static_cast<bool>(std::get<0>(pair) == std::get<1>(pair)); };
    return ok ? Problem::none : Problem::equal_without_equality;
  }
  template <class S>
  bool operator()(S& sides, Settings const& settings) const {
    AnyDifference end{};
    return !detail::run_terminal(sides, end, settings) && sides.end_together();
  }
};

/// What `a <=> b` gives, or, made of `<`, what it would.
struct ThreeWay {
  template <class A, class B>
  static constexpr auto compare(A const& a, B const& b) {
    if constexpr (requires { a <=> b; }) {
      return a <=> b;
    } else {
      return static_cast<bool>(a < b)   ? std::weak_ordering::less
             : static_cast<bool>(b < a) ? std::weak_ordering::greater
                                        : std::weak_ordering::equivalent;
    }
  }
};

/// How the two sides of a `Zip` compare, as std::lexicographical_compare_three_way tells. An exception thrown for items
/// after the first difference is dropped.
struct CompareSides {
  struct FirstDifference {
    static constexpr Cut cut = Cut::later;

    template <class Ordering>
    struct Accumulator {
      Ordering found = std::strong_ordering::equal;
      template <class X>
      [[gnu::always_inline]] bool operator()(X const& pair) {
        Ordering const next = ThreeWay::compare(std::get<0>(pair), std::get<1>(pair));
        if (next == 0) [[likely]]
          return true;
        if (found == 0) found = next;
        return false;
      }
      void join(Accumulator&& later) noexcept {
        if (found == 0) found = later.found;
      }
    };

    template <class S>
    auto open(S const&) const {
      using Pair = look_t<typename S::Item>;
      return Accumulator<decltype(ThreeWay::compare(std::get<0>(std::declval<Pair>()),
                                                    std::get<1>(std::declval<Pair>())))>{};
    }
    template <class Ordering>
    Ordering finish(Accumulator<Ordering>&& all) const noexcept {
      return all.found;
    }
  };

  template <class S>
  static consteval Problem problem() {
    constexpr bool ok = requires(look_t<typename S::Item> pair) { std::get<0>(pair) <=> std::get<1>(pair); } ||
                        requires(look_t<typename S::Item> pair) {
                          static_cast<bool>(std::get<0>(pair) < std::get<1>(pair));
                          static_cast<bool>(std::get<1>(pair) < std::get<0>(pair));
                        };
    return ok ? Problem::none : Problem::compare_without_order;
  }
  template <class S>
  auto operator()(S& sides, Settings const& settings) const {
    FirstDifference end{};
    auto found = detail::run_terminal(sides, end, settings);
    if (found == 0)
      found = sides.template goes_on<0>()   ? std::strong_ordering::greater
              : sides.template goes_on<1>() ? std::strong_ordering::less
                                            : std::strong_ordering::equal;
    return found;
  }
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
