// expect: this one has a name
#include <parallel_task/parallel_task.hpp>

#include <vector>

int main() {
  std::vector<int> v{1};
  auto pipeline = pt::parallel_iter(v).map([](int x) { return x; });
  auto r = pipeline.filter([](int x) { return x > 0; }).sum();
}
