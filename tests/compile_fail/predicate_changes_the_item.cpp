// expect: predicates see them as const
#include <parallel_task/parallel_task.hpp>

#include <vector>

int main() {
  std::vector<int> v{1};
  auto n = pt::parallel_iter(v).filter([](int& x) { return ++x > 1; }).count();
}
