// Stages that need the position of every item.
#pragma once

#include <parallel_task/core/concepts.hpp>
#include <parallel_task/core/problem.hpp>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// What a stage derives from that needs the position of every item.
struct NeedsIndex {
  static constexpr bool is_stage = true;
  template <source Base>
  static consteval Problem problem() {
    return indexed_source<Base> ? Problem::none : Problem::index_lost;
  }
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
