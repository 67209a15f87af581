// expect: a pipeline is not a range
#include <parallel_task/parallel_task.hpp>

#include <vector>

int main() {
  std::vector<int> v{1};
  for (int x : pt::parallel_iter(v).map([](int x) { return x; })) (void)x;
}
