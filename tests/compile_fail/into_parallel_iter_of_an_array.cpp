// expect: can't own a built-in array
#include <parallel_task/parallel_task.hpp>

#include <utility>

int main() {
  int a[] = {1, 2};
  auto r = pt::into_parallel_iter(std::move(a)).sum();
}
