// adjacent_difference(r, out), adjacent_difference(r, out, op): what each item adds to the one before it.
#pragma once

#include <parallel_task/algorithm/algorithm_object.hpp>
#include <parallel_task/algorithm/output.hpp>
#include <parallel_task/algorithm/passes.hpp>
#include <parallel_task/core/closure.hpp>

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <functional>
#include <iterator>
#include <type_traits>
#include <utility>
#include <vector>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

struct AdjacentDifference : AlgorithmObject<AdjacentDifference> {
  template <class H, std::ranges::forward_range R, output Out, class Op = std::minus<>>
    requires std::is_invocable_v<Op const&, std::ranges::range_reference_t<R>, std::ranges::range_reference_t<R>> &&
             std::indirectly_copyable<std::ranges::iterator_t<R>, output_iterator<Out>> &&
             std::indirectly_writable<
                 output_iterator<Out>,
                 std::invoke_result_t<Op const&, std::ranges::range_reference_t<R>, std::ranges::range_reference_t<R>>>
  static auto call(Context<H> const& context, R&& range, Out&& out, Op const& op = {}) {
    using Result = std::ranges::in_out_result<iterator_of<R>, output_result<Out>>;
    auto const first = std::ranges::begin(range);
    auto const to = detail::output_begin(std::forward<Out>(out));
    if constexpr (indexable<R> && indexable_output<Out>) {
      std::size_t const n = detail::room_for(static_cast<std::size_t>(std::ranges::size(range)), out);
      Passes passes(context, n);
      Lies const lies = detail::how_it_lies(first, n, to, n);
      if (lies == Lies::apart) {
        using Plain = plain_item<std::ranges::iterator_t<R>, output_iterator<Out>>;
        auto const some = [&op, first, to](std::size_t begin, std::size_t end) {
          differences(detail::nth_of(first, begin), end - begin, detail::nth_of(to, begin), begin == 0, op);
        };
        if constexpr (std::is_same_v<Op, std::minus<>> && std::is_arithmetic_v<Plain>) {
          passes.stretches_of<Plain>(n, some);
        } else {
          passes.stretches(n, some);
        }
      } else if (lies == Lies::ahead) {
        throw_overlap();
      } else {
        in_place(passes, first, n, to, op);
      }
      return Result{detail::nth_of(first, n), detail::nth_of(to, n)};
    } else {
      auto in = first;
      auto into = to;
      detail::alone_over(context, range, [&] {
        auto before = in;
        for (; in != std::ranges::end(range) && !detail::is_full<Out>(into, out); ++into) {
          if (in == first) {
            *into = *in;
          } else {
            *into = detail::invoke(op, *in, *before);
          }
          before = in;
          ++in;
        }
      });
      return Result{std::move(in), std::move(into)};
    }
  }
  template <class... A>
  static constexpr Unusable refuse() {
    static_assert(
        never<A...>,
        "parallel_task: adjacent_difference is called as adjacent_difference(r, out) or adjacent_difference(r, "
        "out, op), the range also as two iterators, where out is a range or an iterator to which the first item "
        "and what op(item, item before) returns can be assigned");
    return {};
  }

 private:
  /// Of `n` items from `in` on, of which the first has none before it, or one that is as it was.
  template <class I, class O, class Op>
  static void differences(I in, std::size_t n, O into, bool at_front, Op const& op) {
    if (at_front && n != 0) {
      *into = *in;
      ++in;
      ++into;
      --n;
    }
    PARALLEL_TASK_BY_FOURS
    for (; n != 0; --n, ++in, static_cast<void>(++into)) *into = detail::invoke(op, *in, *(in - 1));
  }
  /// The output is the range itself, or begins before it: an item is overwritten before the next one wants it.
  template <class I, class O, class Op>
  static void in_place(Passes& passes, I const& first, std::size_t n, O const& to, Op const& op) {
    passes.alone([&] {
      if (n == 0) return;
      std::iter_value_t<I> before(*first);
      *to = *first;
      for (std::size_t i = 1; i != n; ++i) {
        std::iter_value_t<I> item(*detail::nth_of(first, i));
        *detail::nth_of(to, i) = detail::invoke(op, item, std::move(before));
        before = std::move(item);
      }
    });
  }
};

}  // namespace detail

/// `adjacent_difference(r, out)` and `adjacent_difference(r, out, op)`: assigns the first item to the first of `out`,
/// and `op(item, item before)`, by default their difference, for each other. The range may come as two iterators.
/// Returns where it ended in both. A range `out` bounds it: it ends at the shorter. In no order; linear. Throws what
/// `op` throws, the first exception in time: some results are written then, and some are not; and
/// `std::invalid_argument` if `out` can be seen to begin inside of the range. `out` may be the range itself, or begin
/// before it: then, and without random access on both sides, the calling thread does all.
///
///     std::vector<int> steps(5);
///     pt::adjacent_difference(v, steps);  // 3, -2, 3, -3, 4
inline constexpr detail::AdjacentDifference adjacent_difference{};

}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
