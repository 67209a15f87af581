// The loop over the positions of a block, the only one in the library, and sinks in front of sinks.
#pragma once

#include <parallel_task/core/choice.hpp>
#include <parallel_task/core/concepts.hpp>
#include <parallel_task/core/search.hpp>
#include <parallel_task/platform/attributes.hpp>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// How many items the loop gives to a sink per round, if the sink says so (`K::unroll`): four, as in std::find_if, let
/// a search check its end once for four items.
template <class K>
inline constexpr std::size_t unroll_of = 1;
template <class K>
  requires requires { K::unroll; }
inline constexpr std::size_t unroll_of<K> = K::unroll;

/// One lane of a laned sink, as a sink.
template <class K>
struct Lane {
  K& k;
  std::size_t j;
  template <class X>
  PARALLEL_TASK_ALWAYS_INLINE bool operator()(X&& x) const {
    return k.lane(j, static_cast<X&&>(x));
  }
};

/// A sink that does nothing with an item but call one closure with it, `closure()`, and wants all of them.
template <class K, class Item>
concept only_calls = requires(K& k, Item (*item)()) { k.closure()(item()); };

/// Whether the loop itself calls such a closure. Without optimisation every function between the two costs instructions
/// for each item, also one that is inlined: at -O0 a loop over numbers executes 29 of its own through `at`, and 9 so.
template <class At, class K>
inline constexpr bool feeds_closure = [] {
  if constexpr (counting<At> || requires(At const& at) { at.data; }) return only_calls<K, typename At::Item>;
  return false;
}();

/// Calls `at(i, k)` for the `size` numbers i from `first` up to `last`, until one returns `false`.
///
/// The loops over rounds count down: with `i + lanes <= last` GCC 12 vectorises the outer loop, which is 2.7 times
/// slower.
template <class At, class I, class K>
PARALLEL_TASK_ALWAYS_INLINE inline bool feed_by_number(At const& at, I first, I last, [[maybe_unused]] std::size_t size,
                                                       K& k) {
  I i = first;
  if constexpr (searched_by_blocks<At, K>) {
    for (std::size_t n = size / search_block; n; --n) {
      if (detail::search_one_block(at, i, k)) return false;
    }
  } else if constexpr (chosen_by_blocks<At, K>) {
    detail::choose(at, i, size, k);
  } else if constexpr (laned<K> && !over_memory<At>) {
    for (std::size_t n = size / K::lanes; n; --n) {
      for (std::size_t j = 0; j < K::lanes; ++j, ++i) {
        if (!at(i, Lane<K>{k, j})) return false;
      }
    }
  } else if constexpr (laned<K>) {  // what is done with an item is short enough to be written out
    for (std::size_t n = size / K::lanes; n; --n) {
      PARALLEL_TASK_WRITTEN_OUT
      for (std::size_t j = 0; j < K::lanes; ++j, ++i) {
        if (!at(i, Lane<K>{k, j})) [[unlikely]]
          return false;
      }
    }
  } else if constexpr (unroll_of<K> > 1) {
    for (std::size_t n = size / unroll_of<K>; n; --n) {
      PARALLEL_TASK_WRITTEN_OUT
      for (std::size_t j = 0; j < unroll_of<K>; ++j, ++i) {
        if (!at(i, k)) [[unlikely]]
          return false;
      }
    }
  }
  if constexpr (feeds_closure<At, K>) {
    auto const& f = k.closure();
    for (; i < last; ++i) {
      if constexpr (counting<At>) {
        static_cast<void>(f(static_cast<I>(i)));
      } else {
        static_cast<void>(f(at.data[i]));
      }
    }
  } else {
    for (; i < last; ++i) {
      if (!at(i, k)) return false;
    }
  }
  return true;
}

/// The same for the positions of a block.
template <class At, class K>
PARALLEL_TASK_ALWAYS_INLINE inline bool feed_by_index(At const& at, Block block, K& k) {
  return detail::feed_by_number(at, block.first, block.last, block.size(), k);
}

/// `at` of a source, with the state of a segment, as one function object.
template <class S>
struct At {
  using Item = typename S::Item;
  static constexpr bool plain = plain_source<S>;
  static constexpr bool maps_memory = over_memory<S>;
  S const& source;
  typename S::State& state;
  template <class Next>
  PARALLEL_TASK_ALWAYS_INLINE bool operator()(std::size_t i, Next&& next) const {
    return source.at(state, i, next);
  }
};

/// Whether a sink chooses among items that are their own keys, and a stage makes exactly one item of each: then the
/// result of the stage is the key, and the stage need not run again for an item that is taken.
template <class D, class K>
inline constexpr bool chooses_among_made = requires {
  requires K::keys_are_items;
  requires D::makes_one_of_each;
};

/// The step of a stage in front of a sink.
template <class D, class K>
struct Through {
  static constexpr std::size_t unroll = unroll_of<K>;
  D const& stage;
  K& next;
  template <class X>
  PARALLEL_TASK_ALWAYS_INLINE bool operator()(X&& x) const {
    return stage.step(static_cast<X&&>(x), next);
  }

  static constexpr bool keys_are_items = chooses_among_made<D, K>;
  [[nodiscard]] bool is_choosy() const
    requires keys_are_items
  {
    return next.is_choosy();
  }
  template <class X>
  PARALLEL_TASK_ALWAYS_INLINE auto key(X&& x) const
    requires keys_are_items
  {
    return next.key(stage.make(static_cast<X&&>(x)));
  }
  template <class N, class Answer>
  PARALLEL_TASK_ALWAYS_INLINE Answer better(N key, Answer yes, Answer no) const
    requires keys_are_items
  {
    return next.better(key, yes, no);
  }
  template <class X, class N>
  PARALLEL_TASK_ALWAYS_INLINE void take(X&&, N key) const
    requires keys_are_items
  {
    next.take(key, key);
  }
};
template <class D, laned K>
struct Through<D, K> {
  static constexpr std::size_t lanes = K::lanes;
  D const& stage;
  K& next;
  template <class X>
  PARALLEL_TASK_ALWAYS_INLINE bool operator()(X&& x) const {
    return stage.step(static_cast<X&&>(x), next);
  }
  template <class X>
  PARALLEL_TASK_ALWAYS_INLINE bool lane(std::size_t j, X&& x) const {
    Lane<K> one{next, j};
    return stage.step(static_cast<X&&>(x), one);
  }
};

/// The same for a stage with a state of its own.
template <class D, class Own, class K>
struct ThroughOwn {
  D const& stage;
  Own& own;
  K& next;
  template <class X>
  PARALLEL_TASK_ALWAYS_INLINE bool operator()(X&& x) const {
    return stage.step(own, static_cast<X&&>(x), next);
  }
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
