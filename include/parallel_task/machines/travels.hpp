// Which types travel to another rank, how, and why others don't.
#pragma once

#include <parallel_task/container/concepts.hpp>
#include <parallel_task/platform/code.hpp>
#include <parallel_task/platform/ranges.hpp>

#include <array>
#include <concepts>
#include <cstddef>
#include <functional>
#include <initializer_list>
#include <iterator>
#include <memory>
#include <optional>
#include <system_error>
#include <tuple>
#include <type_traits>
#include <typeindex>
#include <utility>
#include <variant>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {

/// The customisation point for types that travel to other ranks in a way of their own, for example because they have no
/// default constructor. Specialise it with
///
///     template <class Out> static void save(Out& out, T const& x);  // out(a, b, ...): writes values
///     template <class In> static T load(In& in);                    // in.template get<A>(): reads the next one
///
/// `load` reads what `save` has written, in the same order. Both are called on any thread, also at once for two values.
/// A type with `template <class A> void serialize(A& ar) { ar(a, b); }`, as a member or as a free function of two
/// arguments, needs no specialisation.
template <class T>
struct wire {};

namespace detail {

class Writer;
class Reader;

/// How a type travels; behind `as_container`, why it does not.
enum class Travels : unsigned char {
  by_wire,
  by_serialize,
  as_bytes,
  as_parts,  // pair, tuple
  as_array,
  as_optional,
  as_variant,
  as_pointee,  // unique_ptr
  as_container,
  not_a_pointer,
  not_a_reference,
  not_a_view,
  not_a_base,
  not_without_default,
  not_known
};

constexpr bool is_a_way(Travels how) noexcept { return how <= Travels::as_container; }

template <class T>
concept wired = requires(Writer& out, Reader& in, T const& x) {
  wire<T>::save(out, x);
  { wire<T>::load(in) } -> std::same_as<T>;
};
template <class T>
concept serialized_by_member = requires(Writer& out, Reader& in, T& x) {
  x.serialize(out);
  x.serialize(in);
};
template <class T>
concept serialized_by_function = requires(Writer& out, Reader& in, T& x) {
  serialize(out, x);
  serialize(in, x);
};

/// Standard types that are copied by bytes and hold a pointer.
template <class T>
inline constexpr bool hides_a_pointer =
    std::is_same_v<T, std::error_code> || std::is_same_v<T, std::error_condition> || std::is_same_v<T, std::type_index>;
template <class T>
inline constexpr bool hides_a_pointer<std::reference_wrapper<T>> = true;
template <class T>
inline constexpr bool hides_a_pointer<std::initializer_list<T>> = true;

template <class C, class X>
concept can_insert_anywhere = can_insert<C, X> || requires(C& c, X&& x) { c.insert(static_cast<X&&>(x)); };

/// A message's form of a container's items: maps tell their keys as const, which could not be read.
template <class C>
using ItemOnWire = std::remove_cv_t<typename MovableParts<typename C::value_type>::type>;

template <class C>
concept wire_container = std::ranges::input_range<C const&> && requires { typename C::value_type; } &&
                         !std::is_same_v<typename C::value_type, C> && std::default_initializable<C> &&
                         (can_push_back<C, ItemOnWire<C>> || can_insert_anywhere<C, ItemOnWire<C>>);

template <class T>
consteval Travels how_alone() {
  if constexpr (std::is_reference_v<T>) {
    return Travels::not_a_reference;
  } else if constexpr (std::is_pointer_v<T> || std::is_member_pointer_v<T> || std::is_null_pointer_v<T>) {
    return Travels::not_a_pointer;
  } else if constexpr (!std::is_object_v<T>) {
    return Travels::not_known;
  } else if constexpr (std::is_arithmetic_v<T> || std::is_enum_v<T>) {
    return Travels::as_bytes;
  } else if constexpr (wired<T>) {
    return Travels::by_wire;
  } else if constexpr (serialized_by_member<T> || serialized_by_function<T>) {
    return std::default_initializable<T> ? Travels::by_serialize : Travels::not_without_default;
  } else if constexpr (hides_a_pointer<T>) {
    return Travels::not_a_pointer;
  } else if constexpr (std::ranges::range<T>) {
    if constexpr (std::ranges::enable_view<T> || std::ranges::enable_borrowed_range<T>) {
      return Travels::not_a_view;
    } else if constexpr (wire_container<T>) {
      return Travels::as_container;
    } else if constexpr (std::is_trivially_copyable_v<T> && std::move_constructible<T>) {
      return Travels::as_bytes;
    } else {
      return Travels::not_known;
    }
  } else if constexpr (std::input_or_output_iterator<T>) {
    return Travels::not_a_pointer;
  } else if constexpr (std::is_trivially_copyable_v<T> && std::move_constructible<T>) {
    return Travels::as_bytes;
  } else {
    return Travels::not_known;
  }
}

template <class T>
struct HowOf {
  static consteval Travels of() {
    constexpr Travels alone = how_alone<T>();
    if constexpr (alone == Travels::as_container) {
      constexpr Travels item = HowOf<ItemOnWire<T>>::of();
      return is_a_way(item) ? alone : item;
    } else {
      return alone;
    }
  }
};

/// `how`, unless a part can't travel: then why.
template <class... Parts>
consteval Travels how_with_parts(Travels how) {
  Travels const each[] = {how, HowOf<std::remove_const_t<Parts>>::of()...};
  for (Travels const part : each) {
    if (!is_a_way(part)) return part;
  }
  return how;
}
template <class T, class... Parts>
consteval Travels how_unless_wired(Travels how) {
  if constexpr (wired<T>) {
    return Travels::by_wire;
  } else {
    return how_with_parts<Parts...>(how);
  }
}

template <class A, class B>
struct HowOf<std::pair<A, B>> {
  static consteval Travels of() { return how_unless_wired<std::pair<A, B>, A, B>(Travels::as_parts); }
};
template <class... T>
struct HowOf<std::tuple<T...>> {
  static consteval Travels of() { return how_unless_wired<std::tuple<T...>, T...>(Travels::as_parts); }
};
template <class T, std::size_t n>
struct HowOf<std::array<T, n>> {
  static consteval Travels of() { return how_unless_wired<std::array<T, n>, T>(Travels::as_array); }
};
template <class T, std::size_t n>
struct HowOf<T[n]> {
  static consteval Travels of() { return how_with_parts<T>(Travels::as_array); }
};
template <class T>
struct HowOf<std::optional<T>> {
  static consteval Travels of() { return how_unless_wired<std::optional<T>, T>(Travels::as_optional); }
};
template <class... T>
struct HowOf<std::variant<T...>> {
  static consteval Travels of() { return how_unless_wired<std::variant<T...>, T...>(Travels::as_variant); }
};
template <class T>
struct HowOf<std::unique_ptr<T>> {
  static consteval Travels of() {
    if constexpr (wired<std::unique_ptr<T>>) {
      return Travels::by_wire;
    } else if constexpr (std::is_array_v<T>) {
      return Travels::not_a_pointer;  // it does not know how many there are
    } else if constexpr (std::is_polymorphic_v<T> && !std::is_final_v<T>) {
      return Travels::not_a_base;
    } else {
      return how_with_parts<T>(Travels::as_pointee);
    }
  }
};

template <class T>
inline constexpr Travels how_it_travels = HowOf<std::remove_cv_t<T>>::of();

/// Whether `T` travels; if not, a sentence says why.
template <class T>
consteval bool must_travel() {
  // Each a variable, for compilers explain a comparison in three lines.
  constexpr Travels how = how_it_travels<T>;
  constexpr bool no_pointer = how != Travels::not_a_pointer;
  constexpr bool no_reference = how != Travels::not_a_reference;
  constexpr bool no_view = how != Travels::not_a_view;
  constexpr bool no_base = how != Travels::not_a_base;
  constexpr bool has_default = how != Travels::not_without_default;
  constexpr bool is_known = how != Travels::not_known;
  static_assert(no_pointer,
                "parallel_task: pointers and iterators mean nothing on another rank: send the value, or a "
                "std::unique_ptr to one value, which takes it along");
  static_assert(no_reference, "parallel_task: references mean nothing on another rank: send a copy of the value");
  static_assert(no_view,
                "parallel_task: a string_view, span or other view refers to memory of its own rank: send a std::string "
                "or a container");
  static_assert(
      no_base,
      "parallel_task: a std::unique_ptr to a type that others may derive from would lose what they add: mark the "
      "type final, or specialise pt::wire for the pointer");
  static_assert(has_default,
                "parallel_task: a type with serialize(ar) also needs a default constructor to be read on another rank; "
                "without one, specialise pt::wire for it");
  static_assert(is_known,
                "parallel_task: values of this type can't travel to another rank: give it template <class A> void "
                "serialize(A& ar) { ar(a, b); }, or specialise pt::wire for it");
  return is_a_way(how);
}

}  // namespace detail

/// A value of this type can travel to another rank: numbers, enumerations and other trivially copyable types, strings,
/// pairs, tuples, optionals, variants, arrays, unique_ptr to a value, every container with `push_back` or `insert`,
/// types with `serialize(ar)` and those for which `pt::wire` is specialised, one in another. Pointers, references,
/// iterators and views can't. A pointer inside of a trivially copyable class is not seen.
template <class T>
concept sendable =
    !std::is_array_v<T> && std::is_same_v<T, std::remove_cvref_t<T>> && detail::is_a_way(detail::how_it_travels<T>);

}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
