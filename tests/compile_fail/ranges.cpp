// Ranges that can't be begun with, or not so.
#include <parallel_task/parallel_task.hpp>

#include <ranges>
#include <span>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

// expect: count in whole numbers
namespace indices_of_fractions {
void wrong() { auto r = pt::indices(0.0, 1.0).sum(); }
}  // namespace indices_of_fractions

// expect: this view or span does not own
namespace into_parallel_iter_of_a_borrowed_view {
void wrong() {
  std::vector<int> v{1};
  auto r = pt::into_parallel_iter(v | std::views::take(1)).sum();
}
}  // namespace into_parallel_iter_of_a_borrowed_view

// expect: can't move items out of a const container
namespace into_parallel_iter_of_a_const_rvalue {
void wrong() {
  std::vector<int> const v{1};
  auto r = pt::into_parallel_iter(std::move(v)).sum();
}
}  // namespace into_parallel_iter_of_a_const_rvalue

// expect: this view or span does not own
namespace into_parallel_iter_of_a_span {
void wrong() {
  std::vector<int> v{1};
  auto r = pt::into_parallel_iter(std::span<int>(v)).sum();
}
}  // namespace into_parallel_iter_of_a_span

// expect: can't own a built-in array
namespace into_parallel_iter_of_an_array {
void wrong() {
  int a[] = {1, 2};
  auto r = pt::into_parallel_iter(std::move(a)).sum();
}
}  // namespace into_parallel_iter_of_an_array

// expect: into_parallel_iter(r) consumes its container
namespace into_parallel_iter_of_an_lvalue {
void wrong() {
  std::vector<int> v{1};
  auto r = pt::into_parallel_iter(v).map([](int x) { return x; }).collect<std::vector>();
}
}  // namespace into_parallel_iter_of_an_lvalue

// expect: use pt::par_bridge(r)
namespace parallel_iter_of_a_stream {
void wrong() {
  std::istringstream in("1 2");
  auto r = pt::parallel_iter(std::views::istream<int>(in)).sum();
}
}  // namespace parallel_iter_of_a_stream

// expect: parallel_iter(r) borrows, and this temporary would be gone
namespace parallel_iter_of_a_temporary {
void wrong() { auto r = pt::parallel_iter(std::vector<int>{1, 2}).sum(); }
}  // namespace parallel_iter_of_a_temporary

// expect: this is not a range that can be iterated
namespace parallel_iter_of_no_range {
void wrong() {
  auto r = pt::parallel_iter(42).map([](int x) { return x; }).sum();
}
}  // namespace parallel_iter_of_no_range

// expect: this random-access view can't be iterated as const
namespace view_that_caches {
void wrong() {
  std::vector<int> v{1};
  int calls = 0;
  auto r = pt::parallel_iter(v | std::views::transform([calls](int x) mutable { return x + ++calls; })).sum();
}
}  // namespace view_that_caches

// expect: neighbouring items of a vector<bool> share a word
namespace writing_bits {
void wrong() {
  std::vector<bool> v(100);
  pt::parallel_iter(v).for_each([](auto bit) { bit = true; });
}
}  // namespace writing_bits

// expect: neighbouring items of a vector<bool> share a word
namespace writing_bits_through_zip {
void wrong() {
  std::vector<int> v(100);
  std::vector<bool> out(100);
  pt::parallel_iter(v).zip(out).for_each([](int x, auto bit) { bit = x > 0; });
}
}  // namespace writing_bits_through_zip

// expect: count in whole numbers
namespace indices_of_a_text {
void wrong() { auto r = pt::indices(0, "10").sum(); }
}  // namespace indices_of_a_text

// expect: of an enum class
namespace indices_of_an_enum_class {
enum class Size { three = 3 };

void wrong() { auto r = pt::indices(Size::three).sum(); }
}  // namespace indices_of_an_enum_class

// expect: of an enum class
namespace parallel_for_of_an_enum_class {
enum class Size { three = 3 };

void wrong() {
  pt::parallel_for(1, Size::three, [](int) {});
}
}  // namespace parallel_for_of_an_enum_class

// expect: so they are not moved out of it
namespace into_parallel_iter_of_a_light_range {
struct Row {
  std::string* first;
  std::string* last;
  std::string* begin() const { return first; }
  std::string* end() const { return last; }
};

void wrong() {
  std::vector<std::string> v{"a"};
  auto r = pt::into_parallel_iter(Row{v.data(), v.data() + 1}).count();
}
}  // namespace into_parallel_iter_of_a_light_range

// expect: a copy would lose what is derived from their class
namespace par_bridge_of_a_base_class {
struct Shape {
  virtual ~Shape() = default;
  virtual double area() const { return 0; }
};
struct Reader {
  Shape* next() { return nullptr; }
};

void wrong() {
  auto r = pt::par_bridge(Reader{}).map([](Shape const& s) { return s.area(); }).sum();
}
}  // namespace par_bridge_of_a_base_class

// expect: par_bridge(r) takes an input range
namespace par_bridge_of_no_range {
void wrong() {
  auto r = pt::par_bridge(42).map([](int x) { return x; }).sum();
}
}  // namespace par_bridge_of_no_range

// expect: refer to the range, and this temporary would be gone before they are used
namespace chunk_of_a_temporary {
void wrong() { auto r = pt::chunk(std::vector<int>{1, 2, 3}, 2).count(); }
}  // namespace chunk_of_a_temporary

// expect: chunk_by(r, p) calls p with two neighbours
namespace chunk_by_a_key {
void wrong() {
  std::vector<int> v{1};
  auto r = pt::chunk_by(v, [](int x) { return x % 2; }).count();
}
}  // namespace chunk_by_a_key

// expect: take whole numbers
namespace slide_by_a_text {
void wrong() {
  std::vector<int> v{1};
  auto r = pt::slide(v, "3").count();
}
}  // namespace slide_by_a_text

// expect: split(r, p) and split_after(r, p) call p with each item
namespace split_at_a_value {
void wrong() {
  std::vector<int> v{1};
  auto r = pt::split(v, 0).count();
}
}  // namespace split_at_a_value

// expect: lines, words, split by a pattern and find_all read text
namespace lines_of_numbers {
void wrong() {
  std::vector<int> v{1};
  auto r = pt::lines(v).count();
}
}  // namespace lines_of_numbers

// expect: is a char, a string, or a predicate that is called with a char
namespace find_all_of_a_number {
void wrong() {
  auto r = pt::find_all("a1", [](std::vector<int>) { return true; }).count();
}
}  // namespace find_all_of_a_number

// expect: refer to the range, and this temporary would be gone before they are used
namespace words_of_a_temporary {
void wrong() { auto r = pt::words(std::string("to be")).count(); }
}  // namespace words_of_a_temporary

// expect: this range can be read only once
namespace chunk_of_a_stream {
void wrong() {
  std::istringstream input("1 2");
  auto r = pt::chunk(std::views::istream<long>(input), 2).count();
}
}  // namespace chunk_of_a_stream

// expect: refer to the range, and this temporary would be gone before they are used
namespace cartesian_product_of_a_temporary {
void wrong() {
  std::vector<char> v{1};
  auto r = pt::cartesian_product(v, std::vector<char>{2}).count();
}
}  // namespace cartesian_product_of_a_temporary

// expect: indices and parallel_for count in whole numbers
namespace indices2_of_fractions {
void wrong() { auto r = pt::indices2(1.5, 2.5).count(); }
}  // namespace indices2_of_fractions

// expect: the second argument of walk_tree, walk_tree_prefix and walk_tree_postfix is called with a node
namespace walk_tree_to_numbers {
void wrong() {
  auto r = pt::walk_tree(5, [](int x) { return x - 1; }).count();
}
}  // namespace walk_tree_to_numbers

// expect: this closure can't be called with the pipeline's items
namespace for_each_growing_without_a_feeder {
void wrong() {
  std::vector<int> v{1};
  pt::for_each_growing(v, [](int x) { (void)x; });
}
}  // namespace for_each_growing_without_a_feeder
