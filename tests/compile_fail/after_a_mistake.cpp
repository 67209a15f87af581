// Whatever surrounds a mistake, it stays one error.
#include <parallel_task/parallel_task.hpp>

#include <iostream>
#include <sstream>
#include <string>
#include <vector>

std::vector<int> v{1};
auto numbers() { return pt::parallel_iter(v); }
void take_int(int) {}

// expect: this closure can't be called
int returned() {
  return numbers().map([](int*) { return 1; }).sum();
}
// expect: this closure can't be called
std::vector<int> returned_vector() {
  return numbers().map([](int*) { return 1; }).collect<std::vector>();
}

int main() {
  // expect: this closure can't be called
  std::cout << numbers().map([](int*) { return 1; }).sum() << '\n' << "text" << std::endl;
  // expect: this closure can't be called
  std::ostringstream() << 1 << numbers().map([](int*) { return 1; }).sum();
  // expect: there is no skip here
  std::cout << numbers().skip(1).sum() << '\n';
  // expect: a pipeline has no result before a terminal has run it
  std::cout << numbers() << std::endl;
  // expect: this closure can't be called
  auto x = numbers().map([](int*) { return 1; }).sum();
  auto y = x + 1;
  double z = 2.5 * x - x / 2;
  z += x;
  if (x > 3 || !x || x == y || 3 <= x) take_int(x);
  if (x) z = -x;
  z = x[0];
  std::string const text = x;
  bool const both = x && y;
  // expect: this closure can't be called
  auto optional = numbers().map([](int*) { return 1; }).reduce([](int a, int b) { return a + b; });
  take_int(*optional + optional.value() + optional.value_or(0));
  if (optional.has_value()) std::cout << *optional;
  // expect: this closure can't be called
  auto found = numbers().filter([](int*) { return true; }).find_first([](int) { return true; });
  if (found) std::cout << *found << found->first;
  // expect: this closure can't be called
  auto const list = numbers().map([](int*) { return 1; }).collect<std::vector>();
  for (auto const& each : list) std::cout << each;
  std::cout << list.size() << list[0] << list.front();
  // expect: this closure can't be called
  auto [yes, no] = numbers().map([](int*) { return 1; }).partition([](int a) { return a > 0; });
  for (int each : yes) std::cout << each << no.size();
  // expect: this closure can't be called
  for (auto [i, each] : numbers().map([](int*) { return 1; }).enumerate().collect<std::vector>())
    std::cout << i << each;
  // expect: this closure can't be called
  auto sum = numbers().map([](int*) { return 1; }).skip(3).rev().step_by(2).sum<long>() ? 1 : 2;
  // expect: this closure can't be called
  auto piped = v | pt::parallel_iter | pt::map([](int*) { return 1; }) | pt::enumerate() | pt::sum();
  // expect: this closure can't be called
  numbers().zip(numbers().map([](int*) { return 1; })).for_each([](int, int) {});
  // expect: a pipeline computes its items when it runs, and has none to index
  std::cout << numbers()[0];
  (void)z, (void)both, (void)sum, (void)piped;
}
