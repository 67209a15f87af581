// positions: where the items are that satisfy a predicate.
#pragma once

#include <parallel_task/core/closure.hpp>
#include <parallel_task/stage/elements.hpp>
#include <parallel_task/stage/enumerate.hpp>
#include <parallel_task/stage/filter.hpp>

#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// A predicate of the second part of a pair.
template <class P>
struct OfSecond {
  PARALLEL_TASK_NO_UNIQUE_ADDRESS P predicate;
  template <class Pair>
  PARALLEL_TASK_ALWAYS_INLINE bool operator()(Pair const& pair) const {
    return static_cast<bool>(detail::call(predicate, detail::look(pair.second)));
  }
};

template <class P>
struct PositionsStage {
  static constexpr bool is_stage = true;
  P predicate;
  template <source Base>
  static consteval Problem problem() {
    return indexed_source<Base> ? predicate_problem<P, typename Base::Item>() : Problem::index_lost;
  }
  template <indexed_source Base>
  auto operator()(Base base) && {
    using Chosen = Filter<Enumerate<Base>, OfSecond<P>>;
    return Elements<Chosen, 0>(Chosen(Enumerate<Base>(std::move(base)), OfSecond<P>{std::move(predicate)}));
  }
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
