// What nobody runs, and answers that nobody hears.
#include <parallel_task/parallel_task.hpp>

#include <map>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

std::vector<int> v{1};
auto numbers() { return pt::parallel_iter(v); }
struct Record {
  bool save() const;
};
std::vector<Record> records;

// What is refused below converts to nothing, as far as traits and overloads can see.
using Numbers = decltype(numbers());
static_assert(!std::is_convertible_v<Numbers, std::vector<int>> && !std::is_constructible_v<std::vector<int>, Numbers>);
static_assert(!std::is_convertible_v<Numbers, double> && !std::is_convertible_v<Numbers, bool>);
static_assert(!std::is_convertible_v<Numbers, std::string> && !std::is_convertible_v<Numbers, std::optional<int>>);
static_assert(!std::is_assignable_v<std::vector<int>&, Numbers> && !std::is_assignable_v<double&, Numbers>);
static_assert(std::is_move_constructible_v<std::pair<Numbers, std::optional<Numbers>>>);
template <class A, class B>
concept adds = requires(A a, B b) { a + b; };
static_assert(!adds<Numbers, int> && !adds<double, Numbers>);

int main() {
  // expect a warning: nothing runs without a terminal, such as for_each(f) or sum()
  numbers();
  // expect a warning: nothing runs without a terminal
  numbers().map([](int x) { return x; });
  // expect a warning: nothing runs without a terminal
  numbers().threads(2);
  // expect a warning: nothing runs without a terminal
  v | pt::parallel_iter | pt::filter([](int) { return true; });
  // expect a warning: nothing runs without a terminal
  pt::indices(3);
  // expect a warning: a stage alone does nothing
  pt::map([](int x) { return x; });
  // expect a warning: a stage alone does nothing
  pt::map([](int x) { return x; }) | pt::enumerate();
  // expect a warning: a terminal alone runs nothing
  pt::sum();
  // expect a warning: a terminal alone runs nothing
  pt::for_each([](int) {});

  // expect: a pipeline has no result before a terminal has run it: end it with sum(), collect<std::vector>() or another
  std::vector<int> const roots = pt::parallel_iter(v).map([](int x) { return x + 1; });
  // expect: a pipeline has no result before a terminal has run it
  double const total = pt::parallel_iter(v).map([](int x) { return x + 2; });
  // expect: a pipeline has no result before a terminal has run it
  std::map<std::string, int> const by_name(v | pt::parallel_iter | pt::map([](int x) { return x + 3; }));
  std::vector<int> later;
  // expect: a pipeline has no result before a terminal has run it
  later = numbers().filter([](int x) { return x < 1; });
  std::string text;
  // expect: a pipeline has no result before a terminal has run it
  text = numbers().filter([](int x) { return x < 2; });
  // expect: a pipeline has no result before a terminal has run it
  if (numbers().map([](int x) { return x < 3; })) later.clear();

  // expect: this closure returns bool, and for_each, for_each_ordered, inspect, update and parallel_for drop
  numbers().for_each([](int x) { return x < 3; });
  // expect: to stop use try_for_each(f)
  numbers().for_each_ordered([](int x) { return x < 3; });
  // expect: this closure returns bool
  v | pt::parallel_iter | pt::for_each([](int x) { return x < 3; });
  // expect: this closure returns bool
  pt::for_each(v, [](int x) { return x < 3; });
  // expect: this closure returns bool
  pt::parallel_for(10, [](int x) { return x < 3; });
  // expect: this closure returns bool
  pt::parallel_for(1, 10, [](int x) { return x < 3; });
  // expect: this closure returns bool
  pt::for_each(records, &Record::save);
  // expect: this closure returns bool
  numbers().zip(v).enumerate().for_each([](std::size_t, int, int) { return true; });
  // expect: to choose filter(p)
  (void)numbers().inspect([](int x) { return x < 3; }).count();
  // expect: this closure returns bool
  (void)numbers().update([](int& x) { return x < 3; }).count();

  // expect: reduce(init, op) begins with a value and not with a closure that makes one
  (void)numbers().reduce([] { return 0; }, [](int a, int b) { return a + b; });
  // expect: reduce takes its value first and its closure last
  (void)numbers().reduce([](int a, int b) { return a + b; }, 0);
  // expect: this closure can't be called
  pt::parallel_for(10, [](int* x) { *x = 1; });
  // expect: this closure can't be called
  pt::for_each(v, [](int* x) { *x = 1; });
}
