// The few smallest items of a range to its front: a heap of the best so far, into which hardly any other item comes.
#pragma once

#include <parallel_task/algorithm/arguments.hpp>
#include <parallel_task/algorithm/passes.hpp>
#include <parallel_task/algorithm/swap_heap.hpp>
#include <parallel_task/core/search.hpp>
#include <parallel_task/platform/owner.hpp>

#include <cstddef>
#include <iterator>
#include <type_traits>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// In random order, about k ln(n / k) items come into the heap one after the other; where they fall, all of them would.
/// Of a long range one thread looks at the beginning. All threads then look for blocks that have an item which is less
/// than the largest of the heap, and one looks at those.
template <class I, class Less, class Projection>
class FewSmallest {
 public:
  FewSmallest(ByNumber<I> const& v, std::size_t k, Less const& less, Projection const& projection) noexcept
      : n_(v.size), k_(k), most_(v.size / 32 + 64), heap_(v, 0, less, projection) {}

  /// Whether so few of n that hardly any others come into the heap.
  [[nodiscard]] static constexpr bool fits(std::size_t k, std::size_t n) noexcept {
    return k != 0 && k < n && k <= n / 512 + 8;
  }
  /// The `k` smallest are in front, as a heap. False: too many came into it, and nothing is known. By swaps only, so
  /// all items are there if a comparison throws, or the settings end it.
  bool run(Passes& passes) {
    if (n_ <= alone) {
      passes.alone([&] { take_first(n_); });
      return came_ <= most_;
    }
    std::size_t const begin = n_ / 16;
    passes.each(
        1, [&](std::size_t) { take_first(begin); }, begin);
    std::size_t const blocks = Passes::blocks_of(n_ - begin, size);
    Owner<bool[]> has_less(new bool[blocks]);
    auto const first = [&](std::size_t b) { return begin + b * size; };
    auto const last = [&](std::size_t b) { return n_ - first(b) < size ? n_ : first(b) + size; };
    if (came_ > most_) return false;
    passes.each(
        blocks, [&](std::size_t b) { has_less[b] = next_less(first(b), last(b)) != last(b); }, size);
    passes.each(1, [&](std::size_t) {
      for (std::size_t b = 0; b != blocks; ++b) {
        if (has_less[b]) take(first(b), last(b));
      }
    });
    return came_ <= most_;
  }
  /// Sorts them.
  void sort() const { heap_.sort(k_); }
  /// The largest of them is the first.
  void put_largest_behind() const {
    if (k_ != 1) heap_.swap(0, k_ - 1);
  }

 private:
  static constexpr std::size_t alone = 65536;
  static constexpr std::size_t size = 4096;

  void take_first(std::size_t last) {
    heap_.make(k_);
    take(k_, last);
  }
  void take(std::size_t i, std::size_t last) {
    for (; came_ <= most_ && (i = next_less(i, last)) < last; ++i) {
      heap_.swap(i, 0);
      heap_.sift_down(0, k_);
      ++came_;
    }
  }
  /// The first item from `i` on that is less than the largest of the heap; `last` if there is none. Numbers are
  /// compared many at once, some of them once more.
  [[nodiscard]] std::size_t next_less(std::size_t i, std::size_t last) const {
    using T = std::iter_value_t<I>;
    if constexpr (std::contiguous_iterator<I> && std::is_arithmetic_v<T> && packs_answers<sizeof(T)>) {
      using Answer = AnswerOf<sizeof(T)>;
      for (; last - i >= search_block; i += search_block) {
        Answer any = unmatched<Answer>;
        for (std::size_t j = 0; j != search_block; ++j) {
          any = static_cast<Answer>(any | (heap_.before(i + j, 0) ? matched<Answer> : unmatched<Answer>));
        }
        if (any != unmatched<Answer>) break;
      }
    }
    while (i != last && !heap_.before(i, 0)) ++i;
    return i;
  }

  std::size_t n_;
  std::size_t k_;
  std::size_t most_;
  std::size_t came_ = 0;
  SwapHeap<I, Less, Projection> heap_;
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
