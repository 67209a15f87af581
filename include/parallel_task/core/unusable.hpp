// What a wrong program gets instead of a pipeline, so that it gets one error and no more.
#pragma once

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

/// False, but only once the template around it is used: for the static_assert that says what is wrong.
template <class...>
inline constexpr bool never = false;

// All operations of a pipeline whose arguments can be deduced. Names in parentheses, for the sake of min and max.
#define PARALLEL_TASK_OPERATIONS(each)                                                                                 \
  each(then) each(map) each(inspect) each(update) each(filter) each(filter_map) each(flat_map) each(flatten)           \
  each(copied) each(keys) each(values) each(enumerate) each(zip) each(zip_equal) each(chain) each(reverse) each(take)  \
  each(drop) each(stride) each(slice) each(take_while) each(map_init) each(fold) each(threads) each(steal_from)        \
  each(report) each(trace) each(progress) each(stop_token) each(deadline) each(for_each) each(for_each_ordered)        \
  each(try_for_each)                                                                                                   \
  each(collect_into) each(append_to) each(reduce) each(sum) each(product) each(mean) each(count) each(count_if)        \
  each(size) each(min) each(max) each(minmax) each(min_by_key) each(max_by_key) each(minmax_by_key) each(any)          \
  each(all) each(none) each(contains) each(find_any) each(find_first) each(partition) each(unzip)

/// Stands for a pipeline or a result behind an error that has been reported. Swallows every further call.
struct Unusable {
  template <class T>
  operator T() const noexcept;  // NOLINT: any variable may be initialised with it

#define PARALLEL_TASK_SWALLOW(name)                       \
  template <class... T, class... A>                       \
  constexpr Unusable(name)(A const&...) const noexcept {  \
    return {};                                            \
  }
  PARALLEL_TASK_OPERATIONS(PARALLEL_TASK_SWALLOW)
#undef PARALLEL_TASK_SWALLOW

  template <class C, class... A>
  constexpr Unusable collect(A const&...) const noexcept {
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
  constexpr Unusable const* begin() const noexcept { return nullptr; }
  constexpr Unusable const* end() const noexcept { return nullptr; }
  template <class X>
  friend constexpr Unusable operator|(Unusable, X const&) noexcept {
    return {};
  }
};

/// The operations of a pipeline that has a name, and so would be consumed unseen.
class NamedPipeline {
  template <class T>
  static constexpr Unusable refuse() {
    static_assert(never<T>,
                  "parallel_task: a pipeline is consumed by what follows, and this one has a name: write "
                  "std::move(pipeline).map(…), or go on in the same expression");
    return {};
  }

 public:
#define PARALLEL_TASK_REFUSE(name)              \
  template <class T = void, class... A>         \
  constexpr Unusable(name)(A const&...) const& { \
    return refuse<T>();                         \
  }
  PARALLEL_TASK_OPERATIONS(PARALLEL_TASK_REFUSE)
#undef PARALLEL_TASK_REFUSE

  template <class C>
  constexpr Unusable collect() const& {
    return refuse<C>();
  }
  template <template <class...> class C>
  constexpr Unusable collect() const& {
    return refuse<C<int>>();
  }
  template <class C>
  constexpr Unusable to() const& {
    return refuse<C>();
  }
  template <template <class...> class C>
  constexpr Unusable to() const& {
    return refuse<C<int>>();
  }
};

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task
