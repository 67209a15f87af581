// The program by plain loops: roots of the larger half kept in order, a change in place, a sum of squares.
#include <cmath>
#include <cstdio>
#include <vector>

int main(int argc, char**) {
  std::vector<double> values(100'000, argc);
  std::vector<double> roots;
  for (double x : values) {
    double const root = std::sqrt(x);
    if (root > 0.5) roots.push_back(root);
  }
  for (double& x : values) x = x * 2 + 1;
  double squares = 0;
  for (double x : values) squares += x * x;
  std::printf("%zu %g\n", roots.size(), squares);
}
