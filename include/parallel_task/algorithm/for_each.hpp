// for_each(r, f, proj), for_each(first, last, f), for_each_n(first, n, f)
#pragma once

#include <parallel_task/algorithm/algorithm_object.hpp>
#include <parallel_task/algorithm/context.hpp>
#include <parallel_task/algorithm/questions.hpp>
#include <parallel_task/core/closure.hpp>
#include <parallel_task/pipeline/operation.hpp>

#include <algorithm>
#include <functional>
#include <iterator>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

struct ForEachItem : AlgorithmObject<ForEachItem> {
  template <class H, std::ranges::forward_range R, class F>
    requires concurrently_callable<F, std::ranges::range_reference_t<R>>
  static void call(Context<H> const& context, R&& range, F const& f) {
    using Item = std::ranges::range_reference_t<R>;
    auto const part = std::ranges::subrange(std::ranges::begin(range), std::ranges::end(range));
    detail::pipeline_under(context, part).for_each([&f](Item item) {
      static_cast<void>(detail::call(f, static_cast<Item>(item)));
    });
  }
  template <class H, std::ranges::forward_range R, class F, class Proj>
    requires concurrently_callable<F, std::invoke_result_t<Proj const&, std::ranges::range_reference_t<R>>>
  static void call(Context<H> const& context, R&& range, F const& f, Proj const& proj) {
    using Item = std::ranges::range_reference_t<R>;
    ForEachItem::call(context, range, [&](Item item) {
      static_cast<void>(detail::call(f, detail::invoke(proj, static_cast<Item>(item))));
    });
  }
  template <class... A>
  static constexpr Unusable refuse() {
    static_assert(never<A...>,
                  "parallel_task: pt::for_each is called as for_each(r, f) or for_each(first, last, f), also with a "
                  "projection behind, where f is called with an item; after a pipeline as for_each(f)");
    return {};
  }
};
template <>
struct AlgorithmNamed<usage_of_for_each> {
  using type = ForEachItem;
};

struct ForEachN : AlgorithmObject<ForEachN> {
  template <class H, std::forward_iterator I, class F, class Proj = std::identity>
    requires concurrently_callable<F, std::invoke_result_t<Proj const&, std::iter_reference_t<I>>>
  static I call(Context<H> const& context, I first, std::iter_difference_t<I> n, F const& f, Proj const& proj = {}) {
    I const last = n < 0 ? first : std::ranges::next(first, n);
    ForEachItem::call(context, std::ranges::subrange(first, last), f, proj);
    return last;
  }
  template <class... A>
  static constexpr Unusable refuse() {
    static_assert(
        never<A...>,
        "parallel_task: for_each_n is called as for_each_n(first, n, f), also with a projection behind, where f "
        "is called with an item");
    return {};
  }
};

}  // namespace detail

/// `for_each_n(first, n, f)`, also with a projection behind: calls `f` with the `n` items from `first` on, in no order.
/// Returns the iterator behind them. Otherwise as `for_each`.
inline constexpr detail::ForEachN for_each_n{};

}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
