// expect: narrow
#include <parallel_task/parallel_task.hpp>

#include <vector>

int main() {
  std::vector<double> v{1.5};
  int r = pt::parallel_iter(v).reduce(0, [](int a, int b) { return a + b; });
}
