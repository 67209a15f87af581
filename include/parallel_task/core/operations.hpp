// The names of all operations of a pipeline, for code that is generated for each of them.
#pragma once

// Expands to `each(name)` for every name. Generated code puts the names in parentheses, in case min and max are macros.
// A new operation needs a name here, and a sentence in pipeline/usage.hpp.
// clang-format off
#define PARALLEL_TASK_OPERATIONS(each)                                                                                 \
  each(then) each(map) each(inspect) each(update) each(filter) each(filter_map) each(flat_map) each(flatten)           \
  each(copied) each(keys) each(values) each(enumerate) each(zip) each(zip_equal) each(chain) each(reverse) each(take)  \
  each(drop) each(stride) each(slice) each(intersperse) each(take_while) each(map_init) each(fold) each(try_fold)      \
  each(threads) each(max_len) each(deterministic) each(steal_from) each(report) each(trace) each(progress)             \
  each(stop_token) each(deadline) each(chunk) each(fold_chunks) each(interleave) each(map_while) each(drop_while)      \
  each(take_any) each(positions) each(min_len) each(on) each(async) each(for_each_init) each(try_for_each_init)                             \
  each(for_each) each(for_each_ordered) each(try_for_each) each(collect_into) each(append_to) each(reduce) each(mean)  \
  each(count) each(count_if) each(size) each(min) each(max) each(minmax) each(min_by_key) each(max_by_key)             \
  each(minmax_by_key) each(any) each(all) each(none) each(contains) each(find_any) each(find_first)                    \
  each(find_last) each(find_map_first) each(find_map_any) each(find_map_last) each(position_last) each(position_any)   \
  each(first) each(last) each(nth) each(is_sorted) each(is_partitioned) each(equal) each(compare)                      \
  each(position_first) each(partition) each(unzip)                                                                     \
  each(try_reduce) each(aggregate) each(join_with) each(partition_map) each(unzip_into) each(collect_segments)         \
  each(group_by) each(count_by) each(histogram) each(to_map) each(distinct) each(smallest) each(largest)     \
  each(top_k) each(inclusive_scan) each(exclusive_scan) each(with_context)

// Operations that may be given a type. (collect and to must be given one, so they are written out where they are needed.)
#define PARALLEL_TASK_TYPED_OPERATIONS(each)                                                                           \
  each(sum) each(product) each(cast) each(elements)

// Names that other libraries use: pipeline/elsewhere.hpp says what to write instead. A name that becomes an operation is
// removed from this list and from that file.
#define PARALLEL_TASK_ELSEWHERE(each)                                                                                  \
  each(transform) each(select) each(where) each(map_with) each(skip) each(rev) each(reversed)                          \
  each(step_by) each(cloned) each(as_rvalue) each(skip_while) each(skip_any)                                           \
  each(tap) each(peek) each(flat_map_iter) each(flatten_iter) each(join) each(filter_not) each(remove_if)              \
  each(copy_if) each(zip_eq) each(zip_with) each(zip_transform) each(concat) each(append) each(extend)                 \
  each(with_index) each(enumerated) each(chunks) each(par_chunks)                                                      \
  each(window) each(windows) each(par_windows) each(slide) each(adjacent) each(pairwise) each(split)                   \
  each(chunk_by) each(par_iter) each(into_par_iter) each(parallel_iter) each(par_bridge) each(num_threads)             \
  each(with_threads) each(with_min_len) each(with_max_len) each(grain) each(grainsize)                                 \
  each(grain_size) each(chunk_size) each(schedule) each(forEach) each(for_each_n)                                      \
  each(for_each_with) each(accumulate) each(fold_left) each(reduce_with) each(try_reduce_with) each(cmp)               \
  each(transform_reduce) each(map_reduce) each(sum_by) each(average) each(collect_vec) each(collect_into_vec)          \
  each(to_vec) each(to_vector) each(copy) each(find) each(find_if) each(find_map) each(position)                       \
  each(any_of) each(all_of) each(none_of) each(front) each(back) each(at) each(len)                                    \
  each(length) each(is_empty) each(empty) each(min_by) each(max_by) each(min_element) each(max_element)                \
  each(minmax_element) each(sort) each(sorted) each(sort_by) each(sort_by_key) each(par_sort)                          \
  each(stable_sort) each(unique) each(scan) each(k_largest) each(k_smallest) each(partial_cmp)                         \
  each(partial_sum) each(eq) each(run)                                       \
  each(execute) each(get) each(wait)
// clang-format on
