// find, find_if, find_if_not, find_first_of, adjacent_find: the first position that has something to it.
#pragma once

#include <parallel_task/algorithm/algorithm_object.hpp>
#include <parallel_task/algorithm/gather.hpp>
#include <parallel_task/algorithm/passes.hpp>
#include <parallel_task/core/closure.hpp>

#include <algorithm>
#include <cstddef>
#include <functional>
#include <iterator>
#include <memory>
#include <span>
#include <type_traits>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// The first iterator of a range whose item, seen as const, satisfies `p`.
template <class H, class R, class P>
iterator_of<R> find_in(Context<H> const& context, R&& range, P const& p) {
  auto const first = std::ranges::begin(range);
  if constexpr (std::ranges::contiguous_range<R> && std::ranges::sized_range<R> &&
                std::is_arithmetic_v<std::ranges::range_value_t<R>> &&
                packs_answers<sizeof(std::ranges::range_value_t<R>)>) {
    using Number = std::ranges::range_value_t<R> const;
    std::span<Number> const numbers(std::to_address(first), static_cast<std::size_t>(std::ranges::size(range)));
    auto const found = detail::pipeline_in_memory(context, numbers).position_first([&p](Number& x) { return p(x); });
    return detail::nth_of(first, found ? *found : numbers.size());
  } else if constexpr (std::ranges::contiguous_range<R> && indexable<R>) {
    auto const n = static_cast<std::size_t>(std::ranges::size(range));
    Passes passes(context, n);
    return detail::nth_of(
        first, detail::first_in(passes, n, [&p, in = std::to_address(first)](std::size_t begin, std::size_t end) {
          return static_cast<std::size_t>(std::find_if(in + begin, in + end, p) - in);
        }));
  } else if constexpr (indexable<R>) {
    auto const n = static_cast<std::size_t>(std::ranges::size(range));
    Passes passes(context, n);
    return detail::nth_of(first, detail::first_in(passes, n, [&p, first](std::size_t begin, std::size_t end) {
                            auto at = detail::nth_of(first, begin);
                            for (; begin != end && !p(detail::look(*at)); ++begin) ++at;
                            return begin;
                          }));
  } else {
    auto const found = detail::pipeline_under(context, std::ranges::subrange(first, std::ranges::end(range)))
                           .position_first([&p](auto const& item) { return p(item); });
    return found ? std::ranges::next(first, static_cast<std::ranges::range_difference_t<R>>(*found))
                 : std::ranges::next(first, std::ranges::end(range));
  }
}

struct FindIf : AlgorithmObject<FindIf> {
  template <class H, std::ranges::forward_range R, class P, class Proj = std::identity>
    requires predicate_on<P, R, Proj>
  static iterator_of<R> call(Context<H> const& context, R&& range, P const& p, Proj const& proj = {}) {
    return detail::find_in(context, std::forward<R>(range), [&](auto const& item) {
      return static_cast<bool>(detail::call(p, detail::invoke(proj, item)));
    });
  }
  template <class... A>
  static constexpr Unusable refuse() {
    static_assert(
        never<A...>,
        "parallel_task: find_if is called as find_if(r, p) or find_if(first, last, p), also with a projection "
        "behind, where p takes an item as const and returns bool; after a pipeline write find_first(p)");
    return {};
  }
};
struct FindIfNot : AlgorithmObject<FindIfNot> {
  template <class H, std::ranges::forward_range R, class P, class Proj = std::identity>
    requires predicate_on<P, R, Proj>
  static iterator_of<R> call(Context<H> const& context, R&& range, P const& p, Proj const& proj = {}) {
    return detail::find_in(context, std::forward<R>(range), [&](auto const& item) {
      return !static_cast<bool>(detail::call(p, detail::invoke(proj, item)));
    });
  }
  template <class... A>
  static constexpr Unusable refuse() {
    static_assert(
        never<A...>,
        "parallel_task: find_if_not is called as find_if_not(r, p) or find_if_not(first, last, p), also with a "
        "projection behind, where p takes an item as const and returns bool");
    return {};
  }
};
struct FindValue : AlgorithmObject<FindValue> {
  template <class H, std::ranges::forward_range R, class T, class Proj = std::identity>
    requires requires(looked_at<R, Proj> item, T const& value) { static_cast<bool>(item == value); }
  static iterator_of<R> call(Context<H> const& context, R&& range, T const& value, Proj const& proj = {}) {
    if constexpr (indexable<R> && std::is_arithmetic_v<std::ranges::range_value_t<R>> && std::is_arithmetic_v<T> &&
                  std::is_same_v<Proj, std::identity>) {
      // No code of the user's, and less than a microsecond.
      auto const n = static_cast<std::size_t>(std::ranges::size(range));
      if (n <= 1024) {
        auto found = std::ranges::begin(range);
        auto const last = detail::nth_of(found, n);
        Passes(context, n).alone([&] { found = std::find(found, last, value); });
        return found;
      }
    }
    return detail::find_in(context, std::forward<R>(range),
                           [&](auto const& item) { return static_cast<bool>(detail::invoke(proj, item) == value); });
  }
  template <class... A>
  static constexpr Unusable refuse() {
    static_assert(never<A...>,
                  "parallel_task: find is called as find(r, value) or find(first, last, value), also with a projection "
                  "behind, where items can be compared with value by ==");
    return {};
  }
};
struct FindFirstOf : AlgorithmObject<FindFirstOf> {
  template <class H, std::ranges::forward_range R, std::ranges::forward_range Wanted, class P = ByEquality,
            class P1 = std::identity, class P2 = std::identity>
    requires relation_on<P, R, Wanted, P1, P2>
  static iterator_of<R> call(Context<H> const& context, R&& range, Wanted&& wanted, P const& p = {},
                             P1 const& proj1 = {}, P2 const& proj2 = {}) {
    auto const begin = std::ranges::begin(wanted);
    auto const end = std::ranges::end(wanted);
    return detail::find_in(context, std::forward<R>(range), [&](auto const& item) {
      for (auto at = begin; at != end; ++at) {
        if (static_cast<bool>(detail::invoke(p, detail::invoke(proj1, item),
                                             detail::invoke(proj2, detail::look(*at))))) {
          return true;
        }
      }
      return false;
    });
  }
  template <class... A>
  static constexpr Unusable refuse() {
    static_assert(
        never<A...>,
        "parallel_task: find_first_of is called as find_first_of(r, wanted) or find_first_of(r, wanted, equal), "
        "each range also as two iterators, with projections behind");
    return {};
  }
};
struct AdjacentFind : AlgorithmObject<AdjacentFind> {
  template <class H, std::ranges::forward_range R, class P = ByEquality, class Proj = std::identity>
    requires relation_on<P, R, R, Proj, Proj>
  static iterator_of<R> call(Context<H> const& context, R&& range, P const& p = {}, Proj const& proj = {}) {
    auto const first = std::ranges::begin(range);
    auto const fits = [&](auto const& left, auto const& right) {
      return static_cast<bool>(detail::invoke(p, detail::invoke(proj, left), detail::invoke(proj, right)));
    };
    if constexpr (indexable<R>) {
      auto const n = static_cast<std::size_t>(std::ranges::size(range));
      Passes passes(context, n);
      std::size_t const pairs = n == 0 ? 0 : n - 1;
      std::size_t const found = detail::first_in(passes, pairs, [&fits, first](std::size_t begin, std::size_t end) {
        auto at = detail::nth_of(first, begin);
        for (; begin != end; ++begin) {
          auto const left = at;
          ++at;
          if (fits(detail::look(*left), detail::look(*at))) break;
        }
        return begin;
      });
      return detail::nth_of(first, found == pairs ? n : found);
    } else {
      auto at = first;
      auto const last = std::ranges::end(range);
      detail::alone_over(context, range, [&] {
        if (at == last) return;
        auto next = at;
        for (++next; next != last; at = next, ++next) {
          if (fits(detail::look(*at), detail::look(*next))) return;
        }
        at = next;
      });
      return at;
    }
  }
  template <class... A>
  static constexpr Unusable refuse() {
    static_assert(
        never<A...>,
        "parallel_task: adjacent_find is called as adjacent_find(r) or adjacent_find(r, equal), the range also "
        "as two iterators, with a projection behind, where equal takes two items as const and returns bool");
    return {};
  }
};

}  // namespace detail

/// `find_if(r, p)` and `find_if(first, last, p)`, also with a projection behind: returns an iterator to the first item
/// for which `p` returns true, the end if there is none. Of no more than linear complexity: threads look at windows
/// from the front, and those behind an answer are given up; `p` may have been called for some of their items. An
/// exception thrown for an item behind the answer is dropped. Lists are walked, as by `parallel_iter`.
///
///     auto const four = pt::find_if(v, [](int x) { return x > 3; });
inline constexpr detail::FindIf find_if{};

/// `find_if_not(r, p)`: the same for the first item for which `p` returns false.
inline constexpr detail::FindIfNot find_if_not{};

/// `find(r, value)`: the same for the first item that equals `value`.
inline constexpr detail::FindValue find{};

/// `find_first_of(r, wanted)` and `find_first_of(r, wanted, equal)`: the same for the first item of `r` that equals one
/// of `wanted`. Each range may come as two iterators, each may have a projection. At most as many comparisons as the
/// product of both lengths.
inline constexpr detail::FindFirstOf find_first_of{};

/// `adjacent_find(r)` and `adjacent_find(r, equal)`: the same for the first of two neighbours that are equal, or for
/// which `equal(item, next)` returns true. Without random access the calling thread looks.
inline constexpr detail::AdjacentFind adjacent_find{};

}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
