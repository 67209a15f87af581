// reduce, sum, product, transform_reduce, min, max, minmax of a range at once.
#pragma once

#include <parallel_task/algorithm/algorithm_object.hpp>
#include <parallel_task/algorithm/context.hpp>
#include <parallel_task/algorithm/equal.hpp>
#include <parallel_task/algorithm/passes.hpp>
#include <parallel_task/algorithm/questions.hpp>
#include <parallel_task/core/closure.hpp>
#include <parallel_task/core/feed.hpp>
#include <parallel_task/core/number.hpp>
#include <parallel_task/pipeline/operation.hpp>
#include <parallel_task/terminal/reduce.hpp>
#include <parallel_task/terminal/sum.hpp>

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <functional>
#include <iterator>
#include <memory>
#include <type_traits>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

template <class Op, class T>
inline constexpr bool is_plus = std::is_same_v<Op, std::plus<>> || std::is_same_v<Op, std::plus<T>>;

/// Joins `init` and the items of a pipeline. Numbers that are added have a terminal that does so in several lanes.
template <class P, class T, class Op>
auto total_of(P&& pipeline, T init, Op const& op) {
  using Item = std::remove_cvref_t<typename std::remove_cvref_t<P>::item_type>;
  if constexpr (is_plus<Op, T> && is_number<T> && is_number<Item> && !narrows<Item, T>) {
    return static_cast<T>(init + std::forward<P>(pipeline).template sum<T>());
  } else {
    return std::forward<P>(pipeline).reduce(
        std::move(init), [&op]<class A, class B>(A&& a, B&& b) -> std::invoke_result_t<Op const&, A, B> {
          return detail::invoke(op, std::forward<A>(a), std::forward<B>(b));
        });
  }
}
/// Numbers in memory that are added: of few of them this thread alone makes the sum, since none of the user's code
/// runs.
template <class R, class T, class Op>
inline constexpr bool adds_numbers = false;
template <std::ranges::contiguous_range R, class T, class Op>
  requires std::ranges::sized_range<R>
inline constexpr bool adds_numbers<R, T, Op> =
    is_plus<Op, T> && std::is_arithmetic_v<T> && std::is_arithmetic_v<std::ranges::range_value_t<R>> &&
    std::is_same_v<stored_item<R>, std::ranges::range_value_t<R>> && !narrows<std::ranges::range_value_t<R>, T>;

/// Gives `item(i)`, which reads memory, to a sink.
template <class F>
struct ReadAt {
  static constexpr bool maps_memory = true;
  F const& item;
  template <class K>
  PARALLEL_TASK_ALWAYS_INLINE bool operator()(std::size_t i, K&& k) const {
    return k(item(i));
  }
};
/// The total of `item(i)` for the positions below `n`, by lanes.
template <class T, class F>
T total_alone(std::size_t n, F const& item) {
  TotalOf<T, Plus, lanes_of_integers> all;
  static_cast<void>(detail::feed_by_number(ReadAt<F>{item}, std::size_t{0}, n, n, all));
  return all.result();
}

template <class Op, class T, class Item>
concept joins = std::convertible_to<Item, T> && std::is_invocable_v<Op const&, T, Item> &&
                std::is_invocable_v<Op const&, T, T> && std::is_move_constructible_v<T>;

struct ReduceItems : AlgorithmObject<ReduceItems> {
  template <class H, std::ranges::forward_range R, class T = std::ranges::range_value_t<R>, class Op = std::plus<>>
    requires joins<Op, std::decay_t<T>, std::ranges::range_reference_t<R>>
  static auto call(Context<H> const& context, R&& range, T&& init, Op const& op = {}) {
    using Value = std::decay_t<T>;
    if constexpr (adds_numbers<R, Value, Op>) {
      auto const n = static_cast<std::size_t>(std::ranges::size(range));
      if (Passes::is_short<std::ranges::range_value_t<R>>(n)) {
        Value all = init;
        Passes(context, n).alone([&, numbers = std::to_address(std::ranges::begin(range))] {
          all = static_cast<Value>(all + detail::total_alone<Value>(n, [=](std::size_t i) { return numbers[i]; }));
        });
        return all;
      }
    }
    return detail::total_of(detail::pipeline_under(context, std::forward<R>(range)), Value(std::forward<T>(init)), op);
  }
  template <class H, std::ranges::forward_range R>
    requires joins<std::plus<>, std::ranges::range_value_t<R>, std::ranges::range_reference_t<R>> &&
             std::default_initializable<std::ranges::range_value_t<R>>
  static auto call(Context<H> const& context, R&& range) {
    return ReduceItems::call(context, std::forward<R>(range), std::ranges::range_value_t<R>{});
  }
  template <class... A>
  static constexpr Unusable refuse() {
    static_assert(
        never<A...>,
        "parallel_task: reduce is called as reduce(r, init, op), reduce(r, init) or reduce(r), the range also as "
        "two iterators, where op joins two values of init's type, and an item converts to that; after a "
        "pipeline as reduce(init, op) or reduce(op)");
    return {};
  }
};

template <class T>
struct SumItems : AlgorithmObject<SumItems<T>> {
  template <class H, std::ranges::forward_range R>
  static auto call(Context<H> const& context, R&& range) {
    return detail::pipeline_under(context, std::forward<R>(range)).template sum<T>();
  }
  template <class H, std::ranges::forward_range R, class Proj>
    requires concurrently_callable<Proj, std::ranges::range_reference_t<R>>
  static auto call(Context<H> const& context, R&& range, Proj const& proj) {
    return detail::pipeline_under(context, std::forward<R>(range))
        .map([&proj](std::ranges::range_reference_t<R> item) -> decltype(auto) {
          return detail::call(proj, static_cast<decltype(item)>(item));
        })
        .template sum<T>();
  }
  template <class... A>
  static constexpr Unusable refuse() {
    static_assert(never<A...>,
                  "parallel_task: sum is called as sum(r) or sum(first, last), also with a projection behind; after a "
                  "pipeline as sum() or sum<T>()");
    return {};
  }
};
template <class T>
struct ProductItems : AlgorithmObject<ProductItems<T>> {
  template <class H, std::ranges::forward_range R>
  static auto call(Context<H> const& context, R&& range) {
    return detail::pipeline_under(context, std::forward<R>(range)).template product<T>();
  }
  template <class... A>
  static constexpr Unusable refuse() {
    static_assert(
        never<A...>,
        "parallel_task: product is called as product(r) or product(first, last); after a pipeline as product() "
        "or product<T>()");
    return {};
  }
};

struct TransformReduce : AlgorithmObject<TransformReduce> {
  template <class H, std::ranges::forward_range R, class T, class Op, class F>
    requires concurrently_callable<F, std::ranges::range_reference_t<R>> &&
             joins<Op, std::decay_t<T>, call_t<F, std::ranges::range_reference_t<R>>>
  static auto call(Context<H> const& context, R&& range, T&& init, Op const& op, F const& f) {
    using Item = std::ranges::range_reference_t<R>;
    auto const part = std::ranges::subrange(std::ranges::begin(range), std::ranges::end(range));
    return detail::total_of(detail::pipeline_under(context, part).map([&f](Item item) -> decltype(auto) {
      return detail::call(f, static_cast<Item>(item));
    }),
                            std::decay_t<T>(std::forward<T>(init)), op);
  }
  template <class H, std::ranges::forward_range R1, std::ranges::forward_range R2, class T, class Op = std::plus<>,
            class F = std::multiplies<>>
    requires std::is_invocable_v<F const&, std::ranges::range_reference_t<R1>, std::ranges::range_reference_t<R2>> &&
             joins<
                 Op, std::decay_t<T>,
                 std::invoke_result_t<F const&, std::ranges::range_reference_t<R1>, std::ranges::range_reference_t<R2>>>
  static auto call(Context<H> const& context, R1&& range1, R2&& range2, T&& init, Op const& op = {}, F const& f = {}) {
    using Item1 = std::ranges::range_reference_t<R1>;
    using Item2 = std::ranges::range_reference_t<R2>;
    auto const part1 = std::ranges::subrange(std::ranges::begin(range1), std::ranges::end(range1));
    auto const part2 = std::ranges::subrange(std::ranges::begin(range2), std::ranges::end(range2));
    using Value = std::decay_t<T>;
    if constexpr (std::is_same_v<F, std::multiplies<>> && adds_numbers<R1, Value, Op> && adds_numbers<R2, Value, Op>) {
      auto const n = static_cast<std::size_t>((std::min)(std::ranges::size(part1), std::ranges::size(part2)));
      if (Passes::is_short<Value>(n)) {
        Value all = init;
        auto const* const a = std::to_address(part1.begin());
        auto const* const b = std::to_address(part2.begin());
        Passes(context, n).alone([&, a, b] {
          all = static_cast<Value>(all + detail::total_alone<Value>(n, [=](std::size_t i) {
                                     return static_cast<Value>(a[i] * b[i]);
                                   }));
        });
        return all;
      }
    }
    return detail::total_of(detail::under(context, detail::pipeline_over(part1).zip(part2))
                                .map([&f](Item1 item, Item2 other) -> decltype(auto) {
                                  return detail::invoke(f, static_cast<Item1>(item), static_cast<Item2>(other));
                                }),
                            std::decay_t<T>(std::forward<T>(init)), op);
  }
  /// The second range by its first iterator alone, as `std::transform_reduce` takes it.
  template <class H, std::ranges::forward_range R1, std::forward_iterator I2, class T, class Op = std::plus<>,
            class F = std::multiplies<>>
    requires std::is_invocable_v<F const&, std::ranges::range_reference_t<R1>, std::iter_reference_t<I2>> &&
             joins<Op, std::decay_t<T>,
                   std::invoke_result_t<F const&, std::ranges::range_reference_t<R1>, std::iter_reference_t<I2>>>
  static auto call(Context<H> const& context, R1&& range1, I2 first2, T&& init, Op const& op = {}, F const& f = {}) {
    auto const n = static_cast<std::iter_difference_t<I2>>(std::ranges::distance(range1));
    auto const last2 = std::ranges::next(first2, n);
    return TransformReduce::call(context, range1, std::ranges::subrange(first2, last2), std::forward<T>(init), op, f);
  }
  template <class... A>
  static constexpr Unusable refuse() {
    static_assert(
        never<A...>,
        "parallel_task: transform_reduce is called as transform_reduce(r, init, op, f), transform_reduce(a, b, "
        "init, op, f) or transform_reduce(a, b, init), each range also as two iterators, where f is called with "
        "an item of each, and op joins two values of init's type, to which what f returns converts");
    return {};
  }
};

/// `less(proj(a), proj(b))` as a closure for pipelines.
template <class L, class Proj>
struct ProjectedLess {
  L const* less;
  Proj const* proj;
  template <class A, class B>
  PARALLEL_TASK_ALWAYS_INLINE bool operator()(A const& a, B const& b) const {
    return static_cast<bool>(detail::invoke(*less, detail::invoke(*proj, a), detail::invoke(*proj, b)));
  }
};

struct MinOf : AlgorithmObject<MinOf> {
  template <class H, std::ranges::forward_range R>
    requires order_on<ByLess, R>
  static auto call(Context<H> const& context, R&& range) {
    return (detail::pipeline_under(context, std::forward<R>(range)).min)();
  }
  template <class H, std::ranges::forward_range R, class L, class Proj = std::identity>
    requires order_on<L, R, Proj>
  static auto call(Context<H> const& context, R&& range, L const& less, Proj const& proj = {}) {
    return (detail::pipeline_under(context, std::forward<R>(range)).min)(ProjectedLess<L, Proj>{&less, &proj});
  }
  template <class... A>
  static constexpr Unusable refuse() {
    static_assert(
        never<A...>,
        "parallel_task: min is called as min(r) or min(r, less), the range also as two iterators, with a "
        "projection behind, where less takes two items as const and returns bool; after a pipeline as min() or "
        "min(less)");
    return {};
  }
};
struct MaxOf : AlgorithmObject<MaxOf> {
  template <class H, std::ranges::forward_range R>
    requires order_on<ByLess, R>
  static auto call(Context<H> const& context, R&& range) {
    return (detail::pipeline_under(context, std::forward<R>(range)).max)();
  }
  template <class H, std::ranges::forward_range R, class L, class Proj = std::identity>
    requires order_on<L, R, Proj>
  static auto call(Context<H> const& context, R&& range, L const& less, Proj const& proj = {}) {
    return (detail::pipeline_under(context, std::forward<R>(range)).max)(ProjectedLess<L, Proj>{&less, &proj});
  }
  template <class... A>
  static constexpr Unusable refuse() {
    static_assert(
        never<A...>,
        "parallel_task: max is called as max(r) or max(r, less), the range also as two iterators, with a "
        "projection behind, where less takes two items as const and returns bool; after a pipeline as max() or "
        "max(less)");
    return {};
  }
};
struct MinMaxOf : AlgorithmObject<MinMaxOf> {
  template <class H, std::ranges::forward_range R>
    requires order_on<ByLess, R>
  static auto call(Context<H> const& context, R&& range) {
    return detail::pipeline_under(context, std::forward<R>(range)).minmax();
  }
  template <class H, std::ranges::forward_range R, class L, class Proj = std::identity>
    requires order_on<L, R, Proj>
  static auto call(Context<H> const& context, R&& range, L const& less, Proj const& proj = {}) {
    return detail::pipeline_under(context, std::forward<R>(range)).minmax(ProjectedLess<L, Proj>{&less, &proj});
  }
  template <class... A>
  static constexpr Unusable refuse() {
    static_assert(
        never<A...>,
        "parallel_task: minmax is called as minmax(r) or minmax(r, less), the range also as two iterators, with "
        "a projection behind, where less takes two items as const and returns bool; after a pipeline as "
        "minmax() or minmax(less)");
    return {};
  }
};

template <>
struct AlgorithmNamed<usage_of_reduce> {
  using type = ReduceItems;
};
template <>
struct AlgorithmNamed<usage_of_min> {
  using type = MinOf;
};
template <>
struct AlgorithmNamed<usage_of_max> {
  using type = MaxOf;
};
template <>
struct AlgorithmNamed<usage_of_minmax> {
  using type = MinMaxOf;
};
template <>
struct AlgorithmNamed<usage_of_sum> {
  template <class T>
  using of = SumItems<T>;
};
template <>
struct AlgorithmNamed<usage_of_product> {
  template <class T>
  using of = ProductItems<T>;
};

}  // namespace detail

/// `transform_reduce(r, init, op, f)`: returns `init` and what `f` returns for each item, joined by `op`, in the order
/// of the items; `transform_reduce(a, b, init, op, f)` calls `f` with an item of each of two ranges, up to the end of
/// the shorter, and `transform_reduce(a, b, init)` adds up their products. Each range may come as two iterators, the
/// second as its first alone. The result has the type of `init`, which is used once. `op` must be associative; it need
/// not commute. `f` is called once for each item, by several threads at once; linear. Throws what they throw, the first
/// exception in time. Floating-point results may differ in their last bits from run to run, unless
/// `pt::with(pt::deterministic())` comes first.
///
///     auto const squares = pt::transform_reduce(v, 0, std::plus<>(), [](int x) { return x * x; });  // 52
inline constexpr detail::TransformReduce transform_reduce{};

}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
