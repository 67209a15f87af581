// How each operation is called: told where it is called with too few, too many or other arguments.
#pragma once

#include <parallel_task/core/unusable.hpp>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

// Written out, not generated: of a static_assert that a macro expands to, GCC shows twelve lines more.
// clang-format off
struct usage_of_then {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: then is called as then(stage), with a stage or terminal such as "
                               "pt::map(f); it follows a pipeline: pt::parallel_iter(r).then(...)"); return {};
  }
};
struct usage_of_map {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: map is called as map(f); it follows a pipeline: "
                               "pt::parallel_iter(r).map(...)"); return {};
  }
};
struct usage_of_inspect {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: inspect is called as inspect(f); it follows a pipeline: "
                               "pt::parallel_iter(r).inspect(...)"); return {};
  }
};
struct usage_of_update {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: update is called as update(f); it follows a pipeline: "
                               "pt::parallel_iter(r).update(...)"); return {};
  }
};
struct usage_of_filter {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: filter is called as filter(p); it follows a pipeline: "
                               "pt::parallel_iter(r).filter(...)"); return {};
  }
};
struct usage_of_filter_map {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: filter_map is called as filter_map(f); it follows a pipeline: "
                               "pt::parallel_iter(r).filter_map(...)"); return {};
  }
};
struct usage_of_flat_map {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: flat_map is called as flat_map(f); it follows a pipeline: "
                               "pt::parallel_iter(r).flat_map(...)"); return {};
  }
};
struct usage_of_flatten {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: flatten is called as flatten(); it follows a pipeline: "
                               "pt::parallel_iter(r).flatten(...)"); return {};
  }
};
struct usage_of_copied {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: copied is called as copied(); it follows a pipeline: "
                               "pt::parallel_iter(r).copied(...)"); return {};
  }
};
struct usage_of_keys {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: keys is called as keys(); it follows a pipeline: "
                               "pt::parallel_iter(r).keys(...)"); return {};
  }
};
struct usage_of_values {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: values is called as values(); it follows a pipeline: "
                               "pt::parallel_iter(r).values(...)"); return {};
  }
};
struct usage_of_enumerate {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: enumerate is called as enumerate(); it follows a pipeline: "
                               "pt::parallel_iter(r).enumerate(...)"); return {};
  }
};
struct usage_of_zip {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: zip is called as zip(r...); it follows a pipeline: "
                               "pt::parallel_iter(r).zip(...)"); return {};
  }
};
struct usage_of_zip_equal {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: zip_equal is called as zip_equal(r...); it follows a pipeline: "
                               "pt::parallel_iter(r).zip_equal(...)"); return {};
  }
};
struct usage_of_chain {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: chain is called as chain(r); it follows a pipeline: "
                               "pt::parallel_iter(r).chain(...)"); return {};
  }
};
struct usage_of_reverse {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: reverse is called as reverse(); it follows a pipeline: "
                               "pt::parallel_iter(r).reverse(...)"); return {};
  }
};
struct usage_of_take {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: take is called as take(n); it follows a pipeline: "
                               "pt::parallel_iter(r).take(...)"); return {};
  }
};
struct usage_of_drop {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: drop is called as drop(n); it follows a pipeline: "
                               "pt::parallel_iter(r).drop(...)"); return {};
  }
};
struct usage_of_stride {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: stride is called as stride(n); it follows a pipeline: "
                               "pt::parallel_iter(r).stride(...)"); return {};
  }
};
struct usage_of_slice {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: slice is called as slice(first, last); it follows a pipeline: "
                               "pt::parallel_iter(r).slice(...)"); return {};
  }
};
struct usage_of_intersperse {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: intersperse is called as intersperse(x); it follows a pipeline: "
                               "pt::parallel_iter(r).intersperse(...)"); return {};
  }
};
struct usage_of_take_while {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: take_while is called as take_while(p); it follows a pipeline: "
                               "pt::parallel_iter(r).take_while(...)"); return {};
  }
};
struct usage_of_elements {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: elements is called as elements<n>(), with n counted from 0; it follows a pipeline: "
                               "pt::parallel_iter(r).elements<...>()"); return {};
  }
};
struct usage_of_cast {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: cast is called as cast<T>(), with the type to convert items to; it follows a pipeline: "
                               "pt::parallel_iter(r).cast<...>()"); return {};
  }
};
struct usage_of_chunk {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: chunk is called as chunk(n), and over a range as pt::chunk(r, n); it follows a pipeline: "
                               "pt::parallel_iter(r).chunk(...)"); return {};
  }
};
struct usage_of_fold_chunks {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: fold_chunks is called as fold_chunks(n, make, f); it follows a pipeline: "
                               "pt::parallel_iter(r).fold_chunks(...)"); return {};
  }
};
struct usage_of_interleave {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: interleave is called as interleave(r); it follows a pipeline: "
                               "pt::parallel_iter(r).interleave(...)"); return {};
  }
};
struct usage_of_map_while {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: map_while is called as map_while(f); it follows a pipeline: "
                               "pt::parallel_iter(r).map_while(...)"); return {};
  }
};
struct usage_of_drop_while {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: drop_while is called as drop_while(p); it follows a pipeline: "
                               "pt::parallel_iter(r).drop_while(...)"); return {};
  }
};
struct usage_of_inclusive_scan {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: inclusive_scan is called as inclusive_scan(op) or inclusive_scan(op, "
                               "init), as in inclusive_scan(std::plus()); it follows a pipeline: "
                               "pt::parallel_iter(r).inclusive_scan(...)"); return {};
  }
};
struct usage_of_exclusive_scan {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: exclusive_scan is called as exclusive_scan(init, op), as in "
                               "exclusive_scan(0, std::plus()); it follows a pipeline: "
                               "pt::parallel_iter(r).exclusive_scan(...)"); return {};
  }
};
struct usage_of_take_any {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: take_any is called as take_any(n); it follows a pipeline: "
                               "pt::parallel_iter(r).take_any(...)"); return {};
  }
};
struct usage_of_positions {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: positions is called as positions(p); it follows a pipeline: "
                               "pt::parallel_iter(r).positions(...)"); return {};
  }
};
struct usage_of_min_len {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: min_len is called as min_len(n); it follows a pipeline: "
                               "pt::parallel_iter(r).min_len(...)"); return {};
  }
};
struct usage_of_for_each_init {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: for_each_init is called as for_each_init(make, f); it follows a pipeline: "
                               "pt::parallel_iter(r).for_each_init(...)"); return {};
  }
};
struct usage_of_try_for_each_init {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: try_for_each_init is called as try_for_each_init(make, f); it follows a pipeline: "
                               "pt::parallel_iter(r).try_for_each_init(...)"); return {};
  }
};
struct usage_of_map_init {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: map_init is called as map_init(make, f); it follows a pipeline: "
                               "pt::parallel_iter(r).map_init(...)"); return {};
  }
};
struct usage_of_fold {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: fold is called as fold(make, f); it follows a pipeline: "
                               "pt::parallel_iter(r).fold(...)"); return {};
  }
};
struct usage_of_threads {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: threads is called as threads(n); it follows a pipeline: "
                               "pt::parallel_iter(r).threads(...)"); return {};
  }
};
struct usage_of_max_len {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: max_len is called as max_len(n); it follows a pipeline: "
                               "pt::parallel_iter(r).max_len(...)"); return {};
  }
};
struct usage_of_steal_from {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: steal_from is called as steal_from(strategy); it follows a pipeline: "
                               "pt::parallel_iter(r).steal_from(...)"); return {};
  }
};
struct usage_of_report {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: report is called as report(r), with a pt::RunReport variable; it follows"
                               " a pipeline: pt::parallel_iter(r).report(...)"); return {};
  }
};
struct usage_of_trace {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: trace is called as trace(t), with a pt::Trace variable; it follows a "
                               "pipeline: pt::parallel_iter(r).trace(...)"); return {};
  }
};
struct usage_of_progress {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: progress is called as progress(f) or progress(f, interval); it follows a"
                               " pipeline: pt::parallel_iter(r).progress(...)"); return {};
  }
};
struct usage_of_with_context {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: with_context is called as with_context(capture, enter); it follows a "
                               "pipeline: pt::parallel_iter(r).with_context(...)"); return {};
  }
};
struct usage_of_stop_token {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: stop_token is called as stop_token(t); it follows a pipeline: "
                               "pt::parallel_iter(r).stop_token(...)"); return {};
  }
};
struct usage_of_deadline {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: deadline is called as deadline(t); it follows a pipeline: "
                               "pt::parallel_iter(r).deadline(...)"); return {};
  }
};
struct usage_of_on {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: on is called as on(w), with a pt::forked::world, a pt::mpi::world or an "
                               "executor; it follows a pipeline: pt::parallel_iter(r).on(...)"); return {};
  }
};
struct usage_of_async {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: async is called as async(); it follows a pipeline: "
                               "pt::into_parallel_iter(std::move(r)).async(...)"); return {};
  }
};
struct usage_of_for_each {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: for_each is called as for_each(f); it follows a pipeline: "
                               "pt::parallel_iter(r).for_each(...)"); return {};
  }
};
struct usage_of_for_each_ordered {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: for_each_ordered is called as for_each_ordered(f) or for_each_ordered(f,"
                               " window); it follows a pipeline: "
                               "pt::parallel_iter(r).for_each_ordered(...)"); return {};
  }
};
struct usage_of_try_for_each {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: try_for_each is called as try_for_each(f); it follows a pipeline: "
                               "pt::parallel_iter(r).try_for_each(...)"); return {};
  }
};
struct usage_of_collect_into {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: collect_into is called as collect_into(c); it follows a pipeline: "
                               "pt::parallel_iter(r).collect_into(...)"); return {};
  }
};
struct usage_of_append_to {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: append_to is called as append_to(c), with a variable; it follows a "
                               "pipeline: pt::parallel_iter(r).append_to(...)"); return {};
  }
};
struct usage_of_reduce {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: reduce is called as reduce(init, op) or reduce(op); it follows a "
                               "pipeline: pt::parallel_iter(r).reduce(...)"); return {};
  }
};
struct usage_of_sum {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: sum is called as sum() or sum<T>(), and of other values map(f).sum(); it"
                               " follows a pipeline: pt::parallel_iter(r).sum(...)"); return {};
  }
};
struct usage_of_product {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: product is called as product() or product<T>(), and of other values "
                               "map(f).product(); it follows a pipeline: pt::parallel_iter(r).product(...)"); return {};
  }
};
struct usage_of_mean {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: mean is called as mean(); it follows a pipeline: "
                               "pt::parallel_iter(r).mean(...)"); return {};
  }
};
struct usage_of_count {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: count is called as count(), and with a condition count_if(p); it follows"
                               " a pipeline: pt::parallel_iter(r).count(...)"); return {};
  }
};
struct usage_of_count_if {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: count_if is called as count_if(p); it follows a pipeline: "
                               "pt::parallel_iter(r).count_if(...)"); return {};
  }
};
struct usage_of_size {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: size is called as size(); it follows a pipeline: "
                               "pt::parallel_iter(r).size(...)"); return {};
  }
};
struct usage_of_min {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: min is called as min() or min(less); it follows a pipeline: "
                               "pt::parallel_iter(r).min(...)"); return {};
  }
};
struct usage_of_max {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: max is called as max() or max(less); it follows a pipeline: "
                               "pt::parallel_iter(r).max(...)"); return {};
  }
};
struct usage_of_minmax {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: minmax is called as minmax() or minmax(less); it follows a pipeline: "
                               "pt::parallel_iter(r).minmax(...)"); return {};
  }
};
struct usage_of_min_by_key {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: min_by_key is called as min_by_key(f); it follows a pipeline: "
                               "pt::parallel_iter(r).min_by_key(...)"); return {};
  }
};
struct usage_of_max_by_key {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: max_by_key is called as max_by_key(f); it follows a pipeline: "
                               "pt::parallel_iter(r).max_by_key(...)"); return {};
  }
};
struct usage_of_minmax_by_key {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: minmax_by_key is called as minmax_by_key(f); it follows a pipeline: "
                               "pt::parallel_iter(r).minmax_by_key(...)"); return {};
  }
};
struct usage_of_any {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: any is called as any(p); it follows a pipeline: "
                               "pt::parallel_iter(r).any(...)"); return {};
  }
};
struct usage_of_all {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: all is called as all(p); it follows a pipeline: "
                               "pt::parallel_iter(r).all(...)"); return {};
  }
};
struct usage_of_none {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: none is called as none(p); it follows a pipeline: "
                               "pt::parallel_iter(r).none(...)"); return {};
  }
};
struct usage_of_contains {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: contains is called as contains(x); it follows a pipeline: "
                               "pt::parallel_iter(r).contains(...)"); return {};
  }
};
struct usage_of_find_any {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: find_any is called as find_any(p); it follows a pipeline: "
                               "pt::parallel_iter(r).find_any(...)"); return {};
  }
};
struct usage_of_find_first {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: find_first is called as find_first(p); it follows a pipeline: "
                               "pt::parallel_iter(r).find_first(...)"); return {};
  }
};
struct usage_of_position_first {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: position_first is called as position_first(p); it follows a pipeline: "
                               "pt::parallel_iter(r).position_first(...)"); return {};
  }
};
struct usage_of_find_last {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: find_last is called as find_last(p); it follows a pipeline: "
                               "pt::parallel_iter(r).find_last(...)"); return {};
  }
};
struct usage_of_find_map_first {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: find_map_first is called as find_map_first(f); it follows a "
                               "pipeline: pt::parallel_iter(r).find_map_first(...)"); return {};
  }
};
struct usage_of_find_map_any {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: find_map_any is called as find_map_any(f); it follows a pipeline: "
                               "pt::parallel_iter(r).find_map_any(...)"); return {};
  }
};
struct usage_of_find_map_last {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: find_map_last is called as find_map_last(f); it follows a pipeline: "
                               "pt::parallel_iter(r).find_map_last(...)"); return {};
  }
};
struct usage_of_position_last {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: position_last is called as position_last(p); it follows a pipeline: "
                               "pt::parallel_iter(r).position_last(...)"); return {};
  }
};
struct usage_of_position_any {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: position_any is called as position_any(p); it follows a pipeline: "
                               "pt::parallel_iter(r).position_any(...)"); return {};
  }
};
struct usage_of_first {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: first is called as first(), and with a condition find_first(p); it "
                               "follows a pipeline: pt::parallel_iter(r).first(...)"); return {};
  }
};
struct usage_of_last {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: last is called as last(), and with a condition find_last(p); it "
                               "follows a pipeline: pt::parallel_iter(r).last(...)"); return {};
  }
};
struct usage_of_nth {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: nth is called as nth(n); it follows a pipeline: "
                               "pt::parallel_iter(r).nth(...)"); return {};
  }
};
struct usage_of_is_sorted {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: is_sorted is called as is_sorted() or is_sorted(less); it follows a "
                               "pipeline: pt::parallel_iter(r).is_sorted(...)"); return {};
  }
};
struct usage_of_is_partitioned {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: is_partitioned is called as is_partitioned(p); it follows a "
                               "pipeline: pt::parallel_iter(r).is_partitioned(...)"); return {};
  }
};
struct usage_of_equal {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: equal is called as equal(r) or equal(r, p); it follows a pipeline: "
                               "pt::parallel_iter(r).equal(...)"); return {};
  }
};
struct usage_of_compare {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: compare is called as compare(r) or compare(r, f); it follows a "
                               "pipeline: pt::parallel_iter(r).compare(...)"); return {};
  }
};
struct usage_of_partition {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: partition is called as partition(p); it follows a pipeline: "
                               "pt::parallel_iter(r).partition(...)"); return {};
  }
};
struct usage_of_unzip {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: unzip is called as unzip(); it follows a pipeline: "
                               "pt::parallel_iter(r).unzip(...)"); return {};
  }
};
struct usage_of_try_reduce {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: try_reduce is called as try_reduce(init, op) or try_reduce(op); it "
                               "follows a pipeline: pt::parallel_iter(r).try_reduce(...)"); return {};
  }
};
struct usage_of_aggregate {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: aggregate is called as aggregate(make, add, merge); it follows a "
                               "pipeline: pt::parallel_iter(r).aggregate(...)"); return {};
  }
};
struct usage_of_join_with {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: join_with is called as join_with(separator); it follows a pipeline: "
                               "pt::parallel_iter(r).join_with(...)"); return {};
  }
};
struct usage_of_partition_map {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: partition_map is called as partition_map(f); it follows a pipeline: "
                               "pt::parallel_iter(r).partition_map(...)"); return {};
  }
};
struct usage_of_unzip_into {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: unzip_into is called as unzip_into(a, b, ...), with variables; it "
                               "follows a pipeline: pt::parallel_iter(r).unzip_into(...)"); return {};
  }
};
struct usage_of_collect_segments {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: collect_segments is called as collect_segments(); it follows a "
                               "pipeline: pt::parallel_iter(r).collect_segments(...)"); return {};
  }
};
struct usage_of_try_fold {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: try_fold is called as try_fold(make, f); it follows a pipeline: "
                               "pt::parallel_iter(r).try_fold(...)"); return {};
  }
};
struct usage_of_try_collect {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: try_collect is called as try_collect<C>(), with the type of its container"
                               " and no arguments; it follows a pipeline: "
                               "pt::parallel_iter(r).try_collect(...)"); return {};
  }
  template <class... A> static constexpr Unusable say_of_array() {
    static_assert(never<A...>, "parallel_task: an array has a fixed size, so try_collect can't make one: use "
                               "try_collect<std::vector>()"); return {};
  }
};
struct usage_of_group_by {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: group_by is called as group_by(key); it follows a pipeline: "
                               "pt::parallel_iter(r).group_by(...)"); return {};
  }
};
struct usage_of_count_by {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: count_by is called as count_by(key); it follows a pipeline: "
                               "pt::parallel_iter(r).count_by(...)"); return {};
  }
};
struct usage_of_histogram {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: histogram is called as histogram(bins) or histogram(bins, f); it "
                               "follows a pipeline: pt::parallel_iter(r).histogram(...)"); return {};
  }
};
struct usage_of_to_map {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: to_map is called as to_map(key, value, merge); it follows a "
                               "pipeline: pt::parallel_iter(r).to_map(...)"); return {};
  }
};
struct usage_of_distinct {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: distinct is called as distinct(); it follows a pipeline: "
                               "pt::parallel_iter(r).distinct(...)"); return {};
  }
};
struct usage_of_smallest {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: smallest is called as smallest(k) or smallest(k, less); it follows "
                               "a pipeline: pt::parallel_iter(r).smallest(...)"); return {};
  }
};
struct usage_of_largest {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: largest is called as largest(k) or largest(k, less); it follows a "
                               "pipeline: pt::parallel_iter(r).largest(...)"); return {};
  }
};
struct usage_of_top_k {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: top_k is called as top_k(k) or top_k(k, less); it follows a "
                               "pipeline: pt::parallel_iter(r).top_k(...)"); return {};
  }
};
struct usage_of_deterministic {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: deterministic is called as deterministic(); it follows a pipeline: "
                               "pt::parallel_iter(r).deterministic(...)"); return {};
  }
};
struct usage_of_collect {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: collect (or to) is told the type of its container, and takes no "
                               "arguments: collect<std::vector>(); to fill one that is there: collect_into(c) or "
                               "append_to(c)"); return {};
  }
  template <class... A> static constexpr Unusable say_of_array() {
    static_assert(never<A...>, "parallel_task: an array has a fixed size, so it can't be made from a pipeline: make one"
                               " of the right size and use collect_into(it), or collect<std::vector>()"); return {};
  }
};
// sources
struct usage_of_chunk_exact {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: chunk_exact begins a pipeline, and is called as "
                               "pt::chunk_exact(r, n)"); return {};
  }
};
struct usage_of_slide {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: slide begins a pipeline, and is called as "
                               "pt::slide(r, n)"); return {};
  }
};
struct usage_of_adjacent {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: adjacent begins a pipeline, and is called as "
                               "pt::adjacent<n>(r), with n of at least 1"); return {};
  }
};
struct usage_of_chunk_by {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: chunk_by begins a pipeline, and is called as "
                               "pt::chunk_by(r, p)"); return {};
  }
};
struct usage_of_split {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: split begins a pipeline, and is called as "
                               "pt::split(r, p) or pt::split(text, pattern)"); return {};
  }
};
struct usage_of_split_after {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: split_after begins a pipeline, and is called as "
                               "pt::split_after(r, p)"); return {};
  }
};
struct usage_of_lines {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: lines begins a pipeline, and is called as "
                               "pt::lines(text)"); return {};
  }
};
struct usage_of_words {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: words begins a pipeline, and is called as "
                               "pt::words(text)"); return {};
  }
};
struct usage_of_find_all {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: find_all begins a pipeline, and is called as "
                               "pt::find_all(text, pattern)"); return {};
  }
};
struct usage_of_indices2 {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: indices2 begins a pipeline, and is called as "
                               "pt::indices2(rows, columns)"); return {};
  }
};
struct usage_of_indices3 {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: indices3 begins a pipeline, and is called as "
                               "pt::indices3(layers, rows, columns)"); return {};
  }
};
struct usage_of_repeat_n {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: repeat_n begins a pipeline, and is called as "
                               "pt::repeat_n(x, n)"); return {};
  }
};
struct usage_of_once {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: once begins a pipeline, and is called as "
                               "pt::once(x)"); return {};
  }
};
struct usage_of_cartesian_product {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: cartesian_product begins a pipeline, and is called as "
                               "pt::cartesian_product(a, b)"); return {};
  }
};
struct usage_of_walk_tree {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: walk_tree begins a pipeline, and is called as "
                               "pt::walk_tree(root, children)"); return {};
  }
};
struct usage_of_walk_tree_prefix {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: walk_tree_prefix begins a pipeline, and is called as "
                               "pt::walk_tree_prefix(root, children)"); return {};
  }
};
struct usage_of_walk_tree_postfix {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: walk_tree_postfix begins a pipeline, and is called as "
                               "pt::walk_tree_postfix(root, children)"); return {};
  }
};
struct usage_of_for_each_growing {
  template <class... A> static constexpr Unusable say() {
    static_assert(never<A...>, "parallel_task: for_each_growing is called as pt::for_each_growing(r, f), with an f of an "
                               "item and a pt::Feeder&"); return {};
  }
};
// clang-format on

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
