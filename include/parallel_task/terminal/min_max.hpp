// min(), max(), minmax(), also with an order or a key: the extreme items, the first of equals.
#pragma once

#include <parallel_task/core/closure.hpp>
#include <parallel_task/core/concepts.hpp>
#include <parallel_task/core/lasting.hpp>
#include <parallel_task/terminal/best_in_place.hpp>
#include <parallel_task/terminal/champion.hpp>
#include <parallel_task/terminal/order.hpp>

#include <concepts>
#include <type_traits>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// Whether items are chosen by a number, so that many can be compared at once. (Integers that are their own keys are
/// left out: every compiler vectorises their plain loop.)
template <class V, class Order, class Key>
inline constexpr bool chosen_by_number =
    std::is_same_v<Order, NaturalOrder> && (std::is_arithmetic_v<typename KeyOf<V, Order, Key>::type> ||
                                            (std::is_same_v<Key, ItemItself> && std::is_floating_point_v<V>));

/// Whether a key may refer to something that is destroyed or moved from before the key is compared for the last time.
template <class Key, class S>
inline constexpr bool key_needs_item = [] {
  if constexpr (std::is_same_v<Key, ItemItself> || lasting_reference<S>) {
    return false;
  } else {
    return !self_contained<std::remove_cvref_t<call_t<Key, look_t<typename S::Item>>>>;
  }
}();

/// What keeps the best items in that case. An item that consists of lasting references is kept as it is.
template <class Side, class Key, class S>
struct ChampionInPlaceFor {
  using V = typename S::Value;
  using T = std::conditional_t<is_product<typename S::Item> && lasting_items<S>, typename S::Item, V>;
  using K = std::remove_cvref_t<call_t<Key, T const&>>;
  using type = std::conditional_t<std::is_same_v<Side, MinAndMax>, ChampionInPlace<V, T, K, Smallest, Largest>,
                                  ChampionInPlace<V, T, K, Side>>;
};

/// Why these items have no extremes.
template <class Side, class Order, class Key, class S>
consteval Problem extreme_problem() {
  using V = typename S::Value;
  using Item = typename S::Item;
  if constexpr (std::is_same_v<Side, MinAndMax> && !std::copy_constructible<V>) {
    return Problem::minmax_not_copyable;
  } else if constexpr (!std::constructible_from<V, Item> || !std::move_constructible<V>) {
    return Problem::extreme_not_copyable;
  } else if constexpr (!std::is_same_v<Key, ItemItself>) {
    if constexpr (detail::closure_problem<Key, look_t<Item>>() != Problem::none) {
      return detail::closure_problem<Key, look_t<Item>>();
    } else if constexpr (detail::closure_problem<Key, V const&>() != Problem::none) {
      return detail::closure_problem<Key, V const&>();  // a key that takes parts by reference to non-const
    } else {
      using K = std::remove_cvref_t<call_t<Key, look_t<Item>>>;
      constexpr bool ok = requires(K const& a) { static_cast<bool>(a < a); };
      return ok ? Problem::none : Problem::key_without_order;
    }
  } else if constexpr (std::is_same_v<Order, NaturalOrder>) {
    constexpr bool ok = requires(V const& a) { static_cast<bool>(a < a); };
    return ok ? Problem::none : Problem::extreme_without_order;
  } else {
    constexpr bool ok = requires(Order const& order, V const& a) { order.less(a, a); };
    return ok ? Problem::none : Problem::comparison_does_not_fit;
  }
}

/// The smallest item, the largest or both, each the first among equals; nothing if there are no items. The key of each
/// item is computed once.
template <class Side, class Order, class Key>
struct Extreme {
  PARALLEL_TASK_NO_UNIQUE_ADDRESS Order order;
  PARALLEL_TASK_NO_UNIQUE_ADDRESS Key key;

  template <class V>
  struct Accumulator {
    static constexpr bool unordered =
        std::is_integral_v<V> && std::is_same_v<Order, NaturalOrder> && std::is_same_v<Key, ItemItself>;
    Extreme const* end;
    typename ChampionFor<V, Order, Key, Side>::type champion;

    template <class X>
    PARALLEL_TASK_ALWAYS_INLINE bool operator()(X&& x) {
      if constexpr (std::is_same_v<Key, ItemItself>) {
        if constexpr (std::is_same_v<std::remove_cvref_t<X>, V>) {
          champion.take(end->order, static_cast<X&&>(x), detail::look(x));
        } else {
          V value(static_cast<X&&>(x));  // a proxy becomes its value
          champion.take(end->order, std::move(value), detail::look(value));
        }
      } else {
        // May refer to a part of the item: copied only if it wins, and before the item is moved from.
        decltype(auto) fresh = detail::call(end->key, detail::look(x));
        champion.take(end->order, static_cast<X&&>(x), static_cast<decltype(fresh)&&>(fresh));
      }
      return true;
    }
    void join(Accumulator&& later) { champion.join(end->order, std::move(later.champion)); }
    template <class Archive>
    void carry(Archive& ar) {
      ar(champion);
    }

    // A sink that chooses, see core/choice.hpp.
    static constexpr bool by_number = chosen_by_number<V, Order, Key>;
    static constexpr bool keys_are_items = by_number && std::is_same_v<Key, ItemItself>;
    [[nodiscard]] bool is_choosy() const
      requires by_number
    {
      return champion.has_ordered(end->order);
    }
    template <class X>
    PARALLEL_TASK_ALWAYS_INLINE auto key(X const& x) const
      requires by_number
    {
      return detail::call(end->key, x);
    }
    template <class N, class Answer>
    PARALLEL_TASK_ALWAYS_INLINE Answer better(N key, Answer if_better, Answer if_not) const
      requires by_number
    {
      return champion.better(end->order, key, if_better, if_not);
    }
    template <class X, class N>
    void take(X&& x, N key)
      requires by_number
    {
      champion.challenge(end->order, static_cast<X&&>(x), key);
    }
  };

  /// Used where a key may refer to its item, see best_in_place.hpp.
  template <class Champion>
  struct InPlace {
    Extreme const* end;
    Champion champion;

    template <class X>
    bool operator()(X&& x) {
      champion.take(end->order, static_cast<X&&>(x), end->key);
      return true;
    }
    void join(InPlace&& later) { champion.join(end->order, std::move(later.champion)); }
  };

  template <class S>
  static consteval Problem problem() {
    return detail::extreme_problem<Side, Order, Key, S>();
  }
  template <class S>
  auto open(S const&) const {
    if constexpr (key_needs_item<Key, S>) {
      return InPlace<typename ChampionInPlaceFor<Side, Key, S>::type>{this, {}};
    } else {
      return Accumulator<typename S::Value>{this, {}};
    }
  }
  template <class A>
  auto finish(A&& all) const {
    return all.champion.result();
  }
};

[[nodiscard]] inline auto make_min() { return Extreme<Smallest, NaturalOrder, ItemItself>{}; }
[[nodiscard]] inline auto make_max() { return Extreme<Largest, NaturalOrder, ItemItself>{}; }
[[nodiscard]] inline auto make_minmax() { return Extreme<MinAndMax, NaturalOrder, ItemItself>{}; }
template <class Less>
[[nodiscard]] auto make_min(Less less) {
  return Extreme<Smallest, CustomOrder<Less>, ItemItself>{{std::move(less)}, {}};
}
template <class Less>
[[nodiscard]] auto make_max(Less less) {
  return Extreme<Largest, CustomOrder<Less>, ItemItself>{{std::move(less)}, {}};
}
template <class Less>
[[nodiscard]] auto make_minmax(Less less) {
  return Extreme<MinAndMax, CustomOrder<Less>, ItemItself>{{std::move(less)}, {}};
}
template <class Key>
[[nodiscard]] auto make_min_by_key(Key key) {
  return Extreme<Smallest, NaturalOrder, Key>{{}, std::move(key)};
}
template <class Key>
[[nodiscard]] auto make_max_by_key(Key key) {
  return Extreme<Largest, NaturalOrder, Key>{{}, std::move(key)};
}
template <class Key>
[[nodiscard]] auto make_minmax_by_key(Key key) {
  return Extreme<MinAndMax, NaturalOrder, Key>{{}, std::move(key)};
}

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
