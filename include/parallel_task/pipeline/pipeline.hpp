// The fluent class: every operation in one line.
#pragma once

#include <parallel_task/core/run.hpp>
#include <parallel_task/pipeline/on.hpp>
#include <parallel_task/pipeline/refused.hpp>
#include <parallel_task/pipeline/step.hpp>
#include <parallel_task/stage/cast.hpp>
#include <parallel_task/stage/chain.hpp>
#include <parallel_task/stage/chunk.hpp>
#include <parallel_task/stage/copied.hpp>
#include <parallel_task/stage/drop_while.hpp>
#include <parallel_task/stage/elements.hpp>
#include <parallel_task/stage/enumerate.hpp>
#include <parallel_task/stage/filter.hpp>
#include <parallel_task/stage/filter_map.hpp>
#include <parallel_task/stage/flat_map.hpp>
#include <parallel_task/stage/fold.hpp>
#include <parallel_task/stage/inspect.hpp>
#include <parallel_task/stage/interleave.hpp>
#include <parallel_task/stage/intersperse.hpp>
#include <parallel_task/stage/map.hpp>
#include <parallel_task/stage/map_init.hpp>
#include <parallel_task/stage/map_while.hpp>
#include <parallel_task/stage/positions.hpp>
#include <parallel_task/stage/reverse.hpp>
#include <parallel_task/stage/scan.hpp>
#include <parallel_task/stage/settings.hpp>
#include <parallel_task/stage/stride.hpp>
#include <parallel_task/stage/take.hpp>
#include <parallel_task/stage/take_any.hpp>
#include <parallel_task/stage/take_while.hpp>
#include <parallel_task/stage/try_fold.hpp>
#include <parallel_task/stage/zip.hpp>
#include <parallel_task/terminal/aggregate.hpp>
#include <parallel_task/terminal/any.hpp>
#include <parallel_task/terminal/collect.hpp>
#include <parallel_task/terminal/collect_merged.hpp>
#include <parallel_task/terminal/collect_segments.hpp>
#include <parallel_task/terminal/count.hpp>
#include <parallel_task/terminal/deterministic.hpp>
#include <parallel_task/terminal/equal.hpp>
#include <parallel_task/terminal/find.hpp>
#include <parallel_task/terminal/find_last.hpp>
#include <parallel_task/terminal/find_map.hpp>
#include <parallel_task/terminal/first.hpp>
#include <parallel_task/terminal/for_each.hpp>
#include <parallel_task/terminal/for_each_init.hpp>
#include <parallel_task/terminal/for_each_ordered.hpp>
#include <parallel_task/terminal/groups.hpp>
#include <parallel_task/terminal/histogram.hpp>
#include <parallel_task/terminal/is_sorted.hpp>
#include <parallel_task/terminal/join_with.hpp>
#include <parallel_task/terminal/min_max.hpp>
#include <parallel_task/terminal/partition.hpp>
#include <parallel_task/terminal/position.hpp>
#include <parallel_task/terminal/reduce.hpp>
#include <parallel_task/terminal/sum.hpp>
#include <parallel_task/terminal/top.hpp>
#include <parallel_task/terminal/try_for_each.hpp>
#include <parallel_task/terminal/try_reduce.hpp>
#include <parallel_task/terminal/unzip.hpp>

#include <concepts>
#include <cstddef>
#include <source_location>
#include <tuple>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {

/// A lazy parallel computation over a range: stages and settings are added to it, and a terminal runs and consumes it.
/// `pt::parallel_iter(r)` and its like make one.
///
/// What holds unless an operation says otherwise:
///
/// - *Order.* Results are those of the sequential loop, whatever the number of threads.
/// - *The index.* A pipeline has an index if the position of each item is known before it is computed. Each stage says
///   whether it keeps, loses or needs the index; to need one that is lost does not compile.
/// - *Closures* are moved in and called as const, by several threads at once, at most once for each item. They are
///   called with the item; if they don't take it, with the parts of a pair or tuple, or else with all of its innermost
///   parts. The library does not protect data that they share and change.
/// - *Exceptions.* The first one in time is rethrown by the terminal, on the calling thread, when no other thread uses
///   the range or the closures any longer. A run that was stopped throws pt::cancelled. Wrong arguments of an
///   operation throw when it is added, before anything runs.
/// - *Complexity.* Stages and settings take constant time when they are added. A terminal runs all stages in one pass
///   over the n items, fused into one loop, and allocates nothing for an item.
/// - *Threads.* A pipeline is used by one thread; any number of pipelines may run at the same time, and inside of each
///   other.
///
/// In the examples `v` is a vector of 3, 1, 4, 1 and 5, `w` another one, `words` has "to", "be", "or", "not", "to" and
/// "be", and `f` adds one.
template <class S, class H = detail::CallSettings<>>
class [[nodiscard("parallel_task: nothing runs without a terminal, such as for_each(f) or sum()")]] Pipeline
    : public detail::Refused {
 public:
  /// What closures are called with: a value, or a reference to one.
  using item_type = typename S::Item;
  /// What containers of the items store.
  using value_type = typename S::Value;

  explicit Pipeline(S source, H settings = H{}) : source_(std::move(source)), settings_(std::move(settings)) {}
  Pipeline(Pipeline&&) = default;
  Pipeline& operator=(Pipeline&&) = default;

#define PARALLEL_TASK_USING(name) using Refused::name;
  PARALLEL_TASK_OPERATIONS(PARALLEL_TASK_USING)
  PARALLEL_TASK_TYPED_OPERATIONS(PARALLEL_TASK_USING)
#undef PARALLEL_TASK_USING
  using Refused::collect;
  using Refused::to;
  using Refused::try_collect;

  // --- stages -------------------------------------------------------------------------------------------------------

  /// Passes on `f(item)` for each item. Keeps the index.
  ///
  ///     auto const texts = pt::parallel_iter(v).map([](int x) { return std::to_string(x); }).collect<std::vector>();
  ///
  /// If `f` returns a reference, what it refers to must live until the item has gone through all later stages and into
  /// the terminal. It may refer to the item that `f` was given, even if that is a temporary.
  template <class F>
  auto map(F f) && {
    return detail::apply<item_type>(detail::MapStage<F>{std::move(f)}, *this);
  }
  /// Calls `f` with each item, as const, and passes the item on. Keeps the index. Calls are made in no order.
  template <class F>
  auto inspect(F f) && {
    return detail::apply<item_type>(detail::InspectStage<F>{std::move(f)}, *this);
  }
  /// Calls `f` with each item, which `f` takes by reference and may change, and passes the item on. Items that are
  /// references are changed in place. Keeps the index. Calls are made in no order.
  template <class F>
  auto update(F f) && {
    return detail::apply<item_type>(detail::UpdateStage<F>{std::move(f)}, *this);
  }
  /// Passes on the items for which `p` returns true. Loses the index.
  ///
  ///     auto const above_2 = [](int x) { return x > 2; };
  ///     auto const large = pt::parallel_iter(v).filter(above_2).collect<std::vector>();  // 3, 4, 5
  template <class P>
  auto filter(P p) && {
    return detail::apply<item_type>(detail::FilterStage<P>{std::move(p)}, *this);
  }
  /// Calls `f` with each item, and passes on the values of the optionals that it returns; an empty one drops the item.
  /// `f` may also return a pointer, or an expected, of which an error drops the item. Loses the index.
  ///
  ///     auto const half = [](int x) { return x % 2 == 0 ? std::optional(x / 2) : std::nullopt; };
  ///     auto const halves = pt::parallel_iter(v).filter_map(half).collect<std::vector>();  // 2
  template <class F>
  auto filter_map(F f) && {
    return detail::apply<item_type>(detail::FilterMapStage<F>{std::move(f)}, *this);
  }
  /// Passes on the items of the ranges that `f` returns, in order. Each range is iterated by the thread that called
  /// `f`, so one long range is not shared. An optional or expected counts as a range of its value or none. Loses the
  /// index.
  ///
  ///     auto const letters = pt::parallel_iter(words)
  ///                              .flat_map([](std::string const& word) { return word; })
  ///                              .count();  // 13
  template <class F>
  auto flat_map(F f) && {
    return detail::apply<item_type>(detail::FlatMapStage<F>{std::move(f)}, *this);
  }
  /// Passes on the items of items that are ranges or optionals, in order: `flat_map` with the item itself. Loses the
  /// index.
  auto flatten() && { return detail::apply<item_type>(detail::FlattenStage{}, *this); }
  /// Passes on a copy of each item instead of a reference to it. Keeps the index.
  auto copied() && { return detail::apply<item_type>(detail::CopiedStage{}, *this); }
  /// Passes on the first part of items that are pairs or tuples. Keeps the index.
  auto keys() && { return detail::apply<item_type>(detail::ElementsStage<0>{}, *this); }
  /// Passes on the second part of items that are pairs or tuples. Keeps the index.
  auto values() && { return detail::apply<item_type>(detail::ElementsStage<1>{}, *this); }
  /// Passes on the part with the number `n` of items that are pairs or tuples. Keeps the index.
  ///
  ///     auto const second = pt::parallel_iter(v).zip(w, v).elements<1>().sum();  // of 1, 2, 3
  template <std::size_t n>
  auto elements() && {
    return detail::apply<item_type>(detail::ElementsStage<n>{}, *this);
  }
  /// Passes on each item as a `T`, by `static_cast`. Keeps the index.
  ///
  ///     auto const precise = pt::parallel_iter(v).cast<double>().collect<std::vector>();  // 3.0, 1.0, 4.0, 1.0, 5.0
  template <class T>
  auto cast() && {
    return detail::apply<item_type>(detail::CastStage<T>{}, *this);
  }
  /// Passes on a pair of position, a `std::size_t` counted from 0, and item. Needs and keeps the index.
  ///
  ///     auto const by_position = pt::parallel_iter(v).enumerate().collect<std::map>();  // {0, 3}, {1, 1}, {2, 4}, ...
  auto enumerate() && { return detail::apply<item_type>(detail::EnumerateStage{}, *this); }
  /// Passes on the items at the same position of this pipeline and of `others`, up to the end of the shortest: as a
  /// `std::pair`, of more than two as a `std::tuple`. Needs and keeps the index.
  ///
  ///     auto const times = [](int x, int y) { return x * y; };
  ///     auto const product = pt::parallel_iter(v).zip(w).map(times).sum();  // 3 + 2 + 12 + 4
  ///
  /// Each of `others` is a range or a pipeline. Lvalues are borrowed; containers that are rvalues are owned and their
  /// items moved out. One of the ranges may be written to. A stream is read no further than the shortest range goes.
  template <class... R>
    requires(sizeof...(R) > 0)
  auto zip(R&&... others) && {
    return detail::apply<item_type>(detail::ZipWith<false, R...>{std::tuple<R&&...>(std::forward<R>(others)...)},
                                    *this);
  }
  /// As `zip`, but throws `std::invalid_argument` if the lengths differ: before anything runs if all lengths are known,
  /// else when the shorter one has come to its end. Needs and keeps the index.
  template <class... R>
    requires(sizeof...(R) > 0)
  auto zip_equal(R&&... others) && {
    return detail::apply<item_type>(detail::ZipWith<true, R...>{std::tuple<R&&...>(std::forward<R>(others)...)}, *this);
  }
  /// Passes on the items of this pipeline, then those of `other`, a range or a pipeline. Lvalues are borrowed;
  /// containers that are rvalues are owned. The items of both need one type or a common reference type. Keeps the index
  /// if both have one.
  ///
  ///     auto const both = pt::parallel_iter(v).chain(w).collect<std::vector>();  // 3, 1, 4, 1, 5, 1, 2, 3, 4
  template <class R>
  auto chain(R&& other) && {
    return detail::apply<item_type>(detail::ChainWith<R>{std::forward<R>(other)}, *this);
  }
  /// Passes on the items of this pipeline and of `other`, a range or a pipeline, by turns, then the rest of the longer
  /// one. Lvalues are borrowed; containers that are rvalues are owned. The items of both need one type or a common
  /// reference type. Needs and keeps the index. A stream is read no further than its share. (The idea is Rayon's.)
  ///
  ///     auto const both = pt::parallel_iter(v).interleave(w).collect<std::vector>();  // 3, 1, 1, 2, 4, 3, 1, 5
  template <class R>
  auto interleave(R&& other) && {
    return detail::apply<item_type>(detail::InterleaveWith<R>{std::forward<R>(other)}, *this);
  }
  /// Passes on the items from the last to the first. Needs and keeps the index. A range without random access is walked
  /// to its end before anything runs, which takes memory for an iterator an item.
  auto reverse() && { return detail::apply<item_type>(detail::ReverseStage{}, *this); }
  /// Passes on the first `n` items, all if there are fewer. Needs and keeps the index. A stream is read no further.
  /// Throws `std::invalid_argument` if `n` is negative.
  template <class N>
  auto take(N n) && {
    return detail::apply<item_type>(detail::Counted<detail::TakeStage, N>{{n}}, *this);
  }
  /// Passes on all items but the first `n`, for which no closure before this stage runs. Needs and keeps the index.
  /// Throws `std::invalid_argument` if `n` is negative.
  template <class N>
  auto drop(N n) && {
    return detail::apply<item_type>(detail::Counted<detail::DropStage, N>{{n}}, *this);
  }
  /// Passes on every `n`-th item, beginning with the first. Needs and keeps the index. Throws `std::invalid_argument`
  /// if `n` is less than 1.
  ///
  ///     auto const every_second = pt::parallel_iter(v).stride(2).collect<std::vector>();  // 3, 4, 5
  template <class N>
  auto stride(N n) && {
    return detail::apply<item_type>(detail::Counted<detail::StrideStage, N>{{n}}, *this);
  }
  /// Passes on the items at positions `first` to `last`, without the one at `last`. Needs and keeps the index. Throws
  /// `std::invalid_argument` if one of them is negative or `last` is less than `first`.
  template <class First, class Last>
  auto slice(First first, Last last) && {
    return detail::apply<item_type>(detail::Counted<detail::SliceStage, First, Last>{{first, last}}, *this);
  }
  /// Passes on the items' values in vectors of `n`, the last one with what is left. Needs and keeps the index. Throws
  /// `std::invalid_argument` if `n` is less than 1.
  ///
  ///     auto const pairs = pt::parallel_iter(v).map(f).chunk(2).collect<std::vector>();  // {4, 2}, {5, 2}, {6}
  ///
  /// Of a range that is there `pt::chunk(r, n)` gives spans instead, which copy nothing and can be written to.
  template <class N>
  auto chunk(N n) && {
    return detail::apply<item_type>(detail::Counted<detail::ChunkStage, N>{{n}}, *this);
  }
  /// Joins `n` neighbouring items into an accumulator and passes those on, the last one of what is left: `make()` makes
  /// one, and `f(accumulator, item)` adds an item, as in `fold`. Needs and keeps the index. Throws
  /// `std::invalid_argument` if `n` is less than 1. (The idea is Rayon's.)
  ///
  ///     auto const by_twos = pt::parallel_iter(v)
  ///                              .fold_chunks(2, [] { return 0; }, std::plus<>())
  ///                              .collect<std::vector>();  // 4, 5, 5
  template <class N, class Make, class F>
  auto fold_chunks(N n, Make make, F f) && {
    return detail::apply<item_type>(detail::FoldChunksStage<N, Make, F>{n, std::move(make), std::move(f)}, *this);
  }
  /// Passes on the items with `x` between any two of them: `2 n - 1` items for n. Needs and keeps the index.
  ///
  ///     auto const spaced = pt::parallel_iter(v).intersperse(0).collect<std::vector>();  // 3, 0, 1, 0, 4, 0, 1, 0, 5
  ///
  /// `x` is converted to the items' value type once. Items that are references to it are passed on as const references,
  /// of which all those between refer to one `x`; others as values, with a copy of `x` between. Of a stream, `x` is
  /// passed on when the item after it has been read.
  template <class X>
  auto intersperse(X x) && {
    return detail::apply<item_type>(detail::IntersperseStage<X>{std::move(x)}, *this);
  }
  /// Passes on the items before the first one for which `p` returns false. Loses the index. Closures may already have
  /// run on items after that one; what they throw is dropped.
  ///
  ///     auto const not_4 = [](int x) { return x != 4; };
  ///     auto const before_4 = pt::parallel_iter(v).take_while(not_4).collect<std::vector>();  // 3, 1
  template <class P>
  auto take_while(P p) && {
    return detail::apply<item_type>(detail::TakeWhileStage<P>{std::move(p)}, *this);
  }
  /// Passes on the values of the optionals that `f` returns, up to the first one that is empty. `f` may also return a
  /// pointer or an expected. Loses the index. Closures may already have run on items after that one; what they throw is
  /// dropped.
  ///
  ///     auto const below_4 = [](int x) { return x < 4 ? std::optional(10 * x) : std::nullopt; };
  ///     auto const tens = pt::parallel_iter(v).map_while(below_4).collect<std::vector>();  // 30, 10
  template <class F>
  auto map_while(F f) && {
    return detail::apply<item_type>(detail::MapWhileStage<F>{std::move(f)}, *this);
  }
  /// Passes on the items from the first one for which `p` returns false. Loses the index. The items before it, and the
  /// closures before this stage that run on them, are run one after the other; no later closure runs on them.
  ///
  ///     auto const not_4 = [](int x) { return x != 4; };
  ///     auto const from_4 = pt::parallel_iter(v).drop_while(not_4).collect<std::vector>();  // 4, 1, 5
  template <class P>
  auto drop_while(P p) && {
    return detail::apply<item_type>(detail::DropWhileStage<P>{std::move(p)}, *this);
  }
  /// Passes on, for each item, what all items up to that one come to: `x0`, `op(x0, x1)`, `op(op(x0, x1), x2)`, ...
  /// `op` must be associative and need not commute; it is called with two results, as const. Loses the index.
  ///
  ///     auto const balances = pt::parallel_iter(v).inclusive_scan(std::plus()).collect<std::vector>();  // 3, 4, 8, 9, 14
  ///
  /// `inclusive_scan(op, init)` begins with `init`, and results are of its type, else of the items' values. They are
  /// copied. What comes before this stage runs once for each item. Items are joined in groups whose borders depend on
  /// their positions before this stage only, so that results have the same bits for any number of threads. Complexity:
  /// up to two operations an item, one for integers on one thread and for the first 256 items of an indexed pipeline.
  /// Results wait for what comes before them, at most some 130 000 of them at a time, in memory that is used again. It
  /// can't stand after `fold` or another scan; with `deterministic` and a terminal that rounds, what comes before it
  /// runs on the calling thread.
  template <class Op, class... Init>
    requires(sizeof...(Init) <= 1)
  auto inclusive_scan(Op op, Init... init) && {
    using Stage = detail::ScanStage<true, Op, Init...>;
    return detail::apply<item_type>(Stage{std::move(op), std::tuple<Init...>(std::move(init)...)}, *this);
  }
  /// Passes on, for each item, what `init` and all items before that one come to: `init`, `op(init, x0)`, ... Results
  /// are of the type of `init`. All else as for `inclusive_scan`.
  ///
  ///     auto const begins = pt::parallel_iter(words)
  ///                             .map(&std::string::size)
  ///                             .exclusive_scan(std::size_t{0}, std::plus())
  ///                             .collect<std::vector>();  // 0, 2, 4, 6, 9, 11
  template <class T, class Op>
  auto exclusive_scan(T init, Op op) && {
    using Stage = detail::ScanStage<false, Op, T>;
    return detail::apply<item_type>(Stage{std::move(op), std::tuple<T>(std::move(init))}, *this);
  }
  /// Passes on `n` items, or all if there are fewer: those that come first in time, in their order. Loses the index.
  /// Not after take_while or map_while. Throws `std::invalid_argument` if `n` is negative. (The idea is Rayon's.)
  ///
  ///     auto const three = pt::parallel_iter(v).filter([](int x) { return x > 0; }).take_any(3).count();  // 3
  template <class N>
  auto take_any(N n) && {
    return detail::apply<item_type>(detail::Counted<detail::TakeAnyStage, N>{{n}}, *this);
  }
  /// Passes on the positions of the items for which `p` returns true, as `std::size_t`. Needs and loses the index.
  ///
  ///     auto const ones = pt::parallel_iter(v).positions([](int x) { return x == 1; }).collect<std::vector>();  // 1, 3
  template <class P>
  auto positions(P p) && {
    return detail::apply<item_type>(detail::PositionsStage<P>{std::move(p)}, *this);
  }
  /// Passes on `f(state, item)` for each item, where `f` takes the state by reference: a buffer, a random generator, a
  /// connection. `make()` makes a state for each stretch of items that one thread runs without a gap, so `f` has its
  /// state to itself. No more states are alive than threads compute. Keeps the index. (The idea is Rayon's.)
  ///
  ///     auto const buffer = [] { return std::string(); };
  ///     auto const reversed = [](std::string& scratch, std::string const& word) {
  ///       scratch.assign(word.rbegin(), word.rend());
  ///       return scratch == word;
  ///     };
  ///     auto const palindromes = pt::parallel_iter(words).map_init(buffer, reversed).count_if(std::identity());
  ///
  /// How many states are made depends on the run, so results must not depend on what earlier items left in one.
  template <class Make, class F>
  auto map_init(Make make, F f) && {
    return detail::apply<item_type>(detail::MapInitStage<Make, F>{std::move(make), std::move(f)}, *this);
  }
  /// Joins neighbouring items into accumulators and passes those on as items: `make()` makes one for each stretch of
  /// items that one thread runs without a gap, and `f(accumulator, item)` adds an item. `f` returns the next
  /// accumulator, or takes it by reference, changes it and returns nothing. Loses the index. (The idea is Rayon's.)
  ///
  ///     using Counts = std::map<std::string, int>;
  ///     auto const count = [](Counts& counts, std::string const& word) { ++counts[word]; };
  ///     auto const merge = [](Counts left, Counts const& right) {
  ///       for (auto const& [word, n] : right) left[word] += n;
  ///       return left;
  ///     };
  ///     auto const counts = pt::parallel_iter(words).fold([] { return Counts(); }, count).reduce(merge);
  ///
  /// How many accumulators there are depends on the run. Joined in order they cover all items in order.
  template <class Make, class F>
  auto fold(Make make, F f) && {
    return detail::apply<item_type>(detail::FoldStage<Make, F>{std::move(make), std::move(f)}, *this);
  }

  /// As `fold`, with an `f` that may fail: it returns the next accumulator in an optional or expected, and so are the
  /// accumulators passed on. The first failure by order is passed on as the last item. Loses the index. (The idea is
  /// Rayon's.)
  ///
  ///     auto const add_small = [](int total, int x) { return x < 9 ? std::optional(total + x) : std::nullopt; };
  ///     auto const plus = [](int a, int b) { return std::optional(a + b); };
  ///     auto const small_sum =
  ///         pt::parallel_iter(v).try_fold([] { return 0; }, add_small).try_reduce(0, plus);  // 14
  ///
  /// `f` may already have run on items after the failure; what it throws there is dropped.
  template <class Make, class F>
  auto try_fold(Make make, F f) && {
    return detail::apply<item_type>(detail::TryFoldStage<Make, F>{std::move(make), std::move(f)}, *this);
  }

  // --- settings: of this call; the last word counts, wherever in the chain -------------------------------------------

  /// Lets at most `n` threads compute this call, the calling thread included. Throws `std::invalid_argument` if `n` is
  /// less than 1. (For all calls in a scope there is `pt::thread_limit`, for the process `pt::Options`.)
  ///
  ///     auto const sum = pt::parallel_iter(v).map(f).threads(2).sum();
  template <class N>
  auto threads(N n) && {
    return detail::apply<item_type>(detail::ThreadsStage<N>{n}, *this);
  }
  /// Lets a thread run at most `n` items of the source at a time. Between two such pieces other threads can take what
  /// it has not begun, and stop token, deadline and progress are looked at. Throws `std::invalid_argument` if `n` is
  /// less than 1.
  ///
  /// For items that are expensive and uneven, such as files: with `max_len(1)` no thread holds a second item while it
  /// runs the first. Each piece costs a look at the clock. Where items cost about the same this is not needed, since
  /// pieces are sized by measured cost. A loop on one thread that nothing can stop is not cut up.
  ///
  ///     auto const total = pt::parallel_iter(v).max_len(1).sum();  // 14
  template <class N>
  [[nodiscard]] auto max_len(N n) && {
    return detail::apply<item_type>(detail::MaxLenStage<N>{n}, *this);
  }
  /// Lets a thread take at least `n` items at a time, where so many wait, for items that are cheaper side by side than
  /// one by one. `max_len` goes before it. Throws `std::invalid_argument` if `n` is less than 1. Rarely needed: pieces
  /// are sized by what items cost.
  ///
  ///     auto const sum_by_hundreds = pt::parallel_iter(v).map(f).min_len(100).sum();
  template <class N>
  auto min_len(N n) && {
    return detail::apply<item_type>(detail::MinLenStage<N>{n}, *this);
  }
  /// Makes the results of `sum`, `product`, `mean`, `reduce`, `aggregate`, and of `fold` before one of them, depend on
  /// the items alone: the same program gives the same bits in every run, on any number of threads. Without this, items
  /// are added in an order that depends on the run, so that the last digits of floating-point results may differ.
  ///
  ///     double const same_bits = pt::parallel_iter(v).map([](int x) { return 1.0 / x; }).deterministic().sum();
  ///
  /// They are not those of a loop. Integers are not affected. A range without random access is walked to its end before
  /// anything runs, which takes memory for an iterator an item; a stream is read to its end.
  auto deterministic() && { return detail::apply<item_type>(detail::DeterministicStage{}, *this); }
  /// Chooses from whose queue a worker without work steals first: `strategy` is a `pt::PrioritizeThread`, which workers
  /// call concurrently. Without this setting it is `pt::Remaining`, the queue with the most work left. Results do not
  /// depend on it.
  ///
  ///     auto const same = pt::parallel_iter(v).steal_from(pt::RateOfChange{}).sum();
  template <class P>
  auto steal_from(P strategy) && {
    return detail::apply<item_type>(detail::StealFromStage<P>{std::move(strategy)}, *this);
  }
  /// Fills `r`, a `pt::RunReport`, when the run ends, whether it returns or throws. `r` must live until then.
  ///
  ///     pt::RunReport report;
  ///     pt::parallel_iter(v).map(f).report(report).for_each([](int) {});
  ///     log << report;  // a small table
  template <class R>
  auto report(R& r) && {
    return detail::apply<item_type>(detail::ReportStage<R>{std::addressof(r)}, *this);
  }
  /// Records in `t`, a `pt::Trace`, which thread claimed, stole, pulled, woke and slept, and when. `t` must live until
  /// the run ends; see there for how to draw it.
  template <class T>
  auto trace(T& t) && {
    return detail::apply<item_type>(detail::TraceStage<T>{std::addressof(t)}, *this);
  }
  /// Calls `f(pt::Progress const&)` while the run goes on, at most once in each `interval`, and once more when it has
  /// ended without an exception.
  ///
  ///     auto const tell = [&](pt::Progress const& p) { log << p.done << " done\n"; };
  ///     auto const all = pt::parallel_iter(v).map(f).progress(tell, std::chrono::seconds(1)).sum();
  ///
  /// All calls are made on the calling thread, between its items or while it waits for other threads. So a long item of
  /// its own delays them. If `f` throws, the run ends and the terminal throws that exception. `f` may run pipelines
  /// itself.
  template <class F, class Interval = std::chrono::milliseconds>
  auto progress(F f, Interval interval = std::chrono::milliseconds(100)) && {
    return detail::apply<item_type>(detail::ProgressStage<F, Interval>{std::move(f), interval}, *this);
  }
  /// Takes what the calling thread has for itself along to each thread that helps: a trace span, an id for its log, a
  /// user's identity. `capture()` is called on the calling thread, once, and only if the call is shared; what it
  /// returns lives until the terminal has returned. `enter(captured)` is called on each thread that comes to help,
  /// before it runs an item of this call; what it returns, if anything, is destroyed when the thread leaves, so that
  /// its destructor can restore what was there. A thread may come and leave several times. Both are called as const;
  /// `enter` by several threads at once. What either throws ends the call and is thrown by the terminal.
  ///
  ///     auto const capture = [] { return log_id; };
  ///     auto const enter = [](int id) { return LogIdAs(id); };
  ///     auto const ids = pt::parallel_iter(v).with_context(capture, enter).map([](int) { return log_id; }).distinct();
  ///
  /// The calling thread has it anyway. Calls that items make themselves have to be told again. What costs is the call
  /// of `enter`: calls that carry nothing pay nothing.
  template <class Capture, class Enter>
  auto with_context(Capture capture, Enter enter) && {
    return detail::apply<item_type>(detail::WithContextStage<Capture, Enter>{std::move(capture), std::move(enter)},
                                    *this);
  }
  /// Stops the run once `t.stop_requested()` returns true: the terminal then throws `pt::cancelled`. `t` is a
  /// `std::stop_token` or anything with that function, which any of the threads may call at any time.
  template <class T>
  auto stop_token(T t) && {
    return detail::apply<item_type>(detail::StopTokenStage<T>{std::move(t)}, *this);
  }
  /// Stops the run at `t`, a time point of `std::chrono::steady_clock`, or a duration counted from the call of the
  /// terminal: the terminal then throws `pt::cancelled`. An item that has begun is finished.
  ///
  ///     try {
  ///       pt::parallel_iter(v).deadline(std::chrono::seconds(10)).for_each(f);
  ///     } catch (pt::cancelled const& stopped) {
  ///       log << stopped.what();
  ///     }
  template <class T>
  auto deadline(T t) && {
    return detail::apply<item_type>(detail::DeadlineStage<T>{t}, *this);
  }
  /// With an executor, in `<parallel_task/executor.hpp>`: has the host's threads help in the call, not those of the
  /// pool: see pt::executor.
  ///
  /// With a world: runs the pipeline on all ranks of `w`, a `pt::forked::world` or `pt::mpi::world`, or what its
  /// `at_root()`, `split()` and `least(n)` return. Each rank comes to the same line with the same items; each item runs
  /// on one of them, and all get the same result, or the same exception. In a world of one rank it changes nothing.
  ///
  /// What closures return travels, so its type must be `pt::sendable`; what they write stays where they ran.
  template <class W>
  auto on(W&& w, std::source_location line = std::source_location::current()) && {
    return detail::apply<item_type>(detail::make_on(static_cast<W&&>(w), line), *this);
  }

  /// Has the terminal return at once: a pt::Async, the handle to a call that runs in the background, on a thread of the
  /// pool. The pipeline must own what it reads: into_parallel_iter(std::move(r)), pt::indices. What closures,
  /// collect_into and report refer to must outlive the handle, whose destructor waits. In `<parallel_task/async.hpp>`.
  ///
  ///     pt::Async<std::int64_t> total = pt::into_parallel_iter(std::move(v)).map(f).async().sum();
  ///     std::int64_t const sum = total.get();  // or co_await total
  ///
  /// A deadline that is a duration begins with the call of the terminal. What is told to the calling thread (progress,
  /// for_each_ordered) is told to the one that makes the call.
  template <class Request = detail::AsyncRequest>
  auto async() && {
    return detail::apply<item_type>(detail::make_async<Request>(), *this);
  }

  // --- terminals -----------------------------------------------------------------------------------------------------

  /// Calls `f` with every item, in no order. Returns nothing.
  ///
  ///     pt::parallel_iter(w).for_each([](int& x) { x *= 2; });  // w: 2, 4, 6
  ///
  /// What `f` returns is dropped. An `f` that returns `bool` does not compile, here and in for_each_ordered, inspect
  /// and update, since `false` would stop nothing: that is what try_for_each does.
  template <class F>
  auto for_each(F f) && {
    return detail::apply<item_type>(detail::ForEach<F>{std::move(f)}, *this);
  }
  /// Calls `f(state, item)` with every item, in no order, where `f` takes the state by reference. `make()` makes a
  /// state for each stretch of items that one thread runs without a gap, as in `map_init`. Returns nothing.
  ///
  ///     auto const scratch = [] { return std::string(); };
  ///     pt::parallel_iter(words).for_each_init(scratch, [](std::string& s, std::string const& word) { s = word; });
  template <class Make, class F>
  auto for_each_init(Make make, F f) && {
    return detail::apply<item_type>(detail::ForEachInit<Make, F>{std::move(make), std::move(f)}, *this);
  }
  /// Calls `f` with every item in input order, one call at a time, while workers compute at most `window` items ahead.
  /// Returns nothing. Calls are made on any of the threads that compute. Throws `std::invalid_argument` if `window` is
  /// less than 1.
  ///
  ///     pt::parallel_iter(v).map(f).for_each_ordered([&](int x) { out << x << ' '; });  // writes 4 2 5 2 6
  ///
  /// Items wait for their turn as values. Only references to items of a borrowed container stay references, so that `f`
  /// can change those items; it sees all others as const. At most `window` items wait, in `O(window)` memory.
  template <class F, detail::whole_number N = std::size_t>
  auto for_each_ordered(F f, N window = 1024) && {
    return detail::apply<item_type>(detail::ForEachOrdered<F>(std::move(f), detail::count_from(window)), *this);
  }
  /// Calls `f` with every item up to the first failure by order: `false`, an empty optional, or an error in an
  /// expected. Returns what `f` returns: that failure, else a success (`true`, or one that holds a default-constructed
  /// value).
  ///
  ///     bool const all_small = pt::parallel_iter(v).try_for_each([](int x) { return x < 4; });  // false
  ///
  /// `f` may already have run on items after the failure; what it throws there is dropped.
  template <class F>
  auto try_for_each(F f) && {
    return detail::apply<item_type>(detail::TryForEach<F>{std::move(f)}, *this);
  }
  /// Calls `f(state, item)` with every item up to the first failure by order, and returns that, as `try_for_each`; with
  /// a state as in `for_each_init`.
  ///
  ///     auto const fits = [](std::string& s, std::string const& word) { return s.assign(word).size() < 3; };
  ///     bool const all_fit = pt::parallel_iter(words).try_for_each_init([] { return std::string(); }, fits);  // false
  template <class Make, class F>
  auto try_for_each_init(Make make, F f) && {
    return detail::apply<item_type>(detail::TryForEachInit<Make, F>{std::move(make), std::move(f)}, *this);
  }
  /// Returns all items, in order, in a new `C`.
  ///
  ///     auto const set = pt::parallel_iter(v).collect<std::set<int>>();  // 1, 3, 4, 5
  ///
  /// A map keeps the first of equal keys. Sets and maps are filled by all threads: keys are compared and hashed by
  /// several of them at once, unless the comparator or the hasher has a state. A vector is filled in place if the
  /// pipeline has an index and the items have a default constructor; otherwise items are gathered in parts and moved
  /// into it once. Throws `std::bad_alloc`, and what the container throws.
  template <class C>
  [[nodiscard]] auto collect() && {
    return detail::apply<item_type>(detail::Collect<C>{}, *this);
  }
  /// Returns all items, in order, in a `C` of their values.
  ///
  ///     auto const results = pt::parallel_iter(v).map(f).collect<std::vector>();  // a std::vector<int>: 4, 2, 5, 2, 6
  template <template <class...> class C>
  [[nodiscard]] auto collect() && {
    return detail::apply<item_type>(detail::CollectTemplate<C, S>{}, *this);
  }
  /// Returns all items, which are pairs, in a new map `C`, where `merge(value, later)` joins the values of equal keys.
  ///
  ///     auto const length_of = [](std::string const& word) { return std::pair(word.size(), word); };
  ///     auto const append_word = [](std::string a, std::string const& b) { return std::move(a) + ' ' + b; };
  ///     auto const by_length = pt::parallel_iter(words).map(length_of).collect<std::map>(append_word);  // {2, "to ..."}, ...
  ///
  /// `merge` must be associative; it need not commute. See also `to_map`.
  template <class C, class Merge>
    requires detail::map_like<C>
  [[nodiscard]] auto collect(Merge merge) && {
    return detail::apply<item_type>(detail::CollectMerged<C, Merge>{std::move(merge)}, *this);
  }
  /// The same in a map template of the items' parts, such as std::map.
  template <template <class...> class C, class Merge>
    requires detail::map_like<typename detail::Deduced<C, typename S::Value>::type>
  [[nodiscard]] auto collect(Merge merge) && {
    using Map = typename detail::Deduced<C, typename S::Value>::type;
    return detail::apply<item_type>(detail::CollectMerged<Map, Merge>{std::move(merge)}, *this);
  }
  /// Returns all items, in order, in a new `C`: `collect<C>()` by the name that it has in C++23.
  template <class C>
  [[nodiscard]] auto to() && {
    return detail::apply<item_type>(detail::Collect<C>{}, *this);
  }
  /// Returns all items, in order, in a `C` of their values: `collect<C>()` by the name that it has in C++23.
  template <template <class...> class C>
  [[nodiscard]] auto to() && {
    return detail::apply<item_type>(detail::CollectTemplate<C, S>{}, *this);
  }
  /// Replaces the content of `c` by all items, in order, and keeps its capacity, allocator, comparator and hasher.
  /// Returns nothing.
  ///
  ///     std::vector<int> reused;
  ///     for (int step = 0; step != 3; ++step) pt::parallel_iter(v).map(f).collect_into(reused);
  ///
  /// `c` is a container, or a span or array, whose size must be the number of items: else this throws
  /// `std::invalid_argument`. It also throws that if the pipeline is seen to read `c` (which closures read is not
  /// seen), unless each item is made from the one in its place, or all are kept until the end, as after a filter. If
  /// the run throws, the content of `c` is unspecified.
  template <class C>
  auto collect_into(C&& c) && {
    return detail::apply<item_type>(detail::make_collect_into(c), *this);
  }
  /// Appends all items, in order, to `c`. Returns nothing. Throws `std::invalid_argument` if the pipeline is seen to
  /// read `c`. If the run throws, `c` is what it was; one that can only `push`, or that a `pt::appender` fills, may
  /// keep some items.
  ///
  ///     pt::parallel_iter(v).append_to(reused);  // reused: 4, 2, 5, 2, 6, 3, 1, 4, 1, 5
  template <class C>
  auto append_to(C& c) && {
    return detail::apply<item_type>(detail::make_append_to(c), *this);
  }
  /// Returns `init` joined with all items by `op`, in order, as a value of the type of `init`. `op` must be
  /// associative, and need not commute: `op(op(a, b), c)` must equal `op(a, op(b, c))`. `init` is used once. `op` is
  /// called at most n times.
  ///
  ///     auto const joined = [](std::string left, std::string const& right) { return std::move(left) + right; };
  ///     std::string const sentence = pt::parallel_iter(words).reduce(std::string(">"), joined);  // ">tobeornottobe"
  template <class T, class Op>
  [[nodiscard]] auto reduce(T init, Op op) && {
    return detail::apply<item_type>(detail::ReduceFrom<T, Op>{std::move(init), std::move(op)}, *this);
  }
  /// Returns all items joined by `op`, in order: a `std::optional` of the items' value type, which is empty if there
  /// are no items. `op` must be associative, and need not commute. It is called at most n - 1 times.
  ///
  ///     std::optional<std::string> const same = pt::parallel_iter(words).reduce(joined);  // "tobeornottobe"
  template <class Op>
  [[nodiscard]] auto reduce(Op op) && {
    return detail::apply<item_type>(detail::Reduce<Op>{std::move(op)}, *this);
  }
  /// Returns the values of all items joined with `init` by `op`, in order, where items are optionals or expected-like:
  /// as what the items are, or the first failure by order. `op` takes two values and returns such an optional or
  /// expected, or a value; it must be associative.
  ///
  ///     auto const checked = [](int a, int b) { return a + b < 100 ? std::optional(a + b) : std::nullopt; };
  ///     auto const maybe = [](int x) { return x < 5 ? std::optional(x) : std::nullopt; };
  ///     auto const no_sum = pt::parallel_iter(v).map(maybe).try_reduce(0, checked);  // empty, since 5 gave none
  ///
  /// Closures may already have run on items after the failure; what they throw there is dropped.
  template <class T, class Op>
  [[nodiscard]] auto try_reduce(T init, Op op) && {
    return detail::apply<item_type>(detail::TryReduceFrom<T, Op>{std::move(init), std::move(op)}, *this);
  }
  /// As `try_reduce(init, op)`, beginning with the first item: returns a `std::optional` of what the items are, which
  /// is empty if there are none. (The idea is Rayon's.)
  ///
  ///     auto const sum_or_none = pt::parallel_iter(v).map(maybe).try_reduce(checked);
  ///     bool const failed = sum_or_none && !*sum_or_none;  // true: there are items, and 5 gave none
  template <class Op>
  [[nodiscard]] auto try_reduce(Op op) && {
    return detail::apply<item_type>(detail::TryReduce<Op>{std::move(op)}, *this);
  }
  /// Returns the values of all items, in order, in a new `C`, where items are optionals or expected-like: an optional
  /// or expected of `C`, or the first failure by order.
  ///
  ///     auto const all_of_them = pt::parallel_iter(v).map(maybe).try_collect<std::set<int>>();  // empty
  ///
  /// Closures may already have run on items after the failure; what they throw there is dropped.
  template <class C>
  [[nodiscard]] auto try_collect() && {
    return detail::apply<item_type>(detail::TryCollect<C>{}, *this);
  }
  /// The same in a `C` of the items' values: `try_collect<std::vector>()`.
  template <template <class...> class C>
  [[nodiscard]] auto try_collect() && {
    return detail::apply<item_type>(typename detail::TryCollectAs<C, S>::type{}, *this);
  }
  /// Returns one accumulator to which all items were added: `make()` makes one for each stretch of items that one
  /// thread runs without a gap, `add(accumulator, item)` adds an item as in `fold`, and `merge(left, right)` joins two,
  /// in order: it returns the joined one, or changes `left` in place and returns nothing. Without items it is what
  /// `make()` returns.
  ///
  ///     auto const add_length = [](std::size_t& total, std::string const& word) { total += word.size(); };
  ///     std::size_t const length =
  ///         pt::parallel_iter(words).aggregate([] { return std::size_t{0}; }, add_length, std::plus<>());  // 13
  template <class Make, class Add, class Merge>
  [[nodiscard]] auto aggregate(Make make, Add add, Merge merge) && {
    return detail::apply<item_type>(
        detail::Aggregate<Make, Add, Merge>{std::move(make), std::move(add), std::move(merge)}, *this);
  }
  /// Returns the items of each key `key(item)`, in order, in vectors: a `pt::grouped<Key, std::vector<Value>>`, a map
  /// whose keys are in the order in which they came first. Keys need `std::hash` (of pairs and tuples, their parts do)
  /// and
  /// `==`.
  ///
  ///     auto const by_size = pt::parallel_iter(words).group_by(&std::string::size);
  ///     std::vector<std::string> const of_two = by_size.at(2);  // to, be, or, to, be
  ///
  /// With few keys each thread has a table of its own. With more than some thousand, tables are parted by hash, and the
  /// parts are joined by several threads.
  template <class F>
  [[nodiscard]] auto group_by(F key) && {
    return detail::apply<item_type>(detail::make_group_by(std::move(key)), *this);
  }
  /// Returns how many items have each key `key(item)`: a `pt::grouped<Key, std::size_t>`, as `group_by` does.
  ///
  ///     auto const ones_and_others = pt::parallel_iter(v).count_by([](int x) { return x == 1; });
  ///     std::size_t const how_many = ones_and_others.at(true);  // 2
  template <class F>
  [[nodiscard]] auto count_by(F key) && {
    return detail::apply<item_type>(detail::make_count_by(std::move(key)), *this);
  }
  /// Returns `value(item)` for each key `key(item)`, where `merge(value, later)` joins those of equal keys, in order: a
  /// `pt::grouped<Key, T>`, as `group_by` does. `merge` must be associative; it need not commute.
  ///
  ///     auto const letter = [](std::string const& word) { return word[0]; };
  ///     auto const letters = pt::parallel_iter(words).to_map(letter, &std::string::size, std::plus<>());
  ///     std::size_t const of_t = letters.at('t');  // 4: to, to
  template <class F, class G, class Merge>
  [[nodiscard]] auto to_map(F key, G value, Merge merge) && {
    return detail::apply<item_type>(detail::make_to_map(std::move(key), std::move(value), std::move(merge)), *this);
  }
  /// Returns the first of equal items, in order, in a vector. Items need `std::hash` and `==`, as keys of `group_by`
  /// do.
  ///
  ///     std::vector<int> const different = pt::parallel_iter(v).distinct();  // 3, 1, 4, 5
  [[nodiscard]] auto distinct() && { return detail::apply<item_type>(detail::Distinct{}, *this); }
  /// Returns how many items are 0, 1, ... bins - 1, as a `std::vector<std::size_t>` of so many counts. Throws
  /// `std::out_of_range` if an item is none of these.
  ///
  ///     std::vector<std::size_t> const tally = pt::parallel_iter(v).histogram(6);  // 0, 2, 0, 1, 1, 1
  template <class N>
  [[nodiscard]] auto histogram(N bins) && {
    return detail::apply<item_type>(detail::make_histogram(bins), *this);
  }
  /// The same of the numbers `f(item)`.
  template <class N, class F>
  [[nodiscard]] auto histogram(N bins, F f) && {
    return detail::apply<item_type>(detail::make_histogram(bins, std::move(f)), *this);
  }
  /// Returns the smallest `k` items, the smallest first, and of equal ones the first: a vector of at most `k` of the
  /// items' values. Items are compared by `<`, which skips NaN, or by `less(a, b)`. Takes memory for `k` items a
  /// thread. Throws `std::invalid_argument` if `k` is negative.
  ///
  ///     std::vector<int> const least_2 = pt::parallel_iter(v).smallest(2);  // 1, 1
  template <class N, class... Less>
    requires(sizeof...(Less) <= 1)
  [[nodiscard]] auto smallest(N k, Less... less) && {
    return detail::apply<item_type>(detail::make_smallest(k, std::move(less)...), *this);
  }
  /// Returns the largest `k` items, the largest first, and of equal ones the first, as `smallest` does.
  ///
  ///     std::vector<int> const top_2 = pt::parallel_iter(v).largest(2);  // 5, 4
  template <class N, class... Less>
    requires(sizeof...(Less) <= 1)
  [[nodiscard]] auto largest(N k, Less... less) && {
    return detail::apply<item_type>(detail::make_largest(k, std::move(less)...), *this);
  }
  /// Returns the largest `k` items, the largest first: `largest` by the name under which it is looked for. `less` is a
  /// less-than also here, so with `std::greater<>()` it returns the smallest ones, the smallest first.
  ///
  ///     std::vector<int> const best_2 = pt::parallel_iter(v).top_k(2);  // 5, 4
  template <class N, class... Less>
    requires(sizeof...(Less) <= 1)
  [[nodiscard]] auto top_k(N k, Less... less) && {
    return detail::apply<item_type>(detail::make_top_k(k, std::move(less)...), *this);
  }
  /// Returns all items, which are texts or characters, in one `std::string`, with `separator` between any two.
  ///
  ///     std::string const listed = pt::parallel_iter(words).join_with(", ");  // "to, be, or, not, to, be"
  template <class Separator>
  [[nodiscard]] auto join_with(Separator separator) && {
    return detail::apply<item_type>(detail::JoinWith<Separator>{std::move(separator)}, *this);
  }
  /// Returns the sum of all items as a `T`; without `T` integers are added up in 64 bits, and other items in their own
  /// type. The sum of no items is `T{}`.
  ///
  ///     std::int64_t const sum = pt::parallel_iter(v).sum();  // 14
  ///
  /// Floating-point numbers are added in several accumulators, so the last digits may differ from those of a loop.
  template <class T = void>
  [[nodiscard]] auto sum() && {
    return detail::apply<item_type>(detail::Sum<T>{}, *this);
  }
  /// Returns the product of all items as a `T`; without `T` integers are multiplied in 64 bits, and other items in
  /// their own type. The product of no items is 1.
  template <class T = void>
  [[nodiscard]] auto product() && {
    return detail::apply<item_type>(detail::Product<T>{}, *this);
  }
  /// Returns the arithmetic mean of all items: a `std::optional`, which is empty if there are no items. Its type is
  /// `double` for integers, else that of a total divided by a number.
  ///
  ///     std::optional<double> const mean = pt::parallel_iter(v).mean();  // 2.8
  [[nodiscard]] auto mean() && { return detail::apply<item_type>(detail::Mean{}, *this); }
  /// Returns how many items come out, as a `std::size_t`. Runs all closures; see also size.
  [[nodiscard]] auto count() && { return detail::apply<item_type>(detail::Count{}, *this); }
  /// Returns for how many items `p` returns true, as a `std::size_t`.
  ///
  ///     std::size_t const ones = pt::parallel_iter(v).count_if([](int x) { return x == 1; });  // 2
  template <class P>
  [[nodiscard]] auto count_if(P p) && {
    return detail::apply<item_type>(detail::CountIf<P>{std::move(p)}, *this);
  }
  /// Returns how many items there are, as a `std::size_t`, without running a closure. Needs the index. Takes constant
  /// time if the range knows its size; otherwise it walks the range, on the calling thread.
  [[nodiscard]] auto size() && { return detail::apply<item_type>(detail::Size{}, *this); }
  /// Returns the smallest item, the first one of several: a `std::optional` of the items' value type, empty if there
  /// are no items. Items are compared by `<`, or by `less(a, b)`. NaN are skipped.
  template <class... Less>
    requires(sizeof...(Less) <= 1)
  [[nodiscard]] auto(min)(Less... less) && {
    return detail::apply<item_type>(detail::make_min(std::move(less)...), *this);
  }
  /// Returns the largest item, the first one of several: a `std::optional` of the items' value type, empty if there are
  /// no items. Items are compared by `<`, or by `less(a, b)`. NaN are skipped.
  ///
  ///     std::optional<int> const largest = pt::parallel_iter(v).max();  // 5
  template <class... Less>
    requires(sizeof...(Less) <= 1)
  [[nodiscard]] auto(max)(Less... less) && {
    return detail::apply<item_type>(detail::make_max(std::move(less)...), *this);
  }
  /// Returns what min and max return, as a `std::optional` of a `std::pair`, in one pass.
  template <class... Less>
    requires(sizeof...(Less) <= 1)
  [[nodiscard]] auto minmax(Less... less) && {
    return detail::apply<item_type>(detail::make_minmax(std::move(less)...), *this);
  }
  /// Returns the item whose `key(item)` is smallest, the first one of several: a `std::optional`, empty if there are no
  /// items. Keys are compared by `<`; each is computed once. A key may refer to its item, as a `std::string_view` or
  /// `std::tie` does, even if that item is a temporary.
  template <class F>
  [[nodiscard]] auto min_by_key(F key) && {
    return detail::apply<item_type>(detail::make_min_by_key(std::move(key)), *this);
  }
  /// Returns the item whose `key(item)` is largest, the first one of several: a `std::optional`, empty if there are no
  /// items. Keys are compared by `<`; each is computed once, and may refer to its item as in min_by_key.
  ///
  ///     auto const longest = pt::parallel_iter(words).max_by_key([](auto const& w) { return w.size(); });  // "not"
  template <class F>
  [[nodiscard]] auto max_by_key(F key) && {
    return detail::apply<item_type>(detail::make_max_by_key(std::move(key)), *this);
  }
  /// Returns what min_by_key and max_by_key return, as a `std::optional` of a `std::pair`, in one pass.
  template <class F>
  [[nodiscard]] auto minmax_by_key(F key) && {
    return detail::apply<item_type>(detail::make_minmax_by_key(std::move(key)), *this);
  }
  /// Returns whether `p` returns true for some item. The run ends as soon as one is found; if `p` throws for another
  /// item, what comes first in time wins. False if there are no items.
  ///
  ///     bool const negative = pt::parallel_iter(v).any([](int x) { return x < 0; });  // false
  template <class P>
  [[nodiscard]] auto any(P p) && {
    return detail::apply<item_type>(detail::make_any(std::move(p)), *this);
  }
  /// Returns whether `p` returns true for every item. The run ends as soon as it returns false; if `p` throws for
  /// another item, what comes first in time wins. True if there are no items.
  template <class P>
  [[nodiscard]] auto all(P p) && {
    return detail::apply<item_type>(detail::make_all(std::move(p)), *this);
  }
  /// Returns whether `p` returns true for no item. The run ends as soon as it returns true; if `p` throws for another
  /// item, what comes first in time wins. True if there are no items.
  template <class P>
  [[nodiscard]] auto none(P p) && {
    return detail::apply<item_type>(detail::make_none(std::move(p)), *this);
  }
  /// Returns whether some item equals `x`. The run ends as soon as one is found.
  ///
  ///     bool const has_four = pt::parallel_iter(v).contains(4);  // true
  template <class T>
  [[nodiscard]] auto contains(T x) && {
    return detail::apply<item_type>(detail::make_contains(std::move(x)), *this);
  }
  /// Returns some item for which `p` returns true, whichever is found first: a `std::optional` of the items' value
  /// type, empty if there is none. Which one it is depends on the run.
  template <class P>
  [[nodiscard]] auto find_any(P p) && {
    return detail::apply<item_type>(detail::make_find_any(std::move(p)), *this);
  }
  /// Returns the first item by order for which `p` returns true: a `std::optional` of the items' value type, empty if
  /// there is none.
  ///
  ///     std::optional<int> const first = pt::parallel_iter(v).find_first([](int x) { return x > 3; });  // 4
  ///
  /// `p` may already have run on later items, on other threads or, since numbers in memory are compared 32 at a time,
  /// on up to 31 of them on the thread that found it. What it throws there is dropped.
  template <class P>
  [[nodiscard]] auto find_first(P p) && {
    return detail::apply<item_type>(detail::make_find_first(std::move(p)), *this);
  }
  /// Returns the last item by order for which `p` returns true: a `std::optional` of the items' value type, empty if
  /// there is none. Items are looked at from the end; what `p` throws for one before the answer is dropped. (Those that
  /// flat_map gives for one item are all looked at; after fold or take_while, whose end is not known before, all
  /// items.)
  ///
  ///     std::optional<int> const late = pt::parallel_iter(v).find_last([](int x) { return x < 4; });  // 1
  template <class P>
  [[nodiscard]] auto find_last(P p) && {
    return detail::apply<item_type>(detail::make_find_last(std::move(p)), *this);
  }
  /// Calls `f` with items, and returns the value of the first optional by order that has one: a `std::optional`, empty
  /// if none has. `f` may also return a pointer or an expected. It may already have run on later items; what it throws
  /// there is dropped.
  ///
  ///     auto const a_third = [](int x) { return x % 3 == 0 ? std::optional(x / 3) : std::nullopt; };
  ///     auto const third = pt::parallel_iter(v).find_map_first(a_third);  // 1, which is 3 / 3
  template <class F>
  [[nodiscard]] auto find_map_first(F f) && {
    return detail::apply<item_type>(detail::make_find_map_first(std::move(f)), *this);
  }
  /// As `find_map_first`, but returns the value of any optional that has one, whichever is found first.
  ///
  ///     auto const some_third = pt::parallel_iter(v).find_map_any(a_third);  // 1
  template <class F>
  [[nodiscard]] auto find_map_any(F f) && {
    return detail::apply<item_type>(detail::make_find_map_any(std::move(f)), *this);
  }
  /// As `find_map_first`, but returns the value of the last optional by order that has one, and begins at the end as
  /// `find_last` does.
  ///
  ///     auto const last_third = pt::parallel_iter(v).find_map_last(a_third);  // 1
  template <class F>
  [[nodiscard]] auto find_map_last(F f) && {
    return detail::apply<item_type>(detail::make_find_map_last(std::move(f)), *this);
  }
  /// Returns the position of the first item by order for which `p` returns true, a `std::optional<std::size_t>` counted
  /// from 0, empty if there is none. Needs the index. To get the item as well: `enumerate().find_first(p)`.
  ///
  ///     std::optional<std::size_t> const where = pt::parallel_iter(v).position_first([](int x) { return x > 3; });  // 2
  ///
  /// `p` may already have run on later items, as with `find_first`. What it throws there is dropped.
  template <class P>
  [[nodiscard]] auto position_first(P p) && {
    return detail::apply<item_type>(detail::make_position_first(std::move(p)), *this);
  }
  /// Returns the position of the last item by order for which `p` returns true, as `position_first` does. Needs the
  /// index. Items are looked at from the end; what `p` throws for one before the answer is dropped.
  ///
  ///     std::optional<std::size_t> const last_small =
  ///         pt::parallel_iter(v).position_last([](int x) { return x < 4; });  // 3
  template <class P>
  [[nodiscard]] auto position_last(P p) && {
    return detail::apply<item_type>(detail::make_position_last(std::move(p)), *this);
  }
  /// Returns the position of some item for which `p` returns true, whichever is found first, as `position_first` does.
  /// Needs the index.
  ///
  ///     auto const some_large =
  ///         pt::parallel_iter(v).position_any([](int x) { return x > 3; });  // 2, or 4
  template <class P>
  [[nodiscard]] auto position_any(P p) && {
    return detail::apply<item_type>(detail::make_position_any(std::move(p)), *this);
  }
  /// Returns the first item: a `std::optional` of the items' value type, empty if there are no items. Closures may
  /// already have run on later items; what they throw there is dropped.
  ///
  ///     std::optional<int> const begin = pt::parallel_iter(v).first();  // 3
  [[nodiscard]] auto first() && { return detail::apply<item_type>(detail::FirstItem{}, *this); }
  /// Returns the last item: a `std::optional` of the items' value type, empty if there are no items. Begins at the end,
  /// as `find_last` does.
  ///
  ///     std::optional<std::string> const end = pt::parallel_iter(words).last();  // "be"
  [[nodiscard]] auto last() && { return detail::apply<item_type>(detail::LastItem{}, *this); }
  /// Returns the item at position `n`, counted from 0: a `std::optional` of the items' value type, empty if there are
  /// no more than `n` items. Needs the index; no closure runs on other items. Throws `std::invalid_argument` if `n` is
  /// negative.
  ///
  ///     std::optional<int> const third_item = pt::parallel_iter(v).nth(2);  // 4
  template <class N>
  [[nodiscard]] auto nth(N n) && {
    return detail::apply<item_type>(detail::Nth<N>{n}, *this);
  }
  /// Returns whether no item is less than the one before it, by `<` or by `less(a, b)`. The run ends as soon as one is
  /// found that is. True if there are no items.
  ///
  ///     bool const sorted = pt::parallel_iter(v).is_sorted();  // false
  template <class... Less>
    requires(sizeof...(Less) <= 1)
  [[nodiscard]] auto is_sorted(Less... less) && {
    return detail::apply<item_type>(detail::make_is_sorted(std::move(less)...), *this);
  }
  /// Returns whether all items for which `p` returns true come before all others. The run ends as soon as one is found
  /// that does not. True if there are no items.
  ///
  ///     bool const small_first =
  ///         pt::parallel_iter(v).is_partitioned([](int x) { return x < 4; });  // false: 4, 1
  template <class P>
  [[nodiscard]] auto is_partitioned(P p) && {
    return detail::apply<item_type>(detail::IsPartitioned<P>{std::move(p)}, *this);
  }
  /// Returns whether the items are those of `r`, a range or a pipeline: as many, and equal by `==` one by one. The run
  /// ends as soon as two are found that differ. Needs the index, of both. `r` is borrowed or owned as in `zip`.
  ///
  ///     bool const same_items = pt::parallel_iter(v).equal(w);  // false
  ///
  /// `equal(r, p)` asks `p(item, other)` instead of `==`, which sees both as const.
  ///
  ///     auto const both_odd = [](int x, int y) { return x % 2 == y % 2; };
  ///     bool const alike = pt::parallel_iter(v).take(2).equal(std::vector{7, 5}, both_odd);  // true
  ///
  /// If `p` throws, what comes first in time wins, answer or exception.
  template <class R, class P = detail::EqualItems>
  [[nodiscard]] auto equal(R&& r, P p = {}) && {
    auto sides = detail::apply<item_type>(detail::ZipWith<false, R>{std::tuple<R&&>(std::forward<R>(r))}, *this);
    if constexpr (std::same_as<decltype(sides), detail::Unusable>) {
      return sides;
    } else {
      return detail::apply<item_type>(detail::EqualSides<P>{std::move(p)}, sides);
    }
  }
  /// Returns how the items compare to those of `r`, a range or a pipeline, lexicographically: what `<=>` of the first
  /// two items that differ returns; if none do, the shorter one is less. Items without `<=>` are compared by `<`. Needs
  /// the index, of both. What closures throw for items after those two is dropped.
  ///
  ///     bool const smaller = pt::parallel_iter(v).compare(w) < 0;  // false: 3 is greater than 1
  ///
  /// `compare(r, f)` asks `f(item, other)` instead, which sees both as const and returns one of the `std::` orderings,
  /// or is a less-than: then it is called both ways round, and the result is a `std::weak_ordering`.
  ///
  ///     auto const by_size = [](auto const& a, auto const& b) { return a.size() < b.size(); };
  ///     std::vector<std::string> const two{"aa", "abc"};
  ///     bool const shorter = pt::parallel_iter(words).compare(two, by_size) < 0;  // true: at "be"
  template <class R, class F = detail::ThreeWay>
  [[nodiscard]] auto compare(R&& r, F f = {}) && {
    auto sides = detail::apply<item_type>(detail::ZipWith<false, R>{std::tuple<R&&>(std::forward<R>(r))}, *this);
    if constexpr (std::same_as<decltype(sides), detail::Unusable>) {
      return sides;
    } else {
      return detail::apply<item_type>(detail::CompareSides<F>{std::move(f)}, sides);
    }
  }
  /// Returns two vectors as a `std::pair`: the items for which `p` returns true, and the others, both in order.
  ///
  ///     auto const [ones, others] = pt::parallel_iter(v).partition([](int x) { return x == 1; });  // 1, 1; 3, 4, 5
  template <class P>
  [[nodiscard]] auto partition(P p) && {
    return detail::apply<item_type>(detail::Partition<P>{std::move(p)}, *this);
  }
  /// Calls `f` with each item, which returns a `std::variant` of two types, and returns two vectors as a `std::pair`:
  /// the values of the first type, and those of the second, both in order. Types may be the same: told apart by index.
  ///
  ///     using Either = std::variant<int, std::string>;
  ///     auto const split = [](int x) { return x < 4 ? Either(x) : Either(std::to_string(x)); };
  ///     auto const [numbers, texts] = pt::parallel_iter(v).partition_map(split);  // 3, 1, 1; "4", "5"
  template <class F>
  [[nodiscard]] auto partition_map(F f) && {
    return detail::apply<item_type>(detail::PartitionMap<F>{std::move(f)}, *this);
  }
  /// Returns a vector of each part of items that are pairs or tuples, in order: of two as a `std::pair`, of more as a
  /// `std::tuple`.
  ///
  ///     auto const [at, items] = pt::parallel_iter(v).enumerate().unzip();  // 0, 1, 2, 3, 4; 3, 1, 4, 1, 5
  [[nodiscard]] auto unzip() && { return detail::apply<item_type>(detail::Unzip{}, *this); }
  /// Replaces the contents of `c...`, one container for each part of items that are pairs or tuples, by these parts, in
  /// order. Returns nothing. If the run throws, the containers are as they were, or their content is unspecified.
  ///
  ///     std::vector<std::size_t> places;
  ///     std::set<int> values;
  ///     pt::parallel_iter(v).enumerate().unzip_into(places, values);  // 0, 1, 2, 3, 4; 1, 3, 4, 5
  template <class... C>
    requires(sizeof...(C) > 1)
  auto unzip_into(C&... c) && {
    return detail::apply<item_type>(detail::UnzipInto<C...>{{std::addressof(c)...}}, *this);
  }
  /// Returns all items, in order, as a vector of vectors, one for each stretch of items that one thread has run without
  /// a gap: without the copy that `collect` makes of what it can't write in place. How they are cut depends on the run;
  /// none is empty.
  ///
  ///     auto const pieces = pt::parallel_iter(v).collect_segments();  // such as {3, 1, 4}, {1, 5}
  [[nodiscard]] auto collect_segments() && { return detail::apply<item_type>(detail::CollectSegments{}, *this); }

  // --- both ----------------------------------------------------------------------------------------------------------

  /// Continues with a stage or a terminal that is an object, such as `pt::map(f)`: what `|` does.
  template <class Step>
  auto then(detail::Stage<Step> stage) && {
    return detail::apply<item_type>(std::move(stage.step), *this);
  }
  template <class T>
  auto then(detail::Terminal<T> end) && {
    return detail::apply<item_type>(std::move(end.terminal), *this);
  }

  /// A pipeline is not a range: a loop over it would silently run on one thread, so it does not compile.
  template <class T = void>
  detail::NotARange begin() const {
    static_assert(
        detail::never<T>,
        "parallel_task: a pipeline is not a range, and a loop over it would run on one thread: use for_each(f), "
        "or collect<std::vector>() first");
    return {};
  }
  [[nodiscard]] detail::NotARange end() const { return {}; }

 private:
  template <class, class>
  friend class Pipeline;
  friend struct detail::Access;
  template <class Item, class Step, class Target>
  friend constexpr auto detail::apply(Step&& step, Target& target);

  template <class Step>
  static consteval detail::Problem refuses() {
    if constexpr (detail::is_composed<Step> || requires { Step::is_for_any_source; }) {
      return detail::Problem::none;
    } else if constexpr (requires { Step::template problem_after<H>(); }) {
      return Step::template problem_after<H>();
    } else if constexpr (detail::setting<Step>) {
      return Step::problem();
    } else if constexpr (detail::is_joint<Step>) {
      return decltype(Step::step)::template problem<S>();
    } else if constexpr (detail::joining<Step>) {
      if constexpr (Step::arguments_problem() != detail::Problem::none) {
        return Step::arguments_problem();
      } else {
        return refuses<decltype(std::declval<Step&>().joint())>();
      }
    } else if constexpr (detail::is_placed_settings<H> && !detail::stage_object<Step>) {
      constexpr detail::Problem problem = Step::template problem<S>();
      if constexpr (problem != detail::Problem::none) {
        return problem;
      } else {
        return H::template problem<S, Step>();
      }
    } else {
      return Step::template problem<S>();
    }
  }

  template <class Step>
  constexpr auto accept(Step& step) {
    if constexpr (detail::is_composed<Step>) {
      auto next = detail::apply<item_type>(std::move(step.first), *this);
      if constexpr (std::same_as<decltype(next), detail::Unusable>) {
        return next;  // the first has said what is wrong
      } else {
        return detail::apply<int>(std::move(step.second), next);
      }
    } else if constexpr (requires { step.template terminal_for<S>(); }) {
      return detail::apply<item_type>(step.template terminal_for<S>(), *this);
    } else if constexpr (detail::setting<Step>) {
      return detail::as_pipeline(std::move(source_), std::move(step).set(std::move(settings_)));
    } else if constexpr (detail::is_joint<Step>) {
      return detail::as_pipeline(std::move(step.step)(std::move(source_)),
                                 std::move(settings_).then(std::move(step.settings)));
    } else if constexpr (detail::joining<Step>) {
      auto joint = step.joint();
      return accept(joint);
    } else if constexpr (detail::stage_object<Step>) {
      return detail::as_pipeline(std::move(step)(std::move(source_)), std::move(settings_));
    } else if constexpr (detail::is_placed_settings<H>) {
      return std::move(settings_).run(source_, step);
    } else if constexpr (detail::runs_deterministic<Step, S, H>) {
      return detail::run_deterministic(source_, step, settings_.for_run());
    } else if constexpr (requires { step(source_, settings_.for_run()); }) {
      return step(source_, settings_.for_run());
    } else if constexpr (requires { step(source_); }) {
      return step(source_);
    } else {
      return detail::run_terminal(source_, step, settings_.for_run());
    }
  }

  S source_;
  H settings_;
};

}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
