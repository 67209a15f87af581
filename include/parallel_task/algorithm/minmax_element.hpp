// min_element, max_element, minmax_element: where the smallest and the largest item are.
#pragma once

#include <parallel_task/algorithm/algorithm_object.hpp>
#include <parallel_task/algorithm/best_number.hpp>
#include <parallel_task/algorithm/gather.hpp>
#include <parallel_task/algorithm/passes.hpp>
#include <parallel_task/core/closure.hpp>

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <iterator>
#include <memory>
#include <type_traits>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// The best of a stretch, and of two stretches; `better(a, b)` says of two iterators whether the later, b, is to be
/// taken.
template <class I, class Better>
I best_of(I at, I const& last, Better const& better) {
  I best = at;
  for (++at; at != last; ++at) {
    if (better(best, at)) best = at;
  }
  return best;
}
template <class H, class R, class Better>
iterator_of<R> best_in(Context<H> const& context, R&& range, Better const& better) {
  using I = std::ranges::iterator_t<R>;
  I const first = std::ranges::begin(range);
  if constexpr (indexable<R>) {
    auto const n = static_cast<std::size_t>(std::ranges::size(range));
    Passes passes(context, n);
    auto const best = detail::joined_in(
        passes, n,
        [&](std::size_t begin, std::size_t end) {
          return detail::best_of(detail::nth_of(first, begin), detail::nth_of(first, end), better);
        },
        [&](I& best_so_far, I&& later) {
          if (better(best_so_far, later)) best_so_far = later;
        });
    return best ? *best : first;
  } else {
    I best = first;
    auto const last = std::ranges::next(first, std::ranges::end(range));
    detail::alone_over(context, range, [&] {
      if (first != last) best = detail::best_of(first, last, better);
    });
    return best;
  }
}

/// The first item that no other is less than, or greater.
template <class Self, bool largest>
struct ExtremeElement : AlgorithmObject<Self> {
  template <class H, std::ranges::forward_range R, class L = ByLess, class Proj = std::identity>
    requires order_on<L, R, Proj>
  static iterator_of<R> call(Context<H> const& context, R&& range, L const& less = {}, Proj const& proj = {}) {
    if constexpr (best_by_value<R, L, Proj>) {
      using Best = std::conditional_t<largest, LargestNumber, SmallestNumber>;
      auto const first = std::ranges::begin(range);
      auto const n = static_cast<std::size_t>(std::ranges::size(range));
      Passes passes(context, n);
      return detail::nth_of(first, detail::best_number<Best>(passes, std::to_address(first), n));
    } else {
      auto const is_less = [&](auto const& x, auto const& y) {
        return static_cast<bool>(detail::invoke(less, detail::invoke(proj, detail::look(*x)),
                                                detail::invoke(proj, detail::look(*y))));
      };
      return detail::best_in(context, std::forward<R>(range), [&](auto const& best, auto const& later) {
        return largest ? is_less(best, later) : is_less(later, best);
      });
    }
  }
};
struct MinElement : ExtremeElement<MinElement, false> {
  template <class... A>
  static constexpr Unusable refuse() {
    static_assert(
        never<A...>,
        "parallel_task: min_element is called as min_element(r) or min_element(r, less), the range also as two "
        "iterators, with a projection behind, where less takes two items as const and returns bool");
    return {};
  }
};
struct MaxElement : ExtremeElement<MaxElement, true> {
  template <class... A>
  static constexpr Unusable refuse() {
    static_assert(
        never<A...>,
        "parallel_task: max_element is called as max_element(r) or max_element(r, less), the range also as two "
        "iterators, with a projection behind, where less takes two items as const and returns bool");
    return {};
  }
};
struct MinMaxElement : AlgorithmObject<MinMaxElement> {
  template <class H, std::ranges::forward_range R, class L = ByLess, class Proj = std::identity>
    requires order_on<L, R, Proj>
  static auto call(Context<H> const& context, R&& range, L const& less = {}, Proj const& proj = {}) {
    using I = std::ranges::iterator_t<R>;
    using Result = std::ranges::minmax_element_result<iterator_of<R>>;
    struct Both {
      I smallest;
      I largest;
    };
    auto const is_less = [&](I const& a, I const& b) {
      return static_cast<bool>(detail::invoke(less, detail::invoke(proj, detail::look(*a)),
                                              detail::invoke(proj, detail::look(*b))));
    };
    // By pairs: three comparisons for two items.
    auto const of_stretch = [&](I at, I const& last) {
      Both both{at, at};
      for (++at; at != last; ++at) {
        I const item = at;
        if (++at == last) {
          if (is_less(item, both.smallest)) {
            both.smallest = item;
          } else if (!is_less(item, both.largest)) {
            both.largest = item;
          }
          break;
        }
        bool const falls = is_less(at, item);
        I const& smaller = falls ? at : item;
        I const& larger = falls ? item : at;
        if (is_less(smaller, both.smallest)) both.smallest = smaller;
        if (!is_less(larger, both.largest)) both.largest = larger;
      }
      return both;
    };
    I const first = std::ranges::begin(range);
    if constexpr (best_by_value<R, L, Proj>) {
      auto const n = static_cast<std::size_t>(std::ranges::size(range));
      Passes passes(context, n);
      auto const [smallest, largest] = detail::extreme_numbers(passes, std::to_address(first), n);
      return Result{detail::nth_of(first, smallest), detail::nth_of(first, largest)};
    } else if constexpr (indexable<R>) {
      auto const n = static_cast<std::size_t>(std::ranges::size(range));
      Passes passes(context, n);
      auto const both = detail::joined_in(
          passes, n,
          [&](std::size_t begin, std::size_t end) {
            return of_stretch(detail::nth_of(first, begin), detail::nth_of(first, end));
          },
          [&](Both& so_far, Both&& later) {
            if (is_less(later.smallest, so_far.smallest)) so_far.smallest = later.smallest;
            if (!is_less(later.largest, so_far.largest)) so_far.largest = later.largest;
          });
      return both ? Result{both->smallest, both->largest} : Result{first, first};
    } else {
      Both both{first, first};
      auto const last = std::ranges::next(first, std::ranges::end(range));
      detail::alone_over(context, range, [&] {
        if (first != last) both = of_stretch(first, last);
      });
      return Result{both.smallest, both.largest};
    }
  }
  template <class... A>
  static constexpr Unusable refuse() {
    static_assert(
        never<A...>,
        "parallel_task: minmax_element is called as minmax_element(r) or minmax_element(r, less), the range also "
        "as two iterators, with a projection behind, where less takes two items as const and returns bool");
    return {};
  }
};

}  // namespace detail

/// `min_element(r)` and `min_element(r, less)`: returns an iterator to the smallest item, the first of several; the end
/// if there is none. The range may come as two iterators; a projection may follow. In no order; linear. Throws what
/// `less` throws, the first exception in time. Without random access the calling thread looks. What `<` says of NaN is
/// taken as it is; `min(r)` leaves NaN out.
///
///     auto const smallest = pt::min_element(v);  // v.begin() + 1
inline constexpr detail::MinElement min_element{};

/// `max_element(r)` and `max_element(r, less)`: the same for the largest item, the first of several.
inline constexpr detail::MaxElement max_element{};

/// `minmax_element(r)` and `minmax_element(r, less)`: returns iterators to both, `min` the first of several that are
/// smallest, `max` the last of several that are largest, as `std::ranges::minmax_element` does.
inline constexpr detail::MinMaxElement minmax_element{};

}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
