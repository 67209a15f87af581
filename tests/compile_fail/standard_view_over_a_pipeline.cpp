// expect: a pipeline is not a range
#include <parallel_task/parallel_task.hpp>

#include <ranges>
#include <vector>

int main() {
  std::vector<int> v{1};
  auto r = pt::parallel_iter(v) | std::views::transform([](int x) { return x; });
}
