// expect: neighbouring items of a vector<bool> share a word
#include <parallel_task/parallel_task.hpp>

#include <vector>

int main() {
  std::vector<int> v(100);
  std::vector<bool> out(100);
  pt::parallel_iter(v).zip(out).for_each([](int x, auto bit) { bit = x > 0; });
}
