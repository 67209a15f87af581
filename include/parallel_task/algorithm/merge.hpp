// merge(a, b, out)
#pragma once

#include <parallel_task/algorithm/arguments.hpp>
#include <parallel_task/algorithm/co_rank.hpp>
#include <parallel_task/algorithm/merge_ends.hpp>
#include <parallel_task/algorithm/passes.hpp>
#include <parallel_task/algorithm/remove_if.hpp>

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <functional>
#include <iterator>
#include <memory>
#include <type_traits>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// Begins of blocks of merged items, whatever the comparison says: each block takes as many of both as it has places.
template <class Two>
Owner<BothAt[]> cut_to_merge(Passes& passes, Two const& two, std::size_t n, std::size_t blocks, std::size_t size) {
  auto const at = [&](std::size_t k) -> BothAt {
    std::size_t const i = two.co_rank(k);
    return {i, k - i};
  };
  auto cuts = detail::cut_both(passes, blocks, size, at(n), at);
  for (std::size_t b = 1; b <= blocks; ++b) {
    std::size_t const places = b == blocks ? n - (b - 1) * size : size;
    std::size_t const most = (std::min)(cuts[b - 1].a + places, two.a.size);
    cuts[b].a = (std::min)((std::max)(cuts[b].a, cuts[b - 1].a), most);
    std::size_t const before = (b == blocks ? n : b * size);
    if (before - cuts[b].a > two.b.size) cuts[b].a = before - two.b.size;
    cuts[b].b = before - cuts[b].a;
  }
  return cuts;
}

/// Merges items [from, to) into places from from.a + from.b on.
template <class Two, class Out>
void merge_block(Two const& two, BothAt from, BothAt to, Out const& out) {
  std::size_t i = from.a;
  std::size_t j = from.b;
  std::size_t k = i + j;
  while (i != to.a && j != to.b) {
    if (two.b_first(j, i)) {
      out[k++] = two.b[j++];
    } else {
      out[k++] = two.a[i++];
    }
  }
  for (; i != to.a; ++i) out[k++] = two.a[i];
  for (; j != to.b; ++j) out[k++] = two.b[j];
}
/// Whether both ends may be merged at once: the same cheap items in all three.
template <class A, class B, class Out>
inline constexpr bool cheap_to_merge =
    cheap_to_store<Out> && std::contiguous_iterator<A> && std::contiguous_iterator<B> &&
    std::same_as<std::iter_value_t<A>, std::iter_value_t<Out>> &&
    std::same_as<std::iter_value_t<B>, std::iter_value_t<Out>> &&
    std::is_lvalue_reference_v<std::iter_reference_t<A>> && std::is_lvalue_reference_v<std::iter_reference_t<B>>;

/// The same of items that are cheap to copy; `out` begins where the whole does. As long as a few steps tell that the
/// next ones are foreseen, in long runs, by branches; what is left in halves, which end and begin where a whole merge
/// has half of its items.
template <class Two, class T>
void merge_cheap_block(Two const& two, BothAt from, BothAt end, T* out) {
  constexpr std::ptrdiff_t looked_at = 32;
  T const* const a = std::to_address(two.a.first);
  T const* const b = std::to_address(two.b.first);
  auto const b_first = [&](T const& y, T const& x) { return two.compare_b_a(y, x); };
  auto const part = [&](BothAt first, BothAt last) {
    return ToMerge<T const>{a + first.a, a + last.a, b + first.b, b + last.b, out + (first.a + first.b)};
  };
  ToMerge<T const> rest = part(from, end);
  std::ptrdiff_t believed = 16 * looked_at;
  while (rest.steps() >= looked_at && detail::look_ahead(rest, looked_at, b_first)) {
    detail::merge_alike(rest, believed, b_first);
    if (believed < rest.size()) believed *= 2;
  }
  from = {static_cast<std::size_t>(rest.a - a), static_cast<std::size_t>(rest.b - b)};
  std::size_t const half = static_cast<std::size_t>(rest.size()) / 2;
  std::size_t const of_a = two.co_rank_in(from, end, half);
  BothAt const middle{from.a + of_a, from.b + (half - of_a)};
  detail::merge_two(part(from, middle), part(middle, end), b_first);
}

struct Merge : AlgorithmObject<Merge> {
  template <class H, numbered A, numbered B, class O, class Less = std::less<>, class OfA = std::identity,
            class OfB = std::identity>
    requires orders<Less, key_of<A, OfA>, key_of<B, OfB>> && takes<O, std::ranges::range_reference_t<A>> &&
             takes<O, std::ranges::range_reference_t<B>>
  static auto call(Context<H> const& context, A&& a, B&& b, O&& out, Less less = {}, OfA of_a = {}, OfB of_b = {}) {
    using AtA = std::ranges::iterator_t<A>;
    using AtB = std::ranges::iterator_t<B>;
    TwoSorted<AtA, AtB, Less, OfA, OfB> const two{detail::numbered_of(a), detail::numbered_of(b), less, of_a, of_b};
    auto const to = detail::room_of(out);
    std::size_t const n = (std::min)(two.total(), to.size);
    char const* const sentence = "parallel_task: merge can't write to where it reads: this output overlaps an input";
    detail::refuse_overlap(two.a.first, two.a.size, to.first, n, sentence);
    detail::refuse_overlap(two.b.first, two.b.size, to.first, n, sentence);
    Passes passes(context, n);
    auto const block = [&](BothAt from, BothAt end) {
      if constexpr (cheap_to_merge<AtA, AtB, output_iterator<O>>) {
        detail::merge_cheap_block(two, from, end, std::to_address(to.first));
      } else {
        detail::merge_block(two, from, end, to);
      }
    };
    constexpr std::size_t size = 2 * items_of_block<std::iter_value_t<AtA>>;
    BothAt end;
    if (n <= size) {
      passes.alone([&] {
        end.a = n == two.total() ? two.a.size : two.co_rank(n);
        end.b = n - end.a;
        block(BothAt{}, end);
      });
    } else {
      std::size_t const blocks = Passes::blocks_of(n, size);
      auto const cuts = detail::cut_to_merge(passes, two, n, blocks, size);
      passes.each(
          blocks, [&](std::size_t i) { block(cuts[i], cuts[i + 1]); }, size);
      end = cuts[blocks];
    }
    using Result = std::ranges::in_in_out_result<std::ranges::borrowed_iterator_t<A>,
                                                 std::ranges::borrowed_iterator_t<B>, output_result<O>>;
    return Result{two.a.at(end.a), two.b.at(end.b), to.at(n)};
  }
  template <class... A>
  static constexpr Unusable refuse() {
    static_assert(
        never<A...>,
        "parallel_task: merge is called as merge(a, b, out), merge(a, b, out, less) or merge(a, b, out, less, "
        "projection of a, projection of b), or with two iterators each for a and b: all have random access, "
        "less can be called as const with items of both, either way, and out takes both");
    return {};
  }
};

}  // namespace detail

/// `merge(a, b, out, less, projection of a, projection of b)` and `merge(first of a, last of a, first of b, last of b,
/// out, ...)`: copies the items of two sorted ranges to `out`, sorted; of equal ones those of `a` come first. `out` is
/// a range, which ends the merging if it is full, or an iterator to enough places; it must not overlap `a` or `b`.
/// Returns a `std::ranges::in_in_out_result`.
///
/// Linear; about one comparison an item, and a few more for each block of some thousand. Memory: two numbers a block.
/// Of ranges that are not sorted, or by a comparison that contradicts itself, every item is still copied once. Throws
/// what a comparison, a projection or an assignment throws, the first exception in time: some items are copied then.
/// Throws `std::invalid_argument` for an overlap that can be seen, and `std::bad_alloc` before anything is written.
///
///     pt::merge(a, b, out);
inline constexpr detail::Merge merge{};

}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
