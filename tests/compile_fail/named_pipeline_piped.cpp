// expect: this one has a name
#include <parallel_task/parallel_task.hpp>

#include <vector>

int main() {
  std::vector<int> v{1};
  auto pipeline = pt::parallel_iter(v);
  auto r = pipeline | pt::map([](int x) { return x; }) | pt::sum();
}
