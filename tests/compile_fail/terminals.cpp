// Terminals that can't have these items, closures or containers.
#include <parallel_task/parallel_task.hpp>

#include <array>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

template <int>
struct Point {  // no two mistakes have one of a type
  int x = 0;
};
template <int>
struct MoveOnly {
  std::unique_ptr<int> held;
  friend bool operator<(MoveOnly const&, MoveOnly const&) { return false; }
};
struct NoDefault : std::vector<int> {
  explicit NoDefault(int) {}
};
struct OwnOptional {
  using value_type = int;
  OwnOptional(int = 0) {}
  [[nodiscard]] bool has_value() const { return true; }
  int operator*() const { return 1; }
};
template <class T>
auto of() {
  static std::vector<T> v(3);
  return pt::parallel_iter(v);
}

int main() {
  std::vector<int> ints;
  // expect: contains(x) compares each item with x by ==
  (void)of<int>().contains(std::string("a"));
  // expect: size() tells how many items there are without running any closure
  (void)of<int>().filter([](int x) { return x > 0; }).size();
  // expect: position_first(p) and its like return the position
  (void)of<int>().filter([](int x) { return x > 0; }).position_first([](int x) { return x > 1; });
  // expect: find_first, find_any, first, last and their like return
  (void)of<MoveOnly<1>>().find_first([](auto const& x) { return x.held != nullptr; });
  // expect: find_first, find_any, first, last and their like return
  (void)of<MoveOnly<2>>().last();
  // expect: position_first(p) and its like return the position
  (void)of<int>().filter([](int x) { return x > 2; }).position_last([](int x) { return x > 1; });
  // expect: nth(n) takes a whole number, the position of the item
  (void)of<int>().nth(1.5);
  // expect: nth(n) returns the item at position n, and after a stage
  (void)of<int>().filter([](int x) { return x > 3; }).nth(1);
  // expect: or of find_map_first(f) and its like, must return a std::optional
  (void)of<int>().find_map_last([](int x) { return x > 1; });
  // expect: is_sorted compares each item with the one before it, of which it keeps a copy
  (void)of<int>().map([](int) { return MoveOnly<3>(); }).is_sorted();
  // expect: min, max, minmax and is_sorted compare items by <
  (void)of<Point<20>>().is_sorted();
  // expect: the comparison of min, max, minmax and is_sorted must be callable with two items
  (void)of<int>().is_sorted([](int x) { return x < 3; });
  // expect: this predicate must return bool
  (void)of<int>().is_partitioned([](int) { return std::string(); });
  // expect: equal(r) compares the items of both sides by ==
  (void)of<Point<21>>().equal(std::vector<Point<21>>());
  // expect: compare(r) compares the items of both sides by <=>
  (void)of<Point<22>>().compare(std::vector<Point<22>>());
  // expect: equal(r, p) calls p(a, b) with an item of each side
  (void)of<int>().equal(std::vector<int>(), [](int x) { return x > 5; });
  // expect: equal(r, p) calls p(a, b) with an item of each side
  (void)of<int>().equal(std::vector<int>(), [](int, int) { return std::string(); });
  // expect: this closure changes itself
  (void)of<int>().equal(std::vector<int>(), [n = 0](int a, int b) mutable { return ++n != 0 && a == b; });
  // expect: compare(r, f) calls f(a, b) with an item of each side
  (void)of<int>().compare(std::vector<int>(), [](int x) { return x > 6; });
  // expect: compare(r, f) calls f(a, b) with an item of each side
  (void)of<int>().compare(std::vector<int>(), [](int a, int b) { return a - b; });
  // expect: compare(r, f) calls f(a, b) with an item of each side
  (void)of<int>().compare(std::vector<std::string>(),
                          [](int a, std::string const& b) { return b.size() > 0 && a > 0; });
  // expect: positions, equal and compare need the position of every item
  (void)of<int>().filter([](int x) { return x > 4; }).equal(std::vector<int>());
  // expect: let it return bool, an optional, or something like std::expected
  (void)of<int>().try_for_each([](int x) { return x; });

  // expect: an array or span has a fixed size
  (void)of<int>().collect<std::array<int, 3>>();
  // expect: this container template can't be completed
  (void)of<int>().collect<std::map>();
  // expect: collect makes a new container: name its type without & or const
  (void)of<int>().collect<std::vector<int> const>();
  // expect: this one has no default constructor
  (void)of<int>().collect<NoDefault>();
  std::vector<int> const full;
  // expect: collect_into and append_to write into their argument
  of<int>().collect_into(full);
  std::array<int, 3> numbers{};
  // expect: this span's items are const
  of<int>().collect_into(std::span<int const>(numbers));
  // expect: the items of this span can't be assigned
  of<std::string>().collect_into(std::span<int>(numbers));

  // expect: for_each_ordered keeps items that wait for their turn by value
  of<MoveOnly<2>>().map([](auto& x) -> auto& { return x; }).for_each_ordered([](MoveOnly<2> const&) {});
  // expect: for_each_ordered calls f with an item that has waited
  of<int>().map([](int& x) -> int& { return x; }).zip(of<int>()).for_each_ordered([](std::pair<int&, int&> p) {
    ++p.first;
  });

  // expect: min, max, minmax and is_sorted compare items by <
  (void)of<Point<1>>().max();
  // expect: min, max and minmax return the items' values
  (void)of<MoveOnly<3>>().max();
  // expect: minmax returns two of the items' values
  (void)of<MoveOnly<4>>().minmax();
  // expect: the keys of min_by_key and its like
  (void)of<int>().min_by_key([](int) { return Point<2>(); });
  // expect: the comparison of min, max, minmax and is_sorted must be callable
  (void)of<Point<3>>().max([](Point<3> const& a) { return a.x; });

  // expect: unzip() takes pairs and tuples apart
  (void)of<int>().unzip();
  // expect: the keys of group_by, count_by and to_map, and the items of distinct
  (void)of<Point<30>>().distinct();
  // expect: the keys of group_by, count_by and to_map, and the items of distinct
  (void)of<int>().count_by([](int) { return Point<31>(); });
  // expect: group_by keeps the items' values
  (void)of<MoveOnly<32>>().group_by([](auto const& x) { return x.held != nullptr; });
  // expect: to_map(key, value, merge) calls merge(value, later)
  (void)of<int>().to_map([](int x) { return x % 3; }, [](int x) { return x; }, [](int a) { return a; });
  // expect: collect<C>(merge) makes a map of items that are pairs
  (void)of<int>().collect<std::map<int, int>>([](int a, int b) { return a + b; });
  // expect: calls merge(value, later) with two of the map's values
  (void)of<std::pair<int, int>>().collect<std::map>([](int a) { return a; });
  // expect: histogram(bins) takes a whole number
  (void)of<int>().histogram(2.5);
  // expect: histogram(bins) counts whole numbers
  (void)of<double>().histogram(10);
  // expect: smallest(k), largest(k) and top_k(k) take a whole number
  (void)of<int>().largest(1.5);
  // expect: smallest, largest and top_k return the items' values
  (void)of<MoveOnly<33>>().smallest(3);
  // expect: smallest, largest and top_k compare items by <
  (void)of<Point<34>>().largest(3);
  // expect: smallest(k), largest(k) and top_k(k) take a whole number
  (void)of<int>().top_k(std::greater<>(), 3);
  // expect: or by less(a, b), which must say of two items, as const, whether the first is less
  (void)of<int>().top_k(3, [](int x) { return -x; });
  // expect: unzip_into takes as many containers as the items have parts
  (void)of<std::pair<int, int>>().unzip_into(ints, ints, ints);
  // expect: unzip_into(a, b, ...): one of these containers is const
  (void)of<std::pair<int, char>>().unzip_into(ints, full);
  // expect: the closure of partition_map(f) must return a std::variant of two types
  (void)of<int>().partition_map([](int x) { return x > 0; });
  // expect: join_with(separator) puts texts together
  (void)of<int>().join_with(", ");
  // expect: join_with(separator) takes a text or a char
  (void)of<std::string>().join_with(7);
  // expect: aggregate(make, add, merge) calls merge(left, right)
  (void)of<int>().aggregate([] { return 0L; }, [](long& a, int x) { a += x; }, [](long a, long b) { a += b; });
  // expect: try_reduce and try_collect need items that are optionals
  (void)of<int>().try_reduce(0, std::plus<>());
  // expect: try_reduce(init, op): init must convert to the type of value
  (void)of<std::optional<int>>().try_reduce(std::string(), std::plus<>());
  // expect: try_reduce calls op(a, b) with two values out of the optionals
  (void)of<std::optional<int>>().try_reduce(0, [](std::optional<int> const& a) { return a; });
  // expect: the op of try_reduce must return what the items are
  (void)of<std::optional<int>>().try_reduce(0, [](int, int) { return std::string(); });
  // expect: try_reduce and try_collect need items that are optionals
  (void)of<long>().try_reduce(std::plus<>());
  // expect: try_reduce calls op(a, b) with two values out of the optionals
  (void)of<std::optional<long>>().try_reduce(0L);
  // expect: the op of try_reduce must return what the items are
  (void)of<std::optional<long>>().try_reduce([](long, long) { return std::string(); });
  // expect: try_collect<C>() returns the optional or expected of the items
  (void)of<OwnOptional>().try_collect<std::vector<int>>();
  // expect: the closure of try_fold(make, f) must return an optional
  (void)of<int>().try_fold([] { return 0; }, [](int a, int x) { return a + x; }).count();
  // expect: unzip() stores the parts' values
  (void)of<std::pair<int, MoveOnly<5>>>().unzip();
  // expect: partition puts the items' values into two containers
  (void)of<MoveOnly<6>>().partition([](auto const& x) { return x.held != nullptr; });

  // expect: reduce begins its parts with their first items
  (void)of<std::string>().reduce(0, [](int a, std::string const& b) { return a + static_cast<int>(b.size()); });
  // expect: this op can't be called so
  (void)of<int>().reduce(0, [](int& a, int b) { return a + b; });
  // expect: these items don't convert to the number type of the total
  (void)of<std::string>().sum<int>();
  // expect: the item type lacks one of these
  (void)of<Point<4>>().sum();
  // expect: mean() divides the total by a double
  (void)of<std::string>().mean();
}
