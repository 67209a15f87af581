// Positions of items, which are sorted in the place of items that are not their bytes, or are large.
#pragma once

#include <parallel_task/algorithm/sorting/order.hpp>

#include <cstddef>
#include <cstdint>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

using Position32 = std::uint32_t;
inline constexpr std::size_t most_positions = ~Position32{0};

/// A position, or an item, with the number that it is sorted by.
template <class Number, class Item = Position32>
struct Numbered {
  Number number;
  Item at;
};
struct NumberOf {
  static constexpr bool is_steady = true;
  template <class Number, class Item>
  Number operator()(Numbered<Number, Item> const& item) const noexcept {
    return item.number;
  }
};
using ByItsNumber = OrderByNumber<NumberOf, false>;
inline constexpr NumberOf number_of_item{};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
