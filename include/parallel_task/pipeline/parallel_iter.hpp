// Where every pipeline begins: parallel_iter, into_parallel_iter, par_bridge, indices, parallel_for.
#pragma once

#include <parallel_task/pipeline/pipe.hpp>
#include <parallel_task/source/indices.hpp>
#include <parallel_task/source/make_source.hpp>

#include <concepts>
#include <ranges>
#include <tuple>
#include <type_traits>
#include <utility>

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

struct ParallelIter {
  template <class R>
  [[nodiscard]] constexpr auto operator()(R&& range) const {
    Beginning<R> beginning{std::forward<R>(range)};
    return detail::pass<R>(Borrow{}, beginning);
  }
  template <class R>
    requires(!pipeline<R>)
  [[nodiscard]] friend constexpr auto operator|(R&& range, ParallelIter const& begin) {
    return begin(std::forward<R>(range));
  }
};

struct IntoParallelIter {
  template <class R>
  [[nodiscard]] constexpr auto operator()(R&& range) const {
    Beginning<R> beginning{std::forward<R>(range)};
    return detail::pass<R>(Own{}, beginning);
  }
  template <class R>
    requires(!pipeline<R>)
  [[nodiscard]] friend constexpr auto operator|(R&& range, IntoParallelIter const& begin) {
    return begin(std::forward<R>(range));
  }
};

struct ParBridge {
  template <class R>
  [[nodiscard]] constexpr auto operator()(R&& range) const {
    Beginning<R> beginning{std::forward<R>(range)};
    return detail::pass<R>(Bridge{}, beginning);
  }
  template <class R>
    requires(!pipeline<R>)
  [[nodiscard]] friend constexpr auto operator|(R&& range, ParBridge const& begin) {
    return begin(std::forward<R>(range));
  }
};

/// Numbers that are to become a pipeline.
template <class... N>
struct Numbers {
  std::tuple<N...> numbers;
  template <class>
  static consteval Problem problem() {
    return ((std::integral<N> && !std::same_as<N, bool>) && ...) ? Problem::none : Problem::indices_not_numbers;
  }
  template <class By>
  constexpr auto go(By&) const {
    return std::apply([](N... n) { return By::of(n...); }, numbers);
  }
};

struct CountUp {
  template <class N>
  static auto of(N n) {
    return detail::as_pipeline(Indices<N>(N{}, n));
  }
  template <class A, class B>
  static auto of(A first, B last) {
    using I = std::common_type_t<A, B>;
    return detail::as_pipeline(Indices<I>(static_cast<I>(first), static_cast<I>(last)));
  }
  template <class A, class B, class C>
  static auto of(A first, B last, C step) {
    using I = std::common_type_t<A, B>;
    return detail::as_pipeline(SteppedIndices<I>(static_cast<I>(first), static_cast<I>(last), static_cast<I>(step)));
  }
};

struct IndicesFrom {
  template <class... N>
    requires(sizeof...(N) >= 1 && sizeof...(N) <= 3)
  [[nodiscard]] constexpr auto operator()(N... n) const {
    Numbers<N...> const numbers{{n...}};
    return detail::pass<std::common_type_t<N...>>(CountUp{}, numbers);
  }
};

struct ParallelFor {
  template <class N, class F>
  constexpr void operator()(N n, F f) const {
    Numbers<N> const numbers{{n}};
    run(detail::pass<N>(CountUp{}, numbers), std::move(f));
  }
  template <class A, class B, class F>
  constexpr void operator()(A first, B last, F f) const {
    Numbers<A, B> const numbers{{first, last}};
    run(detail::pass<A>(CountUp{}, numbers), std::move(f));
  }

 private:
  template <class P, class F>
  static void run(P pipeline, F f) {
    std::move(pipeline).for_each(std::move(f));
  }
};

}  // namespace detail

/// A pipeline over a range that it borrows: every forward range and view. Items are the range's references; views are
/// iterated as const where they can be. The range is looked at when the terminal runs, and must live until then. Ranges
/// without random access keep an index too: one thread walks ahead, the others compute.
///
///     auto squares = pt::parallel_iter(v).map([](int x) { return x * x; }).collect<std::vector>();
inline constexpr detail::ParallelIter parallel_iter{};

/// A pipeline that consumes a container: items are moved out. Takes non-const rvalue containers, which live until the run
/// has ended, whatever throws, and views whose items are values. Sets and maps give up their keys, node by node.
///
///     auto texts = pt::into_parallel_iter(std::move(jobs)).map([](Job job) { return job.text(); }).collect<std::vector>();
inline constexpr detail::IntoParallelIter into_parallel_iter{};

/// A pipeline over what can be read only once, in order: input ranges (`std::views::istream<T>(in)`, generators) and
/// objects with `next()` that returns an optional. One thread at a time reads; all compute. Items are values; nothing is
/// read before it is asked for. An lvalue is read in place, an rvalue is held. The first items, and a thousand after each
/// pause of the source (a socket, a log that grows), are each run before the next is read. Where more than a thousand have
/// come without a pause, several are read at a time, and those of the last such time wait while the source pauses.
inline constexpr detail::ParBridge par_bridge{};

/// `indices(n)`: 0, 1, … n - 1. `indices(first, last)` and `indices(first, last, step)`, which may be negative. Items are of
/// the arguments' type. A step of 0 is std::invalid_argument, more than std::size_t can count is std::length_error.
inline constexpr detail::IndicesFrom indices{};

/// `parallel_for(n, f)` and `parallel_for(first, last, f)`: f with each number, in no order.
inline constexpr detail::ParallelFor parallel_for{};

}  // namespace v0_1
}  // namespace parallel_task
