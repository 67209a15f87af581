// Appends the items of segments to a container, on the calling thread.
#pragma once

#include <parallel_task/container/buffer.hpp>
#include <parallel_task/container/chunk_list.hpp>
#include <parallel_task/container/concepts.hpp>
#include <parallel_task/container/in_place.hpp>
#include <parallel_task/container/undo.hpp>
#include <parallel_task/platform/ranges.hpp>

#include <concepts>
#include <cstddef>
#include <type_traits>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// Gives the container inside a standard adaptor: its protected member `c`.
template <class Adaptor>
struct Inside : Adaptor {
  template <class Self = Inside>
  static auto& of(Adaptor& adaptor)
    requires requires { adaptor.*(&Self::c); }
  {
    return adaptor.*(&Self::c);
  }
};

template <class C>
concept adaptor = std::is_class_v<C> && !std::is_final_v<C> && requires(C& c) {
  typename C::container_type;
  Inside<C>::of(c).clear();
};

/// Removes all items. The container keeps its comparator, hasher, allocator and capacity where it can.
template <class C>
void make_empty(C& c) {
  if constexpr (requires { c.clear(); }) {
    c.clear();
  } else if constexpr (adaptor<C>) {
    Inside<C>::of(c).clear();  // popping all of a priority queue takes n log n
  } else if constexpr (requires {
                         { c.empty() } -> std::convertible_to<bool>;
                         c.pop();
                       }) {
    while (!c.empty()) c.pop();
  } else {
    c = C();
  }
}

/// Reserves room for `more` items after the present ones: exactly so much, unless repeated appending would no longer be
/// linear.
template <class C>
void reserve_more(C& c, std::size_t more) {
  if constexpr (requires { appender<C>::reserve(c, more); }) {
    appender<C>::reserve(c, more);
  } else if constexpr (requires {
                         c.reserve(more);
                         c.size();
                       }) {
    std::size_t const size = c.size();
    std::size_t wanted = size + more;
    if constexpr (requires { c.capacity(); }) {
      std::size_t const capacity = c.capacity();
      if (wanted <= capacity) return;
      if (size != 0 && wanted < 2 * capacity) wanted = 2 * capacity;
    }
    c.reserve(wanted);
    if constexpr (std::ranges::contiguous_range<C&>) {
      using T = std::ranges::range_value_t<C&>;
      if (more * sizeof(T) >= large_memory) advise_huge(std::ranges::data(c) + size, more * sizeof(T));
    }
  }
}

/// Items that can be copied a whole chunk at a time.
template <class T>
inline constexpr bool copied_as_bytes =
    std::is_trivially_copyable_v<T> && std::is_copy_constructible_v<T> && std::is_trivially_copy_assignable_v<T> &&
    std::is_trivially_move_assignable_v<T>;

template <class C, class Undo, class X>
void insert_one(C& c, Undo& undo, X&& x) {
  if constexpr (requires { undo.note(c.end()); }) {
    undo.expect();
    undo.note(c.insert(c.end(), static_cast<X&&>(x)));
  } else {
    c.insert(c.end(), static_cast<X&&>(x));
  }
}

/// Moves all items of `chunks` to the end of `c`, in order; each chunk is freed once its items have been moved. `Undo`
/// says what happens to the items that were appended if a later one throws.
template <class Undo, class C, class T>
void append_chunks(C& c, ChunkList<T>& chunks) {
  using X = HandedOn<T>;
  auto const each = [&chunks](auto&& f) {
    chunks.drain([&f](T* item, T* last) {
      for (; item != last; ++item) f(static_cast<X>(*item));
    });
  };
  if constexpr (!appendable<C, X>) {
    static_assert(resized_anew<C>);
    using V = std::ranges::range_value_t<C&>;
    c.resize(chunks.size());
    Placed<V, PutOver<V, X, false>> place(std::ranges::data(c));
    each([&place](X x) { place(static_cast<X>(x)); });
    return;
  }
  // Not for a set that may refuse items: it grows with those that it takes.
  constexpr bool takes_all = can_emplace_back<C, X> || can_push_back<C, X> || (can_insert<C, X> && !one_of_each<C, X>);
  if constexpr (custom_append<C, X> || takes_all) detail::reserve_more(c, chunks.size());
  Undo undo(c);
  if constexpr (custom_append<C, X>) {
    each([&c](X x) { appender<C>::append(c, static_cast<X>(x)); });
  } else if constexpr (copied_as_bytes<T> && std::ranges::contiguous_range<C&> &&
                       requires(T* p) { c.insert(c.end(), p, p); }) {
    chunks.drain([&c](T* item, T* last) { c.insert(c.end(), item, last); });
  } else if constexpr (can_emplace_back<C, X>) {
    each([&c](X x) { c.emplace_back(static_cast<X>(x)); });
  } else if constexpr (can_push_back<C, X>) {
    each([&c](X x) { c.push_back(static_cast<X>(x)); });
  } else if constexpr (can_insert<C, X>) {
    each([&c, &undo](X x) { detail::insert_one(c, undo, static_cast<X>(x)); });
  } else if constexpr (can_push<C, X>) {
    each([&c](X x) { c.push(static_cast<X>(x)); });
  } else if constexpr (can_emplace_after<C, X>) {
    auto end = c.before_begin();
    for (auto next = c.begin(); next != c.end(); ++next) end = next;
    each([&c, &end](X x) { end = c.emplace_after(end, static_cast<X>(x)); });
  } else {
    each([&c](X x) { c += static_cast<X>(x); });
  }
  undo.keep();
}

/// Moves the nodes of `later` into `c`, which keeps one item per key: in order, so that the first of equal keys stays.
template <class Undo, class C>
void append_nodes(C& c, C& later) {
  std::size_t const all = c.size() + later.size();
  if constexpr (hashed<C>) {
    if (c.size() == 0 && later.bucket_count() >= c.bucket_count() && later.max_load_factor() == c.max_load_factor()) {
      c.swap(later);
      return;
    }
    // At least twice the present room: otherwise joining many segments would rehash everything for each of them.
    float const room = c.max_load_factor() * static_cast<float>(c.bucket_count());
    if (static_cast<float>(all) > room)
      c.reserve(static_cast<float>(all) > 2 * room ? all : static_cast<std::size_t>(2 * room));
  } else if (c.size() == 0) {
    c.swap(later);  // both have the same order, since their comparators have no state
    return;
  }
  Undo undo(c);
  // Neighbours in `later` are usually neighbours in `c`: the place of one is the hint for the next.
  auto hint = c.end();
  for (auto next = later.begin(); next != later.end();) {
    auto const node = next++;
    if constexpr (requires { undo.note(node); }) undo.expect();
    if constexpr (hashed<C>) {
      auto const inserted = c.insert(later.extract(node));
      if constexpr (requires { undo.note(node); }) undo.note(inserted.position);
    } else {
      hint = c.insert(hint, later.extract(node));
      if constexpr (requires { undo.note(node); }) undo.note(hint);
      ++hint;
    }
  }
  undo.keep();
}

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
