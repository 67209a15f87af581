// inspect: a look at every item on its way. update: a change to it.
#pragma once

#include <parallel_task/core/closure.hpp>
#include <parallel_task/core/stage_base.hpp>
#include <parallel_task/core/takes_copy.hpp>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// Calls `f` with each item, then hands the item on: `f` sees it as const (inspect), or may change it (update).
template <source Base, class F, bool writes>
struct Visit : ByStep<Visit<Base, F, writes>, Base> {
  using Closure = F;
  using Item = typename Base::Item;
  using Value = typename Base::Value;
  static constexpr bool keeps_index = true;
  static constexpr bool lasting = lasting_items<Base>;
  static constexpr Problem on_ranks =
      writes && changes_items<F, typename Base::Item> ? Problem::on_changes_items : detail::problem_on_ranks<Base>();

  Visit(Base base, F f) : ByStep<Visit, Base>(std::move(base)), f_(std::move(f)) {}

  template <class X, class Next>
  PARALLEL_TASK_ALWAYS_INLINE bool step(X&& x, Next& next) const {
    visit(x);
    return next(static_cast<X&&>(x));
  }

 private:
  template <class X>
  PARALLEL_TASK_ALWAYS_INLINE void visit(X& x) const {
    if constexpr (writes) {
      (void)detail::call(f_, x);
    } else {
      (void)detail::call(f_, detail::look(x));
    }
  }
  PARALLEL_TASK_NO_UNIQUE_ADDRESS F f_;
};

template <class F>
struct InspectStage {
  static constexpr bool is_stage = true;
  F f;
  template <source Base>
  static consteval Problem problem() {
    return effect_problem<F, look_t<typename Base::Item>>();
  }
  template <source Base>
  auto operator()(Base base) && {
    return Visit<Base, F, false>(std::move(base), std::move(f));
  }
};

template <class F>
struct UpdateStage {
  static constexpr bool is_stage = true;
  F f;
  template <source Base>
  static consteval Problem problem() {
    using Seen = std::remove_reference_t<typename Base::Item>;
    if constexpr (effect_problem<F, Seen&>() != Problem::none) {
      return effect_problem<F, Seen&>();
    } else {
      return takes_copy<F, Seen>() ? Problem::update_changes_copy : Problem::none;
    }
  }
  template <source Base>
  auto operator()(Base base) && {
    return Visit<Base, F, true>(std::move(base), std::move(f));
  }
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
