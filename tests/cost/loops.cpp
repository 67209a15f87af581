// Loops as one writes them by hand and as pipelines, to count the instructions of each: `loops` runs all of them, or
// the one whose name it is given.
//
// Run with PARALLEL_TASK_THREADS=1: what is compared is the code for one thread.
#include "counted.hpp"

#include <parallel_task/parallel_task.hpp>

#include <array>
#include <forward_list>
#include <numeric>
#include <ranges>
#include <vector>

namespace {

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

// Closures that have captured numbers of the type that they store: each store might change them, if the loop did not
// have a copy of its own.
std::vector<double>& stored() {
  static std::vector<double> made(count);
  return made;
}
double const factor = numbers()[7];
double const least = numbers()[3];

MEASURED double captured_by_hand(std::vector<double> const& v) {
  double const a = factor;
  double const b = least;
  double const* const from = v.data();
  double* const to = stored().data();
  for (std::size_t i = 0; i != count; ++i) {
    to[i] = a * from[i];
    if (to[i] < b) to[i] = b;
  }
  return stored().back();
}
MEASURED double captured_by_library(std::vector<double> const& v) {
  pt::parallel_for(count, [a = factor, b = least, from = v.data(), to = stored().data()](std::size_t i) {
    to[i] = a * from[i];
    if (to[i] < b) to[i] = b;
  });
  return stored().back();
}

MEASURED double captured_map_by_hand(std::vector<double> const& v) {
  double const a = factor;
  double const b = least;
  std::vector<double>& to = stored();
  for (std::size_t i = 0; i != count; ++i) to[i] = a * v[i] + b;
  return to.back();
}
MEASURED double captured_map_by_library(std::vector<double> const& v) {
  pt::parallel_iter(v).map([a = factor, b = least](double x) { return a * x + b; }).collect_into(stored());
  return stored().back();
}

int main(int argc, char* argv[]) {
  others();
  stored();
  letters();
  linked();
  return run_counted({PAIR(sum), PAIR(zip_sum), PAIR(map_collect), PAIR(captured), PAIR(captured_map),
                      PAIR(filter_collect), PAIR(filter_map_sum), PAIR(chain_sum), PAIR(flat_map_sum),
                      PAIR(five_stages), PAIR(linked_sum), PAIR(view_sum), PAIR(search)},
                     argc, argv);
}
