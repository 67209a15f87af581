// What the tests of parts share: ranges of every kind with the same items, and parts as vectors.
#pragma once

#include "catch.hpp"
#include "shuffle.hpp"

#include <parallel_task/parallel_task.hpp>

#include <cstddef>
#include <deque>
#include <forward_list>
#include <list>
#include <ranges>
#include <vector>

namespace parts {

namespace pt = parallel_task;
using Ints = std::vector<int>;
using Parts = std::vector<Ints>;

inline auto const as_vector = [](auto const& part) {
  Ints result;
  for (int x : part) result.push_back(x);
  return result;
};

/// `cut(range)` gives a pipeline; its parts over ranges of every kind are `wanted(items)`.
template <class Cut, class Wanted>
void over_every_range(Cut cut, Wanted wanted) {
  for (std::size_t n : {0U, 1U, 2U, 3U, 7U, 64U, 1500U}) {
    Ints v;
    for (std::size_t i = 0; i != n; ++i) v.push_back(static_cast<int>(i * 7 % 11));
    Parts const expected = wanted(v);
    std::deque<int> deque(v.begin(), v.end());
    std::list<int> const list(v.begin(), v.end());
    std::forward_list<int> forward(v.begin(), v.end());
    auto filtered = v | std::views::filter([](int) { return true; });
    for_each_schedule([&] {
      CHECK(cut(v).map(as_vector).template collect<std::vector>() == expected);
      CHECK(cut(deque).map(as_vector).template collect<std::vector>() == expected);
      CHECK(cut(list).map(as_vector).template collect<std::vector>() == expected);
      CHECK(cut(forward).map(as_vector).template collect<std::vector>() == expected);
      CHECK(cut(filtered).map(as_vector).template collect<std::vector>() == expected);
      CHECK(cut(v | std::views::transform([](int x) { return x; })).map(as_vector).template collect<std::vector>() ==
            expected);
      CHECK(cut(std::as_const(v)).map(as_vector).template collect<std::vector>() == expected);
      CHECK(cut(std::as_const(deque)).map(as_vector).template collect<std::vector>() == expected);
    });
  }
}

}  // namespace parts
