// first(), last(), nth(n): one item, by where it is.
#pragma once

#include <parallel_task/core/number.hpp>
#include <parallel_task/core/run.hpp>
#include <parallel_task/platform/errors.hpp>
#include <parallel_task/stage/take.hpp>
#include <parallel_task/terminal/find.hpp>
#include <parallel_task/terminal/find_last.hpp>
#include <parallel_task/terminal/find_map.hpp>

#include <cstddef>
#include <optional>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

using FirstItem = Find<Always, Cut::later>;
using LastItem = FindLast<Always>;

/// The item at position `n`, or nothing. Of the items before it no closure runs.
template <class N>
struct Nth {
  N n;

  template <class S>
  static consteval Problem problem() {
    if constexpr (!whole_number<N>) {
      return Problem::nth_not_a_number;
    } else if constexpr (!indexed_source<S>) {
      return Problem::nth_unknown;
    } else {
      return FirstItem::template problem<S>();
    }
  }
  template <class S, class How>
  std::optional<typename S::Value> operator()(S& source, How const& settings) const {
    if (detail::is_negative(detail::number(n))) {
      detail::throw_invalid_argument("parallel_task: nth takes no negative number");
    }
    std::size_t const before = detail::count_from(n);
    if (before == unknown) return std::nullopt;
    Drop<Take<S>> one(Take<S>(std::move(source), before + 1), before);
    FirstItem first{};
    return detail::run_terminal(one, first, settings);
  }
};

template <class N>
Nth(N) -> Nth<N>;

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
