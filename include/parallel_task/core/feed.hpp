// The loop over a block, and a sink in front of a sink. The only loop over indices in the library.
#pragma once

#include <parallel_task/core/choice.hpp>
#include <parallel_task/core/concepts.hpp>
#include <parallel_task/core/search.hpp>

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

/// One lane of a laned sink, as a sink.
template <class K>
struct Lane {
  K& k;
  std::size_t j;
  template <class X>
  [[gnu::always_inline]] bool operator()(X&& x) const {
    return k.lane(j, static_cast<X&&>(x));
  }
};

/// Feeds `at(i)` for every i from `first` up to `last`, which are `size` numbers.
///
/// The lane loop counts down: the natural `i + lanes <= last` is 2.7 times slower on GCC 12, which then vectorises the
/// outer loop.
template <class At, class I, class K>
[[gnu::always_inline]] inline bool feed_by_number(At const& at, I first, I last, [[maybe_unused]] std::size_t size,
                                                  K& k) {
  I i = first;
  if constexpr (searched_by_blocks<At, I, K>) {
    for (std::size_t n = size / search_block; n; --n) {
      if (detail::search_one_block(at, i, k)) return false;
    }
  } else if constexpr (chosen_by_blocks<At, I, K>) {
    detail::choose(at, i, size, k);
  } else if constexpr (laned<K>) {
    for (std::size_t n = size / K::lanes; n; --n) {
      for (std::size_t j = 0; j < K::lanes; ++j, ++i) {
        if (!k.lane(j, at(i))) return false;
      }
    }
  }
  for (; i < last; ++i) {
    if (!k(at(i))) return false;
  }
  return true;
}

/// Feeds `at(i)` for every position of a block.
template <class At, class K>
[[gnu::always_inline]] inline bool feed_by_index(At const& at, Block block, K& k) {
  return detail::feed_by_number(at, block.first, block.last, block.size(), k);
}

/// `at(i)` of a source and a segment's state, as one thing to call.
template <class S>
struct At {
  static constexpr bool plain = plain_source<S>;
  S const& source;
  typename S::State& state;
  [[gnu::always_inline]] typename S::Item operator()(std::size_t i) const { return source.at(state, i); }
};

/// Whether a sink chooses among items that are their own keys, and may be given what a stage makes of each: then what
/// was made to be compared need not be made once more to be taken.
template <class D, class K>
inline constexpr bool chooses_among_made = requires {
  requires K::keys_are_items;
  requires D::makes_one_of_each;
};

/// A stage's step in front of a sink.
template <class D, class K>
struct Through {
  D const& stage;
  K& next;
  template <class X>
  [[gnu::always_inline]] bool operator()(X&& x) const {
    return stage.step(static_cast<X&&>(x), next);
  }

  static constexpr bool keys_are_items = chooses_among_made<D, K>;
  [[nodiscard]] bool is_choosy() const
    requires keys_are_items
  {
    return next.is_choosy();
  }
  template <class X>
  [[gnu::always_inline]] auto key(X&& x) const
    requires keys_are_items
  {
    return next.key(stage.make(static_cast<X&&>(x)));
  }
  template <class N, class Answer>
  [[gnu::always_inline]] Answer better(N key, Answer yes, Answer no) const
    requires keys_are_items
  {
    return next.better(key, yes, no);
  }
  template <class X, class N>
  [[gnu::always_inline]] void take(X&&, N key) const
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
  [[gnu::always_inline]] bool operator()(X&& x) const {
    return stage.step(static_cast<X&&>(x), next);
  }
  template <class X>
  [[gnu::always_inline]] bool lane(std::size_t j, X&& x) const {
    Lane<K> one{next, j};
    return stage.step(static_cast<X&&>(x), one);
  }
};

/// The same with a state of the stage's own.
template <class D, class Own, class K>
struct ThroughOwn {
  D const& stage;
  Own& own;
  K& next;
  template <class X>
  [[gnu::always_inline]] bool operator()(X&& x) const {
    return stage.step(own, static_cast<X&&>(x), next);
  }
};

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task
