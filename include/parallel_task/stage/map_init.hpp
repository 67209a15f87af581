// map_init: map with scratch space that no two threads share.
#pragma once

#include <parallel_task/core/call.hpp>
#include <parallel_task/core/stage_base.hpp>

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

template <class Make>
consteval Problem maker_problem() {
  if constexpr (!std::invocable<Make const&>) {
    return Problem::make_not_callable;
  } else {
    return std::is_object_v<std::invoke_result_t<Make const&>> ? Problem::none : Problem::make_returns_reference;
  }
}

/// `make()` gives a segment its state, when its first item comes; `f(state, item)` may change it.
template <source Base, class Make, class F>
struct MapInit : ByState<MapInit<Base, Make, F>, Base, std::invoke_result_t<Make const&>> {
  using Own = std::invoke_result_t<Make const&>;
  using Parent = ByState<MapInit<Base, Make, F>, Base, Own>;
  using State = typename Parent::State;
  using Item = call_t<F, typename Base::Item, Own>;
  using Value = std::remove_cvref_t<Item>;

  MapInit(Base base, Make make, F f) : Parent(std::move(base)), make_(std::move(make)), f_(std::move(f)) {}

  [[nodiscard]] Own make() const { return detail::invoke(make_); }
  template <class X, class Next>
  [[gnu::always_inline]] bool step(Own& own, X&& x, Next& next) const {
    return next(detail::call(f_, static_cast<X&&>(x), own));
  }
  [[gnu::always_inline]] Item at(State& state, std::size_t i) const
    requires indexed_source<Base>
  {
    return detail::call(f_, this->base_.at(state.base, i), this->own(state));
  }

 private:
  [[no_unique_address]] Make make_;
  [[no_unique_address]] F f_;
};

template <class Make, class F>
struct MapInitBy {
  static constexpr bool is_stage = true;
  Make make;
  F f;
  template <source Base>
  static consteval Problem problem() {
    if constexpr (maker_problem<Make>() != Problem::none) {
      return maker_problem<Make>();
    } else {
      using Own = std::invoke_result_t<Make const&>;
      if constexpr (closure_problem<F, typename Base::Item, Own&>() != Problem::none) {
        return closure_problem<F, typename Base::Item, Own&>();
      } else {
        return std::is_void_v<call_t<F, typename Base::Item, Own>> ? Problem::map_to_nothing : Problem::none;
      }
    }
  }
  template <source Base>
  auto operator()(Base base) && {
    return MapInit<Base, Make, F>(std::move(base), std::move(make), std::move(f));
  }
};

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task
