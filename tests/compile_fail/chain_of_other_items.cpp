// expect: chain(r) needs items of one type
#include <parallel_task/parallel_task.hpp>

#include <string>
#include <vector>

int main() {
  std::vector<int> v{1};
  std::vector<std::string> w{"a"};
  auto r = pt::parallel_iter(v).chain(w).count();
}
