// copy_n, fill_n, generate_n: of so many items from an iterator on.
#pragma once

#include <parallel_task/algorithm/algorithm_object.hpp>
#include <parallel_task/algorithm/copy.hpp>
#include <parallel_task/algorithm/fill.hpp>
#include <parallel_task/algorithm/generate.hpp>

#include <algorithm>
#include <iterator>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// The `n` items from `first` on, none if `n` is negative.
template <std::forward_iterator I>
std::ranges::subrange<I> counted(I first, std::iter_difference_t<I> n) {
  I last = n < 0 ? first : std::ranges::next(first, n);
  return {std::move(first), std::move(last)};
}

struct CopyN : AlgorithmObject<CopyN> {
  template <class H, std::forward_iterator I, output Out>
    requires std::indirectly_copyable<I, output_iterator<Out>>
  static auto call(Context<H> const& context, I first, std::iter_difference_t<I> n, Out&& out) {
    return Copy::call(context, detail::counted(std::move(first), n), std::forward<Out>(out));
  }
  template <class... A>
  static constexpr Unusable refuse() {
    static_assert(
        never<A...>,
        "parallel_task: copy_n is called as copy_n(first, n, out), where out is a range or an iterator to which "
        "the items can be assigned");
    return {};
  }
};
struct FillN : AlgorithmObject<FillN> {
  template <class H, std::forward_iterator I, class T>
    requires std::indirectly_writable<I, T const&>
  static I call(Context<H> const& context, I first, std::iter_difference_t<I> n, T const& value) {
    return Fill::call(context, detail::counted(std::move(first), n), value);
  }
  template <class... A>
  static constexpr Unusable refuse() {
    static_assert(
        never<A...>,
        "parallel_task: fill_n is called as fill_n(first, n, value), with the iterator of an item that is there, "
        "to which the value can be assigned");
    return {};
  }
};
struct GenerateN : AlgorithmObject<GenerateN> {
  template <class H, std::forward_iterator I, class F>
    requires std::is_invocable_v<F const&> && std::indirectly_writable<I, std::invoke_result_t<F const&>>
  static I call(Context<H> const& context, I first, std::iter_difference_t<I> n, F const& f) {
    return Generate::call(context, detail::counted(std::move(first), n), f);
  }
  template <class... A>
  static constexpr Unusable refuse() {
    static_assert(
        never<A...>,
        "parallel_task: generate_n is called as generate_n(first, n, f), where f() returns what is assigned to "
        "an item; it is called as const, by several threads at once");
    return {};
  }
};

}  // namespace detail

/// `copy_n(first, n, out)`: `copy` of the `n` items from `first` on.
inline constexpr detail::CopyN copy_n{};

/// `fill_n(first, n, value)`: `fill` of the `n` items from `first` on. Returns the iterator behind them.
inline constexpr detail::FillN fill_n{};

/// `generate_n(first, n, f)`: `generate` of the `n` items from `first` on. Returns the iterator behind them.
inline constexpr detail::GenerateN generate_n{};

}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
