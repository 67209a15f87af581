// find_map_first(f), find_map_any(f), find_map_last(f): the result of a closure for an item for which it has one.
#pragma once

#include <parallel_task/core/run.hpp>
#include <parallel_task/stage/filter_map.hpp>
#include <parallel_task/terminal/find.hpp>
#include <parallel_task/terminal/find_last.hpp>

#include <concepts>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// A predicate that every item satisfies.
struct Always {
  template <class X>
  constexpr bool operator()(X const&) const noexcept {
    return true;
  }
};

/// `Search` finds one of the results that are there.
template <class F, class Search>
struct FindMap {
  F f;

  template <class S>
  static consteval Problem problem() {
    if constexpr (FilterMapStage<F>::template problem<S>() != Problem::none) {
      return FilterMapStage<F>::template problem<S>();
    } else {
      using Mapped = FilterMap<S, F>;
      constexpr bool ok = std::constructible_from<typename Mapped::Value, typename Mapped::Item>;
      return ok ? Problem::none : Problem::find_not_copyable;
    }
  }
  template <class S, class How>
  auto operator()(S& source, How const& settings) {
    FilterMap<S, F> mapped(std::move(source), std::move(f));
    Search search{};
    if constexpr (requires { search(mapped, settings); }) {
      return search(mapped, settings);
    } else {
      return detail::run_terminal(mapped, search, settings);
    }
  }
};

template <class F>
[[nodiscard]] auto make_find_map_first(F f) {
  return FindMap<F, Find<Always, Cut::later>>{std::move(f)};
}
template <class F>
[[nodiscard]] auto make_find_map_any(F f) {
  return FindMap<F, Find<Always, Cut::everything>>{std::move(f)};
}
template <class F>
[[nodiscard]] auto make_find_map_last(F f) {
  return FindMap<F, FindLast<Always>>{std::move(f)};
}

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
