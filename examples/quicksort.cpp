// Quicksort: the textbook's recursion, with `join` around its two calls.
//
//   c++ -std=c++20 -O2 -I include examples/quicksort.cpp -o quicksort -pthread
//   ./quicksort 3000000          COUNT numbers, at random
//   seq 9 -1 1 | ./quicksort -   numbers from standard input; sorted they are written to standard output
//
// What to look at: nothing is copied, no task is made by hand, no depth is chosen down to which tasks are made. The
// only bound is that below which std::sort is quicker anyway. A join that no other thread takes a half of costs a few
// nanoseconds. The result is compared with that of the same recursion without join.
#include <parallel_task/structure.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <iostream>
#include <iterator>
#include <random>
#include <span>
#include <string>
#include <vector>

namespace {

/// Sorts `numbers`; `both(f, g)` calls f and g.
template <class Both>
void quicksort(std::span<double> numbers, Both const& both) {
  if (numbers.size() <= 256) {
    std::sort(numbers.begin(), numbers.end());
    return;
  }
  double const a = numbers.front();
  double const b = numbers[numbers.size() / 2];
  double const c = numbers.back();
  double const pivot = std::max(std::min(a, b), std::min(std::max(a, b), c));
  auto const low = std::partition(numbers.begin(), numbers.end(), [pivot](double x) { return x < pivot; });
  auto const high = std::partition(low, numbers.end(), [pivot](double x) { return !(pivot < x); });
  both([&] { quicksort(std::span(numbers.begin(), low), both); },
       [&] { quicksort(std::span(high, numbers.end()), both); });
}

template <class F>
double milliseconds(F const& f) {
  auto const begin = std::chrono::steady_clock::now();
  f();
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
}

}  // namespace

int main(int argc, char* argv[]) {
  std::string const first = argc == 2 ? argv[1] : "";
  std::vector<double> numbers;
  if (first == "-") {
    numbers.assign(std::istream_iterator<double>(std::cin), {});
  } else {
    long const count = std::atol(first.c_str());
    if (count <= 0) {
      std::cerr << "usage: quicksort COUNT, or quicksort - to read numbers\n";
      return 2;
    }
    std::mt19937_64 random(42);
    std::uniform_real_distribution<double> uniform;
    numbers.resize(static_cast<std::size_t>(count));
    for (double& x : numbers) x = uniform(random);
  }
  std::vector<double> same = numbers;
  double const alone = milliseconds([&] {
    quicksort(std::span(same), [](auto const& f, auto const& g) {
      f();
      g();
    });
  });
  double const joined =
      milliseconds([&] { quicksort(std::span(numbers), [](auto const& f, auto const& g) { pt::join(f, g); }); });
  if (first == "-") std::copy(numbers.begin(), numbers.end(), std::ostream_iterator<double>(std::cout, "\n"));
  std::cerr << numbers.size() << " numbers: " << alone << " ms alone, " << joined << " ms with join\n";
  if (numbers == same) return 0;
  std::cerr << "quicksort: the two differ\n";
  return 1;
}
