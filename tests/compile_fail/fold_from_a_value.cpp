// expect: must be callable without arguments
#include <parallel_task/parallel_task.hpp>

#include <vector>

int main() {
  std::vector<int> v{1};
  auto r = pt::parallel_iter(v).fold(0, [](int a, int x) { return a + x; }).sum();
}
