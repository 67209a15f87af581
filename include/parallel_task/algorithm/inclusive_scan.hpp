// inclusive_scan(r, out, op), transform_inclusive_scan(r, out, op, f)
#pragma once

#include <parallel_task/algorithm/arguments.hpp>
#include <parallel_task/algorithm/scan.hpp>

#include <functional>
#include <optional>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

struct InclusiveScan : AlgorithmObject<InclusiveScan> {
  template <class H, numbered R, class O, class Op = std::plus<>, class T = std::ranges::range_value_t<R>>
    requires scans<Op, T, std::ranges::range_reference_t<R>> && takes<O, T const&>
  static auto call(Context<H> const& context, R&& range, O&& out, Op op = {}) {
    return detail::scan_into<ScanKind::inclusive, T>(context, std::forward<R>(range), std::forward<O>(out), op,
                                                     std::identity{}, std::optional<T>());
  }
  template <class H, numbered R, class O, class Op, class T>
    requires scans<Op, T, std::ranges::range_reference_t<R>> && takes<O, T const&>
  static auto call(Context<H> const& context, R&& range, O&& out, Op op, T init) {
    return detail::scan_into<ScanKind::inclusive, T>(context, std::forward<R>(range), std::forward<O>(out), op,
                                                     std::identity{}, std::optional<T>(std::move(init)));
  }
  template <class... A>
  static constexpr Unusable refuse() {
    static_assert(never<A...>,
                  "parallel_task: inclusive_scan is called as inclusive_scan(r, out), inclusive_scan(r, out, op) or "
                  "inclusive_scan(r, out, op, init), or with two iterators for r: r and out have random access, op "
                  "joins results and items as const, and out takes the results");
    return {};
  }
};

struct TransformInclusiveScan : AlgorithmObject<TransformInclusiveScan> {
  template <class H, numbered R, class O, class Op, class F, class T = std::decay_t<mapped_by<F, R>>>
    requires scans<Op, T, mapped_by<F, R>> && takes<O, T const&>
  static auto call(Context<H> const& context, R&& range, O&& out, Op op, F f) {
    return detail::scan_into<ScanKind::inclusive, T>(context, std::forward<R>(range), std::forward<O>(out), op, f,
                                                     std::optional<T>());
  }
  template <class H, numbered R, class O, class Op, class F, class T>
    requires scans<Op, T, mapped_by<F, R>> && takes<O, T const&>
  static auto call(Context<H> const& context, R&& range, O&& out, Op op, F f, T init) {
    return detail::scan_into<ScanKind::inclusive, T>(context, std::forward<R>(range), std::forward<O>(out), op, f,
                                                     std::optional<T>(std::move(init)));
  }
  template <class... A>
  static constexpr Unusable refuse() {
    static_assert(never<A...>,
                  "parallel_task: transform_inclusive_scan is called as transform_inclusive_scan(r, out, op, f) or "
                  "transform_inclusive_scan(r, out, op, f, init), or with two iterators for r: r and out have random "
                  "access, f and op can be called as const, op joins results of f, and out takes the results");
    return {};
  }
};

template <>
struct AlgorithmNamed<usage_of_inclusive_scan> {
  using type = InclusiveScan;
};

}  // namespace detail

/// `transform_inclusive_scan(r, out, op, f, init)`: as `inclusive_scan(r, out, op, init)`, of what `f` makes of the
/// items, which may be a pointer to a member; `f` is called twice for most items. Without `init` results are of the
/// type that `f` returns.
///
///     pt::transform_inclusive_scan(orders, totals, std::plus(), &Order::price, 0.0);
inline constexpr detail::TransformInclusiveScan transform_inclusive_scan{};

}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
