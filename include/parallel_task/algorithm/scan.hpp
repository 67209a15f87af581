// What all scans are made of: running results, block by block.
//
// A block is first reduced, while it comes into the cache, and then scanned from there, when what comes before it is
// known. An addition of floating-point numbers takes 3 or 4 cycles, and each waits for the one before; so a block of
// numbers is four stretches that are reduced, and then scanned, side by side.
//
// The borders of blocks and stretches depend on nothing but the number of items and their types, and so does the order
// in which results are joined: the same bits for any number of threads. On one thread objects of classes, of which an
// operation may be dear, are scanned as in a loop, by half the operations; `deterministic` asks for blocks there, too.
#pragma once

#include <parallel_task/algorithm/arguments.hpp>
#include <parallel_task/algorithm/in_order.hpp>
#include <parallel_task/algorithm/output.hpp>
#include <parallel_task/algorithm/passes.hpp>

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <functional>
#include <optional>
#include <type_traits>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

enum class ScanKind : unsigned char { inclusive, exclusive };

template <class Op>
inline constexpr bool is_addition = false;
template <class T>
inline constexpr bool is_addition<std::plus<T>> = true;

/// One scan of `n` items: reads `f(i)`, writes `out[i]`. `init` is missing where an inclusive scan has none.
template <ScanKind kind, class T, class F, class Out, class Op>
class Scan {
 public:
  Scan(std::size_t n, std::optional<T>&& init, F const& f, Out const& out, Op const& op)
      : n_(n), init_(std::move(init)), f_(f), out_(out), op_(op) {}

  /// `same_bits`: the grouping may not depend on the number of threads.
  void run(Passes& passes, bool same_bits) {
    if (n_ == 0) return;
    std::size_t const blocks = Passes::blocks_of(n_, block);
    bool const in_turn = !std::floating_point<T> && (passes.most_threads() == 1 && (exact || !same_bits));
    if (n_ <= most_alone) {
      passes.alone([&] { scan_alone(); });
    } else if (in_turn) {
      run_in_turn(passes, blocks);
    } else {
      run_shared(passes, blocks);
    }
  }

 private:
  static constexpr bool side_by_side = std::is_arithmetic_v<T>;
  static constexpr bool exact = std::integral<T>;
  static constexpr bool adds = is_addition<Op> && std::is_arithmetic_v<T>;
  static constexpr std::size_t stretches = side_by_side ? 4 : 1;
  /// Bytes beyond a multiple of a page: neither do stretches meet in the same sets of the cache, nor does a load have
  /// the same lower bits as one of the last stores, for which it would wait.
  static constexpr std::size_t skew = 1024;
  /// Items of a stretch.
  static constexpr std::size_t length = side_by_side ? (std::size_t{16384} + skew) / sizeof(T) : items_of_block<T>;
  static constexpr std::size_t block = stretches * length;
  /// Up to so many items one thread is as quick as several: 10 us or so, and all is in its cache.
  static constexpr std::size_t most_alone = side_by_side ? 2 * block : block;

  /// What a block comes to, by stretches, the last of which takes what is beyond four equal ones; and what is before
  /// it.
  struct Sums {
    std::optional<T> of[stretches];
    std::optional<T> before;
  };

  void run_shared(Passes& passes, std::size_t blocks) {
    Owner<Sums[]> sums(new Sums[blocks]);
    sums[0].before = std::move(init_);
    InOrder in_order(blocks);
    in_order.run(
        passes, block, [&](std::size_t b) { reduce(sums[b], b * block, end_of_block(b), b + 1 == blocks); },
        [&](std::size_t b) {
          if (b + 1 != blocks) sums[b + 1].before.emplace(all_before(sums[b], stretches));
        },
        [&](std::size_t b) { scan(sums[b], b * block, end_of_block(b)); });
  }
  /// One thread, in order: as in a loop.
  void run_in_turn(Passes& passes, std::size_t blocks) {
    InOrder in_order(blocks);
    in_order.run(
        passes, block, [](std::size_t) {},
        [&](std::size_t b) { init_ = run_on(std::move(init_), b * block, end_of_block(b)); }, NothingToEmit{});
  }
  void scan_alone() {
    if constexpr (side_by_side && !exact) {
      if (n_ >= 16 * stretches) {  // else the loop is as quick
        Sums sums;
        sums.before = std::move(init_);
        reduce(sums, 0, n_, true);
        scan(sums, 0, n_);
        return;
      }
    }
    static_cast<void>(run_on(std::move(init_), 0, n_));
  }
  [[nodiscard]] std::size_t end_of_block(std::size_t b) const { return n_ - b * block < block ? n_ : (b + 1) * block; }

  /// The loop. Returns what comes after. Not inline, or GCC 12 warns of a missing init that it sees to be missing.
  PARALLEL_TASK_NOINLINE std::optional<T> run_on(std::optional<T>&& before, std::size_t i, std::size_t last) {
    if constexpr (kind == ScanKind::inclusive) {
      T all = before ? T(op_(std::move(*before), f_(i))) : T(f_(i));
      for (;;) {
        out_[i] = all;
        if (++i == last) break;
        all = op_(std::move(all), f_(i));
      }
      return std::optional<T>(std::move(all));
    } else {
      T all = std::move(*before);
      for (; i != last; ++i) {
        T next = op_(all, f_(i));  // the item may be where the result goes
        out_[i] = std::move(all);
        all = std::move(next);
      }
      return std::optional<T>(std::move(all));
    }
  }
  /// What comes before the stretch `c` of a block.
  [[nodiscard]] T all_before(Sums const& sums, std::size_t c) const {
    T all = sums.before ? T(op_(*sums.before, *sums.of[0])) : T(*sums.of[0]);
    for (std::size_t i = 1; i != c; ++i) all = op_(std::move(all), *sums.of[i]);
    return all;
  }
  /// Of the last block only those stretches are wanted that come before another.
  void reduce(Sums& sums, std::size_t first, std::size_t last, bool is_last) const {
    std::size_t const each = length_of_stretch(last - first);
    if constexpr (stretches == 1) {
      if (!is_last) sums.of[0].emplace(reduce_one(first, last));
    } else if (each == 0) {
      return;  // few items: scan() sees to it
    } else if constexpr (exact || adds) {
      auto const sum = [this](std::size_t i, std::size_t end) {
        if constexpr (adds && !exact) return add_up(i, end);
        return reduce_one(i, end);  // compilers make vectors of that where an order does not matter
      };
      for (std::size_t c = 0; c != 3; ++c) sums.of[c] = sum(first + c * each, first + (c + 1) * each);
      if (!is_last) sums.of[3] = sum(first + 3 * each, last);
    } else {
      T s0 = T(f_(first));
      T s1 = T(f_(first + each));
      T s2 = T(f_(first + 2 * each));
      std::size_t i = first + 1;
      std::size_t const end = first + each;
      if (is_last) {
        for (; i != end; ++i) {
          s0 = op_(s0, f_(i));
          s1 = op_(s1, f_(i + each));
          s2 = op_(s2, f_(i + 2 * each));
        }
      } else {
        T s3 = T(f_(first + 3 * each));
        for (; i != end; ++i) {
          s0 = op_(s0, f_(i));
          s1 = op_(s1, f_(i + each));
          s2 = op_(s2, f_(i + 2 * each));
          s3 = op_(s3, f_(i + 3 * each));
        }
        for (i = first + 4 * each; i != last; ++i) s3 = op_(s3, f_(i));
        sums.of[3] = s3;
      }
      sums.of[0] = s0;
      sums.of[1] = s1;
      sums.of[2] = s2;
    }
  }
  /// Whether stretches at that distance are at nearly the same place of their pages.
  [[nodiscard]] static bool meet(std::size_t bytes) {
    for (std::size_t c = 1; c != 4; ++c) {
      if ((c * bytes + 256) % 4096 < 512) return true;
    }
    return false;
  }
  /// Items of each of a block's stretches; the last one takes the rest as well. 0 if they are too few.
  [[nodiscard]] static std::size_t length_of_stretch(std::size_t items) {
    std::size_t each = items / stretches;
    if constexpr (side_by_side) {
      while (each * sizeof(T) > 4096 && meet(each * sizeof(T))) each -= 64 / sizeof(T);
    }
    return each;
  }
  /// Additions commute, so that neighbours may go to accumulators side by side: a vector.
  [[nodiscard]] T add_up(std::size_t i, std::size_t last) const {
    constexpr std::size_t lanes = 64 / sizeof(T) < 16 ? 64 / sizeof(T) : 16;
    T lane[lanes]{};
    for (std::size_t n = (last - i) / lanes; n != 0; --n, i += lanes) {
      for (std::size_t j = 0; j != lanes; ++j) lane[j] = op_(lane[j], f_(i + j));
    }
    for (; i != last; ++i) lane[0] = op_(lane[0], f_(i));
    for (std::size_t step = lanes / 2; step != 0; step /= 2) {
      for (std::size_t j = 0; j != step; ++j) lane[j] = op_(lane[j], lane[j + step]);
    }
    return lane[0];
  }
  [[nodiscard]] T reduce_one(std::size_t i, std::size_t last) const {
    T all = T(f_(i));
    for (++i; i != last; ++i) all = op_(std::move(all), f_(i));
    return all;
  }
  void scan(Sums& sums, std::size_t first, std::size_t last) {
    if constexpr (side_by_side) {
      std::size_t const each = length_of_stretch(last - first);
      if (each != 0) return scan_side_by_side(sums, first, last, each);
    }
    static_cast<void>(run_on(std::move(sums.before), first, last));
  }
  void scan_side_by_side(Sums& sums, std::size_t first, std::size_t last, std::size_t each) {
    T s1 = all_before(sums, 1);
    T s2 = op_(s1, *sums.of[1]);
    T s3 = op_(s2, *sums.of[2]);
    std::size_t i = first;
    std::size_t const end = first + each;
    T s0{};
    if (sums.before) {
      s0 = *sums.before;
    } else {  // the very first item: inclusive
      s0 = T(f_(i));
      out_[i] = s0;
      step(s1, i + each);
      step(s2, i + 2 * each);
      step(s3, i + 3 * each);
      ++i;
    }
    for (; i != end; ++i) {
      step(s0, i);
      step(s1, i + each);
      step(s2, i + 2 * each);
      step(s3, i + 3 * each);
    }
    for (i = first + 4 * each; i != last; ++i) step(s3, i);
  }
  PARALLEL_TASK_ALWAYS_INLINE void step(T& all, std::size_t i) const {
    if constexpr (kind == ScanKind::inclusive) {
      all = op_(all, f_(i));
      out_[i] = all;
    } else {
      T const next = op_(all, f_(i));
      out_[i] = all;
      all = next;
    }
  }

  std::size_t n_;
  std::optional<T> init_;
  F const& f_;
  Out const& out_;
  Op const& op_;
};

/// What scans ask: that op joins two results, and a result with an item, as const.
template <class Op, class T, class X>
concept scans = std::movable<T> && std::copy_constructible<T> && std::constructible_from<T, X> &&
                requires(Op const& op, T const& t, X&& x) {
                  { op(t, static_cast<X&&>(x)) } -> std::convertible_to<T>;
                  { op(t, t) } -> std::convertible_to<T>;
                };
template <class F, class R>
using mapped_by = std::invoke_result_t<F const&, std::ranges::range_reference_t<R>>;

/// Scans `range` into `out`, as far as there is room.
template <ScanKind kind, class T, class H, class R, class O, class Op, class F>
auto scan_into(Context<H> const& context, R&& range, O&& out, Op const& op, F const& f, std::optional<T>&& init) {
  auto const from = detail::numbered_of(range);
  auto const to = detail::room_of(out);
  std::size_t const n = (std::min)(from.size, to.size);
  if (detail::how_it_lies(from.first, n, to.first, n) != Lies::in_place) {
    detail::refuse_overlap(from.first, n, to.first, n,
                           "parallel_task: a scan writes to where it reads, item by item, or elsewhere: this output "
                           "begins somewhere else inside the input, or reaches into it");
  }
  Passes passes(context, n);
  auto const item = [&](std::size_t i) -> decltype(auto) { return detail::key_at(f, from, i); };
  Scan<kind, T, decltype(item), decltype(to), Op>(n, std::move(init), item, to, op).run(passes, H::deterministic);
  using Result = std::ranges::in_out_result<std::ranges::borrowed_iterator_t<R>, output_result<O>>;
  return Result{from.at(n), to.at(n)};
}

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
