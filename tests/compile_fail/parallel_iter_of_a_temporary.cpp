// expect: this temporary would be gone
#include <parallel_task/parallel_task.hpp>

#include <vector>

int main() {
  auto r = pt::parallel_iter(std::vector<int>{1, 2}).sum();
}
