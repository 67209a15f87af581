// The program by the standard library's parallel algorithms.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <execution>
#include <functional>
#include <numeric>
#include <vector>

int main(int argc, char**) {
  std::vector<double> values(100'000, argc);
  std::vector<double> all(values.size());
  std::transform(std::execution::par, values.begin(), values.end(), all.begin(), [](double x) { return std::sqrt(x); });
  std::vector<double> roots(values.size());
  auto const end =
      std::copy_if(std::execution::par, all.begin(), all.end(), roots.begin(), [](double root) { return root > 0.5; });
  roots.erase(end, roots.end());
  std::for_each(std::execution::par, values.begin(), values.end(), [](double& x) { x = x * 2 + 1; });
  double const squares = std::transform_reduce(std::execution::par, values.begin(), values.end(), 0.0, std::plus<>(),
                                               [](double x) { return x * x; });
  std::printf("%zu %g\n", roots.size(), squares);
}
