// What a wrong program gets instead of a pipeline, so that it gets one error and no more.
#pragma once

namespace parallel_task {
inline namespace v1 {
namespace detail {

/// False, but only once the template around it is used: for the static_assert that says what is wrong.
template <class...>
inline constexpr bool never = false;

/// Stands for a pipeline or a result behind an error that has been reported. Swallows every further call.
struct Unusable {
  template <class T>
  operator T() const noexcept;  // NOLINT: any variable may be initialised with it

#define PARALLEL_TASK_SWALLOW(name)                           \
  template <class... T, class... A>                           \
  constexpr Unusable name(A const&...) const noexcept {       \
    return {};                                                \
  }
  PARALLEL_TASK_SWALLOW(map)
  PARALLEL_TASK_SWALLOW(inspect)
  PARALLEL_TASK_SWALLOW(update)
  PARALLEL_TASK_SWALLOW(filter)
  PARALLEL_TASK_SWALLOW(filter_map)
  PARALLEL_TASK_SWALLOW(flat_map)
  PARALLEL_TASK_SWALLOW(flatten)
  PARALLEL_TASK_SWALLOW(copied)
  PARALLEL_TASK_SWALLOW(keys)
  PARALLEL_TASK_SWALLOW(values)
  PARALLEL_TASK_SWALLOW(enumerate)
  PARALLEL_TASK_SWALLOW(zip)
  PARALLEL_TASK_SWALLOW(zip_equal)
  PARALLEL_TASK_SWALLOW(chain)
  PARALLEL_TASK_SWALLOW(reverse)
  PARALLEL_TASK_SWALLOW(take)
  PARALLEL_TASK_SWALLOW(drop)
  PARALLEL_TASK_SWALLOW(stride)
  PARALLEL_TASK_SWALLOW(slice)
  PARALLEL_TASK_SWALLOW(take_while)
  PARALLEL_TASK_SWALLOW(map_init)
  PARALLEL_TASK_SWALLOW(fold)
  PARALLEL_TASK_SWALLOW(threads)
  PARALLEL_TASK_SWALLOW(steal_from)
  PARALLEL_TASK_SWALLOW(report)
  PARALLEL_TASK_SWALLOW(stop_token)
  PARALLEL_TASK_SWALLOW(deadline)
  PARALLEL_TASK_SWALLOW(for_each)
  PARALLEL_TASK_SWALLOW(for_each_ordered)
  PARALLEL_TASK_SWALLOW(try_for_each)
  PARALLEL_TASK_SWALLOW(collect_into)
  PARALLEL_TASK_SWALLOW(append_to)
  PARALLEL_TASK_SWALLOW(reduce)
  PARALLEL_TASK_SWALLOW(sum)
  PARALLEL_TASK_SWALLOW(product)
  PARALLEL_TASK_SWALLOW(mean)
  PARALLEL_TASK_SWALLOW(count)
  PARALLEL_TASK_SWALLOW(count_if)
  PARALLEL_TASK_SWALLOW(size)
  PARALLEL_TASK_SWALLOW(min_by_key)
  PARALLEL_TASK_SWALLOW(max_by_key)
  PARALLEL_TASK_SWALLOW(minmax)
  PARALLEL_TASK_SWALLOW(minmax_by_key)
  PARALLEL_TASK_SWALLOW(any)
  PARALLEL_TASK_SWALLOW(all)
  PARALLEL_TASK_SWALLOW(none)
  PARALLEL_TASK_SWALLOW(contains)
  PARALLEL_TASK_SWALLOW(find_any)
  PARALLEL_TASK_SWALLOW(find_first)
  PARALLEL_TASK_SWALLOW(partition)
  PARALLEL_TASK_SWALLOW(unzip)
#undef PARALLEL_TASK_SWALLOW

  template <class... A>
  constexpr Unusable(min)(A const&...) const noexcept {
    return {};
  }
  template <class... A>
  constexpr Unusable(max)(A const&...) const noexcept {
    return {};
  }
  template <class C>
  constexpr Unusable collect() const noexcept {
    return {};
  }
  template <template <class...> class C>
  constexpr Unusable collect() const noexcept {
    return {};
  }
  template <class C>
  constexpr Unusable to() const noexcept {
    return {};
  }
  template <template <class...> class C>
  constexpr Unusable to() const noexcept {
    return {};
  }

  // A `for` over it, or any further pipe, adds no second error.
  constexpr int const* begin() const noexcept { return nullptr; }
  constexpr int const* end() const noexcept { return nullptr; }
  template <class X>
  friend constexpr Unusable operator|(Unusable, X const&) noexcept {
    return {};
  }
};

}  // namespace detail
}  // namespace v1
}  // namespace parallel_task
