// Makes a source of whatever was given, or tells what keeps it from being one.
#pragma once

#include <parallel_task/core/problem.hpp>
#include <parallel_task/platform/ranges.hpp>
#include <parallel_task/source/bridged.hpp>
#include <parallel_task/source/feeds.hpp>
#include <parallel_task/source/owns_items.hpp>
#include <parallel_task/source/random_access.hpp>
#include <parallel_task/source/walked.hpp>

#include <concepts>
#include <type_traits>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

template <class R>
concept sized_random_access = std::ranges::random_access_range<R> && std::ranges::sized_range<R>;

template <class Holder>
auto hold(Holder holder) {
  if constexpr (sized_random_access<typename Holder::Range>) {
    return RandomAccess<Holder>(std::move(holder));
  } else {
    return Walked<Holder>(std::move(holder));
  }
}

// --- what keeps a range from becoming a source ------------------------------------------------------------------------

template <class R>
consteval Problem range_problem() {
  using T = std::remove_reference_t<R>;
  if constexpr (std::ranges::forward_range<T>) {
    return Problem::none;
  } else if constexpr (std::ranges::input_range<T> || generator_like<T>) {
    return Problem::range_read_once;
  } else {
    return Problem::not_a_range;
  }
}

template <class R>
consteval Problem borrow_problem() {
  using T = std::remove_reference_t<R>;
  using V = std::remove_cv_t<T>;
  if constexpr (range_problem<R>() != Problem::none) {
    return range_problem<R>();
  } else if constexpr (std::ranges::view<V>) {
    if constexpr (std::ranges::random_access_range<V> && !std::ranges::range<V const>) {
      return Problem::view_not_const_iterable;
    } else if constexpr (std::ranges::forward_range<V const>) {
      return writable_bits<V const> ? Problem::bits_share_words : Problem::none;
    } else {
      return writable_bits<T> ? Problem::bits_share_words : Problem::none;
    }
  } else if constexpr (!std::is_lvalue_reference_v<R> && owns_items<V>) {
    return Problem::borrows_temporary;
  } else if constexpr (!std::is_lvalue_reference_v<R> && !std::constructible_from<V, R>) {
    return Problem::owner_unknown;
  } else {
    return writable_bits<T> ? Problem::bits_share_words : Problem::none;
  }
}

template <class R>
consteval Problem own_problem() {
  using T = std::remove_reference_t<R>;
  using V = std::remove_cv_t<T>;
  if constexpr (range_problem<R>() != Problem::none) {
    return range_problem<R>();
  } else if constexpr (std::is_array_v<T>) {
    return Problem::owns_array;
  } else if constexpr (std::ranges::view<V> || std::ranges::borrowed_range<V>) {
    constexpr bool values = std::same_as<std::ranges::range_reference_t<V>, std::ranges::range_value_t<V>>;
    return values ? borrow_problem<V>() : Problem::owns_view;
  } else if constexpr (std::is_lvalue_reference_v<R>) {
    return Problem::owns_lvalue;
  } else if constexpr (std::is_const_v<T>) {
    return Problem::owns_const;
  } else {
    return owns_items<V> || keeps_items_whole<V> ? Problem::none : Problem::owner_unknown;
  }
}

template <class R>
inline constexpr bool borrowed_as_argument = std::is_lvalue_reference_v<R> || !owns_items<std::remove_cvref_t<R>> ||
                                             !std::ranges::forward_range<std::remove_reference_t<R>>;

template <class R>
consteval Problem argument_problem() {
  return borrowed_as_argument<R> ? borrow_problem<R>() : own_problem<R>();
}

template <class R>
consteval Problem bridge_problem() {
  using T = std::remove_reference_t<R>;
  if constexpr (std::ranges::input_range<T>) {
    return gives_values<R>() ? Problem::none : Problem::bridge_without_values;
  } else if constexpr (generator_like<T>) {
    return NextOf<R>::is_value || NextOf<R>::is_kept ? Problem::none : Problem::bridge_without_values;
  } else {
    return Problem::bridge_does_not_fit;
  }
}

// --- the sources of ranges that have no problem -----------------------------------------------------------------------

/// How `parallel_iter(r)` and its like hold a range: by its address, or as a range-based for holds an rvalue that may
/// not own its items.
template <class R>
auto holder_of(R&& range) {
  using T = std::remove_reference_t<R>;
  using V = std::remove_cv_t<T>;
  if constexpr (std::ranges::view<V>) {
    // An lvalue is borrowed although a view is cheap to copy: it may be changed before the terminal runs.
    using Iterated = std::conditional_t<std::ranges::forward_range<V const>, V const, T>;
    if constexpr (std::is_lvalue_reference_v<R>) {
      return Borrowed<Iterated>(range);
    } else if constexpr (std::is_const_v<Iterated>) {
      return HeldConst<V>{std::forward<R>(range)};
    } else {
      return HeldMutable<V>{std::forward<R>(range)};
    }
  } else if constexpr (!std::is_lvalue_reference_v<R>) {
    return HeldMutable<V>{std::forward<R>(range)};
  } else {
    return Borrowed<T>(range);
  }
}

/// The source for `parallel_iter(r)`.
template <class R>
auto borrow(R&& range) {
  using T = std::remove_reference_t<R>;
  constexpr bool in_memory = std::is_lvalue_reference_v<R> && !std::ranges::view<std::remove_cv_t<T>> &&
                             std::ranges::contiguous_range<T> && std::ranges::sized_range<T>;
  if constexpr (in_memory) {
    return Contiguous<std::remove_reference_t<std::ranges::range_reference_t<T>>>(range);
  } else {
    return detail::hold(detail::holder_of(std::forward<R>(range)));
  }
}

/// The source for `into_parallel_iter(r)`.
template <class R>
auto own(R&& range) {
  using V = std::remove_cvref_t<R>;
  if constexpr (std::ranges::view<V> || std::ranges::borrowed_range<V>) {
    return detail::borrow(V(std::forward<R>(range)));
  } else if constexpr (node_container<V>) {
    return Bridged<NodeFeed<V>>(NodeFeed<V>(std::forward<R>(range)));
  } else {
    return detail::hold(Owned<V>{std::forward<R>(range)});
  }
}

/// The source for an argument of zip, chain and for_each. Rvalues that certainly own their items are owned, all others
/// are borrowed or held.
template <class R>
auto borrow_or_own(R&& range) {
  if constexpr (borrowed_as_argument<R>) {
    return detail::borrow(std::forward<R>(range));
  } else {
    return detail::own(std::forward<R>(range));
  }
}

/// The source for `par_bridge(r)`. An lvalue is read in place, an rvalue is held.
template <class R>
auto bridge(R&& range) {
  using T = std::remove_reference_t<R>;
  using P = std::conditional_t<std::is_lvalue_reference_v<R>, R, std::remove_cv_t<T>>;
  if constexpr (std::ranges::input_range<T>) {
    return Bridged<RangeFeed<P>>(RangeFeed<P>(Input<P>{std::forward<R>(range)}));
  } else if constexpr (!NextOf<R>::is_value) {
    return Bridged<PointerFeed<P>>(PointerFeed<P>(Input<P>{std::forward<R>(range)}));
  } else {
    return Bridged<GeneratorFeed<P>>(GeneratorFeed<P>(Input<P>{std::forward<R>(range)}));
  }
}

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
