// Operations of the vocabulary as one writes them by hand and as pipelines, to count the instructions of each; see
// loops.cpp.
#include "counted.hpp"

#include <parallel_task/parallel_task.hpp>

#include <algorithm>
#include <compare>
#include <cstdint>
#include <numeric>
#include <ranges>
#include <span>
#include <unordered_map>
#include <vector>

namespace {

std::size_t volatile const chunk_length = 1000;  // a compiler that knew it would unroll the loop by hand
constexpr std::size_t side = 400;                // of a matrix of less than `count` items

std::vector<std::uint32_t> const& keys() {
  static std::vector<std::uint32_t> const made = [] {
    std::vector<std::uint32_t> values(count);
    for (std::size_t i = 0; i != count; ++i) values[i] = static_cast<std::uint32_t>(i * i % 97) * 2654435761U;
    return values;
  }();
  return made;
}

std::vector<std::uint32_t> const& same_keys() {
  static std::vector<std::uint32_t> const made = keys();
  return made;
}

std::vector<std::uint8_t> const& bytes() {
  static std::vector<std::uint8_t> const made(numbers().begin(), numbers().end());
  return made;
}

std::vector<double>& written() {
  static std::vector<double> made(count);
  return made;
}

struct Itself {
  std::uint32_t operator()(std::uint32_t key) const { return key; }
};
struct Total {
  double operator()(std::span<double const> part) const { return std::accumulate(part.begin(), part.end(), 0.0); }
};
struct Highest {
  double operator()(std::span<double const> part) const {
    double most = part[0];
    for (std::size_t i = 1; i != 8; ++i) most = most < part[i] ? part[i] : most;
    return most;
  }
};
struct Blur {
  double const* from;
  double* to;
  void operator()(std::size_t i, std::size_t j) const {
    double const* const at = from + i * side + j;
    double all = 0;
    for (std::size_t k = 0; k != 3; ++k) all += at[k * side] + at[k * side + 1] + at[k * side + 2];
    to[(i + 1) * side + j + 1] = all / 9;
  }
};
struct Transpose {
  double const* from;
  double* to;
  void operator()(std::size_t i, std::size_t j) const { to[j * side + i] = from[i * side + j]; }
};

// A tree as in a heap.
constexpr std::size_t degree = 8;
struct Children {
  auto operator()(std::size_t node) const {
    std::size_t const first = std::min(degree * node + 1, count);
    return std::views::iota(first, std::min(first + degree, count));
  }
};
struct Weight {
  std::size_t operator()(std::size_t node) const { return node % 7; }
};
std::size_t weight_below(std::size_t node) {
  std::size_t all = Weight{}(node);
  for (std::size_t const child : Children{}(node)) all += weight_below(child);
  return all;
}

}  // namespace

MEASURED double equal_by_hand(std::vector<double> const&) { return keys() == same_keys() ? 1 : 0; }
MEASURED double equal_by_library(std::vector<double> const&) {
  return pt::parallel_iter(keys()).equal(same_keys()) ? 1 : 0;
}

MEASURED double compare_by_hand(std::vector<double> const&) { return (keys() <=> same_keys()) == 0 ? 1 : 0; }
MEASURED double compare_by_library(std::vector<double> const&) {
  return pt::parallel_iter(keys()).compare(same_keys()) == 0 ? 1 : 0;
}

MEASURED double deterministic_by_hand(std::vector<double> const& v) {
  return pt::parallel_iter(v).sum();  // the fast path, which a loop that may not regroup additions is far from
}
MEASURED double deterministic_by_library(std::vector<double> const& v) {
  return pt::parallel_iter(v).deterministic().sum();
}

MEASURED double chunks_by_hand(std::vector<double> const& v) {
  std::size_t const n = chunk_length;
  double most = 0;
  for (std::size_t i = 0; i != count; i += n) most = std::max(most, Total{}(std::span(v).subspan(i, n)));
  return most;
}
MEASURED double chunks_by_library(std::vector<double> const& v) {
  return pt::chunk(v, chunk_length).map(Total{}).max().value_or(0);
}

MEASURED double windows_by_hand(std::vector<double> const& v) {
  double all = 0;
  for (std::size_t i = 0; i + 8 <= v.size(); ++i) all += Highest{}(std::span(v).subspan(i, 8));
  return all;
}
MEASURED double windows_by_library(std::vector<double> const& v) { return pt::slide(v, 8).map(Highest{}).sum(); }

MEASURED double blur_by_hand(std::vector<double> const& v) {
  Blur const blur{v.data(), written().data()};
  for (std::size_t i = 0; i != side - 2; ++i) {
    for (std::size_t j = 0; j != side - 2; ++j) blur(i, j);
  }
  return written()[side + 1];
}
MEASURED double blur_by_library(std::vector<double> const& v) {
  pt::indices2(side - 2, side - 2).for_each(Blur{v.data(), written().data()});
  return written()[side + 1];
}

MEASURED double transposition_by_hand(std::vector<double> const& v) {
  Transpose const transpose{v.data(), written().data()};
  for (std::size_t i = 0; i != side; ++i) {
    for (std::size_t j = 0; j != side; ++j) transpose(i, j);
  }
  return written()[1];
}
MEASURED double transposition_by_library(std::vector<double> const& v) {
  pt::indices2(side, side).for_each(Transpose{v.data(), written().data()});
  return written()[1];
}

MEASURED double count_by_by_hand(std::vector<double> const&) {
  std::unordered_map<std::uint32_t, std::size_t> counts;
  for (std::uint32_t const key : keys()) ++counts[key];
  return static_cast<double>(counts.size());
}
MEASURED double count_by_by_library(std::vector<double> const&) {
  return static_cast<double>(pt::parallel_iter(keys()).count_by(Itself{}).size());
}

MEASURED double group_by_by_hand(std::vector<double> const&) {
  std::unordered_map<std::uint32_t, std::vector<std::uint32_t>> groups;
  for (std::uint32_t const key : keys()) groups[key].push_back(key);
  return static_cast<double>(groups.size());
}
MEASURED double group_by_by_library(std::vector<double> const&) {
  return static_cast<double>(pt::parallel_iter(keys()).group_by(Itself{}).size());
}

MEASURED double histogram_by_hand(std::vector<double> const&) {
  std::vector<std::size_t> counts(256);
  for (std::uint8_t const byte : bytes()) ++counts[byte];
  return static_cast<double>(counts[7]);
}
MEASURED double histogram_by_library(std::vector<double> const&) {
  return static_cast<double>(pt::parallel_iter(bytes()).histogram(256)[7]);
}

MEASURED double tree_by_hand(std::vector<double> const&) { return static_cast<double>(weight_below(0)); }
MEASURED double tree_by_library(std::vector<double> const&) {
  return static_cast<double>(pt::walk_tree(std::size_t{0}, Children{}).map(Weight{}).sum());
}

int main(int argc, char* argv[]) {
  keys();
  same_keys();
  bytes();
  written();
  return run_counted({PAIR(equal), PAIR(compare), PAIR(deterministic), PAIR(chunks), PAIR(windows), PAIR(blur),
                      PAIR(transposition), PAIR(count_by), PAIR(group_by), PAIR(histogram), PAIR(tree)},
                     argc, argv);
}
