// fold: each segment's items become one accumulator, which flows on as an item.
#pragma once

#include <parallel_task/core/call.hpp>
#include <parallel_task/core/stage_base.hpp>
#include <parallel_task/stage/map_init.hpp>

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

/// `f(accumulator, item)` gives the next accumulator, or changes it in place and returns nothing.
template <source Base, class Make, class F>
struct Fold : ByState<Fold<Base, Make, F>, Base, std::invoke_result_t<Make const&>> {
  using Own = std::invoke_result_t<Make const&>;
  using Parent = ByState<Fold<Base, Make, F>, Base, Own>;
  using Item = Own;
  using Value = Own;
  static constexpr bool whole_segments = true;

  Fold(Base base, Make make, F f) : Parent(std::move(base)), make_(std::move(make)), f_(std::move(f)) {}

  [[nodiscard]] Own make() const { return detail::invoke(make_); }
  template <class X, class Next>
  [[gnu::always_inline]] bool step(Own& own, X&& x, Next&) const {
    if constexpr (changes_in_place<F, X, Own>) {
      detail::call(f_, static_cast<X&&>(x), own);
    } else {
      own = detail::call(Moving{f_}, static_cast<X&&>(x), own);
    }
    return true;
  }
  template <class Next>
  bool flush(Own& own, Next& next) const {
    return next(std::move(own));
  }

  template <class G, class X, class A>
  static constexpr bool changes_in_place = [] {
    if constexpr (concurrently_callable<G, X, A&>) {
      return std::is_void_v<call_t<G, X, A>>;
    } else {
      return false;
    }
  }();

  /// Hands the accumulator over as an rvalue.
  struct Moving {
    F const& f;
    template <class... X>
      requires std::invocable<F const&, Own&&, X...>
    [[gnu::always_inline]] decltype(auto) operator()(Own& own, X&&... x) const {
      return detail::invoke(f, std::move(own), static_cast<X&&>(x)...);
    }
  };

 private:
  [[no_unique_address]] Make make_;
  [[no_unique_address]] F f_;
};

template <class Make, class F>
struct FoldBy {
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
        if constexpr (std::is_void_v<call_t<F, Item, Own>>) {
          return Problem::none;
        } else {
          return std::is_move_assignable_v<Own> ? Problem::none : Problem::fold_not_assignable;
        }
      } else if constexpr (closure_problem<F, Item, Own>() != Problem::none) {
        return closure_problem<F, Item, Own>();
      } else {
        return std::is_move_assignable_v<Own> ? Problem::none : Problem::fold_not_assignable;
      }
    }
  }
  template <source Base>
  auto operator()(Base base) && {
    return Fold<Base, Make, F>(std::move(base), std::move(make), std::move(f));
  }
};

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task
