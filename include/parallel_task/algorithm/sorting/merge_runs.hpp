// Merges runs that lie one behind the other, in passes, each cut into blocks of the result.
#pragma once

#include <parallel_task/algorithm/merge_ends.hpp>
#include <parallel_task/algorithm/sorting/items.hpp>
#include <parallel_task/algorithm/sorting/team.hpp>

#include <bit>
#include <cstddef>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// How many of a[0, m) are among the first k of the merge of a[0, m) and b[0, n): whatever the comparison says, at
/// least k - n and at most m (co-ranking: Siebert and Traeff 2012).
template <class T, class O>
std::size_t co_rank(std::size_t k, T* a, std::size_t m, T* b, std::size_t n, O const& less) {
  std::size_t low = k > n ? k - n : 0;
  std::size_t high = k < m ? k : m;
  while (low < high) {
    std::size_t const middle = low + (high - low) / 2;
    if (!less(b[k - middle - 1], a[middle])) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

/// Merges a[0, m) and b[0, n) into `to`, in four places at once; a's first among equals.
template <class T, class O>
void merge_side_by_side(T* a, std::size_t m, T* b, std::size_t n, T* to, O const& less) {
  if (m == 0 || n == 0 || !less(*b, a[m - 1])) {
    detail::copy_items(to, a, m);
    detail::copy_items(to + m, b, n);
    return;
  }
  std::size_t const half = (m + n) / 2;
  std::size_t const of_a = detail::co_rank(half, a, m, b, n, less);
  T* const middle_of_a = a + of_a;
  T* const middle_of_b = b + (half - of_a);
  detail::merge_two(ToMerge<T>{a, middle_of_a, b, middle_of_b, to},
                    ToMerge<T>{middle_of_a, a + m, middle_of_b, b + n, to + half}, less);
}

inline constexpr std::size_t most_runs = 32;

/// Where runs begin. The last one ends at starts[count].
struct RunList {
  std::size_t starts[most_runs + 1];
  std::size_t count = 0;
};

/// One pass: pairs of neighbouring runs of `from` become runs of `to`.
template <class T, class O>
class MergePass {
 public:
  MergePass(T* from, T* to, RunList& runs, O const& less) : from_(from), to_(to), runs_(runs), less_(less) {}

  static constexpr std::size_t most_blocks = 256;

  void run(Team const& team) {
    std::size_t const n = runs_.starts[runs_.count];
    std::size_t size = n / 16 < 2048 ? 2048 : n / 16;
    if (size > 32768) size = 32768;
    if (n / most_blocks + 1 > size) size = n / most_blocks + 1;
    find_splits(n, size);
    team.template blocks<Phase::merge>(n, size, [&](std::size_t first, std::size_t last) {
      merge(first, last, splits_[first / size], last == n ? 0 : splits_[first / size + 1]);
    });
    std::size_t kept = 0;
    for (std::size_t r = 0; r < runs_.count; r += 2) runs_.starts[kept++] = runs_.starts[r];
    runs_.starts[kept] = n;
    runs_.count = kept;
  }

 private:
  struct Pair {
    std::size_t first, middle, last;
  };
  [[nodiscard]] Pair pair_at(std::size_t position) const noexcept {
    std::size_t r = 0;
    while (r + 2 < runs_.count && runs_.starts[r + 2] <= position) r += 2;
    std::size_t const end = runs_.starts[r + 1];
    return {runs_.starts[r], end, r + 2 <= runs_.count ? runs_.starts[r + 2] : end};
  }
  /// For each border of blocks, how many items of the left run of its pair lie before it. Found by one thread, and none
  /// before that of the border before: a comparison that answers differently each time must not lose an item.
  void find_splits(std::size_t n, std::size_t size) {
    splits_[0] = 0;
    Pair before{0, 0, 0};
    std::size_t position = 0;
    for (std::size_t block = 1; block * size < n; ++block) {
      Pair const pair = pair_at(block * size);
      std::size_t const k = block * size - pair.first;
      std::size_t split = detail::co_rank(k, from_ + pair.first, pair.middle - pair.first, from_ + pair.middle,
                                          pair.last - pair.middle, less_);
      if (pair.first == before.first && block != 1) {
        std::size_t const least = splits_[block - 1];
        std::size_t const most = least + (block * size - position);
        split = split < least ? least : split > most ? most : split;
      }
      splits_[block] = split;
      position = block * size;
      before = pair;
    }
  }
  void merge(std::size_t first, std::size_t last, std::size_t split, std::size_t next_split) const {
    while (first != last) {
      Pair const pair = pair_at(first);
      bool const to_end = pair.last <= last;
      std::size_t const end = to_end ? pair.last : last;
      std::size_t const left = to_end ? pair.middle - pair.first : next_split;
      std::size_t const right = end - pair.first - left;
      std::size_t const right_before = first - pair.first - split;
      detail::merge_side_by_side(from_ + pair.first + split, left - split, from_ + pair.middle + right_before,
                                 right - right_before, to_ + first, less_);
      first = end;
      split = 0;
    }
  }

  T* from_;
  T* to_;
  RunList& runs_;
  O const& less_;
  std::size_t splits_[most_blocks + 1];
};

/// How many passes merge `count` runs.
[[nodiscard]] constexpr unsigned merge_passes(std::size_t count) noexcept {
  return static_cast<unsigned>(std::bit_width(count - 1));
}

/// Merges runs into v. They are there if the number of passes is even, otherwise in `other`, so that the last pass
/// writes where they belong. If a comparison throws, all items are in v.
template <class T, class O>
void merge_runs(T* v, T* other, RunList& runs, O const& less, Team const& team) {
  std::size_t const n = runs.starts[runs.count];
  bool const there = detail::merge_passes(runs.count) % 2 == 0;
  T* from = there ? v : other;
  T* to = there ? other : v;
  while (runs.count > 1) {
    CopiesBack<T> back(v, from, from == v ? 0 : n);
    MergePass<T, O>(from, to, runs, less).run(team);
    back.forget();
    std::swap(from, to);
  }
}

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
