// expect: this closure can't be called with the pipeline's items
#include <parallel_task/parallel_task.hpp>

#include <vector>

int main() {
  std::vector<int> v{1};
  pt::parallel_iter(v).enumerate().for_each([](int, int, int) {});
}
