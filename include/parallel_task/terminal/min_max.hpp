// min(), max(), minmax(), with an order or a key of your own: the extreme items, the first of equals.
#pragma once

#include <parallel_task/core/call.hpp>
#include <parallel_task/core/concepts.hpp>

#include <concepts>
#include <limits>
#include <optional>
#include <type_traits>
#include <utility>

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

/// `<`, with NaN outside the order: skipped, as by fmin.
struct Natural {
  template <class K>
  [[gnu::always_inline]] static constexpr bool less(K const& a, K const& b) {
    return static_cast<bool>(a < b);
  }
  template <class K>
  [[gnu::always_inline]] static constexpr bool outside([[maybe_unused]] K const& key) {
    if constexpr (std::is_floating_point_v<K>) {
      return key != key;
    } else {
      return false;
    }
  }
};

/// A less-than of the caller's.
template <class Less>
struct Ordered {
  [[no_unique_address]] Less compare;
  template <class K>
  [[gnu::always_inline]] bool less(K const& a, K const& b) const {
    return static_cast<bool>(detail::invoke(compare, a, b));
  }
  template <class K>
  static constexpr bool outside(K const&) {
    return false;
  }
};

/// The item itself is compared.
struct Whole {
  template <class X>
  [[gnu::always_inline]] constexpr X const& operator()(X const& x) const noexcept {
    return x;
  }
};

struct Smallest {
  template <class Order, class K>
  [[gnu::always_inline]] static constexpr bool better(Order const& order, K const& fresh, K const& best) {
    return order.less(fresh, best);
  }
  template <class K>
  [[gnu::always_inline]] static constexpr bool holds(K best, K fresh) {
    return best <= fresh;
  }
  template <class V>
  static constexpr V worst() {
    if constexpr (std::numeric_limits<V>::has_infinity) {
      return std::numeric_limits<V>::infinity();
    } else {
      return (std::numeric_limits<V>::max)();
    }
  }
};

struct Largest {
  template <class Order, class K>
  [[gnu::always_inline]] static constexpr bool better(Order const& order, K const& fresh, K const& best) {
    return order.less(best, fresh);
  }
  template <class K>
  [[gnu::always_inline]] static constexpr bool holds(K best, K fresh) {
    return best >= fresh;
  }
  template <class V>
  static constexpr V worst() {
    if constexpr (std::numeric_limits<V>::has_infinity) {
      return -std::numeric_limits<V>::infinity();
    } else {
      return (std::numeric_limits<V>::lowest)();
    }
  }
};

/// Whether `fresh` comes before `best` in the order of `Side`, or `best` is outside the order and `fresh` is not.
///
/// It rarely does, so the branch is foreseen, and no item waits for the one before it as it would behind a select. For
/// that, numbers need a single comparison, which also NaN fails.
template <class Side, class Order, class K>
[[gnu::always_inline]] constexpr bool beats(Order const& order, K const& fresh, K const& best) {
  if constexpr (std::is_floating_point_v<K> && std::is_same_v<Order, Natural>) {
    if (Side::holds(best, fresh)) [[likely]] return false;
  }
  if (Side::better(order, fresh, best)) [[unlikely]] return true;
  return order.outside(best) && !order.outside(fresh);
}

/// The best item so far, of any type. A key is kept beside its item, so that it is computed once.
template <class V, class K, class Side>
struct Champion {
  struct Entry {
    K key;  // first: it may be copied from the item, which is moved from next
    V value;
  };
  std::optional<Entry> best;

  template <class Order>
  [[nodiscard]] bool beaten_by(Order const& order, K const& key) const {
    return !best || detail::beats<Side>(order, key, best->key);
  }
  /// Whether there is a best that is in the order. If so: which answer tells whether `key` is better, and to take `x` if
  /// it is.
  template <class Order>
  [[nodiscard]] bool stands(Order const& order) const {
    return best && !order.outside(best->key);
  }
  template <class Order, class Answer>
  [[gnu::always_inline]] Answer better(Order const& order, K const& key, Answer yes, Answer no) const {
    return Side::better(order, key, best->key) ? yes : no;
  }
  template <class Order, class X>
  [[gnu::always_inline]] void challenge(Order const& order, X&& x, K const& key) {
    if (Side::better(order, key, best->key)) best.emplace(Entry{key, static_cast<V>(static_cast<X&&>(x))});
  }
  template <class Order, class X, class Key>
  void take(Order const& order, X&& x, Key&& key) {
    if (beaten_by(order, key)) [[unlikely]] {
      best.emplace(Entry{static_cast<Key&&>(key), static_cast<V>(static_cast<X&&>(x))});
    }
  }
  template <class Order>
  void join(Order const& order, Champion&& later) {
    if (later.best && beaten_by(order, later.best->key)) best.emplace(std::move(*later.best));
  }
  std::optional<V> result() {
    if (!best) return std::nullopt;
    return std::optional<V>(std::move(best->value));
  }
};

/// The same where the item is its own key.
template <class V, class Side>
struct Champion<V, Whole, Side> {
  std::optional<V> best;

  template <class Order>
  [[nodiscard]] bool beaten_by(Order const& order, V const& fresh) const {
    return !best || detail::beats<Side>(order, fresh, *best);
  }
  template <class Order, class X>
  void take(Order const& order, X&& x, V const& key) {
    if (beaten_by(order, key)) [[unlikely]] best.emplace(static_cast<X&&>(x));
  }
  template <class Order>
  void join(Order const& order, Champion&& later) {
    if (later.best && beaten_by(order, *later.best)) best.emplace(std::move(*later.best));
  }
  std::optional<V> result() { return std::move(best); }
};

/// Numbers by their own order, where they come one by one: no branch in the loop. Begins with the worst number there is
/// and remembers whether there was any.
template <class V, class Side>
struct NumberChampion {
  V best = Side::template worst<V>();
  bool some = false;
  bool number = false;

  template <class X>
  [[gnu::always_inline]] void take(Natural const& order, X const&, V const& key) {
    some = true;
    number = number | !Natural::outside(key);
    best = Side::better(order, key, best) ? key : best;
  }
  [[nodiscard]] bool stands(Natural const&) const { return number; }
  template <class Answer>
  [[gnu::always_inline]] Answer better(Natural const& order, V const& key, Answer yes, Answer no) const {
    return Side::better(order, key, best) ? yes : no;
  }
  template <class X>
  [[gnu::always_inline]] void challenge(Natural const& order, X const&, V const& key) {
    best = Side::better(order, key, best) ? key : best;
  }
  void join(Natural const& order, NumberChampion&& later) {
    some = some || later.some;
    number = number || later.number;
    best = Side::better(order, later.best, best) ? later.best : best;
  }
  std::optional<V> result() const {
    if (!some) return std::nullopt;
    if constexpr (std::is_floating_point_v<V>) {
      if (!number) return std::numeric_limits<V>::quiet_NaN();
    }
    return best;
  }
};

template <class V, class Order, class Key>
struct KeyOf {
  using type = std::remove_cvref_t<call_t<Key, V const&>>;
};
template <class V, class Order>
struct KeyOf<V, Order, Whole> {
  using type = Whole;
};

template <class V, class Order, class Key, class Side>
struct ChampionFor {
  using type = std::conditional_t<std::is_arithmetic_v<V> && !std::is_same_v<V, bool> && std::is_same_v<Order, Natural> &&
                                      std::is_same_v<Key, Whole>,
                                  NumberChampion<V, Side>, Champion<V, typename KeyOf<V, Order, Key>::type, Side>>;
};

/// The smallest and the largest.
struct Both {};

template <class V, class Order, class Key>
struct ChampionFor<V, Order, Key, Both> {
  struct type {
    typename ChampionFor<V, Order, Key, Smallest>::type smallest;
    typename ChampionFor<V, Order, Key, Largest>::type largest;

    template <class X, class K>
    [[gnu::always_inline]] void take(Order const& order, X&& x, K&& key) {
      smallest.take(order, detail::look(x), detail::look(key));
      largest.take(order, static_cast<X&&>(x), static_cast<K&&>(key));
    }
    [[nodiscard]] bool stands(Order const& order) const { return smallest.stands(order) && largest.stands(order); }
    template <class K, class Answer>
    [[gnu::always_inline]] Answer better(Order const& order, K const& key, Answer yes, Answer no) const {
      return static_cast<Answer>(smallest.better(order, key, yes, no) | largest.better(order, key, yes, no));
    }
    template <class X, class K>
    [[gnu::always_inline]] void challenge(Order const& order, X&& x, K const& key) {
      smallest.challenge(order, detail::look(x), key);
      largest.challenge(order, static_cast<X&&>(x), key);
    }
    void join(Order const& order, type&& later) {
      smallest.join(order, std::move(later.smallest));
      largest.join(order, std::move(later.largest));
    }
    std::optional<std::pair<V, V>> result() {
      auto least = smallest.result();
      if (!least) return std::nullopt;
      return std::optional<std::pair<V, V>>(std::in_place, std::move(*least), std::move(*largest.result()));
    }
  };
};

/// Whether items are chosen by a number, so that many can be compared at once. (Integers that are their own keys are
/// compared so by any compiler.)
template <class V, class Order, class Key>
inline constexpr bool chosen_by_number =
    std::is_same_v<Order, Natural> && (std::is_arithmetic_v<typename KeyOf<V, Order, Key>::type> ||
                                       (std::is_same_v<Key, Whole> && std::is_floating_point_v<V>));

/// Why these items have no extremes.
template <class Side, class Order, class Key, class S>
consteval Problem extreme_problem() {
  using V = typename S::Value;
  using Item = typename S::Item;
  if constexpr (std::is_same_v<Side, Both> && !std::copy_constructible<V>) {
    return Problem::minmax_not_copyable;
  } else if constexpr (!std::constructible_from<V, Item> || !std::move_constructible<V>) {
    return Problem::extreme_not_copyable;
  } else if constexpr (!std::is_same_v<Key, Whole>) {
    if constexpr (detail::closure_problem<Key, look_t<Item>>() != Problem::none) {
      return detail::closure_problem<Key, look_t<Item>>();
    } else {
      using K = std::remove_cvref_t<call_t<Key, look_t<Item>>>;
      constexpr bool ok = requires(K const& a) { static_cast<bool>(a < a); };
      return ok ? Problem::none : Problem::key_without_order;
    }
  } else if constexpr (std::is_same_v<Order, Natural>) {
    constexpr bool ok = requires(V const& a) { static_cast<bool>(a < a); };
    return ok ? Problem::none : Problem::extreme_without_order;
  } else {
    constexpr bool ok = requires(Order const& order, V const& a) { order.less(a, a); };
    return ok ? Problem::none : Problem::comparison_does_not_fit;
  }
}

/// The smallest item, the largest or both, each the first of its equals; nothing if there are none. Every key is computed
/// once.
template <class Side, class Order, class Key>
struct Extreme {
  [[no_unique_address]] Order order;
  [[no_unique_address]] Key key;

  template <class V>
  struct Accumulator {
    static constexpr bool unordered = std::is_integral_v<V> && std::is_same_v<Order, Natural> && std::is_same_v<Key, Whole>;
    Extreme const* end;
    typename ChampionFor<V, Order, Key, Side>::type champion;

    template <class X>
    [[gnu::always_inline]] bool operator()(X&& x) {
      if constexpr (std::is_same_v<Key, Whole>) {
        if constexpr (std::is_same_v<std::remove_cvref_t<X>, V>) {
          champion.take(end->order, static_cast<X&&>(x), detail::look(x));
        } else {
          V value(static_cast<X&&>(x));  // items that are proxies
          champion.take(end->order, std::move(value), detail::look(value));
        }
      } else {
        // May refer to a part of the item: copied only if it wins, and before the item is given away.
        decltype(auto) fresh = detail::call(end->key, detail::look(x));
        champion.take(end->order, static_cast<X&&>(x), static_cast<decltype(fresh)&&>(fresh));
      }
      return true;
    }
    void join(Accumulator&& later) { champion.join(end->order, std::move(later.champion)); }

    // A choice, see core/choice.hpp.
    static constexpr bool by_number = chosen_by_number<V, Order, Key>;
    static constexpr bool keys_are_items = by_number && std::is_same_v<Key, Whole>;
    [[nodiscard]] bool is_choosy() const
      requires by_number
    {
      return champion.stands(end->order);
    }
    template <class X>
    [[gnu::always_inline]] auto key(X const& x) const
      requires by_number
    {
      return detail::call(end->key, x);
    }
    template <class N, class Answer>
    [[gnu::always_inline]] Answer better(N key, Answer yes, Answer no) const
      requires by_number
    {
      return champion.better(end->order, key, yes, no);
    }
    template <class X, class N>
    void take(X&& x, N key)
      requires by_number
    {
      champion.challenge(end->order, static_cast<X&&>(x), key);
    }
  };

  template <class S>
  static consteval Problem problem() {
    return detail::extreme_problem<Side, Order, Key, S>();
  }
  template <class S>
  auto open(S const&) const {
    return Accumulator<typename S::Value>{this, {}};
  }
  template <class V>
  auto finish(Accumulator<V>&& all) const {
    return all.champion.result();
  }
};

[[nodiscard]] inline auto make_min() { return Extreme<Smallest, Natural, Whole>{}; }
[[nodiscard]] inline auto make_max() { return Extreme<Largest, Natural, Whole>{}; }
[[nodiscard]] inline auto make_minmax() { return Extreme<Both, Natural, Whole>{}; }
template <class Less>
[[nodiscard]] auto make_min(Less less) {
  return Extreme<Smallest, Ordered<Less>, Whole>{{std::move(less)}, {}};
}
template <class Less>
[[nodiscard]] auto make_max(Less less) {
  return Extreme<Largest, Ordered<Less>, Whole>{{std::move(less)}, {}};
}
template <class Less>
[[nodiscard]] auto make_minmax(Less less) {
  return Extreme<Both, Ordered<Less>, Whole>{{std::move(less)}, {}};
}
template <class Key>
[[nodiscard]] auto make_min_by_key(Key key) {
  return Extreme<Smallest, Natural, Key>{{}, std::move(key)};
}
template <class Key>
[[nodiscard]] auto make_max_by_key(Key key) {
  return Extreme<Largest, Natural, Key>{{}, std::move(key)};
}
template <class Key>
[[nodiscard]] auto make_minmax_by_key(Key key) {
  return Extreme<Both, Natural, Key>{{}, std::move(key)};
}

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task
