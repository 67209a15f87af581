// map: every item becomes what a closure makes of it.
#pragma once

#include <parallel_task/core/call.hpp>
#include <parallel_task/core/stage_base.hpp>

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

/// What `map` gives on. A closure that returns an rvalue reference into an item that is itself a value
/// (`map(&Person::name)` over values) would leave it dangling: such results are kept as values.
template <class F, class Item>
struct mapped {
  using Raw = call_t<F, Item>;
  using type = std::conditional_t<std::is_rvalue_reference_v<Raw> && !std::is_reference_v<Item>,
                                  std::remove_cvref_t<Raw>, Raw>;
};

template <source Base, class F>
struct Map : ByStep<Map<Base, F>, Base> {
  using Item = typename mapped<F, typename Base::Item>::type;
  using Value = std::remove_cvref_t<Item>;
  using State = typename Base::State;

  Map(Base base, F f) : ByStep<Map, Base>(std::move(base)), f_(std::move(f)) {}

  static constexpr bool makes_one_of_each = true;
  template <class X>
  [[gnu::always_inline]] decltype(auto) make(X&& x) const {
    return detail::call(f_, static_cast<X&&>(x));
  }
  template <class X, class Next>
  [[gnu::always_inline]] bool step(X&& x, Next& next) const {
    return next(detail::call(f_, static_cast<X&&>(x)));
  }
  [[gnu::always_inline]] Item at(State& state, std::size_t i) const
    requires indexed_source<Base>
  {
    return detail::call(f_, this->base_.at(state, i));
  }

 private:
  [[no_unique_address]] F f_;
};

template <class F>
struct MapBy {
  static constexpr bool is_stage = true;
  F f;
  template <source Base>
  static consteval Problem problem() {
    if constexpr (closure_problem<F, typename Base::Item>() != Problem::none) {
      return closure_problem<F, typename Base::Item>();
    } else {
      return std::is_void_v<call_t<F, typename Base::Item>> ? Problem::map_to_nothing : Problem::none;
    }
  }
  template <source Base>
  auto operator()(Base base) && {
    return Map<Base, F>(std::move(base), std::move(f));
  }
};

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task
