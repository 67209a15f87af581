// replace(r, old, value), replace_if(r, p, value)
#pragma once

#include <parallel_task/algorithm/algorithm_object.hpp>
#include <parallel_task/algorithm/output.hpp>
#include <parallel_task/algorithm/passes.hpp>
#include <parallel_task/core/closure.hpp>

#include <algorithm>
#include <cstddef>
#include <functional>
#include <iterator>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

struct ReplaceIf : AlgorithmObject<ReplaceIf> {
  template <class H, std::ranges::forward_range R, class P, class T, class Proj = std::identity>
    requires predicate_on<P, R, Proj> && std::indirectly_writable<std::ranges::iterator_t<R>, T const&>
  static iterator_of<R> call(Context<H> const& context, R&& range, P const& p, T const& value, Proj const& proj = {}) {
    auto const first = std::ranges::begin(range);
    if constexpr (indexable<R> && !writable_bits<R>) {
      auto const n = static_cast<std::size_t>(std::ranges::size(range));
      Passes(context, n).stretches(n, [&, first](std::size_t begin, std::size_t end) {
        loop_value<T> const to = value;
        loop_closure<P> asks = p;
        detail::each_of(
            end - begin,
            [&](auto const& at) {
              if (static_cast<bool>(detail::call(asks, detail::invoke(proj, detail::look(*at))))) *at = to;
            },
            detail::nth_of(first, begin));
      });
      return detail::nth_of(first, n);
    } else if constexpr (!writable_bits<R>) {
      auto const last = std::ranges::next(first, std::ranges::end(range));
      detail::pipeline_under(context, std::ranges::subrange(first, last))
          .for_each([&](std::ranges::range_reference_t<R> item) {
            if (static_cast<bool>(detail::call(p, detail::invoke(proj, detail::look(item))))) item = value;
          });
      return last;
    } else {
      auto at = first;
      detail::alone_over(context, range, [&] {
        for (; at != std::ranges::end(range); ++at) {
          if (static_cast<bool>(detail::call(p, detail::invoke(proj, detail::look(*at))))) *at = value;
        }
      });
      return at;
    }
  }
  template <class... A>
  static constexpr Unusable refuse() {
    static_assert(
        never<A...>,
        "parallel_task: replace_if is called as replace_if(r, p, value) or replace_if(first, last, p, value), "
        "where p(item) is true for the items to which value is assigned");
    return {};
  }
};

struct ReplaceEqual : AlgorithmObject<ReplaceEqual> {
  template <class H, std::ranges::forward_range R, class Old, class T, class Proj = std::identity>
    requires requires(looked_at<R, Proj> item, Old const& old) { static_cast<bool>(item == old); } &&
             std::indirectly_writable<std::ranges::iterator_t<R>, T const&>
  static iterator_of<R> call(Context<H> const& context, R&& range, Old const& old, T const& value,
                             Proj const& proj = {}) {
    auto const is_old = [from = static_cast<loop_value<Old>>(old)](auto const& item) {
      return static_cast<bool>(item == from);
    };
    return ReplaceIf::call(context, std::forward<R>(range), is_old, value, proj);
  }
  template <class... A>
  static constexpr Unusable refuse() {
    static_assert(
        never<A...>,
        "parallel_task: replace is called as replace(r, old, value) or replace(first, last, old, value), where "
        "value is assigned to the items that equal old");
    return {};
  }
};

}  // namespace detail

/// `replace_if(r, p, value)` and `replace_if(first, last, p, value)`, also with a projection behind: assigns `value` to
/// the items for which `p` returns true. Returns the end. `p` is called once for each item, in no order; linear. Throws
/// what `p` throws, the first exception in time; some items are replaced then, and some are not. A list is walked, as
/// by `parallel_iter`; of a `std::vector<bool>` the calling thread does all.
///
///     pt::replace_if(w, [](int x) { return x > 2; }, 0);  // 1, 2, 0
inline constexpr detail::ReplaceIf replace_if{};

/// `replace(r, old, value)` and `replace(first, last, old, value)`, also with a projection behind: the same for the
/// items that equal `old`, which must not be one of the items.
inline constexpr detail::ReplaceEqual replace{};

}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
