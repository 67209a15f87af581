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
#include <utility>

namespace parallel_task {
inline namespace v1 {

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
    return go(detail::MapBy<F>{std::move(f)});
  }
  /// Calls `f` with each item, as const, on its way. Keeps the index.
  template <class F>
  [[nodiscard]] auto inspect(F f) && {
    return go(detail::InspectBy<F>{std::move(f)});
  }
  /// Calls `f` with each item, which it may change, in place where items are references. Keeps the index.
  template <class F>
  [[nodiscard]] auto update(F f) && {
    return go(detail::UpdateBy<F>{std::move(f)});
  }
  /// The items that satisfy `p`, in order. Loses the index.
  template <class P>
  [[nodiscard]] auto filter(P p) && {
    return go(detail::FilterBy<P>{std::move(p)});
  }
  /// What the optionals that `f` returns contain, in order. Loses the index.
  template <class F>
  [[nodiscard]] auto filter_map(F f) && {
    return go(detail::FilterMapBy<F>{std::move(f)});
  }
  /// The items of the ranges that `f` returns, in order. A range is walked by the thread that has its item. Loses the
  /// index.
  template <class F>
  [[nodiscard]] auto flat_map(F f) && {
    return go(detail::FlatMapBy<F>{std::move(f)});
  }
  /// The items of items that are ranges, in order. Loses the index.
  [[nodiscard]] auto flatten() && { return go(detail::FlattenBy{}); }
  /// Copies instead of references. Keeps the index.
  [[nodiscard]] auto copied() && { return go(detail::CopiedBy{}); }
  /// The first part of items that are pairs or tuples. Keeps the index.
  [[nodiscard]] auto keys() && { return go(detail::ElementsBy<0>{}); }
  /// The second part of items that are pairs or tuples. Keeps the index.
  [[nodiscard]] auto values() && { return go(detail::ElementsBy<1>{}); }
  /// Pairs of position (`std::size_t`) and item. Indexed.
  [[nodiscard]] auto enumerate() && { return go(detail::EnumerateBy{}); }
  /// Pairs (of more than two: tuples) of the items at the same position, up to the shortest. Takes ranges (lvalues are
  /// borrowed, rvalue containers owned and moved out of) and pipelines; one of them may be written to. Indexed.
  template <class... R>
  [[nodiscard]] auto zip(R&&... others) && {
    return go(detail::zip_with<false>(std::forward<R>(others)...));
  }
  /// As zip, but throws std::invalid_argument if the lengths differ, before anything runs where they are known.
  template <class... R>
  [[nodiscard]] auto zip_equal(R&&... others) && {
    return go(detail::zip_with<true>(std::forward<R>(others)...));
  }
  /// These items, then those of another range or pipeline. Keeps the index where both have one.
  template <class R>
  [[nodiscard]] auto chain(R&& other) && {
    return go(detail::chain_with(std::forward<R>(other)));
  }
  /// From the last to the first. Walks a range without random access to its end before the run. Indexed.
  [[nodiscard]] auto reverse() && { return go(detail::ReverseBy{}); }
  /// The first `n` items. Indexed.
  template <class N>
  [[nodiscard]] auto take(N n) && {
    return go(detail::counted<detail::TakeBy>(n));
  }
  /// All but the first `n` items, whose closures do not run. Indexed.
  template <class N>
  [[nodiscard]] auto drop(N n) && {
    return go(detail::counted<detail::DropBy>(n));
  }
  /// Every n-th item, from the first. Below 1 is std::invalid_argument. Indexed.
  template <class N>
  [[nodiscard]] auto stride(N n) && {
    return go(detail::counted<detail::StrideBy>(n));
  }
  /// The items at positions [first, last). `last` below `first` is std::invalid_argument. Indexed.
  template <class First, class Last>
  [[nodiscard]] auto slice(First first, Last last) && {
    return go(detail::counted<detail::SliceBy>(first, last));
  }
  /// The items before the first that fails `p`. Closures may have run on items behind it; exceptions there are not seen.
  template <class P>
  [[nodiscard]] auto take_while(P p) && {
    return go(detail::TakeWhileBy<P>{std::move(p)});
  }
  /// Every item becomes `f(state, item)`; `make()` gives each segment its own state, at most once. Keeps the index.
  template <class Make, class F>
  [[nodiscard]] auto map_init(Make make, F f) && {
    return go(detail::MapInitBy<Make, F>{std::move(make), std::move(f)});
  }
  /// One accumulator for each segment, `make()` joined with its items by `f(accumulator, item)`, flows on as an item.
  /// How many there are depends on the run; joined in order they cover all items in order.
  template <class Make, class F>
  [[nodiscard]] auto fold(Make make, F f) && {
    return go(detail::FoldBy<Make, F>{std::move(make), std::move(f)});
  }

  // --- settings: of this call; the last word counts, wherever in the chain --------------------------------------------

  /// At most `n` threads compute, the caller included. Below 1 is std::invalid_argument.
  template <class N>
  [[nodiscard]] auto threads(N n) && {
    return go(detail::ThreadsBy<N>{n});
  }
  /// Whom a worker without work robs first: a PrioritizeThread.
  template <class P>
  [[nodiscard]] auto steal_from(P strategy) && {
    return go(detail::StealFromBy<P>{std::move(strategy)});
  }
  /// Fills `r` when the run ends.
  template <class R>
  [[nodiscard]] auto report(R& r) && {
    return go(detail::ReportBy<R>{&r});
  }
  /// Stops once `t.stop_requested()`: the terminal throws pt::cancelled. Any thread may ask `t`, at any time.
  template <class T>
  [[nodiscard]] auto stop_token(T t) && {
    return go(detail::StopTokenBy<T>{std::move(t)});
  }
  /// Stops at a std::chrono::steady_clock time point, or a duration after the terminal was called: pt::cancelled.
  template <class T>
  [[nodiscard]] auto deadline(T t) && {
    return go(detail::DeadlineBy<T>{t});
  }

  // --- terminals ------------------------------------------------------------------------------------------------------

  /// Calls `f` with every item, in no order.
  template <class F>
  auto for_each(F f) && {
    return finish(detail::ForEach<F>{std::move(f)});
  }
  /// Calls `f` with every item in input order, one call at a time, while workers compute at most `window` items ahead.
  /// A window below 1 is std::invalid_argument.
  template <class F, std::integral N = std::size_t>
  auto for_each_ordered(F f, N window = 1024) && {
    return finish(detail::ForEachOrdered<F>(std::move(f), static_cast<std::size_t>(window < N{1} ? N{} : window)));
  }
  /// Calls `f` with every item up to the first failure by order (`false`, an empty optional, an error), which it returns.
  template <class F>
  auto try_for_each(F f) && {
    return finish(detail::TryForEach<F>{std::move(f)});
  }
  /// All items, in order, in a new `C`. A map keeps the first of equal keys.
  template <class C>
  [[nodiscard]] auto collect() && {
    return finish(detail::Collect<C>{});
  }
  /// All items, in order, in a `C` of their values: `collect<std::vector>()`.
  template <template <class...> class C>
  [[nodiscard]] auto collect() && {
    return finish(detail::CollectTemplate<C, S>{});
  }
  /// The same, by its name in C++23.
  template <class C>
  [[nodiscard]] auto to() && {
    return finish(detail::Collect<C>{});
  }
  template <template <class...> class C>
  [[nodiscard]] auto to() && {
    return finish(detail::CollectTemplate<C, S>{});
  }
  /// Replaces the content of `c`, keeping its capacity. A span of the wrong size is std::invalid_argument.
  template <class C>
  auto collect_into(C&& c) && {
    return finish(detail::make_collect_into(c));
  }
  /// Puts all items behind those of `c`.
  template <class C>
  auto append_to(C& c) && {
    return finish(detail::make_append_to(c));
  }
  /// `init` joined with all items by `op`, in order. `op` must be associative, need not commute; `init` enters once.
  template <class T, class Op>
  [[nodiscard]] auto reduce(T init, Op op) && {
    return finish(detail::ReduceFrom<T, Op>{std::move(init), std::move(op)});
  }
  /// All items joined by `op`, in order: a std::optional, empty if there are none.
  template <class Op>
  [[nodiscard]] auto reduce(Op op) && {
    return finish(detail::Reduce<Op>{std::move(op)});
  }
  /// The sum; of integers in 64 bits, or as `T`. Empty: `T{}`.
  template <class T = void>
  [[nodiscard]] auto sum() && {
    return finish(detail::Sum<T>{});
  }
  /// The product; of integers in 64 bits, or as `T`. Empty: 1.
  template <class T = void>
  [[nodiscard]] auto product() && {
    return finish(detail::Product<T>{});
  }
  /// The arithmetic mean: a std::optional, empty if there are no items.
  [[nodiscard]] auto mean() && { return finish(detail::Mean{}); }
  /// How many items come out, running all closures.
  [[nodiscard]] auto count() && { return finish(detail::Count{}); }
  /// How many items satisfy `p`.
  template <class P>
  [[nodiscard]] auto count_if(P p) && {
    return finish(detail::CountIf<P>{std::move(p)});
  }
  /// How many items there are, without running closures. Indexed.
  [[nodiscard]] auto size() && { return finish(detail::Size{}); }
  /// The first smallest item, by `<` or `less`: a std::optional. NaN are skipped.
  template <class... Less>
  [[nodiscard]] auto(min)(Less... less) && {
    return finish(detail::make_min(std::move(less)...));
  }
  /// The first largest item, by `<` or `less`: a std::optional. NaN are skipped.
  template <class... Less>
  [[nodiscard]] auto(max)(Less... less) && {
    return finish(detail::make_max(std::move(less)...));
  }
  /// Both, as a std::optional of a pair.
  template <class... Less>
  [[nodiscard]] auto minmax(Less... less) && {
    return finish(detail::make_minmax(std::move(less)...));
  }
  /// The first item whose key is smallest. Each key is computed once.
  template <class F>
  [[nodiscard]] auto min_by_key(F key) && {
    return finish(detail::make_min_by_key(std::move(key)));
  }
  /// The first item whose key is largest. Each key is computed once.
  template <class F>
  [[nodiscard]] auto max_by_key(F key) && {
    return finish(detail::make_max_by_key(std::move(key)));
  }
  /// Both, as a std::optional of a pair.
  template <class F>
  [[nodiscard]] auto minmax_by_key(F key) && {
    return finish(detail::make_minmax_by_key(std::move(key)));
  }
  /// Whether some item satisfies `p`. Stops as soon as it is known; the first in time wins, answer or exception.
  template <class P>
  [[nodiscard]] auto any(P p) && {
    return finish(detail::make_any(std::move(p)));
  }
  /// Whether all items satisfy `p`. Stops as soon as it is known; the first in time wins, answer or exception.
  template <class P>
  [[nodiscard]] auto all(P p) && {
    return finish(detail::make_all(std::move(p)));
  }
  /// Whether no item satisfies `p`. Stops as soon as it is known; the first in time wins, answer or exception.
  template <class P>
  [[nodiscard]] auto none(P p) && {
    return finish(detail::make_none(std::move(p)));
  }
  /// Whether some item equals `x`. Stops as soon as it is known.
  template <class T>
  [[nodiscard]] auto contains(T x) && {
    return finish(detail::make_contains(std::move(x)));
  }
  /// Some item that satisfies `p`, the quickest to find: a std::optional.
  template <class P>
  [[nodiscard]] auto find_any(P p) && {
    return finish(detail::make_find_any(std::move(p)));
  }
  /// The first item that satisfies `p`: a std::optional. An exception behind it is not seen.
  template <class P>
  [[nodiscard]] auto find_first(P p) && {
    return finish(detail::make_find_first(std::move(p)));
  }
  /// Two vectors, in order: the items that satisfy `p`, and the others.
  template <class P>
  [[nodiscard]] auto partition(P p) && {
    return finish(detail::Partition<P>{std::move(p)});
  }
  /// Two vectors, in order: the first and the second parts of items that are pairs.
  [[nodiscard]] auto unzip() && { return finish(detail::Unzip{}); }

  // --- both -----------------------------------------------------------------------------------------------------------

  /// Goes on with a stage or a terminal as an object, such as `pt::map(f)`: what `|` does.
  template <class By>
  [[nodiscard]] auto then(detail::Stage<By> stage) && {
    return go(std::move(stage.by));
  }
  template <class T>
  auto then(detail::End<T> end) && {
    return finish(std::move(end.end));
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

  template <class By>
  auto go(By by) {
    if constexpr (std::is_same_v<By, detail::Unusable>) {
      return detail::Unusable{};
    } else if constexpr (detail::setting<By>) {
      auto held = std::move(by).set(std::move(held_));
      if constexpr (std::is_same_v<decltype(held), detail::Unusable>) {
        return detail::Unusable{};
      } else {
        return Pipeline<S, decltype(held)>(std::move(source_), std::move(held));
      }
    } else if constexpr (detail::is_joint<By>) {
      return detail::as_pipeline(std::move(by.by)(std::move(source_)), std::move(held_).then(std::move(by.held)));
    } else if constexpr (detail::is_composed<By>) {
      return std::move(*this)
          .then(detail::Stage<decltype(by.first)>{std::move(by.first)})
          .then(detail::Stage<decltype(by.second)>{std::move(by.second)});
    } else {
      return detail::as_pipeline(std::move(by)(std::move(source_)), std::move(held_));
    }
  }
  template <class T>
  auto finish(T terminal) {
    if constexpr (detail::is_composed<T>) {
      return std::move(*this)
          .then(detail::Stage<decltype(terminal.first)>{std::move(terminal.first)})
          .then(detail::End<decltype(terminal.second)>{std::move(terminal.second)});
    } else if constexpr (requires { terminal.template terminal_for<S>(); }) {
      return finish(terminal.template terminal_for<S>());
    } else if constexpr (!T::template fits<S>()) {
      return detail::Unusable{};
    } else if constexpr (requires { terminal(source_, held_.settings()); }) {
      return terminal(source_, held_.settings());
    } else if constexpr (requires { terminal(source_); }) {
      return terminal(source_);
    } else {
      return detail::run_terminal(source_, terminal, held_.settings());
    }
  }

  S source_;
  [[no_unique_address]] H held_;
};

}  // namespace v1
}  // namespace parallel_task
