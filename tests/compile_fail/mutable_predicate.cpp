// expect: this closure changes itself
#include <parallel_task/parallel_task.hpp>

#include <vector>

int main() {
  std::vector<int> v{1, 2, 3};
  bool odd = false;
  auto r = pt::parallel_iter(v).filter([odd](int) mutable { return odd = !odd; }).collect<std::vector>();
}
