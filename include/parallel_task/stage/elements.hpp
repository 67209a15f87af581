// keys, values and elements: one part of every item.
#pragma once

#include <parallel_task/core/closure.hpp>
#include <parallel_task/core/problem.hpp>
#include <parallel_task/core/stage_base.hpp>

#include <tuple>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// Part `n` of an item: a reference into an item that is one, else the part itself.
template <class Item, std::size_t n>
using element_of = std::conditional_t<std::is_reference_v<Item>, decltype(std::get<n>(std::declval<Item>())),
                                      std::tuple_element_t<n, std::remove_cvref_t<Item>>>;

template <source Base, std::size_t n>
struct Elements : ByStep<Elements<Base, n>, Base> {
  using Item = element_of<typename Base::Item, n>;
  using Value = std::remove_cv_t<std::tuple_element_t<n, typename Base::Value>>;
  static constexpr bool keeps_index = true;
  static constexpr bool lasting = lasting_items<Base>;

  using ByStep<Elements, Base>::ByStep;

  template <class X, class Next>
  PARALLEL_TASK_ALWAYS_INLINE bool step(X&& x, Next& next) const {
    return next(static_cast<Item&&>(std::get<n>(static_cast<X&&>(x))));
  }
};

template <std::size_t n>
struct ElementsStage {
  static constexpr bool is_stage = true;
  template <source Base>
  static consteval Problem problem() {
    using Item = std::remove_cvref_t<typename Base::Item>;
    if constexpr (!is_product<Item> || !is_product<typename Base::Value>) {
      return Problem::keys_without_pairs;
    } else {
      return n < std::tuple_size_v<Item> ? Problem::none : Problem::elements_too_few;
    }
  }
  template <source Base>
  auto operator()(Base base) && {
    return Elements<Base, n>(std::move(base));
  }
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
