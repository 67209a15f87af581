// includes(a, b)
#pragma once

#include <parallel_task/algorithm/arguments.hpp>
#include <parallel_task/algorithm/co_rank.hpp>
#include <parallel_task/algorithm/passes.hpp>
#include <parallel_task/platform/atomic.hpp>

#include <algorithm>
#include <cstddef>
#include <functional>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

struct Includes : AlgorithmObject<Includes> {
  template <class H, numbered A, numbered B, class Less = std::less<>, class OfA = std::identity,
            class OfB = std::identity>
    requires orders<Less, key_of<A, OfA>, key_of<B, OfB>>
  static bool call(Context<H> const& context, A&& a, B&& b, Less less = {}, OfA of_a = {}, OfB of_b = {}) {
    using Two = TwoSorted<std::ranges::iterator_t<A>, std::ranges::iterator_t<B>, Less, OfA, OfB>;
    Two const two{detail::numbered_of(a), detail::numbered_of(b), less, of_a, of_b};
    Passes passes(context, two.b.size);
    constexpr std::size_t size = items_of_block<std::ranges::range_value_t<B>>;
    if (two.total() <= size) {
      bool all = false;
      passes.alone([&] { all = has(two, 0, two.a.size, 0, two.b.size); });
      return all;
    }
    // Blocks of b, each from where a run of equal items begins, each against the part of a where they may be. A block
    // is smaller the more items of a there are for each.
    std::size_t const part = (std::max)(std::size_t{64}, size / (two.a.size / ((std::max)(two.b.size, size)) + 1));
    atomic<bool> missing{false};
    passes.blocks(two.b.size, part, [&](std::size_t j, std::size_t last) {
      // relaxed: only saves work; it is read for good when the pass is over
      if (missing.load(detail::memory_order_relaxed)) return;
      j = run_from(two, j);
      last = run_from(two, last);
      if (j == last) return;
      std::size_t const i = detail::first_not(0, two.a.size, [&](std::size_t x) { return two.a_first(x, j); });
      std::size_t const end =
          detail::first_not(i, two.a.size, [&](std::size_t x) { return !two.b_first(last - 1, x); });
      if (!has(two, i, end, j, last)) missing.store(true, detail::memory_order_relaxed);
    });
    return !missing.load(detail::memory_order_relaxed);
  }
  template <class... A>
  static constexpr Unusable refuse() {
    static_assert(never<A...>,
                  "parallel_task: includes is called as includes(a, b), includes(a, b, less) or includes(a, b, less, "
                  "projection of a, projection of b), or with two iterators each for a and b: both have random access, "
                  "and less can be called as const with items of both, either way");
    return {};
  }

 private:
  /// The first position from j on that begins a run of equal items.
  template <class Two>
  static std::size_t run_from(Two const& two, std::size_t j) {
    if (j == 0 || j == two.b.size) return j;
    return detail::first_not(j, two.b.size, [&](std::size_t x) { return !two.in_b(j - 1, x); });
  }
  template <class Two>
  static bool has(Two const& two, std::size_t i, std::size_t end_of_a, std::size_t j, std::size_t end_of_b) {
    while (j != end_of_b) {
      if (i == end_of_a || two.b_first(j, i)) return false;
      if (!two.a_first(i, j)) ++j;
      ++i;
    }
    return true;
  }
};

}  // namespace detail

/// `includes(a, b, less, projection of a, projection of b)` and `includes(first of a, last of a, first of b, last of b,
/// ...)`: whether each item of the sorted range `b` is in the sorted range `a`, and as often. Ends early when one is
/// missing. Linear; two comparisons for each item. Throws what a comparison or projection throws, the first in time.
///
///     bool const all = pt::includes(dictionary, words);
inline constexpr detail::Includes includes{};

}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
