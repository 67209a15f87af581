// How two ranges compare: std::lexicographical_compare_three_way, which libc++ 16 has not.
#pragma once

#include <compare>
#include <iterator>

namespace support {

/// What `ask(x, y)` says of the first two items that differ; else the shorter range is less.
template <class R, class Ask = std::compare_three_way>
auto three_way(R const& a, R const& b, Ask ask = {}) {
  auto i = std::begin(a);
  auto j = std::begin(b);
  using Ordering = decltype(ask(*i, *j));
  for (; i != std::end(a) && j != std::end(b); ++i, ++j) {
    Ordering const order = ask(*i, *j);
    if (order != 0) return order;
  }
  if (i != std::end(a)) return Ordering(std::strong_ordering::greater);
  return j != std::end(b) ? Ordering(std::strong_ordering::less) : Ordering(std::strong_ordering::equal);
}

}  // namespace support
