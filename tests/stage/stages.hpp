// What the tests of stages share: a stage over every kind of source and size, against the plain loop.
#pragma once

#include "terminal/every.hpp"

#include <parallel_task/parallel_task.hpp>

#include <utility>
#include <vector>

namespace stages {

using every::pt::detail::as_pipeline;
using std::size_t;
namespace pt = parallel_task;
using ints = std::vector<int>;

/// f(pipe, expected): pipe() is a fresh pipeline of `expected`, over every kind of source.
template <class F>
void over_every_source(F f) {
  every::source_and_size([&f](auto make, ints const& expected) {
    f([&make] { return as_pipeline(make()); }, expected);
  });
}

/// The same, where the source keeps an index.
template <class F>
void over_every_index(F f) {
  every::source_and_size([&f](auto make, ints const& expected) {
    if constexpr (pt::indexed_source<decltype(make())>) f([&make] { return as_pipeline(make()); }, expected);
  });
}

}  // namespace stages
