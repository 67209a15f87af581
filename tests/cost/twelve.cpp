// Twelve pipelines of one program: what they add to its text and its symbol table.
#include <parallel_task/parallel_task.hpp>

#include <string>
#include <vector>

using Doubles = std::vector<double>;

struct Person {
  std::string name;
  int age = 0;
};

double sum_of_squares(Doubles const& v) {
  return pt::parallel_iter(v).map([](double x) { return x * x; }).sum();
}
double dot(Doubles const& v, Doubles const& w) {
  return pt::parallel_iter(v).zip(w).map([](double x, double y) { return x * y; }).sum();
}
Doubles scaled(Doubles const& v) {
  return pt::parallel_iter(v).map([](double x) { return 2.5 * x; }).collect<std::vector>();
}
Doubles positive(Doubles const& v) {
  return pt::parallel_iter(v).filter([](double x) { return x > 0; }).collect<std::vector>();
}
std::size_t how_many(Doubles const& v) {
  return pt::parallel_iter(v).count_if([](double x) { return x > 1; });
}
void halve(Doubles& v) {
  pt::parallel_iter(v).for_each([](double& x) { x /= 2; });
}
bool any_negative(Doubles const& v) {
  return pt::parallel_iter(v).any([](double x) { return x < 0; });
}
double product(Doubles const& v) {
  return pt::parallel_iter(v).reduce(1.0, [](double x, double y) { return x * y; });
}
double five_stages(Doubles const& v) {
  return pt::parallel_iter(v)
      .map([](double x) { return x + 1; })
      .filter([](double x) { return x > 2; })
      .map([](double x) { return x * 3; })
      .take_while([](double x) { return x < 1e9; })
      .map([](double x) { return x - 4; })
      .sum();
}
std::vector<int> ages(std::vector<Person> const& people) {
  return pt::parallel_iter(people).map(&Person::age).collect<std::vector>();
}
std::size_t letters(std::vector<Person> const& people) {
  return pt::parallel_iter(people).map([](Person const& person) { return person.name.size(); }).sum();
}
double numbered(Doubles const& v) {
  return pt::parallel_iter(v).enumerate().map([](std::size_t i, double x) { return static_cast<double>(i) * x; }).sum();
}
