// The program by oneTBB.
#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>
#include <tbb/parallel_reduce.h>

#include <cmath>
#include <cstdio>
#include <functional>
#include <vector>

using Part = tbb::blocked_range<std::size_t>;

int main(int argc, char**) {
  std::vector<double> values(100'000, argc);
  auto const roots = tbb::parallel_reduce(
      Part(0, values.size()), std::vector<double>{},
      [&](Part const& part, std::vector<double> mine) {
        for (std::size_t i = part.begin(); i != part.end(); ++i) {
          double const root = std::sqrt(values[i]);
          if (root > 0.5) mine.push_back(root);
        }
        return mine;
      },
      [](std::vector<double> a, std::vector<double> const& b) {
        a.insert(a.end(), b.begin(), b.end());
        return a;
      });
  tbb::parallel_for(Part(0, values.size()), [&](Part const& part) {
    for (std::size_t i = part.begin(); i != part.end(); ++i) values[i] = values[i] * 2 + 1;
  });
  double const squares = tbb::parallel_reduce(
      Part(0, values.size()), 0.0,
      [&](Part const& part, double sum) {
        for (std::size_t i = part.begin(); i != part.end(); ++i) sum += values[i] * values[i];
        return sum;
      },
      std::plus<>());
  std::printf("%zu %g\n", roots.size(), squares);
}
