// copy_if(r, out, p), remove_copy_if(r, out, p), remove_copy(r, out, x), unique_copy(r, out)
#pragma once

#include <parallel_task/algorithm/arguments.hpp>
#include <parallel_task/algorithm/chosen.hpp>

#include <cstddef>
#include <functional>
#include <type_traits>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// Copies the items of `range` about which `ask(from, i)` says yes, as far as there is room.
template <class H, class R, class O, class Ask>
auto copy_chosen(Context<H> const& context, R&& range, O&& out, Ask const& ask) {
  auto const from = detail::numbered_of(range);
  auto const to = detail::room_of(out);
  detail::refuse_overlap(from.first, from.size, to.first, (std::min)(from.size, to.size),
                         "parallel_task: copy_if, remove_copy_if and unique_copy can't write to where they read: this "
                         "output overlaps the input");
  Passes passes(context, from.size);
  auto const end = detail::hand_out<std::ranges::range_value_t<R>>(
      passes, from.size, to.size, 0, [&](std::size_t i) { return ask(from, i); },
      [&](std::size_t i, std::size_t k) { to[k] = from[i]; }, NotWanted{});
  using Result = std::ranges::in_out_result<std::ranges::borrowed_iterator_t<R>, output_result<O>>;
  return Result{from.at(end.in), to.at(end.chosen)};
}

struct CopyIf : AlgorithmObject<CopyIf> {
  template <class H, numbered R, class O, class P, class Projection = std::identity>
    requires asks<P, key_of<R, Projection>> && takes<O, std::ranges::range_reference_t<R>>
  static auto call(Context<H> const& context, R&& range, O&& out, P p, Projection projection = {}) {
    return detail::copy_chosen(context, std::forward<R>(range), std::forward<O>(out),
                               [&](auto const& from, std::size_t i) -> bool {
                                 return std::invoke(std::as_const(p), detail::key_at(projection, from, i));
                               });
  }
  template <class... A>
  static constexpr Unusable refuse() {
    static_assert(
        never<A...>,
        "parallel_task: copy_if is called as copy_if(r, out, p) or copy_if(r, out, p, projection), or with two "
        "iterators for r: r and out have random access, p can be called as const with an item, and out takes "
        "items of r");
    return {};
  }
};

struct RemoveCopyIf : AlgorithmObject<RemoveCopyIf> {
  template <class H, numbered R, class O, class P, class Projection = std::identity>
    requires asks<P, key_of<R, Projection>> && takes<O, std::ranges::range_reference_t<R>>
  static auto call(Context<H> const& context, R&& range, O&& out, P p, Projection projection = {}) {
    return detail::copy_chosen(context, std::forward<R>(range), std::forward<O>(out),
                               [&](auto const& from, std::size_t i) -> bool {
                                 return !std::invoke(std::as_const(p), detail::key_at(projection, from, i));
                               });
  }
  template <class... A>
  static constexpr Unusable refuse() {
    static_assert(never<A...>,
                  "parallel_task: remove_copy_if is called as remove_copy_if(r, out, p) or remove_copy_if(r, out, p, "
                  "projection), or with two iterators for r: r and out have random access, p can be called as const "
                  "with an item, and out takes items of r");
    return {};
  }
};

struct RemoveCopy : AlgorithmObject<RemoveCopy> {
  template <class H, numbered R, class O, class T, class Projection = std::identity>
    requires asks<std::equal_to<>, key_of<R, Projection>, T const&> && takes<O, std::ranges::range_reference_t<R>>
  static auto call(Context<H> const& context, R&& range, O&& out, T const& value, Projection projection = {}) {
    return detail::copy_chosen(context, std::forward<R>(range), std::forward<O>(out),
                               [&](auto const& from, std::size_t i) -> bool {
                                 return !(detail::key_at(projection, from, i) == value);
                               });
  }
  template <class... A>
  static constexpr Unusable refuse() {
    static_assert(never<A...>,
                  "parallel_task: remove_copy is called as remove_copy(r, out, x) or remove_copy(r, out, x, "
                  "projection), or with two iterators for r: r and out have random access, items are compared with x "
                  "by ==, and out takes items of r");
    return {};
  }
};

struct UniqueCopy : AlgorithmObject<UniqueCopy> {
  template <class H, numbered R, class O, class Equal = std::equal_to<>, class Projection = std::identity>
    requires asks<Equal, key_of<R, Projection>, key_of<R, Projection>> && takes<O, std::ranges::range_reference_t<R>>
  static auto call(Context<H> const& context, R&& range, O&& out, Equal equal = {}, Projection projection = {}) {
    return detail::copy_chosen(context, std::forward<R>(range), std::forward<O>(out),
                               [&](auto const& from, std::size_t i) -> bool {
                                 return i == 0 ||
                                        !std::invoke(std::as_const(equal), detail::key_at(projection, from, i - 1),
                                                     detail::key_at(projection, from, i));
                               });
  }
  template <class... A>
  static constexpr Unusable refuse() {
    static_assert(never<A...>,
                  "parallel_task: unique_copy is called as unique_copy(r, out), unique_copy(r, out, equal) or "
                  "unique_copy(r, out, equal, projection), or with two iterators for r: r and out have random access, "
                  "equal can be called as const with two items, and out takes items of r");
    return {};
  }
};

}  // namespace detail

/// `copy_if(r, out, p, projection)` and `copy_if(first, last, out, p, projection)`: copies the items for which `p`
/// returns true to `out`, in order. `out` is a range, which ends the copying if it is full, or an iterator to enough
/// places; it must not overlap `r`. Returns a `std::ranges::in_out_result`: the end of `r`, or the first item that
/// should have been copied and for which there was no room; and the end of the copies.
///
/// Linear; `p` is called once for each item, in no order. Memory: a bit an item. Throws what `p`, the projection or an
/// assignment throws, the first exception in time: some items are copied then. Throws `std::invalid_argument` for an
/// overlap that can be seen, and `std::bad_alloc` before anything is written.
///
///     auto const end = pt::copy_if(v, evens.begin(), [](int x) { return x % 2 == 0; }).out;
inline constexpr detail::CopyIf copy_if{};

/// `remove_copy_if(r, out, p, projection)`: copies the items for which `p` returns false; all else as for `copy_if`.
///
///     auto const end = pt::remove_copy_if(v, odds.begin(), [](int x) { return x % 2 == 0; }).out;
inline constexpr detail::RemoveCopyIf remove_copy_if{};

/// `remove_copy(r, out, x, projection)`: copies the items that are not equal to `x`; all else as for `copy_if`.
///
///     auto const end = pt::remove_copy(v, others.begin(), 0).out;
inline constexpr detail::RemoveCopy remove_copy{};

/// `unique_copy(r, out, equal, projection)`: copies the first of each run of neighbours that are equal; all else as for
/// `copy_if`. `equal` is called with each two neighbours once.
///
///     auto const end = pt::unique_copy(sorted, distinct.begin()).out;
inline constexpr detail::UniqueCopy unique_copy{};

}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
