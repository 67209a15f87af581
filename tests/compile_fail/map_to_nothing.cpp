// expect: map(f) needs a result for each item
#include <parallel_task/parallel_task.hpp>

#include <vector>

int main() {
  std::vector<int> v{1};
  pt::parallel_iter(v).map([](int) {}).for_each([](int) {});
}
