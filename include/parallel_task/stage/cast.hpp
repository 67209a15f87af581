// cast: every item as another type.
#pragma once

#include <parallel_task/core/problem.hpp>
#include <parallel_task/core/stage_base.hpp>
#include <parallel_task/stage/map.hpp>

#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

template <class T>
struct CastTo {
  template <class X>
  PARALLEL_TASK_ALWAYS_INLINE T operator()(X&& x) const {
    return static_cast<T>(static_cast<X&&>(x));
  }
};

template <class T>
struct CastStage {
  static constexpr bool is_stage = true;
  template <source Base>
  static consteval Problem problem() {
    constexpr bool fits = requires(typename Base::Item&& x) { static_cast<T>(static_cast<typename Base::Item&&>(x)); };
    return fits ? Problem::none : Problem::cast_does_not_fit;
  }
  template <source Base>
  auto operator()(Base base) && {
    return Map<Base, CastTo<T>>(std::move(base), {});
  }
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
