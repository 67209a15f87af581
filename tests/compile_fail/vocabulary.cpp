// What users of the larger vocabulary get wrong: an index that is lost, a closure of another shape, an answer that is
// none, a text or a range that would be gone.
#include <parallel_task/parallel_task.hpp>

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

std::vector<int> v{1};
std::vector<std::string> texts{"a"};
std::string const text = "to be";
auto numbers() { return pt::parallel_iter(v); }
auto filtered() {
  return pt::parallel_iter(v).filter([](int x) { return x > 0; });
}

template <int>
struct Own {};  // no two mistakes have one of a type

int main() {
  // --- the index is lost
  // expect: need the position of every item
  (void)filtered().chunk(2).count();
  // expect: need the position of every item
  (void)filtered()
      .fold_chunks(
          2, [] { return 0; }, [](int a, int x) { return a + x; })
      .count();
  // expect: need the position of every item
  (void)filtered().interleave(v).count();
  // expect: need the position of every item
  (void)filtered().compare(v);
  // expect: need the position of every item
  (void)numbers().equal(filtered());
  // expect: need the position of every item
  (void)numbers().drop_while([](int x) { return x < 7; }).enumerate().count();
  // expect: need the position of every item
  (void)numbers().take_any(3).reverse().count();
  // expect: need the position of every item
  (void)numbers().positions([](int x) { return x > 7; }).take(2).count();
  // expect: position_first(p) and its like return the position
  (void)numbers().map_while([](int x) { return &v[0] + x; }).position_any([](int x) { return x > 8; });
  // expect: nth(n) returns the item at position n, and after a stage
  (void)pt::walk_tree(5, [](int x) { return std::vector<int>(x > 9 ? 1U : 0U, x); }).nth(2);
  // expect: size() tells how many items there are without running any closure
  (void)pt::lines(text).size();

  // --- a closure of another shape
  // expect: this closure can't be called with the pipeline's items
  (void)numbers().group_by([](std::string const& x) { return x.size() + 1; });
  // expect: this closure can't be called with the pipeline's items
  (void)numbers().count_by([](int x, int y) { return x + y; });
  // expect: this closure can't be called with the pipeline's items
  (void)numbers().to_map([](int x) { return x + 3; }, [](std::string const& x) { return x; }, std::plus<>());
  // expect: this closure can't be called with the pipeline's items
  (void)numbers().histogram(3, [](std::string const& x) { return x.size() + 4; });
  // expect: this closure can't be called with the pipeline's items
  (void)numbers().partition_map([](std::string const& x) { return x; });
  // expect: this closure can't be called with the pipeline's items
  (void)numbers().find_map_first([](std::string const& x) { return &x; });
  // expect: this closure can't be called with the pipeline's items
  (void)numbers().map_while([](std::string const& x) { return &x; }).count();
  // expect: this closure can't be called with the pipeline's items
  (void)numbers().positions([](std::string const& x) { return x.empty(); }).count();
  // expect: this closure can't be called with the pipeline's items
  numbers().for_each_init([] { return 1; }, [](int x) { (void)x; });
  // expect: let it return bool, an optional, or something like std::expected
  (void)numbers().try_for_each_init([] { return 1; }, [](int&, int) {});
  // expect: this closure gets a copy of the state of map_init or for_each_init
  numbers().for_each_init([] { return 1; }, [](int state, int x) { state += x; });
  // expect: this closure can't be called with the pipeline's items
  (void)numbers().aggregate([] { return 0L; }, [](long& a) { ++a; }, std::plus<>());
  // expect: `make` must be callable without arguments
  (void)numbers().aggregate(0L, std::plus<>(), std::plus<>());
  // expect: `make` must be callable without arguments
  numbers().for_each_init(std::string(), [](std::string&, int) {});

  // --- one that changes itself
  // expect: this closure changes itself
  (void)numbers().drop_while([n = 0](int x) mutable { return ++n < x; }).count();
  // expect: this closure changes itself
  (void)numbers().group_by([n = 0](int x) mutable { return x + ++n; });
  // expect: this closure changes itself
  (void)numbers().position_first([n = 0](int x) mutable { return ++n < x; });
  // expect: this closure changes itself
  pt::for_each_growing(v, [n = 0](int x, pt::Feeder<int>& feeder) mutable {
    if (++n < x) feeder.add(x);
  });

  // --- an answer that is none
  // expect: this predicate must return bool
  (void)numbers().find_last([](int) { return Own<1>(); });
  // expect: this predicate must return bool
  (void)numbers().position_last([](int) { return Own<2>(); });
  // expect: this predicate must return bool
  (void)numbers().positions([](int) { return Own<3>(); }).count();
  // expect: this predicate must return bool
  (void)pt::split(v, [](int) { return Own<4>(); }).count();
  // expect: split(r, p) and split_after(r, p) call p with each item
  (void)pt::split_after(v, [](int, int) { return true; }).count();
  // expect: chunk_by(r, p) calls p with two neighbours
  (void)pt::chunk_by(v, [](int, int) { return Own<5>(); }).count();
  // expect: map(f) needs a result for each item
  (void)numbers().group_by([](int) {});
  // expect: the closure of map_while(f) must return a std::optional
  (void)numbers().map_while([](int x) { return x > 11; }).count();
  // expect: or of find_map_first(f) and its like, must return a std::optional
  (void)numbers().find_map_any([](int x) { return std::to_string(x); });
  // expect: the closure of partition_map(f) must return a std::variant of two types
  (void)numbers().partition_map([](int x) { return std::pair(x, 'x'); });

  // --- numbers that are none
  // expect: take whole numbers
  (void)numbers().chunk(2.5).count();
  // expect: take whole numbers
  (void)numbers().take_any("3").count();
  // expect: min_len(n)
  (void)numbers().min_len(1.5).count();
  // expect: take whole numbers
  (void)pt::chunk_exact(v, 1.5).count();
  // expect: indices and parallel_for count in whole numbers
  (void)pt::indices3(2, 3, 4.5).count();

  // --- what would be gone
  // expect: refer to the range, and this temporary would be gone before they are used
  (void)pt::slide(std::vector<char>{1, 2, 3}, 2).count();
  // expect: refer to the range, and this temporary would be gone before they are used
  (void)pt::split(std::vector<short>{1, 2, 3}, [](short x) { return x == 0; }).count();
  // expect: refer to the range, and this temporary would be gone before they are used
  (void)pt::chunk_by(std::vector<long>{1, 2, 3}, std::less<>()).count();
  // expect: refer to the range, and this temporary would be gone before they are used
  (void)pt::adjacent<2>(std::vector<unsigned>{1, 2, 3}).count();
  // expect: refer to the range, and this temporary would be gone before they are used
  (void)pt::lines(text + "\n").count();
  // expect: refer to the range, and this temporary would be gone before they are used
  (void)pt::find_all(text + "\t", 'b').count();
  // expect: refer to the range, and this temporary would be gone before they are used
  (void)pt::split(text + " ", ' ').count();

  // --- items that can't be kept
  // expect: these items can't be copied
  (void)pt::parallel_iter(std::as_const(v))
      .map([](int x) { return std::make_unique<int>(x); })
      .map([](auto const& p) -> auto& { return p; })
      .chunk(2)
      .count();
  // expect: cast<T>() makes a T of each item by static_cast
  (void)pt::parallel_iter(texts).cast<int>().count();
  // expect: take_any(n) after take_while or map_while
  (void)numbers().map_while([](int x) { return &v[0] + x; }).take_any(4).count();
}
