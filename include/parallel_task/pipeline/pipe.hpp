// The piped spelling: `r | pt::parallel_iter | pt::map(f) | pt::sum()`. Each name is what the fluent method of that name
// does; stages compose without a source: `auto prepare = pt::map(f) | pt::filter(p);`.
#pragma once

#include <parallel_task/pipeline/pipeline.hpp>

#include <cstddef>
#include <ranges>
#include <type_traits>
#include <utility>

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

// --- where pipelines begin ----------------------------------------------------------------------------------------

/// A range that is to become a pipeline.
template <class R>
struct Beginning {
  R&& range;
  template <class By>
  static consteval Problem problem() {
    if constexpr (std::same_as<std::remove_cvref_t<R>, Unusable>) {
      return Problem::reported;
    } else {
      return By::template problem<R>();
    }
  }
  template <class By>
  auto go(By&) const {
    return detail::as_pipeline(By::make(static_cast<R&&>(range)));
  }
};

struct Borrow {
  template <class R>
  static consteval Problem problem() {
    return borrow_problem<R>();
  }
  template <class R>
  static auto make(R&& range) {
    return detail::borrow(std::forward<R>(range));
  }
};
struct Own {
  template <class R>
  static consteval Problem problem() {
    return own_problem<R>();
  }
  template <class R>
  static auto make(R&& range) {
    return detail::own(std::forward<R>(range));
  }
};
struct BorrowOrOwn {
  template <class R>
  static consteval Problem problem() {
    return argument_problem<R>();
  }
  template <class R>
  static auto make(R&& range) {
    return detail::borrow_or_own(std::forward<R>(range));
  }
};
struct Bridge {
  template <class R>
  static consteval Problem problem() {
    return bridge_problem<R>();
  }
  template <class R>
  static auto make(R&& range) {
    return detail::bridge(std::forward<R>(range));
  }
};

// --- how a name makes its stage or terminal -------------------------------------------------------------------------

template <template <class...> class By>
struct StageFrom {
  template <class... A>
  constexpr auto operator()(A... arguments) const {
    return Stage<By<A...>>{By<A...>{std::move(arguments)...}};
  }
};
template <class T>
constexpr auto end_of(T terminal) {
  return End<T>{std::move(terminal)};
}
template <template <class...> class T>
struct EndFrom {
  template <class... A>
  constexpr auto operator()(A... arguments) const {
    // By way of a parameter: Clang 16 crashes where an aggregate is made inside another one around an empty member.
    return detail::end_of(T<A...>{std::move(arguments)...});
  }
};

template <class By>
struct PlainStage {
  constexpr auto operator()() const { return Stage<By>{}; }
};
template <class By>
struct CountStage {
  template <class... N>
  constexpr auto operator()(N... n) const {
    Nowhere const nowhere;
    return detail::pass<By>(Counted<By, N...>{{n...}}, nowhere);
  }
};
template <bool equal>
struct ZipStage {
  template <class... R>
  constexpr auto operator()(R&&... others) const {
    Nowhere const nowhere;
    return detail::pass<void>(ZipWith<equal, R...>{std::tuple<R&&...>(std::forward<R>(others)...)}, nowhere);
  }
};
struct ChainStage {
  template <class R>
  constexpr auto operator()(R&& other) const {
    Nowhere const nowhere;
    return detail::pass<R>(ChainWith<R>{std::forward<R>(other)}, nowhere);
  }
};
struct ReportStage {
  template <class R>
  constexpr auto operator()(R& r) const {
    return Stage<ReportBy<R>>{{&r}};
  }
};
struct TraceStage {
  template <class T>
  constexpr auto operator()(T& t) const {
    return Stage<TraceBy<T>>{{&t}};
  }
};
struct ProgressStage {
  template <class F, class Interval = std::chrono::milliseconds>
  constexpr auto operator()(F f, Interval interval = std::chrono::milliseconds(100)) const {
    return Stage<ProgressBy<F, Interval>>{{std::move(f), interval}};
  }
};
struct ForEachEnd {
  template <class F>
  constexpr auto operator()(F f) const {
    return detail::end_of(ForEach<F>{std::move(f)});
  }
  /// `pt::for_each(r, f)`: f for every item of a range, at once.
  template <class R, class F>
  constexpr auto operator()(R&& range, F f) const {
    Beginning<R> beginning{std::forward<R>(range)};
    auto pipeline = detail::pass<R>(BorrowOrOwn{}, beginning);
    if constexpr (!std::same_as<decltype(pipeline), Unusable>) {
      return detail::pass<typename decltype(pipeline)::item_type>(ForEach<F>{std::move(f)}, pipeline);
    }
  }
};
struct ForEachOrderedEnd {
  template <class F>
  constexpr auto operator()(F f, std::size_t window = 1024) const {
    return detail::end_of(ForEachOrdered<F>(std::move(f), window));
  }
};
struct CollectIntoEnd {
  template <class C>
  constexpr auto operator()(C&& c) const {
    return detail::end_of(detail::make_collect_into(c));
  }
};
struct AppendToEnd {
  template <class C>
  constexpr auto operator()(C& c) const {
    return detail::end_of(detail::make_append_to(c));
  }
};
struct ReduceEnd {
  template <class T, class Op>
  constexpr auto operator()(T init, Op op) const {
    return detail::end_of(ReduceFrom<T, Op>{std::move(init), std::move(op)});
  }
  template <class Op>
  constexpr auto operator()(Op op) const {
    return detail::end_of(Reduce<Op>{std::move(op)});
  }
};
template <template <class...> class C>
struct CollectDeduced {
  static constexpr bool is_for_any_source = true;
  template <class S>
  auto terminal_for() const {
    return CollectTemplate<C, S>{};
  }
};
template <class T>
struct PlainEnd {
  constexpr auto operator()() const { return End<T>{T{}}; }
};

#define PARALLEL_TASK_END_MADE_BY(Name, make)                \
  struct Name {                                              \
    template <class... A>                                    \
    constexpr auto operator()(A... arguments) const {        \
      return detail::end_of(make(std::move(arguments)...));  \
    }                                                        \
  };
PARALLEL_TASK_END_MADE_BY(MinEnd, detail::make_min)
PARALLEL_TASK_END_MADE_BY(MaxEnd, detail::make_max)
PARALLEL_TASK_END_MADE_BY(MinMaxEnd, detail::make_minmax)
PARALLEL_TASK_END_MADE_BY(MinByKeyEnd, detail::make_min_by_key)
PARALLEL_TASK_END_MADE_BY(MaxByKeyEnd, detail::make_max_by_key)
PARALLEL_TASK_END_MADE_BY(MinMaxByKeyEnd, detail::make_minmax_by_key)
PARALLEL_TASK_END_MADE_BY(AnyEnd, detail::make_any)
PARALLEL_TASK_END_MADE_BY(AllEnd, detail::make_all)
PARALLEL_TASK_END_MADE_BY(NoneEnd, detail::make_none)
PARALLEL_TASK_END_MADE_BY(ContainsEnd, detail::make_contains)
PARALLEL_TASK_END_MADE_BY(FindAnyEnd, detail::make_find_any)
PARALLEL_TASK_END_MADE_BY(FindFirstEnd, detail::make_find_first)
#undef PARALLEL_TASK_END_MADE_BY

// Terminals with a type parameter that is not deduced from their arguments.
template <class P>
using PartitionBy = Partition<P>;

// --- the pipes --------------------------------------------------------------------------------------------------------

template <class S, class H, class By>
[[nodiscard]] auto operator|(Pipeline<S, H>&& pipeline, Stage<By> stage) {
  return detail::pass<typename S::Item>(std::move(stage.by), pipeline);
}
template <class S, class H, class T>
auto operator|(Pipeline<S, H>&& pipeline, End<T> end) {
  return detail::pass<typename S::Item>(std::move(end.end), pipeline);
}
template <class A, class B>
[[nodiscard]] constexpr auto operator|(Stage<A> first, Stage<B> second) {
  return Stage<Composed<A, B>>{{std::move(first.by), std::move(second.by)}};
}
template <class A, class T>
[[nodiscard]] constexpr auto operator|(Stage<A> first, End<T> end) {
  return End<Composed<A, T>>{{std::move(first.by), std::move(end.end)}};
}

template <class X>
inline constexpr bool is_step = false;
template <class By>
inline constexpr bool is_step<Stage<By>> = true;
template <class T>
inline constexpr bool is_step<End<T>> = true;
template <class X>
concept step = is_step<std::remove_cvref_t<X>>;

}  // namespace detail

/// A pipeline with a name, or with something behind it that is no stage of this library.
template <class S, class H, class X>
auto operator|(Pipeline<S, H> const&, X const&) {
  if constexpr (detail::step<X>) {
    static_assert(detail::never<X>,
                  "parallel_task: a pipeline is consumed by what follows, and this one has a name: write "
                  "std::move(pipeline) | …, or go on in the same expression");
  } else {
    static_assert(detail::never<X>,
                  "parallel_task: a pipeline is not a range, so std::views can't go on with it: use the stages of pt::, or "
                  "put the view before pt::parallel_iter");
  }
  return detail::Unusable{};
}

namespace detail {

template <class R, step X>
  requires(!pipeline<R> && !step<R> && !std::same_as<std::remove_cvref_t<R>, Unusable>)
auto operator|(R&&, X const&) {
  static_assert(never<X>, "parallel_task: stages and terminals follow a pipeline: write r | pt::parallel_iter | …");
  return Unusable{};
}

}  // namespace detail

// --- stages -----------------------------------------------------------------------------------------------------------

/// `map(f)`: every item becomes `f(item)`.
inline constexpr detail::StageFrom<detail::MapBy> map{};
/// `inspect(f)`: calls `f` with each item, as const, on its way.
inline constexpr detail::StageFrom<detail::InspectBy> inspect{};
/// `update(f)`: calls `f` with each item, which it may change.
inline constexpr detail::StageFrom<detail::UpdateBy> update{};
/// `filter(p)`: the items that satisfy `p`.
inline constexpr detail::StageFrom<detail::FilterBy> filter{};
/// `filter_map(f)`: what the optionals that `f` returns contain.
inline constexpr detail::StageFrom<detail::FilterMapBy> filter_map{};
/// `flat_map(f)`: the items of the ranges that `f` returns.
inline constexpr detail::StageFrom<detail::FlatMapBy> flat_map{};
/// `flatten()`: the items of items that are ranges.
inline constexpr detail::PlainStage<detail::FlattenBy> flatten{};
/// `copied()`: copies instead of references.
inline constexpr detail::PlainStage<detail::CopiedBy> copied{};
/// `keys()`: the first part of pairs or tuples.
inline constexpr detail::PlainStage<detail::ElementsBy<0>> keys{};
/// `values()`: the second part of pairs or tuples.
inline constexpr detail::PlainStage<detail::ElementsBy<1>> values{};
/// `enumerate()`: pairs of position and item.
inline constexpr detail::PlainStage<detail::EnumerateBy> enumerate{};
/// `zip(r…)`: the items at the same position, up to the shortest.
inline constexpr detail::ZipStage<false> zip{};
/// `zip_equal(r…)`: as zip, but lengths must be equal.
inline constexpr detail::ZipStage<true> zip_equal{};
/// `chain(r)`: these items, then those of r.
inline constexpr detail::ChainStage chain{};
/// `reverse()`: from the last to the first.
inline constexpr detail::PlainStage<detail::ReverseBy> reverse{};
/// `take(n)`: the first n items.
inline constexpr detail::CountStage<detail::TakeBy> take{};
/// `drop(n)`: all but the first n items.
inline constexpr detail::CountStage<detail::DropBy> drop{};
/// `stride(n)`: every n-th item, from the first.
inline constexpr detail::CountStage<detail::StrideBy> stride{};
/// `slice(first, last)`: the items at positions [first, last).
inline constexpr detail::CountStage<detail::SliceBy> slice{};
/// `take_while(p)`: the items before the first that fails `p`.
inline constexpr detail::StageFrom<detail::TakeWhileBy> take_while{};
/// `map_init(make, f)`: every item becomes `f(state, item)`, with a state for each segment.
inline constexpr detail::StageFrom<detail::MapInitBy> map_init{};
/// `fold(make, f)`: one accumulator for each segment.
inline constexpr detail::StageFrom<detail::FoldBy> fold{};

// --- settings ---------------------------------------------------------------------------------------------------------

/// `threads(n)`: at most n threads compute, the caller included.
inline constexpr detail::StageFrom<detail::ThreadsBy> threads{};
/// `steal_from(strategy)`: whom a worker without work robs first.
inline constexpr detail::StageFrom<detail::StealFromBy> steal_from{};
/// `report(r)`: fills the pt::RunReport r when the run ends.
inline constexpr detail::ReportStage report{};
/// `trace(t)`: records who claimed, stole, pulled, woke and slept into the pt::Trace t.
inline constexpr detail::TraceStage trace{};
/// `progress(f, interval)`: calls f(pt::Progress const&) on the calling thread while the run goes on.
inline constexpr detail::ProgressStage progress{};
/// `stop_token(t)`: stops once `t.stop_requested()`.
inline constexpr detail::StageFrom<detail::StopTokenBy> stop_token{};
/// `deadline(t)`: stops at a steady_clock time point, or a duration after the terminal was called.
inline constexpr detail::StageFrom<detail::DeadlineBy> deadline{};

// --- terminals --------------------------------------------------------------------------------------------------------

/// `for_each(f)`: f for every item. Also `for_each(r, f)`, for a range.
inline constexpr detail::ForEachEnd for_each{};
/// `for_each_ordered(f, window)`: f in input order, one call at a time.
inline constexpr detail::ForEachOrderedEnd for_each_ordered{};
/// `try_for_each(f)`: up to the first failure by order.
inline constexpr detail::EndFrom<detail::TryForEach> try_for_each{};
/// `collect_into(c)`: replaces the content of c.
inline constexpr detail::CollectIntoEnd collect_into{};
/// `append_to(c)`: goes behind the content of c.
inline constexpr detail::AppendToEnd append_to{};
/// `reduce(init, op)` and `reduce(op)`: all items joined in order.
inline constexpr detail::ReduceEnd reduce{};
/// `mean()`: the arithmetic mean.
inline constexpr detail::PlainEnd<detail::Mean> mean{};
/// `count()`: how many items come out.
inline constexpr detail::PlainEnd<detail::Count> count{};
/// `count_if(p)`: how many items satisfy p.
inline constexpr detail::EndFrom<detail::CountIf> count_if{};
/// `size()`: how many items there are, without running closures.
inline constexpr detail::PlainEnd<detail::Size> size{};
/// `min()`, `min(less)`: the first smallest item.
inline constexpr detail::MinEnd min{};
/// `max()`, `max(less)`: the first largest item.
inline constexpr detail::MaxEnd max{};
/// `minmax()`, `minmax(less)`: both.
inline constexpr detail::MinMaxEnd minmax{};
/// `min_by_key(f)`: the first item whose key is smallest.
inline constexpr detail::MinByKeyEnd min_by_key{};
/// `max_by_key(f)`: the first item whose key is largest.
inline constexpr detail::MaxByKeyEnd max_by_key{};
/// `minmax_by_key(f)`: both.
inline constexpr detail::MinMaxByKeyEnd minmax_by_key{};
/// `any(p)`: whether some item satisfies p.
inline constexpr detail::AnyEnd any{};
/// `all(p)`: whether all items satisfy p.
inline constexpr detail::AllEnd all{};
/// `none(p)`: whether no item satisfies p.
inline constexpr detail::NoneEnd none{};
/// `contains(x)`: whether some item equals x.
inline constexpr detail::ContainsEnd contains{};
/// `find_any(p)`: some item that satisfies p.
inline constexpr detail::FindAnyEnd find_any{};
/// `find_first(p)`: the first item that satisfies p.
inline constexpr detail::FindFirstEnd find_first{};
/// `partition(p)`: two vectors, the items that satisfy p and the others.
inline constexpr detail::EndFrom<detail::PartitionBy> partition{};
/// `unzip()`: two vectors, first and second parts.
inline constexpr detail::PlainEnd<detail::Unzip> unzip{};

// Function templates, since an object's type argument could not be named: without function arguments there is no ADL.

/// `collect<C>()`: all items, in order, in a new C.
template <class C>
[[nodiscard]] constexpr auto collect() {
  return detail::end_of(detail::Collect<C>{});
}
/// `collect<std::vector>()`: all items, in order, in a container of their values.
template <template <class...> class C>
[[nodiscard]] constexpr auto collect() {
  return detail::End<detail::CollectDeduced<C>>{};
}
/// `to<C>()`: collect, by its name in C++23.
template <class C>
[[nodiscard]] constexpr auto to() {
  return detail::end_of(detail::Collect<C>{});
}
/// `to<std::vector>()`: collect, by its name in C++23.
template <template <class...> class C>
[[nodiscard]] constexpr auto to() {
  return detail::End<detail::CollectDeduced<C>>{};
}
/// `sum()`, `sum<T>()`: the sum.
template <class T = void>
[[nodiscard]] constexpr auto sum() {
  return detail::end_of(detail::Sum<T>{});
}
/// `product()`, `product<T>()`: the product.
template <class T = void>
[[nodiscard]] constexpr auto product() {
  return detail::end_of(detail::Product<T>{});
}

}  // namespace v0_1
}  // namespace parallel_task
