// std::ranges' concepts and access (begin, size, range_value_t, ...) without <ranges>, which has all views with it: a
// tenth of the compile time of the umbrella header in libstdc++ 12, another fiftieth for <iterator>. <span> needs them
// itself there. Whoever uses a view includes <ranges>.
#pragma once

#include <cstddef>  // tells which library it is

#if defined(__GLIBCXX__)
#include <span>
#else
#include <iterator>
#include <ranges>
#endif
