// Closures: called as const, with the item, its parts or the parts of its parts, as std::invoke would.
#pragma once

#include <parallel_task/core/problem.hpp>

#include <concepts>
#include <cstddef>
#include <tuple>
#include <type_traits>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

template <class T>
inline constexpr bool is_product = false;
template <class A, class B>
inline constexpr bool is_product<std::pair<A, B>> = true;
template <class... T>
inline constexpr bool is_product<std::tuple<T...>> = true;

/// Several parts as one item: two are a pair, more a tuple.
template <class... T>
struct MakeProduct {
  using type = std::tuple<T...>;
};
template <class A, class B>
struct MakeProduct<A, B> {
  using type = std::pair<A, B>;
};
template <class... T>
using ProductOf = typename MakeProduct<T...>::type;

/// Gives a `Class` by `get()`, as std::reference_wrapper does, and not a pointer to one.
template <class Object, class Class>
concept wraps = requires(Object& object) {
  object.get();
  requires std::is_base_of_v<Class, std::remove_cvref_t<decltype(object.get())>>;
};

// std::invoke lives in <functional>, which costs more than all of this library's core.
template <class P, class Class, class Object, class... Rest>
PARALLEL_TASK_ALWAYS_INLINE constexpr decltype(auto) invoke_member(P Class::*const& member, Object&& object,
                                                                   Rest&&... rest) {
  if constexpr (std::is_base_of_v<Class, std::remove_cvref_t<Object>>) {
    if constexpr (std::is_function_v<P>) {
      return (static_cast<Object&&>(object).*member)(static_cast<Rest&&>(rest)...);
    } else {
      return (static_cast<Object&&>(object).*member);
    }
  } else if constexpr (wraps<Object, Class>) {
    if constexpr (std::is_function_v<P>) {
      return (object.get().*member)(static_cast<Rest&&>(rest)...);
    } else {
      return (object.get().*member);
    }
  } else {
    if constexpr (std::is_function_v<P>) {
      return ((*static_cast<Object&&>(object)).*member)(static_cast<Rest&&>(rest)...);
    } else {
      return ((*static_cast<Object&&>(object)).*member);
    }
  }
}

template <class F, class... X>
PARALLEL_TASK_ALWAYS_INLINE constexpr decltype(auto) invoke(F& f, X&&... x) {
  if constexpr (std::is_member_pointer_v<std::remove_const_t<F>>) {
    return detail::invoke_member(f, static_cast<X&&>(x)...);
  } else {
    return f(static_cast<X&&>(x)...);
  }
}

/// The same as std::invocable, which instantiates half a dozen classes of the standard library for each question.
template <class F, class... X>
concept called_with = requires(F&& f, X&&... x) { static_cast<F&&>(f)(static_cast<X&&>(x)...); } ||
                      (std::is_member_pointer_v<std::remove_cvref_t<F>> && std::invocable<F, X...>);

template <class F, class Sequence, class Product, class... Before>
inline constexpr bool invocable_with_parts = false;
template <class F, std::size_t... I, class Product, class... Before>
inline constexpr bool invocable_with_parts<F, std::index_sequence<I...>, Product, Before...> =
    called_with<F, Before..., decltype(std::get<I>(std::declval<Product>()))...>;

template <class Product>
using parts_of = std::make_index_sequence<std::tuple_size_v<std::remove_cvref_t<Product>>>;

/// `F` takes `Before...` and the last of `X...` as it is.
template <class F, class... X>
concept takes_item = called_with<F const&, X...>;

template <class F, class X, class... Before>
inline constexpr bool takes_parts_v = [] {
  if constexpr (is_product<std::remove_cvref_t<X>>) {
    return invocable_with_parts<F, parts_of<X>, X, Before...>;
  } else {
    return false;
  }
}();

// Parts that have parts, as of zip and then enumerate. Asked for last: few items do, and few closures want to know.
template <class Product>
inline constexpr bool is_nested = false;
template <class A, class B>
inline constexpr bool is_nested<std::pair<A, B>> =
    is_product<std::remove_cvref_t<A>> || is_product<std::remove_cvref_t<B>>;
template <class... T>
inline constexpr bool is_nested<std::tuple<T...>> = (is_product<std::remove_cvref_t<T>> || ...);

/// References to all innermost parts, from the left to the right.
template <class X>
PARALLEL_TASK_ALWAYS_INLINE constexpr auto flat_parts(X&& x) {
  if constexpr (!is_product<std::remove_cvref_t<X>>) {
    return std::tuple<X&&>(static_cast<X&&>(x));
  } else {
    return [&]<std::size_t... I>(std::index_sequence<I...>) {
      return std::tuple_cat(detail::flat_parts(std::get<I>(static_cast<X&&>(x)))...);
    }(parts_of<X>{});
  }
}
template <class X>
using flat_parts_t = decltype(detail::flat_parts(std::declval<X>()));

template <class F, class X, class... Before>
inline constexpr bool takes_flat_parts_v = [] {
  if constexpr (is_nested<std::remove_cvref_t<X>>) {
    return invocable_with_parts<F, parts_of<flat_parts_t<X>>, flat_parts_t<X>, Before...>;
  } else {
    return false;
  }
}();

}  // namespace detail

/// `F` can be called by many threads at once with an item, with the parts of an item that is a pair or a tuple, or,
/// where these are pairs or tuples themselves, with all innermost parts. `const` means: may be called at once.
/// `Before...` are arguments in front of the item, such as a segment's state.
template <class F, class Item, class... Before>
concept concurrently_callable =
    detail::takes_item<F, Before..., Item> || detail::takes_parts_v<F const&, Item, Before...> ||
    detail::takes_flat_parts_v<F const&, Item, Before...>;

namespace detail {

template <class F, std::size_t... I, class Product, class... Before>
PARALLEL_TASK_ALWAYS_INLINE constexpr decltype(auto) call_with_parts(F const& f, std::index_sequence<I...>,
                                                                     Product&& product, Before&... before) {
  return detail::invoke(f, before..., std::get<I>(static_cast<Product&&>(product))...);
}

/// Calls `f` with the item, else with its parts, else with their parts. `before...` go in front.
template <class F, class Item, class... Before>
PARALLEL_TASK_ALWAYS_INLINE constexpr decltype(auto) call(F const& f, Item&& item, Before&... before) {
  if constexpr (!takes_item<F, Before&..., Item>) {
    if constexpr (!is_nested<std::remove_cvref_t<Item>> || takes_parts_v<F const&, Item, Before&...>) {
      return detail::call_with_parts(f, parts_of<Item>{}, static_cast<Item&&>(item), before...);
    } else {
      return detail::call_with_parts(f, parts_of<flat_parts_t<Item>>{}, detail::flat_parts(static_cast<Item&&>(item)),
                                     before...);
    }
  } else if constexpr (std::is_member_pointer_v<F>) {
    return detail::invoke(f, before..., static_cast<Item&&>(item));
  } else {
    return f(before..., static_cast<Item&&>(item));
  }
}

template <class F, class Item, class... Before>
using call_t = decltype(detail::call(std::declval<F const&>(), std::declval<Item>(), std::declval<Before&>()...));

/// A closure of which a loop reads a copy of its own: what it has captured stays in registers then. Of the original the
/// compiler must assume that each store of the loop may change it.
template <class F>
concept copied_for_loop = !std::is_empty_v<F> && std::is_trivially_copy_constructible_v<F> &&
                          std::is_trivially_destructible_v<F> && sizeof(F) <= 256;
template <class F>
using loop_closure = std::conditional_t<copied_for_loop<F>, F const, F const&>;

/// An item as a predicate sees it.
template <class X>
PARALLEL_TASK_ALWAYS_INLINE constexpr std::remove_reference_t<X> const& look(X&& x) noexcept {
  return x;
}
template <class Item>
using look_t = std::remove_reference_t<Item> const&;

/// An item whose references refer to const.
template <class Item>
struct ItemAsConst {
  using type = Item;
};
template <class T>
struct ItemAsConst<T&> {
  using type = T const&;
};
template <class A, class B>
struct ItemAsConst<std::pair<A, B>> {
  using type = std::pair<typename ItemAsConst<A>::type, typename ItemAsConst<B>::type>;
};
template <class... T>
struct ItemAsConst<std::tuple<T...>> {
  using type = std::tuple<typename ItemAsConst<T>::type...>;
};
/// Whether `F` takes what an item refers to in order to change it, as far as types tell.
template <class F, class Item, class... Before>
inline constexpr bool changes_items =
    concurrently_callable<F, Item, Before...> && !concurrently_callable<F, typename ItemAsConst<Item>::type, Before...>;

template <class F, class Item, class... Before>
concept callable_only_alone =
    !concurrently_callable<F, Item, Before...> &&
    (called_with<F&, Before..., Item> || takes_parts_v<F&, Item, Before...> || takes_flat_parts_v<F&, Item, Before...>);

/// What keeps a closure from being called with items.
template <class F, class Item, class... Before>
consteval Problem closure_problem() {
  if constexpr (concurrently_callable<F, Item, Before...>) {
    return Problem::none;
  } else if constexpr (callable_only_alone<F, Item, Before...>) {
    return Problem::closure_changes_itself;
  } else {
    return Problem::closure_does_not_fit;
  }
}

/// The same for a closure that is called for its effect. That of one who expects `false` to stop the loop returns
/// exactly bool; other results are by-products, as of an assignment.
template <class F, class Item>
consteval Problem effect_problem() {
  constexpr Problem problem = closure_problem<F, Item>();
  if constexpr (problem == Problem::none) {
    return std::same_as<call_t<F, Item>, bool> ? Problem::answer_dropped : Problem::none;
  } else {
    return problem;
  }
}

/// The same for a closure that only looks at items and says yes or no.
template <class F, class Item>
consteval Problem predicate_problem() {
  if constexpr (!concurrently_callable<F, look_t<Item>> && concurrently_callable<F, Item>) {
    return Problem::predicate_changes_items;
  } else if constexpr (closure_problem<F, look_t<Item>>() != Problem::none) {
    return closure_problem<F, look_t<Item>>();
  } else if constexpr (!std::convertible_to<call_t<F, look_t<Item>>, bool>) {
    return Problem::predicate_without_answer;
  } else {
    return Problem::none;
  }
}

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
