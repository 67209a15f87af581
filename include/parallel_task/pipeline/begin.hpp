// Where pipelines begin: what turns a range into one, for parallel_iter.hpp and for pipe.hpp.
#pragma once

#include <parallel_task/pipeline/pipeline.hpp>

#include <concepts>
#include <type_traits>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// A name that does nothing before it is called, such as `pt::map`. (The standard library says "range adaptor object".)
struct Operation {};
template <class X>
concept operation = std::is_base_of_v<Operation, std::remove_cvref_t<X>>;

/// A range that is to become a pipeline.
template <class R>
struct Beginning {
  R&& range;
  template <class Step>
  static consteval Problem refuses() {
    if constexpr (std::same_as<std::remove_cvref_t<R>, Unusable>) {
      return Problem::reported;
    } else {
      return Step::template problem<R>();
    }
  }
  template <class Step>
  auto accept(Step& step) const {
    return detail::as_pipeline(step.make(static_cast<R&&>(range)));
  }
};

struct Borrow {
  template <class R>
  static consteval Problem problem() {
    return borrow_problem<R>();
  }
  template <class R>
  static auto make(R&& range) {
    return detail::borrow(std::forward<R>(range));
  }
};
struct Own {
  template <class R>
  static consteval Problem problem() {
    return own_problem<R>();
  }
  template <class R>
  static auto make(R&& range) {
    return detail::own(std::forward<R>(range));
  }
};
struct BorrowOrOwn {
  template <class R>
  static consteval Problem problem() {
    return argument_problem<R>();
  }
  template <class R>
  static auto make(R&& range) {
    return detail::borrow_or_own(std::forward<R>(range));
  }
};
struct Bridge {
  template <class R>
  static consteval Problem problem() {
    return bridge_problem<R>();
  }
  template <class R>
  static auto make(R&& range) {
    return detail::bridge(std::forward<R>(range));
  }
};

/// Begins a pipeline with one range, which `By` turns into a source; of two iterators it says how they become a range.
template <class By>
struct Begin : Operation {
  template <class R>
  constexpr auto operator()(R&& range) const {
    Beginning<R> beginning{std::forward<R>(range)};
    return detail::apply<R>(By{}, beginning);
  }
  template <class A, class B, class... Rest>
  constexpr Unusable operator()(A const&, B const&, Rest const&...) const {
    static_assert(never<A>,
                  "parallel_task: pipelines begin with one range: pt::parallel_iter(v), and of two iterators "
                  "pt::parallel_iter(std::ranges::subrange(first, last)); several ranges: pt::parallel_iter(a).zip(b)");
    return {};
  }
  template <class R>
    requires(!pipeline<R>)
  friend constexpr auto operator|(R&& range, Begin const& begin) {
    return begin(std::forward<R>(range));
  }
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
