// inspect: a look at every item on its way. update: a change to it.
#pragma once

#include <parallel_task/core/call.hpp>
#include <parallel_task/core/stage_base.hpp>

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

/// Calls `f` with each item, then hands the item on: `f` sees it as const (inspect), or may change it (update).
template <source Base, class F, bool writes>
struct Visit : ByStep<Visit<Base, F, writes>, Base> {
  using Item = typename Base::Item;
  using Value = typename Base::Value;
  using State = typename Base::State;

  Visit(Base base, F f) : ByStep<Visit, Base>(std::move(base)), f_(std::move(f)) {}

  template <class X, class Next>
  [[gnu::always_inline]] bool step(X&& x, Next& next) const {
    visit(x);
    return next(static_cast<X&&>(x));
  }
  [[gnu::always_inline]] Item at(State& state, std::size_t i) const
    requires indexed_source<Base>
  {
    if constexpr (std::is_reference_v<Item>) {
      Item item = this->base_.at(state, i);
      visit(item);
      return static_cast<Item>(item);
    } else {
      Item item = this->base_.at(state, i);
      visit(item);
      return item;
    }
  }

 private:
  template <class X>
  [[gnu::always_inline]] void visit(X& x) const {
    if constexpr (writes) {
      (void)detail::call(f_, x);
    } else {
      (void)detail::call(f_, detail::look(x));
    }
  }
  [[no_unique_address]] F f_;
};

template <class F>
struct InspectBy {
  static constexpr bool is_stage = true;
  F f;
  template <source Base>
  static consteval Problem problem() {
    return closure_problem<F, look_t<typename Base::Item>>();
  }
  template <source Base>
  auto operator()(Base base) && {
    return Visit<Base, F, false>(std::move(base), std::move(f));
  }
};

template <class F>
struct UpdateBy {
  static constexpr bool is_stage = true;
  F f;
  template <source Base>
  static consteval Problem problem() {
    return closure_problem<F, std::remove_reference_t<typename Base::Item>&>();
  }
  template <source Base>
  auto operator()(Base base) && {
    return Visit<Base, F, true>(std::move(base), std::move(f));
  }
};

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task
