// copy(r, out), move(r, out): items from one place to another.
#pragma once

#include <parallel_task/algorithm/algorithm_object.hpp>
#include <parallel_task/algorithm/output.hpp>
#include <parallel_task/algorithm/passes.hpp>

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <type_traits>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// What copy and move have in common: `How` does one item, or many.
template <class How>
struct Transfer {
  template <class Result, class H, class R, class Out>
  static Result run(Context<H> const& context, R& range, Out&& out) {
    auto const first = std::ranges::begin(range);
    if constexpr (indexable<R&> && indexable_output<Out>) {
      std::size_t const n = detail::room_for(static_cast<std::size_t>(std::ranges::size(range)), out);
      auto const to = detail::output_begin(std::forward<Out>(out));
      Passes passes(context, n);
      auto const some = [&](std::size_t begin, std::size_t end) {
        How::many(detail::nth_of(first, begin), detail::nth_of(first, end), detail::nth_of(to, begin));
      };
      Lies const lies = detail::how_it_lies(first, n, to, n);
      if (lies == Lies::in_place) {
        passes.alone([] {});  // each item is where it should be
      } else if (lies == Lies::apart) {
        passes.stretches_of<plain_item<std::ranges::iterator_t<R>, output_iterator<Out>>>(n, some);
      } else {
        detail::write_stretches(passes, lies, n, some);
      }
      return {detail::nth_of(first, n), detail::nth_of(to, n)};
    } else {
      auto from = first;
      auto to = detail::output_begin(std::forward<Out>(out));
      detail::alone_over(context, range, [&] {
        for (; from != std::ranges::end(range) && !detail::is_full<Out>(to, out); ++from, static_cast<void>(++to)) {
          How::one(from, to);
        }
      });
      return {std::move(from), std::move(to)};
    }
  }
};
struct CopyItems {
  template <class I, class O>
  static void one(I& from, O& to) {
    *to = *from;
  }
  template <class I, class O>
  static void many(I first, I last, O to) {
    std::ranges::copy(first, last, to);
  }
};
struct MoveItems {
  template <class I, class O>
  static void one(I& from, O& to) {
    *to = std::ranges::iter_move(from);
  }
  template <class I, class O>
  static void many(I first, I last, O to) {
    std::ranges::move(first, last, to);
  }
};

struct Copy : AlgorithmObject<Copy> {
  template <class H, std::ranges::forward_range R, output Out>
    requires std::indirectly_copyable<std::ranges::iterator_t<R>, output_iterator<Out>>
  static auto call(Context<H> const& context, R&& range, Out&& out) {
    using Result = std::ranges::copy_result<iterator_of<R>, output_result<Out>>;
    return Transfer<CopyItems>::run<Result>(context, range, std::forward<Out>(out));
  }
  template <class... A>
  static constexpr Unusable refuse() {
    static_assert(never<A...>,
                  "parallel_task: copy is called as copy(r, out) or copy(first, last, out), where out is a range or an "
                  "iterator to which the items can be assigned: to make a new container write "
                  "pt::parallel_iter(r).collect<std::vector>()");
    return {};
  }
};
struct Move : AlgorithmObject<Move> {
  template <class H, std::ranges::forward_range R, output Out>
    requires std::indirectly_movable<std::ranges::iterator_t<R>, output_iterator<Out>>
  static auto call(Context<H> const& context, R&& range, Out&& out) {
    using Result = std::ranges::move_result<iterator_of<R>, output_result<Out>>;
    return Transfer<MoveItems>::run<Result>(context, range, std::forward<Out>(out));
  }
  template <class... A>
  static constexpr Unusable refuse() {
    static_assert(never<A...>,
                  "parallel_task: move is called as move(r, out) or move(first, last, out), where out is a range or an "
                  "iterator to which the items can be move-assigned");
    return {};
  }
};

}  // namespace detail

/// `copy(r, out)` and `copy(first, last, out)`: assigns the items to those of `out`, a range or an iterator, item by
/// item. Returns where it ended in both, as `std::ranges::copy` does. A range `out` bounds it: it ends at the shorter.
/// In no order; linear. `out` may begin before the range that it overlaps, as of `std::copy`: then one thread copies.
/// Throws what assigning throws, the first exception in time: some items are copied then, and some are not; and
/// `std::invalid_argument` if `out` can be seen to begin inside of the range. Without random access on both sides the
/// calling thread copies.
///
///     std::vector<int> copied(5);
///     pt::copy(v, copied);
inline constexpr detail::Copy copy{};

/// `move(r, out)` and `move(first, last, out)`: the same, but the items are moved. If it throws, some are moved; none
/// is lost.
inline constexpr detail::Move move{};

}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
