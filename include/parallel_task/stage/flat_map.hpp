// flat_map and flatten: the items of the ranges that the items are, or become.
#pragma once

#include <parallel_task/core/call.hpp>
#include <parallel_task/core/stage_base.hpp>

#include <ranges>

namespace parallel_task {
inline namespace v1 {
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
  F f;
  template <source Base>
  auto operator()(Base base) && {
    if constexpr (!closure_fits<F, typename Base::Item>()) {
      return Unusable{};
    } else if constexpr (!std::ranges::input_range<call_t<F, typename Base::Item>>) {
      static_assert(never<F>, "parallel_task: the closure of flat_map(f) must return a range (a container or a view) for "
                              "each item; for one result each use map(f)");
      return Unusable{};
    } else {
      return FlatMap<Base, F>(std::move(base), std::move(f));
    }
  }
};

struct FlattenBy {
  template <source Base>
  auto operator()(Base base) && {
    if constexpr (!std::ranges::input_range<typename Base::Item>) {
      static_assert(never<Base>, "parallel_task: flatten() needs items that are ranges (containers or views), and these are "
                                 "not: use flat_map(f) with a closure that makes a range of an item");
      return Unusable{};
    } else {
      return Flatten<Base>(std::move(base));
    }
  }
};

}  // namespace detail
}  // namespace v1
}  // namespace parallel_task
