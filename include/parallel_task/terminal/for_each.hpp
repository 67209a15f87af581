// for_each(f): calls f with every item, in no particular order.
#pragma once

#include <parallel_task/core/closure.hpp>
#include <parallel_task/core/concepts.hpp>
#include <parallel_task/platform/pointers.hpp>

#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// Calls `f` with every item. The first exception in time ends the run.
template <class F>
struct ForEach {
  PARALLEL_TASK_NO_UNIQUE_ADDRESS F f;

  struct Sink {
    loop_closure<F> f;
    template <class X>
    PARALLEL_TASK_ALWAYS_INLINE bool operator()(X&& x) const {
      static_cast<void>(detail::call(f, static_cast<X&&>(x)));
      return true;
    }
    [[nodiscard]] F const& closure() const noexcept { return f; }  ///< all that is done with an item, see feed.hpp
  };
  struct Accumulator {
    static constexpr bool unordered = true;
    F const* f;
    [[nodiscard]] Sink for_block() const noexcept { return {*f}; }
    template <class X>
    PARALLEL_TASK_ALWAYS_INLINE bool operator()(X&& x) const {
      return Sink{*f}(static_cast<X&&>(x));
    }
    void join(Accumulator&&) const noexcept {}
    template <class Archive>
    void carry(Archive&) {}
  };

  /// Whether `f` changes what items refer to, which ranks must not (pipeline/on.hpp).
  template <class Item>
  static constexpr bool changes = changes_items<F, Item>;

  template <class S>
  static consteval Problem problem() {
    return detail::effect_problem<F, typename S::Item>();
  }
  template <class S>
  Accumulator open(S const&) const {
    return {std::addressof(f)};
  }
  void finish(Accumulator&&) const noexcept {}
};

template <class F>
ForEach(F) -> ForEach<F>;

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
