// What a wrong program gets instead of a pipeline or a result, so that one mistake is one error.
#pragma once

#include <parallel_task/core/operations.hpp>
#include <parallel_task/platform/code.hpp>

#include <cstddef>
#include <type_traits>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// False, but only when the enclosing template is instantiated: for the static_assert that says what is wrong.
template <class...>
inline constexpr bool never = false;

struct Anything;
struct Unusable;
template <class X>
concept unusable = std::is_base_of_v<Anything, X>;

/// Accepts whatever an expression does with it. The operators are templates that take both sides without conversion:
/// with a conversion to anything, the operators of all types would fit and be ambiguous.
struct Anything {
  template <class T>
  operator T() const noexcept;  // NOLINT: can initialise any variable
  template <class X>
  Unusable operator[](X const&) const noexcept;
  Unusable operator*() const noexcept;
  Unusable const* operator->() const noexcept;
  Unusable operator-() const noexcept;
  constexpr bool operator!() const noexcept { return true; }
  Unusable const* begin() const noexcept;
  Unusable const* end() const noexcept;

  // A stream may be an rvalue; the result is the stream, for the rest of the line.
  template <class A>
    requires(!unusable<std::remove_cvref_t<A>>)
  friend constexpr A&& operator<<(A&& a, Anything const&) noexcept {
    return static_cast<A&&>(a);
  }
  template <class X>
  friend constexpr Anything operator<<(Anything const& a, X const&) noexcept {
    return a;
  }
  template <class A>
  friend constexpr A& operator+=(A& a, Anything const&) noexcept {
    return a;
  }
#define PARALLEL_TASK_SWALLOW(op, Result)                            \
  template <class A, class B>                                        \
    requires(unusable<A> || unusable<B>)                             \
  friend constexpr Result operator op(A const&, B const&) noexcept { \
    return {};                                                       \
  }
  PARALLEL_TASK_SWALLOW(+, Anything)
  PARALLEL_TASK_SWALLOW(-, Anything)
  PARALLEL_TASK_SWALLOW(*, Anything)
  PARALLEL_TASK_SWALLOW(/, Anything)
  PARALLEL_TASK_SWALLOW(%, Anything)
  PARALLEL_TASK_SWALLOW(==, bool)
  PARALLEL_TASK_SWALLOW(<, bool)
  PARALLEL_TASK_SWALLOW(>, bool)
  PARALLEL_TASK_SWALLOW(<=, bool)
  PARALLEL_TASK_SWALLOW(>=, bool)
#undef PARALLEL_TASK_SWALLOW
  template <std::size_t>
  friend Unusable get(Anything const&) noexcept;
};

/// A member of an Unusable, called or read.
struct UnusableMember : Anything {
  template <class... A>
  Unusable operator()(A const&...) const noexcept;
};

/// Stands for a pipeline or a result after an error has been reported. Accepts every further call.
// Objects, since member functions are slower to parse; static, since otherwise `{}` would have to initialise each of
// them.
struct Unusable : Anything {
#define PARALLEL_TASK_SWALLOW(name) static UnusableMember name;
  PARALLEL_TASK_OPERATIONS(PARALLEL_TASK_SWALLOW)
  PARALLEL_TASK_ELSEWHERE(PARALLEL_TASK_SWALLOW)
#undef PARALLEL_TASK_SWALLOW
  static UnusableMember value, has_value, value_or, error, second, push_back, data, c_str;

  template <class C, class... A>
  Unusable collect(A const&...) const noexcept {
    return {};
  }
  template <template <class...> class C>
  Unusable collect() const noexcept;
  template <class C>
  Unusable try_collect() const noexcept;
  template <template <class...> class C>
  Unusable try_collect() const noexcept;
  template <class C>
  Unusable to() const noexcept;
  template <template <class...> class C>
  Unusable to() const noexcept;
#define PARALLEL_TASK_SWALLOW(name)           \
  template <class T = void, class... A>       \
  Unusable name(A const&...) const noexcept { \
    return {};                                \
  }
  PARALLEL_TASK_TYPED_OPERATIONS(PARALLEL_TASK_SWALLOW)
#undef PARALLEL_TASK_SWALLOW
  template <std::size_t, class... A>
  Unusable elements(A const&...) const noexcept {
    return {};
  }
};

// Defined, since some arguments are closures: functions with local types in their signature must be.
template <class... A>
Unusable UnusableMember::operator()(A const&...) const noexcept {
  return {};
}

// A pipe continues after an error of zip and others that has been reported.
template <class A, class B>
  requires(unusable<A> || unusable<B>)
constexpr Unusable operator|(A const&, B const&) noexcept {
  return {};
}

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task

// For structured bindings, such as those of the pair that partition returns.
template <>
struct std::tuple_size<parallel_task::detail::Unusable> : std::integral_constant<std::size_t, 2> {};
template <std::size_t n>
struct std::tuple_element<n, parallel_task::detail::Unusable> {
  using type = parallel_task::detail::Unusable;
};
