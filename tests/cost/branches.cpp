// Sorts of numbers, whole and floating point, to count the branches that are mispredicted.
//
// Run with PARALLEL_TASK_THREADS=1.
#include <parallel_task/algorithm/sort.hpp>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <vector>

namespace {

constexpr std::size_t count = 10'000;

std::vector<std::uint32_t> random_numbers() {
  std::vector<std::uint32_t> v(count);
  std::uint32_t state = 2463534242U;
  for (std::uint32_t& x : v) {
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    x = state;
  }
  return v;
}

}  // namespace

/// Where callgrind counts.
__attribute__((noinline)) void measured(std::vector<std::uint32_t>& whole, std::vector<double>& floating) {
  parallel_task::sort(whole);
  parallel_task::sort(floating);
}

int main() {
  std::vector<std::uint32_t> whole = random_numbers();
  std::vector<double> floating;
  for (std::uint32_t const x : whole) floating.push_back(static_cast<double>(x) - 2147483648.0);
  measured(whole, floating);
  bool const sorted = std::is_sorted(whole.begin(), whole.end()) && std::is_sorted(floating.begin(), floating.end());
  std::puts(sorted ? "sorted" : "not sorted");
  return sorted ? 0 : 1;
}
