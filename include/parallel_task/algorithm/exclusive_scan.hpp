// exclusive_scan(r, out, init, op), transform_exclusive_scan(r, out, init, op, f)
#pragma once

#include <parallel_task/algorithm/arguments.hpp>
#include <parallel_task/algorithm/scan.hpp>

#include <functional>
#include <optional>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

struct ExclusiveScan : AlgorithmObject<ExclusiveScan> {
  template <class H, numbered R, class O, class T, class Op = std::plus<>>
    requires scans<Op, T, std::ranges::range_reference_t<R>> && takes<O, T>
  static auto call(Context<H> const& context, R&& range, O&& out, T init, Op op = {}) {
    return detail::scan_into<ScanKind::exclusive, T>(context, std::forward<R>(range), std::forward<O>(out), op,
                                                     std::identity{}, std::optional<T>(std::move(init)));
  }
  template <class... A>
  static constexpr Unusable refuse() {
    static_assert(never<A...>,
                  "parallel_task: exclusive_scan is called as exclusive_scan(r, out, init) or exclusive_scan(r, out, "
                  "init, op), or with two iterators for r: r and out have random access, op joins results and items "
                  "as const, and out takes results, which are of the type of init");
    return {};
  }
};

struct TransformExclusiveScan : AlgorithmObject<TransformExclusiveScan> {
  template <class H, numbered R, class O, class T, class Op, class F>
    requires scans<Op, T, mapped_by<F, R>> && takes<O, T>
  static auto call(Context<H> const& context, R&& range, O&& out, T init, Op op, F f) {
    return detail::scan_into<ScanKind::exclusive, T>(context, std::forward<R>(range), std::forward<O>(out), op, f,
                                                     std::optional<T>(std::move(init)));
  }
  template <class... A>
  static constexpr Unusable refuse() {
    static_assert(never<A...>,
                  "parallel_task: transform_exclusive_scan is called as transform_exclusive_scan(r, out, init, op, f), "
                  "or with two iterators for r: r and out have random access, f and op can be called as const, op "
                  "joins results of f, and out takes results, which are of the type of init");
    return {};
  }
};

template <>
struct AlgorithmNamed<usage_of_exclusive_scan> {
  using type = ExclusiveScan;
};

}  // namespace detail

/// `transform_exclusive_scan(r, out, init, op, f)`: as `exclusive_scan(r, out, init, op)`, of what `f` makes of the
/// items, which may be a pointer to a member; `f` is called twice for most items.
///
///     pt::transform_exclusive_scan(words, offsets, std::size_t{0}, std::plus(), &std::string::size);
inline constexpr detail::TransformExclusiveScan transform_exclusive_scan{};

}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
