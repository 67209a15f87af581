// fold: each segment's items become one accumulator, which flows on as an item.
#pragma once

#include <parallel_task/core/closure.hpp>
#include <parallel_task/core/number.hpp>
#include <parallel_task/core/stage_base.hpp>
#include <parallel_task/core/takes_copy.hpp>
#include <parallel_task/platform/inline.hpp>
#include <parallel_task/stage/map_init.hpp>

#include <type_traits>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// Hands the accumulator over as an rvalue.
template <class F, class Own>
struct Moving {
  F const& f;
  template <class... X>
    requires std::invocable<F const&, Own&&, X...>
  PARALLEL_TASK_ALWAYS_INLINE decltype(auto) operator()(Own& own, X&&... x) const {
    return detail::invoke(f, std::move(own), static_cast<X&&>(x)...);
  }
};

template <class G, class X, class A>
inline constexpr bool changes_in_place = [] {
  if constexpr (concurrently_callable<G, X, A&>) {
    return std::is_void_v<call_t<G, X, A>>;
  } else {
    return false;
  }
}();

/// `f(accumulator, item)` gives the next accumulator, or changes it in place and returns nothing.
template <class F, class Own, class X>
PARALLEL_TASK_ALWAYS_INLINE inline void fold_in(F const& f, Own& own, X&& x) {
  if constexpr (changes_in_place<F, X, Own>) {
    detail::call(f, static_cast<X&&>(x), own);
  } else if constexpr (concurrently_callable<Moving<F, Own>, X, Own&>) {
    detail::become(own, [&]() PARALLEL_TASK_INLINE_BODY -> decltype(auto) {
      return detail::call(Moving<F, Own>{f}, static_cast<X&&>(x), own);
    });
  } else {  // it changes the accumulator in place, and returns it all the same
    detail::become(own, [&]() PARALLEL_TASK_INLINE_BODY -> decltype(auto) {
      return detail::call(f, static_cast<X&&>(x), own);
    });
  }
}

template <source Base, class Make, class F>
struct Fold : ByState<Fold<Base, Make, F>, Base, std::invoke_result_t<Make const&>> {
  using Own = std::invoke_result_t<Make const&>;
  using Parent = ByState<Fold<Base, Make, F>, Base, Own>;
  using Item = Own;
  using Value = Own;
  static constexpr bool whole_segments = true;

  Fold(Base base, Make maker, F f) : Parent(std::move(base)), make_(std::move(maker)), f_(std::move(f)) {}

  [[nodiscard]] Own make() const { return detail::invoke(make_); }
  template <class X, class Next>
  PARALLEL_TASK_ALWAYS_INLINE bool step(Own& own, X&& x, Next&) const {
    detail::fold_in(f_, own, static_cast<X&&>(x));
    return true;
  }
  template <class Next>
  bool flush(Own& own, Next& next) const {
    return next(std::move(own));
  }

 private:
  PARALLEL_TASK_NO_UNIQUE_ADDRESS Make make_;
  PARALLEL_TASK_NO_UNIQUE_ADDRESS F f_;
};

/// Why `Next`, which a closure returns, can't become the accumulator.
template <class Next, class Own>
consteval Problem fold_result_problem() {
  if constexpr (!std::is_move_assignable_v<Own>) {
    return Problem::fold_not_assignable;
  } else if constexpr (!std::is_assignable_v<Own&, Next> && !std::is_same_v<Next, Own&>) {
    return Problem::fold_other_result;
  } else {
    return loses<std::remove_cvref_t<Next>, Own> ? Problem::fold_loses : Problem::none;
  }
}

template <class Make, class F>
struct FoldStage {
  static constexpr bool is_stage = true;
  Make make;
  F f;
  template <source Base>
  static consteval Problem problem() {
    if constexpr (maker_problem<Make>() != Problem::none) {
      return maker_problem<Make>();
    } else {
      using Own = std::invoke_result_t<Make const&>;
      using Item = typename Base::Item;
      if constexpr (concurrently_callable<F, Item, Own&>) {
        using Next = call_t<F, Item, Own>;
        if constexpr (!std::is_void_v<Next>) {
          return fold_result_problem<Next, Own>();
        } else {
          return takes_copy<F, Own, Item>() ? Problem::fold_changes_copy : Problem::none;
        }
      } else if constexpr (closure_problem<F, Item, Own>() != Problem::none) {
        return closure_problem<F, Item, Own>();
      } else {
        using Next = call_t<Moving<F, Own>, Item, Own>;
        if constexpr (!std::is_void_v<Next>) {
          return fold_result_problem<Next, Own>();
        } else {
          return Problem::fold_changes_copy;
        }
      }
    }
  }
  template <source Base>
  auto operator()(Base base) && {
    return Fold<Base, Make, F>(std::move(base), std::move(make), std::move(f));
  }
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
