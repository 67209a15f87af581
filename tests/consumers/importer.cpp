// The library as a module: fluent calls, pipes, algorithms, tasks and a report.
#include <numeric>
#include <sstream>
#include <tuple>
#include <vector>

import parallel_task;

int main() {
  std::vector<int> numbers(1'000);
  std::iota(numbers.begin(), numbers.end(), 0);
  pt::reverse(numbers);
  pt::sort(numbers);

  pt::RunReport report;
  auto const square = [](int i) { return i * i; };
  auto const called = pt::parallel_iter(numbers).report(report).map(square).sum();
  auto const piped = numbers | pt::parallel_iter | pt::map(square) | pt::sum();
  auto const is_three = [](int i) { return i == 3; };
  auto const found = numbers | pt::parallel_iter | pt::filter(is_three) | pt::collect<std::vector>();
  auto const [zero, one] = pt::join([] { return 0; }, [] { return 1; });

  std::ostringstream text;
  text << report;
  return called == 332'833'500 && piped == called && found.size() == 1 && zero + one == 1 && !text.str().empty() ? 0
                                                                                                                 : 1;
}
