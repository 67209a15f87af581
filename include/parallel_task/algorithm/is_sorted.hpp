// is_sorted(r), is_sorted_until(r)
#pragma once

#include <parallel_task/algorithm/algorithm_object.hpp>
#include <parallel_task/algorithm/passes.hpp>
#include <parallel_task/algorithm/sorting/look.hpp>
#include <parallel_task/algorithm/sorting/order.hpp>
#include <parallel_task/algorithm/sorting/team.hpp>
#include <parallel_task/platform/atomic.hpp>

#include <cstddef>
#include <iterator>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

template <class I, class C, class P>
concept has_order = std::forward_iterator<I> && orders_items<I, C, P>;

/// The position of the first of n items that is less than the one before it; n: none.
template <class I, class O>
std::size_t first_unsorted(I first, std::size_t n, O const& less, Passes& passes) {
  constexpr std::size_t size = 8192;
  auto const look = [&](std::size_t from, std::size_t last) { return detail::run_end<false>(first, from, last, less); };
  if (n <= size) {
    std::size_t end = n;
    passes.alone([&] { end = n == 0 ? 0 : look(0, n); });
    return end;
  }
  if (std::size_t const end = look(0, 64); end != 64) return end;
  atomic<std::size_t> found{n};
  Team(passes).template blocks<Phase::look>(n - 1, size, [&](std::size_t from, std::size_t last) {
    if (found.load(std::memory_order_relaxed) <= from) return;
    std::size_t const end = look(from, last + 1);
    if (end == last + 1) return;
    // relaxed: the pass's end orders it; the smallest counts
    std::size_t before = found.load(std::memory_order_relaxed);
    while (end < before && !found.compare_exchange_weak(before, end, std::memory_order_relaxed)) {
    }
  });
  return found.load(std::memory_order_relaxed);
}

struct IsSortedUntil : AlgorithmObject<IsSortedUntil> {
  using Default = std::ranges::less;
  template <class H, std::ranges::forward_range R, class C = std::ranges::less, class P = std::identity>
    requires has_order<std::ranges::iterator_t<R>, C, P>
  static iterator_of<R> call(Context<H> const& context, R&& range, C const& compare = {}, P const& projection = {}) {
    auto const first = std::ranges::begin(range);
    if constexpr (indexable<R>) {
      auto const n = static_cast<std::size_t>(std::ranges::size(range));
      Passes passes(context, n);
      auto const end =
          detail::first_unsorted(first, n, detail::order_of<std::ranges::range_value_t<R>>(compare, projection),
                                 passes);
      return first + static_cast<std::ranges::range_difference_t<R>>(end);
    } else {
      Passes passes(context, static_cast<std::size_t>(std::ranges::distance(range)));
      auto end = first;
      passes.alone([&] { 
        auto const less = detail::order_of<std::ranges::range_value_t<R>>(compare, projection);
        auto const last = std::ranges::end(range);
        for (auto before = first; end != last && (end == before || !less(*end, *before)); ++end) before = end;
       });
      return end;
    }
  }
  template <class... A>
  static constexpr Unusable refuse() {
    static_assert(
        never<A...>,
        "parallel_task: is_sorted_until is called as is_sorted_until(r), is_sorted_until(r, less) or "
        "is_sorted_until(r, less, projection), or with two iterators for r; of a forward range whose items can "
        "be compared, by closures that are called as const");
    return {};
  }
};

struct IsSortedRange : AlgorithmObject<IsSortedRange> {
  using Default = std::ranges::less;
  template <class H, std::ranges::forward_range R, class C = std::ranges::less, class P = std::identity>
    requires has_order<std::ranges::iterator_t<R>, C, P>
  static bool call(Context<H> const& context, R&& range, C const& compare = {}, P const& projection = {}) {
    auto const first = std::ranges::begin(range);
    auto const last = std::ranges::next(first, std::ranges::end(range));
    return IsSortedUntil::call(context, std::ranges::subrange(first, last), compare, projection) == last;
  }
  template <class... A>
  static constexpr Unusable refuse() {
    static_assert(
        never<A...>,
        "parallel_task: is_sorted is called as is_sorted(r), is_sorted(r, less) or is_sorted(r, less, "
        "projection), or with two iterators for r, of a forward range whose items can be compared, by closures "
        "that are called as const; after a pipeline as is_sorted() or is_sorted(less)");
    return {};
  }
};
template <>
struct AlgorithmNamed<usage_of_is_sorted> {
  template <class... A>
  static constexpr auto call(A&&... arguments) {
    return IsSortedRange{}(std::forward<A>(arguments)...);
  }
};

}  // namespace detail

/// `is_sorted_until(r)`, `is_sorted_until(r, less)`, `is_sorted_until(r, less, projection)`, and with two iterators for
/// `r`: the first item that is less than the one before it, or the end. Looks at the first items alone, then at all, as
/// far as the answer needs. `is_sorted` takes the same, and says whether there is none. Throws what the closures throw,
/// the first in time, and `cancelled`.
inline constexpr detail::IsSortedUntil is_sorted_until{};

}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
