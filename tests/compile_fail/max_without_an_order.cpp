// expect: parallel_task:
#include <parallel_task/parallel_task.hpp>

#include <vector>

int main() {
  struct Point { int x, y; };
  std::vector<Point> v(3);
  auto r = pt::parallel_iter(v).max();
}
