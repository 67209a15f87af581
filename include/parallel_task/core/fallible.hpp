// What may fail and is a value: optionals and expected-like types, recognised by their members.
#pragma once

#include <parallel_task/platform/code.hpp>

#include <concepts>
#include <type_traits>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

// Recognised by its members: std::expected is not in C++20, and other libraries have their own.
template <class R>
concept optional_like = requires(R const& r) {
  typename R::value_type;
  { r.has_value() } -> std::convertible_to<bool>;
};

/// An optional-like type that holds a value that one can get at, and that can be made of one.
template <class R>
concept holds_value = optional_like<R> && requires(R&& r) { *static_cast<R&&>(r); } &&
                      std::constructible_from<R, typename R::value_type> && std::move_constructible<R>;

/// `R` with another type of value: std::optional<C> of std::optional<T>, std::expected<C, E> of std::expected<T, E>.
template <class R, class C>
struct WithValue {
  using type = void;
};
template <template <class, class...> class R, class T, class... Rest, class C>
struct WithValue<R<T, Rest...>, C> {
  using type = R<C, Rest...>;
};

/// A failure as a `To`: an empty optional, or the error.
template <class To, class From>
To failure_as(From&& from) {
  if constexpr (requires { typename To::unexpected_type; }) {
    return To(typename To::unexpected_type(static_cast<From&&>(from).error()));
  } else {
    return To();
  }
}
template <class To, class From>
concept can_fail_as = requires(From&& from) {
  requires requires { typename To::unexpected_type; };
  To(typename To::unexpected_type(static_cast<From&&>(from).error()));
} || (!requires(From&& from) { from.error(); } && std::default_initializable<To>);

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
