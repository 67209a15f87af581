// filter: the items that satisfy a predicate.
#pragma once

#include <parallel_task/core/closure.hpp>
#include <parallel_task/core/stage_base.hpp>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

template <source Base, class P>
struct Filter : ByStep<Filter<Base, P>, Base> {
  using Closure = P;
  using Item = typename Base::Item;
  using Value = typename Base::Value;
  static constexpr bool lasting = lasting_items<Base>;

  Filter(Base base, P predicate) : ByStep<Filter, Base>(std::move(base)), predicate_(std::move(predicate)) {}

  template <class X, class Next>
  PARALLEL_TASK_ALWAYS_INLINE bool step(X&& x, Next& next) const {
    if (!static_cast<bool>(detail::call(predicate_, detail::look(x)))) return true;
    return next(static_cast<X&&>(x));
  }

 private:
  PARALLEL_TASK_NO_UNIQUE_ADDRESS P predicate_;
};

template <class P>
struct FilterStage {
  static constexpr bool is_stage = true;
  P predicate;
  template <source Base>
  static consteval Problem problem() {
    return predicate_problem<P, typename Base::Item>();
  }
  template <source Base>
  auto operator()(Base base) && {
    return Filter<Base, P>(std::move(base), std::move(predicate));
  }
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
