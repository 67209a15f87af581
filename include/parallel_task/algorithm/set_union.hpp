// set_union(a, b, out), set_intersection(...), set_difference(...), set_symmetric_difference(...)
#pragma once

#include <parallel_task/algorithm/set_operations.hpp>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

struct SetUnion : SetAlgorithm<SetUnion, SetKind::all> {
  template <class... A>
  static constexpr Unusable refuse() {
    static_assert(never<A...>,
                  "parallel_task: set_union is called as set_union(a, b, out), set_union(a, b, out, less) or "
                  "set_union(a, b, out, "
                  "less, projection of a, projection of b), or with two iterators each for a and b: all have random "
                  "access, less can be called as const with items of both, either way, and out takes both");
    return {};
  }
};
struct SetIntersection : SetAlgorithm<SetIntersection, SetKind::both> {
  template <class... A>
  static constexpr Unusable refuse() {
    static_assert(never<A...>,
                  "parallel_task: set_intersection is called as set_intersection(a, b, out), set_intersection(a, b, "
                  "out, less) or set_intersection(a, b, out, "
                  "less, projection of a, projection of b), or with two iterators each for a and b: all have random "
                  "access, less can be called as const with items of both, either way, and out takes both");
    return {};
  }
};
struct SetDifference : SetAlgorithm<SetDifference, SetKind::first_only> {
  template <class... A>
  static constexpr Unusable refuse() {
    static_assert(never<A...>,
                  "parallel_task: set_difference is called as set_difference(a, b, out), set_difference(a, b, out, "
                  "less) or set_difference(a, b, out, "
                  "less, projection of a, projection of b), or with two iterators each for a and b: all have random "
                  "access, less can be called as const with items of both, either way, and out takes both");
    return {};
  }
};
struct SetSymmetricDifference : SetAlgorithm<SetSymmetricDifference, SetKind::one_only> {
  template <class... A>
  static constexpr Unusable refuse() {
    static_assert(never<A...>,
                  "parallel_task: set_symmetric_difference is called as set_symmetric_difference(a, b, out), "
                  "set_symmetric_difference(a, b, out, less) or set_symmetric_difference(a, b, out, "
                  "less, projection of a, projection of b), or with two iterators each for a and b: all have random "
                  "access, less can be called as const with items of both, either way, and out takes both");
    return {};
  }
};

}  // namespace detail

/// `set_union(a, b, out, less, projection of a, projection of b)` and `set_union(first of a, last of a, first of b,
/// last of b, out, ...)`: copies the items that are in one of two sorted ranges, or in both, to `out`, sorted: each as
/// often as in the one where it is more often, those of `a` first. `out` is a range, which ends it if it is full, or an
/// iterator to places for the result; it must not overlap `a` or `b`. Returns a `std::ranges::in_in_out_result`.
///
/// Linear; a comparison or two for each item, twice as many for items that are not trivially copyable, or larger than
/// 16 bytes. Memory: some numbers for each block of some thousand items, and buffers of at most 128 blocks. Ranges that
/// are not sorted, or a comparison that contradicts itself, give an unspecified result of no more than all items.
/// Throws what a comparison, a projection or an assignment throws, the first exception in time: some items are copied
/// then. Throws `std::invalid_argument` if `out` is a range that is seen to overlap, and `std::bad_alloc`.
///
///     auto const end = pt::set_union(a, b, out.begin()).out;
inline constexpr detail::SetUnion set_union{};

/// `set_intersection(a, b, out, less, projection of a, projection of b)`: copies the items of `a` that are in `b` as
/// well, each as often as in the one where it is less often; all else as for `set_union`.
///
///     auto const end = pt::set_intersection(a, b, out.begin()).out;
inline constexpr detail::SetIntersection set_intersection{};

/// `set_difference(a, b, out, less, projection of a, projection of b)`: copies the items of `a` that are not in `b`:
/// each as many times as it is more often in `a`. Returns a `std::ranges::in_out_result`, where reading `a` and writing
/// ended; all else as for `set_union`.
///
///     auto const end = pt::set_difference(a, b, out.begin()).out;
inline constexpr detail::SetDifference set_difference{};

/// `set_symmetric_difference(a, b, out, less, projection of a, projection of b)`: copies the items that are in one of
/// two sorted ranges only: each as many times as it is more often there; all else as for `set_union`.
///
///     auto const end = pt::set_symmetric_difference(a, b, out.begin()).out;
inline constexpr detail::SetSymmetricDifference set_symmetric_difference{};

}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
