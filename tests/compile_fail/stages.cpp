// Stages where they can't stand, and pipelines that have a name.
#include <parallel_task/parallel_task.hpp>

#include <memory>
#include <ranges>
#include <string>
#include <vector>

// expect: take_while before chain
namespace chain_after_take_while {
void wrong() {
  std::vector<int> v{1};
  auto r = pt::parallel_iter(v).take_while([](int x) { return x > 0; }).chain(v).count();
}
}  // namespace chain_after_take_while

// expect: chain(r) and interleave(r) need items of one type
namespace chain_of_other_items {
void wrong() {
  std::vector<int> v{1};
  std::vector<std::string> w{"a"};
  auto r = pt::parallel_iter(v).chain(w).count();
}
}  // namespace chain_of_other_items

// expect: has no way from these items to that type
namespace cast_to_another_kind {
void wrong() {
  std::vector<std::string> v{"1"};
  auto r = pt::parallel_iter(v).cast<int>().sum();
}
}  // namespace cast_to_another_kind

// expect: take whole numbers
namespace chunk_by_a_fraction {
void wrong() {
  std::vector<int> v{1};
  auto r = pt::parallel_iter(v).chunk(0.25).count();
}
}  // namespace chunk_by_a_fraction

// expect: need the position of every item
namespace chunk_after_filter {
void wrong() {
  std::vector<int> v{1};
  auto r = pt::parallel_iter(v).filter([](int x) { return x > 0; }).chunk(2).count();
}
}  // namespace chunk_after_filter

// expect: chunk(n) puts the items' values into vectors
namespace chunk_of_what_is_move_only {
void wrong() {
  std::vector<std::unique_ptr<int>> v(3);
  auto r = pt::parallel_iter(v).chunk(2).count();
}
}  // namespace chunk_of_what_is_move_only

// expect: drop_while after fold
namespace drop_while_after_fold {
void wrong() {
  std::vector<int> v{1};
  auto r = pt::parallel_iter(v)
               .fold([] { return 0; }, [](int a, int x) { return a + x; })
               .drop_while([](int x) { return x < 3; })
               .count();
}
}  // namespace drop_while_after_fold

// expect: a scan after fold
namespace scan_after_fold {
void wrong() {
  std::vector<int> v{1};
  auto r = pt::parallel_iter(v)
               .fold([] { return 0; }, [](int a, int x) { return a + x; })
               .inclusive_scan([](int a, int b) { return a + b; })
               .count();
}
}  // namespace scan_after_fold

// expect: a scan after a scan
namespace scan_after_scan {
void wrong() {
  std::vector<int> v{1};
  auto const plus = [](int a, int b) { return a + b; };
  auto r = pt::parallel_iter(v).inclusive_scan(plus).map([](int x) { return x; }).exclusive_scan(0, plus).count();
}
}  // namespace scan_after_scan

// expect: inclusive_scan(op), inclusive_scan(op, init) and exclusive_scan(init, op) call op with two results
namespace scan_turned_round {
void wrong() {
  std::vector<int> v{1};
  auto r = pt::parallel_iter(v).exclusive_scan([](int a, int b) { return a + b; }, 0).count();
}
}  // namespace scan_turned_round

// expect: these items don't convert to it
namespace scan_of_other_items {
void wrong() {
  std::vector<std::string> v{"a"};
  auto r = pt::parallel_iter(v).exclusive_scan(0, [](int a, int b) { return a + b; }).count();
}
}  // namespace scan_of_other_items

// expect: would lose digits in its results
namespace scan_loses_digits {
void wrong() {
  std::vector<double> v{1.5};
  auto r = pt::parallel_iter(v).exclusive_scan(0, [](int a, int b) { return a * b; }).count();
}
}  // namespace scan_loses_digits

// expect: results have to be copyable
namespace scan_of_what_is_move_only {
void wrong() {
  std::vector<std::unique_ptr<int>> v(3);
  using P = std::unique_ptr<int>;
  auto r = pt::into_parallel_iter(std::move(v))
               .inclusive_scan([](P const& a, P const& b) { return std::make_unique<int>(*a + *b); })
               .count();
}
}  // namespace scan_of_what_is_move_only

// expect: need the position of every item
namespace enumerate_after_scan {
void wrong() {
  std::vector<int> v{1};
  auto r = pt::parallel_iter(v).inclusive_scan([](int a, int b) { return a ^ b; }).enumerate().count();
}
}  // namespace enumerate_after_scan

// expect: this closure changes itself
namespace scan_that_counts {
void wrong() {
  std::vector<int> v{1};
  auto r = pt::parallel_iter(v).inclusive_scan([n = 0](int a, int b) mutable { return a + b + n++; }).count();
}
}  // namespace scan_that_counts

// expect: this predicate must return bool
namespace drop_while_without_answer {
void wrong() {
  std::vector<int> v{1};
  auto r = pt::parallel_iter(v).drop_while([](int x) { return std::to_string(x); }).count();
}
}  // namespace drop_while_without_answer

// expect: these items have no such part
namespace elements_beyond_the_last {
void wrong() {
  std::vector<int> v{1};
  auto r = pt::parallel_iter(v).enumerate().elements<2>().count();
}
}  // namespace elements_beyond_the_last

// expect: `make` must be callable without arguments
namespace fold_chunks_from_a_value {
void wrong() {
  std::vector<int> v{1};
  auto r = pt::parallel_iter(v).fold_chunks(2, 0, [](int a, int x) { return a + x; }).count();
}
}  // namespace fold_chunks_from_a_value

// expect: need the position of every item
namespace interleave_with_a_filtered_pipeline {
void wrong() {
  std::vector<int> v{1};
  auto r = pt::parallel_iter(v).interleave(pt::parallel_iter(v).filter([](int x) { return x > 1; })).count();
}
}  // namespace interleave_with_a_filtered_pipeline

// expect: the closure of map_while(f) must return a std::optional
namespace map_while_to_numbers {
void wrong() {
  std::vector<int> v{1};
  auto r = pt::parallel_iter(v).map_while([](int x) { return 2 * x; }).sum();
}
}  // namespace map_while_to_numbers

// expect: need the position of every item
namespace positions_after_filter {
void wrong() {
  std::vector<int> v{1};
  auto r = pt::parallel_iter(v).filter([](int x) { return x > 0; }).positions([](int x) { return x > 2; }).count();
}
}  // namespace positions_after_filter

// expect: need the position of every item
namespace enumerate_after_flat_map {
void wrong() {
  std::vector<int> v{1};
  auto r = pt::parallel_iter(v).flat_map([](int x) { return std::vector<int>(3, x); }).enumerate().count();
}
}  // namespace enumerate_after_flat_map

// expect: a loop over it would run on one thread
namespace for_over_a_pipeline {
void wrong() {
  std::vector<int> v{1};
  for (int x : pt::parallel_iter(v).map([](int x) { return x; })) (void)x;
}
}  // namespace for_over_a_pipeline

// expect: need the position of every item
namespace intersperse_after_filter {
void wrong() {
  std::vector<int> v{1};
  auto r = pt::parallel_iter(v).filter([](int x) { return x > 0; }).intersperse(0).sum();
}
}  // namespace intersperse_after_filter

// expect: intersperse(x) passes x on as an item, so x must convert to the value type of the items
namespace intersperse_text {
void wrong() {
  std::vector<int> v{1};
  auto r = pt::parallel_iter(v).intersperse("-").sum();
}
}  // namespace intersperse_text

// expect: intersperse(x) passes x on as an item, so x must convert to the value type of the items
namespace intersperse_a_fraction {
void wrong() {
  std::vector<int> v{1};
  auto r = pt::parallel_iter(v).intersperse(0.5).sum();
}
}  // namespace intersperse_a_fraction

// expect: intersperse(x) passes on values here, a copy of x in each place
namespace intersperse_what_is_move_only {
void wrong() {
  std::vector<std::unique_ptr<int>> v(3);
  auto r = pt::into_parallel_iter(std::move(v)).intersperse(std::make_unique<int>(1)).count();
}
}  // namespace intersperse_what_is_move_only

// expect: keys(), values() and elements<n>() need items that are pairs or tuples
namespace keys_of_numbers {
void wrong() {
  std::vector<int> v{1};
  auto r = pt::parallel_iter(v).keys().sum();
}
}  // namespace keys_of_numbers

// expect: std::move(pipeline).map(...), with the pipeline declared without const
namespace named_pipeline_collected {
void wrong() {
  std::vector<int> v{1};
  auto pipeline = pt::parallel_iter(v);
  std::vector<int> r = pipeline.collect<std::vector>();
}
}  // namespace named_pipeline_collected

// expect: std::move(pipeline) | ...
namespace named_pipeline_piped {
void wrong() {
  std::vector<int> v{1};
  auto pipeline = pt::parallel_iter(v);
  auto r = pipeline | pt::map([](int x) { return x; }) | pt::sum();
}
}  // namespace named_pipeline_piped

// expect: std::move(pipeline).map(...), with the pipeline declared without const
namespace named_pipeline_without_move {
void wrong() {
  std::vector<int> v{1};
  auto pipeline = pt::parallel_iter(v).map([](int x) { return x; });
  auto r = pipeline.filter([](int x) { return x > 0; }).sum();
}
}  // namespace named_pipeline_without_move

// expect: the pipeline given to zip or chain is consumed
namespace named_pipeline_zipped {
void wrong() {
  std::vector<int> v{1};
  auto other = pt::parallel_iter(v);
  auto r = pt::parallel_iter(v).zip(other).count();
}
}  // namespace named_pipeline_zipped

// expect: need the position of every item
namespace reverse_after_filter {
void wrong() {
  std::vector<int> v{1};
  auto r = pt::parallel_iter(v)
               .filter([](int x) { return x > 0; })
               .reverse()
               .map([](int x) { return x; })
               .collect<std::vector>();
}
}  // namespace reverse_after_filter

// expect: stages and terminals follow a pipeline
namespace stage_after_a_range {
void wrong() {
  std::vector<int> v{1};
  auto r = v | pt::map([](int x) { return x; }) | pt::sum();
}
}  // namespace stage_after_a_range

// expect: so std::views can't go on with it
namespace standard_view_over_a_pipeline {
void wrong() {
  std::vector<int> v{1};
  auto r = pt::parallel_iter(v) | std::views::transform([](int x) { return x; });
}
}  // namespace standard_view_over_a_pipeline

// expect: take_any(n) after take_while or map_while
namespace take_any_after_take_while {
void wrong() {
  std::vector<int> v{1};
  auto r = pt::parallel_iter(v).take_while([](int x) { return x > 5; }).take_any(2).count();
}
}  // namespace take_any_after_take_while

// expect: take whole numbers
namespace take_a_fraction {
void wrong() {
  std::vector<int> v{1};
  auto r = pt::parallel_iter(v).take(0.5).sum();
}
}  // namespace take_a_fraction

// expect: need the position of every item
namespace zip_after_filter {
void wrong() {
  std::vector<int> v{1};
  auto r =
      pt::parallel_iter(v).filter([](int x) { return x > 0; }).zip(v).map([](int x, int y) { return x + y; }).sum();
}
}  // namespace zip_after_filter

// expect: need the position of every item
namespace zip_with_a_filtered_pipeline {
void wrong() {
  std::vector<int> v{1};
  auto r = pt::parallel_iter(v).zip(pt::parallel_iter(v).filter([](int x) { return x > 0; })).count();
}
}  // namespace zip_with_a_filtered_pipeline

// expect: copied() needs items that can be copied
namespace copied_of_what_is_move_only {
void wrong() {
  std::vector<std::unique_ptr<int>> v(3);
  auto r = pt::parallel_iter(v).copied().count();
}
}  // namespace copied_of_what_is_move_only
