// flat_map and flatten: the items of the ranges that the items are, or become.
#pragma once

#include <parallel_task/core/call.hpp>
#include <parallel_task/core/stage_base.hpp>

#include <ranges>

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

/// Items of an inner range. Those of a container made on the spot belong to nobody else and are moved on.
template <class Inner>
struct inner_range {
  using Range = std::remove_reference_t<Inner>;
  using Reference = std::ranges::range_reference_t<Range>;
  static constexpr bool owns = !std::is_lvalue_reference_v<Inner> && !std::is_const_v<Range> &&
                               !std::ranges::view<Range> && !std::ranges::borrowed_range<Range> &&
                               std::is_lvalue_reference_v<Reference> &&
                               !std::is_const_v<std::remove_reference_t<Reference>>;
  using Item = std::conditional_t<owns, std::remove_reference_t<Reference>&&, Reference>;
  using Value = std::ranges::range_value_t<Range>;
};

/// Walks the inner range lazily, inside the item that gave it.
template <class Item, class Range, class Next>
[[gnu::always_inline]] inline bool feed_inner(Range&& range, Next& next) {
  auto const last = std::ranges::end(range);
  for (auto it = std::ranges::begin(range); it != last; ++it) {
    if (!next(static_cast<Item>(*it))) return false;
  }
  return true;
}

template <source Base, class F>
struct FlatMap : ByStep<FlatMap<Base, F>, Base> {
  using Inner = call_t<F, typename Base::Item>;
  using Item = typename inner_range<Inner>::Item;
  using Value = typename inner_range<Inner>::Value;

  FlatMap(Base base, F f) : ByStep<FlatMap, Base>(std::move(base)), f_(std::move(f)) {}

  template <class X, class Next>
  [[gnu::always_inline]] bool step(X&& x, Next& next) const {
    return detail::feed_inner<Item>(detail::call(f_, static_cast<X&&>(x)), next);
  }

 private:
  [[no_unique_address]] F f_;
};

template <source Base>
struct Flatten : ByStep<Flatten<Base>, Base> {
  using Inner = typename Base::Item;
  using Item = typename inner_range<Inner>::Item;
  using Value = typename inner_range<Inner>::Value;

  using ByStep<Flatten, Base>::ByStep;

  template <class X, class Next>
  [[gnu::always_inline]] bool step(X&& x, Next& next) const {
    return detail::feed_inner<Item>(static_cast<X&&>(x), next);
  }
};

template <class F>
struct FlatMapBy {
  static constexpr bool is_stage = true;
  F f;
  template <source Base>
  static consteval Problem problem() {
    if constexpr (closure_problem<F, typename Base::Item>() != Problem::none) {
      return closure_problem<F, typename Base::Item>();
    } else {
      return std::ranges::input_range<call_t<F, typename Base::Item>> ? Problem::none : Problem::flat_map_without_range;
    }
  }
  template <source Base>
  auto operator()(Base base) && {
    return FlatMap<Base, F>(std::move(base), std::move(f));
  }
};

struct FlattenBy {
  static constexpr bool is_stage = true;
  template <source Base>
  static consteval Problem problem() {
    return std::ranges::input_range<typename Base::Item> ? Problem::none : Problem::flatten_without_ranges;
  }
  template <source Base>
  auto operator()(Base base) && {
    return Flatten<Base>(std::move(base));
  }
};

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task
