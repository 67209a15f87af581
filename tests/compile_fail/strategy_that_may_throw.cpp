// expect: the strategy must be noexcept
#include <parallel_task/parallel_task.hpp>

#include <vector>

int main() {
  std::vector<int> v{1};
  auto r = pt::parallel_iter(v).steal_from([](pt::QueueLoad const& load) { return double(load.items); }).sum();
}
