#include <parallel_task/terminal/reduce.hpp>

#include "every.hpp"

#include <string>

using namespace every;

namespace {

struct Concatenate {
  std::string operator()(std::string a, std::string const& b) const { return std::move(a) + b; }
};

auto spelled(auto source) {
  return detail::Map(std::move(source), [](int x) { return std::to_string(x) + ","; });
}

std::string spelled_out(std::vector<int> const& items) {
  std::string result;
  for (int x : items) result += std::to_string(x) + ",";
  return result;
}

}  // namespace

TEST_CASE("reduce keeps the order of an operation that does not commute, init enters once, leftmost") {
  source_and_size([](auto make, std::vector<int> const& expected) {
    std::string const all = spelled_out(expected);
    CHECK(run(spelled(make()), detail::ReduceFrom{std::string("begin:"), Concatenate{}}) == "begin:" + all);
    auto const some = run(spelled(make()), detail::Reduce{Concatenate{}});
    CHECK(some.has_value() == !expected.empty());
    if (some) CHECK(*some == all);
  });
}

TEST_CASE("reduce's init need not be an identity") {
  kind_and_size([](auto make, std::vector<int> const& expected) {
    long sum = 1000;
    for (int x : expected) sum += x;
    CHECK(run(make(), detail::ReduceFrom{1000L, [](long a, long b) { return a + b; }}) == sum);
  });
}

TEST_CASE("reduce takes items that convert to its result without loss") {
  static_assert(!detail::narrows<int, long>);
  static_assert(!detail::narrows<int, double>);
  static_assert(!detail::narrows<unsigned char, int>);
  static_assert(!detail::narrows<float, double>);
  static_assert(detail::narrows<double, int>);
  static_assert(detail::narrows<long long, int>);
  static_assert(detail::narrows<int, unsigned>);
  static_assert(detail::narrows<unsigned, int>);
  static_assert(detail::narrows<long long, double>);
  static_assert(detail::narrows<int, float>);
  static_assert(detail::narrows<int, bool>);
  std::vector<int> const v{1, 2, 3};
  CHECK(run(detail::borrow(v), detail::ReduceFrom{0.5, [](double a, double b) { return a + b; }}) == 6.5);
}

TEST_CASE("reduce hands on what a closure throws, and leaves no item alive") {
  throwing_position<Bare>([](auto source) {
    (void)run(std::move(source), detail::Reduce{[](Bare a, Bare const& b) { return a.value > b.value ? a : b; }});
  });
}

TEST_CASE("reduce hands on what its operation throws") {
  std::vector<Bare> v;
  for (int i = 1; i != 200; ++i) v.emplace_back(i);
  long const before = Live::alive;
  for_each_schedule([&v, before] {
    auto op = [](Bare const& a, Bare const& b) {
      if (b.value % 100 == 50) throw Thrown{0};
      return Bare(a.value);
    };
    CHECK_THROWS_AS(run(detail::borrow(v), detail::Reduce{op}), Thrown);
    CHECK(Live::alive == before);
  });
}
