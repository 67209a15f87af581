// intersperse: a value between any two items.
#pragma once

#include <parallel_task/core/number.hpp>
#include <parallel_task/core/problem.hpp>
#include <parallel_task/core/stage_base.hpp>

#include <concepts>
#include <type_traits>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// Whether items may stay references, to what `Base` gives and to the value between: a type for both is all it takes.
template <class Base>
inline constexpr bool stay_references = std::is_lvalue_reference_v<typename Base::Item> &&
                                        std::same_as<std::remove_cvref_t<typename Base::Item>, typename Base::Value>;

/// Items are at even positions, the value between them at odd ones, of which it is one and the same for references, and
/// a copy otherwise. It is there only once there is an item after it.
template <indexed_source Base>
struct Intersperse : ByPosition<Intersperse<Base>, Base> {
  using Value = typename Base::Value;
  using Item = std::conditional_t<stay_references<Base>, Value const&, Value>;
  static constexpr bool lasting = lasting_items<Base>;
  using State = typename Base::State;

  template <class X>
  Intersperse(Base base, X&& between)
      : ByPosition<Intersperse, Base>(std::move(base)), between_(static_cast<Value>(static_cast<X&&>(between))) {}

  void start() {
    this->base_.start();
    std::size_t items = 0;
    if (detail::knows_total(this->base_, items) && items > unknown / 2 + 1) detail::throw_too_many_positions();
  }
  [[nodiscard]] std::size_t ours(std::size_t n) const noexcept { return n == 0 ? 0 : detail::plus(n, n - 1); }
  [[nodiscard]] std::size_t theirs(std::size_t n) const noexcept { return n == 0 ? 0 : n / 2 + 1; }
  [[nodiscard]] std::size_t spent(std::size_t n) const noexcept { return n / 2 + n % 2; }
  template <class Next>
  PARALLEL_TASK_ALWAYS_INLINE bool at(State& state, std::size_t i, Next&& next) const {
    if (i % 2 != 0) return next(static_cast<Item>(between_));
    return this->base_.at(state, i / 2, As<std::remove_reference_t<Next>>{next});
  }

 private:
  template <class K>
  struct As {
    K& next;
    template <class X>
    PARALLEL_TASK_ALWAYS_INLINE bool operator()(X&& x) const {
      return next(static_cast<Item>(static_cast<X&&>(x)));
    }
  };

  Value between_;
};

template <class X>
struct IntersperseStage {
  static constexpr bool is_stage = true;
  X between;
  template <source Base>
  static consteval Problem problem() {
    using Value = typename Base::Value;
    if constexpr (!indexed_source<Base>) {
      return Problem::index_lost;
    } else if constexpr (!std::convertible_to<X, Value> || loses<X, Value>) {
      return Problem::intersperse_of_other_type;
    } else if constexpr (!stay_references<Base> &&
                         !(std::copy_constructible<Value> && std::constructible_from<Value, typename Base::Item>)) {
      return Problem::intersperse_not_copyable;
    } else {
      return Problem::none;
    }
  }
  template <indexed_source Base>
  auto operator()(Base base) && {
    return Intersperse<Base>(std::move(base), std::move(between));
  }
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
