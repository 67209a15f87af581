// try_reduce(init, op), try_reduce(op), try_collect<C>(): of items that may have failed, all joined, or the first
// failure.
#pragma once

#include <parallel_task/container/filler.hpp>
#include <parallel_task/container/gathered.hpp>
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

/// The joined value of the items so far, or the first failure by order. `R` is what the items are.
template <class R, class Op>
struct TryReduction {
  using V = typename R::value_type;
  Op const* op;
  std::optional<V> value;
  std::optional<R> failure;

  template <class X>
  bool operator()(X&& x) {
    if (!x.has_value()) {
      failure.emplace(static_cast<X&&>(x));
      return false;
    }
    if (value) [[likely]]
      return add(*static_cast<X&&>(x));
    value.emplace(*static_cast<X&&>(x));
    return true;
  }
  void join(TryReduction&& later) {
    if (failure) return;
    if (later.value) {
      if (!value) {
        value.emplace(std::move(*later.value));
      } else if (!add(std::move(*later.value))) {
        return;
      }
    }
    if (later.failure) failure.emplace(std::move(*later.failure));
  }
  template <class Archive>
  void carry(Archive& ar) {
    ar(value, failure);
  }

 private:
  template <class Y>
  bool add(Y&& y) {
    R joined = static_cast<R>(detail::invoke(*op, std::move(*value), static_cast<Y&&>(y)));
    if (!joined.has_value()) {
      failure.emplace(std::move(joined));
      return false;
    }
    value.emplace(*std::move(joined));
    return true;
  }
};

/// Why `op` can't join the values of items.
template <class Op, class Item>
consteval Problem try_reduce_problem() {
  using R = std::remove_cvref_t<Item>;
  if constexpr (!holds_value<R> || !std::constructible_from<R, Item>) {
    return Problem::try_without_failures;
  } else {
    using V = typename R::value_type;
    if constexpr (!std::invocable<Op const&, V, V>) {
      return Problem::try_reduce_not_callable;
    } else {
      constexpr bool ok = std::convertible_to<std::invoke_result_t<Op const&, V, V>, R>;
      return ok ? Problem::none : Problem::try_reduce_other_result;
    }
  }
}

/// Joins `init` and the values of all items from left to right by `op`, which may fail too. Returns the first failure
/// by order. Closures may have run on items after it; exceptions from those are dropped.
template <class T, class Op>
struct TryReduceFrom {
  static constexpr Cut cut = Cut::later;
  T init;
  PARALLEL_TASK_NO_UNIQUE_ADDRESS Op op;

  template <class S>
  static consteval Problem problem() {
    using R = std::remove_cvref_t<typename S::Item>;
    if constexpr (holds_value<R>) {
      if constexpr (!std::convertible_to<T, typename R::value_type>) return Problem::try_reduce_other_init;
    }
    return detail::try_reduce_problem<Op, typename S::Item>();
  }
  template <class S>
  TryReduction<std::remove_cvref_t<typename S::Item>, Op> open(S const&) const {
    return {std::addressof(op), {}, {}};
  }
  template <class R>
  R finish(TryReduction<R, Op>&& all) {
    using V = typename R::value_type;
    if (all.failure) return std::move(*all.failure);
    V first = static_cast<V>(std::move(init));
    if (!all.value) return R(std::move(first));
    return static_cast<R>(detail::invoke(std::as_const(op), std::move(first), std::move(*all.value)));
  }
};

/// The same without `init`: nothing if there are no items.
template <class Op>
struct TryReduce {
  static constexpr Cut cut = Cut::later;
  PARALLEL_TASK_NO_UNIQUE_ADDRESS Op op;

  template <class S>
  static consteval Problem problem() {
    return detail::try_reduce_problem<Op, typename S::Item>();
  }
  template <class S>
  TryReduction<std::remove_cvref_t<typename S::Item>, Op> open(S const&) const {
    return {std::addressof(op), {}, {}};
  }
  template <class R>
  std::optional<R> finish(TryReduction<R, Op>&& all) const {
    if (all.failure) return std::optional<R>(std::in_place, std::move(*all.failure));
    if (!all.value) return std::nullopt;
    return std::optional<R>(std::in_place, std::move(*all.value));
  }
};

template <class T, class Op>
TryReduceFrom(T, Op) -> TryReduceFrom<T, Op>;
template <class Op>
TryReduce(Op) -> TryReduce<Op>;

/// A new container of the values of all items, in order, in what the items are: an optional or expected of it; or the
/// first failure by order.
template <class C>
struct TryCollect {
  static constexpr Cut cut = Cut::later;

  template <class S>
  struct Values {
    using Item = decltype(*std::declval<typename S::Item>());
    using Value = std::remove_cvref_t<Item>;
    static constexpr bool pulls = false;
  };

  template <class R, class Kept>
  struct Accumulator {
    Kept kept{};
    std::optional<R> failure{};

    template <class X>
    bool operator()(X&& x) {
      if (x.has_value()) [[likely]]
        return kept(*static_cast<X&&>(x));
      failure.emplace(static_cast<X&&>(x));
      return false;
    }
    void join(Accumulator&& later) {
      if (failure) return;
      kept.join(std::move(later.kept));
      if (later.failure) failure.emplace(std::move(*later.failure));
    }
    template <class Archive>
    void carry(Archive& ar) {
      ar(kept, failure);
    }
  };

  template <class S>
  static consteval Problem problem() {
    using R = std::remove_cvref_t<typename S::Item>;
    if constexpr (!holds_value<R> || !std::constructible_from<R, typename S::Item>) {
      return Problem::try_without_failures;
    } else if constexpr (!std::default_initializable<C>) {
      return Problem::collect_without_default;
    } else if constexpr (detail::collect_problem<C, Values<S>, Filled::fresh>() != Problem::none) {
      return detail::collect_problem<C, Values<S>, Filled::fresh>();
    } else {
      using To = typename WithValue<R, C>::type;
      if constexpr (std::is_void_v<To>) {
        return Problem::try_collect_other_template;
      } else {
        return std::constructible_from<To, C> && can_fail_as<To, R> ? Problem::none
                                                                    : Problem::try_collect_other_template;
      }
    }
  }
  template <class S>
  auto open(S const&) const {
    return Accumulator<std::remove_cvref_t<typename S::Item>, GatheredFor<C, StoredFor<C, Values<S>>>>{};
  }
  template <class R, class Kept>
  auto finish(Accumulator<R, Kept>&& all) const {
    using To = typename WithValue<R, C>::type;
    if (all.failure) return detail::failure_as<To>(std::move(*all.failure));
    C result{};
    all.kept.template append_to<KeepAll>(result);
    return To(std::move(result));
  }
};

/// The same with a container template, such as std::vector of the items' values.
template <template <class...> class C, class S>
struct TryCollectAs {
  using type = TryCollect<void>;
};
template <template <class...> class C, class S>
  requires holds_value<std::remove_cvref_t<typename S::Item>>
struct TryCollectAs<C, S> {
  using type = TryCollect<typename Deduced<C, typename std::remove_cvref_t<typename S::Item>::value_type>::type>;
};
template <>
struct TryCollect<void> {
  template <class S>
  static consteval Problem problem() {
    constexpr bool ok = holds_value<std::remove_cvref_t<typename S::Item>>;
    return ok ? Problem::collect_incomplete : Problem::try_without_failures;
  }
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
