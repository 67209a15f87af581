// The code of docs/algorithms-sort.md, and of the docstrings of sorts.
#include "catch.hpp"

#include <parallel_task/algorithm.hpp>

#include <algorithm>
#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace {

struct SortedPerson {
  std::string name;
  int age = 0;
};
struct SortedOrder {
  int day = 0;
  int number = 0;
};
struct SortedFile {
  int changed = 0;
};
int last_change(SortedFile const& file) { return file.changed; }

}  // namespace

TEST_CASE("sorts in the docs") {
  using Person = SortedPerson;
  std::vector<int> v{3, 1, 2};
  std::vector<SortedPerson> people{{"Ada", 36}, {"Alan", 41}, {"Kurt", 25}};
  {
    pt::sort(v);
    pt::sort(people, {}, &Person::age);
    pt::sort(pt::with(pt::threads(4)), v, std::greater());
  }
  CHECK(v == std::vector<int>{3, 2, 1});
  CHECK(people.front().name == "Kurt");
  std::vector<SortedFile> files{{3}, {1}, {2}};
  pt::sort_by_cached_key(files, [](auto const& file) { return last_change(file); });
  CHECK(files.front().changed == 1);
}

TEST_CASE("positions and several arrays in the docs") {
  std::vector<int> prices{30, 10, 20};
  std::vector<std::string> names{"c", "a", "b"};
  {
    auto const order = pt::argsort(prices);
    pt::permute(prices, order);
    pt::permute(names, order);
    CHECK(order == std::vector<std::size_t>{1, 2, 0});
  }
  CHECK(names == std::vector<std::string>{"a", "b", "c"});
  {
    auto const by_price = pt::argsort(prices);
    CHECK(by_price == std::vector<std::size_t>{0, 1, 2});
  }
  prices = {2, 3, 1};
  std::vector<int> xs{2, 1, 1};
  std::vector<int> ys{0, 2, 2};
  std::vector<int> zs{0, 9, 8};
  pt::sort_by_key(pt::together(names, prices), pt::element<1>);  // both by the prices
  pt::stable_sort(pt::together(xs, ys, zs));                     // by x, then y, then z
  CHECK(names == std::vector<std::string>{"c", "a", "b"});
  CHECK(zs == std::vector<int>{8, 9, 0});
}

TEST_CASE("the page of sorts") {
  std::vector<int> prices{3, 1, 2};
  std::vector<SortedPerson> people{{"Ada", 36}, {"Kurt", 25}};
  std::vector<std::string> words{"a", "b"};
  std::vector<SortedOrder> orders{{2, 1}, {1, 2}};
  std::vector<SortedFile> files{{3}, {1}};
  std::vector<std::string> names{"x", "y", "z"};
  using Person = SortedPerson;
  using Order = SortedOrder;
  // cut: sorts
  pt::sort(prices);
  pt::sort(people, {}, &Person::age);
  pt::stable_sort(words, std::greater());
  pt::sort_by_key(orders, &Order::day);  // stable
  pt::sort_by_cached_key(files, [](auto const& file) { return last_change(file); });
  auto const by_price = pt::argsort(prices);  // positions, stable
  pt::permute(names, by_price);
  pt::sort_by_key(pt::together(names, prices), pt::element<1>);  // two arrays as one
  bool const sorted = pt::is_sorted(prices);
  // end
  CHECK(sorted);
  CHECK(orders.front().number == 2);
  CHECK(words.front() == "b");
}
