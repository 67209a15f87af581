// expect: need the position of every item
#include <parallel_task/parallel_task.hpp>

#include <vector>

int main() {
  std::vector<int> v{1};
  auto r = pt::parallel_iter(v).flat_map([](int x) { return std::vector<int>(3, x); }).enumerate().count();
}
