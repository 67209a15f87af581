// The best item so far, as min, max and minmax keep it: beside its key, as its own key, or as a number.
#pragma once

#include <parallel_task/core/closure.hpp>
#include <parallel_task/terminal/order.hpp>

#include <limits>
#include <optional>
#include <type_traits>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// The best item so far, of any type. Its key is kept beside it, so that each key is computed once.
template <class V, class K, class Side>
struct Champion {
  struct Entry {
    K key;  // first: it may be copied from the item, which is moved from afterwards
    V value;
    // Both are constructed in place: a large item is copied once, and not through the stack.
    template <class Key, class X>
    Entry(Key&& k, X&& x) : key(static_cast<Key&&>(k)), value(static_cast<V>(static_cast<X&&>(x))) {}
  };
  std::optional<Entry> best;

  template <class Order>
  [[nodiscard]] bool beaten_by(Order const& order, K const& key) const {
    return !best || detail::beats<Side>(order, key, best->key);
  }
  template <class Order, class X, class Key>
  void take(Order const& order, X&& x, Key&& key) {
    if (beaten_by(order, key)) [[unlikely]] {
      best.emplace(static_cast<Key&&>(key), static_cast<X&&>(x));
    }
  }
  template <class Order>
  void join(Order const& order, Champion&& later) {
    if (later.best && beaten_by(order, later.best->key)) best.emplace(std::move(*later.best));
  }
  template <class Archive>
  void carry(Archive& ar) {
    ar.parts(best, &Entry::key, &Entry::value);
  }
  std::optional<V> result() {
    if (!best) return std::nullopt;
    return std::optional<V>(std::move(best->value));
  }

  // For a choice by number, see core/choice.hpp.

  /// Whether there is a best item that is in the order. Only then may `better` and `challenge` be called.
  template <class Order>
  [[nodiscard]] bool has_ordered(Order const& order) const {
    return best && !order.outside(best->key);
  }
  template <class Order, class Answer>
  PARALLEL_TASK_ALWAYS_INLINE Answer better(Order const& order, K const& key, Answer if_better, Answer if_not) const {
    return Side::better(order, key, best->key) ? if_better : if_not;
  }
  template <class Order, class X>
  PARALLEL_TASK_ALWAYS_INLINE void challenge(Order const& order, X&& x, K const& key) {
    if (Side::better(order, key, best->key)) best.emplace(key, static_cast<X&&>(x));
  }
};

/// The same for an item that is its own key.
template <class V, class Side>
struct Champion<V, ItemItself, Side> {
  std::optional<V> best;

  template <class Order>
  [[nodiscard]] bool beaten_by(Order const& order, V const& fresh) const {
    return !best || detail::beats<Side>(order, fresh, *best);
  }
  template <class Order, class X>
  void take(Order const& order, X&& x, V const& key) {
    if (beaten_by(order, key)) [[unlikely]]
      best.emplace(static_cast<X&&>(x));
  }
  template <class Order>
  void join(Order const& order, Champion&& later) {
    if (later.best && beaten_by(order, *later.best)) best.emplace(std::move(*later.best));
  }
  template <class Archive>
  void carry(Archive& ar) {
    ar(best);
  }
  std::optional<V> result() { return std::move(best); }
};

/// Numbers in their natural order, for items that come one by one: a loop without a branch. Starts from the worst
/// number there is, and remembers whether any number came.
template <class V, class Side>
struct NumberChampion {
  V best = Side::template worst<V>();
  bool some = false;
  bool number = false;

  template <class X>
  PARALLEL_TASK_ALWAYS_INLINE void take(NaturalOrder const& order, X const&, V const& key) {
    some = true;
    number = number | !NaturalOrder::outside(key);
    best = Side::better(order, key, best) ? key : best;
  }
  [[nodiscard]] bool has_ordered(NaturalOrder const&) const { return number; }
  template <class Answer>
  PARALLEL_TASK_ALWAYS_INLINE Answer better(NaturalOrder const& order, V const& key, Answer if_better,
                                            Answer if_not) const {
    return Side::better(order, key, best) ? if_better : if_not;
  }
  template <class X>
  PARALLEL_TASK_ALWAYS_INLINE void challenge(NaturalOrder const& order, X const&, V const& key) {
    best = Side::better(order, key, best) ? key : best;
  }
  void join(NaturalOrder const& order, NumberChampion&& later) {
    some = some || later.some;
    number = number || later.number;
    best = Side::better(order, later.best, best) ? later.best : best;
  }
  template <class Archive>
  void carry(Archive& ar) {
    ar(best, some, number);
  }
  std::optional<V> result() const {
    if (!some) return std::nullopt;
    if constexpr (std::is_floating_point_v<V>) {
      if (!number) return std::numeric_limits<V>::quiet_NaN();
    }
    return best;
  }
};

/// The type of the keys; `ItemItself` where items are compared themselves.
template <class V, class Order, class Key>
struct KeyOf {
  using type = std::remove_cvref_t<call_t<Key, V const&>>;
};
template <class V, class Order>
struct KeyOf<V, Order, ItemItself> {
  using type = ItemItself;
};

template <class V, class Order, class Key, class Side>
struct ChampionFor {
  using type = std::conditional_t<std::is_arithmetic_v<V> && !std::is_same_v<V, bool> &&
                                      std::is_same_v<Order, NaturalOrder> && std::is_same_v<Key, ItemItself>,
                                  NumberChampion<V, Side>, Champion<V, typename KeyOf<V, Order, Key>::type, Side>>;
};

/// Both sides: that of minmax.
struct MinAndMax {};

template <class V, class Order, class Key>
struct ChampionFor<V, Order, Key, MinAndMax> {
  struct type {
    typename ChampionFor<V, Order, Key, Smallest>::type smallest;
    typename ChampionFor<V, Order, Key, Largest>::type largest;

    template <class X, class K>
    PARALLEL_TASK_ALWAYS_INLINE void take(Order const& order, X&& x, K&& key) {
      smallest.take(order, detail::look(x), detail::look(key));
      largest.take(order, static_cast<X&&>(x), static_cast<K&&>(key));
    }
    [[nodiscard]] bool has_ordered(Order const& order) const {
      return smallest.has_ordered(order) && largest.has_ordered(order);
    }
    template <class K, class Answer>
    PARALLEL_TASK_ALWAYS_INLINE Answer better(Order const& order, K const& key, Answer if_better, Answer if_not) const {
      return static_cast<Answer>(smallest.better(order, key, if_better, if_not) |
                                 largest.better(order, key, if_better, if_not));
    }
    template <class X, class K>
    PARALLEL_TASK_ALWAYS_INLINE void challenge(Order const& order, X&& x, K const& key) {
      smallest.challenge(order, detail::look(x), key);
      largest.challenge(order, static_cast<X&&>(x), key);
    }
    void join(Order const& order, type&& later) {
      smallest.join(order, std::move(later.smallest));
      largest.join(order, std::move(later.largest));
    }
    template <class Archive>
    void carry(Archive& ar) {
      ar(smallest, largest);
    }
    std::optional<std::pair<V, V>> result() {
      auto least = smallest.result();
      if (!least) return std::nullopt;
      return std::optional<std::pair<V, V>>(std::in_place, std::move(*least), std::move(*largest.result()));
    }
  };
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
