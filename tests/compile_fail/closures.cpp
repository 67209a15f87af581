// Closures that don't fit.
#include <parallel_task/parallel_task.hpp>

#include <memory>
#include <string>
#include <vector>

// expect: this closure can't be called with the pipeline's items
namespace closure_does_not_take_the_item {
void wrong() {
  std::vector<std::string> v{"a"};
  std::vector<int> r = pt::parallel_iter(v).map([](int x) { return x; }).collect<std::vector>();
}
}  // namespace closure_does_not_take_the_item

// expect: the closure of filter_map(f), or of find_map_first(f) and its like, must return a std::optional
namespace filter_map_to_numbers {
void wrong() {
  std::vector<double> v{1};
  auto r = pt::parallel_iter(v).filter_map([](double x) { return x; }).sum();
}
}  // namespace filter_map_to_numbers

// expect: the closure of flat_map(f) must return a range
namespace flat_map_to_numbers {
void wrong() {
  std::vector<int> v{1};
  auto r = pt::parallel_iter(v).flat_map([](int x) { return x; }).sum();
}
}  // namespace flat_map_to_numbers

// expect: flatten() needs items that are ranges
namespace flatten_numbers {
void wrong() {
  std::vector<int> v{1};
  auto r = pt::parallel_iter(v).flatten().sum();
}
}  // namespace flatten_numbers

// expect: must be callable without arguments
namespace fold_from_a_value {
void wrong() {
  std::vector<int> v{1};
  auto r = pt::parallel_iter(v).fold(0, [](int a, int x) { return a + x; }).sum();
}
}  // namespace fold_from_a_value

// expect: this closure can't be called with the pipeline's items
namespace for_each_does_not_take_the_parts {
void wrong() {
  std::vector<int> v{1};
  pt::parallel_iter(v).enumerate().for_each([](int, int, int) {});
}
}  // namespace for_each_does_not_take_the_parts

// expect: map(f) needs a result for each item
namespace map_to_nothing {
void wrong() {
  std::vector<int> v{1};
  pt::parallel_iter(v).map([](int) {}).for_each([](int) {});
}
}  // namespace map_to_nothing

// expect: min, max and minmax return the items' values
namespace max_of_what_cannot_be_copied {
void wrong() {
  std::vector<std::unique_ptr<int>> v(3);
  auto r = pt::parallel_iter(v).max();
}
}  // namespace max_of_what_cannot_be_copied

// expect: compare items by <, which this type lacks
namespace max_without_an_order {
void wrong() {
  struct Point {
    int x, y;
  };
  std::vector<Point> v(3);
  auto r = pt::parallel_iter(v).max();
}
}  // namespace max_without_an_order

// expect: this closure changes itself
namespace mutable_lambda {
void wrong() {
  std::vector<int> v{1, 2, 3};
  int calls = 0;
  auto r = pt::parallel_iter(v)
               .map([calls](int x) mutable { return x + ++calls; })
               .filter([](int x) { return x > 1; })
               .sum();
}
}  // namespace mutable_lambda

// expect: this closure changes itself
namespace mutable_predicate {
void wrong() {
  std::vector<int> v{1, 2, 3};
  bool odd = false;
  auto r = pt::parallel_iter(v).filter([odd](int) mutable { return odd = !odd; }).collect<std::vector>();
}
}  // namespace mutable_predicate

// expect: predicates see them as const
namespace predicate_changes_the_item {
void wrong() {
  std::vector<int> v{1};
  auto n = pt::parallel_iter(v).filter([](int& x) { return ++x > 1; }).count();
}
}  // namespace predicate_changes_the_item

// expect: this predicate must return bool
namespace predicate_without_an_answer {
void wrong() {
  std::vector<int> v{1};
  auto n = pt::parallel_iter(v).filter([](int) {}).count();
}
}  // namespace predicate_without_an_answer

// expect: the items would narrow into it
namespace reduce_that_narrows {
void wrong() {
  std::vector<double> v{1.5};
  int r = pt::parallel_iter(v).reduce(0, [](int a, int b) { return a + b; });
}
}  // namespace reduce_that_narrows

// expect: parallel_task: f of for_each_ordered wants to change items
namespace ordered_changes_what_a_closure_gave {
void wrong() {
  auto text = [](int i) -> std::string& {
    thread_local std::string buffer;
    return buffer = std::to_string(i);
  };
  pt::indices(10).map(text).for_each_ordered([](std::string& s) { s += '\n'; });
}
}  // namespace ordered_changes_what_a_closure_gave

// expect: this closure can't be called with the pipeline's items
namespace key_takes_a_part_to_change_it {
void wrong() {
  std::vector<int> v{1};
  std::vector<std::string> w{"a"};
  auto r = pt::parallel_iter(v).zip(w).min_by_key([](int& n, std::string&) { return n; });
}
}  // namespace key_takes_a_part_to_change_it

// expect: make() must return a value, one for each segment
namespace map_init_of_a_reference {
void wrong() {
  std::vector<int> v{1};
  static int total = 0;
  auto r =
      pt::parallel_iter(v).map_init([]() -> int& { return total; }, [](int& sum, int x) { return sum += x; }).sum();
}
}  // namespace map_init_of_a_reference

// expect: this accumulator can't be assigned to
namespace fold_of_a_constant {
struct Total {
  int const value = 0;
};
void wrong() {
  std::vector<int> v{1};
  auto r = pt::parallel_iter(v)
               .fold([] { return Total(); }, [](Total const& a, int x) { return Total{a.value + x}; })
               .count();
}
}  // namespace fold_of_a_constant
