// partition(r, p) in place: each block by itself, then what lies on the wrong side of the middle changes places with
// what lies there on the other.
#pragma once

#include <parallel_task/algorithm/arguments.hpp>
#include <parallel_task/algorithm/buffers.hpp>
#include <parallel_task/algorithm/part_alone.hpp>
#include <parallel_task/algorithm/passes.hpp>
#include <parallel_task/algorithm/remove_if.hpp>

#include <algorithm>
#include <cstddef>
#include <functional>
#include <iterator>
#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// Partitions a range, or parts of it, again and again. `ask(i)` is called once for each item i of the range, and may
/// throw: every item is somewhere then.
template <class I>
class Parting {
 public:
  using T = std::iter_value_t<I>;
  static constexpr std::size_t size = items_of_block<T> < 8192 ? items_of_block<T> : 8192;

  explicit Parting(ByNumber<I> const& v) noexcept : v_(v) {}

  /// Moves the items of [first, last) about which `ask` says yes before all others; returns where those begin.
  template <class Ask>
  std::size_t part(Passes& passes, std::size_t first, std::size_t last, Ask const& ask) {
    std::size_t const n = last - first;
    if (n <= size) return part_block(first, last, ask);
    std::size_t const blocks = Passes::blocks_of(n, size);
    std::vector<std::size_t> middles(blocks);
    std::vector<Run> wrong_before;
    std::vector<Run> wrong_behind;
    wrong_before.reserve(blocks);
    wrong_behind.reserve(blocks);
    passes.each(
        blocks,
        [&](std::size_t b) {
          std::size_t const from = first + b * size;
          middles[b] = part_block(from, last - from < size ? last : from + size, ask);
        },
        size);
    std::size_t middle = first;
    for (std::size_t b = 0; b != blocks; ++b) middle += middles[b] - (first + b * size);
    std::size_t others = 0;
    std::size_t chosen = 0;
    for (std::size_t b = 0; b != blocks; ++b) {
      std::size_t const from = first + b * size;
      std::size_t const to = last - from < size ? last : from + size;
      std::size_t const here = middles[b];
      if (here < middle && here != to) note(wrong_before, here, (std::min)(to, middle), others);
      if (here > middle && here != from) note(wrong_behind, (std::max)(from, middle), here, chosen);
    }
    passes.blocks(others, size, [&](std::size_t k, std::size_t end) { exchange(wrong_before, wrong_behind, k, end); });
    return middle;
  }

 private:
  /// Items on the wrong side; `before` are in runs before this one.
  struct Run {
    std::size_t first;
    std::size_t count;
    std::size_t before;
  };
  static void note(std::vector<Run>& runs, std::size_t first, std::size_t last, std::size_t& before) {
    runs.push_back({first, last - first, before});
    before += last - first;
  }
  static std::size_t run_of(std::vector<Run> const& runs, std::size_t k) {
    auto const after =
        std::upper_bound(runs.begin(), runs.end(), k, [](std::size_t x, Run const& run) { return x < run.before; });
    return static_cast<std::size_t>(after - runs.begin()) - 1;
  }
  /// The k-th ... end-th of the wrong items on one side with those on the other.
  void exchange(std::vector<Run> const& before, std::vector<Run> const& behind, std::size_t k, std::size_t end) const {
    std::size_t a = run_of(before, k);
    std::size_t b = run_of(behind, k);
    while (k != end) {
      std::size_t const in_a = k - before[a].before;
      std::size_t const in_b = k - behind[b].before;
      std::size_t const left_a = before[a].count - in_a;
      std::size_t const left_b = behind[b].count - in_b;
      std::size_t const count = (std::min)((std::min)(left_a, left_b), end - k);
      for (std::size_t i = 0; i != count; ++i) {
        std::ranges::iter_swap(v_.at(before[a].first + in_a + i), v_.at(behind[b].first + in_b + i));
      }
      k += count;
      if (count == left_a) ++a;
      if (count == left_b) ++b;
    }
  }
  template <class Ask>
  std::size_t part_block(std::size_t first, std::size_t last, Ask const& ask) {
    if constexpr (cheap_to_store<I>) {
      if (last - first > 32) {
        LentBuffer<T> const lent(buffers_);
        if (lent) {
          if (part_runs(first, last, ask)) return first;
          return detail::part_without_branches(v_, first, last, ask, lent.get());
        }
      }
    }
    return part_by_swaps(first, last, ask);
  }
  /// What lies right is left where it is, as long as few items don't: true if that was all, `first` being where the
  /// others begin; else [first, last) is left to do.
  template <class Ask>
  bool part_runs(std::size_t& first, std::size_t& last, Ask const& ask) const {
    T* const items = std::to_address(v_.first);
    auto const asks = [&ask, items](T& item) { return ask(static_cast<std::size_t>(std::addressof(item) - items)); };
    for (unsigned short_runs = 0; short_runs != most_short_runs;) {
      std::size_t const before = last - first;
      first = static_cast<std::size_t>(std::find_if_not(items + first, items + last, asks) - items);
      if (first == last) return true;
      std::reverse_iterator const from_end(items + last);
      std::reverse_iterator const to_first(items + first + 1);
      last = static_cast<std::size_t>(std::find_if(from_end, to_first, asks).base() - items);
      if (last == first + 1) return true;
      --last;
      std::ranges::iter_swap(v_.at(first), v_.at(last));
      ++first;
      if (before - (last - first) < long_run) {
        ++short_runs;
      } else if (short_runs != 0) {
        --short_runs;
      }
    }
    return false;
  }
  template <class Ask>
  std::size_t part_by_swaps(std::size_t first, std::size_t last, Ask const& ask) const {
    for (;;) {
      for (;; ++first) {
        if (first == last) return first;
        if (!ask(first)) break;
      }
      do {
        if (--last == first) return first;
      } while (!ask(last));
      std::ranges::iter_swap(v_.at(first), v_.at(last));
      ++first;
    }
  }

  struct NoBuffers {
    explicit NoBuffers(std::size_t) noexcept {}
  };
  ByNumber<I> v_;
  std::conditional_t<cheap_to_store<I>, Buffers<T>, NoBuffers> buffers_{size};
};

/// `pt::partition` with a range as its first argument.
struct PartitionRange : AlgorithmObject<PartitionRange> {
  template <class H, rearranged R, class P, class Projection = std::identity>
    requires asks<P, key_of<R, Projection>>
  static auto call(Context<H> const& context, R&& range, P p, Projection projection = {}) {
    using I = std::ranges::iterator_t<R>;
    auto const v = detail::numbered_of(range);
    Passes passes(context, v.size);
    Parting<I> parting(v);
    auto const ask = [&](std::size_t i) -> bool {
      return std::invoke(std::as_const(p), detail::key_at(projection, v, i));
    };
    std::size_t middle = 0;
    if (v.size <= Parting<I>::size) {
      passes.alone([&] { middle = parting.part(passes, 0, v.size, ask); });
    } else {
      middle = parting.part(passes, 0, v.size, ask);
    }
    return detail::rest_of<R>(v, middle);
  }
  template <class... A>
  static constexpr Unusable refuse() {
    static_assert(
        never<A...>,
        "parallel_task: partition is called as partition(r, p) or partition(r, p, projection), or with two "
        "iterators for r: r has random access, its items can be moved, and p can be called as const with one");
    return {};
  }
};

template <>
struct AlgorithmNamed<usage_of_partition> {
  using type = PartitionRange;
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
