// expect: this random-access view can't be iterated as const
#include <parallel_task/parallel_task.hpp>

#include <ranges>
#include <vector>

int main() {
  std::vector<int> v{1};
  int calls = 0;
  auto r = pt::parallel_iter(v | std::views::transform([calls](int x) mutable { return x + ++calls; })).sum();
}
