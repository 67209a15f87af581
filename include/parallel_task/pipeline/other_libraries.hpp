// Functions that other libraries have for what a pipeline does: each says what to write here.
#pragma once

#include <parallel_task/core/unusable.hpp>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {

// In a namespace of their own: a name that this one declares itself goes before, and argument-dependent lookup does not
// find them, so a call without `pt::` means what it meant. As in pipeline/elsewhere.hpp the macro writes the head
// alone. There are few, since a compiler reads each for every file that uses the library.
// clang-format off
namespace detail::other_libraries {
#define PARALLEL_TASK_NO(name) template <class... A> constexpr Unusable name(A const&...)

PARALLEL_TASK_NO(sort) {
  static_assert(never<A...>, "parallel_task: for sort include <parallel_task/algorithm.hpp>"); return {}; }
PARALLEL_TASK_NO(transform) {
  static_assert(never<A...>, "parallel_task: for transform(r, out, f) include <parallel_task/algorithm.hpp>; or "
                             "write pt::parallel_iter(r).map(f).collect<std::vector>(), or pt::for_each(r, f) to "
                             "change the items in place"); return {}; }
PARALLEL_TASK_NO(accumulate) {
  static_assert(never<A...>, "parallel_task: there is no accumulate here: write pt::parallel_iter(r).reduce(init, op), "
                             "or pt::parallel_iter(r).sum(), or with <parallel_task/algorithm.hpp> pt::reduce(r, "
                             "init, op)"); return {}; }
PARALLEL_TASK_NO(parallel_reduce) {
  static_assert(never<A...>, "parallel_task: there is no parallel_reduce here: write "
                             "pt::parallel_iter(r).map(f).reduce(init, op); over numbers begin with pt::indices(first, "
                             "last)"); return {}; }
PARALLEL_TASK_NO(find_if) {
  static_assert(never<A...>, "parallel_task: for find_if(r, p) include <parallel_task/algorithm.hpp>; or write "
                             "pt::parallel_iter(r).find_first(p)"); return {}; }
PARALLEL_TASK_NO(par_iter) {
  static_assert(never<A...>, "parallel_task: there is no par_iter here: write pt::parallel_iter(r)"); return {}; }

#undef PARALLEL_TASK_NO
}  // namespace detail::other_libraries
// clang-format on

using namespace detail::other_libraries;

}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
