// expect: this container can't hold these items
#include <parallel_task/parallel_task.hpp>

#include <string>
#include <vector>

int main() {
  std::vector<std::string> v{"a"};
  auto r = pt::parallel_iter(v).collect<std::vector<int>>();
}
