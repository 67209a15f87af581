// argsort(r): the positions of the items in sorted order.
#pragma once

#include <parallel_task/algorithm/algorithm_object.hpp>
#include <parallel_task/algorithm/passes.hpp>
#include <parallel_task/algorithm/sorting/keys.hpp>
#include <parallel_task/algorithm/sorting/sorter.hpp>

#include <cstddef>
#include <iterator>
#include <vector>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

struct Argsort : AlgorithmObject<Argsort> {
  using Default = std::ranges::less;
  template <class H, indexable R, class C = std::ranges::less, class P = std::identity>
    requires orders_items<std::ranges::iterator_t<R>, C, P>
  static std::vector<std::size_t> call(Context<H> const& context, R&& range, C const& compare = {},
                                       P const& projection = {}) {
    auto const first = std::ranges::begin(range);
    auto const n = static_cast<std::size_t>(std::ranges::size(range));
    using I = std::ranges::iterator_t<R>;
    auto const order = detail::order_of<std::iter_value_t<I>>(compare, projection);
    Passes passes(context, n);
    std::vector<std::size_t> result(n);
    auto const sort = [&](Team const& team) {
      bool const done = PositionSort<true, I, decltype(order)>(first, n, order, team).run([&](Position32* positions) {
        team.template blocks<Phase::move>(n, Team::block_of(n, 4096), [&](std::size_t i, std::size_t last) {
          for (; i != last; ++i) result[i] = positions[i];
        });
      });
      if (done) return;
      for (std::size_t i = 0; i != n; ++i) result[i] = i;
      detail::sort_in_place(result.begin(), n, ByItems<I, decltype(order)>{first, order});
    };
    if (n < least_shared<std::iter_value_t<I>, decltype(order)>) {
      passes.alone([&] { sort(Team()); });
    } else {
      sort(Team(passes));
    }
    return result;
  }
  template <class... A>
  static constexpr Unusable refuse() {
    static_assert(
        never<A...>,
        "parallel_task: argsort is called as argsort(r), argsort(r, less) or argsort(r, less, projection), of a "
        "range with random access and a size, whose items can be compared, by closures that are called as "
        "const");
    return {};
  }
};

}  // namespace detail

/// `argsort(r)`, `argsort(r, less)`, `argsort(r, less, projection)`: the positions of the items of `r` in sorted order,
/// as a `std::vector<std::size_t>`; equal items in the order in which they lie. The items are not touched. What `sort`
/// says of complexity and exceptions holds here; `std::bad_alloc` if there is no memory for the result. `permute`
/// brings items into that order, several arrays by one list of positions.
///
///     auto const by_price = pt::argsort(prices);
inline constexpr detail::Argsort argsort{};

}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
