// What several ranks can't share.
#include <parallel_task/parallel_task.hpp>

#include <parallel_task/machines/world.hpp>

#include <istream>
#include <map>
#include <ranges>
#include <string>
#include <utility>
#include <vector>

namespace pt = parallel_task;

void wrong(pt::world& w, std::vector<int>& v, std::map<int, int>& m, std::istream& in) {
  auto const add_one = [](int& x) { ++x; };
  // expect: with on(w), a closure can't change the items of a range
  pt::parallel_iter(v).on(w).for_each(add_one);
  // expect: with on(w), a closure can't change the items of a range
  (void)pt::parallel_iter(v).update(add_one).on(w).collect<std::vector>();
  // expect: with on(w), a closure can't change the items of a range
  (void)pt::parallel_iter(v).on(w).update(add_one).filter([](int x) { return x > 0; }).sum();
  // expect: with on(w), a closure can't change the items of a range
  (void)pt::parallel_iter(v).map([](int& x) { return ++x; }).on(w).sum();
  // expect: with on(w), a closure can't change the items of a range
  pt::parallel_iter(m).on(w).for_each([](int, int& value) { ++value; });
  // expect: with on(w), a closure can't change the items of a range
  pt::parallel_iter(v).zip(v).on(w).for_each([](int& a, int b) { a += b; });
  // expect: with on(w), a closure can't change the items of a range
  (void)pt::parallel_iter(v).chain(pt::parallel_iter(v).update(add_one)).on(w).count();
  // expect: with on(w), a closure can't change the items of a range
  pt::parallel_iter(v).on(w).for_each_ordered(add_one);
  // expect: with on(w), a closure can't change the items of a range
  pt::parallel_iter(v).on(w).for_each_init([] { return 0; }, [](int&, int& x) { ++x; });
  // expect: take_any(n) counts the items of one process
  (void)pt::parallel_iter(v).take_any(3).on(w).sum();
  // expect: take_any(n) counts the items of one process
  (void)pt::parallel_iter(v).take_any(3).inspect([](int) {}).on(w).sum();
  // expect: with on(w), a stream can't be read by several ranks
  (void)pt::par_bridge(std::views::istream<int>(in)).on(w).sum();
}
