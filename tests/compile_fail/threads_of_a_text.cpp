// expect: threads(n) takes a whole number
#include <parallel_task/parallel_task.hpp>

#include <vector>

int main() {
  std::vector<int> v{1};
  auto r = pt::parallel_iter(v).threads("4").map([](int x) { return x; }).sum();
}
