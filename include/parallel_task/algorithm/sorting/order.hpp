// The order of a sort: a comparison of projections, or of whole numbers that stand for them.
#pragma once

#include <parallel_task/core/closure.hpp>
#include <parallel_task/core/number.hpp>
#include <parallel_task/platform/ranges.hpp>
#include <parallel_task/platform/string.hpp>

#include <algorithm>
#include <bit>
#include <compare>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <string_view>
#include <type_traits>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// By a user's comparison of a user's projections.
template <class C, class P>
struct ByComparison {
  C const& compare;
  P const& projection;

  template <class A, class B>
  PARALLEL_TASK_ALWAYS_INLINE bool operator()(A&& a, B&& b) const {
    return static_cast<bool>(detail::invoke(compare, detail::invoke(projection, static_cast<A&&>(a)),
                                            detail::invoke(projection, static_cast<B&&>(b))));
  }
};

/// A comparison and a projection of the items of an iterator, called as const, by several threads at once: of
/// references, and of items that a sort has in hand.
template <class I, class C, class P>
concept orders_items = std::predicate<C const&, std::invoke_result_t<P const&, std::iter_reference_t<I>>,
                                      std::invoke_result_t<P const&, std::iter_reference_t<I>>> &&
                       std::predicate<C const&, std::invoke_result_t<P const&, std::iter_value_t<I>&>,
                                      std::invoke_result_t<P const&, std::iter_value_t<I>&>>;

template <class K>
concept with_own_order =
    requires(K const& a, K const& b) { operator<(a, b); } || requires(K const& a, K const& b) { operator<=>(a, b); };

/// Keys whose order by `<` is that of whole numbers: integers, floating point, pointers to objects, and enumerators
/// unless their author has given them an order.
template <class K>
inline constexpr bool is_number_key =
    (std::is_integral_v<K> && sizeof(K) <= 8) ||
    (std::is_floating_point_v<K> && std::numeric_limits<K>::is_iec559 && (sizeof(K) == 4 || sizeof(K) == 8)) ||
    (std::is_pointer_v<K> && std::is_object_v<std::remove_pointer_t<K>>);
template <class K>
  requires std::is_enum_v<K>
inline constexpr bool is_number_key<K> = !with_own_order<K>;

/// The whole number of a key: in the same order, the same for keys that are equal. -0.0 equals 0.0; NaNs are ordered by
/// their bits, before or behind all numbers.
template <class K>
PARALLEL_TASK_ALWAYS_INLINE inline auto number_of(K key) noexcept {
  using U = std::conditional_t<(sizeof(K) > 4), std::uint64_t, std::uint32_t>;
  constexpr U top = U{1} << (sizeof(U) * 8 - 1);
  if constexpr (std::is_floating_point_v<K>) {
    U bits = std::bit_cast<U>(key);
    bits = bits == top ? U{0} : bits;
    return static_cast<U>(bits ^ ((U{0} - (bits >> (sizeof(U) * 8 - 1))) | top));
  } else if constexpr (std::is_pointer_v<K>) {
    return static_cast<U>(reinterpret_cast<std::uintptr_t>(key));
  } else if constexpr (std::is_enum_v<K>) {
    return detail::number_of(static_cast<std::underlying_type_t<K>>(key));
  } else if constexpr (std::is_signed_v<K>) {
    using S = std::conditional_t<(sizeof(K) > 4), std::int64_t, std::int32_t>;
    return static_cast<U>(static_cast<U>(static_cast<S>(key)) ^ top);
  } else {
    return static_cast<U>(key);
  }
}

/// The floating-point number that `number_of` made this number of; 0.0 for both zeros.
template <class K, class U>
PARALLEL_TASK_ALWAYS_INLINE inline K float_of(U number) noexcept {
  constexpr U top = U{1} << (sizeof(U) * 8 - 1);
  return std::bit_cast<K>((number & top) != 0 ? static_cast<U>(number ^ top) : static_cast<U>(~number));
}

/// Projections that are known to give the same each time. A number decides where an item goes, so those of others are
/// asked for once and kept: `sort_by_key(v, random)` is wrong, but must not lose an item.
template <class P>
inline constexpr bool is_steady =
    std::same_as<P, std::identity> || std::is_member_object_pointer_v<P> || requires { requires P::is_steady; };

/// By numbers. `falls`: the largest first; equal ones keep their order either way.
template <class P, bool falls>
struct OrderByNumber {
  static constexpr bool is_falling = falls;
  static constexpr bool is_of_item = std::same_as<P, std::identity>;
  static constexpr bool is_steady = detail::is_steady<P>;
  P const& projection;

  template <class T>
  using Key = std::remove_cvref_t<decltype(detail::invoke(std::declval<P const&>(), std::declval<T&>()))>;
  template <class T>
  PARALLEL_TASK_ALWAYS_INLINE auto key(T&& item) const {
    auto const number = detail::number_of<Key<T>>(detail::invoke(projection, static_cast<T&&>(item)));
    if constexpr (falls) {
      return static_cast<std::remove_const_t<decltype(number)>>(~number);
    } else {
      return number;
    }
  }
  /// What is between two floating-point keys, neither of them a NaN, as far apart as they are; rises as `key` does.
  template <class T>
  PARALLEL_TASK_ALWAYS_INLINE auto value(T&& item) const {
    Key<T> const value = detail::invoke(projection, static_cast<T&&>(item));
    return falls ? -value : value;
  }
  /// The same of a number that `key` gave.
  template <class K, class Number>
  [[nodiscard]] static K value_of(Number number) noexcept {
    return falls ? -detail::float_of<K>(static_cast<Number>(~number)) : detail::float_of<K>(number);
  }
  template <class A, class B>
  PARALLEL_TASK_ALWAYS_INLINE bool operator()(A&& a, B&& b) const {
    return key(static_cast<A&&>(a)) < key(static_cast<B&&>(b));
  }
};

/// Keys whose order by `<` is that of their bytes: strings and views of `char`, by the standard library's traits.
template <class K>
inline constexpr bool is_text_key = false;
template <class A>
inline constexpr bool is_text_key<std::basic_string<char, std::char_traits<char>, A>> = true;
template <>
inline constexpr bool is_text_key<std::string_view> = true;

/// By text, which the projection refers to or gives a view of. `falls`: the largest first.
template <class P, bool falls>
struct ByText {
  static constexpr bool is_falling = falls;
  static constexpr bool is_steady = detail::is_steady<P>;
  P const& projection;

  template <class T>
  [[nodiscard]] std::string_view text(T&& item) const {
    return detail::invoke(projection, static_cast<T&&>(item));
  }
  template <class A, class B>
  PARALLEL_TASK_ALWAYS_INLINE bool operator()(A&& a, B&& b) const {
    if constexpr (falls) {
      return text(static_cast<B&&>(b)) < text(static_cast<A&&>(a));
    } else {
      return text(static_cast<A&&>(a)) < text(static_cast<B&&>(b));
    }
  }
};

/// An order of positions: that of the items which lie there.
template <class I, class O>
struct ByItems {
  I items;
  O order;
  template <class N>
  PARALLEL_TASK_ALWAYS_INLINE bool operator()(N a, N b) const {
    return order(items[static_cast<std::ptrdiff_t>(a)], items[static_cast<std::ptrdiff_t>(b)]);
  }
};

template <class O, class T>
concept by_number = requires(O const& order, T& item) { order.key(item); };

template <class O, class T>
concept by_text = requires(O const& order, T& item) { order.text(item); };

/// What `C` says of keys: nothing, or that they rise or fall.
enum class Direction : unsigned char { unknown, rises, falls };
template <class C, class T, class K>
consteval Direction direction_of() {
  if constexpr (std::same_as<C, std::ranges::less> || std::same_as<C, std::less<>> || std::same_as<C, std::less<K>>) {
    return Direction::rises;
  } else if constexpr (std::same_as<C, std::ranges::greater> || std::same_as<C, std::greater<>> ||
                       std::same_as<C, std::greater<K>>) {
    return Direction::falls;
  } else {
    return Direction::unknown;
  }
}

template <class P, class T>
using SortKey = std::remove_cvref_t<decltype(detail::invoke(std::declval<P const&>(), std::declval<T&>()))>;

/// The order of items of type T by a comparison and a projection: by numbers if that is what they say.
template <class T, class C, class P>
auto order_of(C const& compare, P const& projection) noexcept {
  using Key = SortKey<P, T>;
  constexpr Direction direction = detail::direction_of<C, T, Key>();
  using Projected = decltype(detail::invoke(projection, std::declval<T&>()));
  if constexpr (direction != Direction::unknown && is_number_key<Key>) {
    return OrderByNumber<P, direction == Direction::falls>{projection};
  } else if constexpr (direction != Direction::unknown && is_text_key<Key> &&
                       (std::is_lvalue_reference_v<Projected> || std::same_as<Key, std::string_view>)) {
    return ByText<P, direction == Direction::falls>{projection};
  } else {
    return ByComparison<C, P>{compare, projection};
  }
}

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
