// take_any: as many items as are asked for, whichever come first in time.
//
// Pairing: `taken_` is only counted up, relaxed; who counts below the limit has taken an item, whatever else is seen.
#pragma once

#include <parallel_task/core/problem.hpp>
#include <parallel_task/core/stage_base.hpp>
#include <parallel_task/platform/atomic.hpp>

#include <cstddef>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// Whether a stage behind may keep items back until the end of a segment, so that a run that is cut would lose them.
template <class K>
inline constexpr bool may_keep_back = !requires(K& k, K&& later) { k.join(static_cast<K&&>(later)); };
template <class D, class K>
inline constexpr bool may_keep_back<Through<D, K>> = may_keep_back<K>;
template <class D, class Own, class K>
inline constexpr bool may_keep_back<ThroughOwn<D, Own, K>> =
    may_keep_back<K> || requires(D const& d, Own& own, K& k) { d.flush(own, k); };

template <source Base>
struct TakeAny : ByStep<TakeAny<Base>, Base> {
  using Item = typename Base::Item;
  using Value = typename Base::Value;
  static constexpr bool lasting = lasting_items<Base>;
  static constexpr Problem on_ranks = Problem::on_take_any;

  TakeAny(Base base, std::size_t n) : ByStep<TakeAny, Base>(std::move(base)), n_(n) {}
  TakeAny(TakeAny&& other) noexcept : ByStep<TakeAny, Base>(std::move(other)), n_(other.n_) {}

  template <class X, class Next>
  PARALLEL_TASK_ALWAYS_INLINE bool step(X&& x, Next& next) const {
    constexpr bool goes_on = may_keep_back<Next>;
    if (taken_.load(detail::memory_order_relaxed) >= n_) return goes_on;
    std::size_t const before = taken_.fetch_add(1, detail::memory_order_relaxed);
    if (before >= n_) return goes_on;
    return next(static_cast<X&&>(x)) && (goes_on || before + 1 != n_);
  }

 private:
  std::size_t n_;
  mutable detail::atomic<std::size_t> taken_{0};  // it is moved before it runs, so the count need not be
};

struct TakeAnyStage {
  static constexpr bool is_stage = true;
  std::size_t n;
  explicit TakeAnyStage(std::size_t count) : n(count) {}
  template <source Base>
  static consteval Problem problem() {
    return Base::cut == Cut::later ? Problem::take_any_after_cut : Problem::none;
  }
  template <source Base>
  auto operator()(Base base) && {
    return TakeAny<Base>(std::move(base), n);
  }
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
