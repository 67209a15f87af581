// for_each_init and try_for_each_init: for_each and try_for_each with scratch space that no two threads share.
#pragma once

#include <parallel_task/core/closure.hpp>
#include <parallel_task/core/problem.hpp>
#include <parallel_task/core/run.hpp>
#include <parallel_task/core/takes_copy.hpp>
#include <parallel_task/stage/map_init.hpp>
#include <parallel_task/terminal/for_each.hpp>
#include <parallel_task/terminal/try_for_each.hpp>

#include <concepts>
#include <type_traits>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// What both ask of `make` and `f`.
template <class S, class Make, class F>
consteval Problem init_problem() {
  if constexpr (maker_problem<Make>() != Problem::none) {
    return maker_problem<Make>();
  } else {
    using Own = std::invoke_result_t<Make const&>;
    using Item = typename S::Item;
    if constexpr (closure_problem<F, Item, Own&>() != Problem::none) {
      return closure_problem<F, Item, Own&>();
    } else {
      return takes_copy<F, Own, Item>() ? Problem::map_init_changes_copy : Problem::none;
    }
  }
}

/// `map_init(make, f)`, of which the results are dropped.
template <class Make, class F>
struct ForEachInit {
  PARALLEL_TASK_NO_UNIQUE_ADDRESS Make make;
  PARALLEL_TASK_NO_UNIQUE_ADDRESS F f;

  struct Done {};
  struct ForEffect {
    F const* f;
    template <class Own, class X>
    PARALLEL_TASK_ALWAYS_INLINE Done operator()(Own& own, X&& x) const {
      static_cast<void>(detail::call(*f, static_cast<X&&>(x), own));
      return {};
    }
  };
  struct Drop {
    void operator()(Done) const noexcept {}
  };

  /// Whether `f` changes what items refer to, which ranks must not (pipeline/on.hpp).
  template <class Item>
  static constexpr bool changes = changes_items<F, Item, std::invoke_result_t<Make const&>&>;

  template <class S>
  static consteval Problem problem() {
    if constexpr (init_problem<S, Make, F>() != Problem::none) {
      return init_problem<S, Make, F>();
    } else {
      using Answer = call_t<F, typename S::Item, std::invoke_result_t<Make const&>>;
      return std::same_as<Answer, bool> ? Problem::answer_dropped : Problem::none;
    }
  }
  template <class S, class How>
  void operator()(S& source, How const& settings) const {
    auto mapped = MapInitStage<Make, ForEffect>{make, {std::addressof(f)}}(std::move(source));
    ForEach<Drop> end{};
    detail::run_terminal(mapped, end, settings);
  }
};
template <class Make, class F>
ForEachInit(Make, F) -> ForEachInit<Make, F>;

/// `map_init(make, f)`, up to the first result that is a failure.
template <class Make, class F>
struct TryForEachInit {
  PARALLEL_TASK_NO_UNIQUE_ADDRESS Make make;
  PARALLEL_TASK_NO_UNIQUE_ADDRESS F f;

  struct Called {
    F const* f;
    template <class Own, class X>
    PARALLEL_TASK_ALWAYS_INLINE auto operator()(Own& own, X&& x) const {
      return detail::call(*f, static_cast<X&&>(x), own);
    }
  };
  struct Itself {
    template <class R>
    R operator()(R&& result) const {
      return static_cast<R&&>(result);
    }
  };

  /// Whether `f` changes what items refer to, which ranks must not (pipeline/on.hpp).
  template <class Item>
  static constexpr bool changes = changes_items<F, Item, std::invoke_result_t<Make const&>&>;

  template <class S>
  static consteval Problem problem() {
    if constexpr (init_problem<S, Make, F>() != Problem::none) {
      return init_problem<S, Make, F>();
    } else {
      return fallible<call_t<F, typename S::Item, std::invoke_result_t<Make const&>>> ? Problem::none
                                                                                      : Problem::try_without_answer;
    }
  }
  template <class S, class How>
  auto operator()(S& source, How const& settings) const {
    auto mapped = MapInitStage<Make, Called>{make, {std::addressof(f)}}(std::move(source));
    TryForEach<Itself> end{};
    return detail::run_terminal(mapped, end, settings);
  }
};
template <class Make, class F>
TryForEachInit(Make, F) -> TryForEachInit<Make, F>;

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
