// expect: neighbouring items of a vector<bool> share a word
#include <parallel_task/parallel_task.hpp>

#include <vector>

int main() {
  std::vector<bool> v(100);
  pt::parallel_iter(v).for_each([](auto bit) { bit = true; });
}
