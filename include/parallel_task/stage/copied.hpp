// copied: values instead of references.
#pragma once

#include <parallel_task/core/problem.hpp>
#include <parallel_task/core/stage_base.hpp>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

template <source Base>
struct Copied : ByStep<Copied<Base>, Base> {
  using Item = typename Base::Value;
  using Value = typename Base::Value;
  static constexpr bool keeps_index = true;

  using ByStep<Copied, Base>::ByStep;

  template <class X, class Next>
  PARALLEL_TASK_ALWAYS_INLINE bool step(X&& x, Next& next) const {
    return next(Item(static_cast<X&&>(x)));
  }
};

struct CopiedStage {
  static constexpr bool is_stage = true;
  template <source Base>
  static consteval Problem problem() {
    return std::constructible_from<typename Base::Value, typename Base::Item> ? Problem::none
                                                                              : Problem::copied_move_only;
  }
  template <source Base>
  auto operator()(Base base) && {
    return Copied<Base>(std::move(base));
  }
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
