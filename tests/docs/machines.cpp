// docs/machines.md and the docstrings of worlds, with one rank: tests/machines has more
// of them.
#include "catch.hpp"

#include <parallel_task/forked.hpp>
#include <parallel_task/parallel_task.hpp>

#include <sstream>
#include <vector>

namespace {

struct Point {
  double x = 0;
  double y = 0;
  std::vector<double> weights;
  // cut: serialize
  template <class A>
  void serialize(A& ar) {
    ar(x, y, weights);
  }
  // end
};

}  // namespace

TEST_CASE("the page on ranks") {
  int const processes = 1;
  std::ostringstream log;
  pt::forked::world w(processes);
  auto const squares =
      pt::indices(1000).on(w).map([](int i) { return i * i; }).collect<std::vector>();
  if (w.is_root()) log << squares.size();
  CHECK(log.str() == "1000");
  std::vector<int> const jobs{1, 2, 3};
  auto const price = [](int job) { return Point{1.0 * job, 0, {}}; };
  // cut: prices
  auto const prices = pt::parallel_iter(jobs).on(w).map(price).collect<std::vector>();
  // end
  CHECK(prices.size() == 3);
  CHECK(w.pid_of(0) == 0);
}
