// expect: the closure of flat_map(f) must return a range
#include <parallel_task/parallel_task.hpp>

#include <vector>

int main() {
  std::vector<int> v{1};
  auto r = pt::parallel_iter(v).flat_map([](int x) { return x; }).sum();
}
