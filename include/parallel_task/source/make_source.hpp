// From whatever was given to a source, or to a sentence that says what to give instead.
#pragma once

#include <parallel_task/core/unusable.hpp>
#include <parallel_task/source/bridged.hpp>
#include <parallel_task/source/feeds.hpp>
#include <parallel_task/source/random_access.hpp>
#include <parallel_task/source/walked.hpp>

#include <ranges>
#include <type_traits>
#include <utility>

namespace parallel_task {
inline namespace v1 {
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

template <class V>
consteval bool view_fits() {
  if constexpr (std::ranges::random_access_range<V> && !std::ranges::range<V const>) {
    static_assert(never<V>,
                  "parallel_task: this random-access view can't be iterated as const (a view that caches, or over a "
                  "mutable lambda), so threads would race in it: remove `mutable`, or copy its items into a vector");
    return false;
  } else {
    return true;
  }
}

template <class R>
consteval bool bits_fit() {
  if constexpr (writable_bits<R>) {
    static_assert(never<R>,
                  "parallel_task: neighbouring items of a vector<bool> share a word, so writing to them would race: pass "
                  "std::as_const(v) to read it, or use a vector<char> to write");
    return false;
  } else {
    return true;
  }
}

/// True if every item of a range may be asked for by another thread, or the error that says what to use.
template <class R>
consteval bool range_fits() {
  if constexpr (std::ranges::forward_range<R>) {
    return true;
  } else if constexpr (std::ranges::input_range<R> || generator_like<std::remove_reference_t<R>>) {
    static_assert(never<R>,
                  "parallel_task: this range can be read only once (a stream or generator): use pt::par_bridge(r)");
    return false;
  } else {
    static_assert(never<R>,
                  "parallel_task: this is not a range that can be iterated: pass a container, an array or a view; for "
                  "numbers use pt::indices(n), for an object with next() use pt::par_bridge(g)");
    return false;
  }
}

/// The source for `parallel_iter(r)`.
template <class R>
auto borrow(R&& range) {
  using T = std::remove_reference_t<R>;
  using V = std::remove_cv_t<T>;
  if constexpr (std::same_as<V, Unusable>) {
    return Unusable{};
  } else if constexpr (!range_fits<T>()) {
    return Unusable{};
  } else if constexpr (std::ranges::view<V>) {
    // A view is cheap to hold. An lvalue is borrowed all the same: it may be changed before the terminal runs.
    if constexpr (!view_fits<V>()) {
      return Unusable{};
    } else if constexpr (std::ranges::forward_range<V const>) {
      if constexpr (!bits_fit<V const>()) {
        return Unusable{};
      } else if constexpr (std::is_lvalue_reference_v<R>) {
        return detail::hold(Borrowed<V const>(range));
      } else {
        return detail::hold(HeldConst<V>{std::forward<R>(range)});
      }
    } else if constexpr (!bits_fit<V>()) {
      return Unusable{};
    } else if constexpr (std::is_lvalue_reference_v<R>) {
      return detail::hold(Borrowed<T>(range));
    } else {
      return detail::hold(HeldMutable<V>{std::forward<R>(range)});
    }
  } else if constexpr (!std::is_lvalue_reference_v<R>) {
    static_assert(never<R>,
                  "parallel_task: parallel_iter(r) borrows, and this temporary would be gone before the pipeline runs: use "
                  "pt::into_parallel_iter(std::move(r)), or give the container a name");
    return Unusable{};
  } else if constexpr (!bits_fit<T>()) {
    return Unusable{};
  } else if constexpr (std::ranges::contiguous_range<T> && std::ranges::sized_range<T>) {
    return Contiguous<std::remove_reference_t<std::ranges::range_reference_t<T>>>(range);
  } else {
    return detail::hold(Borrowed<T>(range));
  }
}

/// The source for `into_parallel_iter(r)`.
template <class R>
auto own(R&& range) {
  using T = std::remove_reference_t<R>;
  using V = std::remove_cv_t<T>;
  if constexpr (std::same_as<V, Unusable>) {
    return Unusable{};
  } else if constexpr (!range_fits<T>()) {
    return Unusable{};
  } else if constexpr (std::is_array_v<T>) {
    static_assert(never<R>,
                  "parallel_task: into_parallel_iter(r) can't own a built-in array: use a std::array or std::vector, or "
                  "pt::parallel_iter(r) to borrow it");
    return Unusable{};
  } else if constexpr (std::ranges::view<V> || std::ranges::borrowed_range<V>) {
    if constexpr (std::same_as<std::ranges::range_reference_t<V>, std::ranges::range_value_t<V>>) {
      return detail::borrow(V(std::forward<R>(range)));
    } else {
      static_assert(never<R>,
                    "parallel_task: into_parallel_iter(r) would move items out of a container that this view or span does "
                    "not own: pass the container itself, or use pt::parallel_iter(r) to borrow");
      return Unusable{};
    }
  } else if constexpr (std::is_lvalue_reference_v<R>) {
    static_assert(never<R>,
                  "parallel_task: into_parallel_iter(r) consumes its container: write "
                  "into_parallel_iter(std::move(r)), or pt::parallel_iter(r) to borrow it");
    return Unusable{};
  } else if constexpr (std::is_const_v<T>) {
    static_assert(never<R>,
                  "parallel_task: into_parallel_iter(r) can't move items out of a const container: remove the const, or "
                  "use pt::parallel_iter(r) to borrow it");
    return Unusable{};
  } else if constexpr (node_container<V>) {
    return Bridged<NodeFeed<V>>(NodeFeed<V>(std::move(range)));
  } else {
    return detail::hold(Owned<V>{std::move(range)});
  }
}

/// The source for an argument of zip and chain: lvalues are borrowed, rvalue containers owned.
template <class R>
auto borrow_or_own(R&& range) {
  using V = std::remove_cvref_t<R>;
  if constexpr (std::is_lvalue_reference_v<R> || std::ranges::view<V> || !std::ranges::forward_range<V>) {
    return detail::borrow(std::forward<R>(range));
  } else {
    return detail::own(std::forward<R>(range));
  }
}

/// The source for `par_bridge(r)`.
template <class R>
auto bridge(R&& range) {
  using T = std::remove_reference_t<R>;
  using P = std::conditional_t<std::is_lvalue_reference_v<R>, R, std::remove_cv_t<T>>;
  if constexpr (std::same_as<std::remove_cv_t<T>, Unusable>) {
    return Unusable{};
  } else if constexpr (std::ranges::input_range<T>) {
    return Bridged<RangeFeed<P>>(RangeFeed<P>(Place<P>{std::forward<R>(range)}));
  } else if constexpr (generator_like<T>) {
    return Bridged<GeneratorFeed<P>>(GeneratorFeed<P>(Place<P>{std::forward<R>(range)}));
  } else {
    static_assert(never<R>,
                  "parallel_task: par_bridge(r) takes an input range (for a stream: std::views::istream<T>(stream)) or an "
                  "object with next() that returns an optional");
    return Unusable{};
  }
}

}  // namespace detail
}  // namespace v1
}  // namespace parallel_task
