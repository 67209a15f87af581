// flat_map and flatten: the items of the ranges, or the values of the optionals, that the items are, or become.
#pragma once

#include <parallel_task/core/closure.hpp>
#include <parallel_task/core/stage_base.hpp>
#include <parallel_task/platform/ranges.hpp>
#include <parallel_task/source/owns_items.hpp>
#include <parallel_task/stage/filter_map.hpp>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// A range of no item or one: an optional, or what is like std::expected. A pointer is none: to what it points may be
/// an array.
template <class R>
concept holds_one = !std::ranges::range<R> && optional_result<R> && requires(R&& r) {
  typename std::remove_cvref_t<R>::value_type;
  r.has_value();
};
template <class R>
concept inner_range = std::ranges::input_range<R> || holds_one<R>;

/// Items of an inner range. Those of a container made on the spot belong to nobody else and are moved on; those of a
/// range that may refer to somebody else's are given as a loop gets them.
template <class Inner>
struct InnerRange {
  using Range = std::remove_reference_t<Inner>;
  using Reference = std::ranges::range_reference_t<Range>;
  static constexpr bool owns = !std::is_lvalue_reference_v<Inner> && !std::is_const_v<Range> && owns_items<Range> &&
                               std::is_lvalue_reference_v<Reference> &&
                               !std::is_const_v<std::remove_reference_t<Reference>>;
  using Item = std::conditional_t<owns, std::remove_reference_t<Reference>&&, Reference>;
  using Value = std::ranges::range_value_t<Range>;
};

template <holds_one Inner>
struct InnerRange<Inner> {
  using Item = decltype(*std::declval<Inner>());
  using Value = std::remove_cvref_t<Item>;
};

template <class Item, class Range, class Next>
PARALLEL_TASK_ALWAYS_INLINE inline bool feed_range(Range& range, Next& next) {
  auto const last = std::ranges::end(range);
  for (auto it = std::ranges::begin(range); it != last; ++it) {
    if (!next(static_cast<Item>(*it))) return false;
  }
  return true;
}

/// Walks the inner range lazily, inside the item that gave it.
template <class Item, class Range, class Next>
PARALLEL_TASK_ALWAYS_INLINE inline bool feed_inner(Range&& range, Next& next) {
  if constexpr (holds_one<Range>) {
    return !detail::is_there(range) || next(*static_cast<Range&&>(range));
  } else {
    return detail::feed_range<Item>(range, next);
  }
}

template <class Inner>
inline constexpr bool lasting_inner = [] {
  if constexpr (holds_one<Inner>) {
    return false;
  } else {
    return lasting_range<std::remove_reference_t<Inner>>;
  }
}();

template <source Base, class F>
struct FlatMap : ByStep<FlatMap<Base, F>, Base> {
  using Closure = F;
  using Inner = call_t<F, typename Base::Item>;
  using Item = typename InnerRange<Inner>::Item;
  using Value = typename InnerRange<Inner>::Value;
  static constexpr bool lasting = selects_lasting<F, Base> && lasting_inner<Inner>;

  FlatMap(Base base, F f) : ByStep<FlatMap, Base>(std::move(base)), f_(std::move(f)) {}

  template <class X, class Next>
  PARALLEL_TASK_ALWAYS_INLINE bool step(X&& x, Next& next) const {
    return detail::feed_inner<Item>(detail::call(f_, static_cast<X&&>(x)), next);
  }

 private:
  PARALLEL_TASK_NO_UNIQUE_ADDRESS F f_;
};

template <source Base>
struct Flatten : ByStep<Flatten<Base>, Base> {
  using Inner = typename Base::Item;
  using Item = typename InnerRange<Inner>::Item;
  using Value = typename InnerRange<Inner>::Value;
  static constexpr bool lasting = lasting_reference<Base> && lasting_inner<Inner>;

  using ByStep<Flatten, Base>::ByStep;

  template <class X, class Next>
  PARALLEL_TASK_ALWAYS_INLINE bool step(X&& x, Next& next) const {
    return detail::feed_inner<Item>(static_cast<X&&>(x), next);
  }
};

template <class F>
struct FlatMapStage {
  static constexpr bool is_stage = true;
  F f;
  template <source Base>
  static consteval Problem problem() {
    if constexpr (closure_problem<F, typename Base::Item>() != Problem::none) {
      return closure_problem<F, typename Base::Item>();
    } else {
      return inner_range<call_t<F, typename Base::Item>> ? Problem::none : Problem::flat_map_without_range;
    }
  }
  template <source Base>
  auto operator()(Base base) && {
    return FlatMap<Base, F>(std::move(base), std::move(f));
  }
};

struct FlattenStage {
  static constexpr bool is_stage = true;
  template <source Base>
  static consteval Problem problem() {
    return inner_range<typename Base::Item> ? Problem::none : Problem::flatten_without_ranges;
  }
  template <source Base>
  auto operator()(Base base) && {
    return Flatten<Base>(std::move(base));
  }
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
