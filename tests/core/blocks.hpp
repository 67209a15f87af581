// A source fed as one block, and numbers that fill some blocks of a search and a part of one.
#pragma once

#include <parallel_task/core/search.hpp>
#include <parallel_task/queue/block.hpp>

#include <cstddef>
#include <vector>

namespace blocks {

// Narrow numbers: they are searched by blocks on every compiler with vectors.
using Number = signed char;
inline constexpr std::size_t size = 3 * parallel_task::detail::search_block + 7;

/// Numbers that are their positions.
inline std::vector<Number> positions() {
  std::vector<Number> result;
  for (std::size_t i = 0; i != size; ++i) result.push_back(static_cast<Number>(i));
  return result;
}

/// What a terminal gathers of all of a source, fed as one block.
template <class S, class T>
auto feed(S source, T const& end) {
  source.start();
  auto state = source.open();
  auto accumulator = end.open(source);
  source.feed(state, parallel_task::Block{0, source.total()}, accumulator);
  return accumulator;
}

}  // namespace blocks
