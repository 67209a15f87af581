// inplace_merge(r, middle)
#pragma once

#include <parallel_task/algorithm/arguments.hpp>
#include <parallel_task/algorithm/co_rank.hpp>
#include <parallel_task/algorithm/merge.hpp>
#include <parallel_task/algorithm/rearrange.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

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
    if constexpr (moves_quietly<I>) {
      if (v.size > size) {
        AwayRoom<I> elsewhere(v.size);
        if (elsewhere) {
          TwoSorted<I, I, Less, Projection, Projection> const two{
              {v.first, of_a}, {middle, v.size - of_a}, less, projection, projection};
          InplaceMerge::run(passes, v, two, elsewhere);
          return v.at(v.size);
        }
      }
    }
    passes.alone([&] {
      std::ranges::inplace_merge(v.first, middle, v.at(v.size), std::ref(std::as_const(less)),
                                 std::ref(std::as_const(projection)));
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
  /// First every comparison, whose answers are kept as bits; then every move.
  template <class I, class Two>
  static void run(Passes& passes, ByNumber<I> const& v, Two const& two, AwayRoom<I>& elsewhere) {
    constexpr std::size_t word = 64;
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
/// the first exception in time comes out. Memory: as much again, and a bit an item; where that can't be had, or moves
/// may throw, it is the sequential algorithm. By a comparison that contradicts itself every item is still there.
///
///     pt::inplace_merge(v, v.begin() + 3);
inline constexpr detail::InplaceMerge inplace_merge{};

}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
