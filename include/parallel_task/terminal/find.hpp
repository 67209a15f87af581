// find_first(p), find_any(p): an item that satisfies p.
#pragma once

#include <parallel_task/core/closure.hpp>
#include <parallel_task/core/concepts.hpp>
#include <parallel_task/platform/pointers.hpp>

#include <concepts>
#include <cstddef>
#include <optional>
#include <type_traits>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// An item that satisfies `predicate`, as a `std::optional<Value>`. `Cut::later`: the first in order; an exception
/// thrown for a later item is dropped. `Cut::everything`: any such item; the answer or exception that comes first in
/// time wins.
template <class P, Cut What>
struct Find {
  static constexpr Cut cut = What;
  PARALLEL_TASK_NO_UNIQUE_ADDRESS P predicate;

  template <class Value>
  struct Accumulator {
    static constexpr bool unordered = What == Cut::everything;
    static constexpr std::size_t unroll = std::is_trivially_copy_constructible_v<Value> ? 4 : 1;
    P const* predicate;
    std::optional<Value> found;

    template <class X>
    PARALLEL_TASK_ALWAYS_INLINE bool operator()(X&& x) {
      return !wanted(x) || take(static_cast<X&&>(x));
    }
    template <class X>
    PARALLEL_TASK_ALWAYS_INLINE bool wanted(X&& x) const {
      return static_cast<bool>(detail::call(*predicate, detail::look(x)));
    }
    template <class X>
    PARALLEL_TASK_ALWAYS_INLINE bool take(X&& x) {
      if (!found) found.emplace(static_cast<X&&>(x));
      return false;
    }
    void join(Accumulator&& later) {
      if (!found && later.found) found.emplace(std::move(*later.found));
    }
    template <class Archive>
    void carry(Archive& ar) {
      ar(found);
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
    return Accumulator<typename S::Value>{std::addressof(predicate), {}};
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
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
