// The same functions in two translation units: one definition, one pool.
#include <parallel_task/parallel_task.hpp>

#include <vector>

#if defined(PARALLEL_TASK_NO_PT)
namespace pt {  // one of the consumer's own, which would not compile beside the library's
using namespace parallel_task;
}
#endif

long sum_of_squares(std::vector<int> const& numbers);

int main() {
  std::vector<int> const numbers(1'000, 3);
  auto const sum = pt::parallel_iter(numbers).map([](int i) { return i * i; }).sum();
  return sum == sum_of_squares(numbers) ? 0 : 1;
}
