// generate(r, f)
#pragma once

#include <parallel_task/algorithm/algorithm_object.hpp>
#include <parallel_task/algorithm/output.hpp>
#include <parallel_task/algorithm/passes.hpp>
#include <parallel_task/core/closure.hpp>

#include <cstddef>
#include <iterator>
#include <type_traits>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

struct Generate : AlgorithmObject<Generate> {
  template <class H, std::ranges::forward_range R, class F>
    requires std::is_invocable_v<F const&> &&
             std::indirectly_writable<std::ranges::iterator_t<R>, std::invoke_result_t<F const&>>
  static iterator_of<R> call(Context<H> const& context, R&& range, F const& f) {
    auto const first = std::ranges::begin(range);
    if constexpr (indexable<R> && !writable_bits<R>) {
      auto const n = static_cast<std::size_t>(std::ranges::size(range));
      Passes(context, n).stretches(n, [&f, first](std::size_t begin, std::size_t end) {
        loop_closure<F> make = f;
        detail::each_of(
            end - begin, [&make](auto const& at) { *at = make(); }, detail::nth_of(first, begin));
      });
      return detail::nth_of(first, n);
    } else if constexpr (!writable_bits<R>) {
      auto const last = std::ranges::next(first, std::ranges::end(range));
      detail::pipeline_under(context, std::ranges::subrange(first, last))
          .for_each([&f](std::ranges::range_reference_t<R> item) { item = f(); });
      return last;
    } else {
      auto at = first;
      detail::alone_over(context, range, [&] {
        for (; at != std::ranges::end(range); ++at) *at = f();
      });
      return at;
    }
  }
  template <class... A>
  static constexpr Unusable refuse() {
    static_assert(
        never<A...>,
        "parallel_task: generate is called as generate(r, f) or generate(first, last, f), where f() returns what "
        "is assigned to an item; it is called as const, by several threads at once");
    return {};
  }
};

}  // namespace detail

/// `generate(r, f)` and `generate(first, last, f)`: assigns what `f()` returns to each item, one call an item. Returns
/// the end. In no order, by several threads at once: for values that depend on the position use `pt::parallel_for`.
/// Linear. Throws what `f` throws, the first exception in time; some items are assigned then, and some are not. A list
/// is walked, as by `parallel_iter`.
///
///     std::atomic<int> next{0};
///     pt::generate(w, [&] { return next++; });
inline constexpr detail::Generate generate{};

}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
