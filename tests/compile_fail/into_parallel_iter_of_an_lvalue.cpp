// expect: into_parallel_iter(r) consumes its container
#include <parallel_task/parallel_task.hpp>

#include <vector>

int main() {
  std::vector<int> v{1};
  auto r = pt::into_parallel_iter(v).map([](int x) { return x; }).collect<std::vector>();
}
