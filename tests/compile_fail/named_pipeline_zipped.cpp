// expect: this one has a name
#include <parallel_task/parallel_task.hpp>

#include <vector>

int main() {
  std::vector<int> v{1};
  auto other = pt::parallel_iter(v);
  auto r = pt::parallel_iter(v).zip(other).count();
}
