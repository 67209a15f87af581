// expect: take_while before chain
#include <parallel_task/parallel_task.hpp>

#include <vector>

int main() {
  std::vector<int> v{1};
  auto r = pt::parallel_iter(v).take_while([](int x) { return x > 0; }).chain(v).count();
}
