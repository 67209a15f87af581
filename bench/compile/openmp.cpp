// The program by OpenMP.
#include <omp.h>

#include <cmath>
#include <cstdio>
#include <vector>

int main(int argc, char**) {
  std::vector<double> values(100'000, argc);
  std::vector<double> roots;
#pragma omp parallel
  {
    std::vector<double> mine;
#pragma omp for schedule(static) nowait
    for (std::size_t i = 0; i < values.size(); ++i) {
      double const root = std::sqrt(values[i]);
      if (root > 0.5) mine.push_back(root);
    }
#pragma omp for ordered schedule(static, 1)
    for (int t = 0; t < omp_get_num_threads(); ++t) {
#pragma omp ordered
      roots.insert(roots.end(), mine.begin(), mine.end());
    }
  }
#pragma omp parallel for
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = values[i] * 2 + 1;
  double squares = 0;
#pragma omp parallel for reduction(+ : squares)
  for (std::size_t i = 0; i < values.size(); ++i) squares += values[i] * values[i];
  std::printf("%zu %g\n", roots.size(), squares);
}
