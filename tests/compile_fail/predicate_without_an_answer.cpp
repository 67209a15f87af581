// expect: this predicate must return bool
#include <parallel_task/parallel_task.hpp>

#include <vector>

int main() {
  std::vector<int> v{1};
  auto n = pt::parallel_iter(v).filter([](int) {}).count();
}
