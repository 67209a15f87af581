// partition_copy(r, yes, no, p)
#pragma once

#include <parallel_task/algorithm/arguments.hpp>
#include <parallel_task/algorithm/chosen.hpp>

#include <cstddef>
#include <functional>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

struct PartitionCopy : AlgorithmObject<PartitionCopy> {
  template <class H, numbered R, class Yes, class No, class P, class Projection = std::identity>
    requires asks<P, key_of<R, Projection>> && takes<Yes, std::ranges::range_reference_t<R>> &&
             takes<No, std::ranges::range_reference_t<R>>
  static auto call(Context<H> const& context, R&& range, Yes&& yes, No&& no, P p, Projection projection = {}) {
    auto const from = detail::numbered_of(range);
    auto const chosen = detail::room_of(yes);
    auto const others = detail::room_of(no);
    char const* const sentence =
        "parallel_task: partition_copy can't write to where it reads, nor twice to one place: an output overlaps the "
        "input, or the other output";
    std::size_t const most = (std::min)(from.size, chosen.size);
    std::size_t const most_others = (std::min)(from.size, others.size);
    detail::refuse_overlap(from.first, from.size, chosen.first, most, sentence);
    detail::refuse_overlap(from.first, from.size, others.first, most_others, sentence);
    // Two iterators say nothing of how much goes there: they may be the halves of one array.
    if constexpr (numbered<Yes> && numbered<No>) {
      detail::refuse_overlap(chosen.first, most, others.first, most_others, sentence);
    }
    Passes passes(context, from.size);
    auto const end = detail::hand_out<std::ranges::range_value_t<R>>(
        passes, from.size, chosen.size, others.size,
        [&](std::size_t i) -> bool { return std::invoke(std::as_const(p), detail::key_at(projection, from, i)); },
        [&](std::size_t i, std::size_t k) { chosen[k] = from[i]; },
        [&](std::size_t i, std::size_t k) { others[k] = from[i]; });
    using Result =
        std::ranges::in_out_out_result<std::ranges::borrowed_iterator_t<R>, output_result<Yes>, output_result<No>>;
    return Result{from.at(end.in), chosen.at(end.chosen), others.at(end.others)};
  }
  template <class... A>
  static constexpr Unusable refuse() {
    static_assert(never<A...>,
                  "parallel_task: partition_copy is called as partition_copy(r, yes, no, p) or partition_copy(r, yes, "
                  "no, p, projection), or with two iterators for r: all have random access, p can be called as const "
                  "with an item, and yes and no take items of r");
    return {};
  }
};

}  // namespace detail

/// `partition_copy(r, yes, no, p, projection)` and `partition_copy(first, last, yes, no, p, projection)`: copies the
/// items for which `p` returns true to `yes`, and the others to `no`, both in order. Each is a range or an iterator to
/// enough places; copying ends at the first item for which there is no room. Returns a
/// `std::ranges::in_out_out_result`.
///
/// Linear; `p` is called once for each item, in no order. Memory: a bit an item. Throws as `copy_if` does.
///
///     pt::partition_copy(v, evens.begin(), odds.begin(), [](int x) { return x % 2 == 0; });
inline constexpr detail::PartitionCopy partition_copy{};

}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
