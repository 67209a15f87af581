// Whether what items refer to outlives the run, so that they may wait as references, or must be kept as values.
#pragma once

#include <parallel_task/platform/code.hpp>
#include <parallel_task/platform/ranges.hpp>

#include <concepts>
#include <tuple>
#include <type_traits>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// Whether an item is a reference, or a pair or tuple that contains one.
template <class Item>
inline constexpr bool refers = std::is_reference_v<Item>;
template <class A, class B>
inline constexpr bool refers<std::pair<A, B>> = refers<A> || refers<B>;
template <class... T>
inline constexpr bool refers<std::tuple<T...>> = (refers<T> || ...);

/// Whether what the items of a source refer to lives until the terminal has returned; true for values. Unless the
/// source says so (`S::lasting`), it may be destroyed or overwritten when the next item is computed: a closure may
/// return a reference into the value it was given, to a buffer of its thread, or to the state of a segment.
template <class S>
inline constexpr bool lasting_items = !refers<typename S::Item> || requires { requires S::lasting; };

/// Whether an item is a reference that may wait as a pointer.
template <class S>
inline constexpr bool lasting_reference = std::is_lvalue_reference_v<typename S::Item> && lasting_items<S>;

/// A container that is const gives items that are const, or copies. A handle or a pair of pointers gives the same `T&`
/// as when it is not const.
template <class C>
consteval bool is_deep_const() {
  if constexpr (!std::ranges::range<C const>) {
    return false;
  } else {
    using Reference = std::ranges::range_reference_t<C const>;
    if constexpr (std::is_reference_v<Reference>) {
      return std::is_const_v<std::remove_reference_t<Reference>>;
    } else {
      return std::same_as<Reference, std::ranges::range_value_t<C>> ||
             !std::same_as<Reference, std::ranges::range_reference_t<C>>;
    }
  }
}

/// A range whose items can be changed through it, but not if it is const, and which gives references in both cases: so
/// it owns them.
template <class R>
concept owns_referenced_items =
    std::ranges::range<R> && is_deep_const<R>() && std::is_reference_v<std::ranges::range_reference_t<R const>> &&
    !std::is_const_v<std::remove_reference_t<std::ranges::range_reference_t<R>>>;

/// An iterator without the adaptors that only walk it in another way.
template <class I>
struct WalkedIterator {
  using type = I;
};
template <class I>
struct WalkedIterator<std::reverse_iterator<I>> : WalkedIterator<I> {};
template <class I>
struct WalkedIterator<std::counted_iterator<I>> : WalkedIterator<I> {};
template <class I, class End>
struct WalkedIterator<std::common_iterator<I, End>> : WalkedIterator<I> {};

/// Whether `I` is an iterator of `Range`, apart from such adaptors.
template <class I, class Range>
inline constexpr bool iterates =
    std::same_as<typename WalkedIterator<I>::type, typename WalkedIterator<std::ranges::iterator_t<Range>>::type>;

template <class R>
consteval bool hands_on();

/// Whether the references that iterators of `R` give are valid as long as the range, or longer. An iterator may contain
/// its item (boost::counting_range), or a closure may make it (std::views::transform), and the type does not show it.
/// So this is true only for what is known: memory, containers, and views that pass on the references of these.
template <class R>
inline constexpr bool lasting_range = [] {
  using Range = std::remove_const_t<R>;
  if constexpr (!std::is_lvalue_reference_v<std::ranges::range_reference_t<R>>) {
    return false;
  } else if constexpr (std::ranges::contiguous_range<R>) {
    return true;
  } else if constexpr (std::ranges::view<Range>) {
    return hands_on<R>();
  } else {
    return requires { typename Range::allocator_type; } || owns_referenced_items<Range>;
  }
}();

/// Whether a view hands on the references of a range below it that lasts. Its iterators are those of that range, as in
/// std::views::all, common, drop, drop_while, reverse, take and take_while, or skip what a predicate is against, as in
/// filter. Told by their shape, since no header is as cheap as their names. An iterator that calls a closure, as that
/// of transform, is a type of its own.
template <class View>
consteval bool hands_on() {
  using Iterator = std::ranges::iterator_t<View>;
  if constexpr (requires(std::remove_const_t<View> view) {
                  { std::move(view).base() } -> std::ranges::range;
                }) {
    using Below = std::remove_reference_t<decltype(std::declval<std::remove_const_t<View>>().base())>;
    if constexpr (iterates<Iterator, Below>) {
      return lasting_range<Below>;
    } else if constexpr (std::ranges::range<Below const>) {
      if constexpr (iterates<Iterator, Below const>) return lasting_range<Below>;
    }
    if constexpr (requires(View const& view, Iterator const& it) { view.pred(), it.base(); }) {
      return iterates<std::remove_cvref_t<decltype(std::declval<Iterator const&>().base())>, Below> &&
             std::same_as<std::ranges::range_reference_t<View>, std::ranges::range_reference_t<Below>> &&
             lasting_range<Below>;
    }
  }
  return false;
}

/// Whether a closure called with a lasting reference returns one: a pointer to a data member does; for others it is
/// unknown.
template <class F, class S>
inline constexpr bool selects_lasting = std::is_member_object_pointer_v<F> && lasting_reference<S>;

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
