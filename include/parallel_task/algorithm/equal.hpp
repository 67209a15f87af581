// equal, mismatch, lexicographical_compare, starts_with, ends_with: two ranges side by side.
#pragma once

#include <parallel_task/algorithm/algorithm_object.hpp>
#include <parallel_task/algorithm/gather.hpp>
#include <parallel_task/algorithm/passes.hpp>
#include <parallel_task/core/closure.hpp>
#include <parallel_task/core/same_front.hpp>

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

/// How many items of two ranges have a twin at their position; `same` is called with both as const.
template <class H, class R1, class R2, class P>
std::size_t same_items(Context<H> const& context, R1& range1, R2& range2, std::size_t n, P const& same) {
  auto const first1 = std::ranges::begin(range1);
  auto const first2 = std::ranges::begin(range2);
  Passes passes(context, n);
  return detail::first_in(passes, n, [&same, first1, first2](std::size_t begin, std::size_t end) {
    auto at1 = detail::nth_of(first1, begin);
    auto at2 = detail::nth_of(first2, begin);
    for (; begin != end && same(detail::look(*at1), detail::look(*at2)); ++begin) {
      ++at1;
      ++at2;
    }
    return begin;
  });
}
/// What a range refers to: its items' type unless those are volatile, or made as they are asked for.
template <class R>
using stored_item = std::remove_const_t<std::remove_reference_t<std::ranges::range_reference_t<R>>>;
/// Items that are compared by their bytes, many at once: faster than any loop over items.
template <class R1, class R2, class P, class P1, class P2>
inline constexpr bool compared_as_bytes =
    (std::is_same_v<P, ByEquality> || std::is_same_v<P, std::ranges::equal_to>)&&std::is_same_v<P1, std::identity> &&
    std::is_same_v<P2, std::identity> && std::ranges::contiguous_range<R1> && std::ranges::contiguous_range<R2> &&
    std::is_same_v<std::ranges::range_value_t<R1>, std::ranges::range_value_t<R2>> &&
    std::is_same_v<stored_item<R1>, std::ranges::range_value_t<R1>> &&
    std::is_same_v<stored_item<R2>, std::ranges::range_value_t<R2>> &&
    (std::is_integral_v<std::ranges::range_value_t<R1>> || std::is_pointer_v<std::ranges::range_value_t<R1>>);

template <class H, class R1, class R2, class P, class P1, class P2>
std::size_t mismatch_of(Context<H> const& context, R1& range1, R2& range2, P const& p, P1 const& proj1,
                        P2 const& proj2) {
  auto const n = (std::min)(static_cast<std::size_t>(std::ranges::size(range1)),
                            static_cast<std::size_t>(std::ranges::size(range2)));
  if constexpr (compared_as_bytes<R1, R2, P, P1, P2>) {
    auto const* const a = std::to_address(std::ranges::begin(range1));
    auto const* const b = std::to_address(std::ranges::begin(range2));
    Passes passes(context, n);
    return detail::first_in_plain<std::ranges::range_value_t<R1>>(passes, n, [a, b](std::size_t i, std::size_t end) {
      i += detail::same_front(a + i, b + i, end - i);
      while (i != end && a[i] == b[i]) ++i;
      return i;
    });
  } else {
    return detail::same_items(context, range1, range2, n, [&](auto const& item, auto const& other) {
      return static_cast<bool>(detail::invoke(p, detail::invoke(proj1, item), detail::invoke(proj2, other)));
    });
  }
}

struct Mismatch : AlgorithmObject<Mismatch> {
  template <class H, std::ranges::forward_range R1, std::ranges::forward_range R2, class P = ByEquality,
            class P1 = std::identity, class P2 = std::identity>
    requires relation_on<P, R1, R2, P1, P2>
  static auto call(Context<H> const& context, R1&& range1, R2&& range2, P const& p = {}, P1 const& proj1 = {},
                   P2 const& proj2 = {}) {
    using Result = std::ranges::mismatch_result<iterator_of<R1>, iterator_of<R2>>;
    auto at1 = std::ranges::begin(range1);
    auto at2 = std::ranges::begin(range2);
    if constexpr (indexable<R1> && indexable<R2>) {
      std::size_t const same = detail::mismatch_of(context, range1, range2, p, proj1, proj2);
      return Result{detail::nth_of(at1, same), detail::nth_of(at2, same)};
    } else {
      detail::alone_over(context, range1, [&] {
        for (; at1 != std::ranges::end(range1) && at2 != std::ranges::end(range2); ++at1, static_cast<void>(++at2)) {
          if (!static_cast<bool>(detail::invoke(p, detail::invoke(proj1, detail::look(*at1)),
                                                detail::invoke(proj2, detail::look(*at2))))) {
            return;
          }
        }
      });
      return Result{std::move(at1), std::move(at2)};
    }
  }
  template <class... A>
  static constexpr Unusable refuse() {
    static_assert(
        never<A...>,
        "parallel_task: mismatch is called as mismatch(a, b) or mismatch(a, b, equal), each range also as two "
        "iterators, with projections behind, where equal takes an item of each as const and returns bool");
    return {};
  }
};

struct EqualRanges : AlgorithmObject<EqualRanges> {
  template <class H, std::ranges::forward_range R1, std::ranges::forward_range R2, class P = ByEquality,
            class P1 = std::identity, class P2 = std::identity>
    requires relation_on<P, R1, R2, P1, P2>
  static bool call(Context<H> const& context, R1&& range1, R2&& range2, P const& p = {}, P1 const& proj1 = {},
                   P2 const& proj2 = {}) {
    if constexpr (std::ranges::sized_range<R1> && std::ranges::sized_range<R2>) {
      if (std::ranges::size(range1) != std::ranges::size(range2)) return false;
    }
    if constexpr (indexable<R1> && indexable<R2>) {
      return detail::mismatch_of(context, range1, range2, p, proj1, proj2) ==
             static_cast<std::size_t>(std::ranges::size(range1));
    } else {
      auto const [end1, end2] = Mismatch::call(context, range1, range2, p, proj1, proj2);
      return end1 == std::ranges::end(range1) && end2 == std::ranges::end(range2);
    }
  }
  template <class... A>
  static constexpr Unusable refuse() {
    static_assert(
        never<A...>,
        "parallel_task: equal is called as equal(a, b) or equal(a, b, equal), each range also as two iterators, "
        "with projections behind, where items are compared by == or by equal(item, other), which takes them as "
        "const; after a pipeline as equal(r)");
    return {};
  }
};
template <>
struct AlgorithmNamed<usage_of_equal> {
  using type = EqualRanges;
};

struct LexicographicalCompare : AlgorithmObject<LexicographicalCompare> {
  template <class H, std::ranges::forward_range R1, std::ranges::forward_range R2, class L = ByLess,
            class P1 = std::identity, class P2 = std::identity>
    requires relation_on<L, R1, R2, P1, P2> && relation_on<L, R2, R1, P2, P1>
  static bool call(Context<H> const& context, R1&& range1, R2&& range2, L const& less = {}, P1 const& proj1 = {},
                   P2 const& proj2 = {}) {
    auto const is_less = [&](auto const& item, auto const& other) {
      return static_cast<bool>(detail::invoke(less, detail::invoke(proj1, item), detail::invoke(proj2, other)));
    };
    auto const same = [&](auto const& item, auto const& other) {
      return !is_less(item, other) &&
             !static_cast<bool>(detail::invoke(less, detail::invoke(proj2, other), detail::invoke(proj1, item)));
    };
    auto const [at1, at2] = [&] {
      if constexpr (std::is_same_v<L, ByLess> && compared_as_bytes<R1, R2, ByEquality, P1, P2>) {
        return Mismatch::call(context, range1, range2);
      } else {
        return Mismatch::call(context, range1, range2, same);
      }
    }();
    if (at2 == std::ranges::end(range2)) return false;
    return at1 == std::ranges::end(range1) || is_less(detail::look(*at1), detail::look(*at2));
  }
  template <class... A>
  static constexpr Unusable refuse() {
    static_assert(
        never<A...>,
        "parallel_task: lexicographical_compare is called as lexicographical_compare(a, b) or "
        "lexicographical_compare(a, b, less), each range also as two iterators, with projections behind, where "
        "less takes two items as const and returns bool");
    return {};
  }
};

struct StartsWith : AlgorithmObject<StartsWith> {
  template <class H, std::ranges::forward_range R1, std::ranges::forward_range R2, class P = ByEquality,
            class P1 = std::identity, class P2 = std::identity>
    requires relation_on<P, R1, R2, P1, P2>
  static bool call(Context<H> const& context, R1&& range, R2&& start, P const& p = {}, P1 const& proj1 = {},
                   P2 const& proj2 = {}) {
    return Mismatch::call(context, range, start, p, proj1, proj2).in2 == std::ranges::end(start);
  }
  template <class... A>
  static constexpr Unusable refuse() {
    static_assert(never<A...>,
                  "parallel_task: starts_with is called as starts_with(r, start) or starts_with(r, start, equal), each "
                  "range also as two iterators, with projections behind");
    return {};
  }
};
struct EndsWith : AlgorithmObject<EndsWith> {
  template <class H, std::ranges::forward_range R1, std::ranges::forward_range R2, class P = ByEquality,
            class P1 = std::identity, class P2 = std::identity>
    requires relation_on<P, R1, R2, P1, P2>
  static bool call(Context<H> const& context, R1&& range, R2&& end, P const& p = {}, P1 const& proj1 = {},
                   P2 const& proj2 = {}) {
    auto const n = std::ranges::distance(range);
    auto const m = static_cast<std::ranges::range_difference_t<R1>>(std::ranges::distance(end));
    if (n < m) return false;
    auto const first = std::ranges::next(std::ranges::begin(range), n - m);
    return EqualRanges::call(context, std::ranges::subrange(first, std::ranges::next(first, m)), end, p, proj1, proj2);
  }
  template <class... A>
  static constexpr Unusable refuse() {
    static_assert(
        never<A...>,
        "parallel_task: ends_with is called as ends_with(r, end) or ends_with(r, end, equal), each range also as "
        "two iterators, with projections behind");
    return {};
  }
};

}  // namespace detail

/// `mismatch(a, b)` and `mismatch(a, b, equal)`: returns iterators to the first items of both that are at the same
/// position and not equal, or to where the shorter ends, as `std::ranges::mismatch` does. Each range may come as two
/// iterators, each may have a projection. Of no more than linear complexity: threads look at windows from the front,
/// and an exception thrown behind the answer is dropped. Without random access the calling thread looks.
inline constexpr detail::Mismatch mismatch{};

/// `lexicographical_compare(a, b)` and `lexicographical_compare(a, b, less)`: returns whether `a` comes before `b` in a
/// dictionary. Otherwise as `mismatch`; `less` is called twice for each position.
inline constexpr detail::LexicographicalCompare lexicographical_compare{};

/// `starts_with(r, start)` and `starts_with(r, start, equal)`: returns whether the first items of `r` are those of
/// `start`. Otherwise as `mismatch`.
inline constexpr detail::StartsWith starts_with{};

/// `ends_with(r, end)` and `ends_with(r, end, equal)`: returns whether the last items of `r` are those of `end`.
/// Otherwise as `mismatch`.
inline constexpr detail::EndsWith ends_with{};

}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
