// aggregate(make, add, merge): a fold and the reduce of its accumulators in one.
#pragma once

#include <parallel_task/core/closure.hpp>
#include <parallel_task/core/run.hpp>
#include <parallel_task/platform/pointers.hpp>
#include <parallel_task/stage/fold.hpp>
#include <parallel_task/terminal/reduce.hpp>

#include <concepts>
#include <optional>
#include <type_traits>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// Joins two values: `merge(left, right)` returns the joined one, or changes `left` in place and returns nothing.
template <class T, class Merge>
struct Merging {
  Merge const* merge;

  static constexpr bool in_place = [] {
    if constexpr (std::invocable<Merge const&, T&, T&&>) {
      return std::is_void_v<std::invoke_result_t<Merge const&, T&, T&&>>;
    } else {
      return false;
    }
  }();
  static constexpr bool fits = [] {
    if constexpr (in_place) {
      return true;
    } else if constexpr (std::invocable<Merge const&, T&&, T&&>) {
      return std::constructible_from<T, std::invoke_result_t<Merge const&, T&&, T&&>>;
    } else {
      return false;
    }
  }();

  T operator()(T left, T&& right) const {
    if constexpr (in_place) {
      detail::invoke(*merge, left, std::move(right));
      return left;
    } else {
      return static_cast<T>(detail::invoke(*merge, std::move(left), std::move(right)));
    }
  }
};

/// One accumulator a segment, of `make()`, to which `add(accumulator, item)` adds the items of the segment; `merge`
/// joins accumulators in order. Of no items, `make()`.
template <class Make, class Add, class Merge>
struct Aggregate {
  Make make;
  Add add;
  Merge merge;

  /// Refers to the maker, which is needed once more if there are no items.
  struct Makes {
    Make const* make;
    auto operator()() const { return detail::invoke(*make); }
  };

  template <class S>
  static consteval Problem problem() {
    if constexpr (FoldStage<Make, Add>::template problem<S>() != Problem::none) {
      return FoldStage<Make, Add>::template problem<S>();
    } else {
      using T = std::invoke_result_t<Make const&>;
      constexpr bool ok = Merging<T, Merge>::fits && !merges_into_copy<T>() && std::is_move_assignable_v<T>;
      return ok ? Problem::none : Problem::merge_does_not_fit;
    }
  }
  template <class S, class How>
  auto operator()(S& source, How const& settings) {
    return by(source, [&settings](auto& folded, auto& end) { return detail::run_terminal(folded, end, settings); });
  }
  static constexpr void is_fold_and_reduce() noexcept {}
  /// The same by another way to run a source and a terminal.
  template <class S, class RunIt>
  auto by(S& source, RunIt const& run) {
    using T = std::invoke_result_t<Make const&>;
    Fold<S, Makes, Add> folded(std::move(source), Makes{std::addressof(make)}, std::move(add));
    Reduce<Merging<T, Merge>> end{{std::addressof(merge)}};
    std::optional<T> joined = run(folded, end);
    return joined ? T(std::move(*joined)) : T(detail::invoke(std::as_const(make)));
  }

 private:
  template <class T>
  static consteval bool merges_into_copy() {
    if constexpr (Merging<T, Merge>::in_place) {
      return takes_copy<Merge, T, T>();
    } else {
      return false;
    }
  }
};

template <class Make, class Add, class Merge>
Aggregate(Make, Add, Merge) -> Aggregate<Make, Add, Merge>;

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
