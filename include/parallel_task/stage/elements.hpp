// keys and values: one part of every item.
#pragma once

#include <parallel_task/core/stage_base.hpp>
#include <parallel_task/core/call.hpp>

#include <tuple>

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

/// Part `n` of an item: a reference into an item that is one, else the part itself.
template <class Item, std::size_t n>
using element_of = std::conditional_t<std::is_reference_v<Item>, decltype(std::get<n>(std::declval<Item>())),
                                      std::tuple_element_t<n, std::remove_cvref_t<Item>>>;

template <source Base, std::size_t n>
struct Elements : ByStep<Elements<Base, n>, Base> {
  using Item = element_of<typename Base::Item, n>;
  using Value = std::remove_cv_t<std::tuple_element_t<n, typename Base::Value>>;
  using State = typename Base::State;

  using ByStep<Elements, Base>::ByStep;

  template <class X, class Next>
  [[gnu::always_inline]] bool step(X&& x, Next& next) const {
    return next(static_cast<Item&&>(std::get<n>(static_cast<X&&>(x))));
  }
  [[gnu::always_inline]] Item at(State& state, std::size_t i) const
    requires indexed_source<Base>
  {
    return static_cast<Item>(std::get<n>(this->base_.at(state, i)));
  }
};

template <std::size_t n>
struct ElementsBy {
  static constexpr bool is_stage = true;
  template <source Base>
  static consteval Problem problem() {
    constexpr bool parts = is_product<std::remove_cvref_t<typename Base::Item>> && is_product<typename Base::Value>;
    return parts ? Problem::none : Problem::keys_without_pairs;
  }
  template <source Base>
  auto operator()(Base base) && {
    return Elements<Base, n>(std::move(base));
  }
};

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task
