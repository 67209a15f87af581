// The piped spelling, `r | pt::parallel_iter | pt::map(f) | pt::sum()`: every operation in one line.
#pragma once

#include <parallel_task/pipeline/operation.hpp>
#include <parallel_task/pipeline/pipe_operator.hpp>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {

// --- stages ----------------------------------------------------------------------------------------------------------

/// `map(f)`: passes on `f(item)`.
inline constexpr detail::StageFrom<detail::MapStage, detail::usage_of_map> map{};
/// `inspect(f)`: calls `f` with each item, as const, and passes it on.
inline constexpr detail::StageFrom<detail::InspectStage, detail::usage_of_inspect> inspect{};
/// `update(f)`: calls `f` with each item, which `f` may change, and passes it on.
inline constexpr detail::StageFrom<detail::UpdateStage, detail::usage_of_update> update{};
/// `filter(p)`: passes on the items for which `p` returns true.
///
///     auto const odd_squares = pt::filter([](int x) { return x % 2 == 1; }) | pt::map([](int x) { return x * x; });
///     auto const sum = v | pt::parallel_iter | odd_squares | pt::sum();  // 9 + 1 + 1 + 25
inline constexpr detail::StageFrom<detail::FilterStage, detail::usage_of_filter> filter{};
/// `filter_map(f)`: passes on the values of the optionals that `f` returns.
inline constexpr detail::StageFrom<detail::FilterMapStage, detail::usage_of_filter_map> filter_map{};
/// `flat_map(f)`: passes on the items of the ranges that `f` returns.
inline constexpr detail::StageFrom<detail::FlatMapStage, detail::usage_of_flat_map> flat_map{};
/// `flatten()`: passes on the items of items that are ranges.
inline constexpr detail::PlainStage<detail::FlattenStage, detail::usage_of_flatten> flatten{};
/// `copied()`: passes on copies instead of references.
inline constexpr detail::PlainStage<detail::CopiedStage, detail::usage_of_copied> copied{};
/// `keys()`: passes on the first part of pairs or tuples.
inline constexpr detail::PlainStage<detail::ElementsStage<0>, detail::usage_of_keys> keys{};
/// `values()`: passes on the second part of pairs or tuples.
inline constexpr detail::PlainStage<detail::ElementsStage<1>, detail::usage_of_values> values{};
/// `enumerate()`: passes on pairs of position and item.
inline constexpr detail::PlainStage<detail::EnumerateStage, detail::usage_of_enumerate> enumerate{};
/// `zip(r...)`: passes on the items at the same position of all ranges, up to the shortest.
inline constexpr detail::ZipOperation<false, detail::usage_of_zip> zip{};
/// `zip_equal(r...)`: as `zip`, but throws `std::invalid_argument` if the lengths differ.
inline constexpr detail::ZipOperation<true, detail::usage_of_zip_equal> zip_equal{};
/// `chain(r)`: passes on these items, then those of `r`.
inline constexpr detail::JoiningOperation<detail::ChainWith, detail::usage_of_chain> chain{};
/// `interleave(r)`: passes on these items and those of `r` by turns.
inline constexpr detail::JoiningOperation<detail::InterleaveWith, detail::usage_of_interleave> interleave{};
/// `reverse()`: passes on the items from the last to the first.
inline constexpr detail::ReverseName reverse{};
/// `take(n)`: passes on the first `n` items.
inline constexpr detail::CountStage<detail::TakeStage, detail::usage_of_take> take{};
/// `drop(n)`: passes on all but the first `n` items.
inline constexpr detail::CountStage<detail::DropStage, detail::usage_of_drop> drop{};
/// `stride(n)`: passes on every `n`-th item, beginning with the first.
inline constexpr detail::CountStage<detail::StrideStage, detail::usage_of_stride> stride{};
/// `slice(first, last)`: passes on the items at positions `first` to `last`, without the one at `last`.
inline constexpr detail::CountStage<detail::SliceStage, detail::usage_of_slice, 2> slice{};
/// `chunk(n)`: passes on the items' values in vectors of `n`.
///
/// `chunk(r, n)`: begins a pipeline over the parts of `n` items of a range, the last one with what is left. Has an
/// index. Throws `std::invalid_argument` if `n` is less than 1.
///
///     std::vector<int> numbers{1, 2, 3, 4, 5};
///     pt::chunk(numbers, 2).for_each([](std::span<int> part) { std::ranges::reverse(part); });  // 2, 1, 4, 3, 5
///
/// Here and in `chunk_exact`, `slide`, `chunk_by`, `split` and `split_after` an item is a `std::span` where the range
/// is contiguous, else a `pt::part`, and can be written through if the range can. The range is borrowed
/// until the terminal has returned; a temporary that owns its items is refused. A range without random access is walked
/// by one thread.
inline constexpr detail::ChunkOperation chunk{};
/// `fold_chunks(n, make, f)`: joins `n` neighbouring items at a time into one accumulator, and passes those on.
inline constexpr detail::StageFrom<detail::FoldChunksStage, detail::usage_of_fold_chunks, 3> fold_chunks{};
/// `intersperse(x)`: passes on the items with `x` between any two of them.
inline constexpr detail::StageFrom<detail::IntersperseStage, detail::usage_of_intersperse> intersperse{};
/// `take_while(p)`: passes on the items before the first one for which `p` returns false.
inline constexpr detail::StageFrom<detail::TakeWhileStage, detail::usage_of_take_while> take_while{};
/// `map_while(f)`: passes on the values of the optionals that `f` returns, up to the first empty one.
inline constexpr detail::StageFrom<detail::MapWhileStage, detail::usage_of_map_while> map_while{};
/// `drop_while(p)`: passes on the items from the first one for which `p` returns false.
inline constexpr detail::StageFrom<detail::DropWhileStage, detail::usage_of_drop_while> drop_while{};
/// `inclusive_scan(op)` and `inclusive_scan(op, init)`: passes on what all items up to each one come to.
///
/// `inclusive_scan(r, out, op, init)` and `inclusive_scan(first, last, out, op, init)`: writes at each place of `out`
/// what all items up to it, that one included, come to: `out[i] = init op r[0] op ... op r[i]`. Without `op` they are
/// added; without `init` the first item begins, and results are of the items' type. `op` must be associative and need
/// not commute; `init` enters once. `out` is a range, which ends the scan if it is the shorter, or an iterator to
/// enough places; it may be `r` itself. Returns a `std::ranges::in_out_result`: where reading and writing ended.
///
/// Linear: about two operations an item, one where it runs on one thread alone and results are integers or of a class.
/// In blocks whose borders depend on the number of items only, so results of numbers have the same bits on any number
/// of threads; results of classes on any above one, and with `deterministic` on one, too. Memory: a result for each
/// block of some thousand items. Throws what `op` or an assignment throws, the first exception in time: some results
/// are written then. Throws `std::invalid_argument` if `out` is seen to overlap `r` but not to be it, and
/// `std::bad_alloc` before anything is written.
///
///     pt::inclusive_scan(v, sums);
inline constexpr detail::InclusiveScanName inclusive_scan{};
/// `exclusive_scan(init, op)`: passes on what all items before each one come to.
///
/// `exclusive_scan(r, out, init, op)` and `exclusive_scan(first, last, out, init, op)`: writes at each place of `out`
/// what comes before it: `out[i] = init op r[0] op ... op r[i - 1]`. All else as for `inclusive_scan`; results are of
/// the type of `init`, so that `0LL` adds up `int` items in 64 bits.
///
///     pt::exclusive_scan(lengths, offsets, std::size_t{0});
inline constexpr detail::ExclusiveScanName exclusive_scan{};
/// `take_any(n)`: passes on `n` items, those that come first in time.
inline constexpr detail::CountStage<detail::TakeAnyStage, detail::usage_of_take_any> take_any{};
/// `positions(p)`: passes on the positions of the items for which `p` returns true.
inline constexpr detail::StageFrom<detail::PositionsStage, detail::usage_of_positions> positions{};
/// `map_init(make, f)`: passes on `f(state, item)`, with a state from `make()` for each segment.
inline constexpr detail::StageFrom<detail::MapInitStage, detail::usage_of_map_init, 2> map_init{};
/// `fold(make, f)`: joins the items of each segment into one accumulator, and passes that on.
inline constexpr detail::StageFrom<detail::FoldStage, detail::usage_of_fold, 2> fold{};
/// `try_fold(make, f)`: as `fold`, with an `f` that may fail; the first failure by order is the last item.
inline constexpr detail::StageFrom<detail::TryFoldStage, detail::usage_of_try_fold, 2> try_fold{};

// --- settings --------------------------------------------------------------------------------------------------------

/// `threads(n)`: lets at most `n` threads compute, the calling thread included.
inline constexpr detail::StageFrom<detail::ThreadsStage, detail::usage_of_threads> threads{};
/// `max_len(n)`: lets a thread run at most `n` items at a time.
inline constexpr detail::StageFrom<detail::MaxLenStage, detail::usage_of_max_len> max_len{};
/// `min_len(n)`: lets a thread take at least `n` items at a time.
inline constexpr detail::StageFrom<detail::MinLenStage, detail::usage_of_min_len> min_len{};
/// `deterministic()`: makes floating-point results independent of the run.
inline constexpr detail::PlainStage<detail::DeterministicStage, detail::usage_of_deterministic> deterministic{};
/// `steal_from(strategy)`: chooses from whose queue a worker without work steals first.
inline constexpr detail::StageFrom<detail::StealFromStage, detail::usage_of_steal_from> steal_from{};
/// `report(r)`: fills `r`, a pt::RunReport, when the run ends.
inline constexpr detail::VariableStage<detail::ReportStage, detail::usage_of_report> report{};
/// `trace(t)`: records in `t`, a pt::Trace, what each thread did and when.
inline constexpr detail::VariableStage<detail::TraceStage, detail::usage_of_trace> trace{};
/// `progress(f)` and `progress(f, interval)`: calls `f(pt::Progress const&)` on the calling thread while the run goes
/// on.
inline constexpr detail::ProgressOperation progress{};
/// `with_context(capture, enter)`: takes what the calling thread has for itself along to each thread that helps.
inline constexpr detail::StageFrom<detail::WithContextStage, detail::usage_of_with_context, 2> with_context{};
/// `stop_token(t)`: stops the run once `t.stop_requested()` returns true.
inline constexpr detail::StageFrom<detail::StopTokenStage, detail::usage_of_stop_token> stop_token{};
/// `deadline(t)`: stops the run at a time point of `std::chrono::steady_clock`, or a duration after the start.
inline constexpr detail::StageFrom<detail::DeadlineStage, detail::usage_of_deadline> deadline{};
/// `on(w)`: runs the pipeline on all ranks of a world; `on(executor)`: on the host's threads.
inline constexpr detail::OnOperation on{};
/// `async()`: has the terminal return a pt::Async at once, and run in the background (`<parallel_task/async.hpp>`).
inline constexpr detail::AsyncOperation async{};

// --- terminals -------------------------------------------------------------------------------------------------------

/// `for_each(f)`: calls `f` with every item, in no order. Without a pipeline, `for_each(r, f)` does so with the items
/// of a range, at once:
///
///     pt::for_each(w, [](int& x) { x += 1; });  // w: 2, 3, 4
///
/// An lvalue is borrowed; the items of a container that is an rvalue are moved out.
inline constexpr detail::ForEachTerminal for_each{};
/// `for_each_ordered(f)` and `for_each_ordered(f, window)`: calls `f` in input order, one call at a time.
inline constexpr detail::ForEachOrderedTerminal for_each_ordered{};
/// `for_each_init(make, f)`: calls `f(state, item)` with every item, in no order.
inline constexpr detail::TerminalFrom<detail::ForEachInit, detail::usage_of_for_each_init, 2> for_each_init{};
/// `try_for_each(f)`: calls `f` up to the first failure by order, and returns that.
inline constexpr detail::TerminalFrom<detail::TryForEach, detail::usage_of_try_for_each> try_for_each{};
/// `try_for_each_init(make, f)`: calls `f(state, item)` up to the first failure by order, and returns that.
inline constexpr detail::TryForEachInitTerminal try_for_each_init{};
/// `collect_into(c)`: replaces the content of `c` by all items, in order.
inline constexpr detail::CollectIntoTerminal collect_into{};
/// `append_to(c)`: appends all items, in order, to `c`.
inline constexpr detail::AppendToTerminal append_to{};
/// `reduce(init, op)` and `reduce(op)`: returns all items joined by `op`, in order; without `init` as a
/// `std::optional`.
inline constexpr detail::ReduceName reduce{};
/// `mean()`: returns the arithmetic mean, as a `std::optional`.
inline constexpr detail::PlainTerminal<detail::Mean, detail::usage_of_mean> mean{};
/// `count()`: returns how many items come out.
inline constexpr detail::CountName count{};
/// `count_if(p)`: returns for how many items `p` returns true.
inline constexpr detail::CountIfName count_if{};
/// `size()`: returns how many items there are, without running a closure.
inline constexpr detail::PlainTerminal<detail::Size, detail::usage_of_size> size{};
/// `min()` and `min(less)`: returns the smallest item, the first one of several, as a `std::optional`.
inline constexpr detail::MinName min{};
/// `max()` and `max(less)`: returns the largest item, the first one of several, as a `std::optional`.
inline constexpr detail::MaxName max{};
/// `minmax()` and `minmax(less)`: returns both, as a `std::optional` of a `std::pair`.
inline constexpr detail::MinMaxName minmax{};
/// `min_by_key(f)`: returns the item whose key `f(item)` is smallest, as a `std::optional`.
inline constexpr detail::MinByKeyTerminal min_by_key{};
/// `max_by_key(f)`: returns the item whose key `f(item)` is largest, as a `std::optional`.
inline constexpr detail::MaxByKeyTerminal max_by_key{};
/// `minmax_by_key(f)`: returns both, as a `std::optional` of a `std::pair`.
inline constexpr detail::MinMaxByKeyTerminal minmax_by_key{};
/// `any(p)`: returns whether `p` returns true for some item.
inline constexpr detail::AnyName any{};
/// `all(p)`: returns whether `p` returns true for every item.
inline constexpr detail::AllName all{};
/// `none(p)`: returns whether `p` returns true for no item.
inline constexpr detail::NoneName none{};
/// `contains(x)`: returns whether some item equals `x`.
inline constexpr detail::ContainsName contains{};
/// `find_any(p)`: returns some item for which `p` returns true, as a `std::optional`.
inline constexpr detail::FindAnyName find_any{};
/// `find_first(p)`: returns the first item for which `p` returns true, as a `std::optional`.
inline constexpr detail::FindFirstName find_first{};
/// `find_last(p)`: returns the last item for which `p` returns true, as a `std::optional`.
inline constexpr detail::FindLastName find_last{};
/// `find_map_first(f)`: returns the value of the first optional that `f` returns and that has one, as a
/// `std::optional`.
inline constexpr detail::FindMapFirstTerminal find_map_first{};
/// `find_map_any(f)`: returns the value of some optional that `f` returns, as a `std::optional`.
inline constexpr detail::FindMapAnyTerminal find_map_any{};
/// `find_map_last(f)`: returns the value of the last optional that `f` returns and that has one, as a `std::optional`.
inline constexpr detail::FindMapLastTerminal find_map_last{};
/// `position_first(p)`: returns the position of the first item for which `p` returns true, as a `std::optional`.
inline constexpr detail::PositionFirstTerminal position_first{};
/// `position_last(p)`: returns the position of the last item for which `p` returns true, as a `std::optional`.
inline constexpr detail::PositionLastTerminal position_last{};
/// `position_any(p)`: returns the position of some item for which `p` returns true, as a `std::optional`.
inline constexpr detail::PositionAnyTerminal position_any{};
/// `first()`: returns the first item, as a `std::optional`.
inline constexpr detail::PlainTerminal<detail::FirstItem, detail::usage_of_first> first{};
/// `last()`: returns the last item, as a `std::optional`.
inline constexpr detail::PlainTerminal<detail::LastItem, detail::usage_of_last> last{};
/// `nth(n)`: returns the item at position `n`, as a `std::optional`.
inline constexpr detail::TerminalFrom<detail::Nth, detail::usage_of_nth> nth{};
/// `is_sorted()` and `is_sorted(less)`: returns whether no item is less than the one before it.
inline constexpr detail::IsSortedName is_sorted{};
/// `is_partitioned(p)`: returns whether all items for which `p` returns true come before all others.
inline constexpr detail::IsPartitionedName is_partitioned{};
/// `equal(r)` and `equal(r, p)`: returns whether the items are those of `r`.
inline constexpr detail::EqualName equal{};
/// `compare(r)` and `compare(r, f)`: returns how the items compare to those of `r`, lexicographically.
inline constexpr detail::SidesTerminal<detail::CompareSides, detail::ThreeWay, detail::usage_of_compare> compare{};
/// `partition(p)`: returns two vectors: the items for which `p` returns true, and the others.
inline constexpr detail::PartitionName partition{};
/// `partition_map(f)`: returns two vectors: what `f` returns of its first type, and of its second.
inline constexpr detail::TerminalFrom<detail::PartitionMap, detail::usage_of_partition_map> partition_map{};
/// `unzip()`: returns a vector of each part of pairs or tuples.
inline constexpr detail::PlainTerminal<detail::Unzip, detail::usage_of_unzip> unzip{};
/// `unzip_into(a, b, ...)`: replaces the contents of the containers by the parts of pairs or tuples.
inline constexpr detail::UnzipIntoTerminal unzip_into{};
/// `collect_segments()`: returns all items, in order, in a vector of vectors.
inline constexpr detail::PlainTerminal<detail::CollectSegments, detail::usage_of_collect_segments> collect_segments{};
/// `join_with(separator)`: returns all items, which are texts, in one `std::string`.
inline constexpr detail::TerminalFrom<detail::JoinWith, detail::usage_of_join_with> join_with{};
/// `group_by(key)`: returns the items of each key, in order, in a map.
inline constexpr detail::GroupByTerminal group_by{};
/// `count_by(key)`: returns how many items have each key, in a map.
inline constexpr detail::CountByTerminal count_by{};
/// `to_map(key, value, merge)`: returns a value for each key, in a map; those of equal keys are joined by `merge`.
inline constexpr detail::ToMapTerminal to_map{};
/// `distinct()`: returns the first of equal items, in order.
inline constexpr detail::PlainTerminal<detail::Distinct, detail::usage_of_distinct> distinct{};
/// `histogram(bins)` and `histogram(bins, f)`: returns how many items are in each bin.
inline constexpr detail::HistogramTerminal histogram{};
/// `smallest(k)` and `smallest(k, less)`: returns the smallest `k` items, the smallest first.
inline constexpr detail::SmallestTerminal smallest{};
/// `largest(k)` and `largest(k, less)`: returns the largest `k` items, the largest first.
inline constexpr detail::LargestTerminal largest{};
/// `top_k(k)` and `top_k(k, less)`: `largest`, the largest first.
inline constexpr detail::TopKName top_k{};
/// `aggregate(make, add, merge)`: returns one accumulator, to which all items were added, joined in order.
inline constexpr detail::TerminalFromAll<detail::Aggregate, detail::usage_of_aggregate, 3> aggregate{};
/// `try_reduce(init, op)` and `try_reduce(op)`: returns the values of all items joined by `op`, or the first failure by
/// order; without `init` as a `std::optional` of that.
inline constexpr detail::TryReduceTerminal try_reduce{};

// Function templates, since an object's type argument could not be named: without function arguments there is no ADL.

/// `collect<C>()`: returns all items, in order, in a new `C`.
template <class C>
constexpr auto collect() {
  return detail::end_of(detail::Collect<C>{});
}
/// `collect<std::vector>()`: returns all items, in order, in a container of their values.
template <template <class...> class C>
constexpr auto collect() {
  return detail::Terminal<detail::CollectDeduced<C>>{};
}
/// `collect<C>(merge)`: returns all items in a new map `C`, where `merge` joins the values of equal keys.
template <class C, class Merge>
  requires detail::map_like<C>
constexpr auto collect(Merge merge) {
  return detail::end_of(detail::CollectMerged<C, Merge>{std::move(merge)});
}
/// `collect<std::map>(merge)`: the same in a map of the items' parts.
template <template <class...> class C, class Merge>
constexpr auto collect(Merge merge) {
  return detail::Terminal<detail::CollectMergedDeduced<C, Merge>>{{std::move(merge)}};
}
/// `to<C>()`: `collect<C>()` by the name that it has in C++23.
template <class C>
constexpr auto to() {
  return detail::end_of(detail::Collect<C>{});
}
/// `to<std::vector>()`: `collect<std::vector>()` by the name that it has in C++23.
template <template <class...> class C>
constexpr auto to() {
  return detail::Terminal<detail::CollectDeduced<C>>{};
}
/// `elements<n>()`: passes on the part with the number `n` of pairs or tuples.
template <std::size_t n>
constexpr auto elements() {
  return detail::Stage<detail::ElementsStage<n>>(detail::ElementsStage<n>{});
}
/// `cast<T>()`: passes on each item as a `T`, by `static_cast`.
template <class T>
constexpr auto cast() {
  return detail::Stage<detail::CastStage<T>>(detail::CastStage<T>{});
}
/// `sum()` and `sum<T>()`: returns the sum of all items.
template <class T = void>
constexpr auto sum() {
  return detail::end_of(detail::Sum<T>{});
}
/// `product()` and `product<T>()`: returns the product of all items.
template <class T = void>
constexpr auto product() {
  return detail::end_of(detail::Product<T>{});
}

/// `try_collect<C>()`: returns the values of all items, in order, in an optional or expected `C`, or the first failure.
template <class C>
constexpr auto try_collect() {
  return detail::end_of(detail::TryCollect<C>{});
}
/// `try_collect<std::vector>()`: the same with a container of the items' values.
template <template <class...> class C>
constexpr auto try_collect() {
  return detail::Terminal<detail::TryCollectDeduced<C>>{};
}

// Without a type, or with arguments.
#define PARALLEL_TASK_REFUSE(name, usage)                     \
  template <int = 0, class... A>                              \
  constexpr detail::Unusable name(A const&...) {              \
    return detail::usage::say<A...>();                        \
  }                                                           \
  template <class C, class X, class... A>                     \
  constexpr detail::Unusable name(X const&, A const&...) {    \
    return detail::usage::say<X, A...>();                     \
  }                                                           \
  template <template <class...> class C, class X, class... A> \
  constexpr detail::Unusable name(X const&, A const&...) {    \
    return detail::usage::say<X, A...>();                     \
  }
PARALLEL_TASK_REFUSE(collect, usage_of_collect)
PARALLEL_TASK_REFUSE(to, usage_of_collect)
PARALLEL_TASK_REFUSE(try_collect, usage_of_try_collect)
#undef PARALLEL_TASK_REFUSE
template <int = 0, class... A>
constexpr detail::Unusable elements(A const&...) {
  return detail::usage_of_elements::say<A...>();
}
template <class... A>
constexpr detail::Unusable cast(A const&...) {
  return detail::usage_of_cast::say<A...>();
}
template <class T = void, class X, class... A>
constexpr auto sum(X&& x, A&&... more) {
  if constexpr (detail::calls_algorithm<0, X, A...>()) {
    using Usage = typename detail::IfCalledWith<detail::usage_of_sum, X, A...>::type;
    using Algorithm = typename detail::AlgorithmNamed<Usage>::template of<T>;
    return Algorithm{}(std::forward<X>(x), std::forward<A>(more)...);
  } else {
    return detail::usage_of_sum::say<X>();
  }
}
template <class T = void, class X, class... A>
constexpr auto product(X&& x, A&&... more) {
  if constexpr (detail::calls_algorithm<0, X, A...>()) {
    using Usage = typename detail::IfCalledWith<detail::usage_of_product, X, A...>::type;
    using Algorithm = typename detail::AlgorithmNamed<Usage>::template of<T>;
    return Algorithm{}(std::forward<X>(x), std::forward<A>(more)...);
  } else {
    return detail::usage_of_product::say<X>();
  }
}

}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
