// Whether a closure takes a copy of what it is given to change, so that the change would be lost.
#pragma once

#include <parallel_task/core/closure.hpp>
#include <parallel_task/core/number.hpp>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

template <class T>
inline constexpr bool is_writable_reference =
    std::is_lvalue_reference_v<T> && !std::is_const_v<std::remove_reference_t<T>>;
template <class T>
inline constexpr bool has_writable_part = false;
template <class A, class B>
inline constexpr bool has_writable_part<std::pair<A, B>> = is_writable_reference<A> || is_writable_reference<B>;
template <class... T>
inline constexpr bool has_writable_part<std::tuple<T...>> = (is_writable_reference<T> || ...);

/// A type that refers to something else, so that a change through a copy is not lost: pointers, smart pointers and
/// iterators, std::reference_wrapper, spans and other views, pairs and tuples of references.
template <class T>
concept is_handle = std::is_pointer_v<T> || has_writable_part<T> ||
                    requires(T const& t) { requires is_writable_reference<decltype(*t)>; } ||
                    requires(T const& t) { requires is_writable_reference<decltype(t.get())>; } ||
                    requires(T const& t) { requires is_writable_reference<decltype(*t.begin())>; };

/// The first parameter of a closure with a single operator() that is no template; otherwise void.
template <class F>
struct FirstParameter {
  using type = void;
};
template <class R, class First, class... Rest>
struct FirstParameter<R (*)(First, Rest...)> {
  using type = First;
};
template <class R, class First, class... Rest>
struct FirstParameter<R (*)(First, Rest...) noexcept> {
  using type = First;
};
template <class R, class C, class First, class... Rest>
struct FirstParameter<R (C::*)(First, Rest...) const> {
  using type = First;
};
template <class R, class C, class First, class... Rest>
struct FirstParameter<R (C::*)(First, Rest...) const noexcept> {
  using type = First;
};
template <class F>
  requires requires { &F::operator(); }
struct FirstParameter<F> : FirstParameter<decltype(&F::operator())> {};

// How a generic closure takes its argument is tested by adding overloads to it: it shows in which overload a call would
// choose. This never instantiates a body that the program itself does not call.
struct Taken {};

// Preferred to `auto` and `auto const&`, since it is as good and no template. `auto&` and `auto&&` bind without const,
// so they are better.
template <class F, class T, class... Rest>
struct BesideConst : F {
  using F::operator();
  Taken operator()(T const&, Rest&&...) const;
};
// Better than `auto const&` and as good as `auto` for the first argument, worse for the rest: a call is ambiguous with
// `auto const&`, not with `auto`.
template <class F, class T, class... Rest>
struct BesidePlain : F {
  using F::operator();
  Taken operator()(T&, ...) const;
};
// If there is no other argument, a call is ambiguous with `auto`, and this overload is chosen instead of `auto const&`.
template <class F, class T>
struct BesidePlain<F, T> : F {
  using F::operator();
  template <class U>
  Taken operator()(U&) const;
};

template <class F, class T, class... Rest>
concept taken_by_the_other =
    std::same_as<decltype(std::declval<F const&>()(std::declval<T&>(), std::declval<Rest>()...)), Taken>;

template <class F, class T, class... Rest>
consteval bool is_generic_and_copies() {
  if constexpr (!std::is_class_v<F> || std::is_final_v<F>) {
    return false;
  } else if constexpr (taken_by_the_other<BesideConst<F, T, Rest...>, T, Rest...>) {
    constexpr bool ambiguous = !std::invocable<BesidePlain<F, T, Rest...> const&, T&, Rest...>;
    return ambiguous == (sizeof...(Rest) == 0);
  } else {
    return false;
  }
}

/// Whether `f(t, rest...)` takes a copy of the lvalue `t` that shares nothing with it.
template <class F, class T, class... Rest>
consteval bool takes_copy() {
  using First = typename FirstParameter<F>::type;
  if constexpr (is_handle<T>) {
    return false;
  } else if constexpr (std::is_void_v<First>) {
    return is_generic_and_copies<F, T, Rest...>();
  } else {
    // Of a pair or tuple, a number is a part, not a copy.
    constexpr bool is_copy = std::is_same_v<std::remove_cv_t<First>, T> || (is_number<First> && !is_product<T>);
    return !std::is_reference_v<First> && is_copy;
  }
}

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
