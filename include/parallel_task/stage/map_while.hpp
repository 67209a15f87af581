// map_while: the results of a closure up to the first that is not there.
#pragma once

#include <parallel_task/core/closure.hpp>
#include <parallel_task/core/stage_base.hpp>
#include <parallel_task/stage/filter_map.hpp>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// The result is the sequential one; `f` and later stages may have run on items behind the cut.
template <source Base, class F>
struct MapWhile : ByStep<MapWhile<Base, F>, Base> {
  using Result = call_t<F, typename Base::Item>;
  using Item = decltype(*std::declval<Result>());
  using Value = std::remove_cvref_t<Item>;
  static constexpr Cut cut = Cut::later;

  MapWhile(Base base, F f) : ByStep<MapWhile, Base>(std::move(base)), f_(std::move(f)) {}

  template <class X, class Next>
  PARALLEL_TASK_ALWAYS_INLINE bool step(X&& x, Next& next) const {
    Result&& result = detail::call(f_, static_cast<X&&>(x));
    if (!detail::is_there(result)) return false;
    return next(*static_cast<Result&&>(result));
  }

 private:
  PARALLEL_TASK_NO_UNIQUE_ADDRESS F f_;
};

template <class F>
struct MapWhileStage {
  static constexpr bool is_stage = true;
  F f;
  template <source Base>
  static consteval Problem problem() {
    constexpr Problem problem = FilterMapStage<F>::template problem<Base>();
    return problem == Problem::filter_map_without_optional ? Problem::map_while_without_optional : problem;
  }
  template <source Base>
  auto operator()(Base base) && {
    return MapWhile<Base, F>(std::move(base), std::move(f));
  }
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
