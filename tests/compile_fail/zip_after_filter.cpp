// expect: need the position of every item
#include <parallel_task/parallel_task.hpp>

#include <vector>

int main() {
  std::vector<int> v{1};
  auto r = pt::parallel_iter(v).filter([](int x) { return x > 0; }).zip(v).map([](int x, int y) { return x + y; }).sum();
}
