// inplace_merge(r, middle)
#pragma once

#include <parallel_task/algorithm/arguments.hpp>
#include <parallel_task/algorithm/co_rank.hpp>
#include <parallel_task/algorithm/merge.hpp>
#include <parallel_task/algorithm/rearrange.hpp>
#include <parallel_task/algorithm/sorting/scratch.hpp>

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <iterator>
#include <memory>
#include <type_traits>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// Items that are merged into other memory and copied back: those in `r` stay as they are until all is merged.
template <class I, class Less, class Projection>
concept merged_elsewhere = cheap_to_merge<I, I, I> && std::is_copy_assignable_v<std::iter_value_t<I>> &&
                           std::invocable<Projection const&, std::iter_value_t<I> const&> &&
                           orders<Less, std::invoke_result_t<Projection const&, std::iter_value_t<I> const&>>;

/// Merges [first, middle) and [middle, last): the longer one is halved, and what belongs between its halves is rotated
/// there, so that every item is in the range whenever a comparison throws. `comes_first(i, j)`: item i before item j.
template <class I, class ComesFirst>
void merge_by_rotation(ByNumber<I> const& v, std::size_t first, std::size_t middle, std::size_t last,
                       ComesFirst const& comes_first) {
  while (first != middle && middle != last) {
    if (last - first == 2) {
      if (comes_first(middle, first)) std::ranges::iter_swap(v.at(first), v.at(middle));
      return;
    }
    std::size_t cut = first + (middle - first) / 2;
    std::size_t end = middle + (last - middle) / 2;
    if (middle - first > last - middle) {
      end = detail::first_not(middle, last, [&](std::size_t j) { return comes_first(j, cut); });
    } else {
      cut = detail::first_not(first, middle, [&](std::size_t i) { return !comes_first(end, i); });
    }
    if (cut != middle && end != middle) std::ranges::rotate(v.at(cut), v.at(middle), v.at(end));
    std::size_t const between = cut + (end - middle);
    detail::merge_by_rotation(v, first, cut, between, comes_first);
    first = between;  // both parts have fewer items, whatever the comparison says
    middle = end;
  }
}

struct InplaceMerge : AlgorithmObject<InplaceMerge> {
  template <class H, rearranged R, class Less = std::less<>, class Projection = std::identity>
    requires orders<Less, key_of<R, Projection>>
  static std::ranges::borrowed_iterator_t<R> call(Context<H> const& context, R&& range,
                                                  std::ranges::iterator_t<R> middle, Less less = {},
                                                  Projection projection = {}) {
    using I = std::ranges::iterator_t<R>;
    constexpr std::size_t size = items_of_block<std::iter_value_t<I>>;
    auto const v = detail::numbered_of(range);
    Passes passes(context, v.size);
    auto const of_a = static_cast<std::size_t>(middle - v.first);
    TwoSorted<I, I, Less, Projection, Projection> const two{
        {v.first, of_a}, {middle, v.size - of_a}, less, projection, projection};
    if constexpr (merged_elsewhere<I, Less, Projection>) {
      if (InplaceMerge::run_elsewhere(passes, v, two)) return v.at(v.size);
    } else if constexpr (moves_quietly<I>) {
      bool const is_alone = v.size <= size || passes.most_threads() == 1;
      if constexpr (std::is_nothrow_invocable_v<Less const&, key_of<R, Projection>, key_of<R, Projection>> &&
                    std::is_nothrow_invocable_v<Projection const&, std::iter_reference_t<I>>) {
        if (is_alone) {  // no comparison throws while items are elsewhere
          passes.alone([&] {
            std::ranges::inplace_merge(v.first, middle, v.at(v.size), std::ref(std::as_const(less)),
                                       std::ref(std::as_const(projection)));
          });
          return v.at(v.size);
        }
      }
      AwayRoom<I> elsewhere(v.size);
      if (elsewhere) {
        if (is_alone) {
          passes.alone([&] { InplaceMerge::merge_alone<size>(v, two, elsewhere); });
        } else {
          InplaceMerge::run(passes, v, two, elsewhere);
        }
        return v.at(v.size);
      }
    }
    // Without memory, or of items whose moves may throw.
    passes.alone([&] {
      detail::merge_by_rotation(v, 0, of_a, v.size, [&](std::size_t i, std::size_t j) -> bool {
        return std::invoke(std::as_const(less), detail::key_at(projection, v, i), detail::key_at(projection, v, j));
      });
    });
    return v.at(v.size);
  }
  template <class H, class I, bounds<I> S, class Less = std::less<>, class Projection = std::identity>
    requires rearranged<std::ranges::subrange<I, S>>
  static I call(Context<H> const& context, I first, I middle, S last, Less less = {}, Projection projection = {}) {
    return InplaceMerge::call(context, std::ranges::subrange<I, S>(std::move(first), std::move(last)),
                              std::move(middle), std::move(less), std::move(projection));
  }
  template <class... A>
  static constexpr Unusable refuse() {
    static_assert(never<A...>,
                  "parallel_task: inplace_merge is called as inplace_merge(r, middle), inplace_merge(r, middle, less) "
                  "or inplace_merge(r, middle, less, projection), or as inplace_merge(first, middle, last, ...): r has "
                  "random access, its items can be moved, and less can be called as const with two of them");
    return {};
  }

 private:
  static constexpr std::size_t word = 64;  // bits of answers

  template <std::size_t most, class I, class Two>
  static void merge_alone(ByNumber<I> const& v, Two const& two, AwayRoom<I>& elsewhere) {
    if (v.size <= most) {
      std::uint64_t of_b[most / word + 1];
      InplaceMerge::merge_by_answers(v, two, of_b, elsewhere);
    } else {
      Owner<std::uint64_t[]> const of_b(new std::uint64_t[v.size / word + 1]);
      InplaceMerge::merge_by_answers(v, two, &of_b[0], elsewhere);
    }
  }
  /// First every comparison, into `of_b`, then every move: those of the first part from elsewhere.
  template <class I, class Two>
  static void merge_by_answers(ByNumber<I> const& v, Two const& two, std::uint64_t* of_b, AwayRoom<I>& elsewhere) {
    std::size_t merged = 0;  // behind them nothing is left of one part
    for (BothAt at; at.a != two.a.size && at.b != two.b.size; ++merged) {
      bool const second = two.b_first(at.b, at.a);
      if (merged % word == 0) of_b[merged / word] = 0;
      of_b[merged / word] |= std::uint64_t{second} << (merged % word);
      at.b += second ? 1U : 0U;
      at.a += second ? 0U : 1U;
    }
    for (std::size_t i = 0; i != two.a.size; ++i) elsewhere.take(v, i, i);
    BothAt at;
    for (std::size_t k = 0; at.a != two.a.size; ++k) {
      if (k < merged && (of_b[k / word] >> (k % word) & 1) != 0) {
        *v.at(k) = std::ranges::iter_move(v.at(two.a.size + at.b++));
      } else {
        elsewhere.give_back(v, at.a++, k);
      }
    }
  }
  /// False: there was no memory, and nothing has changed.
  template <class I, class Two>
  static bool run_elsewhere(Passes& passes, ByNumber<I> const& v, Two const& two) {
    using T = std::iter_value_t<I>;
    constexpr std::size_t size = 2 * items_of_block<T>;
    ScratchMemory scratch(ScratchMemory::bytes_for<T>(v.size), passes.settings());
    T* const merged = scratch.carve<T>(v.size);
    if (merged == nullptr) return false;
    auto const back = [&](std::size_t first, std::size_t last) {
      std::copy(merged + first, merged + last, std::to_address(v.first) + first);
    };
    if (v.size <= size) {
      passes.alone([&] {
        detail::merge_cheap_block(two, BothAt{}, BothAt{two.a.size, two.b.size}, merged);
        back(0, v.size);
      });
      return true;
    }
    std::size_t const blocks = Passes::blocks_of(v.size, size);
    auto const cuts = detail::cut_to_merge(passes, two, v.size, blocks, size);
    passes.each(
        blocks, [&](std::size_t b) { detail::merge_cheap_block(two, cuts[b], cuts[b + 1], merged); }, size);
    passes.blocks_to_the_end(v.size, size, back);
    return true;
  }
  /// First every comparison, whose answers are kept as bits; then every move.
  template <class I, class Two>
  static void run(Passes& passes, ByNumber<I> const& v, Two const& two, AwayRoom<I>& elsewhere) {
    constexpr std::size_t size = (items_of_block<std::iter_value_t<I>> + word - 1) / word * word;
    std::size_t const blocks = Passes::blocks_of(v.size, size);
    Owner<std::uint64_t[]> bits(new std::uint64_t[v.size / word + 1]);
    auto const cuts = detail::cut_to_merge(passes, two, v.size, blocks, size);
    passes.each(
        blocks,
        [&](std::size_t block) {
          BothAt at = cuts[block];
          BothAt const end = cuts[block + 1];
          std::uint64_t of_b = 0;
          for (std::size_t k = block * size; at.a != end.a || at.b != end.b;) {
            bool const second = at.a == end.a || (at.b != end.b && two.b_first(at.b, at.a));
            of_b |= std::uint64_t{second} << (k % word);
            at.b += second ? 1U : 0U;
            at.a += second ? 0U : 1U;
            if (++k % word == 0) {
              bits[k / word - 1] = of_b;
              of_b = 0;
            } else if (at.a == end.a && at.b == end.b) {
              bits[k / word] = of_b;
            }
          }
        },
        size);
    elsewhere.rearrange(passes, v, blocks, size, [&](std::size_t block, auto const& put) {
      BothAt at = cuts[block];
      std::size_t const last = cuts[block + 1].a + cuts[block + 1].b;
      for (std::size_t k = block * size; k != last; ++k) {
        bool const second = (bits[k / word] >> (k % word) & 1) != 0;
        put(second ? two.a.size + at.b : at.a, k);
        at.b += second ? 1U : 0U;
        at.a += second ? 0U : 1U;
      }
    });
  }
};

}  // namespace detail

/// `inplace_merge(r, middle, less, projection)` and `inplace_merge(first, middle, last, less, projection)`: merges two
/// sorted parts of a range, that before `middle` and that from there on; of equal items those before come first.
/// Returns the end.
///
/// Linear; about one comparison an item, all of them before any item is moved: if one throws, nothing has moved, and
/// the first exception in time comes out. Memory: as much again, some of which the thread keeps, and a bit an item
/// where these are not small and trivially copyable; where it can't be had, or moves may throw, one thread merges in
/// place in n log n moves, and after a throw every item is there in some order. So it is by a comparison that
/// contradicts itself.
///
///     pt::inplace_merge(v, v.begin() + 3);
inline constexpr detail::InplaceMerge inplace_merge{};

}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
