// What an algorithm does with its first argument, with(settings...): puts it over a pipeline.
#pragma once

#include <parallel_task/pipeline/with.hpp>
#include <parallel_task/platform/ranges.hpp>
#include <parallel_task/source/make_source.hpp>
#include <parallel_task/source/random_access.hpp>

#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// A pipeline over a range. Lvalues and views are borrowed, the items of a container that is an rvalue are moved out.
template <class R>
constexpr auto pipeline_over(R&& range) {
  Beginning<R> beginning{std::forward<R>(range)};
  return detail::apply<R>(BorrowOrOwn{}, beginning);
}
/// The same, run as the context says.
template <class H, class R>
constexpr auto pipeline_under(Context<H> const& context, R&& range) {
  return detail::under(context, detail::pipeline_over(std::forward<R>(range)));
}
/// The same over items in memory, of which many can be compared at once. `Range` is a span that outlives it.
template <class H, class Range>
constexpr auto pipeline_in_memory(Context<H> const& context, Range& span) {
  return detail::under(context, detail::as_pipeline(Contiguous<typename Range::element_type>(span)));
}

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
