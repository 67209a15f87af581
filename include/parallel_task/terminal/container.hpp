// What containers can do: how a run's result gets into one, recognised without knowing its name.
#pragma once

#include <parallel_task/core/call.hpp>
#include <parallel_task/terminal/buffer.hpp>
#include <parallel_task/terminal/chunks.hpp>

#include <concepts>
#include <cstddef>
#include <iterator>
#include <ranges>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace parallel_task {
inline namespace v0_1 {

/// The customisation point for containers of your own that neither `emplace_back` nor `push_back`, `insert` or `push`
/// fill. Specialise it with
///
///     static void append(C& container, Item&& item);         // called in order, on one thread
///     static void reserve(C& container, std::size_t count);  // optional: about to append so many
///
/// and `collect<C>()`, `collect_into(c)` and `append_to(c)` work. `C` must be default-constructible for `collect`.
template <class C>
struct appender {};

namespace detail {

template <class C, class X>
concept custom_append = requires(C& c, X&& x) { appender<C>::append(c, static_cast<X&&>(x)); };

// emplace_back says yes to anything; whether it means it, the value type knows.
template <class C, class X>
concept can_emplace_back = requires { typename C::value_type; } && std::constructible_from<typename C::value_type, X> &&
                           requires(C& c, X&& x) { c.emplace_back(static_cast<X&&>(x)); };
template <class C, class X>
concept can_push_back = requires(C& c, X&& x) { c.push_back(static_cast<X&&>(x)); };
// At the end: a hint to ordered containers, ignored by hashed ones; among equals it keeps the first, or their order.
template <class C, class X>
concept can_insert = requires(C& c, X&& x) { c.insert(c.end(), static_cast<X&&>(x)); };
template <class C, class X>
concept can_push = requires(C& c, X&& x) { c.push(static_cast<X&&>(x)); };
template <class C, class X>
concept can_concatenate = requires(C& c, X&& x) { c += static_cast<X&&>(x); } && !std::is_arithmetic_v<C>;
// forward_list: items go behind an iterator.
template <class C, class X>
concept can_emplace_after =
    requires { typename C::value_type; } && std::constructible_from<typename C::value_type, X> &&
    requires(C& c, X&& x) { c.emplace_after(c.before_begin(), static_cast<X&&>(x)); };

/// Items can be put behind the others, one by one.
template <class C, class X>
concept appendable = custom_append<C, X> || can_emplace_back<C, X> || can_push_back<C, X> || can_insert<C, X> ||
                     can_push<C, X> || can_concatenate<C, X> || can_emplace_after<C, X>;

/// A fixed number of items side by side: std::array, span, C arrays.
template <class C>
concept array_like = std::ranges::contiguous_range<C&> && !requires(C& c) { c.resize(std::size_t{0}); } &&
                     !requires(C& c) { c.clear(); };

template <class C>
inline constexpr bool is_buffer = false;
template <class T>
inline constexpr bool is_buffer<buffer<T>> = true;

/// A product's parts without the const that maps put on their keys: what can be moved.
template <class T>
struct MovableParts {
  using type = T;
};
template <class A, class B>
struct MovableParts<std::pair<A const, B>> {
  using type = std::pair<A, B>;
};

template <class C, class S>
struct StoredFor {
  using type = typename S::Value;
};
template <class C, class S>
  requires requires { typename C::value_type; } && std::constructible_from<typename C::value_type, typename S::Item>
struct StoredFor<C, S> {
  using type = typename MovableParts<typename C::value_type>::type;
};
/// What a segment keeps of an item that will go into a `C`: converted once, on the thread that computed it.
template <class C, class S>
using stored_t = std::conditional_t<std::constructible_from<typename StoredFor<C, S>::type, typename S::Item>,
                                    typename StoredFor<C, S>::type, typename S::Value>;

/// Written in place: contiguous items that exist before they are assigned.
template <class C, class Item>
concept placeable = std::ranges::contiguous_range<C&> && std::ranges::sized_range<C&> &&
                    requires(C& c, std::size_t n) {
                      c.resize(n);
                      c.clear();
                    } && std::default_initializable<std::ranges::range_value_t<C&>> &&
                    std::constructible_from<std::ranges::range_value_t<C&>, Item> &&
                    std::is_move_assignable_v<std::ranges::range_value_t<C&>>;

/// Lists: every segment makes its own nodes and they are joined by a pointer.
template <class C, class X>
concept spliceable = std::default_initializable<C> && can_emplace_back<C, X> && requires(C& c, C& later) {
  requires std::allocator_traits<typename C::allocator_type>::is_always_equal::value;
  c.splice(c.end(), later);
};

template <class C>
void reserve(C& c, std::size_t count) {
  if constexpr (requires { appender<C>::reserve(c, count); }) {
    appender<C>::reserve(c, count);
  } else if constexpr (requires { c.reserve(count); }) {
    c.reserve(count);
  }
}

/// Room for `more` items behind those that are there. Exact, except that appending again and again stays linear.
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

/// Nothing to take back: the container goes with the exception, or may hold anything then.
struct KeepAll {
  template <class C>
  KeepAll(C&, std::size_t) noexcept {}
  void keep() const noexcept {}
};

/// Unless all have come, takes out again what was appended, where the container can do that: behind a sequence, and of
/// nodes, but not from a queue.
template <class C>
class AllOrNothing {
 public:
  AllOrNothing(C& c, std::size_t) noexcept : c_(&c) {
    if constexpr (requires { c.size(); }) before_ = c.size();
  }
  AllOrNothing(AllOrNothing const&) = delete;
  AllOrNothing& operator=(AllOrNothing const&) = delete;
  ~AllOrNothing() {
    if constexpr (requires {
                    c_->pop_back();
                    c_->size();
                  }) {
      if (c_ == nullptr) return;
      while (c_->size() > before_) c_->pop_back();
    }
  }
  void keep() noexcept { c_ = nullptr; }

 private:
  C* c_;
  std::size_t before_ = 0;
};

/// Sets and maps: new items may be anywhere, so they are written down. Nodes stay where they are, whatever comes; in
/// hashed ones since there is room for all.
template <class C>
  requires requires(C& c) {
    typename C::node_type;
    c.erase(c.begin());
    c.size();
  }
class AllOrNothing<C> {
 public:
  AllOrNothing(C& c, std::size_t more) : c_(&c), size_(c.size()) { fresh_.reserve(more); }
  AllOrNothing(AllOrNothing const&) = delete;
  AllOrNothing& operator=(AllOrNothing const&) = delete;
  ~AllOrNothing() {
    if (c_ == nullptr) return;
    for (auto const& item : fresh_) c_->erase(item);
  }
  void note(C& c, typename C::iterator item) noexcept {
    if (c.size() == size_) return;  // one like it was there
    ++size_;
    fresh_.push_back(item);  // there is room
  }
  void keep() noexcept { c_ = nullptr; }

 private:
  C* c_;
  std::size_t size_;
  std::vector<typename C::iterator> fresh_;
};

template <class C>
  requires requires(C& c) { c.erase_after(c.before_begin(), c.end()); }
class AllOrNothing<C> {
 public:
  AllOrNothing(C& c, std::size_t) noexcept : c_(&c), last_(c.before_begin()) {
    for (auto next = c.begin(); next != c.end(); ++next) last_ = next;
  }
  AllOrNothing(AllOrNothing const&) = delete;
  AllOrNothing& operator=(AllOrNothing const&) = delete;
  ~AllOrNothing() {
    if (c_ != nullptr) c_->erase_after(last_, c_->end());
  }
  void keep() noexcept { c_ = nullptr; }

 private:
  C* c_;
  typename C::iterator last_;
};

/// Moves all items of `chunks` behind those of `c`, in order; each chunk is freed once it has been copied. `Undo` says
/// what becomes of those that came if another one doesn't.
template <class Undo, class C, class T>
void append_chunks(C& c, ChunkList<T>& chunks) {
  if constexpr (!can_concatenate<C, T&&> || can_emplace_back<C, T&&> || can_push_back<C, T&&>) {
    detail::reserve_more(c, chunks.size());
  }
  Undo undo(c, chunks.size());
  if constexpr (custom_append<C, T&&>) {
    chunks.drain([&c](T* item, T* last) {
      for (; item != last; ++item) appender<C>::append(c, std::move(*item));
    });
  } else if constexpr (std::is_trivially_copyable_v<T> && std::ranges::contiguous_range<C&> &&
                       requires(T* p) { c.insert(c.end(), p, p); }) {
    chunks.drain([&c](T* item, T* last) { c.insert(c.end(), item, last); });
  } else if constexpr (can_emplace_back<C, T&&>) {
    chunks.drain([&c](T* item, T* last) {
      for (; item != last; ++item) c.emplace_back(std::move(*item));
    });
  } else if constexpr (can_push_back<C, T&&>) {
    chunks.drain([&c](T* item, T* last) {
      for (; item != last; ++item) c.push_back(std::move(*item));
    });
  } else if constexpr (can_insert<C, T&&>) {
    chunks.drain([&](T* item, T* last) {
      for (; item != last; ++item) {
        if constexpr (requires { undo.note(c, c.end()); }) {
          undo.note(c, c.insert(c.end(), std::move(*item)));
        } else {
          c.insert(c.end(), std::move(*item));
        }
      }
    });
  } else if constexpr (can_push<C, T&&>) {
    chunks.drain([&c](T* item, T* last) {
      for (; item != last; ++item) c.push(std::move(*item));
    });
  } else if constexpr (can_emplace_after<C, T&&>) {
    auto end = c.before_begin();
    for (auto next = c.begin(); next != c.end(); ++next) end = next;
    chunks.drain([&c, &end](T* item, T* last) {
      for (; item != last; ++item) end = c.emplace_after(end, std::move(*item));
    });
  } else {
    chunks.drain([&c](T* item, T* last) {
      for (; item != last; ++item) c += std::move(*item);
    });
  }
  undo.keep();
}

// `collect<std::vector>()`: the container of the items' values; of pairs, where one argument is not enough, the map.
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
}  // namespace v0_1
}  // namespace parallel_task
