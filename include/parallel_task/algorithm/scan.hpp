// What all scans are made of: running results, block by block.
//
// A block is first reduced, while it comes into the cache, and then scanned from there, when what comes before it is
// known.
//
// The borders of blocks, and of the fours by which numbers are joined (scan_numbers.hpp), depend on nothing but the
// number of items and their types, and so does the order in which results are joined: the same bits for any number of
// threads. One thread reduces and scans at once. Objects of classes, of which an operation may be dear, it scans as in
// a loop, by half the operations; `deterministic` asks for blocks there, too.
#pragma once

#include <parallel_task/algorithm/arguments.hpp>
#include <parallel_task/algorithm/in_order.hpp>
#include <parallel_task/algorithm/output.hpp>
#include <parallel_task/algorithm/passes.hpp>
#include <parallel_task/algorithm/scan_numbers.hpp>
#include <parallel_task/platform/owner.hpp>

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
    if (blocks <= (of_numbers ? 2 : 1)) {  // 10 us of numbers: one thread is as quick as several
      passes.alone([&] { scan(std::move(init_), 0, n_); });
    } else if (passes.most_threads() == 1 && (of_numbers || !same_bits)) {
      run_in_turn(passes, blocks);
    } else {
      run_shared(passes, blocks);
    }
  }

 private:
  using Item = std::remove_cvref_t<std::invoke_result_t<F const&, std::size_t>>;
  using Numbers = ScanNumbers<kind, T, F, Out, Op>;
  static constexpr bool loses_digits = loses<Item, T>;
  /// An operation takes no time to speak of, and none rounds to integers, which depends on how they are grouped.
  static constexpr bool of_numbers = std::is_arithmetic_v<T> && std::is_arithmetic_v<Item> && !loses_digits;
  /// Nor does a sum of which only the lower digits are kept.
  static constexpr bool by_numbers = of_numbers || (is_integer<Item> && is_integer<T> && is_addition<Op>);
  static constexpr std::size_t block = items_of_block<T>;

  /// What a block comes to, and what is before it.
  struct Sums {
    std::optional<T> own;
    std::optional<T> before;
  };

  void run_shared(Passes& passes, std::size_t blocks) {
    Owner<Sums[]> sums(new Sums[blocks]);
    sums[0].before = std::move(init_);
    InOrder in_order(blocks);
    in_order.run(
        passes, block,
        [&](std::size_t b) {
          if (b + 1 != blocks) sums[b].own.emplace(reduce(b * block, (b + 1) * block));
        },
        [&](std::size_t b) {
          if (b + 1 != blocks) sums[b + 1].before.emplace(after(sums[b].before, *sums[b].own));
        },
        [&](std::size_t b) { scan(std::move(sums[b].before), b * block, end_of_block(b)); });
  }
  /// One thread, in order.
  void run_in_turn(Passes& passes, std::size_t blocks) {
    InOrder in_order(blocks);
    in_order.run(
        passes, block, [](std::size_t) {},
        [&](std::size_t b) {
          if constexpr (by_numbers) {
            T const own = Numbers(f_, out_, op_).scan_and_reduce(init_, b * block, end_of_block(b));
            init_.emplace(Numbers::exact ? own : after(init_, own));
          } else {
            init_ = run_on(std::move(init_), b * block, end_of_block(b));
          }
        },
        NothingToEmit{});
  }
  [[nodiscard]] std::size_t end_of_block(std::size_t b) const { return n_ - b * block < block ? n_ : (b + 1) * block; }
  [[nodiscard]] T after(std::optional<T> const& before, T const& own) const {
    return before ? static_cast<T>(op_(*before, own)) : own;
  }

  [[nodiscard]] T reduce(std::size_t i, std::size_t last) const {
    if constexpr (by_numbers) {
      return Numbers(f_, out_, op_).reduce(i, last);
    } else {
      T all = static_cast<T>(f_(i));
      for (++i; i != last; ++i) all = static_cast<T>(op_(std::move(all), f_(i)));
      return all;
    }
  }
  void scan(std::optional<T>&& before, std::size_t first, std::size_t last) {
    if constexpr (by_numbers) {
      Numbers(f_, out_, op_).scan(before, first, last);
    } else {
      static_cast<void>(run_on(std::move(before), first, last));
    }
  }
  /// The loop of objects. Returns what comes after. Not inline, or GCC 12 warns of a missing init that it sees to be
  /// missing.
  PARALLEL_TASK_NOINLINE std::optional<T> run_on(std::optional<T>&& before, std::size_t i, std::size_t last) {
    if constexpr (kind == ScanKind::inclusive) {
      T all = before ? T(op_(std::move(*before), f_(i))) : T(f_(i));
      for (;;) {
        out_[i] = all;
        if (++i == last) break;
        all = static_cast<T>(op_(std::move(all), f_(i)));
      }
      return std::optional<T>(std::move(all));
    } else {
      T all = std::move(*before);
      for (; i != last; ++i) {
        T next = static_cast<T>(op_(all, f_(i)));  // the item may be where the result goes
        out_[i] = std::move(all);
        all = std::move(next);
      }
      return std::optional<T>(std::move(all));
    }
  }

  std::size_t n_;
  std::optional<T> init_;
  F const& f_;
  Out const& out_;
  Op const& op_;
};

/// What is made of item i, held as loops over numbers copy it.
template <class P, class I>
struct ItemAt {
  ByNumber<I> from;
  loop_value<P> projection;

  PARALLEL_TASK_ALWAYS_INLINE decltype(auto) operator()(std::size_t i) const {
    return detail::key_at(projection, from, i);
  }
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
  using Item = ItemAt<F, std::ranges::iterator_t<R>>;
  Item const item{from, f};
  Scan<kind, T, Item, std::remove_const_t<decltype(to)>, Op>(n, std::move(init), item, to, op)
      .run(passes, H::deterministic);
  using Result = std::ranges::in_out_result<std::ranges::borrowed_iterator_t<R>, output_result<O>>;
  return Result{from.at(n), to.at(n)};
}

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
