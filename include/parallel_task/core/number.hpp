// Whole numbers as callers pass them: integers of every width, and enumerators.
#pragma once

#include <parallel_task/platform/code.hpp>

#include <concepts>
#include <cstddef>
#include <limits>
#include <type_traits>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// Integers. The standard library counts 128-bit integers among them with -std=gnu++20 but not with -std=c++20; results
/// must not depend on that.
template <class T>
inline constexpr bool is_integer = std::is_integral_v<T>;
template <class T>
struct UnsignedOf : std::make_unsigned<T> {};
template <>
struct UnsignedOf<bool> {
  using type = unsigned char;
};

#if defined(__SIZEOF_INT128__)
__extension__ typedef __int128 Int128;
__extension__ typedef unsigned __int128 UnsignedInt128;
template <>
inline constexpr bool is_integer<Int128> = true;
template <>
inline constexpr bool is_integer<UnsignedInt128> = true;
template <>
struct UnsignedOf<Int128> {
  using type = UnsignedInt128;
};
template <>
struct UnsignedOf<UnsignedInt128> {
  using type = UnsignedInt128;
};
#endif

template <class T>
concept integer = is_integer<T>;
template <class T>
inline constexpr bool is_number = is_integer<T> || std::is_floating_point_v<T>;
template <class T>
inline constexpr bool is_signed = static_cast<T>(-1) < static_cast<T>(0);

/// Whether converting a result from `From` to `To` may lose more than its last digits: a fraction, or the upper half.
/// Not counted: a sign, and the conversion back from int that every sum of narrower numbers needs.
template <class From, class To>
inline constexpr bool loses = std::is_floating_point_v<From> && is_integer<To>;
template <integer From, integer To>
inline constexpr bool loses<From, To> = sizeof(From) > sizeof(int) && sizeof(From) > sizeof(To);

/// What counts and bounds may be: integers, and enumerators that convert to integers implicitly, with which C programs
/// name sizes.
template <class N>
concept whole_number =
    !std::same_as<N, bool> && (is_integer<N> || (std::is_enum_v<N> && std::is_convertible_v<N, int>));

/// The value of such a number. For an enumerator its type is that of arithmetic with it, usually int.
template <whole_number N>
constexpr integer auto number(N n) noexcept {
  if constexpr (std::is_enum_v<N>) {
    return +n;
  } else {
    return n;
  }
}

template <integer N>
constexpr bool is_negative(N n) noexcept {
  if constexpr (is_signed<N>) {
    return n < N{0};
  } else {
    return false;
  }
}

/// Whether a < b as numbers, without converting one to the type of the other.
template <integer A, integer B>
constexpr bool is_less(A a, B b) noexcept {
  if constexpr (is_signed<A> == is_signed<B>) {
    return a < b;
  } else {
    if (detail::is_negative(a) || detail::is_negative(b)) return detail::is_negative(a);
    using Common = std::common_type_t<A, B>;  // neither is negative, so both keep their values in it
    return static_cast<Common>(a) < static_cast<Common>(b);
  }
}

/// Whether `To` can represent n.
template <integer To, integer N>
constexpr bool fits(N n) noexcept {
  auto const converted = static_cast<To>(n);
  return detail::is_negative(converted) == detail::is_negative(n) && static_cast<N>(converted) == n;
}

/// n as a std::size_t: 0 if it is negative, the largest value if it is larger.
template <whole_number N>
constexpr std::size_t count_from(N n) noexcept {
  auto const count = detail::number(n);
  if (detail::is_negative(count)) return 0;
  return detail::fits<std::size_t>(count) ? static_cast<std::size_t>(count) : (std::numeric_limits<std::size_t>::max)();
}

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
