// try_for_each(f): as for_each, until f fails; the failure is the first by order.
#pragma once

#include <parallel_task/core/call.hpp>
#include <parallel_task/core/concepts.hpp>

#include <concepts>
#include <optional>
#include <type_traits>
#include <utility>

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

// Recognised by what it can do: std::expected is not in C++20, and others have their own.
template <class R>
concept optional_like = requires(R const& r) {
  typename R::value_type;
  { r.has_value() } -> std::convertible_to<bool>;
};

/// The value of a success that carries none of its own.
template <class R>
concept succeeds_without_value =
    std::same_as<R, bool> || (optional_like<R> && (std::is_void_v<typename R::value_type> ||
                                                   requires { R(typename R::value_type()); }));

}  // namespace detail

/// What a closure of `try_for_each` may return: `bool`, an optional, or anything expected-like (`value_type`,
/// `has_value`, and constructible from a value).
template <class R>
concept fallible = detail::succeeds_without_value<std::remove_cvref_t<R>>;

namespace detail {

/// Calls `f` with every item up to the first failure by order: `false`, an empty optional or an error. Returns what the
/// closure returns: that failure, else a success (of a default value). An empty input succeeds. Closures may have run on
/// items behind the failure; exceptions there are not seen.
template <class F>
struct TryForEach {
  static constexpr Cut cut = Cut::later;
  [[no_unique_address]] F f;

  template <class R>
  struct Accumulator {
    F const* f;
    std::optional<R> failure;

    template <class X>
    bool operator()(X&& x) {
      R result = detail::call(*f, static_cast<X&&>(x));
      if constexpr (std::same_as<R, bool>) {
        if (result) [[likely]] return true;
      } else {
        if (result.has_value()) [[likely]] return true;
      }
      failure.emplace(std::move(result));
      return false;
    }
    void join(Accumulator&& later) {
      if (!failure && later.failure) failure.emplace(std::move(*later.failure));
    }
  };

  template <class S>
  static consteval Problem problem() {
    if constexpr (detail::closure_problem<F, typename S::Item>() != Problem::none) {
      return detail::closure_problem<F, typename S::Item>();
    } else {
      constexpr bool ok = fallible<call_t<F, typename S::Item>>;
      return ok ? Problem::none : Problem::try_without_answer;
    }
  }
  template <class S>
  auto open(S const&) const {
    return Accumulator<std::remove_cvref_t<call_t<F, typename S::Item>>>{&f, {}};
  }
  template <class R>
  R finish(Accumulator<R>&& all) const {
    if (all.failure) return std::move(*all.failure);
    if constexpr (std::same_as<R, bool>) {
      return true;
    } else if constexpr (std::is_void_v<typename R::value_type>) {
      return R();
    } else {
      return R(typename R::value_type());
    }
  }
};

template <class F>
TryForEach(F) -> TryForEach<F>;

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task
