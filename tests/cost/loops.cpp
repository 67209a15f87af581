// Loops as one writes them by hand and as pipelines, to count the instructions of each: `loops` runs all of them, or
// the one whose name it is given.
//
// Run with PARALLEL_TASK_THREADS=1: what is compared is the code for one thread.
#include <parallel_task/parallel_task.hpp>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <forward_list>
#include <numeric>
#include <ranges>
#include <vector>

namespace {

constexpr std::size_t count = 200'000;

std::vector<double> const& numbers() {
  static std::vector<double> const made = [] {
    std::vector<double> values(count);
    for (std::size_t i = 0; i != count; ++i) values[i] = static_cast<double>(i * 2654435761 % 1000);
    return values;
  }();
  return made;
}

std::vector<double> const& others() {
  static std::vector<double> const made(numbers().rbegin(), numbers().rend());
  return made;
}

std::forward_list<long> const& linked() {
  static std::forward_list<long> const made(numbers().begin(), numbers().end());
  return made;
}

std::vector<unsigned char> const& letters() {
  static std::vector<unsigned char> const made(count, 'a');
  return made;
}

struct Square {
  double operator()(double x) const { return x * x; }
};
struct Scale {
  double operator()(double x) const { return 2.5 * x + 1.0; }
};
struct Whole {
  long operator()(double x) const { return static_cast<long>(x); }
};
struct Multiply {
  double operator()(double x, double y) const { return x * y; }
};
struct Small {
  bool operator()(double x) const { return x < 500.0; }
};
struct Wanted {
  bool operator()(unsigned char c) const { return c == 'x' || c == 'y'; }
};
struct UpTo3 {
  std::array<int, 3> operator()(double x) const { return {static_cast<int>(x), 1, 2}; }
};

}  // namespace

// Named as the linker sees them, so that callgrind can be told to count inside one of them alone.
#define MEASURED extern "C" [[gnu::noinline, gnu::used]]

MEASURED double sum_by_hand(std::vector<double> const& v) {
  double sum = 0;
  for (double const x : v) sum += x * x;
  return sum;
}
MEASURED double sum_by_library(std::vector<double> const& v) { return pt::parallel_iter(v).map(Square{}).sum(); }

MEASURED double zip_sum_by_hand(std::vector<double> const& v) {
  std::vector<double> const& w = others();
  double sum = 0;
  for (std::size_t i = 0; i != v.size(); ++i) sum += v[i] * w[i];
  return sum;
}
MEASURED double zip_sum_by_library(std::vector<double> const& v) {
  return pt::parallel_iter(v).zip(others()).map(Multiply{}).sum();
}

MEASURED double map_collect_by_hand(std::vector<double> const& v) {
  std::vector<double> result;
  result.reserve(v.size());
  for (double const x : v) result.push_back(Scale{}(x));
  return result.back();
}
MEASURED double map_collect_by_library(std::vector<double> const& v) {
  return pt::parallel_iter(v).map(Scale{}).collect<std::vector>().back();
}

MEASURED double filter_collect_by_hand(std::vector<double> const& v) {
  std::vector<double> result;
  for (double const x : v)
    if (Small{}(x)) result.push_back(x);
  return result.back();
}
MEASURED double filter_collect_by_library(std::vector<double> const& v) {
  return pt::parallel_iter(v).filter(Small{}).collect<std::vector>().back();
}

MEASURED double filter_map_sum_by_hand(std::vector<double> const& v) {
  double sum = 0;
  for (double const x : v)
    if (Small{}(x)) sum += Square{}(x);
  return sum;
}
MEASURED double filter_map_sum_by_library(std::vector<double> const& v) {
  return pt::parallel_iter(v).filter(Small{}).map(Square{}).sum();
}

MEASURED double chain_sum_by_hand(std::vector<double> const& v) {
  double sum = 0;
  for (double const x : v) sum += x * x;
  for (double const x : others()) sum += x * x;
  return sum;
}
MEASURED double chain_sum_by_library(std::vector<double> const& v) {
  return pt::parallel_iter(v).chain(others()).map(Square{}).sum();
}

MEASURED double flat_map_sum_by_hand(std::vector<double> const& v) {
  long sum = 0;
  for (double const x : v)
    for (int const i : UpTo3{}(x)) sum += i;
  return static_cast<double>(sum);
}
MEASURED double flat_map_sum_by_library(std::vector<double> const& v) {
  return static_cast<double>(pt::parallel_iter(v).flat_map(UpTo3{}).sum());
}

MEASURED double five_stages_by_hand(std::vector<double> const& v) {
  double sum = 0;
  for (double const x : v) {
    double const y = Scale{}(Square{}(x));
    if (Small{}(y)) sum += Square{}(Scale{}(y));
  }
  return sum;
}
MEASURED double five_stages_by_library(std::vector<double> const& v) {
  return pt::parallel_iter(v).map(Square{}).map(Scale{}).filter(Small{}).map(Scale{}).map(Square{}).sum();
}

MEASURED double linked_sum_by_hand(std::vector<double> const&) {
  long sum = 0;
  for (long const x : linked()) sum += x;
  return static_cast<double>(sum);
}
MEASURED double linked_sum_by_library(std::vector<double> const&) {
  return static_cast<double>(pt::parallel_iter(linked()).sum());
}

MEASURED double view_sum_by_hand(std::vector<double> const& v) {
  long sum = 0;
  for (double const x : v | std::views::filter(Small{})) sum += static_cast<long>(x);
  return static_cast<double>(sum);
}
MEASURED double view_sum_by_library(std::vector<double> const& v) {
  return static_cast<double>(pt::parallel_iter(v | std::views::filter(Small{})).map(Whole{}).sum());
}

MEASURED double search_by_hand(std::vector<double> const&) {
  for (unsigned char const c : letters())
    if (Wanted{}(c)) return 1;
  return 0;
}
MEASURED double search_by_library(std::vector<double> const&) { return pt::parallel_iter(letters()).any(Wanted{}); }

/// Where callgrind counts: the addition keeps the call from being the last thing, which would be a jump.
MEASURED double measured(double (*run)(std::vector<double> const&)) { return run(numbers()) + 0.0; }

int main(int argc, char* argv[]) {
  struct {
    char const* name;
    double (*run)(std::vector<double> const&);
  } const loops[] = {{"sum_by_hand", sum_by_hand},
                     {"sum_by_library", sum_by_library},
                     {"zip_sum_by_hand", zip_sum_by_hand},
                     {"zip_sum_by_library", zip_sum_by_library},
                     {"map_collect_by_hand", map_collect_by_hand},
                     {"map_collect_by_library", map_collect_by_library},
                     {"filter_collect_by_hand", filter_collect_by_hand},
                     {"filter_collect_by_library", filter_collect_by_library},
                     {"filter_map_sum_by_hand", filter_map_sum_by_hand},
                     {"filter_map_sum_by_library", filter_map_sum_by_library},
                     {"chain_sum_by_hand", chain_sum_by_hand},
                     {"chain_sum_by_library", chain_sum_by_library},
                     {"flat_map_sum_by_hand", flat_map_sum_by_hand},
                     {"flat_map_sum_by_library", flat_map_sum_by_library},
                     {"five_stages_by_hand", five_stages_by_hand},
                     {"five_stages_by_library", five_stages_by_library},
                     {"linked_sum_by_hand", linked_sum_by_hand},
                     {"linked_sum_by_library", linked_sum_by_library},
                     {"view_sum_by_hand", view_sum_by_hand},
                     {"view_sum_by_library", view_sum_by_library},
                     {"search_by_hand", search_by_hand},
                     {"search_by_library", search_by_library}};
  others();
  letters();
  linked();
  bool found = false;
  for (auto const& loop : loops) {
    if (argc == 2 && std::strcmp(argv[1], loop.name) != 0) continue;
    double const result = measured(loop.run);
    std::printf("%s = %.17g\n", loop.name, result);
    found = true;
  }
  return found ? 0 : 1;
}
