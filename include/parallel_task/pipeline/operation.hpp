// How the name of a piped operation makes its stage or terminal: one kind of object for each way in which they are
// called.
#pragma once

#include <parallel_task/pipeline/begin.hpp>
#include <parallel_task/pipeline/on.hpp>
#include <parallel_task/pipeline/pieces.hpp>
#include <parallel_task/pipeline/pipe_operator.hpp>
#include <parallel_task/pipeline/usage.hpp>
#include <parallel_task/pipeline/with.hpp>
#include <parallel_task/platform/ranges.hpp>

#include <concepts>
#include <cstddef>
#include <source_location>
#include <tuple>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

// --- names that are algorithms as well ---------------------------------------------------------------------------------

template <class... A>
inline constexpr bool two_iterators = false;
/// Whether arguments begin with an iterator and where its range ends.
template <class I, class S, class... Rest>
inline constexpr bool two_iterators<I, S, Rest...> = std::sentinel_for<std::remove_cvref_t<S>, std::remove_cvref_t<I>>;

template <class... A>
inline constexpr bool begins_with_context = false;
template <class First, class... Rest>
inline constexpr bool begins_with_context<First, Rest...> = context<First>;

/// Whether arguments are those of an algorithm: with(...) first, or a range or two iterators and more arguments than
/// the operation of that name takes, `most`.
template <std::size_t most, class First = void, class... Rest>
consteval bool calls_algorithm() {
  if constexpr (context<First>) {
    return true;
  } else if constexpr (std::is_void_v<First> || 1 + sizeof...(Rest) <= most) {
    return false;
  } else {
    return std::ranges::range<First> || two_iterators<First, Rest...>;
  }
}

/// Stands for the algorithm of a name where nobody has included it.
struct NotIncluded {
  template <class... A>
  constexpr Unusable operator()(A const&...) const {
    static_assert(never<A...>,
                  "parallel_task: called with a range, two iterators or with(...) first this is an algorithm: include "
                  "<parallel_task/algorithm.hpp>, or write pt::parallel_iter(r) and go on with the operation");
    return {};
  }
};
/// The algorithm of a name, which `<parallel_task/algorithm.hpp>` brings: it specialises this for each of them.
template <class Usage>
struct AlgorithmNamed {
  using type = NotIncluded;
  template <class T>
  using of = NotIncluded;  // of a name that is told a type, such as sum<T>
};

/// `Usage`, but only once the arguments are known: a template that names an algorithm must not ask for it before.
template <class Usage, class... A>
struct IfCalledWith {
  using type = Usage;
};

/// An operation's name that is an algorithm's as well: told apart by the arguments. The operation takes `fewest` to
/// `most` of them; with more than `without_range` a range in front means the algorithm.
template <class Named, class Usage, std::size_t fewest, std::size_t most = fewest, std::size_t without_range = fewest>
struct AlsoAlgorithm : Operation {
  template <class... A>
  constexpr auto operator()(A&&... arguments) const {
    if constexpr (calls_algorithm<without_range, A...>()) {
      return typename AlgorithmNamed<Usage>::type{}(std::forward<A>(arguments)...);
    } else if constexpr (sizeof...(A) < fewest || sizeof...(A) > most) {
      return Usage::template say<A...>();
    } else {
      return Named{}(std::forward<A>(arguments)...);
    }
  }
};

// --- how stages and terminals are made --------------------------------------------------------------------------------

// `Usage` says how the operation is called; `n` is the number of its arguments.

template <template <class...> class Step, class Usage, std::size_t n = 1>
struct StageFrom : Operation {
  template <class... A>
  constexpr auto operator()(A... arguments) const {
    if constexpr (sizeof...(A) == n) {
      return Stage<Step<A...>>(Step<A...>{std::move(arguments)...});
    } else {
      return Usage::template say<A...>();
    }
  }
};
template <class T>
constexpr auto end_of(T terminal) {
  return Terminal<T>{std::move(terminal)};
}
template <template <class...> class T, class Usage, std::size_t n = 1>
struct TerminalFrom : Operation {
  template <class... A>
  constexpr auto operator()(A... arguments) const {
    if constexpr (sizeof...(A) == n) {
      // By way of a parameter: Clang 16 crashes where an aggregate is made inside another one around an empty member.
      return detail::end_of(T<A...>{std::move(arguments)...});
    } else {
      return Usage::template say<A...>();
    }
  }
};

struct TryForEachInitTerminal : TerminalFrom<TryForEachInit, usage_of_try_for_each_init, 2> {};

template <class Step, class Usage>
struct PlainStage : Operation {
  constexpr auto operator()() const { return Stage<Step>(Step{}); }
  template <class... A>
  constexpr Unusable operator()(A const&...) const {
    return Usage::template say<A...>();
  }
};
template <class Step, class Usage, std::size_t n = 1>
struct CountStage : Operation {
  template <class... N>
  constexpr auto operator()(N... numbers) const {
    if constexpr (sizeof...(N) == n) {
      NoPipelineYet const nowhere;
      return detail::apply<Step>(Counted<Step, N...>{{numbers...}}, nowhere);
    } else {
      return Usage::template say<N...>();
    }
  }
};
template <bool equal, class Usage>
struct ZipOperation : Operation {
  template <class... R>
  constexpr auto operator()(R&&... others) const {
    if constexpr (sizeof...(R) > 0) {
      NoPipelineYet const nowhere;
      return detail::apply<void>(ZipWith<equal, R...>{std::tuple<R&&...>(std::forward<R>(others)...)}, nowhere);
    } else {
      return Usage::template say<R...>();
    }
  }
};
/// A stage that takes one other range.
template <template <class...> class With, class Usage>
struct JoiningOperation : Operation {
  template <class... R>
  constexpr auto operator()(R&&... others) const {
    if constexpr (sizeof...(R) == 1) {
      NoPipelineYet const nowhere;
      return detail::apply<R...>(With<R...>{std::forward<R>(others)...}, nowhere);
    } else {
      return Usage::template say<R...>();
    }
  }
};
/// A stage of one argument, a source of two.
struct ChunkOperation : Operation {
  template <class N>
  constexpr auto operator()(N n) const {
    NoPipelineYet const nowhere;
    return detail::apply<N>(Counted<ChunkStage, N>{{n}}, nowhere);
  }
  template <class R, class N>
  constexpr auto operator()(R&& range, N n) const {
    Beginning<R> beginning{std::forward<R>(range)};
    return detail::apply<R>(CutIntoChunks<N>{n}, beginning);
  }
  template <class... A>
    requires(sizeof...(A) == 0 || sizeof...(A) > 2)
  constexpr Unusable operator()(A const&...) const {
    return usage_of_chunk::say<A...>();
  }
};
/// Stages that are given a variable; one that is no variable, or none, is refused.
template <template <class> class Step, class Usage>
struct VariableStage : Operation {
  template <class V>
  constexpr auto operator()(V& variable) const {
    return Stage<Step<V>>(Step<V>{std::addressof(variable)});
  }
  template <class... A>
  constexpr Unusable operator()(A&&...) const {
    return Usage::template say<A...>();
  }
};
struct ProgressOperation : Operation {
  template <class F>
  constexpr auto operator()(F f) const {
    return (*this)(std::move(f), std::chrono::milliseconds(100));
  }
  template <class F, class Interval>
  constexpr auto operator()(F f, Interval interval) const {
    return Stage<ProgressStage<F, Interval>>(ProgressStage<F, Interval>{std::move(f), interval});
  }
  template <class... A>
  constexpr Unusable operator()(A const&...) const {
    return usage_of_progress::say<A...>();
  }
};
struct OnOperation : Operation {
  template <class W>
  constexpr auto operator()(W&& w, std::source_location line = std::source_location::current()) const {
    auto step = detail::make_on(static_cast<W&&>(w), line);
    return Stage<decltype(step)>(std::move(step));
  }
  template <class... A>
    requires(sizeof...(A) != 1)
  constexpr Unusable operator()(A const&...) const {
    return usage_of_on::say<A...>();
  }
};
struct AsyncOperation : Operation {
  template <class Request = AsyncRequest>
  constexpr auto operator()() const {
    auto step = detail::make_async<Request>();
    return Stage<decltype(step)>(std::move(step));
  }
  template <class... A>
    requires(sizeof...(A) != 0)
  constexpr Unusable operator()(A const&...) const {
    return usage_of_async::say<A...>();
  }
};
struct ForEachTerminal : Operation {
  template <class F>
  constexpr auto operator()(F f) const {
    return detail::end_of(ForEach<F>{std::move(f)});
  }
  /// `pt::for_each(r, f)`: f for every item of a range, at once.
  template <class R, class F>
  constexpr auto operator()(R&& range, F f) const {
    Beginning<R> beginning{std::forward<R>(range)};
    auto pipeline = detail::apply<R>(BorrowOrOwn{}, beginning);
    if constexpr (!std::same_as<decltype(pipeline), Unusable>) {
      return detail::apply<typename decltype(pipeline)::item_type>(ForEach<F>{std::move(f)}, pipeline);
    }
  }
  template <class... A>
    requires(sizeof...(A) == 0 || sizeof...(A) > 2)
  constexpr auto operator()(A&&... arguments) const {
    if constexpr (!calls_algorithm<2, A...>()) {
      static_assert(never<A...>,
                    "parallel_task: pt::for_each is called as for_each(r, f), and after a pipeline as for_each(f)");
      return Unusable{};
    } else if constexpr (sizeof...(A) == 3 && begins_with_context<A...>) {
      return ForEachTerminal::under(std::forward<A>(arguments)...);
    } else {
      using Usage = typename IfCalledWith<usage_of_for_each, A...>::type;
      return typename AlgorithmNamed<Usage>::type{}(std::forward<A>(arguments)...);
    }
  }

 private:
  template <class H, class R, class F>
  static constexpr auto under(Context<H> const& context, R&& range, F f) {
    Beginning<R> beginning{std::forward<R>(range)};
    auto pipeline = detail::under(context, detail::apply<R>(BorrowOrOwn{}, beginning));
    if constexpr (!std::same_as<decltype(pipeline), Unusable>) {
      return detail::apply<typename decltype(pipeline)::item_type>(ForEach<F>{std::move(f)}, pipeline);
    }
  }
};
struct ForEachOrderedTerminal : Operation {
  template <class F, whole_number N = std::size_t>
  constexpr auto operator()(F f, N window = 1024) const {
    return detail::end_of(ForEachOrdered<F>(std::move(f), detail::count_from(window)));
  }
  template <class... A>
  constexpr Unusable operator()(A const&...) const {
    return usage_of_for_each_ordered::say<A...>();
  }
};
/// Terminals over the two sides of a zip, with or without a closure.
template <template <class> class End, class Plain, class Usage>
struct SidesTerminal : Operation {
  template <class R>
  constexpr auto operator()(R&& other) const {
    return (*this)(std::forward<R>(other), Plain{});
  }
  template <class R, class F>
  constexpr auto operator()(R&& other, F f) const {
    NoPipelineYet const nowhere;
    auto stage = detail::apply<R>(ZipWith<false, R>{std::tuple<R&&>(std::forward<R>(other))}, nowhere);
    return std::move(stage) | detail::end_of(End<F>{std::move(f)});
  }
  template <class... A>
    requires(sizeof...(A) == 0 || sizeof...(A) > 2)
  constexpr Unusable operator()(A const&...) const {
    return Usage::template say<A...>();
  }
};
/// Terminals with several arguments.
template <template <class...> class T, class Usage, std::size_t n>
struct TerminalFromAll : Operation {
  template <class... A>
  constexpr auto operator()(A... arguments) const {
    if constexpr (sizeof...(A) == n) {
      return detail::end_of(T<A...>{std::move(arguments)...});
    } else {
      return Usage::template say<A...>();
    }
  }
};
/// Terminals that join items by `op`, from `init` on if there is one.
template <template <class> class Join, template <class, class> class JoinFrom, class Usage>
struct JoiningTerminal : Operation {
  template <class T, class Op>
  constexpr auto operator()(T init, Op op) const {
    return detail::end_of(JoinFrom<T, Op>{std::move(init), std::move(op)});
  }
  template <class Op>
  constexpr auto operator()(Op op) const {
    return detail::end_of(Join<Op>{std::move(op)});
  }
  template <class... A>
  constexpr Unusable operator()(A const&...) const {
    return Usage::template say<A...>();
  }
};
using TryReduceTerminal = JoiningTerminal<TryReduce, TryReduceFrom, usage_of_try_reduce>;
using ReduceTerminal = JoiningTerminal<Reduce, ReduceFrom, usage_of_reduce>;
template <template <class...> class C>
struct TryCollectDeduced {
  static constexpr bool is_for_any_source = true;
  template <class S>
  auto terminal_for() const {
    return typename TryCollectAs<C, S>::type{};
  }
};
struct UnzipIntoTerminal : Operation {
  template <class... C>
    requires(sizeof...(C) > 1)
  constexpr auto operator()(C&... c) const {
    return detail::end_of(UnzipInto<C...>{{std::addressof(c)...}});
  }
  template <class... A>
  constexpr Unusable operator()(A&&...) const {
    return usage_of_unzip_into::say<A...>();
  }
};
struct CollectIntoTerminal : Operation {
  template <class... C>
  constexpr auto operator()(C&&... c) const {
    if constexpr (sizeof...(C) == 1) {
      return detail::end_of(detail::make_collect_into(c...));
    } else {
      return usage_of_collect_into::say<C...>();
    }
  }
};
struct AppendToTerminal : Operation {
  template <class C>
  constexpr auto operator()(C& c) const {
    return detail::end_of(detail::make_append_to(c));
  }
  template <class... A>
  constexpr Unusable operator()(A&&...) const {
    return usage_of_append_to::say<A...>();
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
template <class T, class Usage>
struct PlainTerminal : Operation {
  constexpr auto operator()() const { return detail::end_of(T{}); }
  template <class... A>
  constexpr Unusable operator()(A const&...) const {
    return Usage::template say<A...>();
  }
};

struct ToMapTerminal : Operation {
  template <class... A>
  constexpr auto operator()(A... arguments) const {
    if constexpr (sizeof...(A) == 3) {
      return detail::end_of(detail::make_to_map(std::move(arguments)...));
    } else {
      return usage_of_to_map::say<A...>();
    }
  }
};
#define PARALLEL_TASK_COUNTED_TERMINAL(Name, name)                           \
  struct Name : Operation {                                                  \
    template <class... A>                                                    \
    constexpr auto operator()(A... arguments) const {                        \
      if constexpr (sizeof...(A) == 1 || sizeof...(A) == 2) {                \
        return detail::end_of(detail::make_##name(std::move(arguments)...)); \
      } else {                                                               \
        return usage_of_##name::say<A...>();                                 \
      }                                                                      \
    }                                                                        \
  };
PARALLEL_TASK_COUNTED_TERMINAL(HistogramTerminal, histogram)
PARALLEL_TASK_COUNTED_TERMINAL(SmallestTerminal, smallest)
PARALLEL_TASK_COUNTED_TERMINAL(LargestTerminal, largest)
PARALLEL_TASK_COUNTED_TERMINAL(TopKTerminal, top_k)
#undef PARALLEL_TASK_COUNTED_TERMINAL

template <template <class...> class C, class Merge>
struct CollectMergedDeduced {
  static constexpr bool is_for_any_source = true;
  Merge merge;
  template <class S>
  auto terminal_for() const {
    return CollectMerged<typename Deduced<C, typename S::Value>::type, Merge>{merge};
  }
};

#define PARALLEL_TASK_TERMINAL_MADE_BY(Name, name, fewest)                   \
  struct Name : Operation {                                                  \
    template <class... A>                                                    \
    constexpr auto operator()(A... arguments) const {                        \
      if constexpr (sizeof...(A) >= fewest && sizeof...(A) <= 1) {           \
        return detail::end_of(detail::make_##name(std::move(arguments)...)); \
      } else {                                                               \
        return usage_of_##name::say<A...>();                                 \
      }                                                                      \
    }                                                                        \
  };
PARALLEL_TASK_TERMINAL_MADE_BY(MinTerminal, min, 0)
PARALLEL_TASK_TERMINAL_MADE_BY(MaxTerminal, max, 0)
PARALLEL_TASK_TERMINAL_MADE_BY(MinMaxTerminal, minmax, 0)
PARALLEL_TASK_TERMINAL_MADE_BY(MinByKeyTerminal, min_by_key, 1)
PARALLEL_TASK_TERMINAL_MADE_BY(MaxByKeyTerminal, max_by_key, 1)
PARALLEL_TASK_TERMINAL_MADE_BY(MinMaxByKeyTerminal, minmax_by_key, 1)
PARALLEL_TASK_TERMINAL_MADE_BY(AnyTerminal, any, 1)
PARALLEL_TASK_TERMINAL_MADE_BY(AllTerminal, all, 1)
PARALLEL_TASK_TERMINAL_MADE_BY(NoneTerminal, none, 1)
PARALLEL_TASK_TERMINAL_MADE_BY(ContainsTerminal, contains, 1)
PARALLEL_TASK_TERMINAL_MADE_BY(FindAnyTerminal, find_any, 1)
PARALLEL_TASK_TERMINAL_MADE_BY(FindFirstTerminal, find_first, 1)
PARALLEL_TASK_TERMINAL_MADE_BY(FindLastTerminal, find_last, 1)
PARALLEL_TASK_TERMINAL_MADE_BY(FindMapFirstTerminal, find_map_first, 1)
PARALLEL_TASK_TERMINAL_MADE_BY(FindMapAnyTerminal, find_map_any, 1)
PARALLEL_TASK_TERMINAL_MADE_BY(FindMapLastTerminal, find_map_last, 1)
PARALLEL_TASK_TERMINAL_MADE_BY(PositionFirstTerminal, position_first, 1)
PARALLEL_TASK_TERMINAL_MADE_BY(PositionLastTerminal, position_last, 1)
PARALLEL_TASK_TERMINAL_MADE_BY(PositionAnyTerminal, position_any, 1)
PARALLEL_TASK_TERMINAL_MADE_BY(IsSortedTerminal, is_sorted, 0)
PARALLEL_TASK_TERMINAL_MADE_BY(GroupByTerminal, group_by, 1)
PARALLEL_TASK_TERMINAL_MADE_BY(CountByTerminal, count_by, 1)
#undef PARALLEL_TASK_TERMINAL_MADE_BY

// A closure is no range, so that `min(r)` is told from `min(less)`.
using ReverseName = AlsoAlgorithm<PlainStage<ReverseStage, usage_of_reverse>, usage_of_reverse, 0>;
template <class... A>
inline constexpr bool reduces_range = false;
template <class R>
inline constexpr bool reduces_range<R> = std::ranges::range<R>;
template <class R, class X>
inline constexpr bool reduces_range<R, X> = two_iterators<R, X>;
template <std::ranges::range R, class X>
inline constexpr bool reduces_range<R, X> = std::convertible_to<std::ranges::range_reference_t<R>, std::decay_t<X>>;
/// `reduce(r)` and `reduce(first, last)` are told from `reduce(op)` and `reduce(init, op)` by what can be no closure,
/// `reduce(r, init)` by an `init` to which the items convert.
struct ReduceName : Operation {
  template <class... A>
  constexpr auto operator()(A&&... arguments) const {
    if constexpr (calls_algorithm<2, A...>() || reduces_range<A...>) {
      using Usage = typename IfCalledWith<usage_of_reduce, A...>::type;
      return typename AlgorithmNamed<Usage>::type{}(std::forward<A>(arguments)...);
    } else {
      return ReduceTerminal{}(std::forward<A>(arguments)...);
    }
  }
};
/// The operation and perhaps a first value; an exclusive scan has that in front.
struct InclusiveScanOf : Operation {
  template <class Op, class... Init>
  constexpr auto operator()(Op op, Init... init) const {
    return Stage<ScanStage<true, Op, Init...>>({std::move(op), std::tuple<Init...>(std::move(init)...)});
  }
};
struct ExclusiveScanOf : Operation {
  template <class T, class Op>
  constexpr auto operator()(T init, Op op) const {
    return Stage<ScanStage<false, Op, T>>({std::move(op), std::tuple<T>(std::move(init))});
  }
};
using InclusiveScanName = AlsoAlgorithm<InclusiveScanOf, usage_of_inclusive_scan, 1, 2, 1>;
using ExclusiveScanName = AlsoAlgorithm<ExclusiveScanOf, usage_of_exclusive_scan, 2>;
using CountName = AlsoAlgorithm<PlainTerminal<Count, usage_of_count>, usage_of_count, 0>;
using CountIfName = AlsoAlgorithm<TerminalFrom<CountIf, usage_of_count_if>, usage_of_count_if, 1>;
using MinName = AlsoAlgorithm<MinTerminal, usage_of_min, 0, 1>;
using MaxName = AlsoAlgorithm<MaxTerminal, usage_of_max, 0, 1>;
using MinMaxName = AlsoAlgorithm<MinMaxTerminal, usage_of_minmax, 0, 1>;
using AnyName = AlsoAlgorithm<AnyTerminal, usage_of_any, 1>;
using AllName = AlsoAlgorithm<AllTerminal, usage_of_all, 1>;
using NoneName = AlsoAlgorithm<NoneTerminal, usage_of_none, 1>;
using ContainsName = AlsoAlgorithm<ContainsTerminal, usage_of_contains, 1>;
using FindAnyName = AlsoAlgorithm<FindAnyTerminal, usage_of_find_any, 1>;
using FindFirstName = AlsoAlgorithm<FindFirstTerminal, usage_of_find_first, 1>;
using FindLastName = AlsoAlgorithm<FindLastTerminal, usage_of_find_last, 1>;
using IsSortedName = AlsoAlgorithm<IsSortedTerminal, usage_of_is_sorted, 0, 1>;
using IsPartitionedName =
    AlsoAlgorithm<TerminalFrom<IsPartitioned, usage_of_is_partitioned>, usage_of_is_partitioned, 1>;
template <class... A>
inline constexpr bool two_ranges = false;
template <std::ranges::range A, std::ranges::range B>
inline constexpr bool two_ranges<A, B> = true;
/// `equal(a, b)` is told from `equal(r, p)` by a `b` that can be no closure.
struct EqualName : Operation {
  template <class... A>
  constexpr auto operator()(A&&... arguments) const {
    if constexpr (calls_algorithm<2, A...>() || two_ranges<A...>) {
      using Usage = typename IfCalledWith<usage_of_equal, A...>::type;
      return typename AlgorithmNamed<Usage>::type{}(std::forward<A>(arguments)...);
    } else {
      return SidesTerminal<EqualSides, EqualItems, usage_of_equal>{}(std::forward<A>(arguments)...);
    }
  }
};
using TopKName = AlsoAlgorithm<TopKTerminal, usage_of_top_k, 1, 2>;
using PartitionName = AlsoAlgorithm<TerminalFrom<Partition, usage_of_partition>, usage_of_partition, 1>;

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
