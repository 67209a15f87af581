// expect: stages and terminals follow a pipeline
#include <parallel_task/parallel_task.hpp>

#include <vector>

int main() {
  std::vector<int> v{1};
  auto r = v | pt::map([](int x) { return x; }) | pt::sum();
}
