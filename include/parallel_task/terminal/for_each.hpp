// for_each(f): f for every item, in no order.
#pragma once

#include <parallel_task/core/call.hpp>
#include <parallel_task/core/concepts.hpp>

#include <utility>

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

/// Calls `f` with every item. The first exception in time ends the run.
template <class F>
struct ForEach {
  [[no_unique_address]] F f;

  struct Accumulator {
    static constexpr bool unordered = true;
    F const* f;
    template <class X>
    [[gnu::always_inline]] bool operator()(X&& x) const {
      static_cast<void>(detail::call(*f, static_cast<X&&>(x)));
      return true;
    }
    void join(Accumulator&&) const noexcept {}
  };

  template <class S>
  static consteval Problem problem() {
    return detail::closure_problem<F, typename S::Item>();
  }
  template <class S>
  Accumulator open(S const&) const {
    return {&f};
  }
  void finish(Accumulator&&) const noexcept {}
};

template <class F>
ForEach(F) -> ForEach<F>;

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task
