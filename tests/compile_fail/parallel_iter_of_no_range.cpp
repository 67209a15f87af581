// expect: this is not a range that can be iterated
#include <parallel_task/parallel_task.hpp>

#include <vector>

int main() {
  auto r = pt::parallel_iter(42).map([](int x) { return x; }).sum();
}
