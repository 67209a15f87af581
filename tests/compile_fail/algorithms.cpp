// Algorithms that are called with what they can't run.
#include <parallel_task/algorithm.hpp>

#include <forward_list>
#include <functional>
#include <list>
#include <string>
#include <vector>

template <int>
struct Point {  // no two mistakes have one of a type
  int x = 0;
};

int main() {
  std::vector<int> v{1, 2, 3};
  std::vector<int> const fixed{1};
  std::list<int> list{1};
  std::forward_list<int> forward{1};
  std::vector<Point<1>> points;
  int calls = 0;

  // expect: remove `mutable`; for totals use reduce or transform_reduce
  pt::transform(v, v, [calls](int x) mutable { return x + ++calls; });
  // expect: remove `mutable`; for totals use reduce or transform_reduce
  pt::find_if(v.begin(), v.end(), [calls](int x) mutable { return x > ++calls; });
  // expect: transform is called as transform(r, out, f) or transform(a, b, out, f)
  pt::transform(v, [](int x) { return x + 1; });
  // expect: transform is called as transform(r, out, f) or transform(a, b, out, f)
  pt::transform(v, v, [](std::string const& text) { return text; });
  // expect: transform is called as transform(r, out, f) or transform(a, b, out, f)
  pt::transform(v, fixed, [](int x) { return x + 2; });
  // expect: copy is called as copy(r, out) or copy(first, last, out)
  pt::copy(v);
  // expect: copy is called as copy(r, out) or copy(first, last, out)
  pt::copy(points, v);
  // expect: move is called as move(r, out) or move(first, last, out)
  pt::move(v, fixed);
  // expect: fill is called as fill(r, value) or fill(first, last, value)
  pt::fill(v, std::string("x"));
  // expect: generate is called as generate(r, f) or generate(first, last, f)
  pt::generate(v, [](int x) { return x; });
  // expect: replace is called as replace(r, old, value)
  pt::replace(v, std::string("x"), 1);
  // expect: replace_if is called as replace_if(r, p, value)
  pt::replace_if(
      fixed, [](int x) { return x > 3; }, 1);
  // expect: reverse is called as reverse(r) or reverse(first, last), of a range that can be walked backwards
  pt::reverse(forward);
  // expect: rotate is called as rotate(r, middle) or rotate(first, middle, last)
  pt::rotate(v, 2);
  // expect: swap_ranges is called as swap_ranges(a, b)
  pt::swap_ranges(v, fixed);
  // expect: find is called as find(r, value) or find(first, last, value)
  pt::find(v, std::string("x"));
  // expect: find_if is called as find_if(r, p) or find_if(first, last, p)
  pt::find_if(v, 3);
  // expect: find_if_not is called as find_if_not(r, p)
  pt::find_if_not(v);
  // expect: find_first_of is called as find_first_of(r, wanted)
  pt::find_first_of(v, 3);
  // expect: adjacent_find is called as adjacent_find(r)
  pt::adjacent_find(points);
  // expect: search is called as search(r, pattern)
  pt::search(v, 3);
  // expect: search_n is called as search_n(r, count, value)
  pt::search_n(v, 3);
  // expect: equal is called as equal(a, b) or equal(a, b, equal)
  pt::equal(v, points);
  // expect: mismatch is called as mismatch(a, b)
  pt::mismatch(v);
  // expect: lexicographical_compare is called as lexicographical_compare(a, b)
  pt::lexicographical_compare(points, points);
  // expect: starts_with is called as starts_with(r, start)
  pt::starts_with(v, 1);
  // expect: ends_with is called as ends_with(r, end)
  pt::ends_with(v, 1);
  // expect: min_element is called as min_element(r) or min_element(r, less)
  pt::min_element(points);
  // expect: max_element is called as max_element(r) or max_element(r, less)
  pt::max_element(v, [](int x) { return x > 4; });
  // expect: minmax_element is called as minmax_element(r)
  pt::minmax_element(v, 1);
  // expect: transform_reduce is called as transform_reduce(r, init, op, f)
  pt::transform_reduce(v, 0, [](int x) { return x + 5; });
  // expect: reduce is called as reduce(r, init, op), reduce(r, init) or reduce(r)
  pt::reduce(v, 0, [](int x) { return x + 6; });
  // expect: min is called as min(r) or min(r, less)
  (pt::min)(points);
  // expect: max is called as max(r) or max(r, less)
  (pt::max)(v, 1);
  // expect: minmax is called as minmax(r) or minmax(r, less)
  pt::minmax(points);
  // expect: any (or any_of) is called as any(r, p)
  pt::any(v, 1);
  // expect: all (or all_of) is called as all(r, p)
  pt::all_of(v);
  // expect: none (or none_of) is called as none(r, p)
  pt::none(v.begin(), v.end());
  // expect: count is called as count(r, value)
  pt::count(v);
  // expect: count_if is called as count_if(r, p)
  pt::count_if(v, 1);
  // expect: contains is called as contains(r, value)
  pt::contains(v, std::string("x"));
  // expect: find_first is called as find_first(r, p)
  pt::find_first(v, 1);
  // expect: find_any is called as find_any(r, p)
  pt::find_any(v, 1);
  // expect: find_last is called as find_last(r, p)
  pt::find_last(v, 1);
  // expect: is_partitioned is called as is_partitioned(r, p)
  pt::is_partitioned(v, 1);
  // expect: is_sorted is called as is_sorted(r) or is_sorted(r, less)
  pt::is_sorted(points);
  // expect: sum is called as sum(r) or sum(first, last)
  pt::sum(v, 1, 2);
  // expect: product is called as product(r) or product(first, last)
  pt::product(v, 1);
  // expect: pt::for_each is called as for_each(r, f) or for_each(first, last, f)
  pt::for_each(v.begin(), v.end(), 3);
  // expect: for_each_n is called as for_each_n(first, n, f)
  pt::for_each_n(v, 3, [](int) {});
  // expect: copy_n is called as copy_n(first, n, out)
  pt::copy_n(v.begin(), 3);
  // expect: fill_n is called as fill_n(first, n, value)
  pt::fill_n(v, 3, 1);
  // expect: generate_n is called as generate_n(first, n, f)
  pt::generate_n(v.begin(), 3, 1);
  // expect: iota is called as iota(r, value)
  pt::iota(v, std::string("x"));
  // expect: adjacent_difference is called as adjacent_difference(r, out)
  pt::adjacent_difference(points, v);
  // expect: shuffle is called as shuffle(r, seed) or shuffle(first, last, seed), of a range with random access
  pt::shuffle(list, 1);
}
