// The best item by a key that may refer to the item: an item is put into its place before its key is computed.
#pragma once

#include <parallel_task/core/closure.hpp>
#include <parallel_task/platform/owner.hpp>

#include <array>
#include <concepts>
#include <cstddef>
#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// Whether a key does not refer to the item from which it was computed: numbers, pointers (whose addresses are
/// compared), containers of those, durations and points in time, and pairs, tuples, arrays and optionals of all these.
/// A std::string_view, the result of std::tie, and any unknown class may refer to a part of the item.
template <class K>
inline constexpr bool self_contained = [] {
  if constexpr (requires {
                  typename K::allocator_type;
                  typename K::value_type;
                }) {
    return self_contained<std::remove_cv_t<typename K::value_type>>;
  } else if constexpr (requires {
                         typename K::rep;
                         typename K::period;
                       }) {
    return self_contained<typename K::rep>;
  } else if constexpr (requires {
                         typename K::clock;
                         typename K::duration;
                       }) {
    return self_contained<typename K::duration>;
  } else {
    return std::is_scalar_v<K>;
  }
}();
template <class A, class B>
inline constexpr bool self_contained<std::pair<A, B>> =
    self_contained<std::remove_const_t<A>> && self_contained<std::remove_const_t<B>>;
template <class... T>
inline constexpr bool self_contained<std::tuple<T...>> = (self_contained<std::remove_const_t<T>> && ...);
template <class T, std::size_t n>
inline constexpr bool self_contained<std::array<T, n>> = self_contained<std::remove_const_t<T>>;
template <class T>
inline constexpr bool self_contained<std::optional<T>> = self_contained<std::remove_const_t<T>>;

/// An item and its key, which may refer to the item. Neither is ever moved.
template <class T, class K>
struct Finalist {
  T item;
  K key;

  template <class X, class Key>
  Finalist(X&& x, Key const& key_of)
      : item(static_cast<T>(static_cast<X&&>(x))), key(detail::call(key_of, std::as_const(item))) {}
  Finalist(Finalist const&) = delete;
  Finalist& operator=(Finalist const&) = delete;
};

/// The best item so far of one `Side`, or of each of two. There is one more place than there are sides, each allocated
/// when it is first needed. A new item is put into a free place; if it wins a side, that side notes the number of the
/// place. Segments are joined by exchanging places. `T` is the type that is kept for a result of type `V`.
template <class V, class T, class K, class... Side>
class ChampionInPlace {
 public:
  template <class Order, class X, class Key>
  void take(Order const& order, X&& x, Key const& key_of) {
    std::size_t const fresh = free_place();
    if (!places_[fresh]) places_[fresh] = Owner<Place>(new Place);
    places_[fresh]->emplace(static_cast<X&&>(x), key_of);
    for_each_side([&]<class One>(One, std::size_t& best) {
      if (!some_ || One::better(order, at(fresh).key, at(best).key)) best = fresh;
    });
    some_ = true;
  }

  template <class Order>
  void join(Order const& order, ChampionInPlace&& later) {
    if (!later.some_) return;
    if (!some_) {
      *this = std::move(later);
      return;
    }
    std::size_t came[places] = {};  // for each place of `later`: 1 + the place to which it has been moved, or 0
    std::size_t side = 0;
    for_each_side([&]<class One>(One, std::size_t& best) {
      std::size_t const place = later.best_[side++];
      Finalist<T, K> const& theirs = came[place] != 0 ? at(came[place] - 1) : later.at(place);
      if (!One::better(order, theirs.key, at(best).key)) return;
      if (came[place] == 0) {
        std::size_t const free = free_place();
        std::swap(places_[free], later.places_[place]);
        came[place] = free + 1;
      }
      best = came[place] - 1;
    });
  }

  auto result() {
    if constexpr (sizeof...(Side) == 1) {
      return some_ ? std::optional<V>(std::in_place, std::move(at(best_[0]).item)) : std::nullopt;
    } else {
      using Result = std::optional<std::pair<V, V>>;
      if (!some_) return Result();
      T& first = at(best_[0]).item;
      T& second = at(best_[1]).item;
      if (best_[0] == best_[1]) return Result(std::in_place, std::as_const(first), std::move(first));
      return Result(std::in_place, std::move(first), std::move(second));
    }
  }

 private:
  using Place = std::optional<Finalist<T, K>>;
  static constexpr std::size_t places = sizeof...(Side) + 1;

  [[nodiscard]] Finalist<T, K>& at(std::size_t place) const { return **places_[place]; }
  /// A place that holds no side's best item.
  [[nodiscard]] std::size_t free_place() const {
    auto const taken = [this](std::size_t place) {
      bool found = false;
      for (std::size_t const best : best_) found = found || best == place;
      return some_ && found;
    };
    std::size_t place = 0;
    while (taken(place)) ++place;
    return place;
  }
  template <class F>
  void for_each_side(F f) {
    std::size_t side = 0;
    (f(Side{}, best_[side++]), ...);
  }

  Owner<Place> places_[places];
  std::size_t best_[sizeof...(Side)] = {};  // numbers of places
  bool some_ = false;
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
