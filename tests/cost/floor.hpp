// What a program that iterates in parallel would include anyway.
#include <atomic>
#include <optional>
#include <span>
#include <stdexcept>
#include <tuple>
#include <vector>
#if !defined(__GLIBCXX__)
#include <ranges>  // see platform/ranges.hpp
#endif
