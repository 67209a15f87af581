// expect: use pt::par_bridge(r)
#include <parallel_task/parallel_task.hpp>

#include <ranges>
#include <sstream>

int main() {
  std::istringstream in("1 2");
  auto r = pt::parallel_iter(std::views::istream<int>(in)).sum();
}
