// expect: takes anything with a const stop_requested()
#include <parallel_task/parallel_task.hpp>

#include <vector>

int main() {
  std::vector<int> v{1};
  auto r = pt::parallel_iter(v).stop_token(0).sum();
}
