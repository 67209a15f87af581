// copied: values instead of references.
#pragma once

#include <parallel_task/core/stage_base.hpp>
#include <parallel_task/core/unusable.hpp>

namespace parallel_task {
inline namespace v1 {
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
  template <source Base>
  auto operator()(Base base) && {
    if constexpr (!std::constructible_from<typename Base::Value, typename Base::Item>) {
      static_assert(never<Base>, "parallel_task: copied() needs items that can be copied: these are move-only; consume the "
                                 "container with into_parallel_iter, or map to pointers");
      return Unusable{};
    } else {
      return Copied<Base>(std::move(base));
    }
  }
};

}  // namespace detail
}  // namespace v1
}  // namespace parallel_task
