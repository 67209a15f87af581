// Names that other libraries have: each says what to write here.
#include <parallel_task/parallel_task.hpp>

#include <vector>

std::vector<int> v{1};
std::vector<int> later;
auto numbers() { return pt::parallel_iter(v); }

int main() {
  // expect: there is no transform here: write map(f)
  numbers().transform();
  // expect: there is no select here: write map(f)
  numbers().select();
  // expect: there is no where here: write filter(p)
  numbers().where();
  // expect: there is no map_with here: write map_init(make, f)
  numbers().map_with();
  // expect: there is no skip here: write drop(n)
  numbers().skip();
  // expect: there is no rev here: write reverse()
  numbers().rev();
  // expect: there is no reversed here: write reverse()
  numbers().reversed();
  // expect: there is no step_by here: write stride(n)
  numbers().step_by();
  // expect: there is no cloned here: write copied()
  numbers().cloned();
  // expect: there is no as_rvalue here: consume the container: pt::into_parallel_iter(std::move(r))
  numbers().as_rvalue();
  // expect: there is no skip_while here: write drop_while(p)
  numbers().skip_while();
  // expect: there is no skip_any here: write drop(n)
  numbers().skip_any();
  // expect: there is no tap here: write inspect(f)
  numbers().tap();
  // expect: there is no peek here: write inspect(f)
  numbers().peek();
  // expect: there is no flat_map_iter here: write flat_map(f)
  numbers().flat_map_iter();
  // expect: there is no flatten_iter here: write flatten()
  numbers().flatten_iter();
  // expect: there is no join here: write flatten()
  numbers().join();
  // expect: there is no filter_not here: write filter(p) with the opposite condition
  numbers().filter_not();
  // expect: there is no remove_if here: write filter(p) with the opposite condition
  numbers().remove_if();
  // expect: there is no copy_if here: write filter(p).collect<std::vector>()
  numbers().copy_if();
  // expect: there is no zip_eq here: write zip_equal(r)
  numbers().zip_eq();
  // expect: there is no zip_with here: write zip(r).map(f)
  numbers().zip_with();
  // expect: there is no zip_transform here: write zip(r).map(f)
  numbers().zip_transform();
  // expect: there is no concat here: write chain(r)
  numbers().concat();
  // expect: there is no append here: write chain(r), or append_to(c) at the end
  numbers().append();
  // expect: there is no extend here: write chain(r)
  numbers().extend();
  // expect: there is no with_index here: write enumerate()
  numbers().with_index();
  // expect: there is no enumerated here: write enumerate()
  numbers().enumerated();
  // expect: there is no chunks here: write chunk(n), or over a range pt::chunk(r, n)
  numbers().chunks();
  // expect: there is no par_chunks here: write chunk(n), or over a range pt::chunk(r, n)
  numbers().par_chunks();
  // expect: there is no window here: begin the pipeline with pt::slide(r, n)
  numbers().window();
  // expect: there is no windows here: begin the pipeline with pt::slide(r, n)
  numbers().windows();
  // expect: there is no par_windows here: begin the pipeline with pt::slide(r, n)
  numbers().par_windows();
  // expect: there is no slide here: its items are parts of a range: begin the pipeline with pt::slide(r, n)
  numbers().slide();
  // expect: there is no adjacent here: its items are parts of a range: begin the pipeline with pt::adjacent<n>(r)
  numbers().adjacent();
  // expect: there is no pairwise here: begin the pipeline with pt::adjacent<2>(r)
  numbers().pairwise();
  // expect: there is no split here: its items are parts of a range: begin the pipeline with pt::split(r, p)
  numbers().split();
  // expect: there is no chunk_by here: its items are parts of a range: begin the pipeline with pt::chunk_by(r, p)
  numbers().chunk_by();
  // expect: there is no par_iter here: this is a pipeline already: go on with map(f), filter(p), ...
  numbers().par_iter();
  // expect: there is no into_par_iter here: this is a pipeline already: go on with map(f), filter(p), ...
  numbers().into_par_iter();
  // expect: there is no parallel_iter here: this is a pipeline already: go on with map(f), filter(p), ...
  numbers().parallel_iter();
  // expect: there is no par_bridge here: this is a pipeline already: go on with map(f), filter(p), ...
  numbers().par_bridge();
  // expect: there is no num_threads here: write threads(n)
  numbers().num_threads();
  // expect: there is no with_threads here: write threads(n)
  numbers().with_threads();
  // expect: there is no with_min_len here: write min_len(n)
  numbers().with_min_len();
  // expect: there is no with_max_len here: write max_len(n)
  numbers().with_max_len();
  // expect: there is no grain here: nothing needs to be said, since workers share by what items cost, as measured; for few expensive, uneven items write max_len(n)
  numbers().grain();
  // expect: there is no grainsize here: nothing needs to be said, since workers share by what items cost, as measured; for few expensive, uneven items write max_len(n)
  numbers().grainsize();
  // expect: there is no grain_size here: nothing needs to be said, since workers share by what items cost, as measured; for few expensive, uneven items write max_len(n)
  numbers().grain_size();
  // expect: there is no chunk_size here: nothing needs to be said, since workers share by what items cost, as measured; for few expensive, uneven items write max_len(n)
  numbers().chunk_size();
  // expect: there is no schedule here: nothing needs to be said, since workers share by what items cost, as measured; for few expensive, uneven items write max_len(n)
  numbers().schedule();
  // expect: there is no forEach here: write for_each(f)
  numbers().forEach();
  // expect: there is no for_each_n here: write take(n).for_each(f)
  numbers().for_each_n();
  // expect: there is no for_each_with here: write for_each_init(make, f)
  numbers().for_each_with();
  // expect: there is no accumulate here: write reduce(init, op), or sum()
  numbers().accumulate();
  // expect: there is no fold_left here: write reduce(init, op)
  numbers().fold_left();
  // expect: there is no reduce_with here: write reduce(op)
  numbers().reduce_with();
  // expect: there is no transform_reduce here: write map(f).reduce(init, op)
  numbers().transform_reduce();
  // expect: there is no map_reduce here: write map(f).reduce(init, op)
  numbers().map_reduce();
  // expect: there is no sum_by here: write map(f).sum()
  numbers().sum_by();
  // expect: there is no average here: write mean()
  numbers().average();
  // expect: there is no collect_vec here: write collect<std::vector>()
  numbers().collect_vec();
  // expect: there is no collect_into_vec here: write collect_into(v)
  numbers().collect_into_vec();
  // expect: there is no to_vec here: write collect<std::vector>()
  numbers().to_vec();
  // expect: there is no to_vector here: write collect<std::vector>()
  numbers().to_vector();
  // expect: there is no copy here: write collect_into(c), or append_to(c)
  numbers().copy();
  // expect: there is no find here: write find_first(p), or find_any(p) for the quickest to find; of a value contains(x)
  numbers().find();
  // expect: there is no find_if here: write find_first(p), or find_any(p) for the quickest to find
  numbers().find_if();
  // expect: there is no find_map here: write find_map_first(f), or find_map_any(f) for the quickest to find
  numbers().find_map();
  // expect: there is no position here: write position_first(p), position_last(p) or position_any(p)
  numbers().position();
  // expect: there is no any_of here: write any(p)
  numbers().any_of();
  // expect: there is no all_of here: write all(p)
  numbers().all_of();
  // expect: there is no none_of here: write none(p)
  numbers().none_of();
  // expect: there is no front here: write first()
  numbers().front();
  // expect: there is no back here: write last()
  numbers().back();
  // expect: there is no at here: write nth(n)
  numbers().at();
  // expect: there is no len here: write size()
  numbers().len();
  // expect: there is no length here: write size()
  numbers().length();
  // expect: there is no is_empty here: write size() == 0, or none([](auto const&) { return true; }) after a filter
  numbers().is_empty();
  // expect: there is no empty here: write size() == 0, or none([](auto const&) { return true; }) after a filter
  numbers().empty();
  // expect: there is no min_by here: write min(less), or min_by_key(f)
  numbers().min_by();
  // expect: there is no max_by here: write max(less), or max_by_key(f)
  numbers().max_by();
  // expect: there is no min_element here: write min()
  numbers().min_element();
  // expect: there is no max_element here: write max()
  numbers().max_element();
  // expect: there is no minmax_element here: write minmax()
  numbers().minmax_element();
  // expect: there is no sort here: collect<std::vector>() first, then pt::sort
  numbers().sort();
  // expect: there is no sorted here: collect<std::vector>() first, then pt::sort
  numbers().sorted();
  // expect: there is no sort_by here: collect<std::vector>() first, then pt::sort
  numbers().sort_by();
  // expect: there is no sort_by_key here: collect<std::vector>() first, then pt::sort
  numbers().sort_by_key();
  // expect: there is no par_sort here: collect<std::vector>() first, then pt::sort
  numbers().par_sort();
  // expect: there is no stable_sort here: collect<std::vector>() first, then pt::stable_sort
  numbers().stable_sort();
  // expect: there is no unique here: write distinct(), which keeps the first of equal items; of neighbours only: collect<std::vector>() first, then pt::unique
  numbers().unique();
  // expect: there is no scan here: write inclusive_scan(op) or exclusive_scan(init, op)
  numbers().scan();
  // expect: there is no partial_sum here: write inclusive_scan(std::plus())
  numbers().partial_sum();
  // expect: there is no eq here: write equal(r)
  numbers().eq();
  // expect: there is no cmp here: write compare(r)
  numbers().cmp();
  // expect: there is no partial_cmp here: write compare(r)
  numbers().partial_cmp();
  // expect: there is no try_reduce_with here: write try_reduce(op)
  numbers().try_reduce_with();
  // expect: there is no k_largest here: write top_k(k)
  numbers().k_largest();
  // expect: there is no k_smallest here: write smallest(k)
  numbers().k_smallest();
  // expect: there is no run here: a terminal runs a pipeline and gives its result, such as for_each(f), sum() or collect<std::vector>()
  numbers().run();
  // expect: there is no execute here: a terminal runs a pipeline and gives its result, such as for_each(f), sum() or collect<std::vector>()
  numbers().execute();
  // expect: there is no get here: a terminal runs a pipeline and gives its result, such as for_each(f), sum() or collect<std::vector>()
  numbers().get();
  // expect: there is no wait here: a terminal runs a pipeline and gives its result, such as for_each(f), sum() or collect<std::vector>()
  numbers().wait();
  // expect: there is no adjacent here
  numbers().adjacent<2>().size();

  // expect: for sort include <parallel_task/algorithm.hpp>
  pt::sort(v);
  // expect: for transform(r, out, f) include <parallel_task/algorithm.hpp>; or write pt::parallel_iter(r).map(f).collect<std::vector>(), or pt::for_each(r, f) to change the items in place
  pt::transform(v);
  // expect: there is no accumulate here: write pt::parallel_iter(r).reduce(init, op), or pt::parallel_iter(r).sum()
  pt::accumulate(v);
  // expect: there is no parallel_reduce here: write pt::parallel_iter(r).map(f).reduce(init, op); over numbers begin with pt::indices(first, last)
  pt::parallel_reduce(v);
  // expect: for find_if(r, p) include <parallel_task/algorithm.hpp>; or write pt::parallel_iter(r).find_first(p)
  pt::find_if(v);
  // expect: there is no par_iter here: write pt::parallel_iter(r)
  pt::par_iter(v);
  // expect: for transform(r, out, f) include <parallel_task/algorithm.hpp>; or write pt::parallel_iter(r)
  pt::transform(v.begin(), v.end(), later.begin(), [](int x) { return x; });
}
