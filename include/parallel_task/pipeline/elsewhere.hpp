// Names that other libraries have for what a pipeline does: each says what to write here.
#pragma once

#include <parallel_task/core/unusable.hpp>

#include <cstddef>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

template <std::size_t>
struct Number {};

/// Members, since of an unknown one compilers only say that there is none. They are listed in core/operations.hpp as
/// well, so that what stands for a wrong pipeline has them. The macro writes the head alone: a static_assert that comes
/// out of a macro makes an error longer (see pipeline/usage.hpp).
// clang-format off
#define PARALLEL_TASK_NO(name) template <class... A> constexpr Unusable name(A const&...) const
struct Elsewhere {
  // stages
  PARALLEL_TASK_NO(transform) {
    static_assert(never<A...>, "parallel_task: there is no transform here: write map(f)"); return {}; }
  PARALLEL_TASK_NO(select) {
    static_assert(never<A...>, "parallel_task: there is no select here: write map(f)"); return {}; }
  PARALLEL_TASK_NO(where) {
    static_assert(never<A...>, "parallel_task: there is no where here: write filter(p)"); return {}; }
  PARALLEL_TASK_NO(map_with) {
    static_assert(never<A...>, "parallel_task: there is no map_with here: write map_init(make, f)"); return {}; }
  PARALLEL_TASK_NO(skip) {
    static_assert(never<A...>, "parallel_task: there is no skip here: write drop(n)"); return {}; }
  PARALLEL_TASK_NO(rev) {
    static_assert(never<A...>, "parallel_task: there is no rev here: write reverse()"); return {}; }
  PARALLEL_TASK_NO(reversed) {
    static_assert(never<A...>, "parallel_task: there is no reversed here: write reverse()"); return {}; }
  PARALLEL_TASK_NO(step_by) {
    static_assert(never<A...>, "parallel_task: there is no step_by here: write stride(n)"); return {}; }
  PARALLEL_TASK_NO(cloned) {
    static_assert(never<A...>, "parallel_task: there is no cloned here: write copied()"); return {}; }
  PARALLEL_TASK_NO(as_rvalue) {
    static_assert(never<A...>, "parallel_task: there is no as_rvalue here: consume the container: "
                               "pt::into_parallel_iter(std::move(r))"); return {}; }
  PARALLEL_TASK_NO(skip_while) {
    static_assert(never<A...>, "parallel_task: there is no skip_while here: write drop_while(p)"); return {}; }
  PARALLEL_TASK_NO(skip_any) {
    static_assert(never<A...>, "parallel_task: there is no skip_any here: write drop(n)"); return {}; }
  PARALLEL_TASK_NO(tap) {
    static_assert(never<A...>, "parallel_task: there is no tap here: write inspect(f)"); return {}; }
  PARALLEL_TASK_NO(peek) {
    static_assert(never<A...>, "parallel_task: there is no peek here: write inspect(f)"); return {}; }
  PARALLEL_TASK_NO(flat_map_iter) {
    static_assert(never<A...>, "parallel_task: there is no flat_map_iter here: write flat_map(f)"); return {}; }
  PARALLEL_TASK_NO(flatten_iter) {
    static_assert(never<A...>, "parallel_task: there is no flatten_iter here: write flatten()"); return {}; }
  PARALLEL_TASK_NO(join) {
    static_assert(never<A...>, "parallel_task: there is no join here: write flatten()"); return {}; }
  PARALLEL_TASK_NO(filter_not) {
    static_assert(never<A...>, "parallel_task: there is no filter_not here: write filter(p) with the opposite "
                               "condition"); return {}; }
  PARALLEL_TASK_NO(remove_if) {
    static_assert(never<A...>, "parallel_task: there is no remove_if here: write filter(p) with the opposite "
                               "condition"); return {}; }
  PARALLEL_TASK_NO(copy_if) {
    static_assert(never<A...>, "parallel_task: there is no copy_if here: write "
                               "filter(p).collect<std::vector>()"); return {}; }
  PARALLEL_TASK_NO(zip_eq) {
    static_assert(never<A...>, "parallel_task: there is no zip_eq here: write zip_equal(r)"); return {}; }
  PARALLEL_TASK_NO(zip_with) {
    static_assert(never<A...>, "parallel_task: there is no zip_with here: write zip(r).map(f)"); return {}; }
  PARALLEL_TASK_NO(zip_transform) {
    static_assert(never<A...>, "parallel_task: there is no zip_transform here: write zip(r).map(f)"); return {}; }
  PARALLEL_TASK_NO(concat) {
    static_assert(never<A...>, "parallel_task: there is no concat here: write chain(r)"); return {}; }
  PARALLEL_TASK_NO(append) {
    static_assert(never<A...>, "parallel_task: there is no append here: write chain(r), or append_to(c) at the "
                               "end"); return {}; }
  PARALLEL_TASK_NO(extend) {
    static_assert(never<A...>, "parallel_task: there is no extend here: write chain(r)"); return {}; }
  PARALLEL_TASK_NO(with_index) {
    static_assert(never<A...>, "parallel_task: there is no with_index here: write enumerate()"); return {}; }
  PARALLEL_TASK_NO(enumerated) {
    static_assert(never<A...>, "parallel_task: there is no enumerated here: write enumerate()"); return {}; }
  PARALLEL_TASK_NO(chunks) {
    static_assert(never<A...>, "parallel_task: there is no chunks here: write chunk(n), or over a range pt::chunk(r, "
                               "n)"); return {}; }
  PARALLEL_TASK_NO(par_chunks) {
    static_assert(never<A...>, "parallel_task: there is no par_chunks here: write chunk(n), or over a range "
                               "pt::chunk(r, n)"); return {}; }
  PARALLEL_TASK_NO(window) {
    static_assert(never<A...>, "parallel_task: there is no window here: begin the pipeline with pt::slide(r, n)"); return {}; }
  PARALLEL_TASK_NO(windows) {
    static_assert(never<A...>, "parallel_task: there is no windows here: begin the pipeline with pt::slide(r, n)"); return {}; }
  PARALLEL_TASK_NO(par_windows) {
    static_assert(never<A...>, "parallel_task: there is no par_windows here: begin the pipeline with pt::slide(r, n)"); return {}; }
  PARALLEL_TASK_NO(slide) {
    static_assert(never<A...>, "parallel_task: there is no slide here: its items are parts of a range: begin the "
                               "pipeline with pt::slide(r, n)"); return {}; }
  PARALLEL_TASK_NO(adjacent) {
    static_assert(never<A...>, "parallel_task: there is no adjacent here: its items are parts of a range: begin the "
                               "pipeline with pt::adjacent<n>(r)"); return {}; }
  template <std::size_t n>
  constexpr Unusable adjacent() const { return adjacent(Number<n>()); }
  PARALLEL_TASK_NO(pairwise) {
    static_assert(never<A...>, "parallel_task: there is no pairwise here: begin the pipeline with pt::adjacent<2>(r)"); return {}; }
  PARALLEL_TASK_NO(split) {
    static_assert(never<A...>, "parallel_task: there is no split here: its items are parts of a range: begin the "
                               "pipeline with pt::split(r, p)"); return {}; }
  PARALLEL_TASK_NO(chunk_by) {
    static_assert(never<A...>, "parallel_task: there is no chunk_by here: its items are parts of a range: begin the "
                               "pipeline with pt::chunk_by(r, p)"); return {}; }
  PARALLEL_TASK_NO(par_iter) {
    static_assert(never<A...>, "parallel_task: there is no par_iter here: this is a pipeline already: go on with "
                               "map(f), filter(p), ..."); return {}; }
  PARALLEL_TASK_NO(into_par_iter) {
    static_assert(never<A...>, "parallel_task: there is no into_par_iter here: this is a pipeline already: go on "
                               "with map(f), filter(p), ..."); return {}; }
  PARALLEL_TASK_NO(parallel_iter) {
    static_assert(never<A...>, "parallel_task: there is no parallel_iter here: this is a pipeline already: go on "
                               "with map(f), filter(p), ..."); return {}; }
  PARALLEL_TASK_NO(par_bridge) {
    static_assert(never<A...>, "parallel_task: there is no par_bridge here: this is a pipeline already: go on with "
                               "map(f), filter(p), ..."); return {}; }
  // settings
  PARALLEL_TASK_NO(num_threads) {
    static_assert(never<A...>, "parallel_task: there is no num_threads here: write threads(n)"); return {}; }
  PARALLEL_TASK_NO(with_threads) {
    static_assert(never<A...>, "parallel_task: there is no with_threads here: write threads(n)"); return {}; }
  PARALLEL_TASK_NO(with_min_len) {
    static_assert(never<A...>, "parallel_task: there is no with_min_len here: write min_len(n)"); return {}; }
  PARALLEL_TASK_NO(with_max_len) {
    static_assert(never<A...>, "parallel_task: there is no with_max_len here: write max_len(n)"); return {}; }
  PARALLEL_TASK_NO(grain) {
    static_assert(never<A...>, "parallel_task: there is no grain here: nothing needs to be said, since workers share "
                               "by what items cost, as measured; for few expensive, uneven items write "
                               "max_len(n)"); return {}; }
  PARALLEL_TASK_NO(grainsize) {
    static_assert(never<A...>, "parallel_task: there is no grainsize here: nothing needs to be said, since workers "
                               "share by what items cost, as measured; for few expensive, uneven items write "
                               "max_len(n)"); return {}; }
  PARALLEL_TASK_NO(grain_size) {
    static_assert(never<A...>, "parallel_task: there is no grain_size here: nothing needs to be said, since workers "
                               "share by what items cost, as measured; for few expensive, uneven items write "
                               "max_len(n)"); return {}; }
  PARALLEL_TASK_NO(chunk_size) {
    static_assert(never<A...>, "parallel_task: there is no chunk_size here: nothing needs to be said, since workers "
                               "share by what items cost, as measured; for few expensive, uneven items write "
                               "max_len(n)"); return {}; }
  PARALLEL_TASK_NO(schedule) {
    static_assert(never<A...>, "parallel_task: there is no schedule here: nothing needs to be said, since workers "
                               "share by what items cost, as measured; for few expensive, uneven items write "
                               "max_len(n)"); return {}; }
  // terminals
  PARALLEL_TASK_NO(forEach) {
    static_assert(never<A...>, "parallel_task: there is no forEach here: write for_each(f)"); return {}; }
  PARALLEL_TASK_NO(for_each_n) {
    static_assert(never<A...>, "parallel_task: there is no for_each_n here: write take(n).for_each(f)"); return {}; }
  PARALLEL_TASK_NO(for_each_with) {
    static_assert(never<A...>, "parallel_task: there is no for_each_with here: write for_each_init(make, f)"); return {}; }
  PARALLEL_TASK_NO(accumulate) {
    static_assert(never<A...>, "parallel_task: there is no accumulate here: write reduce(init, op), or "
                               "sum()"); return {}; }
  PARALLEL_TASK_NO(fold_left) {
    static_assert(never<A...>, "parallel_task: there is no fold_left here: write reduce(init, op)"); return {}; }
  PARALLEL_TASK_NO(reduce_with) {
    static_assert(never<A...>, "parallel_task: there is no reduce_with here: write reduce(op)"); return {}; }
  PARALLEL_TASK_NO(try_reduce_with) {
    static_assert(never<A...>, "parallel_task: there is no try_reduce_with here: write try_reduce(op)"); return {}; }
  PARALLEL_TASK_NO(k_largest) {
    static_assert(never<A...>, "parallel_task: there is no k_largest here: write top_k(k)"); return {}; }
  PARALLEL_TASK_NO(k_smallest) {
    static_assert(never<A...>, "parallel_task: there is no k_smallest here: write smallest(k)"); return {}; }
  PARALLEL_TASK_NO(transform_reduce) {
    static_assert(never<A...>, "parallel_task: there is no transform_reduce here: write map(f).reduce(init, "
                               "op)"); return {}; }
  PARALLEL_TASK_NO(map_reduce) {
    static_assert(never<A...>, "parallel_task: there is no map_reduce here: write map(f).reduce(init, "
                               "op)"); return {}; }
  PARALLEL_TASK_NO(sum_by) {
    static_assert(never<A...>, "parallel_task: there is no sum_by here: write map(f).sum()"); return {}; }
  PARALLEL_TASK_NO(average) {
    static_assert(never<A...>, "parallel_task: there is no average here: write mean()"); return {}; }
  PARALLEL_TASK_NO(collect_vec) {
    static_assert(never<A...>, "parallel_task: there is no collect_vec here: write "
                               "collect<std::vector>()"); return {}; }
  PARALLEL_TASK_NO(collect_into_vec) {
    static_assert(never<A...>, "parallel_task: there is no collect_into_vec here: write collect_into(v)"); return {}; }
  PARALLEL_TASK_NO(to_vec) {
    static_assert(never<A...>, "parallel_task: there is no to_vec here: write collect<std::vector>()"); return {}; }
  PARALLEL_TASK_NO(to_vector) {
    static_assert(never<A...>, "parallel_task: there is no to_vector here: write collect<std::vector>()"); return {}; }
  PARALLEL_TASK_NO(copy) {
    static_assert(never<A...>, "parallel_task: there is no copy here: write collect_into(c), or "
                               "append_to(c)"); return {}; }
  PARALLEL_TASK_NO(find) {
    static_assert(never<A...>, "parallel_task: there is no find here: write find_first(p), or find_any(p) for the "
                               "quickest to find; of a value contains(x)"); return {}; }
  PARALLEL_TASK_NO(find_if) {
    static_assert(never<A...>, "parallel_task: there is no find_if here: write find_first(p), or find_any(p) for the "
                               "quickest to find"); return {}; }
  PARALLEL_TASK_NO(find_map) {
    static_assert(never<A...>, "parallel_task: there is no find_map here: write find_map_first(f), or "
                               "find_map_any(f) for the quickest to find"); return {}; }
  PARALLEL_TASK_NO(position) {
    static_assert(never<A...>, "parallel_task: there is no position here: write position_first(p), "
                               "position_last(p) or position_any(p)"); return {}; }
  PARALLEL_TASK_NO(any_of) {
    static_assert(never<A...>, "parallel_task: there is no any_of here: write any(p)"); return {}; }
  PARALLEL_TASK_NO(all_of) {
    static_assert(never<A...>, "parallel_task: there is no all_of here: write all(p)"); return {}; }
  PARALLEL_TASK_NO(none_of) {
    static_assert(never<A...>, "parallel_task: there is no none_of here: write none(p)"); return {}; }
  PARALLEL_TASK_NO(front) {
    static_assert(never<A...>, "parallel_task: there is no front here: write first()"); return {}; }
  PARALLEL_TASK_NO(back) {
    static_assert(never<A...>, "parallel_task: there is no back here: write last()"); return {}; }
  PARALLEL_TASK_NO(at) {
    static_assert(never<A...>, "parallel_task: there is no at here: write nth(n)"); return {}; }
  PARALLEL_TASK_NO(len) { static_assert(never<A...>, "parallel_task: there is no len here: write size()"); return {}; }
  PARALLEL_TASK_NO(length) {
    static_assert(never<A...>, "parallel_task: there is no length here: write size()"); return {}; }
  PARALLEL_TASK_NO(is_empty) {
    static_assert(never<A...>, "parallel_task: there is no is_empty here: write size() == 0, or none([](auto const&) "
                               "{ return true; }) after a filter"); return {}; }
  PARALLEL_TASK_NO(empty) {
    static_assert(never<A...>, "parallel_task: there is no empty here: write size() == 0, or none([](auto const&) { "
                               "return true; }) after a filter"); return {}; }
  PARALLEL_TASK_NO(min_by) {
    static_assert(never<A...>, "parallel_task: there is no min_by here: write min(less), or "
                               "min_by_key(f)"); return {}; }
  PARALLEL_TASK_NO(max_by) {
    static_assert(never<A...>, "parallel_task: there is no max_by here: write max(less), or "
                               "max_by_key(f)"); return {}; }
  PARALLEL_TASK_NO(min_element) {
    static_assert(never<A...>, "parallel_task: there is no min_element here: write min()"); return {}; }
  PARALLEL_TASK_NO(max_element) {
    static_assert(never<A...>, "parallel_task: there is no max_element here: write max()"); return {}; }
  PARALLEL_TASK_NO(minmax_element) {
    static_assert(never<A...>, "parallel_task: there is no minmax_element here: write minmax()"); return {}; }
  PARALLEL_TASK_NO(sort) {
    static_assert(never<A...>, "parallel_task: there is no sort here: collect<std::vector>() first, then "
                               "pt::sort of <parallel_task/algorithm.hpp>"); return {}; }
  PARALLEL_TASK_NO(sorted) {
    static_assert(never<A...>, "parallel_task: there is no sorted here: collect<std::vector>() first, then "
                               "pt::sort of <parallel_task/algorithm.hpp>"); return {}; }
  PARALLEL_TASK_NO(sort_by) {
    static_assert(never<A...>, "parallel_task: there is no sort_by here: collect<std::vector>() first, then "
                               "pt::sort of <parallel_task/algorithm.hpp>"); return {}; }
  PARALLEL_TASK_NO(sort_by_key) {
    static_assert(never<A...>, "parallel_task: there is no sort_by_key here: collect<std::vector>() first, then "
                               "pt::sort of <parallel_task/algorithm.hpp>"); return {}; }
  PARALLEL_TASK_NO(par_sort) {
    static_assert(never<A...>, "parallel_task: there is no par_sort here: collect<std::vector>() first, then "
                               "pt::sort of <parallel_task/algorithm.hpp>"); return {}; }
  PARALLEL_TASK_NO(stable_sort) {
    static_assert(never<A...>, "parallel_task: there is no stable_sort here: collect<std::vector>() first, then "
                               "pt::stable_sort of <parallel_task/algorithm.hpp>"); return {}; }
  PARALLEL_TASK_NO(unique) {
    static_assert(never<A...>, "parallel_task: there is no unique here: write distinct(), which keeps the first of "
                               "equal items; of neighbours only: collect<std::vector>() first, then pt::unique"); return {}; }
  PARALLEL_TASK_NO(scan) {
    static_assert(never<A...>, "parallel_task: there is no scan here: write inclusive_scan(op) or "
                               "exclusive_scan(init, op)"); return {}; }
  PARALLEL_TASK_NO(partial_sum) {
    static_assert(never<A...>, "parallel_task: there is no partial_sum here: write "
                               "inclusive_scan(std::plus())"); return {}; }
  PARALLEL_TASK_NO(eq) {
    static_assert(never<A...>, "parallel_task: there is no eq here: write equal(r)"); return {}; }
  PARALLEL_TASK_NO(cmp) {
    static_assert(never<A...>, "parallel_task: there is no cmp here: write compare(r)"); return {}; }
  PARALLEL_TASK_NO(partial_cmp) {
    static_assert(never<A...>, "parallel_task: there is no partial_cmp here: write compare(r)"); return {}; }
  PARALLEL_TASK_NO(run) {
    static_assert(never<A...>, "parallel_task: there is no run here: a terminal runs a pipeline and gives its "
                               "result, such as for_each(f), sum() or collect<std::vector>()"); return {}; }
  PARALLEL_TASK_NO(execute) {
    static_assert(never<A...>, "parallel_task: there is no execute here: a terminal runs a pipeline and gives its "
                               "result, such as for_each(f), sum() or collect<std::vector>()"); return {}; }
  PARALLEL_TASK_NO(get) {
    static_assert(never<A...>, "parallel_task: there is no get here: a terminal runs a pipeline and gives its "
                               "result, such as for_each(f), sum() or collect<std::vector>()"); return {}; }
  PARALLEL_TASK_NO(wait) {
    static_assert(never<A...>, "parallel_task: there is no wait here: a terminal runs a pipeline and gives its "
                               "result, such as for_each(f), sum() or collect<std::vector>()"); return {}; }
};
#undef PARALLEL_TASK_NO
// clang-format on

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
