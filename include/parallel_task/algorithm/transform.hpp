// transform(r, out, f), transform(a, b, out, f): the results of a closure, item by item.
#pragma once

#include <parallel_task/algorithm/algorithm_object.hpp>
#include <parallel_task/algorithm/output.hpp>
#include <parallel_task/algorithm/passes.hpp>
#include <parallel_task/core/closure.hpp>

#include <algorithm>
#include <cstddef>
#include <functional>
#include <iterator>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

template <class R, class Out, class F, class Proj>
concept transforms =
    std::indirectly_regular_unary_invocable<Proj const&, std::ranges::iterator_t<R>> &&
    std::indirectly_writable<output_iterator<Out>,
                             std::indirect_result_t<F const&, std::projected<std::ranges::iterator_t<R>, Proj const&>>>;
template <class R1, class R2, class Out, class F, class P1, class P2>
concept transforms_both =
    std::indirectly_regular_unary_invocable<P1 const&, std::ranges::iterator_t<R1>> &&
    std::indirectly_regular_unary_invocable<P2 const&, std::ranges::iterator_t<R2>> &&
    std::indirectly_writable<output_iterator<Out>,
                             std::indirect_result_t<F const&, std::projected<std::ranges::iterator_t<R1>, P1 const&>,
                                                    std::projected<std::ranges::iterator_t<R2>, P2 const&>>>;

struct Transform : AlgorithmObject<Transform> {
  template <class H, std::ranges::forward_range R, output Out, class F, class Proj = std::identity>
    requires transforms<R, Out, F, Proj>
  static auto call(Context<H> const& context, R&& range, Out&& out, F const& f, Proj const& proj = {}) {
    using Result = std::ranges::unary_transform_result<iterator_of<R>, output_result<Out>>;
    auto const first = std::ranges::begin(range);
    auto to = detail::output_begin(std::forward<Out>(out));
    if constexpr (indexable<R> && indexable_output<Out>) {
      std::size_t const n = detail::room_for(static_cast<std::size_t>(std::ranges::size(range)), out);
      Passes passes(context, n);
      detail::write_stretches(
          passes, detail::how_it_lies(first, n, to, n), n, [&f, &proj, first, to](std::size_t begin, std::size_t end) {
            loop_closure<F> of = f;
            detail::each_of(
                end - begin, [&](auto const& i, auto const& j) { *j = detail::invoke(of, detail::invoke(proj, *i)); },
                detail::nth_of(first, begin), detail::nth_of(to, begin));
          });
      return Result{detail::nth_of(first, n), detail::nth_of(to, n)};
    } else if constexpr (indexable_output<Out>) {
      // A walked range: whoever has an item knows its position.
      auto const n = static_cast<std::size_t>(std::ranges::distance(range));
      std::size_t const room = detail::room_for(n, out);
      auto const last = std::ranges::next(first, static_cast<std::ranges::range_difference_t<R>>(room));
      detail::pipeline_under(context, std::ranges::subrange(first, last))
          .enumerate()
          .for_each([&f, &proj, to](std::size_t i, std::ranges::range_reference_t<R> item) {
            *detail::nth_of(to, i) = detail::invoke(f, detail::invoke(proj, static_cast<decltype(item)>(item)));
          });
      return Result{last, detail::nth_of(to, room)};
    } else if constexpr (std::ranges::forward_range<Out> && !writes_bits<output_iterator<Out>>) {
      auto const room = (std::min)(static_cast<std::size_t>(std::ranges::distance(range)),
                                   static_cast<std::size_t>(std::ranges::distance(out)));
      auto const last = std::ranges::next(first, static_cast<std::ranges::range_difference_t<R>>(room));
      auto const end = std::ranges::next(to, static_cast<std::ranges::range_difference_t<Out>>(room));
      detail::under(context,
                    detail::pipeline_over(std::ranges::subrange(first, last)).zip(std::ranges::subrange(to, end)))
          .for_each([&f, &proj](std::ranges::range_reference_t<R> item, std::ranges::range_reference_t<Out> into) {
            into = detail::invoke(f, detail::invoke(proj, static_cast<decltype(item)>(item)));
          });
      return Result{last, end};
    } else {
      auto in = first;
      detail::alone_over(context, range, [&] {
        for (; in != std::ranges::end(range) && !detail::is_full<Out>(to, out); ++in, static_cast<void>(++to)) {
          *to = detail::invoke(f, detail::invoke(proj, *in));
        }
      });
      return Result{std::move(in), std::move(to)};
    }
  }

  template <class H, std::ranges::forward_range R1, std::ranges::forward_range R2, output Out, class F,
            class P1 = std::identity, class P2 = std::identity>
    requires transforms_both<R1, R2, Out, F, P1, P2>
  static auto call(Context<H> const& context, R1&& range1, R2&& range2, Out&& out, F const& f, P1 const& proj1 = {},
                   P2 const& proj2 = {}) {
    using Result = std::ranges::binary_transform_result<iterator_of<R1>, iterator_of<R2>, output_result<Out>>;
    auto const first1 = std::ranges::begin(range1);
    auto const first2 = std::ranges::begin(range2);
    auto to = detail::output_begin(std::forward<Out>(out));
    if constexpr (indexable<R1> && indexable<R2> && indexable_output<Out>) {
      std::size_t const n = detail::room_for((std::min)(static_cast<std::size_t>(std::ranges::size(range1)),
                                                        static_cast<std::size_t>(std::ranges::size(range2))),
                                             out);
      Passes passes(context, n);
      Lies const lies = detail::worse_of(detail::how_it_lies(first1, n, to, n), detail::how_it_lies(first2, n, to, n));
      detail::write_stretches(passes, lies, n, [&, first1, first2, to](std::size_t begin, std::size_t end) {
        loop_closure<F> of = f;
        detail::each_of(
            end - begin,
            [&](auto const& i, auto const& j, auto const& k) {
              *k = detail::invoke(of, detail::invoke(proj1, *i), detail::invoke(proj2, *j));
            },
            detail::nth_of(first1, begin), detail::nth_of(first2, begin), detail::nth_of(to, begin));
      });
      return Result{detail::nth_of(first1, n), detail::nth_of(first2, n), detail::nth_of(to, n)};
    } else {
      auto in1 = first1;
      auto in2 = first2;
      detail::alone_over(context, range1, [&] {
        for (; in1 != std::ranges::end(range1) && in2 != std::ranges::end(range2) && !detail::is_full<Out>(to, out);
             ++in1, static_cast<void>(++in2), static_cast<void>(++to)) {
          *to = detail::invoke(f, detail::invoke(proj1, *in1), detail::invoke(proj2, *in2));
        }
      });
      return Result{std::move(in1), std::move(in2), std::move(to)};
    }
  }
  template <class... A>
  static constexpr Unusable refuse() {
    static_assert(
        never<A...>,
        "parallel_task: transform is called as transform(r, out, f) or transform(a, b, out, f), each range also "
        "as two iterators, where f is called with an item of each and what it returns is assigned to those of "
        "out, a range or an iterator: to make a new container write "
        "pt::parallel_iter(r).map(f).collect<std::vector>()");
    return {};
  }
};

}  // namespace detail

/// `transform(r, out, f)` and `transform(a, b, out, f)`: assigns `f(item)`, or `f(item, other)` of two ranges, to the
/// items of `out`, a range or an iterator. Each range may come as two iterators; projections, one for each range,
/// follow. Returns where it ended in each, as `std::ranges::transform` does. A range `out` bounds it: it ends at the
/// shortest.
///
///     std::vector<int> sums(5);
///     pt::transform(v, v, sums, std::plus<>());  // 6, 2, 8, 2, 10
///
/// `f` is called once for each item, in no order, by several threads at once; linear. `out` may be one of the ranges;
/// if it overlaps one and begins before it, one thread computes from the front. Throws what `f` throws, the first
/// exception in time: some results are written then, and some are not; and `std::invalid_argument` if `out` can be seen
/// to begin inside of a range. A list is walked, as by `parallel_iter`, if `out` has random access. Otherwise, and of
/// two ranges of which one has no random access, the calling thread computes.
inline constexpr detail::Transform transform{};

}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
