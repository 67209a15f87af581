// expect: must return a std::optional
#include <parallel_task/parallel_task.hpp>

#include <vector>

int main() {
  std::vector<double> v{1};
  auto r = pt::parallel_iter(v).filter_map([](double x) { return x; }).sum();
}
