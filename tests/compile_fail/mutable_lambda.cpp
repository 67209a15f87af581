// expect: this closure changes itself
#include <parallel_task/parallel_task.hpp>

#include <vector>

int main() {
  std::vector<int> v{1, 2, 3};
  int calls = 0;
  auto r = pt::parallel_iter(v).map([calls](int x) mutable { return x + ++calls; }).filter([](int x) { return x > 1; }).sum();
}
