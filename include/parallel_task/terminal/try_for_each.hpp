// try_for_each(f): like for_each, until f fails; gives the first failure in order.
#pragma once

#include <parallel_task/core/closure.hpp>
#include <parallel_task/core/concepts.hpp>
#include <parallel_task/core/fallible.hpp>
#include <parallel_task/platform/pointers.hpp>

#include <concepts>
#include <optional>
#include <type_traits>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// A success needs no value: `bool`, or an optional whose value is void or has a default.
template <class R>
concept succeeds_without_value =
    std::same_as<R, bool> ||
    (optional_like<R> && (std::is_void_v<typename R::value_type> || requires { R(typename R::value_type()); }));

}  // namespace detail

/// What a closure of `try_for_each` may return: `bool`, an optional, or anything expected-like (`value_type`,
/// `has_value`, and constructible from a value).
template <class R>
concept fallible = detail::succeeds_without_value<std::remove_cvref_t<R>>;

namespace detail {

/// Calls `f` with every item up to the first failure in order: `false`, an empty optional or an error. Returns that
/// failure, or a success (of a default value). No items are a success. Closures may have been called with items after
/// the failure; exceptions from those are dropped.
template <class F>
struct TryForEach {
  static constexpr Cut cut = Cut::later;
  PARALLEL_TASK_NO_UNIQUE_ADDRESS F f;

  template <class R>
  struct Accumulator {
    F const* f;
    std::optional<R> failure;

    template <class X>
    bool operator()(X&& x) {
      R result = detail::call(*f, static_cast<X&&>(x));
      if constexpr (std::same_as<R, bool>) {
        if (result) [[likely]]
          return true;
      } else {
        if (result.has_value()) [[likely]]
          return true;
      }
      failure.emplace(std::move(result));
      return false;
    }
    void join(Accumulator&& later) {
      if (!failure && later.failure) failure.emplace(std::move(*later.failure));
    }
    template <class Archive>
    void carry(Archive& ar) {
      ar(failure);
    }
  };

  /// Whether `f` changes what items refer to, which ranks must not (pipeline/on.hpp).
  template <class Item>
  static constexpr bool changes = changes_items<F, Item>;

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
    return Accumulator<std::remove_cvref_t<call_t<F, typename S::Item>>>{std::addressof(f), {}};
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
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
