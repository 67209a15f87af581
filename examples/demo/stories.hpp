// What the demo shows: a story a file.
#pragma once

#include "table.hpp"

#include <cstdint>

namespace demo {

void word_count(Table& table);
void hash_map(Table& table);
void short_sleeps(Table& table);
void monte_carlo(Table& table);
void micro_jobs(Table& table);
void mandelbrot(Table& table);

/// A random number that depends on `index` alone, so that any thread may draw the one of any index (splitmix64).
[[nodiscard]] constexpr std::uint64_t random_at(std::uint64_t index) {
  std::uint64_t x = (index + 1) * 0x9e3779b97f4a7c15;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

}  // namespace demo
