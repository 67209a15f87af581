// find_first(p), find_any(p): an item that satisfies p.
#pragma once

#include <parallel_task/core/call.hpp>
#include <parallel_task/core/concepts.hpp>

#include <concepts>
#include <cstddef>
#include <optional>
#include <type_traits>
#include <utility>

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

/// An item that satisfies `predicate`, as `std::optional<Value>`. `Cut::later`: the first by order, and an exception
/// behind it is not seen. `Cut::everything`: any, and the first in time wins, answer or exception.
template <class P, Cut What>
struct Find {
  static constexpr Cut cut = What;
  [[no_unique_address]] P predicate;

  template <class Value>
  struct Accumulator {
    static constexpr bool unordered = What == Cut::everything;
    // Not that anything is dealt to them: lanes make the loop take four plain items a round, as std::find_if does.
    static constexpr std::size_t lanes = std::is_trivially_copy_constructible_v<Value> ? 4 : 1;
    P const* predicate;
    std::optional<Value> found;

    template <class X>
    [[gnu::always_inline]] bool lane(std::size_t, X&& x) {
      return (*this)(static_cast<X&&>(x));
    }
    template <class X>
    [[gnu::always_inline]] bool operator()(X&& x) {
      return !wanted(x) || take(static_cast<X&&>(x));
    }
    template <class X>
    [[gnu::always_inline]] bool wanted(X&& x) const {
      return static_cast<bool>(detail::call(*predicate, detail::look(x)));
    }
    template <class X>
    [[gnu::always_inline]] bool take(X&& x) {
      if (!found) found.emplace(static_cast<X&&>(x));
      return false;
    }
    void join(Accumulator&& later) {
      if (!found && later.found) found.emplace(std::move(*later.found));
    }
  };

  template <class S>
  static consteval Problem problem() {
    if constexpr (detail::predicate_problem<P, typename S::Item>() != Problem::none) {
      return detail::predicate_problem<P, typename S::Item>();
    } else {
      constexpr bool ok = std::constructible_from<typename S::Value, typename S::Item>;
      return ok ? Problem::none : Problem::find_not_copyable;
    }
  }
  template <class S>
  auto open(S const&) const {
    return Accumulator<typename S::Value>{&predicate, {}};
  }
  template <class Value>
  std::optional<Value> finish(Accumulator<Value>&& all) const {
    return std::move(all.found);
  }
};

template <class P>
[[nodiscard]] auto make_find_first(P predicate) {
  return Find<P, Cut::later>{std::move(predicate)};
}
template <class P>
[[nodiscard]] auto make_find_any(P predicate) {
  return Find<P, Cut::everything>{std::move(predicate)};
}

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task
