// search(r, pattern), search_n(r, count, value): where a sequence of items begins.
#pragma once

#include <parallel_task/algorithm/algorithm_object.hpp>
#include <parallel_task/algorithm/gather.hpp>
#include <parallel_task/algorithm/passes.hpp>
#include <parallel_task/core/closure.hpp>
#include <parallel_task/core/search.hpp>

#include <algorithm>
#include <cstddef>
#include <functional>
#include <iterator>
#include <memory>
#include <type_traits>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// Numbers in memory that are compared by ==: many at once.
template <class R, class Pattern, class P, class P1, class P2>
inline constexpr bool searched_for_numbers = false;
template <std::ranges::contiguous_range R, std::ranges::contiguous_range Pattern, class P>
  requires std::is_same_v<std::ranges::range_value_t<R>, std::ranges::range_value_t<Pattern>>
inline constexpr bool searched_for_numbers<R, Pattern, P, std::identity, std::identity> =
    (std::is_same_v<P, ByEquality> || std::is_same_v<P, std::ranges::equal_to> ||
     std::is_same_v<P, std::equal_to<>>)&&packs_answers<bytes_of_numbers<std::ranges::range_value_t<R>>>;

/// The first position in [begin, end) from which on v has the `m` items at `wanted`, or `end`. A block of positions is
/// passed over unless the first and the last item fit somewhere (after W. Mula, "SIMD-friendly algorithms for substring
/// searching", 2016).
template <class T>
std::size_t search_numbers(T const* v, std::size_t begin, std::size_t end, T const* wanted, std::size_t m) {
  using Answer = AnswerOf<sizeof(T)>;
  T const start = wanted[0];
  T const stop = wanted[m - 1];
  T const* const behind = v + (m - 1);
  while (begin != end) {
    std::size_t const stretch = end - begin < search_block ? end - begin : search_block;
    if (stretch == search_block) {
      Answer fits = 0;
      for (std::size_t j = 0; j != search_block; ++j) {
        Answer const first = v[begin + j] == start ? Answer{1} : Answer{0};
        Answer const last = behind[begin + j] == stop ? Answer{1} : Answer{0};
        fits = static_cast<Answer>(fits | (first & last));
      }
      if (fits == 0) {
        begin += search_block;
        continue;
      }
    }
    for (std::size_t const next = begin + stretch; begin != next; ++begin) {
      if (!(v[begin] == start) || !(behind[begin] == stop)) continue;
      std::size_t same = 1;
      while (same < m && v[begin + same] == wanted[same]) ++same;
      if (same == m) return begin;
    }
  }
  return end;
}

struct Search : AlgorithmObject<Search> {
  template <class H, std::ranges::forward_range R, std::ranges::forward_range Pattern, class P = ByEquality,
            class P1 = std::identity, class P2 = std::identity>
    requires relation_on<P, R, Pattern, P1, P2>
  static auto call(Context<H> const& context, R&& range, Pattern&& pattern, P const& p = {}, P1 const& proj1 = {},
                   P2 const& proj2 = {}) {
    using Result = std::ranges::borrowed_subrange_t<R>;
    auto const first = std::ranges::begin(range);
    auto const equal = [&](auto const& item, auto const& other) {
      return static_cast<bool>(detail::invoke(p, detail::invoke(proj1, item), detail::invoke(proj2, other)));
    };
    if constexpr (indexable<R> && indexable<Pattern>) {
      auto const n = static_cast<std::size_t>(std::ranges::size(range));
      auto const m = static_cast<std::size_t>(std::ranges::size(pattern));
      auto const wanted = std::ranges::begin(pattern);
      std::size_t const places = m > n ? 0 : n - m + 1;
      Passes passes(context, n);
      std::size_t const found = detail::first_in(passes, places, [&, first](std::size_t begin, std::size_t end) {
        if (m == 0) return begin;
        if constexpr (searched_for_numbers<R, Pattern, P, P1, P2>) {
          return detail::search_numbers(std::to_address(first), begin, end, std::to_address(wanted), m);
        }
        loop_value<std::ranges::range_value_t<Pattern>> const start = *wanted;
        for (;; ++begin) {
          // std::find_if looks at four items a round.
          auto const last = detail::nth_of(first, end);
          auto at = std::find_if(detail::nth_of(first, begin), last,
                                 [&](auto&& item) { return equal(detail::look(item), start); });
          if (at == last) return end;
          begin = static_cast<std::size_t>(at - first);
          std::size_t same = 1;
          for (auto other = wanted; same != m && equal(detail::look(*++at), detail::look(*++other));) ++same;
          if (same == m) return begin;
        }
      });
      if (found == places) return Result{detail::nth_of(first, n), detail::nth_of(first, n)};
      return Result{detail::nth_of(first, found), detail::nth_of(first, found + m)};
    } else {
      auto const last = std::ranges::next(first, std::ranges::end(range));
      auto found = std::ranges::subrange(last, last);
      detail::alone_over(context, range, [&] {
        found = std::ranges::search(std::ranges::subrange(first, last), pattern,
                                    [&](auto const& item, auto const& other) { return equal(item, other); });
      });
      return Result{found.begin(), found.end()};
    }
  }
  template <class... A>
  static constexpr Unusable refuse() {
    static_assert(
        never<A...>,
        "parallel_task: search is called as search(r, pattern) or search(r, pattern, equal), each range also as "
        "two iterators, with projections behind, where equal takes an item of each as const and returns bool");
    return {};
  }
};

struct SearchN : AlgorithmObject<SearchN> {
  template <class H, std::ranges::forward_range R, class T, class P = ByEquality, class Proj = std::identity>
    requires std::predicate<P const&, looked_at<R, Proj>, T const&>
  static auto call(Context<H> const& context, R&& range, std::ranges::range_difference_t<R> count, T const& value,
                   P const& p = {}, Proj const& proj = {}) {
    using Result = std::ranges::borrowed_subrange_t<R>;
    auto const first = std::ranges::begin(range);
    auto const fits = [&](auto const& item) {
      return static_cast<bool>(detail::invoke(p, detail::invoke(proj, item), value));
    };
    std::size_t const m = count < 0 ? 0 : static_cast<std::size_t>(count);
    if constexpr (indexable<R>) {
      auto const n = static_cast<std::size_t>(std::ranges::size(range));
      std::size_t const places = m > n ? 0 : n - m + 1;
      Passes passes(context, n);
      std::size_t const found = detail::first_in(passes, places, [&, first](std::size_t begin, std::size_t end) {
        // From the last item of a place to its first: behind the first that does not fit the next place begins.
        while (begin < end) {
          std::size_t left = m;
          for (auto at = detail::nth_of(first, begin + m); left != 0 && fits(detail::look(*--at));) --left;
          if (left == 0) return begin;
          begin += left;
        }
        return end;
      });
      if (found == places) return Result{detail::nth_of(first, n), detail::nth_of(first, n)};
      return Result{detail::nth_of(first, found), detail::nth_of(first, found + m)};
    } else {
      auto const last = std::ranges::next(first, std::ranges::end(range));
      auto begin = first;
      auto end = first;
      detail::alone_over(context, range, [&] {
        std::size_t same = 0;
        while (same != m && end != last) {
          bool const more = fits(detail::look(*end));
          ++end;
          same = more ? same + 1 : 0;
          if (!more) begin = end;
        }
        if (same != m) begin = end;
      });
      return Result{begin, end};
    }
  }
  template <class... A>
  static constexpr Unusable refuse() {
    static_assert(
        never<A...>,
        "parallel_task: search_n is called as search_n(r, count, value) or search_n(r, count, value, equal), the "
        "range also as two iterators, with a projection behind");
    return {};
  }
};

}  // namespace detail

/// `search(r, pattern)` and `search(r, pattern, equal)`: returns the first subrange of `r` whose items equal those of
/// `pattern`, one after the other; an empty one at the end if there is none, as `std::ranges::search` does. Each range
/// may come as two iterators, each may have a projection. At most as many comparisons as the product of both lengths.
/// Threads look at windows from the front; an exception thrown behind the answer is dropped. Without random access the
/// calling thread looks.
inline constexpr detail::Search search{};

/// `search_n(r, count, value)` and `search_n(r, count, value, equal)`: the same for `count` items that equal `value`,
/// one after the other.
inline constexpr detail::SearchN search_n{};

}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
