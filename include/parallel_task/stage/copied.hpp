// copied: values instead of references.
#pragma once

#include <parallel_task/core/stage_base.hpp>
#include <parallel_task/core/problem.hpp>

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

template <source Base>
struct Copied : ByStep<Copied<Base>, Base> {
  using Item = typename Base::Value;
  using Value = typename Base::Value;
  using State = typename Base::State;

  using ByStep<Copied, Base>::ByStep;

  template <class X, class Next>
  [[gnu::always_inline]] bool step(X&& x, Next& next) const {
    return next(Item(static_cast<X&&>(x)));
  }
  [[gnu::always_inline]] Item at(State& state, std::size_t i) const
    requires indexed_source<Base>
  {
    return Item(this->base_.at(state, i));
  }
};

struct CopiedBy {
  static constexpr bool is_stage = true;
  template <source Base>
  static consteval Problem problem() {
    return std::constructible_from<typename Base::Value, typename Base::Item> ? Problem::none : Problem::copied_move_only;
  }
  template <source Base>
  auto operator()(Base base) && {
    return Copied<Base>(std::move(base));
  }
};

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task
