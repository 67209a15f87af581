// The program by this library.
#include <parallel_task/parallel_task.hpp>

#include <cmath>
#include <cstdio>
#include <vector>

namespace pt = parallel_task;

int main(int argc, char**) {
  std::vector<double> values(100'000, argc);
  auto const roots = pt::parallel_iter(values)
                         .map([](double x) { return std::sqrt(x); })
                         .filter([](double root) { return root > 0.5; })
                         .collect<std::vector>();
  pt::parallel_iter(values).for_each([](double& x) { x = x * 2 + 1; });
  double const squares =
      pt::parallel_iter(values).map([](double x) { return x * x; }).reduce(0.0, [](double a, double b) {
        return a + b;
      });
  std::printf("%zu %g\n", roots.size(), squares);
}
