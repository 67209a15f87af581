// The fluent class: every operation in one line.
#pragma once

#include <parallel_task/core/run.hpp>
#include <parallel_task/pipeline/stage.hpp>
#include <parallel_task/stage/chain.hpp>
#include <parallel_task/stage/copied.hpp>
#include <parallel_task/stage/elements.hpp>
#include <parallel_task/stage/enumerate.hpp>
#include <parallel_task/stage/filter.hpp>
#include <parallel_task/stage/filter_map.hpp>
#include <parallel_task/stage/flat_map.hpp>
#include <parallel_task/stage/fold.hpp>
#include <parallel_task/stage/inspect.hpp>
#include <parallel_task/stage/map.hpp>
#include <parallel_task/stage/map_init.hpp>
#include <parallel_task/stage/reverse.hpp>
#include <parallel_task/stage/settings.hpp>
#include <parallel_task/stage/stride.hpp>
#include <parallel_task/stage/take.hpp>
#include <parallel_task/stage/take_while.hpp>
#include <parallel_task/stage/zip.hpp>
#include <parallel_task/terminal/any.hpp>
#include <parallel_task/terminal/collect.hpp>
#include <parallel_task/terminal/count.hpp>
#include <parallel_task/terminal/find.hpp>
#include <parallel_task/terminal/for_each.hpp>
#include <parallel_task/terminal/for_each_ordered.hpp>
#include <parallel_task/terminal/min_max.hpp>
#include <parallel_task/terminal/partition.hpp>
#include <parallel_task/terminal/reduce.hpp>
#include <parallel_task/terminal/sum.hpp>
#include <parallel_task/terminal/try_for_each.hpp>

#include <concepts>
#include <cstddef>
#include <tuple>
#include <utility>

namespace parallel_task {
inline namespace v0_1 {

/// A lazy parallel computation over a range: stages are added, a terminal runs it and consumes it.
///
/// Nothing runs before the terminal; stages are fused into one loop and nothing is allocated per item. Closures are
/// moved in and called as const, by several threads at once, at most once an item by each operation; with the item or,
/// if they don't take it, with the parts of a pair or tuple. Results are those of the sequential loop, whatever the
/// number of threads, except where an operation says otherwise. The first exception in time is rethrown on the calling
/// thread. A pipeline is used by one thread; it is not a range.
template <class S, class H = detail::Held<>>
class [[nodiscard]] Pipeline : private detail::NamedPipeline {
 public:
  /// What closures get, and what containers store.
  using item_type = typename S::Item;
  using value_type = typename S::Value;

  explicit Pipeline(S source, H held = H{}) : source_(std::move(source)), held_(std::move(held)) {}
  Pipeline(Pipeline&&) = default;
  Pipeline& operator=(Pipeline&&) = default;

#define PARALLEL_TASK_USING(name) using NamedPipeline::name;
  PARALLEL_TASK_OPERATIONS(PARALLEL_TASK_USING)
#undef PARALLEL_TASK_USING
  using NamedPipeline::collect;
  using NamedPipeline::to;

  // --- stages -------------------------------------------------------------------------------------------------------

  /// Every item becomes `f(item)`. Keeps the index.
  template <class F>
  [[nodiscard]] auto map(F f) && {
    return detail::pass<item_type>(detail::MapBy<F>{std::move(f)}, *this);
  }
  /// Calls `f` with each item, as const, on its way. Keeps the index.
  template <class F>
  [[nodiscard]] auto inspect(F f) && {
    return detail::pass<item_type>(detail::InspectBy<F>{std::move(f)}, *this);
  }
  /// Calls `f` with each item, which it may change, in place where items are references. Keeps the index.
  template <class F>
  [[nodiscard]] auto update(F f) && {
    return detail::pass<item_type>(detail::UpdateBy<F>{std::move(f)}, *this);
  }
  /// The items that satisfy `p`, in order. Loses the index.
  template <class P>
  [[nodiscard]] auto filter(P p) && {
    return detail::pass<item_type>(detail::FilterBy<P>{std::move(p)}, *this);
  }
  /// What the optionals that `f` returns contain, in order. Loses the index.
  template <class F>
  [[nodiscard]] auto filter_map(F f) && {
    return detail::pass<item_type>(detail::FilterMapBy<F>{std::move(f)}, *this);
  }
  /// The items of the ranges that `f` returns, in order. A range is walked by the thread that has its item. Loses the
  /// index.
  template <class F>
  [[nodiscard]] auto flat_map(F f) && {
    return detail::pass<item_type>(detail::FlatMapBy<F>{std::move(f)}, *this);
  }
  /// The items of items that are ranges, in order. Loses the index.
  [[nodiscard]] auto flatten() && { return detail::pass<item_type>(detail::FlattenBy{}, *this); }
  /// Copies instead of references. Keeps the index.
  [[nodiscard]] auto copied() && { return detail::pass<item_type>(detail::CopiedBy{}, *this); }
  /// The first part of items that are pairs or tuples. Keeps the index.
  [[nodiscard]] auto keys() && { return detail::pass<item_type>(detail::ElementsBy<0>{}, *this); }
  /// The second part of items that are pairs or tuples. Keeps the index.
  [[nodiscard]] auto values() && { return detail::pass<item_type>(detail::ElementsBy<1>{}, *this); }
  /// Pairs of position (`std::size_t`) and item. Indexed.
  [[nodiscard]] auto enumerate() && { return detail::pass<item_type>(detail::EnumerateBy{}, *this); }
  /// Pairs (of more than two: tuples) of the items at the same position, up to the shortest. Takes ranges (lvalues are
  /// borrowed, rvalue containers owned and moved out of) and pipelines; one of them may be written to. Indexed.
  template <class... R>
  [[nodiscard]] auto zip(R&&... others) && {
    return detail::pass<item_type>(detail::ZipWith<false, R...>{std::tuple<R&&...>(std::forward<R>(others)...)}, *this);
  }
  /// As zip, but throws std::invalid_argument if the lengths differ, before anything runs where they are known.
  template <class... R>
  [[nodiscard]] auto zip_equal(R&&... others) && {
    return detail::pass<item_type>(detail::ZipWith<true, R...>{std::tuple<R&&...>(std::forward<R>(others)...)}, *this);
  }
  /// These items, then those of another range or pipeline. Keeps the index where both have one.
  template <class R>
  [[nodiscard]] auto chain(R&& other) && {
    return detail::pass<item_type>(detail::ChainWith<R>{std::forward<R>(other)}, *this);
  }
  /// From the last to the first. Walks a range without random access to its end before the run. Indexed.
  [[nodiscard]] auto reverse() && { return detail::pass<item_type>(detail::ReverseBy{}, *this); }
  /// The first `n` items. Indexed.
  template <class N>
  [[nodiscard]] auto take(N n) && {
    return detail::pass<item_type>(detail::Counted<detail::TakeBy, N>{{n}}, *this);
  }
  /// All but the first `n` items, whose closures do not run. Indexed.
  template <class N>
  [[nodiscard]] auto drop(N n) && {
    return detail::pass<item_type>(detail::Counted<detail::DropBy, N>{{n}}, *this);
  }
  /// Every n-th item, from the first. Below 1 is std::invalid_argument. Indexed.
  template <class N>
  [[nodiscard]] auto stride(N n) && {
    return detail::pass<item_type>(detail::Counted<detail::StrideBy, N>{{n}}, *this);
  }
  /// The items at positions [first, last). `last` below `first` is std::invalid_argument. Indexed.
  template <class First, class Last>
  [[nodiscard]] auto slice(First first, Last last) && {
    return detail::pass<item_type>(detail::Counted<detail::SliceBy, First, Last>{{first, last}}, *this);
  }
  /// The items before the first that fails `p`. Closures may have run on items behind it; exceptions there are not seen.
  template <class P>
  [[nodiscard]] auto take_while(P p) && {
    return detail::pass<item_type>(detail::TakeWhileBy<P>{std::move(p)}, *this);
  }
  /// Every item becomes `f(state, item)`; `make()` gives each segment its own state, at most once. Keeps the index.
  template <class Make, class F>
  [[nodiscard]] auto map_init(Make make, F f) && {
    return detail::pass<item_type>(detail::MapInitBy<Make, F>{std::move(make), std::move(f)}, *this);
  }
  /// One accumulator for each segment, `make()` joined with its items by `f(accumulator, item)`, flows on as an item.
  /// How many there are depends on the run; joined in order they cover all items in order.
  template <class Make, class F>
  [[nodiscard]] auto fold(Make make, F f) && {
    return detail::pass<item_type>(detail::FoldBy<Make, F>{std::move(make), std::move(f)}, *this);
  }

  // --- settings: of this call; the last word counts, wherever in the chain --------------------------------------------

  /// At most `n` threads compute, the caller included. Below 1 is std::invalid_argument.
  template <class N>
  [[nodiscard]] auto threads(N n) && {
    return detail::pass<item_type>(detail::ThreadsBy<N>{n}, *this);
  }
  /// Whom a worker without work robs first: a PrioritizeThread.
  template <class P>
  [[nodiscard]] auto steal_from(P strategy) && {
    return detail::pass<item_type>(detail::StealFromBy<P>{std::move(strategy)}, *this);
  }
  /// Fills `r` when the run ends.
  template <class R>
  [[nodiscard]] auto report(R& r) && {
    return detail::pass<item_type>(detail::ReportBy<R>{&r}, *this);
  }
  /// Records who claimed, stole, pulled, woke and slept into `t`, which can draw it: see pt::Trace.
  template <class T>
  [[nodiscard]] auto trace(T& t) && {
    return detail::pass<item_type>(detail::TraceBy<T>{&t}, *this);
  }
  /// Calls `f(pt::Progress const&)` while the run goes on, at most once in `interval`, and once more when it has ended
  /// without an exception. Always on the calling thread, between items, or while that waits for others: a long item of
  /// its own makes it late. What `f` throws ends the run, and is thrown by the terminal. `f` may run pipelines.
  template <class F, class Interval = std::chrono::milliseconds>
  [[nodiscard]] auto progress(F f, Interval interval = std::chrono::milliseconds(100)) && {
    return detail::pass<item_type>(detail::ProgressBy<F, Interval>{std::move(f), interval}, *this);
  }
  /// Stops once `t.stop_requested()`: the terminal throws pt::cancelled. Any thread may ask `t`, at any time.
  template <class T>
  [[nodiscard]] auto stop_token(T t) && {
    return detail::pass<item_type>(detail::StopTokenBy<T>{std::move(t)}, *this);
  }
  /// Stops at a std::chrono::steady_clock time point, or a duration after the terminal was called: pt::cancelled.
  template <class T>
  [[nodiscard]] auto deadline(T t) && {
    return detail::pass<item_type>(detail::DeadlineBy<T>{t}, *this);
  }

  // --- terminals ------------------------------------------------------------------------------------------------------

  /// Calls `f` with every item, in no order.
  template <class F>
  auto for_each(F f) && {
    return detail::pass<item_type>(detail::ForEach<F>{std::move(f)}, *this);
  }
  /// Calls `f` with every item in input order, one call at a time, while workers compute at most `window` items ahead.
  /// A window below 1 is std::invalid_argument.
  template <class F, std::integral N = std::size_t>
  auto for_each_ordered(F f, N window = 1024) && {
    return detail::pass<item_type>(detail::ForEachOrdered<F>(std::move(f), static_cast<std::size_t>(window < N{1} ? N{} : window)), *this);
  }
  /// Calls `f` with every item up to the first failure by order (`false`, an empty optional, an error), which it returns.
  template <class F>
  auto try_for_each(F f) && {
    return detail::pass<item_type>(detail::TryForEach<F>{std::move(f)}, *this);
  }
  /// All items, in order, in a new `C`. A map keeps the first of equal keys.
  template <class C>
  [[nodiscard]] auto collect() && {
    return detail::pass<item_type>(detail::Collect<C>{}, *this);
  }
  /// All items, in order, in a `C` of their values: `collect<std::vector>()`.
  template <template <class...> class C>
  [[nodiscard]] auto collect() && {
    return detail::pass<item_type>(detail::CollectTemplate<C, S>{}, *this);
  }
  /// The same, by its name in C++23.
  template <class C>
  [[nodiscard]] auto to() && {
    return detail::pass<item_type>(detail::Collect<C>{}, *this);
  }
  template <template <class...> class C>
  [[nodiscard]] auto to() && {
    return detail::pass<item_type>(detail::CollectTemplate<C, S>{}, *this);
  }
  /// Replaces the content of `c`, keeping its capacity. A span of the wrong size is std::invalid_argument.
  template <class C>
  auto collect_into(C&& c) && {
    return detail::pass<item_type>(detail::make_collect_into(c), *this);
  }
  /// Puts all items behind those of `c`.
  template <class C>
  auto append_to(C& c) && {
    return detail::pass<item_type>(detail::make_append_to(c), *this);
  }
  /// `init` joined with all items by `op`, in order. `op` must be associative, need not commute; `init` enters once.
  template <class T, class Op>
  [[nodiscard]] auto reduce(T init, Op op) && {
    return detail::pass<item_type>(detail::ReduceFrom<T, Op>{std::move(init), std::move(op)}, *this);
  }
  /// All items joined by `op`, in order: a std::optional, empty if there are none.
  template <class Op>
  [[nodiscard]] auto reduce(Op op) && {
    return detail::pass<item_type>(detail::Reduce<Op>{std::move(op)}, *this);
  }
  /// The sum; of integers in 64 bits, or as `T`. Empty: `T{}`.
  template <class T = void>
  [[nodiscard]] auto sum() && {
    return detail::pass<item_type>(detail::Sum<T>{}, *this);
  }
  /// The product; of integers in 64 bits, or as `T`. Empty: 1.
  template <class T = void>
  [[nodiscard]] auto product() && {
    return detail::pass<item_type>(detail::Product<T>{}, *this);
  }
  /// The arithmetic mean: a std::optional, empty if there are no items.
  [[nodiscard]] auto mean() && { return detail::pass<item_type>(detail::Mean{}, *this); }
  /// How many items come out, running all closures.
  [[nodiscard]] auto count() && { return detail::pass<item_type>(detail::Count{}, *this); }
  /// How many items satisfy `p`.
  template <class P>
  [[nodiscard]] auto count_if(P p) && {
    return detail::pass<item_type>(detail::CountIf<P>{std::move(p)}, *this);
  }
  /// How many items there are, without running closures. Indexed.
  [[nodiscard]] auto size() && { return detail::pass<item_type>(detail::Size{}, *this); }
  /// The first smallest item, by `<` or `less`: a std::optional. NaN are skipped.
  template <class... Less>
  [[nodiscard]] auto(min)(Less... less) && {
    return detail::pass<item_type>(detail::make_min(std::move(less)...), *this);
  }
  /// The first largest item, by `<` or `less`: a std::optional. NaN are skipped.
  template <class... Less>
  [[nodiscard]] auto(max)(Less... less) && {
    return detail::pass<item_type>(detail::make_max(std::move(less)...), *this);
  }
  /// Both, as a std::optional of a pair.
  template <class... Less>
  [[nodiscard]] auto minmax(Less... less) && {
    return detail::pass<item_type>(detail::make_minmax(std::move(less)...), *this);
  }
  /// The first item whose key is smallest. Each key is computed once.
  template <class F>
  [[nodiscard]] auto min_by_key(F key) && {
    return detail::pass<item_type>(detail::make_min_by_key(std::move(key)), *this);
  }
  /// The first item whose key is largest. Each key is computed once.
  template <class F>
  [[nodiscard]] auto max_by_key(F key) && {
    return detail::pass<item_type>(detail::make_max_by_key(std::move(key)), *this);
  }
  /// Both, as a std::optional of a pair.
  template <class F>
  [[nodiscard]] auto minmax_by_key(F key) && {
    return detail::pass<item_type>(detail::make_minmax_by_key(std::move(key)), *this);
  }
  /// Whether some item satisfies `p`. Stops as soon as it is known; the first in time wins, answer or exception.
  template <class P>
  [[nodiscard]] auto any(P p) && {
    return detail::pass<item_type>(detail::make_any(std::move(p)), *this);
  }
  /// Whether all items satisfy `p`. Stops as soon as it is known; the first in time wins, answer or exception.
  template <class P>
  [[nodiscard]] auto all(P p) && {
    return detail::pass<item_type>(detail::make_all(std::move(p)), *this);
  }
  /// Whether no item satisfies `p`. Stops as soon as it is known; the first in time wins, answer or exception.
  template <class P>
  [[nodiscard]] auto none(P p) && {
    return detail::pass<item_type>(detail::make_none(std::move(p)), *this);
  }
  /// Whether some item equals `x`. Stops as soon as it is known.
  template <class T>
  [[nodiscard]] auto contains(T x) && {
    return detail::pass<item_type>(detail::make_contains(std::move(x)), *this);
  }
  /// Some item that satisfies `p`, the quickest to find: a std::optional.
  template <class P>
  [[nodiscard]] auto find_any(P p) && {
    return detail::pass<item_type>(detail::make_find_any(std::move(p)), *this);
  }
  /// The first item that satisfies `p`: a std::optional. An exception behind it is not seen. `p` may have run on later
  /// items, by other threads, and on up to 31 by the thread that found it: numbers that lie in memory are compared 32 at
  /// once.
  template <class P>
  [[nodiscard]] auto find_first(P p) && {
    return detail::pass<item_type>(detail::make_find_first(std::move(p)), *this);
  }
  /// Two vectors, in order: the items that satisfy `p`, and the others.
  template <class P>
  [[nodiscard]] auto partition(P p) && {
    return detail::pass<item_type>(detail::Partition<P>{std::move(p)}, *this);
  }
  /// Two vectors, in order: the first and the second parts of items that are pairs.
  [[nodiscard]] auto unzip() && { return detail::pass<item_type>(detail::Unzip{}, *this); }

  // --- both -----------------------------------------------------------------------------------------------------------

  /// Goes on with a stage or a terminal as an object, such as `pt::map(f)`: what `|` does.
  template <class By>
  [[nodiscard]] auto then(detail::Stage<By> stage) && {
    return detail::pass<item_type>(std::move(stage.by), *this);
  }
  template <class T>
  auto then(detail::End<T> end) && {
    return detail::pass<item_type>(std::move(end.end), *this);
  }

  /// A pipeline is not a range: a loop over it would silently run on one thread, so it does not compile.
  template <class T = void>
  detail::NotARange begin() const {
    static_assert(detail::never<T>,
                  "parallel_task: a pipeline is not a range, and a loop over it would run on one thread: use for_each(f), "
                  "or collect<std::vector>() first");
    return {};
  }
  [[nodiscard]] detail::NotARange end() const { return {}; }

 private:
  template <class, class>
  friend class Pipeline;
  friend struct detail::Access;
  template <class Item, class By, class On>
  friend constexpr auto detail::pass(By&& by, On& on);

  template <class By>
  static consteval detail::Problem problem() {
    if constexpr (detail::is_composed<By> || requires { By::is_for_any_source; }) {
      return detail::Problem::none;
    } else if constexpr (detail::setting<By>) {
      return By::problem();
    } else if constexpr (detail::is_joint<By>) {
      return decltype(By::by)::template problem<S>();
    } else if constexpr (detail::joining<By>) {
      if constexpr (By::arguments_problem() != detail::Problem::none) {
        return By::arguments_problem();
      } else {
        return problem<decltype(std::declval<By&>().joint())>();
      }
    } else {
      return By::template problem<S>();
    }
  }

  template <class By>
  constexpr auto go(By& by) {
    if constexpr (detail::is_composed<By>) {
      auto next = detail::pass<item_type>(std::move(by.first), *this);
      return detail::pass<int>(std::move(by.second), next);
    } else if constexpr (requires { by.template terminal_for<S>(); }) {
      return detail::pass<item_type>(by.template terminal_for<S>(), *this);
    } else if constexpr (detail::setting<By>) {
      return detail::as_pipeline(std::move(source_), std::move(by).set(std::move(held_)));
    } else if constexpr (detail::is_joint<By>) {
      return detail::as_pipeline(std::move(by.by)(std::move(source_)), std::move(held_).then(std::move(by.held)));
    } else if constexpr (detail::joining<By>) {
      auto joint = by.joint();
      return go(joint);
    } else if constexpr (detail::stage_object<By>) {
      return detail::as_pipeline(std::move(by)(std::move(source_)), std::move(held_));
    } else if constexpr (requires { by(source_, held_.settings()); }) {
      return by(source_, held_.settings());
    } else if constexpr (requires { by(source_); }) {
      return by(source_);
    } else {
      return detail::run_terminal(source_, by, held_.settings());
    }
  }

  S source_;
  H held_;
};

}  // namespace v0_1
}  // namespace parallel_task
