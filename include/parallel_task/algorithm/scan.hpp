// What all scans are made of: running results, block by block.
//
// A block is first reduced, while it comes into the cache, and then scanned from there, when what comes before it is
// known. An addition of floating-point numbers takes 2 to 4 cycles, and each waits for the one before; so numbers are
// joined by fours, and only what four come to is waited for.
//
// The borders of blocks and fours depend on nothing but the number of items and their types, and so does the order in
// which results are joined: the same bits for any number of threads. One thread reduces and scans at once. Objects of
// classes, of which an operation may be dear, it scans as in a loop, by half the operations; `deterministic` asks for
// blocks there, too.
#pragma once

#include <parallel_task/algorithm/arguments.hpp>
#include <parallel_task/algorithm/in_order.hpp>
#include <parallel_task/algorithm/output.hpp>
#include <parallel_task/algorithm/passes.hpp>
#include <parallel_task/core/number.hpp>
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

enum class ScanKind : unsigned char { inclusive, exclusive };

template <class Op>
inline constexpr bool is_addition = false;
template <class T>
inline constexpr bool is_addition<std::plus<T>> = true;  // of numbers: it commutes

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
  static constexpr bool of_numbers = std::is_arithmetic_v<T> && std::is_arithmetic_v<Item> && !loses<Item, T>;
  /// However they are grouped, they come to the same, and an operation takes no time to speak of.
  static constexpr bool exact = of_numbers && std::integral<T>;
  static constexpr bool adds = is_addition<Op>;
  static constexpr std::size_t block = items_of_block<T>;
  static constexpr std::size_t at_once = 8;

  /// What a block comes to, and what is before it.
  struct Sums {
    std::optional<T> own;
    std::optional<T> before;
  };
  /// What numbers of a block come to, of which the first is known. Additions commute, so that neighbours may go to
  /// accumulators side by side: a vector.
  class Total {
   public:
    Total(Op const& op, T first) : op_(op) { all_[0] = first; }
    /// `two_fours`: what the first four of `items` come to, and the others.
    PARALLEL_TASK_ALWAYS_INLINE void add(T const (&items)[at_once], T const (&two_fours)[2]) {
      if constexpr (adds) {
        for (std::size_t j = 0; j != at_once; ++j) all_[j] = static_cast<T>(op_(all_[j], items[j]));
      } else {
        for (T const& four : two_fours) all_[0] = static_cast<T>(op_(all_[0], four));
      }
    }
    PARALLEL_TASK_ALWAYS_INLINE void add(T item) { all_[0] = static_cast<T>(op_(all_[0], item)); }
    [[nodiscard]] T get() const {
      T all = all_[0];
      if constexpr (adds) {
        for (std::size_t j = 1; j != at_once; ++j) all = static_cast<T>(op_(all, all_[j]));
      }
      return all;
    }

   private:
    Op const& op_;
    T all_[at_once] = {};
  };
  struct NoTotal {
    void add(T const (&)[at_once], T const (&)[2]) const noexcept {}
    void add(T) const noexcept {}
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
          if constexpr (of_numbers && !exact) {
            Total total(op_, static_cast<T>(f_(b * block)));
            scan_numbers(init_, b * block, end_of_block(b), total);
            init_.emplace(after(init_, total.get()));
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
    T all = static_cast<T>(f_(i));
    if constexpr (of_numbers && !exact) {
      Total total(op_, all);
      for (++i; last - i >= at_once; i += at_once) {
        T items[at_once];
        take(items, i);
        T const two_fours[] = {four(items), four(items + 4)};
        total.add(items, two_fours);
      }
      for (; i != last; ++i) total.add(static_cast<T>(f_(i)));
      return total.get();
    } else {  // compilers make vectors of that where an order does not matter
      for (++i; i != last; ++i) all = op_(std::move(all), f_(i));
      return all;
    }
  }
  void scan(std::optional<T>&& before, std::size_t first, std::size_t last) {
    if constexpr (of_numbers && !exact) {
      NoTotal nobody;
      scan_numbers(before, first, last, nobody);
    } else {
      static_cast<void>(run_on(std::move(before), first, last));
    }
  }
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

  PARALLEL_TASK_ALWAYS_INLINE T join(T const& a, T const& b) const { return static_cast<T>(op_(a, b)); }
  PARALLEL_TASK_ALWAYS_INLINE void take(T (&items)[at_once], std::size_t i) const {
    for (std::size_t j = 0; j != at_once; ++j) items[j] = static_cast<T>(f_(i + j));
  }
  PARALLEL_TASK_ALWAYS_INLINE T four(T const* x) const { return join(join(join(x[0], x[1]), x[2]), x[3]); }
  /// Writes the results of four items from `i` on, before which all come to `all`; what they come to by themselves.
  PARALLEL_TASK_ALWAYS_INLINE T scan_four(T& all, T const* x, std::size_t i) const {
    T const two = join(x[0], x[1]);
    T const three = join(two, x[2]);
    T const four = join(three, x[3]);
    if constexpr (kind == ScanKind::inclusive) {
      out_[i] = join(all, x[0]);
      out_[i + 1] = join(all, two);
      out_[i + 2] = join(all, three);
      all = join(all, four);
      out_[i + 3] = all;
    } else {
      out_[i] = all;
      out_[i + 1] = join(all, x[0]);
      out_[i + 2] = join(all, two);
      out_[i + 3] = join(all, three);
      all = join(all, four);
    }
    return four;
  }
  PARALLEL_TASK_ALWAYS_INLINE void scan_one(T& all, T const& item, std::size_t i) const {
    T const next = join(all, item);
    out_[i] = kind == ScanKind::inclusive ? next : all;
    all = next;
  }
  /// The same items by fours as `reduce` has them.
  template <class Sum>
  void scan_numbers(std::optional<T> const& before, std::size_t i, std::size_t last, Sum& total) const {
    T all = static_cast<T>(f_(i));
    if (before) {
      T const first = all;
      all = *before;
      scan_one(all, first, i);
    } else {  // the very first item: inclusive
      out_[i] = all;
    }
    for (++i; last - i >= at_once; i += at_once) {
      T items[at_once];
      take(items, i);
      T two_fours[2];
      two_fours[0] = scan_four(all, items, i);
      two_fours[1] = scan_four(all, items + 4, i + 4);
      total.add(items, two_fours);
    }
    for (; i != last; ++i) {
      T const item = static_cast<T>(f_(i));
      scan_one(all, item, i);
      total.add(item);
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
