// expect: this view or span does not own
#include <parallel_task/parallel_task.hpp>

#include <span>
#include <vector>

int main() {
  std::vector<int> v{1};
  auto r = pt::into_parallel_iter(std::span<int>(v)).sum();
}
