#include <parallel_task/parallel_task.hpp>

#include <vector>

long sum_of_squares(std::vector<int> const& numbers) {
  return static_cast<long>(pt::parallel_iter(numbers).map([](int i) { return i * i; }).sum());
}
