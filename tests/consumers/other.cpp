#include <parallel_task/parallel_task.hpp>

#include <vector>

#if defined(PARALLEL_TASK_NO_PT)
namespace pt = parallel_task;
#endif

long sum_of_squares(std::vector<int> const& numbers) {
  return static_cast<long>(pt::parallel_iter(numbers).map([](int i) { return i * i; }).sum());
}
