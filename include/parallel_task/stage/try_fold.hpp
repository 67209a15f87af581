// try_fold: each segment's items become one accumulator, until that fails.
#pragma once

#include <parallel_task/core/closure.hpp>
#include <parallel_task/core/fallible.hpp>
#include <parallel_task/core/stage_base.hpp>
#include <parallel_task/stage/fold.hpp>
#include <parallel_task/stage/map_init.hpp>

#include <concepts>
#include <optional>
#include <type_traits>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// `f(accumulator, item)` gives the next accumulator, or a failure, which is passed on and ends the input.
template <source Base, class Make, class F>
struct TryFold
    : ByState<TryFold<Base, Make, F>, Base, std::optional<std::remove_cvref_t<std::invoke_result_t<Make const&>>>> {
  using Total = std::invoke_result_t<Make const&>;
  using Own = std::optional<Total>;
  using Parent = ByState<TryFold<Base, Make, F>, Base, Own>;
  using Item = std::remove_cvref_t<call_t<Moving<F, Total>, typename Base::Item, Total>>;
  using Value = Item;
  static constexpr Cut cut = Cut::later;
  static constexpr bool whole_segments = true;

  TryFold(Base base, Make maker, F f) : Parent(std::move(base)), make_(std::move(maker)), f_(std::move(f)) {}

  [[nodiscard]] Own make() const { return Own(detail::invoke(make_)); }
  template <class X, class Next>
  bool step(Own& own, X&& x, Next& next) const {
    Item result = detail::call(Moving<F, Total>{f_}, static_cast<X&&>(x), *own);
    if (result.has_value()) [[likely]] {
      own.emplace(*std::move(result));
      return true;
    }
    own.reset();
    static_cast<void>(next(std::move(result)));
    return false;
  }
  template <class Next>
  bool flush(Own& own, Next& next) const {
    return !own || next(Item(std::move(*own)));
  }

 private:
  PARALLEL_TASK_NO_UNIQUE_ADDRESS Make make_;
  PARALLEL_TASK_NO_UNIQUE_ADDRESS F f_;
};

template <class Make, class F>
struct TryFoldStage {
  static constexpr bool is_stage = true;
  Make make;
  F f;
  template <source Base>
  static consteval Problem problem() {
    if constexpr (maker_problem<Make>() != Problem::none) {
      return maker_problem<Make>();
    } else {
      using Total = std::invoke_result_t<Make const&>;
      using Item = typename Base::Item;
      if constexpr (!concurrently_callable<Moving<F, Total>, Item, Total&>) {
        constexpr Problem why = closure_problem<F, Item, Total>();
        return why != Problem::none ? why : Problem::closure_does_not_fit;
      } else {
        using R = std::remove_cvref_t<call_t<Moving<F, Total>, Item, Total>>;
        if constexpr (holds_value<R>) {
          constexpr bool ok =
              std::constructible_from<Total, typename R::value_type> && std::constructible_from<R, Total>;
          return ok ? Problem::none : Problem::try_fold_other_result;
        } else {
          return Problem::try_fold_other_result;
        }
      }
    }
  }
  template <source Base>
  auto operator()(Base base) && {
    return TryFold<Base, Make, F>(std::move(base), std::move(make), std::move(f));
  }
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
