// expect: takes a std::chrono::steady_clock::time_point
#include <parallel_task/parallel_task.hpp>

#include <chrono>
#include <vector>

int main() {
  std::vector<int> v{1};
  auto r = pt::parallel_iter(v).deadline(std::chrono::system_clock::now()).sum();
}
