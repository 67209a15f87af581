// Closures that would change a copy, and results that would lose digits.
#include <parallel_task/parallel_task.hpp>

#include <vector>

// expect: gets a copy of fold's accumulator
namespace fold_of_a_copy {
void wrong() {
  std::vector<int> v{1};
  auto r = pt::parallel_iter(v).fold([] { return 0; }, [](int total, int x) { total += x; }).sum();
}
}  // namespace fold_of_a_copy

// expect: gets a copy of fold's accumulator
namespace fold_of_a_generic_copy {
void wrong() {
  std::vector<int> v{1};
  auto r = pt::parallel_iter(v).fold([] { return 0; }, [](auto total, auto x) { total += x; }).sum();
}
}  // namespace fold_of_a_generic_copy

// expect: what this closure returns would lose digits in it
namespace fold_that_loses {
void wrong() {
  std::vector<int> v{1};
  auto r = pt::parallel_iter(v).fold([] { return 0; }, [](auto total, int x) { return total + x / 2.0; }).sum();
}
}  // namespace fold_that_loses

// expect: can't be assigned to fold's accumulator
namespace fold_to_something_else {
void wrong() {
  std::vector<int> v{1};
  auto r = pt::parallel_iter(v).fold([] { return 0; }, [](int, int) { return "x"; }).sum();
}
}  // namespace fold_to_something_else

// expect: gets a copy of the state of map_init
namespace map_init_of_a_copy {
void wrong() {
  std::vector<int> v{1};
  auto r = pt::parallel_iter(v).map_init([] { return 0; }, [](int calls, int x) { return x + ++calls; }).sum();
}
}  // namespace map_init_of_a_copy

// expect: gets a copy of the state of map_init
namespace map_init_of_a_generic_copy {
void wrong() {
  std::vector<int> v{1};
  auto r = pt::parallel_iter(v).map_init([] { return 0; }, [](auto calls, auto& x) { return x + ++calls; }).sum();
}
}  // namespace map_init_of_a_generic_copy

// expect: what this op returns would lose digits in it
namespace reduce_that_loses {
void wrong() {
  std::vector<int> v{1};
  auto r = pt::parallel_iter(v).reduce(0, [](int a, int b) { return a + b / 2.0; });
}
}  // namespace reduce_that_loses

// expect: what reduce's op returns must convert
namespace reduce_to_nothing {
void wrong() {
  std::vector<int> v{1};
  auto r = pt::parallel_iter(v).reduce(0, [](int, int) {});
}
}  // namespace reduce_to_nothing

// expect: changes a copy of each item
namespace update_of_a_copy {
void wrong() {
  std::vector<int> v{1};
  auto r = pt::parallel_iter(v).update([](int x) { x *= 2; }).sum();
}
}  // namespace update_of_a_copy

// expect: changes a copy of each item
namespace update_of_a_generic_copy {
void wrong() {
  std::vector<int> v{1};
  auto r = pt::parallel_iter(v).update([](auto x) { return x * 2; }).sum();
}
}  // namespace update_of_a_generic_copy
