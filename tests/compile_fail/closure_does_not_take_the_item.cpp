// expect: this closure can't be called with the pipeline's items
#include <parallel_task/parallel_task.hpp>

#include <string>
#include <vector>

int main() {
  std::vector<std::string> v{"a"};
  std::vector<int> r = pt::parallel_iter(v).map([](int x) { return x; }).collect<std::vector>();
}
