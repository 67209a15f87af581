// What containers can do: how items get into one, recognised by its members rather than by its name.
#pragma once

#include <parallel_task/core/closure.hpp>
#include <parallel_task/platform/pointers.hpp>
#include <parallel_task/platform/ranges.hpp>

#include <concepts>
#include <cstddef>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace parallel_task {
inline namespace PARALLEL_TASK_VALUES {
template <class T>
class buffer;
}  // namespace PARALLEL_TASK_VALUES

inline namespace PARALLEL_TASK_CODE {

/// The customisation point for containers of your own that have none of `emplace_back`, `push_back`, `insert` and
/// `push`. Specialise it with
///
///     static void append(C& container, Item&& item);         // called in order, on one thread
///     static void reserve(C& container, std::size_t count);  // optional: called before `count` items
///
/// and `collect<C>()`, `collect_into(c)` and `append_to(c)` work. `C` must be default-constructible for `collect`.
template <class C>
struct appender {};

namespace detail {

template <class C, class X>
concept custom_append = requires(C& c, X&& x) { appender<C>::append(c, static_cast<X&&>(x)); };

// Most emplace_back templates accept anything, so whether an item fits is asked of the value type.
template <class C, class X>
concept can_emplace_back = requires { typename C::value_type; } && std::constructible_from<typename C::value_type, X> &&
                           requires(C& c, X&& x) { c.emplace_back(static_cast<X&&>(x)); };
template <class C, class X>
concept can_push_back = requires(C& c, X&& x) { c.push_back(static_cast<X&&>(x)); };
// c.end() is a hint for ordered containers, and hashed ones ignore it. Sets keep the first of equals, multisets their
// order.
template <class C, class X>
concept can_insert = requires(C& c, X&& x) { c.insert(c.end(), static_cast<X&&>(x)); };
template <class C, class X>
concept can_push = requires(C& c, X&& x) { c.push(static_cast<X&&>(x)); };
// Strings are appended to strings. `+=` alone is not enough: for a std::valarray, a complex number or a duration it
// adds.
template <class C, class X>
concept can_concatenate = requires(C& c, X&& x) {
  c += static_cast<X&&>(x);
  c.append(static_cast<X&&>(x));
  c.clear();
};
// forward_list: items are inserted after an iterator.
template <class C, class X>
concept can_emplace_after =
    requires { typename C::value_type; } && std::constructible_from<typename C::value_type, X> &&
    requires(C& c, X&& x) { c.emplace_after(c.before_begin(), static_cast<X&&>(x)); };

/// Items can be appended one by one.
template <class C, class X>
concept appendable = custom_append<C, X> || can_emplace_back<C, X> || can_push_back<C, X> || can_insert<C, X> ||
                     can_push<C, X> || can_concatenate<C, X> || can_emplace_after<C, X>;

/// A fixed number of contiguous items: std::array, std::span, C arrays.
template <class C>
concept array_like = std::ranges::contiguous_range<C&> && !requires(C& c) { c.resize(std::size_t{0}); } &&
                     !requires(C& c) { c.clear(); };

/// Contiguous items whose number can be set, but which can't be added or removed: std::valarray. Its `resize` may
/// discard all of them.
template <class C>
concept resized_anew = std::ranges::contiguous_range<C&> && std::ranges::sized_range<C&> &&
                       std::default_initializable<std::ranges::range_value_t<C&>> &&
                       requires(C& c) { c.resize(std::size_t{0}); } && !requires(C& c) { c.clear(); };

/// A set or map that refuses an item if it has an equal one.
template <class C, class X>
concept one_of_each = requires(C& c, X&& x) {
  { c.insert(static_cast<X&&>(x)).second } -> std::convertible_to<bool>;
};

template <class C>
concept hashed = requires {
  typename C::hasher;
  typename C::key_equal;
};

template <class C>
inline constexpr bool is_buffer = false;
template <class T>
inline constexpr bool is_buffer<buffer<T>> = true;

// --- allocators -------------------------------------------------------------------------------------------------------

/// Whether items made by `A` get the allocator too, like those of std::pmr and scoped containers.
template <class T, class A>
inline constexpr bool takes_allocator = std::uses_allocator_v<T, A>;
template <class X, class Y, class A>
inline constexpr bool takes_allocator<std::pair<X, Y>, A> =
    takes_allocator<std::remove_cv_t<X>, A> || takes_allocator<std::remove_cv_t<Y>, A>;

/// Whether any thread may make the items of a `C`. If the container's allocator passes itself to the items, they
/// allocate from its memory, which perhaps only one thread may use.
template <class C>
inline constexpr bool items_made_by_anyone = true;
template <class C>
  requires requires(typename C::allocator_type& a, typename C::value_type* p, typename C::value_type&& x) {
    a.construct(p, std::move(x));
  }
inline constexpr bool items_made_by_anyone<C> = !takes_allocator<typename C::value_type, typename C::allocator_type>;

/// Whether any thread may make a `C` of its own, to be joined with others: its allocator is std::allocator.
template <class C>
inline constexpr bool allocates_plainly = false;
template <class C>
  requires requires { typename C::allocator_type; }
inline constexpr bool allocates_plainly<C> =
    std::is_same_v<typename C::allocator_type, std::allocator<typename C::value_type>>;

template <class F>
inline constexpr bool without_state = std::is_empty_v<F> && std::is_default_constructible_v<F>;

/// Whether all `C`s order or hash their keys in the same way.
template <class C>
inline constexpr bool keyed_alike = false;
template <class C>
  requires requires { typename C::key_compare; }
inline constexpr bool keyed_alike<C> = without_state<typename C::key_compare>;
template <hashed C>
inline constexpr bool keyed_alike<C> = without_state<typename C::hasher> && without_state<typename C::key_equal>;

/// Lists: every segment makes its own nodes, and lists are joined by a pointer.
template <class C, class X>
concept spliceable = std::default_initializable<C> && allocates_plainly<C> && can_emplace_back<C, X> &&
                     requires(C& c, C& later) { c.splice(c.end(), later); };

/// Sets and maps that keep one item per key: every segment has one of its own, whose nodes are moved into the result.
/// So no segment keeps an item that the result would refuse.
template <class C, class X>
concept mergeable = std::default_initializable<C> && allocates_plainly<C> && keyed_alike<C> && can_insert<C, X> &&
                    requires(C& c, C& later) {
                      typename C::insert_return_type;
                      c.insert(later.extract(later.begin()));
                    };

// --- what is kept of an item ------------------------------------------------------------------------------------------

/// The value type of a map without the const of the key, so that both parts can be moved.
template <class T>
struct MovableParts {
  using type = T;
};
template <class A, class B>
struct MovableParts<std::pair<A const, B>> {
  using type = std::pair<A, B>;
};

/// The type that a `C` stores of the items of `S`.
template <class C, class S>
struct ValueFor {
  using type = typename S::Value;
};
template <class C, class S>
  requires requires { typename C::value_type; } && std::constructible_from<typename C::value_type, typename S::Item>
struct ValueFor<C, S> {
  using type = typename MovableParts<typename C::value_type>::type;
};
/// The type in which a segment keeps an item for a `C`: converted once, on the thread that computed it.
template <class C, class S>
using StoredFor = std::conditional_t<std::constructible_from<typename ValueFor<C, S>::type, typename S::Item>,
                                     typename ValueFor<C, S>::type, typename S::Value>;

/// How a kept item is handed on: moved, or copied if its type can't be moved.
template <class T>
using HandedOn = std::conditional_t<std::is_constructible_v<T, T&&>, T&&, T const&>;

// --- `collect<std::vector>()`: the container of the values, or the map of pairs where one argument is not enough ------

template <template <class...> class C, class Value>
struct Deduced {
  using type = void;
};
template <template <class...> class C, class Value>
  requires requires { typename C<Value>; }
struct Deduced<C, Value> {
  using type = C<Value>;
};
template <template <class...> class C, class K, class M>
  requires(
      !requires { typename C<std::pair<K, M>>; } && requires { typename C<std::remove_const_t<K>, M>; })
struct Deduced<C, std::pair<K, M>> {
  using type = C<std::remove_const_t<K>, M>;
};
template <template <class...> class C, class K, class M>
  requires(
      !requires { typename C<std::tuple<K, M>>; } && requires { typename C<K, M>; })
struct Deduced<C, std::tuple<K, M>> {
  using type = C<K, M>;
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
