// Where pipelines begin: over ranges (parallel_iter, into_parallel_iter, par_bridge, cartesian_product), over numbers
// (indices, indices2, indices3, parallel_for), and without either (repeat_n, once, empty).
#pragma once

#include <parallel_task/pipeline/begin.hpp>
#include <parallel_task/pipeline/with.hpp>
#include <parallel_task/platform/ranges.hpp>
#include <parallel_task/source/cartesian_product.hpp>
#include <parallel_task/source/indices.hpp>
#include <parallel_task/source/make_source.hpp>
#include <parallel_task/source/repeat.hpp>
#include <parallel_task/source/tiles.hpp>

#include <array>
#include <concepts>
#include <cstddef>
#include <tuple>
#include <type_traits>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// Numbers that are to become a pipeline.
template <class... N>
struct Numbers {
  std::tuple<N...> numbers;
  template <class>
  static consteval Problem refuses() {
    return (whole_number<N> && ...) ? Problem::none : Problem::indices_not_numbers;
  }
  template <class Step>
  constexpr auto accept(Step&) const {
    return std::apply([](N... n) { return Step::of(detail::number(n)...); }, numbers);
  }
};

struct CountUp {
  template <integer N>
  static auto of(N n) {
    return detail::as_pipeline(Indices<N>(N{0}, n));
  }
  template <integer A, integer B>
  static auto of(A first, B last) {
    return detail::as_pipeline(Indices<BetweenType<A, B>>(first, last));
  }
  template <integer A, integer B, integer C>
  static auto of(A first, B last, C step) {
    return detail::as_pipeline(SteppedIndices<BetweenType<A, B>>(first, last, step));
  }
};

struct IndicesFrom {
  template <class... N>
    requires(sizeof...(N) >= 1 && sizeof...(N) <= 3)
  constexpr auto operator()(N... n) const {
    Numbers<N...> const numbers{{n...}};
    return detail::apply<std::tuple<N...>>(CountUp{}, numbers);
  }
  template <class... N>
    requires(sizeof...(N) == 0 || sizeof...(N) > 3)
  constexpr Unusable operator()(N const&...) const {
    static_assert(never<N...>,
                  "parallel_task: indices is called as indices(n), indices(first, last) or indices(first, last, step)");
    return {};
  }
};

struct CountTiles {
  template <integer... N>
  static auto of(N... n) {
    return detail::as_pipeline(Tiles<N...>(n...));
  }
};
template <std::size_t dimensions, class Usage>
struct TilesFrom {
  template <class... N>
  constexpr auto operator()(N... n) const {
    if constexpr (sizeof...(N) == dimensions) {
      Numbers<N...> const numbers{{n...}};
      return detail::apply<std::tuple<N...>>(CountTiles{}, numbers);
    } else {
      return Usage::template say<N...>();
    }
  }
};

struct RepeatFrom {
  template <class X, class N>
  struct Repeated {
    X& value;
    N n;
    template <class>
    static consteval Problem refuses() {
      return whole_number<N> ? Problem::none : Problem::count_not_a_number;
    }
    template <class Step>
    auto accept(Step&) const {
      return detail::as_pipeline(Repeat<X>(std::move(value), detail::count_from(n)));
    }
  };
  template <class X, class N>
  constexpr auto operator()(X x, N n) const {
    Repeated<X, N> const repeated{x, n};
    return detail::apply<X>(CountTiles{}, repeated);
  }
  template <class... A>
    requires(sizeof...(A) != 2)
  constexpr Unusable operator()(A const&...) const {
    return usage_of_repeat_n::say<A...>();
  }
};
struct OnceFrom {
  template <class X>
  constexpr auto operator()(X x) const {
    return detail::as_pipeline(detail::own(std::array<X, 1>{std::move(x)}));
  }
  template <class... A>
    requires(sizeof...(A) != 1)
  constexpr Unusable operator()(A const&...) const {
    return usage_of_once::say<A...>();
  }
};
struct CartesianProductOf {
  /// Two ranges that are to become a pipeline.
  template <class A, class B>
  struct Two {
    A&& a;
    B&& b;
    template <class>
    static consteval Problem refuses() {
      return one<A>() != Problem::none ? one<A>() : one<B>();
    }
    template <class Step>
    auto accept(Step&) const {
      return detail::as_pipeline(detail::product_of(static_cast<A&&>(a), static_cast<B&&>(b)));
    }

   private:
    template <class R>
    static consteval Problem one() {
      if constexpr (std::same_as<std::remove_cvref_t<R>, Unusable>) {
        return Problem::reported;
      } else {
        constexpr Problem problem = borrow_problem<R>();
        return problem == Problem::borrows_temporary ? Problem::parts_of_temporary : problem;
      }
    }
  };
  template <class A, class B>
  constexpr auto operator()(A&& a, B&& b) const {
    Two<A, B> const two{std::forward<A>(a), std::forward<B>(b)};
    return detail::apply<std::pair<A, B>>(CountTiles{}, two);
  }
  template <class... A>
    requires(sizeof...(A) != 2)
  constexpr Unusable operator()(A const&...) const {
    return usage_of_cartesian_product::say<A...>();
  }
};

struct ParallelFor {
  template <class N, class F>
  constexpr void operator()(N n, F f) const {
    Numbers<N> const numbers{{n}};
    auto pipeline = detail::apply<N>(CountUp{}, numbers);
    // As for_each does, which would be one function more in an error.
    if constexpr (!unusable<decltype(pipeline)>) detail::apply<N>(ForEach<F>{std::move(f)}, pipeline);
  }
  template <class A, class B, class F>
  constexpr void operator()(A first, B last, F f) const {
    Numbers<A, B> const numbers{{first, last}};
    auto pipeline = detail::apply<A>(CountUp{}, numbers);
    if constexpr (!unusable<decltype(pipeline)>)
      detail::apply<std::common_type_t<A, B>>(ForEach<F>{std::move(f)}, pipeline);
  }
  template <class H, class N, class F>
  constexpr void operator()(Context<H> const& context, N n, F f) const {
    Numbers<N> const numbers{{n}};
    auto pipeline = detail::under(context, detail::apply<N>(CountUp{}, numbers));
    if constexpr (!unusable<decltype(pipeline)>) detail::apply<N>(ForEach<F>{std::move(f)}, pipeline);
  }
  template <class H, class A, class B, class F>
  constexpr void operator()(Context<H> const& context, A first, B last, F f) const {
    Numbers<A, B> const numbers{{first, last}};
    auto pipeline = detail::under(context, detail::apply<A>(CountUp{}, numbers));
    if constexpr (!unusable<decltype(pipeline)>)
      detail::apply<std::common_type_t<A, B>>(ForEach<F>{std::move(f)}, pipeline);
  }
  template <class... A>
    requires(sizeof...(A) < 2 || sizeof...(A) > 3)
  constexpr void operator()(A const&...) const {
    static_assert(never<A...>,
                  "parallel_task: parallel_for is called as parallel_for(n, f) or parallel_for(first, last, f), and "
                  "with settings "
                  "as parallel_for(pt::with(...), n, f): for steps write pt::indices(first, last, step).for_each(f)");
  }
};

}  // namespace detail

/// `parallel_iter(r)`: a pipeline over a range that it borrows, any forward range or view. Its items are the range's
/// references.
///
///     auto const squares = pt::parallel_iter(v).map([](int x) { return x * x; }).collect<std::vector>();
///
/// Returns a pt::Pipeline in constant time. The range is first read when the terminal runs, and must live until that
/// has returned. Views are iterated as const if they can be.
///
/// Order and index are kept for every range. Without random access one thread walks ahead and the others compute: while
/// one thread is alone nothing of the range is kept, afterwards an iterator for each item that has not been run. If the
/// size is not known, each `++` is made once.
///
/// A temporary is refused unless it may refer to items of something else: a view, a row of a matrix, a
/// boost::iterator_range. Those are held by the pipeline.
inline constexpr detail::Begin<detail::Borrow> parallel_iter{};

/// `into_parallel_iter(r)`: a pipeline that consumes a container. Its items are moved out, so that closures can take
/// them by value.
///
///     auto names = pt::into_parallel_iter(std::move(pictures))
///                      .map([](Picture picture) { return std::move(picture.name); })
///                      .collect<std::vector>();
///
/// Returns a pt::Pipeline, which holds the container until the run has ended, whether it returns or throws. Takes
/// non-const rvalue containers, and views whose items are values. Sets and maps give up their keys, node by node.
///
/// A range is refused if its type does not show that it owns its items. An owner gives const items when it is const
/// itself, and it has a destructor or is an array. The same rule decides whether the items of an rvalue that is given
/// to zip, chain, flat_map or flatten are moved or only referred to. It is wrong for one kind of type: a handle that
/// shares its items and gives const ones when it is const is taken for an owner.
inline constexpr detail::Begin<detail::Own> into_parallel_iter{};

/// `par_bridge(r)`: a pipeline over what can be read only once and in order, an input range or a generator. One thread
/// at a time reads, while all compute. (The name is Rayon's.)
///
///     auto const sum = pt::par_bridge(std::views::istream<int>(input)).map(f).sum();
///
/// Returns a pt::Pipeline in constant time; nothing is read before the terminal runs. An lvalue is read in place, an
/// rvalue is held. `r` may also be an object with a function `next()` that returns an optional or a pointer, which is
/// empty at the end. If reading throws, the terminal throws that exception.
///
/// Items are values, made when they are read, since the source may overwrite what it gave: from a pointer a copy is
/// made. What a value refers to, as a `std::string_view` does, must last. Objects that can't be copied, or whose copy
/// would lose what is derived from their class, are kept by their `std::unique_ptr` or `std::shared_ptr` until they
/// have been run, and the item is a reference; `next()` must not return the same object twice. To get the pointers
/// themselves, let `next()` return an optional of them.
///
/// take, slice, stride, and zip with a shorter range read no further than their last item. Of several streams that are
/// zipped one may lose an item, as in a loop. A run that ends early (find_first, any, take_while, an exception, a stop)
/// may have read further than a loop would.
///
/// The first items, and a thousand after each pause of the source (a socket, a log that grows), are each run before the
/// next one is read. After a thousand items without a pause several are read at a time; if the source then pauses, the
/// last of them wait.
inline constexpr detail::Begin<detail::Bridge> par_bridge{};

/// `indices(n)`: a pipeline over the numbers 0, ... n - 1; `indices(first, last)`: over first, first + 1, ... last - 1;
/// `indices(first, last, step)`: over first, first + step, ... before last, also with a negative step.
///
///     auto const odd = pt::indices(1, 10, 2).collect<std::vector>();  // 1, 3, 5, 7, 9
///
/// Takes integers and unscoped enumerators of any types. Items have the common type of `first` and `last`. If that is
/// unsigned and one of the two is signed, it is `std::ptrdiff_t` if that is wider (`indices(-3, 3u)`), else the
/// unsigned one (`indices(0, v.size())`). `last` counts as the number that it is: `indices(v.size() - 1, -1, -1)`
/// counts down to 0.
///
/// Throws `std::invalid_argument` if `step` is 0 or an item does not fit into that type (`indices(-3, v.size())`), and
/// `std::length_error` if there are more numbers than `std::size_t` can count.
inline constexpr detail::IndicesFrom indices{};

/// `indices2(rows, columns)`: a pipeline over the pairs of two nested loops, `(0, 0)`, `(0, 1)`, ..., in their
/// order; closures may take the two as parameters. Has an index. Terminals whose result does not depend on the order
/// (`for_each`, `count`, sums of integers, ...) run it by tiles that fit a cache, so what is far apart in one of two
/// arrays is still there when its neighbour is wanted.
///
///     std::vector<int> transposed(2 * 3);
///     std::vector<int> const table{1, 2, 3, 4, 5, 6};  // 2 rows of 3
///     pt::indices2(2, 3).for_each([&](int row, int column) {
///       transposed[static_cast<std::size_t>(column * 2 + row)] = table[static_cast<std::size_t>(row * 3 + column)];
///     });  // 1, 4, 2, 5, 3, 6
///
/// Each number has the type of its bound; a bound below 0 counts as 0. Throws `std::length_error` if there are more
/// pairs than `std::size_t` can count.
inline constexpr detail::TilesFrom<2, detail::usage_of_indices2> indices2{};

/// `indices3(layers, rows, columns)`: the same of three nested loops. Items are `std::tuple`.
///
///     auto const volume = pt::indices3(2, 3, 4).map([](int x, int y, int z) { return x * y * z; }).sum();  // 18
inline constexpr detail::TilesFrom<3, detail::usage_of_indices3> indices3{};

/// `cartesian_product(a, b)`: a pipeline over each item of `a` with each of `b`, as a `std::pair`, in the order of two
/// nested loops. Has an index if both have random access; else whoever has an item of `a` walks `b`. Both ranges are
/// borrowed until the terminal has returned; temporaries that own their items are refused.
///
///     auto const sums = pt::cartesian_product(v, w).map([](int x, int y) { return x + y; }).sum();
inline constexpr detail::CartesianProductOf cartesian_product{};

/// `repeat_n(x, n)`: a pipeline of `n` items that are const references to one `x`, which it holds. Has an index.
///
///     auto const zeros = pt::repeat_n(0, 3).chain(v).collect<std::vector>();  // 0, 0, 0, 3, 1, 4, 1, 5
inline constexpr detail::RepeatFrom repeat_n{};

/// `once(x)`: a pipeline of one item, which is moved out, for `chain` and `zip`. Has an index.
///
///     auto const all = pt::once(0).chain(pt::indices(1, 3)).collect<std::vector>();  // 0, 1, 2
inline constexpr detail::OnceFrom once{};

/// `empty<T>()`: a pipeline without an item. Has an index.
template <class T>
auto empty() {
  return detail::as_pipeline(detail::Empty<T>());
}

/// `parallel_for(n, f)` and `parallel_for(first, last, f)`: calls `f` with each number of `indices(n)` or
/// `indices(first, last)`, in no order. Returns nothing; throws what `indices` and `f` throw.
///
///     pt::parallel_for(cubes.size(), [&](std::size_t i) { cubes[i] = i * i * i; });
///
/// Before these it takes settings: `parallel_for(pt::with(pt::threads(4)), n, f)`.
inline constexpr detail::ParallelFor parallel_for{};

}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
