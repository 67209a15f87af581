// The sentence for stages that need the position of every item.
#pragma once

#include <parallel_task/core/concepts.hpp>
#include <parallel_task/core/unusable.hpp>

namespace parallel_task {
inline namespace v1 {
namespace detail {

template <source Base>
consteval bool index_kept() {
  if constexpr (indexed_source<Base>) {
    return true;
  } else {
    static_assert(never<Base>,
                  "parallel_task: enumerate, zip, reverse, take, drop, stride and slice need the position of every item, "
                  "and a stage before it (filter, filter_map, flat_map, flatten, take_while or fold) lost it: put it "
                  "before that stage, or collect first");
    return false;
  }
}

}  // namespace detail
}  // namespace v1
}  // namespace parallel_task
