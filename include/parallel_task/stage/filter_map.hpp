// filter_map: the results of a closure that are there.
#pragma once

#include <parallel_task/core/closure.hpp>
#include <parallel_task/core/stage_base.hpp>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// An optional, a pointer, or what is like std::expected: something that may hold a value.
template <class R>
concept optional_result =
    requires(R&& r) {
      { *static_cast<R&&>(r) };
    } &&
    (
        requires(R&& r) { static_cast<bool>(r); } || requires(R&& r) { static_cast<bool>(r.has_value()); });

/// By its name, where it has one: an optional of bool converts to bool in two ways.
template <class R>
[[nodiscard]] PARALLEL_TASK_ALWAYS_INLINE constexpr bool is_there(R const& r) {
  if constexpr (requires { static_cast<bool>(r.has_value()); }) {
    return static_cast<bool>(r.has_value());
  } else {
    return static_cast<bool>(r);
  }
}

template <source Base, class F>
struct FilterMap : ByStep<FilterMap<Base, F>, Base> {
  using Closure = F;
  using Result = call_t<F, typename Base::Item>;
  using Item = decltype(*std::declval<Result>());
  using Value = std::remove_cvref_t<Item>;

  FilterMap(Base base, F f) : ByStep<FilterMap, Base>(std::move(base)), f_(std::move(f)) {}

  template <class X, class Next>
  PARALLEL_TASK_ALWAYS_INLINE bool step(X&& x, Next& next) const {
    Result&& result = detail::call(f_, static_cast<X&&>(x));
    if (!detail::is_there(result)) return true;
    return next(*static_cast<Result&&>(result));
  }

 private:
  PARALLEL_TASK_NO_UNIQUE_ADDRESS F f_;
};

template <class F>
struct FilterMapStage {
  static constexpr bool is_stage = true;
  F f;
  template <source Base>
  static consteval Problem problem() {
    if constexpr (closure_problem<F, typename Base::Item>() != Problem::none) {
      return closure_problem<F, typename Base::Item>();
    } else {
      return optional_result<call_t<F, typename Base::Item>> ? Problem::none : Problem::filter_map_without_optional;
    }
  }
  template <source Base>
  auto operator()(Base base) && {
    return FilterMap<Base, F>(std::move(base), std::move(f));
  }
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
