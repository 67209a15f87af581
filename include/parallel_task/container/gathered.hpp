// What a segment keeps of its items until the end of the run, where they can't be written in place.
#pragma once

#include <parallel_task/container/append.hpp>

#include <cstddef>
#include <tuple>
#include <type_traits>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// In chunks, whose items are moved into the result at the end.
template <class T>
struct Kept {
  ChunkList<T> kept;
  template <class X>
  PARALLEL_TASK_ALWAYS_INLINE bool operator()(X&& x) {
    kept.emplace(static_cast<X&&>(x));
    return true;
  }
  void join(Kept&& later) noexcept { kept.join(std::move(later.kept)); }
  template <class Archive>
  void carry(Archive& ar) {
    ar(kept);
  }
  /// Moves all items to the end of `c`.
  template <class Undo, class C>
  void append_to(C& c) {
    detail::append_chunks<Undo>(c, kept);
  }
};

/// In a list of its own, joined with others by a pointer.
template <class C>
struct Spliced {
  C list;
  template <class X>
  bool operator()(X&& x) {
    list.emplace_back(static_cast<X&&>(x));
    return true;
  }
  void join(Spliced&& later) { list.splice(list.end(), later.list); }
  template <class Archive>
  void carry(Archive& ar) {
    ar(list);
  }
  template <class Undo>
  void append_to(C& c) {
    c.splice(c.end(), list);
  }
};

/// In a set or map of its own, whose nodes are moved into the result.
///
/// A hashed one that knows how many items may come grows in steps: to 1/512, 1/64 and 1/8 of that number, then to all
/// of it. With room for all from the start, ten distinct items among a million would keep a million buckets. If it
/// doubled, as it does by itself, each of a million distinct items would be hashed twice.
template <class C, class T>
struct Merged {
  C set;
  std::size_t most = 0;  // how many items may come, if that is known
  std::size_t room = 0;
  template <class X>
  PARALLEL_TASK_ALWAYS_INLINE bool operator()(X&& x) {
    if constexpr (hashed<C>) {
      if (set.size() == room && room != most) [[unlikely]]
        grow();
    }
    using Given = std::remove_cvref_t<X>;
    if constexpr (std::is_same_v<Given, T> || std::is_same_v<Given, typename C::value_type>) {
      put(static_cast<X&&>(x));
    } else {
      put(T(static_cast<X&&>(x)));
    }
    return true;
  }
  void join(Merged&& later) {
    if (later.set.size() != 0) detail::append_nodes<KeepAll>(set, later.set);
  }
  template <class Archive>
  void carry(Archive& ar) {
    ar(set);
  }
  template <class Undo>
  void append_to(C& c) {
    detail::append_nodes<Undo>(c, set);
  }

 private:
  static constexpr std::size_t step = 8;

  PARALLEL_TASK_NOINLINE void grow() {
    room = most;
    while (room / step > set.size() && room / step >= 64) room /= step;
    set.reserve(room);
  }
  template <class X>
  void put(X&& x) {
    using Given = std::remove_cvref_t<X>;
    using Y = std::conditional_t<std::is_lvalue_reference_v<X>, X, HandedOn<Given>>;
    if constexpr (requires {
                    set.try_emplace(set.end(), std::get<0>(static_cast<Y>(x)), std::get<1>(static_cast<Y>(x)));
                  }) {
      // try_emplace looks for the key before it makes a node.
      set.try_emplace(set.end(), std::get<0>(static_cast<Y>(x)), std::get<1>(static_cast<Y>(x)));
    } else {
      set.insert(set.end(), static_cast<Y>(x));
    }
  }
};

template <class C, class T>
struct GatheredAs {
  using type = Kept<T>;
};
template <class C, class T>
  requires(!custom_append<C, HandedOn<T>> && spliceable<C, HandedOn<T>>)
struct GatheredAs<C, T> {
  using type = Spliced<C>;
};
template <class C, class T>
  requires(!custom_append<C, HandedOn<T>> && !can_emplace_back<C, HandedOn<T>> && mergeable<C, HandedOn<T>>)
struct GatheredAs<C, T> {
  using type = Merged<C, T>;
};
/// What a segment keeps of items that go into a `C` as `T`s: `Kept`, `Spliced` or `Merged`.
template <class C, class T>
using GatheredFor = typename GatheredAs<C, T>::type;

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
