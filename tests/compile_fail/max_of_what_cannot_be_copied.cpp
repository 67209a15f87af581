// expect: map to pointers
#include <parallel_task/parallel_task.hpp>

#include <memory>
#include <vector>

int main() {
  std::vector<std::unique_ptr<int>> v(3);
  auto r = pt::parallel_iter(v).max();
}
