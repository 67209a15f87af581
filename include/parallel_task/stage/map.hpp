// map: every item becomes what a closure makes of it.
#pragma once

#include <parallel_task/core/closure.hpp>
#include <parallel_task/core/stage_base.hpp>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// What `map` gives on. A closure that returns an rvalue reference into an item that is itself a value
/// (`map(&Person::name)` over values) would leave it dangling: such results are kept as values.
template <class F, class Item>
struct MappedItem {
  using Raw = call_t<F, Item>;
  using type =
      std::conditional_t<std::is_rvalue_reference_v<Raw> && !std::is_reference_v<Item>, std::remove_cvref_t<Raw>, Raw>;
};

template <source Base, class F>
struct Map : ByStep<Map<Base, F>, Base> {
  using Closure = F;
  using Item = typename MappedItem<F, typename Base::Item>::type;
  using Value = std::remove_cvref_t<Item>;

  Map(Base base, F f) : ByStep<Map, Base>(std::move(base)), f_(std::move(f)) {}

  static constexpr bool lasting = selects_lasting<F, Base>;
  static constexpr Problem on_ranks =
      changes_items<F, typename Base::Item> ? Problem::on_changes_items : detail::problem_on_ranks<Base>();
  static constexpr bool keeps_index = true;
  static constexpr bool makes_one_of_each = true;
  static constexpr bool maps_memory = over_memory<Base>;
  template <class X>
  PARALLEL_TASK_ALWAYS_INLINE decltype(auto) make(X&& x) const {
    return detail::call(f_, static_cast<X&&>(x));
  }
  template <class X, class Next>
  PARALLEL_TASK_ALWAYS_INLINE bool step(X&& x, Next& next) const {
    return next(detail::call(f_, static_cast<X&&>(x)));
  }

 private:
  PARALLEL_TASK_NO_UNIQUE_ADDRESS F f_;
};

template <class F>
struct MapStage {
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
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
