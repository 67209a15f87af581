// An algorithm as an object: one name for ranges and for two iterators, with settings and without, and one sentence for
// every call that does not fit.
#pragma once

#include <parallel_task/algorithm/context.hpp>
#include <parallel_task/core/unusable.hpp>
#include <parallel_task/pipeline/operation.hpp>
#include <parallel_task/platform/ranges.hpp>

#include <cstddef>
#include <type_traits>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// `Self` has static functions `call(Context<H> const&, …)`, constrained so that each fits what it can run, and
/// `refuse<A…>()`, which says by a static_assert how the algorithm is called.
template <class Self>
struct AlgorithmObject : Operation {
  template <class... A>
  constexpr decltype(auto) operator()(A&&... arguments) const {
    if constexpr ((unusable<std::remove_cvref_t<A>> || ...)) {
      return Unusable{};  // its error has been reported
    } else if constexpr (AlgorithmObject::has_context<A...>()) {
      return AlgorithmObject::with(std::forward<A>(arguments)...);
    } else {
      return AlgorithmObject::with(Context<>{}, std::forward<A>(arguments)...);
    }
  }

 private:
  template <class First = void, class... Rest>
  static consteval bool has_context() {
    return context<First>;
  }
  template <class C, class... A>
  static constexpr decltype(auto) with(C const& context, A&&... arguments) {
    if constexpr (requires { Self::call(context, std::forward<A>(arguments)...); }) {
      return Self::call(context, std::forward<A>(arguments)...);
    } else {
      return Self::template refuse<A...>();
    }
  }
};

/// Where a range begins and how long it is, for algorithms on random access.
template <class R>
constexpr std::size_t size_of(R&& range) {
  return static_cast<std::size_t>(std::ranges::distance(range));
}

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
