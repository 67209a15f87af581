// An algorithm as an object: one name for ranges and for two iterators, with settings and without, and one sentence for
// every call that does not fit.
#pragma once

#include <parallel_task/algorithm/context.hpp>
#include <parallel_task/core/closure.hpp>
#include <parallel_task/core/unusable.hpp>
#include <parallel_task/pipeline/operation.hpp>
#include <parallel_task/platform/ranges.hpp>

#include <algorithm>  // for std::ranges::subrange and the results of its algorithms
#include <concepts>
#include <cstddef>
#include <functional>
#include <type_traits>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// A closure whose call operator is not const, as if it were: to tell whether that alone is what is wrong with a call.
template <class F>
struct CalledAsConst {
  template <class... X>
  auto operator()(X&&... x) const -> decltype(std::declval<F&>()(static_cast<X&&>(x)...));
};
template <class A>
struct AsIfConst {
  using V = std::remove_cvref_t<A>;
  static constexpr bool may_be_closure =
      std::is_class_v<V> && !context<V> && !std::ranges::range<A> && !std::input_or_output_iterator<V>;
  using type = std::conditional_t<may_be_closure, CalledAsConst<V>, A>;
};

/// `{}` in the place of a comparison: the usual one.
struct ByDefault {};

/// `Self` has static functions `call(Context<H> const&, ...)`, constrained so that each fits what it can run, and
/// `refuse<A...>()`, which says by a static_assert how the algorithm is called.
///
/// Two iterators are the same as a `std::ranges::subrange` of them, which `call` gets as an rvalue, unless there is a
/// `call` that takes them as they are; the second range may come as two iterators if the first does.
template <class Self>
struct AlgorithmObject : Operation {
  template <class... A>
  constexpr auto operator()(A&&... arguments) const {
    if constexpr ((unusable<std::remove_cvref_t<A>> || ...)) {
      return Unusable{};  // its error has been reported
    } else if constexpr (AlgorithmObject::fit_of<A...>() != Fit::not_at_all) {
      if constexpr (begins_with_context<A...>) {
        return AlgorithmObject::with(std::forward<A>(arguments)...);
      } else {
        return AlgorithmObject::with(Context<>{}, std::forward<A>(arguments)...);
      }
    } else if constexpr (AlgorithmObject::fit_of<typename AsIfConst<A>::type...>() != Fit::not_at_all) {
      static_assert(
          never<A...>,
          "parallel_task: this closure changes itself (a mutable lambda, or an operator() that is not const), "
          "but all threads call the same object at once: remove `mutable`; for totals use reduce or "
          "transform_reduce");
      return Unusable{};
    } else {
      return Self::template refuse<A...>();
    }
  }
  /// With `{}` for a closure, of which no template learns a type: stands for `Self::Default`, where there is one.
  template <class A, class... Rest, class S = Self>
    requires requires { typename S::Default; }
  constexpr auto operator()(A&& a, ByDefault, Rest&&... rest) const {
    return (*this)(std::forward<A>(a), typename S::Default{}, std::forward<Rest>(rest)...);
  }
  template <class A, class B, class... Rest, class S = Self>
    requires requires { typename S::Default; }
  constexpr auto operator()(A&& a, B&& b, ByDefault, Rest&&... rest) const {
    return (*this)(std::forward<A>(a), std::forward<B>(b), typename S::Default{}, std::forward<Rest>(rest)...);
  }
  template <class A, class B, class C, class... Rest, class S = Self>
    requires requires { typename S::Default; }
  constexpr auto operator()(A&& a, B&& b, C&& c, ByDefault, Rest&&... rest) const {
    return (*this)(std::forward<A>(a), std::forward<B>(b), std::forward<C>(c), typename S::Default{},
                   std::forward<Rest>(rest)...);
  }

 private:
  /// How a call fits: as it is, with two iterators for a range, with four for two of them, or not.
  enum class Fit : unsigned char { as_it_is, one_range, two_ranges, not_at_all };
  template <class C, class... A>
  static consteval Fit fit() {
    if constexpr (requires { Self::call(std::declval<C const&>(), std::declval<A>()...); }) {
      return Fit::as_it_is;
    } else if constexpr (two_iterators<A...>) {
      return fit_of_iterators<C, A...>();
    } else {
      return Fit::not_at_all;
    }
  }
  template <class C, class I, class S, class... A>
  static consteval Fit fit_of_iterators() {
    using Range = std::ranges::subrange<std::remove_cvref_t<I>, std::remove_cvref_t<S>>;
    constexpr Fit rest = fit_behind<C, Range, A...>();
    return rest;
  }
  template <class C, class Range, class... A>
  static consteval Fit fit_behind() {
    if constexpr (requires { Self::call(std::declval<C const&>(), std::declval<Range>(), std::declval<A>()...); }) {
      return Fit::one_range;
    } else if constexpr (two_iterators<A...>) {
      return fit_behind_two<C, Range, A...>();
    } else {
      return Fit::not_at_all;
    }
  }
  template <class C, class Range, class I, class S, class... A>
  static consteval Fit fit_behind_two() {
    using Second = std::ranges::subrange<std::remove_cvref_t<I>, std::remove_cvref_t<S>>;
    constexpr bool fits = requires {
      Self::call(std::declval<C const&>(), std::declval<Range>(), std::declval<Second>(), std::declval<A>()...);
    };
    return fits ? Fit::two_ranges : Fit::not_at_all;
  }

  template <class... A>
  static consteval Fit fit_of() {
    if constexpr (begins_with_context<A...>) {
      return fit<A...>();
    } else {
      return fit<Context<>, A...>();
    }
  }

  template <class C, class... A>
  static constexpr auto with(C const& context, A&&... arguments) {
    constexpr Fit fit = AlgorithmObject::fit<C, A...>();
    if constexpr (fit == Fit::as_it_is) {
      return Self::call(context, std::forward<A>(arguments)...);
    } else if constexpr (fit == Fit::one_range) {
      return AlgorithmObject::of_one(context, std::forward<A>(arguments)...);
    } else {
      return AlgorithmObject::of_two(context, std::forward<A>(arguments)...);
    }
  }
  template <class C, class I, class S, class... A>
  static constexpr auto of_one(C const& context, I first, S last, A&&... rest) {
    return Self::call(context, std::ranges::subrange<I, S>(std::move(first), std::move(last)),
                      std::forward<A>(rest)...);
  }
  template <class C, class I, class S, class J, class T, class... A>
  static constexpr auto of_two(C const& context, I first, S last, J second, T end, A&&... rest) {
    return Self::call(context, std::ranges::subrange<I, S>(std::move(first), std::move(last)),
                      std::ranges::subrange<J, T>(std::move(second), std::move(end)), std::forward<A>(rest)...);
  }
};

/// Ranges whose parts threads can run by themselves.
template <class R>
concept indexable = std::ranges::random_access_range<R> && std::ranges::sized_range<R>;

/// What compares items unless a closure does: by `<` or `==` alone. (`std::ranges::less` asks for all six.)
struct ByLess {
  template <class A, class B>
  PARALLEL_TASK_ALWAYS_INLINE constexpr auto operator()(A const& a, B const& b) const
      -> decltype(static_cast<bool>(a < b)) {
    return static_cast<bool>(a < b);
  }
};
struct ByEquality {
  template <class A, class B>
  PARALLEL_TASK_ALWAYS_INLINE constexpr auto operator()(A const& a, B const& b) const
      -> decltype(static_cast<bool>(a == b)) {
    return static_cast<bool>(a == b);
  }
};

/// Closures that look at items, projected: as const, as predicates of pipelines do.
template <class R, class Proj>
using looked_at = std::invoke_result_t<Proj const&, look_t<std::ranges::range_reference_t<R>>>;
/// A question about an item, or about the parts of one that is a pair or tuple.
template <class P, class R, class Proj = std::identity>
concept predicate_on =
    concurrently_callable<P, looked_at<R, Proj>> && std::convertible_to<call_t<P, looked_at<R, Proj>>, bool>;
template <class P, class R1, class R2, class P1 = std::identity, class P2 = std::identity>
concept relation_on = std::predicate<P const&, looked_at<R1, P1>, looked_at<R2, P2>>;
template <class L, class R, class Proj = std::identity>
concept order_on = relation_on<L, R, R, Proj, Proj>;

/// What an algorithm returns for a position in a range: `std::ranges::dangling` if nobody could use it.
template <class R>
using iterator_of = std::ranges::borrowed_iterator_t<R>;

/// Where a range begins and how long it is, for algorithms on random access.
template <class R>
constexpr std::size_t size_of(R&& range) {
  return static_cast<std::size_t>(std::ranges::distance(range));
}

/// The iterator at a position.
template <class I>
PARALLEL_TASK_ALWAYS_INLINE constexpr I nth_of(I const& first, std::size_t n) {
  return first + static_cast<std::iter_difference_t<I>>(n);
}

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
