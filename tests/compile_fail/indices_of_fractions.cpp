// expect: count in whole numbers
#include <parallel_task/parallel_task.hpp>

#include <vector>

int main() {
  auto r = pt::indices(0.0, 1.0).sum();
}
