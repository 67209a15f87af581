// expect: can't move items out of a const container
#include <parallel_task/parallel_task.hpp>

#include <vector>

int main() {
  std::vector<int> const v{1};
  auto r = pt::into_parallel_iter(std::move(v)).sum();
}
