// expect: keys() and values() need items that are pairs or tuples
#include <parallel_task/parallel_task.hpp>

#include <vector>

int main() {
  std::vector<int> v{1};
  auto r = pt::parallel_iter(v).keys().sum();
}
